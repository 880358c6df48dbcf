"""What a voucher file may say, and how a fault in it is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from entrepot.domain.vouchers import load_version
from entrepot.domain.vouchers.load import load_programmes
from entrepot.domain.vouchers.model import Ceiling, Programme
from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.dictionary import FactDictionary

HEAD = """\
schema: entrepot.vouchers/1
retrieved: 2026-11-21
rounding: floor_minor_unit_per_application
year: calendar_asia_shanghai
force_grades: [A, B, C]
stacking_default: none
programmes:
"""
ONE = """\
- id: x.one
  name: {en: One, zh-Hant: 一, zh-Hans: 一}
  place: null
  family: x.compute
  currency: CNY
  stacks_with: []
  versions:
  - from: 2025-01-01
    to: 2026-01-01
    status: in_force
    recorded_at: 2026-11-21
    date_rule: null
    base: contract_amount
    rate_kind: ceiling
    rates:
    - {when: {annual_compute_contracts: {le: 500}}, rate_bp: 5000}
    - {when: {}, rate_bp: 2000}
    cap_per_application: null
    cap_per_firm_year: 20
    eligible:
    - {fact: registered_in, op: eq, value: beijing, reason: not_registered}
    grade: B
    sources: ["https://example.org/rule"]
"""


def test_the_smallest_file(dictionary: FactDictionary) -> None:
    (programme,) = load_programmes(HEAD + ONE, "t.yaml", dictionary)
    (version,) = programme.versions
    assert version.id == "x.one@2025-01-01"
    assert version.ceilings == {Ceiling.APPLICATION: None, Ceiling.FIRM_YEAR: 2000}
    assert version.rates[0].when[0].value == 50000
    assert version.not_stated == ("date_rule", "cap_per_application")


FAULTS = [
    ("family:", "familly:", "line 11: the key programmes[0].familly"),
    ("rate_bp: 2000", "rate_bp: 10001", "line 24: programmes[0].versions[0].rates[1].rate_bp"),
    ("rate_bp: 2000", "rate_bp: 0", "not 1 to 10000"),
    ("rate_bp: 2000", "rate_bp: 20.5", "line 24"),
    ("to: 2026-01-01", "to: 2025-01-01", "line 16: programmes[0].versions[0].to"),
    ("to: 2026-01-01", "to: 2025-02-30", "no calendar date"),
    ("status: in_force", "status: maybe", "in_force, unknown"),
    ("grade: B", "grade: Z", "line 29"),
    ("    grade: B\n", "", "grade is missing"),
    ('sources: ["https://example.org/rule"]', "sources: []", "names no source"),
    ("    recorded_at: 2026-11-21\n", "", "recorded_at is missing"),
    ("cap_per_firm_year: 20", "cap_per_firm_year: -20", "line 26"),
    ("cap_per_firm_year: 20", "cap_per_firm_year: 90000000000001", "beyond any amount"),
    ("fact: registered_in", "fact: registred_in", "line 28: registred_in is no fact"),
    ("fact: registered_in", "fact: leg_persons", "leg_persons is no fact of a voucher case"),
    ("value: beijing", "value: peking", "registered_in can never be peking"),
    ("op: eq", "op: le", "le does not apply to registered_in"),
    ("op: eq", "op: contains", "contains does not apply"),
    ("{le: 500}", "{le: 500, ge: 2}", "needs one operator"),
    ("{le: 500}", "{le: many}", "can never be many"),
    ("currency: CNY", "currency: EUR", "EUR is no asset"),
    ("stacks_with: []", "stacks_with: [x.two]", "x.two does not name x.one in turn"),
    ("base: contract_amount", "base: contract_amount\n    fund_total: 1\n    fund_per_year: 1",
     "yearly or total, not both"),
    ("base: contract_amount", "base: contract_amount\n    certain_from: 2026-02-01",
     "lies outside from and to"),
    ("    eligible:\n    - {fact: registered_in, op: eq, value: beijing, reason: not_registered}\n",
     "    eligible: []\n", "must be null or a list"),
    ("rounding: floor_minor_unit_per_application", "rounding: up",
     "line 3: rounding must be floor"),
    ("schema: entrepot.vouchers/1", "schema: entrepot.vouchers/2", "schema must be"),
    ("    - {when: {annual_compute_contracts: {le: 500}}, rate_bp: 5000}",
     "    - {when: {}, rate_bp: 5000}", "no case reaches this rate"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), FAULTS)
def test_a_fault_is_named_with_file_line_and_field(
    dictionary: FactDictionary, old: str, new: str, said: str
) -> None:
    text = HEAD + ONE
    assert text.count(old) == 1
    with pytest.raises(Invalid) as caught:
        load_programmes(text.replace(old, new), "t.yaml", dictionary)
    assert "t.yaml, line " in str(caught.value)
    assert said in str(caught.value)
    assert caught.value.fields


def test_a_misspelt_key_gets_a_suggestion(dictionary: FactDictionary) -> None:
    text = (HEAD + ONE).replace("cap_per_firm_year", "cap_per_firm_yaer")
    with pytest.raises(Invalid) as caught:
        load_programmes(text, "t.yaml", dictionary)
    assert caught.value.render_hint() == "Did you mean cap_per_firm_year?"


def second(first_day: str, recorded: str) -> str:
    version = ONE[ONE.index("  - from:") :]
    return version.replace("2025-01-01", first_day, 1).replace(
        "to: 2026-01-01", "to: null"
    ).replace("2026-11-21", recorded)  # fmt: skip


def test_versions_may_not_overlap_unless_recorded_later(dictionary: FactDictionary) -> None:
    touching = HEAD + ONE + second("2026-01-01", "2026-11-21")
    overlapping = HEAD + ONE + second("2025-12-31", "2026-11-21")
    correction = HEAD + ONE + second("2025-12-31", "2026-11-22")
    assert len(load_programmes(touching, "t.yaml", dictionary)[0].versions) == 2
    assert len(load_programmes(correction, "t.yaml", dictionary)[0].versions) == 2
    with pytest.raises(Invalid, match="version of 2025-12-31 overlaps that of 2025-01-01"):
        load_programmes(overlapping, "t.yaml", dictionary)


def test_an_id_stands_once(dictionary: FactDictionary) -> None:
    with pytest.raises(Invalid, match=r"x\.one stands there twice"):
        load_programmes(HEAD + ONE + ONE, "t.yaml", dictionary)


def test_the_hash_of_a_row_changes_with_the_row(dictionary: FactDictionary) -> None:
    def row_hash(text: str) -> str:
        return load_programmes(text, "t.yaml", dictionary)[0].versions[0].row_hash

    base = row_hash(HEAD + ONE)
    assert row_hash(HEAD + ONE) == base
    assert row_hash((HEAD + ONE).replace("rate_bp: 2000", "rate_bp: 2001")) != base


def test_shipped_money_is_in_minor_units(programmes: tuple[Programme, ...]) -> None:
    by_id = {programme.id: programme for programme in programmes}
    shenzhen = by_id["cn.shenzhen.training_voucher"].versions[0]
    assert shenzhen.ceilings == {
        Ceiling.APPLICATION: 10_000_000_00,
        Ceiling.FIRM_YEAR: 10_000_000_00,
        Ceiling.FUND_YEAR: 500_000_000_00,
    }
    assert by_id["hk.aiss"].versions[0].fund == (Ceiling.FUND_TOTAL, 3_000_000_000_00)
    assert by_id["hk.bud.general"].versions[0].initial_payment_bp == 2000


def test_every_shipped_row_has_source_date_and_grade(programmes: tuple[Programme, ...]) -> None:
    for programme in programmes:
        assert set(programme.name) == {"en", "zh-Hant", "zh-Hans"}
        for version in programme.versions:
            assert version.sources and version.recorded_at == date(2026, 11, 21)


def test_the_page_of_the_room_explains_every_key() -> None:
    page = Path(load_version.__file__).with_name("README.md").read_text("utf-8")
    unexplained = [
        key for key in (*load_version.REQUIRED, *load_version.OPTIONAL) if f"`{key}`" not in page
    ]
    assert unexplained == []
