"""What a node is worth by bitwise steps, against a plain walk through the same sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from entrepot.domain.grid.kernels_value import fill, lowest
from entrepot.domain.grid.own import groups_of
from entrepot.domain.grid.rolls import ROLLS, STEPS, Rolls, rolls_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]

MOST = (96_000, 393_216)


def made_up(seed: int) -> tuple[Int64, Int64]:
    """Return classes of requests and how often each was seen."""
    rng = np.random.default_rng(seed)
    size = 30
    devices = rng.choice([0, 1, 2, 4, 8], size, p=[0.2, 0.5, 0.1, 0.1, 0.1])
    share = rng.choice([110, 320, 470, 810, 1000], size)
    milli = np.where(devices == 0, 0, np.where(devices > 1, 1000, share))
    asks = np.zeros((size, 7), dtype=np.int64)
    asks[:, 0] = rng.choice([2_000, 6_000, 11_000, 20_000, 200_000], size)
    asks[:, 1] = rng.choice([4_096, 30_720, 131_072], size)
    asks[:, 2], asks[:, 3] = devices, milli
    asks[:, 4] = rng.choice([1, 2, 3], size)
    return asks, rng.integers(0, 9, size) + 1


def walked(asks: Int64, rolls: Rolls, allowed: Int64, state: tuple[int, int, int, Int64]) -> int:
    """Return the milli that find room, one request after another."""
    model, cpu_first, memory_first, begun = state
    found = 0
    steps = max(3, STEPS * begun.size // 8)
    for roll in range(ROLLS):
        cpu, memory, free = cpu_first, memory_first, begun.copy()
        for turn in range(steps):
            c, m, need, milli = rolls.step[roll, turn % STEPS].tolist()
            if c > cpu or m > memory:
                continue
            if need and not (allowed[roll, turn % STEPS] >> model) & 1:
                continue
            good = np.flatnonzero(free >= milli) if milli < 1000 else np.flatnonzero(free == 1000)
            if good.size < need:
                continue
            cpu, memory = cpu - c, memory - m
            if need:
                chosen = good[np.argsort(free[good], kind="stable")][:need]
                free[chosen] -= milli
                found += need * milli
    return found


@pytest.mark.parametrize("devices", [1, 4, 8, 16])
def test_bitwise_steps_fill_like_a_plain_walk(devices: int) -> None:
    different: set[int] = set()
    for seed in range(12):
        asks, counts = made_up(seed)
        rolls = rolls_of(asks, counts, MOST, 2)
        asks_models = asks.copy()
        asks_models[:, 3] = asks[:, 4]  # a second draw of the same sequences tells the models
        asks_models[:, 2] = 1
        allowed = rolls_of(asks_models, counts, MOST, 2).step[:, :, 3].astype(np.int64)
        rng = np.random.default_rng(seed)
        free = rng.choice([0, 60, 190, 530, 1000], devices).astype(np.int64)
        state = (int(rng.integers(0, 2)), int(rng.integers(0, 512)), int(rng.integers(0, 512)))
        plain = walked(asks, rolls, allowed, (*state, free))
        assert fill(rolls, *state, free.copy(), np.zeros(devices + 1, dtype=np.int64)) == plain
        different.add(plain)
    assert len(different) > 3


def test_units_are_what_all_amounts_are_a_multiple_of() -> None:
    asks, counts = made_up(3)
    assert rolls_of(asks, counts, MOST, 2).span[:2].tolist() == [1_000, 2_048]
    asks[0, :2] += 1
    assert rolls_of(asks, counts, MOST, 2).span[:2].tolist() == [188, 768]


def test_the_lowest_bit_is_found() -> None:
    assert [lowest(np.uint64((5 << place) % (1 << 64))) for place in range(62)] == list(range(62))
    assert lowest(np.uint64(1 << 63)) == 63


def test_requests_nearly_alike_share_a_group_and_no_member_fits_where_the_group_does_not() -> None:
    asks = np.array(
        [
            [8_000, 4_096, 1, 500, 1, 0, 0],
            [8_152, 4_200, 1, 500, 2, 0, 0],
            [16_000, 4_096, 1, 500, 1, 0, 0],
            [8_000, 4_096, 1, 510, 1, 0, 0],
            [8_000, 4_096, 1, 500, 1, 3, 0],
        ]
    )
    alike, group = groups_of(asks)
    assert alike[0] == alike[1]
    assert len({int(each) for each in alike}) == 4
    assert (np.delete(group[alike], 4, axis=1) <= np.delete(asks, 4, axis=1)).all()
