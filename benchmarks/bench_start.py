"""Figure "start to answer": whole processes of the program, from start to exit.

Time and peak memory are those of the child process as the kernel counts them. ``quote`` runs in a
home of its own with the firm and the centre of the demonstration.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from common import ROOT, Figure, figure

TIMES = 7
EXAMPLES = ROOT / "examples"


def run(words: Sequence[str], home: Path) -> tuple[float, float]:
    """Run the program once and return seconds and MB of its process."""
    env = {name: value for name, value in os.environ.items() if "ENTREPOT" not in name}
    env["ENTREPOT_HOME"] = str(home)
    env["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), env.get("PYTHONPATH", "")])
    start = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "entrepot", *words],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, status, usage = os.wait4(child.pid, 0)
    spent = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    said = child.stderr.read().decode() if child.stderr else ""
    if child.returncode:
        raise SystemExit(f"entrepot {' '.join(words)}: exit {child.returncode}\n{said}")
    return spent, usage.ru_maxrss / 1000


def measure() -> list[Figure]:
    """Return time and memory of ``--help`` and ``quote``."""
    found: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="bench-start-") as folder:
        home = Path(folder) / "home"
        firm, centre = EXAMPLES / "firm.yaml", EXAMPLES / "centre.yaml"
        run(["init", "--firm", str(firm), "--deposit", "2000 HKD", "--centre", str(centre)], home)
        quote = ["quote", str(EXAMPLES / "idphoto.yaml")]
        run(quote, home)
        for name, words, limit in (("--help", ["--help"], "0.3 s"), ("quote", quote, "0.8 s")):
            runs = [run(words, home) for _ in range(TIMES)]
            seconds, memory = [s for s, _ in runs], max(mb for _, mb in runs)
            note = f"best of {TIMES}; median {statistics.median(seconds):.3f} s; target {limit}"
            title = f"start to answer, entrepot {name}"
            found.append(figure(title, "s", min(seconds), note=note))
            found.append(figure(f"{title}, memory", "MB", memory, note="target 150 MB"))
    return found


if __name__ == "__main__":
    for item in measure():
        print(item)
