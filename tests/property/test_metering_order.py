"""Usage depends on the set of reports, never on their order; splitting moves little money."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.domain.metering.metering_chain import TERMS, chain

from entrepot.domain.metering.accept import accept
from entrepot.domain.metering.model import ReceivedReport
from entrepot.kernel.money import HKD, UnitPrice

steps = st.lists(st.integers(0, 90), min_size=1, max_size=6)
Total = Callable[[Sequence[Sequence[ReceivedReport]]], int]


def counted(batches: Sequence[Sequence[ReceivedReport]]) -> int:
    """Accept batch by batch, keeping what was accepted, as a service does."""
    known: list[ReceivedReport] = []
    for batch in batches:
        known += accept(batch, TERMS, known).accepted
    return accept([], TERMS, known).usage.milli_device_seconds


def summed(batches: Sequence[Sequence[ReceivedReport]]) -> int:
    """The planted bug: every arrival adds its part of time."""
    parts = [one.report for batch in batches for one in batch]
    return sum((part.end - part.start) * 1000 for part in parts)


def disturbed(data: st.DataObject, walls: list[int]) -> list[list[ReceivedReport]]:
    """Reorder and double the reports, cut them into batches, and send all once more."""
    reports = chain(walls)
    doubled = data.draw(st.permutations(reports + data.draw(st.lists(st.sampled_from(reports)))))
    cut = data.draw(st.integers(0, len(doubled)))
    return [doubled[:cut], doubled[cut:], reports]


@given(steps, st.data())
def test_late_double_and_reordered_reports_give_the_same_usage(
    parts: list[int], data: st.DataObject
) -> None:
    walls = list(accumulate(parts))
    assert counted(disturbed(data, walls)) == counted([chain(walls)]) == walls[-1] * 1000


def test_the_check_catches_a_meter_that_adds_up_arrivals() -> None:
    reports = chain([10, 20])
    assert summed([reports]) == counted([reports])
    assert summed([reports, reports[:1]]) != counted([reports, reports[:1]])


@given(steps, st.fractions(0, 10**6, max_denominator=997))
def test_splitting_an_interval_moves_at_most_half_a_unit_a_piece(
    parts: list[int], per_hour: Fraction
) -> None:
    price = UnitPrice(per_hour, HKD)
    pieces = [price.charge(part * 1000).minor for part in parts]
    exact = per_hour * sum(parts) / 3600
    assert abs(sum(pieces) - exact) <= Fraction(len(parts), 2)


@given(steps, steps)
def test_more_usage_never_costs_less(parts: list[int], more: list[int]) -> None:
    price = UnitPrice(Fraction(12345, 7), HKD)
    assert price.charge(1000 * sum(parts)) <= price.charge(1000 * sum(parts + more))
