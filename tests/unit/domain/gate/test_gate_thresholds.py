"""The edges of the tables: persons, sensitive persons, limits of devices, days of change."""

from datetime import date

import pytest
from tests.unit.domain.gate.gate_samples import CHIP, IN, MANY, OUT, TODAY, judged

from entrepot.kernel.rulebook.table import Outcome


def hit(table: str, leg: object = None, placement: object = None, day: date = TODAY) -> str:
    decision = judged(leg, placement, day)  # type: ignore[arg-type]
    return next(item.row_id for item in decision.rows if item.verdict.table == table)


@pytest.mark.parametrize(
    ("persons", "sensitive", "row"),
    [
        (99_999, 0, "cn.small"),
        (100_000, 0, "cn.mid.v2"),
        (99_999, 1, "cn.mid.v2"),
        (999_999, 0, "cn.mid.v2"),
        (1_000_000, 0, "cn.pi_high"),
        (0, 9_999, "cn.mid.v2"),
        (0, 10_000, "cn.spi_high"),
        (1_000_000, 10_000, "cn.spi_high"),
    ],
)
def test_counts_since_january(persons: int, sensitive: int, row: str) -> None:
    leg = {**OUT, "leg_persons": 1, "ytd_persons": max(persons, 1), "leg_sensitive": 0}
    leg |= {"ytd_persons": persons, "ytd_sensitive": sensitive}
    if persons == 0:
        leg |= {"leg_persons": 0, "leg_sensitive": 1}
    assert hit("cn_out", leg) == row


@pytest.mark.parametrize(("day", "row"), [
    (date(2025, 12, 31), "cn.mid.v1"),
    (date(2026, 1, 1), "cn.mid.v2"),
])  # fmt: skip
def test_certification_changes_with_the_year(day: date, row: str) -> None:
    assert hit("cn_out", {**OUT, **MANY}, day=day) == row


@pytest.mark.parametrize(
    ("day", "held", "outcome"),
    [
        (date(2025, 12, 31), "certification", "instrument"),
        (date(2025, 12, 31), "certification_old_regime", "allow_with_duties"),
        (date(2026, 1, 1), "certification", "allow_with_duties"),
        (date(2026, 1, 1), "certification_old_regime", "instrument"),
    ],
)
def test_only_the_certificate_of_the_regime_counts(day: date, held: str, outcome: str) -> None:
    assert judged({**OUT, **MANY}, as_of=day, instruments=(held,)).outcome == outcome


@pytest.mark.parametrize(("sensitive", "row"), [(0, "cn.nothing_regulated"), (1, "cn.mid.v2")])
def test_one_sensitive_person_makes_the_leg_personal(sensitive: int, row: str) -> None:
    leg = {**OUT, "leg_persons": 0, "leg_sensitive": sensitive, "ytd_sensitive": sensitive}
    assert hit("cn_out", leg) == row


@pytest.mark.parametrize(
    ("tpp", "dram_gbs", "row"),
    [
        (20_999, 6_499, "ear.located_within_limits"),
        (21_000, 6_499, "ear.located_over_limits"),
        (20_999, 6_500, "ear.located_over_limits"),
    ],
)
def test_limits_of_the_rule_of_2026(tpp: int, dram_gbs: int, row: str) -> None:
    assert hit("us_ear", None, {**CHIP, "tpp": tpp, "dram_gbs": dram_gbs}) == row


@pytest.mark.parametrize(("day", "outcome"), [
    (date(2022, 10, 6), Outcome.NEEDS_REVIEW),
    (date(2022, 10, 7), Outcome.APPROVAL),
])  # fmt: skip
def test_before_a_table_is_covered_nothing_opens(day: date, outcome: Outcome) -> None:
    decision = judged(None, CHIP, day)
    assert decision.outcome is outcome
    assert decision.deciding == (
        ("table:us_ear",) if outcome is Outcome.NEEDS_REVIEW else ("ear.located.v1",)
    )


def test_before_a_table_is_covered_a_refuse_stands() -> None:
    early = date(2010, 1, 1)
    assert judged(None, {**CHIP, "party_restricted": True}, early).outcome == "refuse"
    assert judged({**IN, "purpose_compatible": False}, as_of=early).outcome == "refuse"


@pytest.mark.parametrize(("day", "outcome"), [
    (date(2023, 1, 16), "needs_review"),
    (date(2023, 1, 17), "approval"),
])  # fmt: skip
def test_macau_joins_by_its_own_step_of_the_series(day: date, outcome: str) -> None:
    chip = {**CHIP, "chip_location": "MO", "operator_hq": "SG"}
    assert judged(None, chip, day).outcome == outcome
