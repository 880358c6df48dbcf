"""Run the benchmarks: ``python benchmarks/run.py`` for all, with a name for one.

Prints ours, the peer's and the ratio, and writes ``benchmarks/results.json``.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from common import Figure, machine, merge  # noqa: E402  the folder must be on the path first

COLUMNS = ("figure", "unit", "ours", "peer", "ratio", "peer_name", "note")


def names() -> list[str]:
    """Return the names of all benchmarks."""
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def measure(name: str) -> Sequence[Figure]:
    """Run one benchmark."""
    return importlib.import_module(f"bench_{name}").measure()


def measure_apart(name: str) -> Sequence[Figure]:
    """Run one benchmark in a process of its own: what another left in memory would slow it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, name).result()


def table(figures: Sequence[Figure]) -> str:
    """Write figures as a table of plain text."""
    rows = [COLUMNS, *([_text(item[column]) for column in COLUMNS] for item in figures)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(COLUMNS))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def main(asked: Sequence[str]) -> int:
    """Run what is asked; return the exit code."""
    unknown = [name for name in asked if name not in names()]
    if unknown:
        print(f"No benchmark {', '.join(unknown)}. Known: {', '.join(names())}.", file=sys.stderr)
        return 2
    print("machine: " + ", ".join(f"{key} {value}" for key, value in machine().items()))
    found: list[Figure] = []
    for name in asked or names():
        print(f"measuring {name} …", flush=True)
        found.extend(measure_apart(name))
        merge(found)
    print(table(found))
    return 0


def _text(value: object) -> str:
    return "–" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
