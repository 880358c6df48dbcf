"""Auctions: the certified gap of the ladder beside plain HiGHS on the same calls.

Worst of ``BENCH_AUCTION_SEEDS`` seeds (2 unless told) of the stress generator, and the realistic
one beside it; ``BENCH_AUCTION_SIZES`` chooses among ``300,1000,10000,100000,realistic``. Where the
peer runs, it is HiGHS alone on the whole program, one thread, for the same time. Gaps are in
percent of the bound. Each figure keeps the curve of gap over time of its worst seed.
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
        curve: stage, seconds and gap by the price bound, at the end of each turn of a stage.
    """

    seed: int
    gap: float
    mip: float | None
    spent_s: float
    cpu_s: float
    peer: float | None
    curve: tuple[tuple[str, float, float], ...]


def measure() -> Sequence[Figure]:
    """Measure the chosen sizes."""
    asked = os.environ.get("BENCH_AUCTION_SIZES", ",".join(case.name for case in CASES)).split(",")
    seeds = int(os.environ.get("BENCH_AUCTION_SEEDS", "2"))
    # Compile first: the code of a first run is kept on disk, and is no part of the figures.
    for orders in (200, 4_000):
        solve(generate(orders, 4, 2, 24, 1), time_limit_s=2.0, clock=time.perf_counter)
    return [item for case in CASES if case.name in asked for item in _case(case, seeds)]


def _case(case: Case, seeds: int) -> list[Figure]:
    runs: list[Run] = []
    note = ""
    for seed in range(1, seeds + 1):
        call = generate(case.orders, ZONES, CLASSES, case.slots, seed, case.kind)
        note = note or _portrait(call)
        runs.append(_run(case, call, seed))
        _tell(case, runs[-1])
    note = f"{note}, {_memory_mb()} MB"
    title = f"auction {case.kind} {case.orders} x {case.slots}"
    worst = max(runs, key=lambda run: run.gap)
    peers = [run.peer for run in runs if run.peer is not None]
    figures = [_figure(f"{title}: gap by prices", worst, worst.gap, runs, peers, note)]
    solver = [run for run in runs if run.mip is not None]
    if solver:
        last = max(solver, key=lambda run: run.mip or 0.0)
        name = f"{title}: gap by the solver's bound"
        figures.append(_figure(name, last, last.mip or 0.0, runs, peers, note))
    return figures


def _figure(
    name: str, worst: Run, gap: float, runs: Sequence[Run], peers: Sequence[float], note: str
) -> Figure:
    others = "/".join(f"{run.gap:.3f}" for run in runs)
    spent = f"{worst.spent_s:.0f} s, {worst.cpu_s:.0f} s of processor; by prices {others}"
    told = figure(
        name,
        "%",
        gap,
        peer=max(peers) if peers else None,
        peer_name="HiGHS' own gap, same time" if peers else "",
        note=f"{spent}; {note}",
    )
    return {**told, "curve": [list(point) for point in worst.curve]}


def _run(case: Case, call: Instance, seed: int) -> Run:
    begin, cpu = time.perf_counter(), time.process_time()
    found = solve(call, seed=seed, time_limit_s=case.limit_s, clock=time.perf_counter)
    spent, used = time.perf_counter() - begin, time.process_time() - cpu
    peer = _peer(call, case.limit_s) if case.peer else None
    mip = None if found.mip_bound is None else _gap(found.welfare, found.mip_bound)
    return Run(seed, _gap(found.welfare, found.bound), mip, spent, used, peer, _curve(found))


def _peer(call: Instance, limit_s: float) -> float | None:
    """Return the gap that HiGHS alone reaches by its own bound; None when it finds nothing."""
    try:
        found = solve_exact(call, time_limit_s=limit_s)
    except Fault:
        return None
    return _gap(found.welfare, found.bound if found.mip_bound is None else found.mip_bound)


def _gap(welfare: int, bound: int) -> float:
    return 100.0 * (bound - welfare) / bound if bound else 0.0


def _curve(found: Solution) -> tuple[tuple[str, float, float], ...]:
    """Return the curve of gap over time, at most forty points."""
    steps = [step for step in found.history if step.bound and step.stage != "dual"]
    thin = steps[:: max(1, len(steps) // 40)]
    return tuple(
        (step.stage, step.spent_ms / 1000, round(_gap(step.welfare, step.bound), 4))
        for step in (*thin, *steps[-1:])
    )


def _tell(case: Case, run: Run) -> None:
    mip = "–" if run.mip is None else f"{run.mip:.3f} %"
    peer = "–" if run.peer is None else f"{run.peer:.3f} %"
    last = {stage: f"{stage} {at:.1f} s {gap:.3f} %" for stage, at, gap in run.curve}
    print(f"  {case.name} seed {run.seed}: {run.gap:.3f} %, solver's bound {mip}, peer {peer}")
    print("    " + " · ".join(last.values()), flush=True)


def _portrait(call: Instance) -> str:
    seen = portrait(call)
    sizes = "/".join(f"{size / 1e4:.0f}" for size in seen.gang_size_ppm)
    return f"gangs {seen.gang_value_ppm / 1e4:.0f} % of value, {sizes} % of a pool"


def _memory_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
