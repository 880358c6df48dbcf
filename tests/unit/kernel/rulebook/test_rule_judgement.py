"""One table's answer: order, dates of law and of record, grades, instruments."""

from datetime import date

from entrepot.kernel.rulebook.decide import GateVerdict, Stance, day_gate, judge_gate
from entrepot.kernel.rulebook.load import load_rulebook

DICTIONARY = """
schema: entrepot.dictionary/1
retrieved: 2026-11-21
recorded_at: 2026-11-21
facts:
- {name: go, scope: leg, type: bool, ask: null}
- {name: persons, scope: leg, type: int, min: 0, ask: null}
constraints: []
"""

HEAD = """
schema: entrepot.flow/1
retrieved: 2026-11-21
force_grades: [A, B, C]
sources:
  s1: {url: null, citation: "a paper", what: "a text", grade: B, retrieved: 2026-11-21}
parameters:
  cap:
    unit: persons
    grade: PARAMETER_GRADE
    src: [s1]
    series:
      - {from: 2025-01-01, recorded_at: 2025-01-01, value: 10}
      - {from: 2025-01-01, recorded_at: 2026-03-01, value: 20}
instruments:
  one: {in_force: "signed"}
  two: {in_force: "signed"}
  both: {in_force: "signed"}
tables:
- id: t
  applies: [[go, eq, true]]
  covered_from: 2025-01-01
  rows:
"""

ROW = (
    "  - {{id: {id}, from: 2025-01-01, recorded_at: {at}, grade: {grade}, src: [s1], basis: b,"
    " {more}}}\n"
)
DAY = date(2026, 6, 1)


def row(name: str, more: str, grade: str = "B", at: str = "2025-01-01") -> str:
    return ROW.format(id=name, at=at, grade=grade, more=more)


def verdict(
    rows: str,
    persons: int | None = 5,
    held: tuple[str, ...] = (),
    stance: Stance | None = None,
    grade: str = "B",
) -> GateVerdict:
    flow = HEAD.replace("PARAMETER_GRADE", grade) + rows
    book = load_rulebook({"d.yaml": DICTIONARY, "f.yaml": flow})
    facts: dict[str, object] = {"go": True, "persons": persons}
    sheet = book.dictionary.check("leg", facts)
    return judge_gate(book, "flow", sheet, frozenset(held), stance or Stance(DAY))


FEW = "when: [[persons, lt, $cap]], outcome: allow"
ALL = "when: [], outcome: allow_with_duties, duties: [care]"


def test_the_first_hit_answers_and_an_unsettled_row_stops_the_table() -> None:
    rows = row("a", FEW) + row("b", ALL)
    assert verdict(rows, 5).deciding == ("a",)
    assert verdict(rows, 500).deciding == ("b",)
    unsettled = verdict(rows, None)
    assert (unsettled.outcome, unsettled.deciding) == ("needs_info", ("a",))
    assert unsettled.missing == ("persons",)
    assert unsettled.verdicts[0].advice == "allow" and unsettled.verdicts[0].duties == ()


def test_a_parameter_is_read_as_known_then() -> None:
    rows = row("a", FEW) + row("b", ALL)
    assert verdict(rows, 15, stance=Stance(DAY, known=date(2026, 2, 28))).deciding == ("b",)
    assert verdict(rows, 15, stance=Stance(DAY, known=date(2026, 3, 1))).deciding == ("a",)
    assert verdict(rows, 15).deciding == ("a",)


def test_a_corrected_row_takes_the_place_of_the_first_from_its_day_of_record() -> None:
    rows = row("a", FEW) + row("b", ALL)
    rows += row("a", "when: [[persons, lt, 3]], outcome: allow", at="2026-05-01")
    early = Stance(DAY, known=date(2026, 4, 30))
    assert verdict(rows, 5, stance=early).deciding == ("a",)
    assert verdict(rows, 5).deciding == ("b",)
    assert verdict(rows, 2).deciding == ("a",)


def test_instruments_owed() -> None:
    rows = row("a", "when: [], outcome: approval, any_of: [one, two], all_of: [both], duties: [d]")
    found = verdict(rows)
    assert found.outcome == "approval"
    assert found.verdicts[0].instruments == ("both", "one", "two")
    assert verdict(rows, held=("one",)).verdicts[0].instruments == ("both",)
    assert verdict(rows, held=("both",)).verdicts[0].instruments == ("one", "two")
    met = verdict(rows, held=("both", "two"))
    assert (met.outcome, met.verdicts[0].advice) == ("allow_with_duties", "approval")
    assert met.verdicts[0].duties == ("d",) and met.verdicts[0].instruments == ()


def test_an_alternative_of_weak_grade_does_not_meet_a_row_until_reviewed() -> None:
    rows = row("a", "when: [], outcome: instrument, any_of: [one, two], field_grades: {two: K}")
    assert verdict(rows, held=("two",)).outcome == "instrument"
    assert verdict(rows, held=("one",)).outcome == "allow_with_duties"
    reviewed = Stance(DAY, reviews=frozenset({"a"}))
    assert verdict(rows, held=("two",), stance=reviewed).outcome == "allow_with_duties"


def test_weak_grades_tighten_and_never_loosen() -> None:
    for grade in "SKX":
        assert verdict(row("a", ALL, grade)).outcome == "needs_review"
        assert verdict(row("a", "when: [], outcome: allow", grade)).outcome == "needs_review"
        assert verdict(row("a", "when: [], outcome: refuse", grade)).outcome == "refuse"
        owing = row("a", "when: [], outcome: instrument, any_of: [one]", grade)
        assert verdict(owing, held=("one",)).outcome == "needs_review"
        reviewed = Stance(DAY, reviews=frozenset({"a"}))
        assert verdict(row("a", ALL, grade), stance=reviewed).outcome == "allow_with_duties"


def test_a_row_is_no_firmer_than_the_parameter_it_reads() -> None:
    assert verdict(row("a", FEW), grade="K").outcome == "needs_review"
    assert verdict(row("a", FEW), grade="C").outcome == "allow"


def test_what_if_rows_stand_behind_their_anchor() -> None:
    bill = row(
        "bill",
        "when: [], outcome: refuse, status: proposed, assumed_from: 2026-01-01, insert_after: a",
    )
    rows = row("a", FEW) + row("b", ALL) + bill
    assumed = Stance(DAY, what_if=frozenset({"bill"}))
    assert verdict(rows, 500, stance=assumed).deciding == ("bill",)
    assert verdict(rows, 5, stance=assumed).deciding == ("a",)
    before = Stance(date(2025, 12, 31), what_if=frozenset({"bill"}))
    assert verdict(rows, 500, stance=before).deciding == ("b",)
    assert verdict(rows, 500).deciding == ("b",)


def test_before_coverage_only_refuse_rows_are_read() -> None:
    early = Stance(date(2024, 12, 31))
    old = row("r", "when: [[persons, gt, 9]], outcome: refuse").replace(
        "2025-01-01, rec", "2020-01-01, rec"
    )
    rows = row("a", "when: [], outcome: allow").replace("2025-01-01, rec", "2020-01-01, rec") + old
    assert verdict(rows, 10, stance=early).deciding == ("r",)
    found = verdict(rows, 9, stance=early)
    assert (found.outcome, found.deciding) == ("needs_review", ("table:t",))
    assert verdict(rows, 10).deciding == ("a",)


def test_days_of_equal_law_share_one_compiled_gate() -> None:
    flow = HEAD.replace("PARAMETER_GRADE", "B") + row("a", FEW)
    book = load_rulebook({"d.yaml": DICTIONARY, "f.yaml": flow})
    one = day_gate(book, "flow", Stance(date(2026, 6, 1), date(2026, 6, 1)))
    assert day_gate(book, "flow", Stance(date(2026, 7, 1), date(2026, 5, 5))) is one
    assert day_gate(book, "flow", Stance(date(2026, 6, 1), date(2026, 2, 1))) is not one
