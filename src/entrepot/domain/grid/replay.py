"""Replay: a list of requests arrives in an order drawn by a seed, until the cluster overflows.

The rules are those of the published comparison of policies (FGD, USENIX ATC 2023, and its
artifact): the list and what is drawn from it besides are shuffled; nothing departs; what fits
nowhere is dropped but counts as arrived. Ties between nodes go to the first in an order of the
nodes that is drawn with the seed as well.

Source: hkust-adsl/kubernetes-scheduler-simulator, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.gangs import place_units
from entrepot.domain.grid.policies import Policy
from entrepot.domain.grid.repack import Repacker
from entrepot.domain.grid.units import Units, shuffled, units_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.grid.model import Nodes, Requests

    Int64 = NDArray[np.int64]

Told = Callable[[int, int], None]
"""Told how many of how many requests have arrived."""

OVERFLOW_PERMILLE = 1300
"""Requests arrive until this part of the cluster, in thousandths, is asked for."""
CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of one seed.

    Attributes:
        seed: of all chance.
        allocated_milli: milli allocated where each point of arrival was first reached.
        arrived, placed, dropped: requests; dropped = arrived − placed.
        moved_pods, moved_milli: what repacking moved.
        node: int64[A], node of each request that arrived, -1 dropped, by its place in the list of
            nodes as given; request: int64[A], which it was.
    """

    seed: int
    allocated_milli: tuple[int, ...]
    arrived: int
    placed: int
    dropped: int
    moved_pods: int
    moved_milli: int
    node: Int64
    request: Int64


def draw(requests: Requests, milli: int, rng: np.random.Generator) -> Units:
    """Draw what arrives, in order.

    Args:
        requests: the list; a gang arrives together.
        milli: milli of the cluster.
        rng: generator of the seed.
    """
    units = units_of(requests)
    asked = units.sums(requests.asked)
    missing = OVERFLOW_PERMILLE * milli // 1000 - int(asked.sum())
    extra = np.zeros(0, dtype=np.int64)
    if asked.any():
        while missing > 0:
            drawn = rng.integers(0, asked.size, asked.size)
            sums = np.cumsum(asked[drawn])
            stop = int(np.searchsorted(sums, missing)) + 1
            extra = np.concatenate((extra, drawn[:stop]))
            missing -= int(sums[min(stop, sums.size) - 1])
    return shuffled(units, rng.permutation(np.concatenate((np.arange(asked.size), extra))))


def replay(
    nodes: Nodes,
    requests: Requests,
    policy: Policy,
    seed: int,
    arrived_percent: Sequence[int],
    *,
    repack: bool = False,
    told: Told | None = None,
) -> Replayed:
    """Replay one seed.

    Args:
        nodes: the cluster.
        requests: the workload.
        policy: where requests are placed.
        seed: not negative.
        arrived_percent: points at which the allocation is read, percent of the cluster.
        repack: whether shared work may be moved to make room.
        told: told of the progress.
    """
    from entrepot.domain.grid.desk import open_desk

    rng = np.random.Generator(np.random.PCG64(seed))
    units = draw(requests, nodes.milli, rng)
    order = rng.permutation(len(nodes.names))
    desk, classes = open_desk(reordered(nodes, order), requests, policy, seed)
    repacker = Repacker(desk, classes[units.request], (requests.gang < 0)[units.request])
    for start, stop in units.chunks(1 if repack else CHUNK):
        first, last = int(units.begin[start]), int(units.begin[stop])
        repacker.note(first, *place_units(desk, units, classes, start, stop))
        if repack and last == first + 1 and repacker.node[first] < 0:
            repacker.make_room(first)
        if told is not None and (stop == units.affinity.size or stop // CHUNK > start // CHUNK):
            told(last, units.request.size)
    return _result(seed, nodes, requests, units, repacker, order, arrived_percent)


def _result(
    seed: int,
    nodes: Nodes,
    requests: Requests,
    units: Units,
    repacker: Repacker,
    order: Int64,
    points: Sequence[int],
) -> Replayed:
    node = repacker.node
    asked = requests.asked[units.request]
    placed = int((node >= 0).sum())
    return Replayed(
        seed,
        read_off(asked, node >= 0, nodes.milli, points),
        node.size,
        placed,
        node.size - placed,
        repacker.moved_pods,
        repacker.moved_milli,
        np.where(node >= 0, order[node], -1),
        units.request,
    )


def read_off(
    asked: Int64, placed: NDArray[np.bool_], milli: int, points: Sequence[int]
) -> tuple[int, ...]:
    """Return the milli allocated where the milli that arrived first reach each point.

    Args:
        asked: int64[A], milli asked by each request, in order of arrival.
        placed: bool[A].
        milli: milli of the cluster.
        points: percent of it; beyond the last arrival the last is read.

    >>> read_off(np.array([500, 500, 500]), np.array([True, False, True]), 1000, [50, 100, 130])
    (500, 500, 1000)
    """
    if not asked.size:
        return tuple(0 for _ in points)
    arrived = np.cumsum(asked)
    allocated = np.cumsum(np.where(placed, asked, 0))
    reached: Int64 = np.searchsorted(arrived * 100, np.array(points) * milli)
    return tuple(allocated[np.minimum(reached, asked.size - 1)].tolist())


def reordered(nodes: Nodes, order: Int64) -> Nodes:
    """Return the nodes in another order."""
    columns = (
        "cpu_milli", "memory_mib", "devices", "model", "strength", "device_memory_mib", "rack",
    )  # fmt: skip
    moved: dict[str, Int64] = {name: getattr(nodes, name)[order] for name in columns}
    places: list[int] = order.tolist()
    return replace(nodes, names=tuple(nodes.names[place] for place in places), **moved)
