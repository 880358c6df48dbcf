"""Which rows a verdict counts as tried."""

from __future__ import annotations

from tests.unit.domain.gate.gate_samples import CHIP, OUT, judged, shipped

from entrepot.kernel.rulebook.coverage import Coverage, rows_reached, rows_wanted


def reached(**facts: object) -> set[str]:
    decision = judged({**OUT, **facts})
    return {name for subject in decision.subjects for name in rows_reached(subject.verdict)}


def test_rows_and_constraints_are_wanted_once_each() -> None:
    wanted = rows_wanted(shipped())
    assert len(wanted) == len(set(wanted)) == 43 + 15 + len(shipped().constraints)
    assert "cn.small of 2026-11-21" in wanted and "k.eccn_tpp" in wanted


def test_the_row_that_answers_is_reached() -> None:
    assert reached() == {"cn.small of 2026-11-21"}


def test_a_row_that_waits_for_a_fact_is_not_reached() -> None:
    assert reached(state_secret_or_core=None) == set()


def test_a_row_whose_grade_only_advises_is_reached() -> None:
    decision = judged(None, {**CHIP, "end_use": "military"})
    names = {name for subject in decision.subjects for name in rows_reached(subject.verdict)}
    assert names == {"ear.other_controlled_use of 2026-11-21"}


def test_a_broken_constraint_is_reached() -> None:
    assert "k.leg_over_ytd" in reached(leg_persons=501)


def test_what_is_not_reached_is_missing() -> None:
    coverage = Coverage(("a", "b", "c"), frozenset({"c", "elsewhere"}))
    assert coverage.missing == ("a", "b")
    assert coverage.count == 1
