"""Event simulator: FIFO and SJF per virtual cluster, beside SimPy on the same jobs.

The jobs are the Philly copy cut by its published replay, where the folder of shared data is there
(``../shared/data``, or what ``ENTREPOT_DATA`` names), else as many made from a seed. The contended
clusters are measured, for there the queue matters. Time counts from jobs in memory to a start a
job, the best of several runs. The peer schedules the same with SimPy's events, timeouts and clock,
and places with our own code, so that only the machinery of events differs; starts must agree.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from common import NOT_INSTALLED, ROOT, Figure, best_ms, exponent, figure, peer_python
from entrepot.adapters.imports.philly_clusters import read_clusters
from entrepot.adapters.imports.philly_trace import read_trace
from entrepot.domain.grid.events_model import FIFO, SJF, Cluster, Jobs, Terms
from entrepot.domain.grid.events_simulate import simulate
from entrepot.services.grid_trace import Window, contended, cut

PEER_RUNS = 3
GROWTH = (3, 10)
MADE_JOBS, MADE_CLUSTERS = 68_000, 8
Work = Sequence[tuple[Cluster, Jobs]]

PEER = """
import heapq, json, sys, time
import simpy
from simpy.events import Event
from entrepot.domain.grid.events_pool import Pool

def run(jobs, nodes, size, shortest):
    env, pool, queue, starts = simpy.Environment(), Pool(nodes, size), [], [0] * len(jobs)
    asked = [False]

    def ask():
        if not asked[0]:
            asked[0] = True
            event = Event(env)
            event._ok, event._value = True, None
            event.callbacks.append(serve)
            env.schedule(event, priority=2)

    def serve(_event):
        asked[0] = False
        while queue:
            row = queue[0][1]
            place = pool.take(jobs[row][2])
            if place is None:
                return
            heapq.heappop(queue)
            starts[row] = int(env.now)
            env.process(work(row, place))

    def work(row, place):
        yield env.timeout(jobs[row][1])
        pool.give(place)
        ask()

    def arrivals():
        for row, job in enumerate(jobs):
            if job[0] > env.now:
                yield env.timeout(job[0] - env.now)
            heapq.heappush(queue, (job[1] if shortest else 0, row))
            ask()

    env.process(arrivals())
    env.run()
    return starts

with open(sys.argv[1], encoding="utf-8") as file:
    parts = json.load(file)
best, total = 1e9, 0
for _ in range(int(sys.argv[3])):
    begin = time.perf_counter()
    starts = [run(jobs, nodes, size, sys.argv[2] == "sjf") for nodes, size, jobs in parts]
    best = min(best, time.perf_counter() - begin)
    total = sum(map(sum, starts))
print(json.dumps({"s": best, "starts": total}))
"""


def work() -> tuple[Work, str]:
    """Return clusters with their jobs, and where they come from."""
    folder = Path(os.environ.get("ENTREPOT_DATA") or ROOT.parent / "shared" / "data") / "philly"
    if (folder / "philly.csv.gz").exists():
        clusters = [contended(one) for one in read_clusters(folder / "virtual_clusters.csv")]
        return cut(read_trace(folder / "philly.csv.gz"), clusters, Window()).clusters, "Philly copy"
    return made(MADE_JOBS), "made from a seed, no shared data"


def made(count: int) -> Work:
    """Return clusters with jobs drawn from a seed: many short ones, few long ones."""
    found: list[tuple[Cluster, Jobs]] = []
    for number in range(MADE_CLUSTERS):
        draw = np.random.default_rng(number)
        rows = count // MADE_CLUSTERS
        submit = np.sort(draw.integers(0, 5_000_000, rows))
        duration = np.minimum(draw.lognormal(7, 2, rows), 1e6).astype(int) + 1
        devices = draw.choice([1, 1, 1, 1, 2, 4, 8, 16], rows)
        jobs = Jobs.of(list(zip(submit.tolist(), duration.tolist(), devices.tolist(), strict=True)))
        found.append((Cluster(f"c{number}", 8, 8), jobs))
    return found


def longer(given: Work, times: int) -> Work:
    """Return the same clusters with their jobs one whole period after the other, so many times."""
    found: list[tuple[Cluster, Jobs]] = []
    for cluster, jobs in given:
        period = jobs.submit_s[-1] + 1 if len(jobs) else 0
        columns = zip(jobs.submit_s, jobs.duration_s, jobs.devices, strict=True)
        rows = [(s + n * period, d, g) for s, d, g in columns for n in range(times)]
        found.append((cluster, Jobs.of(sorted(rows))))
    return found


def starts(given: Work, policy: str) -> int:
    """Simulate; return the sum of all starts."""
    terms = Terms(policy)
    return sum(sum(simulate(jobs, cluster, terms).start_s) for cluster, jobs in given)


def ask_peer(python: str, given: Work, policy: str) -> float:
    """Return seconds of the peer.

    Raises:
        SystemExit: its starts are others than ours.
    """
    parts = [
        (c.nodes, c.size, list(zip(j.submit_s, j.duration_s, j.devices, strict=True)))
        for c, j in given
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(parts, file)
        file.flush()
        ran = subprocess.run(
            [python, "-c", PEER, file.name, policy, str(PEER_RUNS)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )
    told = json.loads(ran.stdout.splitlines()[-1])
    if told["starts"] != starts(given, policy):
        raise SystemExit("the peer starts jobs at other times than we do")
    return float(told["s"])


def measure() -> list[Figure]:
    """Return jobs a second of both, and how the cost grows."""
    given, where = work()
    count = sum(len(jobs) for _cluster, jobs in given)
    python = peer_python("simpy")
    found: list[Figure] = []
    for policy in (FIFO, SJF):
        ms = best_ms(lambda policy=policy: starts(given, policy))
        theirs = None if python is None else count / ask_peer(python, given, policy)
        name = "SimPy, our placement" if python else f"SimPy {NOT_INSTALLED}"
        note = f"{count:,} jobs, {where}, contended"
        label = f"event simulator, {policy.upper()}"
        rate = count / ms * 1000
        found.append(figure(label, "jobs/s", rate, peer=theirs, peer_name=name, note=note))
    points: list[tuple[float, float]] = [(count, best_ms(lambda: starts(given, FIFO), 3))]
    for times in GROWTH:
        more = longer(given, times)
        points.append((count * times, best_ms(lambda more=more: starts(more, FIFO), 2)))
    note = f"FIFO over {', '.join(f'{int(size):,}' for size, _ in points)} jobs"
    found.append(figure("event simulator, growth", "exponent", exponent(points), note=note))
    return found


if __name__ == "__main__":
    for item in measure():
        print(item)
