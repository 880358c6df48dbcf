"""Commented beginnings of rule files: an author fills in what the text of the law says."""

from __future__ import annotations

from collections.abc import Mapping

from entrepot.kernel.errors import NotFound
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_

_ROW = """\
  # One row: what the law says when all its conditions hold. The first row that holds answers.
  - id: example.row               # stable name; a changed law is a new row example.row.v2
    from: 2026-01-01              # first day
    to: null                      # first day without it; null = no end stated
    recorded_at: 2026-01-02       # day on which this row was written down; a correction is a
                                  # second row of the same id, recorded later
    status: in_force              # in_force or pilot; proposed and not_in_operation also need
                                  # assumed_from (a day) and insert_after (a row)
    when:                         # all must hold; [] = always
    - [leg_persons, ge, $example_limit]   # fact, operator, value ($name = parameter,
                                          # {fact: name} = another fact)
                                  # operators: eq ne lt le gt ge, in not_in (lists),
                                  # contains excludes (facts that hold several words)
    outcome: instrument           # allow, allow_with_duties, instrument, approval or refuse
    any_of: [example_contract]    # instrument, approval only: one of these meets it
    all_of: []                    # and all of these
    duties: [pia]                 # what must be done besides
    fills_counter: true           # false = the leg does not add to the counts of the year
    basis: "article and reading in our own words"
    grade: "B"                    # A official page, B reprint, C secondary; S, K, X only advise
    field_grades: {}              # single fields that are less well founded: {fills_counter: "K"}
    src: [example_source]         # keys of sources
    conflict: null                # what another source says against it
    note: null                    # what a reader should know
"""

_TABLE = """\
# A table of the gate. This file takes the place of the shipped one as a whole: keep its tables.
# Try it: entrepot rules check FILE; then write worked cases: entrepot rules new cases FILE.
schema: entrepot.flow/1           # data legs; entrepot.placement/1 = devices
retrieved: 2026-01-02             # day on which the sources were looked at
force_grades: ["A", "B", "C"]     # grades that decide; others only advise
not_researched: []                # fields of law that nobody has read, in words

sources:                          # key -> where it is written
  example_source:
    {grade: "B", retrieved: 2026-01-02, url: "https://example.org/law", what: "what it is"}

parameters:                       # figures that rows compare with, each with its dates
  example_limit:
    unit: persons
    grade: "B"
    src: [example_source]
    series:                       # a value holds until the next one begins
    - {from: 2026-01-01, recorded_at: 2026-01-02, value: 100000}

instruments:                      # what rows may ask for; null or absent = not stated
  example_contract: {authority: "with whom it is filed", filing_working_days: 10,
                     valid_years: 3, in_force: "when it counts as in force"}

tables:
- id: example                     # stable name
  applies:                        # facts under which the table is read at all
  - [place_from, eq, "SG"]
  - [cross_border, eq, true]
  covered_from: 2026-01-01        # first day whose law is recorded; before it only refusals count
  rows:
"""

_PROGRAMME = """\
# Voucher programmes. One of the same id replaces the shipped one; others are added.
# null = the text does not state it; never "no limit", never "everyone".
schema: entrepot.vouchers/1
retrieved: 2026-01-02             # day on which the sources were looked at
rounding: floor_minor_unit_per_application
year: calendar_asia_shanghai
force_grades: [A, B, C]           # grades that pay; others only advise
stacking_default: none

programmes:
- id: cn.example.voucher          # stable name
  name: {en: Example voucher, zh-Hant: 示例券, zh-Hans: 示例券}
  place: null                     # city or province that runs it
  family: cn.example              # one invoice line is claimed once a family
  currency: CNY                   # amounts are never converted
  stacks_with: []                 # programmes that name this one in turn
  versions:
  - from: 2026-01-01              # first day
    certain_from: null            # between from and this day the start is in doubt
    to: null                      # first day without it; null = no end stated
    certain_to: null              # from this day on the end is in doubt
    status: in_force              # in_force; unknown never pays
    recorded_at: 2026-01-02       # day on which this version was written down
    date_rule: null               # contract_date, application_date or invoice_date
    base: contract_amount         # what the rate is applied to
    base_excludes: []             # what does not count towards it
    rate_kind: ceiling            # ceiling = up to; fixed = exactly
    rates:                        # the first that holds is taken
    - {when: {startup: true}, rate_bp: 3000}   # value, [list] or {le: n}; basis points
    - {when: {}, rate_bp: 2000, cap: 500000, grade: B}
    cap_per_application: 1000000  # whole major units, as all money here
    cap_per_firm_year: null
    soft_cap_per_firm_year: null  # binds unless a named decision waives it
    cap_per_firm_lifetime: null
    cap_in_force_at_once: null
    cap_may_be_lifted: false      # the authority may pay above the cap of the year
    fund_per_year: 50000000       # or fund_total
    years_max: null               # years in which one firm is paid
    projects_max: null
    initial_payment_bp: null      # share paid first, for information
    eligible:                     # null = not stated: every case waits for a review
    - {fact: registered_in, op: eq, value: beijing, reason: not_registered}
    eligible_not_stated: []       # facts on which the text is silent
    windows: null                 # {known_for: [2026], list: [{from: 2026-05-06, to: 2026-06-06}]}
    payout: claim_then_redeem     # or deducted_at_purchase
    discretionary: false          # true = an authority decides each case
    grade: B                      # A official page, B reprint, C secondary; S, K, X only advise
    field_grades: {}              # single fields that are less well founded
    sources: ["https://example.org/notice"]
    note: null
    conflict: null
"""

_CASES = """\
# Worked cases: what the rules must answer. They stand in rules/cases beside the rule files.
schema: entrepot.cases/1
facts:                            # sets of facts, named once
  leg_out: {place_from: "HK", place_to: "CN", cross_border: true, leg_persons: 0}
cases:
- name: what the case is about
  as_of: 2026-11-21               # law of this day
  # known: 2026-11-21             # only what was recorded by this day
  leg: {like: leg_out, leg_sensitive: 0}   # a set with changes; null takes a fact out.
                                  # placement for devices; a voucher case has programme, facts,
                                  # amount_minor, currency, used_this_year_minor
  # instruments_in_force: []
  expect:                         # keys that are left out are not compared
    outcome: allow
    # gate: outcome, deciding, instruments, duties, missing,
    #       answers {table: [row, outcome, reason]}
    # voucher: status, amount_minor, advice_minor, bounds, reasons, missing, flags, version,
    #       rate_bp, up_to, left_minor {bound: minor units}
    # tax, with tax: {facts} in place of leg, and no as_of: status, tax_minor, reduction_minor,
    #       payable_minor, reasons, not_stated, missing, steps, advice, values
"""

TEMPLATES: Mapping[str, str] = {
    "table": _TABLE + _ROW,
    "row": _ROW,
    "programme": _PROGRAMME,
    "cases": _CASES,
}
"""Kind of beginning → its text."""


def template(kind: str) -> str:
    """Return the commented beginning of a rule.

    Args:
        kind: table, row, programme or cases.

    Raises:
        NotFound: there is none of that kind.
    """
    if kind not in TEMPLATES:
        near = did_you_mean(kind, TEMPLATES)
        raise NotFound(
            "rules.kind",
            N_("There is no beginning for {kind}."),
            hint=N_("Did you mean {near}?") if near else N_("Known: {known}."),
            kind=kind,
            near=near or "",
            known=", ".join(TEMPLATES),
        )
    return TEMPLATES[kind]
