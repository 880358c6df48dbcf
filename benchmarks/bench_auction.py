"""Auctions: the certified gap of the ladder beside plain HiGHS on the same calls.

Worst of ``BENCH_AUCTION_SEEDS`` seeds (2 unless told) of the stress generator, and the realistic
one beside it; ``BENCH_AUCTION_SIZES`` chooses among ``300,1000,10000,100000,realistic``. Where the
peer runs, it is HiGHS alone on the whole program, one thread, for the same time.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass

from common import Figure, figure
from entrepot.domain.market.exact import solve_exact
from entrepot.domain.market.generate import REALISTIC, STRESS, generate, portrait
from entrepot.domain.market.instance import Instance
from entrepot.domain.market.solution import Solution
from entrepot.domain.market.solve import solve
from entrepot.kernel.errors import Fault

ZONES, CLASSES = 20, 5


@dataclass(frozen=True, slots=True)
class Case:
    """A size to measure.

    Attributes:
        name: of the figure; orders, slots, kind: what to make up.
        limit_s: seconds allowed; peer: whether plain HiGHS runs beside it.
    """

    name: str
    orders: int
    slots: int
    kind: str
    limit_s: float
    peer: bool = False


CASES = (
    Case("300", 300, 24, STRESS, 10.0, peer=True),
    Case("1000", 1_000, 24, STRESS, 30.0, peer=True),
    Case("10000", 10_000, 24, STRESS, 60.0, peer=True),
    Case("100000", 100_000, 168, STRESS, 60.0),
    Case("realistic", 30_000, 24, REALISTIC, 60.0),
)


@dataclass(frozen=True, slots=True)
class Run:
    """One seed.

    Attributes:
        gap, mip: percent by the price bound, and by the solver's bound if there is one.
        spent_s, cpu_s: seconds of the clock and of the processor.
        peer: HiGHS' own gap in percent.
    """

    seed: int
    gap: float
    mip: float | None
    spent_s: float
    cpu_s: float
    peer: float | None


def measure() -> Sequence[Figure]:
    """Measure the chosen sizes."""
    asked = os.environ.get("BENCH_AUCTION_SIZES", ",".join(case.name for case in CASES)).split(",")
    seeds = int(os.environ.get("BENCH_AUCTION_SEEDS", "2"))
    # Compile first: the code of a first run is kept on disk, and is no part of the figures.
    solve(generate(200, 4, 2, 24, 1), time_limit_s=1.0, clock=time.perf_counter)
    return [item for case in CASES if case.name in asked for item in _case(case, seeds)]


def _case(case: Case, seeds: int) -> list[Figure]:
    runs: list[Run] = []
    note = ""
    for seed in range(1, seeds + 1):
        call = generate(case.orders, ZONES, CLASSES, case.slots, seed, case.kind)
        if not note:
            note = _portrait(call)
        runs.append(_run(case, call, seed))
    worst = max(runs, key=lambda run: run.gap)
    peers = [run.peer for run in runs if run.peer is not None]
    title = f"auction {case.kind} {case.orders} x {case.slots}"
    spent = f"{worst.spent_s:.0f} s, {worst.cpu_s:.0f} s of processor, {seeds} seeds; {note}"
    figures = [
        figure(
            f"{title}: gap by prices",
            "%",
            worst.gap,
            peer=max(peers) if peers else None,
            peer_name="HiGHS' own gap, same time" if peers else "",
            note=spent,
        )
    ]
    solver = [run.mip for run in runs if run.mip is not None]
    if solver:
        figures.append(figure(f"{title}: gap by the solver's bound", "%", max(solver), note=spent))
    return figures


def _run(case: Case, call: Instance, seed: int) -> Run:
    begin, cpu = time.perf_counter(), time.process_time()
    found = solve(call, seed=seed, time_limit_s=case.limit_s, clock=time.perf_counter)
    spent, used = time.perf_counter() - begin, time.process_time() - cpu
    _curve(found)
    peer = _peer(call, case.limit_s) if case.peer else None
    mip = None if found.mip_bound is None else _gap(found.welfare, found.mip_bound)
    return Run(seed, _gap(found.welfare, found.bound), mip, spent, used, peer)


def _peer(call: Instance, limit_s: float) -> float | None:
    """Return the gap that HiGHS alone reaches by its own bound; None when it finds nothing."""
    try:
        found = solve_exact(call, time_limit_s=limit_s)
    except Fault:
        return None
    return _gap(found.welfare, found.bound if found.mip_bound is None else found.mip_bound)


def _gap(welfare: int, bound: int) -> float:
    return 100.0 * (bound - welfare) / welfare if welfare else 0.0


def _curve(found: Solution) -> None:
    """Print the curve of gap over time: the last point of every stage."""
    last = {step.stage: step for step in found.history if step.stage != "dual"}
    points = [
        f"{step.stage} {step.spent_ms / 1000:.1f} s {_gap(step.welfare, step.bound):.3f} %"
        for step in last.values()
    ]
    print("  " + " · ".join(points), flush=True)


def _portrait(call: Instance) -> str:
    seen = portrait(call)
    sizes = "/".join(f"{size / 1e4:.0f}" for size in seen.gang_size_ppm)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return f"gangs {seen.gang_value_ppm / 1e4:.0f} % of value, {sizes} % of a pool, {memory} MB"
