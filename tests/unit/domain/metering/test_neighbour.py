"""Slow neighbours: only who waited and got less than the share was slowed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from entrepot.domain.metering.neighbour import Neighbourhood, neighbourhood

MS = st.integers(0, 10**9)


def half(cpu_ms: int, waited_ms: int) -> Neighbourhood:
    """Ten seconds on half of a device of one processor: 5,000 ms are its own."""
    return neighbourhood(10, 500, 1, cpu_ms, waited_ms)


def test_a_lease_that_waited_inside_its_share_was_slowed() -> None:
    found = half(cpu_ms=3_000, waited_ms=6_000)
    assert (found.entitled_ms, found.short_ms, found.short_bp) == (5_000, 2_000, 4_000)
    assert found.slowed


def test_a_lease_that_had_its_share_and_wanted_more_was_not() -> None:
    assert not half(cpu_ms=5_000, waited_ms=5_000).slowed
    assert half(cpu_ms=7_000, waited_ms=3_000).short_ms == 0


def test_a_lease_that_slept_was_not() -> None:
    assert half(cpu_ms=100, waited_ms=20).short_ms == 20
    assert not half(cpu_ms=100, waited_ms=20).slowed


def test_a_tenth_of_the_share_is_the_bound() -> None:
    assert not half(cpu_ms=0, waited_ms=499).slowed
    assert half(cpu_ms=0, waited_ms=500).slowed


def test_nothing_run_is_nobody_slowed() -> None:
    nothing = neighbourhood(0, 1000, 8, 0, 0)
    assert (nothing.slowed, nothing.short_bp) == (False, 0)


@given(st.integers(0, 10**6), st.integers(1, 64_000), st.integers(1, 256), MS, MS)
def test_what_is_short_is_neither_more_than_was_waited_nor_than_was_leased(
    wall: int, milli: int, processors: int, cpu_ms: int, waited_ms: int
) -> None:
    found = neighbourhood(wall, milli, processors, cpu_ms, waited_ms)
    assert 0 <= found.short_ms <= min(waited_ms, found.entitled_ms)
    assert found.short_ms + min(cpu_ms, found.entitled_ms) <= found.entitled_ms
    assert 0 <= found.short_bp <= 10_000
