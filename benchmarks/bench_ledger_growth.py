"""Figures "ledger, growth": what a transfer costs as the books grow, and what proving them costs.

A thousand customers, whose accounts are opened before the clock runs, and deposits in batches of
2,000. The exponent of time against size is fitted from the median cost of the batches just before
each size; flat is 0. The processor's time is told apart, since a busy disk hides what the program
itself costs; next to it stands the bare loop of :mod:`bench_ledger`, now and then in the same run.
``BENCH_LARGE=1`` goes on to 10⁷ transfers, which takes some minutes and 3 GB
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

from bench_ledger import Work, bare, deposits, ours
from common import Figure, exponent, figure
from entrepot.adapters.sql.checks import check_ledger
from entrepot.adapters.sql.migrate import open_store
from entrepot.domain.ledger.model import Transfer

CUSTOMERS = 1_000
BATCH = 2_000
SIZES = (10_000, 100_000, 1_000_000, *((10_000_000,) if os.environ.get("BENCH_LARGE") else ()))
LAST = 50
"""Batches before each size, at most, whose median cost counts."""
BARE_EVERY = 5
"""The bare loop takes one batch in so many."""

Points = list[tuple[float, float]]


def measure() -> Sequence[Figure]:
    """Return the figures, for ``benchmarks/results.json``."""
    with tempfile.TemporaryDirectory(prefix="bench-ledger-") as folder:
        writing, proving, working, limit = _grow(Path(folder))
    return [
        figure(
            "ledger, growth: cost of a transfer",
            "exponent",
            exponent(writing),
            note="µs a transfer: " + _list(writing, 1e6),
        ),
        figure(
            "ledger, growth: processor's time of a transfer",
            "exponent",
            exponent(working),
            note=f"µs a transfer: {_list(working, 1e6)}; bare loop {_list(limit, 1e6)}",
        ),
        figure(
            "ledger, growth: cost of proving a transfer",
            "exponent",
            exponent(proving),
            note=f"µs a transfer: {_list(proving, 1e6)}; most memory {_memory_mb()} MB",
        ),
    ]


def _grow(folder: Path) -> tuple[Points, Points, Points, Points]:
    """Return size and cost of: writing, proving, the processor writing, the bare loop."""
    work, loop = ours(folder, "ours"), bare(folder, "limit")
    writing, proving, working, limit = Points(), Points(), Points(), Points()
    costs: list[tuple[float, float]] = []
    floor: list[float] = []
    work(0, deposits(0, CUSTOMERS, BATCH))
    size = BATCH
    for goal in SIZES:
        while size < goal:
            number = size // BATCH
            batch = deposits(number, CUSTOMERS, BATCH)
            costs.append(_cost(work, number, batch))
            if number % BARE_EVERY == 0 or goal == SIZES[0]:
                floor.append(_cost(loop, number, batch)[1])
            size += BATCH
        writing.append((size, median(wall for wall, _ in costs[-LAST:])))
        working.append((size, median(busy for _, busy in costs[-LAST:])))
        limit.append((size, median(floor[-LAST // BARE_EVERY :])))
        proving.append((size, _prove(folder, size)))
    return writing, proving, working, limit


def _cost(work: Work, number: int, batch: Sequence[Transfer]) -> tuple[float, float]:
    """Return the seconds a transfer of a batch: of the clock, and of the processor."""
    start, busy = time.perf_counter(), time.process_time()
    work(number, batch)
    wall, used = time.perf_counter() - start, time.process_time() - busy
    return wall / len(batch), used / len(batch)


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
