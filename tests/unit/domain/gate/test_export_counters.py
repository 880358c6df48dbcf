"""The count of exported persons: a data set once a year, thresholds at the edge, never too low."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.domain.gate.gate_samples import OUT, TODAY, judged

from entrepot.domain.gate.counters import (
    NO_EXPORTS,
    OUTSIDE,
    Exports,
    SetCount,
    Tally,
    counted_leg,
    total,
)

UNSTATED = {k: v for k, v in OUT.items() if k not in ("ytd_persons", "ytd_sensitive")}


def sent(set_id: str, persons: int, sensitive: int = 0, on: date = TODAY) -> SetCount:
    """Return a leg on the counter."""
    return SetCount(set_id, "", Tally(persons, sensitive), on)


def leg(persons: int, sensitive: int = 0, **more: object) -> dict[str, object]:
    """Return a leg out of the mainland that states nothing of the year."""
    return {**UNSTATED, "leg_persons": persons, "leg_sensitive": sensitive, **more}


def outcome(before: tuple[SetCount, ...], facts: dict[str, object], set_id: str = "") -> str:
    """Judge a leg with the counter by the shipped rules."""
    exports = Exports((sent(OUTSIDE, 0), *before), (), set_id)
    return judged(counted_leg(facts, exports, TODAY)).outcome.value


@pytest.mark.parametrize(
    ("before", "now", "row"),
    [
        ((60_000, 0), (39_999, 0), "cn.small"),
        ((60_000, 0), (40_000, 0), "cn.mid.v2"),
        ((60_000, 0), (939_999, 0), "cn.mid.v2"),
        ((60_000, 0), (940_000, 0), "cn.pi_high"),
        ((0, 0), (5, 1), "cn.mid.v2"),
        ((0, 1), (5, 0), "cn.mid.v2"),
        ((0, 5_000), (5, 4_999), "cn.mid.v2"),
        ((0, 5_000), (5, 5_000), "cn.spi_high"),
    ],
)
def test_the_thresholds_count_what_was_sent_before(
    before: tuple[int, int], now: tuple[int, int], row: str
) -> None:
    exports = Exports((sent(OUTSIDE, 0), sent("M-1", *before)))
    decision = judged(counted_leg(leg(*now), exports, TODAY))
    assert row in [item.row_id for item in decision.rows]


def test_a_set_counts_once_however_often_it_travels() -> None:
    before = (sent("M-1", 60_000), sent("M-1", 50_000))
    assert outcome(before, leg(60_000), "M-1") == "allow_with_duties"
    assert outcome(before, leg(60_000), "M-2") == "instrument"
    assert outcome(before, leg(60_000)) == "instrument"


def test_last_year_does_not_count_and_the_first_of_january_does() -> None:
    eve, morning = date(2025, 12, 31), date(2026, 1, 1)
    assert outcome((sent("M-1", 99_999, on=eve),), leg(1)) == "allow_with_duties"
    assert outcome((sent("M-1", 99_999, on=morning),), leg(1)) == "instrument"


def test_without_a_word_on_other_exports_the_year_is_asked() -> None:
    facts = counted_leg(leg(5), Exports((sent("M-1", 7),)), TODAY)
    assert "ytd_persons" not in facts
    assert judged(facts).outcome.value == "needs_info"


def test_what_is_stated_is_a_floor() -> None:
    exports = Exports((sent("M-1", 70),))
    high = counted_leg(leg(5, ytd_persons=500, ytd_sensitive=0), exports, TODAY)
    low = counted_leg(leg(5, ytd_persons=6, ytd_sensitive=0), exports, TODAY)
    assert (high["ytd_persons"], low["ytd_persons"]) == (500, 75)


def test_a_contradiction_is_not_smoothed_over() -> None:
    facts = counted_leg(leg(10, ytd_persons=5, ytd_sensitive=0), NO_EXPORTS, TODAY)
    assert facts["ytd_persons"] == 5
    assert judged(facts).outcome.value == "needs_info"


@pytest.mark.parametrize("persons", [None, True, "9"])
def test_a_leg_without_counts_is_left_alone(persons: object) -> None:
    facts = {**leg(1), "leg_persons": persons}
    assert counted_leg(facts, Exports((sent(OUTSIDE, 9),)), TODAY) == facts


def test_a_leg_that_stays_or_comes_in_is_left_alone() -> None:
    exports = Exports((sent(OUTSIDE, 9),))
    for ends in ({"place_to": "CN"}, {"place_from": "HK"}):
        facts = {**leg(5), **ends}
        assert counted_leg(facts, exports, TODAY) == facts


COUNTS = st.tuples(st.integers(0, 10**6), st.integers(0, 10**5))
LEGS = st.lists(st.tuples(st.sampled_from("abcd"), COUNTS), max_size=12)


@given(legs=LEGS, last=st.tuples(st.sampled_from("abcde"), COUNTS))
def test_the_count_is_that_of_a_plain_sum_over_sets(legs: list[Any], last: Any) -> None:
    before = [sent(name, *counts) for name, counts in legs]
    sum_ = total(before, TODAY.year, Tally(*last[1]), last[0])
    largest: dict[str, list[int]] = {}
    for name, counts in [*legs, last]:
        kept = largest.setdefault(name, [0, 0])
        largest[name] = [max(a, b) for a, b in zip(kept, counts, strict=True)]
    assert sum_.persons == sum(value[0] for value in largest.values())
    assert sum_.sensitive == sum(value[1] for value in largest.values())


@given(legs=LEGS, last=st.tuples(st.sampled_from("abcde"), COUNTS))
def test_one_more_leg_never_lowers_the_count(legs: list[Any], last: Any) -> None:
    before = [sent(name, *counts) for name, counts in legs]
    less, more = total(before, TODAY.year), total(before, TODAY.year, Tally(*last[1]), last[0])
    assert more.persons >= max(less.persons, last[1][0])
    assert more.sensitive >= max(less.sensitive, last[1][1])
