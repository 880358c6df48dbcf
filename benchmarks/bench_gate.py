"""Figure "gate": explained decisions a second, in batch, beside cedarpy and zen-engine.

20,000 different cases, each a data leg and a placement with every fact stated, are judged by all
shipped tables and constraints of the day. Ours starts from plain values and ends in answers
that hold outcome, rows, duties, instruments, sources and the facts read; nothing is kept from one
run to the next. The peers judge the same tables (see ``gate_policies``), written out for that day
and parsed before the clock starts; their answers are the rows that hit. Rows must agree case by
case. How many classes the cases fall into is told, and what is left when one case is repeated.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from common import NOT_INSTALLED, Figure, best_ms, figure, peer_python
from entrepot.domain.gate.batch import BatchAnswer, GateBatch, answer_bodies
from entrepot.domain.gate.decide import decide
from entrepot.domain.gate.read_case import read_case
from entrepot.kernel.rulebook.load import load_rulebook
from entrepot.kernel.rulebook.table import Rulebook
from gate_policies import (
    DAY,
    Body,
    bodies,
    cedar,
    context,
    first_rows,
    rows_of,
    zen,
    zen_rows,
)

CASES = 20_000
SINGLE = 1_000
UNIT = "decisions/s"

PEERS = {
    "cedarpy": """
import json, sys, time
from cedarpy import Entities, PolicySet, is_authorized_batch
given = json.load(open(sys.argv[1], encoding="utf-8"))
policies, nobody = PolicySet.from_str(given["policies"]), Entities.from_json_str("[]")
fixed = {"principal": 'Firm::"f"', "action": 'Action::"send"', "resource": 'Place::"p"'}
asked = [{**fixed, "context": item} for item in given["cases"]]
best = 1e9
for _ in range(3):
    start = time.perf_counter()
    found = is_authorized_batch(asked, policies, nobody)
    best = min(best, time.perf_counter() - start)
assert not any(item.diagnostics.errors for item in found)
names = [list(i._authz_resp["diagnostics"]["id_annotations_by_reason"].values()) for i in found]
print(json.dumps({"s": best, "answers": names}))
""",
    "zen": """
import json, sys, time
import zen
given = json.load(open(sys.argv[1], encoding="utf-8"))
decision = zen.ZenEngine().create_decision(given["policies"])
best = 1e9
for _ in range(2):
    start = time.perf_counter()
    found = [decision.evaluate(item) for item in given["cases"]]
    best = min(best, time.perf_counter() - start)
print(json.dumps({"s": best, "answers": [item["result"] for item in found]}))
""",
}


def rulebook() -> Rulebook:
    """Load the shipped rules of the gate."""
    folder = files("entrepot") / "facts" / "rules"
    names = ("dictionary.yaml", "flow.yaml", "placement.yaml")
    return load_rulebook({name: (folder / name).read_text("utf-8") for name in names})


def rate(count: int, ms: float) -> float:
    """Return how many a second."""
    return count / ms * 1000


def answered(book: Rulebook, asked: Sequence[Body]) -> list[BatchAnswer]:
    """Answer all cases from nothing."""
    found = [item for item in answer_bodies(book, asked, DAY) if isinstance(item, BatchAnswer)]
    if len(found) < len(asked):
        raise SystemExit("a case of the benchmark was refused")
    return found


def explained(book: Rulebook, asked: Sequence[Body]) -> int:
    """Write out each answer and the facts read, one after the other; return the characters."""
    found = 0
    for item in answer_bodies(book, asked, DAY):
        if isinstance(item, BatchAnswer):
            found += len(item.line()) + len(item.facts_read())
    return found


def ask_peer(package: str, policies: str, asked: Sequence[Body]) -> tuple[float, list[Any]] | None:
    """Return a peer's decisions a second and its answers; None where it is not installed."""
    python = peer_python(package)
    if python is None:
        return None
    with tempfile.TemporaryDirectory(prefix="bench-gate-") as folder:
        path = Path(folder) / "given.json"
        given = {"policies": policies, "cases": [context(body) for body in asked]}
        path.write_text(json.dumps(given), encoding="utf-8")
        ran = subprocess.run(
            [python, "-c", PEERS[package], str(path)], capture_output=True, text=True, check=True
        )
    found = json.loads(ran.stdout)
    return len(asked) / found["s"], found["answers"]


def must_agree(name: str, ours: Sequence[list[str]], theirs: Sequence[list[str]]) -> None:
    """Stop where a case has other rows here than there."""
    for number, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        if mine != other:
            raise SystemExit(f"{name}, case {number}: ours {mine}, theirs {other}")


def beside_peers(book: Rulebook, asked: Sequence[Body], ours: float) -> list[Figure]:
    """Return our figure beside each peer's."""
    rows = [rows_of(item) for item in answered(book, asked)]
    name = f"gate, {len(asked):,} different cases"
    found: list[Figure] = []
    given = ask_peer("cedarpy", cedar(book), asked)
    if given is not None:
        must_agree("cedarpy", rows, [first_rows(book, item) for item in given[1]])
    found.append(_beside(name, ours, "cedarpy", "cedarpy, batch", given))
    given = ask_peer("zen", zen(book), asked)
    if given is not None:
        must_agree("zen-engine", rows, [zen_rows(book, item) for item in given[1]])
    found.append(_beside(name + " (zen)", ours, "zen-engine", "zen-engine, no trace", given))
    return found


def _beside(
    name: str, ours: float, package: str, label: str, given: tuple[float, list[Any]] | None
) -> Figure:
    if given is None:
        return figure(name, UNIT, ours, peer_name=f"{package} {NOT_INSTALLED}")
    return figure(name, UNIT, ours, peer=given[0], peer_name=label, note="same rows case by case")


def measure() -> list[Figure]:
    """Return the figures."""
    book, asked = rulebook(), bodies(CASES)
    ours = rate(CASES, best_ms(lambda: answered(book, asked)))
    classes = len({id(item.ruling) for item in answered(book, asked)})
    found = beside_peers(book, asked, ours)
    cases = [read_case(body, DAY) for body in asked]

    def judged() -> None:
        desk = GateBatch(book)
        for case in cases:
            desk.answer(case)

    note = f"{classes:,} classes; cases read before"
    found.append(figure("gate, judging only", UNIT, rate(CASES, best_ms(judged)), note=note))
    written = rate(CASES, best_ms(lambda: explained(book, asked)))
    note = "JSON line and facts read of every case written out"
    found.append(figure("gate, answers written out", UNIT, written, note=note))
    again = rate(CASES, best_ms(lambda: answered(book, [asked[0]] * CASES)))
    found.append(figure("gate, one case repeated", UNIT, again, note="from plain values"))
    single = rate(SINGLE, best_ms(lambda: [decide(book, case) for case in cases[:SINGLE]]))
    found.append(figure("gate, one by one", UNIT, single, note="decide(), no batch"))
    return found


if __name__ == "__main__":
    for item in measure():
        print(item)
