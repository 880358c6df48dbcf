"""Replay a cluster: its pods arrive in an order drawn by seeds, and a policy places them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.domain.grid.policies import Policy
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services.app import App

if TYPE_CHECKING:
    from entrepot.domain.grid.replay import Replayed

FIRST_SEED = 42
SEEDS_MAX = 10_000
POINTS_MAX = 100
DIGITS = 4
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be replayed.

    Attributes:
        nodes, pods: files.
        policy: where pods are placed.
        seeds: how many, from ``first_seed`` up.
        arrived: points at which the allocation is read, percent of the cluster's devices.
        repack: whether shared work may be moved to make room.
        first_seed: the first of them.
    """

    nodes: Path
    pods: Path
    policy: Policy = Policy.BEST
    seeds: int = 10
    arrived: Sequence[int] = (95, 100, 130)
    repack: bool = False
    first_seed: int = FIRST_SEED


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it.

    Attributes:
        ask: what was asked.
        nodes, devices, pods: sizes.
        too_large: pods that no node could hold even if it were empty.
        replayed: one a seed.
        spent_ns: time of the placements, compiling left out.
    """

    ask: Ask
    nodes: int
    devices: int
    pods: int
    too_large: int
    replayed: tuple[Replayed, ...] = field(repr=False)
    spent_ns: int

    def body(self) -> dict[str, object]:
        """Return the report as plain values; allocated figures are percent of the devices."""
        each = [self._seed(one) for one in self.replayed]
        count = len(self.replayed)
        means = {
            str(point): self._percent(sum(one.allocated_milli[n] for one in self.replayed), count)
            for n, point in enumerate(self.ask.arrived)
        }
        arrived = sum(one.arrived for one in self.replayed)
        moved = sum(one.moved_milli for one in self.replayed)
        return {
            "policy": self.ask.policy.value,
            "nodes": self.nodes,
            "devices": self.devices,
            "pods": self.pods,
            "too_large": self.too_large,
            "repack": self.ask.repack,
            "allocated_percent": means,
            "moved_pods": sum(one.moved_pods for one in self.replayed),
            "moved_milli": moved,
            "moved_percent": self._percent(moved, count),
            "placements_per_s": arrived * 10**9 // max(self.spent_ns, 1),
            "per_seed": each,
        }

    def _seed(self, one: Replayed) -> dict[str, object]:
        points = zip(self.ask.arrived, one.allocated_milli, strict=True)
        return {
            "seed": one.seed,
            "allocated_percent": {str(point): self._percent(milli, 1) for point, milli in points},
            "arrived": one.arrived,
            "placed": one.placed,
            "dropped": one.dropped,
            "moved_pods": one.moved_pods,
            "moved_milli": one.moved_milli,
        }

    def _percent(self, milli: int, count: int) -> float:  # not money: percent of devices
        whole = max(self.devices * 1000 * count, 1)
        return round(100 * milli / whole, DIGITS)  # not money: percent of devices


def replay_cluster(app: App, ask: Ask, told: Told | None = None) -> Report:
    """Replay every seed.

    Args:
        app: the exchange; no home is needed.
        ask: what is to be replayed.
        told: told how many of how many pods have arrived, over all seeds.

    Raises:
        NotFound: a file cannot be read.
        Invalid: a file or the question has no meaning.
    """
    check_ask(ask)
    nodes = app.read_nodes(ask.nodes)
    requests = app.read_pods(ask.pods, nodes)
    if not nodes.milli:
        raise Invalid(
            "grid.no_devices",
            N_("The nodes of {file} have no device."),
            hint=N_("Give a list of nodes with devices in the column gpu."),
            file=str(ask.nodes),
        )
    from entrepot.domain.grid.replay import replay
    from entrepot.domain.grid.too_large import too_large

    warm(ask)
    found: list[Replayed] = []
    begun = time.perf_counter_ns()
    for turn in range(ask.seeds):

        def tell(done: int, of: int, turn: int = turn) -> None:
            if told is not None:
                told(turn * of + done, ask.seeds * of)

        seed = ask.first_seed + turn
        found.append(
            replay(nodes, requests, ask.policy, seed, ask.arrived, repack=ask.repack, told=tell)
        )
    spent = time.perf_counter_ns() - begun
    over = int(too_large(nodes, requests).sum())
    devices = int(nodes.devices.sum())
    return Report(ask, len(nodes.names), devices, len(requests.names), over, tuple(found), spent)


def check_ask(ask: Ask) -> None:
    """Refuse a question without meaning.

    Raises:
        Invalid: no seeds, too many, or points that are no percentages above zero.
    """
    if not 1 <= ask.seeds <= SEEDS_MAX or ask.first_seed < 0:
        raise Invalid(
            "grid.seeds",
            N_("The number of seeds lies between 1 and {most}, and a seed is not negative."),
            hint=N_("For example: --seeds 10"),
            most=f"{SEEDS_MAX:,}",
        )
    if not 1 <= len(ask.arrived) <= POINTS_MAX or any(not 0 < p <= 1000 for p in ask.arrived):
        raise Invalid(
            "grid.arrived",
            N_("Points of arrival are percentages from 1 to 1000."),
            hint=N_("For example: --arrived 95,100,130"),
        )


def warm(ask: Ask) -> None:
    """Load the compiled loops by a tiny replay, so that they are no part of what is measured."""
    from entrepot.domain.grid.replay import replay
    from entrepot.domain.grid.tiny import tiny_cluster

    replay(*tiny_cluster(), ask.policy, 0, (100,), repack=ask.repack)
