"""Run the tests of the promises at the sizes of a release: ``make release-tests``.

One row after another, with what it has found as it goes; a row that fails does not stop the
others. ``build/release-tests.json`` keeps what was asked, what was really done, and how it ended.
``make release-tests ROWS="retries races"`` runs some rows; ``SCALE=0.1`` runs a tenth of each.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SUMMARY = ROOT / "build" / "release-tests.json"


@dataclass(frozen=True, slots=True)
class Row:
    """One promise and the tests that hold it.

    Attributes:
        name: for the command line; promise: what is promised.
        tests: for pytest; sizes: size → how often, as ``tests/sizes.py`` reads them.
    """

    name: str
    promise: str
    tests: tuple[str, ...]
    sizes: Mapping[str, int]


ROWS = (
    Row(
        "kills",
        "no cent is lost or doubled when the process dies",
        ("tests/e2e/test_kill_flow.py",),
        {"KILLS": 5_000, "KILLS_POSTGRES": 200},
    ),
    Row(
        "power",
        "acknowledged data survives the loss of power",
        ("tests/faults/test_power_cut.py",),
        {"POWER_CUTS": 20_000},
    ),
    Row(
        "races",
        "nothing is sold twice",
        ("tests/e2e/test_race_capacity.py",),
        {"LOTS": 10_000, "LOTS_POSTGRES": 1_000},
    ),
    Row(
        "retries",
        "a retry never charges twice",
        ("tests/faults/test_retry_storm.py",),
        {"RETRY_KEYS": 10_000, "RETRY_KEYS_POSTGRES": 1_000},
    ),
    Row(
        "simulator",
        "settlement is right under loss, doubling, disorder, delay and death",
        ("tests/faults/test_simulator.py",),
        {"SEEDS": 100_000},
    ),
    Row(
        "sequences",
        "any sequence keeps the invariants",
        ("tests/property/test_ledger_machine.py", "tests/property/test_invariant_ledger_store.py"),
        {"LEDGER_STEPS": 1_000_000, "STORE_STEPS": 100_000, "STORE_STEPS_POSTGRES": 10_000},
    ),
    Row(
        "contracts",
        "from the quote to the centre's money nothing is left over in any asset",
        ("tests/property/test_million_contracts.py",),
        {"CONTRACTS": 1_000_000, "CONTRACTS_ALONE": 3_000},
    ),
    Row(
        "agents",
        "no job is lost or billed twice when agents at the centres fail",
        ("tests/faults/test_agent_failures.py", "tests/contract/test_slurm_agents.py"),
        {"AGENT_FAILURES": 1_000, "SLURM_AGENT_JOBS": 200},
    ),
    Row(
        "slurm",
        "each job through a real Slurm is billed once, though a node is lost",
        ("tests/contract/test_slurm_flow.py",),
        {"SLURM_JOBS": 200},
    ),
    Row(
        "auctions",
        "no auction breaks residency, capacity or gangs, and small ones reach the optimum",
        (
            "tests/property/test_auction_random.py",
            "tests/property/test_auction_tamper.py",
            "tests/unit/faces/cli/test_auction_bad_input.py",
            "tests/property/test_auction_books.py",
            "tests/property/test_auction_elastic_books.py",
            "tests/e2e/test_auction_kill.py",
        ),
        {
            "AUCTIONS": 10_000,
            "AUCTION_OPTIMA": 1_000,
            "TAMPERINGS": 4_000,
            "TAMPERED_FILES": 1_000,
            "AUCTION_CALLS": 2_000,
            "AUCTION_KILLS": 400,
            "ELASTIC_SERIES": 300,
        },
    ),
    Row(
        "api",
        "no request breaks the API, whoever asks",
        ("tests/api/test_schemathesis.py",),
        {"API_CASES": 30_000},
    ),
)
"""Rows in the order in which they run."""


def sized(row: Row, scale: float) -> dict[str, int]:
    """Return the sizes of a row at a scale, each at least 1.

    >>> sized(Row("x", "", (), {"KILLS": 5_000}), 0.001)
    {'KILLS': 5}
    """
    return {name: max(round(count * scale), 1) for name, count in row.sizes.items()}


def run(row: Row, scale: float) -> dict[str, object]:
    """Run one row; return what was asked, what was done, and how it ended."""
    sizes = sized(row, scale)
    figures = SUMMARY.parent / f"release-{row.name}.jsonl"
    figures.unlink(missing_ok=True)
    given = {f"ENTREPOT_{name}": str(count) for name, count in sizes.items()}
    environment = {**os.environ, **given, "ENTREPOT_FIGURES": str(figures)}
    begun = time.monotonic()
    words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *row.tests]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout[-4_000:], done.stderr[-2_000:], sep="\n")
    return {
        "row": row.name,
        "promise": row.promise,
        "asked": sizes,
        "passed": done.returncode == 0,
        "seconds": round(time.monotonic() - begun, 1),
        "figures": read_figures(figures),
    }


def read_figures(path: Path) -> list[dict[str, object]]:
    """Return what the tests of a row have measured."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def save(results: Sequence[Mapping[str, object]], scale: float) -> None:
    """Write the summary; rows that were not run this time keep their last result."""
    kept: dict[str, Mapping[str, object]] = {}
    if SUMMARY.exists():
        kept = {str(one["row"]): one for one in json.loads(SUMMARY.read_text("utf-8"))["rows"]}
    fresh = [{**one, "scale": scale} for one in results]
    kept |= {str(one["row"]): one for one in fresh}
    machine = {"system": platform.platform(), "processors": os.cpu_count()}
    rows = [kept[row.name] for row in ROWS if row.name in kept]
    text = json.dumps({"machine": machine, "rows": rows}, indent=2)
    SUMMARY.write_text(text + "\n", "utf-8")


def main(asked: Sequence[str] | None = None) -> int:
    """Run rows; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    names = [row.name for row in ROWS]
    parser.add_argument("rows", nargs="*", help=f"of {', '.join(names)}; none = all")
    parser.add_argument("--scale", type=float, default=1.0, help="part of each size")
    given = parser.parse_args(asked)
    unknown = sorted(set(given.rows) - set(names))
    if unknown or given.scale <= 0:
        parser.error(f"no row {', '.join(unknown)}; rows are {', '.join(names)}")
    SUMMARY.parent.mkdir(exist_ok=True)
    results: list[dict[str, object]] = []
    chosen = [row for row in ROWS if not given.rows or row.name in given.rows]
    for number, row in enumerate(chosen, 1):
        print(f"{number}/{len(chosen)} {row.name}: {row.promise} {sized(row, given.scale)}")
        sys.stdout.flush()
        results.append(run(row, given.scale))
        print(*told(results[-1]), sep="\n    ")
        save(results, given.scale)
    print(f"Written to {SUMMARY.relative_to(ROOT)}")
    return 0 if all(one["passed"] for one in results) else 1


def told(result: Mapping[str, object]) -> list[str]:
    """Return what a person reads of a result, a line each."""
    figures = result["figures"]
    assert isinstance(figures, list)
    verdict = "kept" if result["passed"] else "BROKEN"
    lines = [json.dumps(one) for one in figures]  # pyright: ignore[reportUnknownVariableType]
    return [f"    {verdict} in {result['seconds']} s", *lines]


if __name__ == "__main__":
    sys.exit(main())
