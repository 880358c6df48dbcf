"""Settlement stays right under loss, doubling, disorder, delay and death (TRUST row 5).

Replay one seed with all that happens in it: ``python -m tests.faults.simulate 17``.
"""

from __future__ import annotations

import time

import pytest
from tests.faults.sim_bugs import BUGS, Plant
from tests.faults.sim_world import lived
from tests.sizes import figure, size

SEEDS = size("SEEDS", 2_000, 100_000)
PARTS = 4
WITHIN = 300


@pytest.mark.parametrize("part", range(PARTS))
def test_no_seed_breaks_a_promise(part: int) -> None:
    begun = time.monotonic()
    found = [(seed, lived(seed)) for seed in range(part, SEEDS, PARTS)]
    broken = [(seed, one.problem) for seed, one in found if one.problem]
    figure(
        "simulator",
        seeds=len(found),
        commits=sum(one.steps for _, one in found),
        deaths=sum(one.deaths for _, one in found),
        lost=sum(one.lost for _, one in found),
        seconds=round(time.monotonic() - begun, 1),
        broken=len(broken),
    )
    assert broken == []
    # A world in which nothing goes wrong would prove nothing.
    assert sum(one.deaths for _, one in found) > len(found)
    assert sum(one.lost for _, one in found) > len(found)


def test_a_seed_replays_byte_for_byte() -> None:
    first, again = (
        [lived(seed).digest for seed in range(20)],
        [lived(seed).digest for seed in range(20)],
    )
    assert first == again
    assert len(set(first)) == len(first)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_each_planted_bug_is_found(monkeypatch: pytest.MonkeyPatch, bug: Plant) -> None:
    bug(monkeypatch)
    assert any(lived(seed).problem for seed in range(WITHIN)), "the simulator is blind to it"


def test_enough_bugs_are_planted() -> None:
    assert len(set(BUGS)) >= 10
