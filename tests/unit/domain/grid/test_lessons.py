"""When the mix is learned anew, and what a lesson holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.lessons import ENOUGH, FIRST, Lessons
from entrepot.domain.grid.mix import learn
from entrepot.domain.grid.rolls import LEAST, rolls_of
from entrepot.domain.grid.state import rows_of
from entrepot.domain.grid.tiny import tiny_cluster

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.grid.mix import Mix


def lessons_of(asks: list[int]) -> list[tuple[int, bool]]:
    """Return after how many requests there was a lesson, and whether it was deep."""
    lessons, found = Lessons(2), []
    for seen, ask in enumerate(asks):
        lesson = lessons.due(ask)
        if lesson is not None:
            found.append((seen, lesson[1]))
        lessons.see(np.array([ask]))
    return found


def test_lessons_come_at_doublings_and_then_at_every_so_many() -> None:
    steady = [seen % 2 for seen in range(4 * ENOUGH + 1)]
    found = lessons_of(steady)
    assert [seen for seen, _deep in found[:4]] == [0, FIRST, 2 * FIRST, 4 * FIRST]
    late = [lesson for lesson in found if lesson[0] >= ENOUGH]
    assert late == [
        (ENOUGH, True),
        (2 * ENOUGH, True),
        (3 * ENOUGH, False),
        (4 * ENOUGH, True),
    ]


def test_a_mix_that_drifts_is_learned_deeply() -> None:
    turned = [0] * (2 * ENOUGH + 1) + [1] * (ENOUGH + 1)
    assert (3 * ENOUGH, True) in lessons_of(turned)


def lesson_of(asks: NDArray[np.int64], counts: list[int]) -> Mix:
    """Return what so many requests of each class teach."""
    seen = np.array(counts)
    return learn(asks, seen, rolls_of(asks, seen, (8000, 16384), 2))


def test_a_lesson_counts_milli_and_several_devices() -> None:
    _nodes, requests = tiny_cluster()
    asks = rows_of(requests)
    mix = lesson_of(asks, [1, 2, 0, 5, 0])
    assert mix.types[:, 0].tolist() == [2]
    assert mix.weight.tolist() == [2000 / 3000]
    assert mix.block.tolist() == [0.0, 0.0, 2000 / 3000]
    assert mix.rolls.span[LEAST] == 500
    assert set(mix.rolls.step[:, :, 3].ravel().tolist()) == {0, 500, 1000}
    assert mix.sets.size == 0


def test_types_not_seen_yet_keep_their_place_and_weigh_nothing() -> None:
    _nodes, requests = tiny_cluster()
    asks = rows_of(requests)
    mix = lesson_of(asks, [0, 2, 0, 5, 0])
    assert (mix.types[:, 0].tolist(), mix.weight.tolist()) == ([2], [0.0])


def test_sets_of_models_are_united() -> None:
    _nodes, requests = tiny_cluster()
    asks = rows_of(requests)
    asks[1, 4], asks[2, 4] = 0b01, 0b10
    mix = lesson_of(asks, [0, 1, 2, 0, 0])
    assert mix.sets.tolist() == [1, 2, 3]
    assert mix.within.tolist() == [0.5, 0.5, 1.0]
