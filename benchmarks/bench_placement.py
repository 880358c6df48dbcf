"""Placement: how full a cluster gets, and how many pods are placed a second.

The cluster is openb where ``ENTREPOT_DATA`` or ``../shared/data`` has it, else one that is made up;
``BENCH_PLACEMENT_SEEDS`` (2 unless told) and ``BENCH_PLACEMENT_LISTS`` (all unless told) choose how
much. Growth is measured on a made-up cluster at 1, 10 and 100 times its size.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from common import ROOT, Figure, exponent, figure
from entrepot.adapters.imports.openb import read_nodes, read_pods
from entrepot.domain.grid.model import ANY_MODEL, Nodes, Requests
from entrepot.domain.grid.policies import Policy
from entrepot.domain.grid.replay import replay
from entrepot.domain.grid.tiny import tiny_cluster

POINTS = (95, 100, 130)
FIRST_SEED = 42
PUBLISHED = {
    Policy.RANDOM: "Random",
    Policy.BEST_FIT: "BestFit",
    Policy.DOT_PRODUCT: "DotProd",
    Policy.PACKING: "GpuPacking",
    Policy.CLUSTERING: "GpuClustering",
    Policy.FGD: "FGD",
    Policy.BEST: "FGD",
}
MADE_UP_NODES = 60


def measure() -> Sequence[Figure]:
    """Measure quality, speed and growth."""
    for policy in Policy:  # compile first: the code is kept on disk, and is no part of the figures
        replay(*tiny_cluster(), policy, 0, POINTS)
    folder = _data()
    found: list[Figure] = []
    if folder is None:
        for policy in Policy:
            found += _figures("made up", policy, *made_up(10 * MADE_UP_NODES, 1), None)
    else:
        for name in _lists(folder):
            nodes = read_nodes(folder / "openb" / "openb_node_list_gpu_node.csv.gz")
            pods = read_pods(folder / "openb" / f"openb_pod_list_{name}.csv.gz", nodes)
            for policy in Policy:
                found += _figures(name, policy, nodes, pods, folder)
    return [*found, *_growth(Policy.FGD), *_growth(Policy.BEST)]


def made_up(size: int, seed: int) -> tuple[Nodes, Requests]:
    """Make up a cluster of nodes with 2, 4 and 8 devices, and pods that fill it."""
    rng = np.random.default_rng(seed)
    devices = rng.choice([2, 4, 8], size, p=[0.3, 0.1, 0.6])
    zero = np.zeros(size, dtype=np.int64)
    nodes = Nodes(
        tuple(f"n{row:06}" for row in range(size)),
        ("X", "Y"),
        devices * 12_000,
        devices * 49_152,
        devices,
        rng.integers(0, 2, size),
        zero + 4,
        zero,
        np.arange(size),
    )
    count = 8 * size
    wanted = rng.choice([0, 1, 2, 4, 8], count, p=[0.13, 0.845, 0.01, 0.005, 0.01])
    share = rng.choice([110, 230, 320, 470, 650, 810, 1000], count)
    none = np.zeros(count, dtype=np.int64)
    requests = Requests(
        tuple(f"p{row:07}" for row in range(count)),
        rng.choice([3_000, 6_000, 8_000, 11_000], count),
        rng.choice([4_096, 16_384, 30_720], count),
        wanted,
        np.where(wanted == 0, 0, np.where(wanted > 1, 1000, share)),
        np.where(rng.random(count) < 0.1, 1, ANY_MODEL),
        none,
        none,
        none - 1,
        none,
    )
    return nodes, requests


def _figures(
    name: str, policy: Policy, nodes: Nodes, requests: Requests, folder: Path | None
) -> list[Figure]:
    seeds = int(os.environ.get("BENCH_PLACEMENT_SEEDS", "2"))
    begun = time.process_time()
    runs = [replay(nodes, requests, policy, FIRST_SEED + turn, POINTS) for turn in range(seeds)]
    spent = time.process_time() - begun
    sums = [sum(run.allocated_milli[place] for run in runs) for place in range(len(POINTS))]
    percent = [100 * part / (nodes.milli * seeds) for part in sums]
    rate = sum(run.arrived for run in runs) / spent
    peer = _published(folder, name, policy) if folder else None
    note = "/".join(f"{part:.2f}" for part in percent) + " at 95/100/130 % arrived"
    return [
        figure(
            f"placement {name} {policy.value}: allocated at 100 % arrived",
            "%",
            percent[1],
            peer=peer,
            peer_name=f"{PUBLISHED[policy]}, published" if peer else "",
            note=f"{note}, {seeds} seeds",
        ),
        figure(f"placement {name} {policy.value}: speed", "pods/s of processor", int(rate)),
    ]


def _growth(policy: Policy) -> list[Figure]:
    points: list[tuple[float, float]] = []
    for times in (1, 10, 100):
        nodes, requests = made_up(MADE_UP_NODES * times, 2)
        begun = time.process_time()
        run = replay(nodes, replace(requests), policy, 1, POINTS)
        points.append((run.arrived, time.process_time() - begun))
    note = ", ".join(f"{int(size):,} pods {cost:.2f} s" for size, cost in points)
    return [figure(f"placement growth {policy.value}: exponent", "", exponent(points), note=note)]


def _data() -> Path | None:
    folder = Path(os.environ.get("ENTREPOT_DATA", ROOT.parent / "shared" / "data"))
    return folder if (folder / "openb").is_dir() else None


def _lists(folder: Path) -> list[str]:
    names = sorted(
        path.name.removeprefix("openb_pod_list_").removesuffix(".csv.gz")
        for path in (folder / "openb").glob("openb_pod_list_*.csv.gz")
    )
    asked = os.environ.get("BENCH_PLACEMENT_LISTS", "").split(",")
    return [name for name in names if name in asked] or names


def _published(folder: Path, name: str, policy: Policy) -> float | None:
    table = folder / "fgd_expected" / "allocated_percent.csv"
    with table.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if (row["workload"], row["policy"]) == (name, PUBLISHED[policy]):
                return float(row["allocated_at_arrived_100"])
    return None
