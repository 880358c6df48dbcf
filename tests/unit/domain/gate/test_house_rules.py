"""House rules tighten and never loosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.unit.domain.gate.gate_samples import BACK, IN, OUT, TODAY, judged

from entrepot.domain.gate.counters import NO_EXPORTS, Exports, SetCount, Tally
from entrepot.domain.gate.house_rules import (
    SPLIT_DAYS,
    SPLIT_SETS_MAX,
    SPLITTING,
    OnFile,
    guarded,
    house_keys,
    looks_split,
    tightened,
    unite_guarded,
)
from entrepot.domain.gate.model import GateCase
from entrepot.kernel.rulebook.table import RANK, Outcome

ALL = OnFile(manifest=True, isolation=True)


def parts(count: int, on: date = TODAY, set_id: str = "M-new") -> Exports:
    """Return a counter with so many parts of one family, and one more that is judged."""
    legs = tuple(SetCount(f"M-{n}", "M-0", Tally(9, 0), on) for n in range(count))
    return Exports((), legs, set_id)


def test_the_sixth_part_within_thirty_days_is_looked_at() -> None:
    assert not looks_split(parts(SPLIT_SETS_MAX - 1), TODAY)
    assert looks_split(parts(SPLIT_SETS_MAX), TODAY)


def test_a_part_that_travels_again_is_no_further_part() -> None:
    assert not looks_split(parts(SPLIT_SETS_MAX, set_id="M-0"), TODAY)


def test_the_window_is_thirty_days_and_knows_no_new_year() -> None:
    first = TODAY - timedelta(days=SPLIT_DAYS - 1)
    assert looks_split(parts(SPLIT_SETS_MAX, first), TODAY)
    assert not looks_split(parts(SPLIT_SETS_MAX, first - timedelta(days=1)), TODAY)
    assert looks_split(parts(SPLIT_SETS_MAX, date(2025, 12, 31)), date(2026, 1, 2))


def test_without_a_manifest_nothing_is_a_part() -> None:
    assert not looks_split(parts(50, set_id=""), TODAY)


def test_only_a_leg_out_of_the_mainland_is_guarded() -> None:
    many = parts(SPLIT_SETS_MAX)
    for leg, expected in ((BACK, "needs_review"), (IN, "allow_with_duties")):
        decision = judged(leg)
        assert decision.outcome.value == "allow_with_duties"
        case = GateCase("case", TODAY, leg=leg)
        assert guarded(decision, case, many, ALL).outcome.value == expected


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_decision_is_tightened_and_never_loosened(outcome: Outcome) -> None:
    for leg in (OUT, BACK, {**OUT, "state_secret_or_core": True}, {}):
        before = judged(leg)
        after = tightened(before, outcome, "house.any")
        assert RANK[after.outcome] == max(RANK[before.outcome], RANK[outcome])
        if RANK[before.outcome] > RANK[outcome]:
            assert after is before
        else:
            assert after.deciding[-1] == "house.any"


def test_the_place_keeps_what_a_leg_was_tightened_to() -> None:
    inbound, back = judged(IN), judged(BACK)
    held = guarded(back, GateCase("case", TODAY, leg=BACK), parts(SPLIT_SETS_MAX), ALL)
    united = unite_guarded([inbound, held])
    assert (united.outcome.value, united.deciding) == ("needs_review", (SPLITTING,))
    assert unite_guarded([inbound, back]).outcome.value == "allow_with_duties"


@pytest.mark.parametrize(
    ("on_file", "added"),
    [
        (ALL, ()),
        (OnFile(manifest=True), ("isolation_record",)),
        (OnFile(isolation=True), ("origin_manifest_record",)),
        (OnFile(), ("origin_manifest_record", "isolation_record")),
    ],
)
def test_transit_lists_a_duty_for_each_record_that_is_not_on_file(
    on_file: OnFile, added: tuple[str, ...]
) -> None:
    back = judged(BACK)
    case = GateCase("case", TODAY, leg=BACK)
    found = guarded(back, case, NO_EXPORTS, on_file)
    assert found.duties == back.duties + added and "mix_check_record" in back.duties
    assert (found.outcome, found.deciding) == (back.outcome, back.deciding)
    united = unite_guarded([judged(IN), found])
    assert united.duties[len(united.duties) - len(added) :] == added
    assert len(house_keys(united)) == len(added)


def test_a_leg_that_does_not_rest_on_transit_asks_for_no_such_record() -> None:
    for leg in (IN, OUT, {**BACK, "mixes_cn_personal": True}):
        decision = judged(leg)
        assert guarded(decision, GateCase("case", TODAY, leg=leg), NO_EXPORTS, OnFile()) is decision


def test_an_allowed_decision_with_a_duty_of_the_house_has_duties() -> None:
    plain = replace(judged(BACK), outcome=Outcome.ALLOW, duties=())
    found = guarded(plain, GateCase("case", TODAY, leg=BACK), NO_EXPORTS, OnFile())
    assert found.outcome is Outcome.ALLOW_WITH_DUTIES
