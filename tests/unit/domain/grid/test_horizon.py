"""How far values look ahead: what is drawn, and where looking near pays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.horizon import GAIN_LEAST, arrivals, gain_of_near, part_of
from entrepot.domain.grid.kernels_value import fill
from entrepot.domain.grid.model import Nodes
from entrepot.domain.grid.own import WEIGHTS
from entrepot.domain.grid.rolls import FAR, NEAR, rolls_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]

SIZE = 60


def cluster(size: int = SIZE) -> Nodes:
    """Return nodes of eight devices."""
    each = np.ones(size, dtype=np.int64)
    names = tuple(f"n{row:03}" for row in range(size))
    return Nodes(
        names, ("X",), 128_000 * each, 1_048_576 * each, 8 * each, 0 * each, 4 * each, 0 * each,
        np.arange(size),
    )  # fmt: skip


def asks_of(shares: list[tuple[int, int]]) -> Int64:
    """Return classes that ask for so many devices, and so many milli of each."""
    rows = [[milli * devices * 8, 4_096, devices, milli, -1, 0, 0] for devices, milli in shares]
    return np.array(rows, dtype=np.int64)


def gain(shares: list[tuple[int, int]]) -> float:
    """Return what looking near gains where all of these come alike often."""
    asks = asks_of(shares)
    return gain_of_near(cluster(), asks, np.full(len(asks), 400), WEIGHTS)


def test_near_pays_where_pieces_are_left_that_few_requests_fill() -> None:
    assert gain([(1, 260), (1, 370), (1, 430), (1, 620), (1, 1_000)]) > GAIN_LEAST


def test_far_is_kept_where_all_pieces_fit() -> None:
    assert gain([(1, 250), (1, 500), (1, 1_000), (2, 1_000)]) <= GAIN_LEAST


def test_arrivals_ask_for_no_more_than_is_there_but_for_the_last() -> None:
    asks = asks_of([(1, 300), (2, 1_000)])
    order = arrivals(asks, np.array([3, 1]), 100_000)
    asked = (asks[order, 2] * asks[order, 3]).cumsum()
    assert asked[-2] < 100_000 <= asked[-1]
    assert order.tolist() == arrivals(asks, np.array([3, 1]), 100_000).tolist()


def test_a_large_cluster_is_tried_in_part_and_a_small_one_whole() -> None:
    assert len(part_of(cluster(200)).node) == SIZE
    assert len(part_of(replace(cluster(5))).node) == 5


def test_values_that_look_near_count_no_more_than_comes_soon() -> None:
    asks, counts = asks_of([(1, 100), (1, 900)]), np.array([1, 9])
    free, part = np.array([100] + 7 * [0]), np.zeros(9, dtype=np.int64)
    worth = [
        fill(rolls_of(asks, counts, (128_000, 1_048_576), 1, far), 0, 512, 512, free.copy(), part)
        for far in (FAR, NEAR)
    ]
    assert worth[0] > worth[1] > 0
