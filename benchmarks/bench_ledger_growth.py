"""Figures "ledger, growth": what a transfer costs as the books grow, and what proving them costs.

A thousand customers, whose accounts are opened before the clock runs, and deposits in batches of
2,000. The exponent of time against size is fitted from the median cost of the batches just before
each size; flat is 0. ``BENCH_LARGE=1`` goes on to 10⁷ transfers, which takes some minutes and 3 GB
of disk.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench_ledger import deposits, ours
from common import Figure, exponent, figure
from entrepot.adapters.sql.checks import check_ledger
from entrepot.adapters.sql.migrate import open_store

CUSTOMERS = 1_000
BATCH = 2_000
SIZES = (10_000, 100_000, 1_000_000, *((10_000_000,) if os.environ.get("BENCH_LARGE") else ()))
LAST = 50
"""Batches before each size, at most, whose median cost counts."""


def measure() -> Sequence[Figure]:
    """Return the figures, for ``benchmarks/results.json``."""
    with tempfile.TemporaryDirectory(prefix="bench-ledger-") as folder:
        writing, proving = _grow(Path(folder))
    return [
        figure(
            "ledger, growth: cost of a transfer",
            "exponent",
            exponent(writing),
            note="µs a transfer: " + _list(writing, 1e6),
        ),
        figure(
            "ledger, growth: cost of proving a transfer",
            "exponent",
            exponent(proving),
            note=f"µs a transfer: {_list(proving, 1e6)}; most memory {_memory_mb()} MB",
        ),
    ]


def _grow(folder: Path) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    work = ours(folder, "ours")
    writing: list[tuple[float, float]] = []
    proving: list[tuple[float, float]] = []
    costs: list[float] = []
    work(0, deposits(0, CUSTOMERS, BATCH))
    size = BATCH
    for goal in SIZES:
        while size < goal:
            number = size // BATCH
            batch = deposits(number, CUSTOMERS, BATCH)
            start = time.perf_counter()
            work(number, batch)
            costs.append((time.perf_counter() - start) / BATCH)
            size += BATCH
        writing.append((size, median(costs[-LAST:])))
        proving.append((size, _prove(folder, size)))
    return writing, proving


def _prove(folder: Path, size: int) -> float:
    engine = open_store(f"sqlite:///{folder}/ours.db", "H-BENCH")
    start = time.perf_counter()
    with engine.connect() as conn:
        if check_ledger(conn):
            raise RuntimeError("the books do not prove")
    spent = time.perf_counter() - start
    engine.dispose()
    return spent / size


def _list(points: Sequence[tuple[float, float]], scale: float) -> str:
    return ", ".join(f"{cost * scale:.1f} at {size:,}" for size, cost in points)


def _memory_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    for one in measure():
        print(one)
