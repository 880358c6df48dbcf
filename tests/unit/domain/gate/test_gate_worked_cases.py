"""Every row of the shipped tables answers its worked case."""

import pytest
from tests.unit.domain.gate.gate_samples import WORKED, Worked, judged, shipped


@pytest.mark.parametrize("case", WORKED, ids=lambda case: case.row)
def test_row_answers_its_case(case: Worked) -> None:
    decision = judged(case.leg, case.placement, case.as_of, case.instruments, what_if=case.what_if)
    answers = {item.row_id: item for item in decision.rows}
    assert case.row in answers, (decision.outcome, list(answers), decision.missing)
    assert answers[case.row].outcome == case.outcome
    assert answers[case.row].verdict.advice == case.advice
    assert answers[case.row].sources


def test_every_row_has_a_case() -> None:
    assert {case.row for case in WORKED} == set(shipped().rows)


def test_counts_of_the_shipped_tables() -> None:
    book = shipped()
    rows = {name: sum(len(t.rows) for t in gate.tables) for name, gate in book.gates.items()}
    assert rows == {"flow": 43, "placement": 15}
    assert len(book.dictionary.facts) == 78
