"""What every benchmark shares: figures, times, the peers' Python, the file of results.

A benchmark is a file ``bench_<name>.py`` with a function ``measure`` that returns figures. A
figure holds ``figure``, ``unit``, ``ours``, ``peer``, ``peer_name``, ``ratio`` and ``note``. Peers
live in a virtual environment of their own: ``build/peers``, or the folder that
``BENCH_PEERS`` names; without it the peer's place says so.
"""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

Figure = Mapping[str, object]

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results.json"
NOT_INSTALLED = "not installed"


def figure(
    name: str,
    unit: str,
    ours: float | int,
    *,
    peer: float | int | None = None,
    peer_name: str = "",
    note: str = "",
) -> Figure:
    """Make a figure; the ratio is ours over the peer's."""
    return {
        "figure": name,
        "unit": unit,
        "ours": _short(ours),
        "peer": None if peer is None else _short(peer),
        "peer_name": peer_name,
        "ratio": f"{ours / peer:.3g}" if peer else "",
        "note": note,
    }


def best_ms(work: Callable[[], object], times: int = 7) -> float:
    """Return the shortest of several runs, in milliseconds: the least disturbed one."""
    found = math.inf
    for _ in range(times):
        start = time.perf_counter()
        work()
        found = min(found, time.perf_counter() - start)
    return found * 1000


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """Fit cost = a · size^b by least squares of the logarithms and return b."""
    xs = [math.log(size) for size, _ in points]
    ys = [math.log(cost) for _, cost in points]
    x0, y0 = sum(xs) / len(xs), sum(ys) / len(ys)
    slope = sum((x - x0) * (y - y0) for x, y in zip(xs, ys, strict=True))
    return slope / sum((x - x0) ** 2 for x in xs)


def peer_python(package: str) -> str | None:
    """Return the Python of the peers if ``package`` is there, else None.

    A peer that cannot live with the others has a folder of its own, ``build/peers-<package>``.
    """
    folder = Path(os.environ.get("BENCH_PEERS", ROOT / "build" / "peers"))
    for place in (folder, folder.with_name(f"{folder.name}-{package}")):
        python = place / "bin" / "python"
        if python.exists():
            words = [python, "-c", f"import {package}"]
            found = subprocess.run(words, capture_output=True, check=False)
            if found.returncode == 0:
                return str(python)
    return None


def merge(figures: Sequence[Figure]) -> None:
    """Put figures into the file of results in place of those of the same name."""
    old: list[Figure] = []
    if RESULTS.exists():
        old = cast("list[Figure]", json.loads(RESULTS.read_text(encoding="utf-8"))["figures"])
    new = {str(item["figure"]): item for item in [*old, *figures]}
    kept = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "commit": commit(),
        "machine": machine(),
        "figures": [new[name] for name in sorted(new)],
    }
    text = json.dumps(kept, ensure_ascii=False, indent=1) + "\n"
    RESULTS.write_text(text, encoding="utf-8")


def commit() -> str:
    """Return the commit that is measured, with a plus sign when the tree has changes."""
    head = _git("rev-parse", "--short=12", "HEAD")
    return head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")


def machine() -> Mapping[str, object]:
    """Return what the figures were measured on."""
    return {
        "cpu": _cpu() or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "load": f"{os.getloadavg()[0]:.1f}",
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), "")


def _git(*words: str) -> str:
    ran = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return ran.stdout.strip()


def _short(value: float | int) -> float | int:
    return value if isinstance(value, int) else float(f"{value:.4g}")
