"""Geo placement: how far from the bound the greedy ends, how fast, beside HiGHS on the same case.

3,000 leases over 12 sites and 24 hours, worst of ``BENCH_GEO_SEEDS`` seeds (5 unless told). The
peer solves the same program from scratch, without our rents and without fixing options, one thread,
``BENCH_GEO_LIMIT_S`` seconds (60 unless told); its gap is to the lower of its bound and ours.
Growth: leases ×1/10, ×1 and ×10, sites in proportion.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from common import Figure, exponent, figure
from entrepot.domain.grid.geo_check import sum_up
from entrepot.domain.grid.geo_exact import options_of, solve_options
from entrepot.domain.grid.geo_generate import generate_geo
from entrepot.domain.grid.geo_kernels import scan
from entrepot.domain.grid.geo_model import Charge, GeoCase, prefix, wish_of
from entrepot.domain.grid.geo_solve import solve_geo

LEASES, SITES = 3_000, 12
CHARGE = Charge()
ROOM = 1 << 62
GROWTH = (300, 3_000, 30_000)


@dataclass(frozen=True, slots=True)
class Run:
    """One seed: gap, gap of the cost and of the greedy alone in percent, seconds, of processor."""

    gap: float
    cost_gap: float
    greedy: float
    spent_s: float
    cpu_s: float


def run(case: GeoCase) -> Run:
    """Solve a case and check the answer.

    Raises:
        SystemExit: a law, latency, deadline or capacity is broken, or the worth is misstated.
    """
    begun, cpu = time.perf_counter(), time.process_time()
    plan = solve_geo(case, CHARGE)
    spent, used = time.perf_counter() - begun, time.process_time() - cpu
    total = sum_up(case, CHARGE, plan.site, plan.start)
    if not total.is_sound or total.worth != plan.worth:
        raise SystemExit("the placement breaks a rule")
    short = 100 * (plan.bound - plan.worth)
    greedy = 100 * (plan.bound - plan.greedy) / plan.bound
    return Run(short / plan.bound, short / (total.value - plan.bound), greedy, spent, used)


def ask_peer(case: GeoCase, limit_s: float) -> float:
    """Return the gap in percent of what HiGHS alone finds, by the lower of its bound and ours."""
    most = solve_geo(case, CHARGE, trials=0).bound
    wish = wish_of(case, CHARGE)
    rent, gain = np.zeros_like(case.sites.capacity), np.zeros(len(case.leases.names), np.int64)
    scan(wish, prefix(rent), gain, np.zeros_like(rent))
    options = options_of(wish, prefix(rent), gain, ROOM)
    nowhere = np.full_like(gain, -1), np.zeros_like(gain)
    found = solve_options(wish, case.sites.capacity, options, nowhere, most, limit_s=limit_s)
    return 100.0 * (found.bound - found.worth) / found.bound


def measure() -> Sequence[Figure]:
    """Return gaps, time and growth."""
    seeds = int(os.environ.get("BENCH_GEO_SEEDS", "5"))
    limit_s = float(os.environ.get("BENCH_GEO_LIMIT_S", "60"))
    run(generate_geo(20, 2, 0))  # compile, or load what was compiled
    runs = [run(generate_geo(LEASES, SITES, seed)) for seed in range(1, seeds + 1)]
    worst = max(runs, key=lambda one: one.gap)
    peer = ask_peer(generate_geo(LEASES, SITES, 1), limit_s) if limit_s else None
    label = f"geo placement, {LEASES:,} leases x {SITES} sites x 24 hours"
    note = (
        f"worst of {seeds} seeds; of the cost {worst.cost_gap:.2f} %, greedy alone "
        f"{worst.greedy:.2f} %; nothing broken"
    )
    name = f"HiGHS, {limit_s:.0f} s" if limit_s else ""
    slowest = max(runs, key=lambda one: one.spent_s)
    told = f"slowest of {seeds} seeds; {slowest.cpu_s * 1000:.0f} ms of processor"
    points = [
        (float(leases), run(generate_geo(leases, max(1, leases * SITES // LEASES), 1)).spent_s)
        for leases in GROWTH
    ]
    grown = f"leases {', '.join(f'{n:,}' for n in GROWTH)}, sites in proportion"
    return [
        figure(f"{label}: gap", "%", worst.gap, peer=peer, peer_name=name, note=note),
        figure(f"{label}: time", "ms", slowest.spent_s * 1000, note=told),
        figure("geo placement, growth", "exponent", exponent(points), note=grown),
    ]


if __name__ == "__main__":
    for item in measure():
        print(item)
