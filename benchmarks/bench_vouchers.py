"""Figure "vouchers": one million firm-years of Beijing's policy, beside OpenFisca-Core.

A firm-year is one application: an amount, what the firm was granted before in the year, and the
seven facts that the programme asks for. Most rows are in order, some fail one condition. Ours
checks the columns and answers status, amount and bounds in exact fen, and gives the column of
what is paid; facts are codes of their values, as a file of columns is read. The peer holds the
same policy as variables of a system made here, with numbers for words and float32 yuan, for its
float variables are that. Both begin with arrays in memory, and each takes its best of the same
number of runs. The peer needs a fresh simulation a run, since it keeps what it has computed; so
its time is that of the simulation with its inputs, and its formulas alone stand in a line of
their own. Answers are compared; how far the peer's lie off is the note.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common import NOT_INSTALLED, Figure, best_ms, figure, peer_python
from entrepot.domain.vouchers.bulk import entitle_bulk
from entrepot.domain.vouchers.bulk_columns import BulkCases, Coded, Column, Ints, Numbers
from entrepot.domain.vouchers.load import load_programmes
from entrepot.domain.vouchers.model import Programme
from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.rulebook.load import load_dictionary

ROWS = 1_000_000
RUNS = 15
"""Runs of either side, of which the best counts."""

BEIJING = "cn.beijing.ai_voucher"
RULES = Path(__file__).resolve().parents[1] / "src" / "entrepot" / "facts" / "rules"
WORDS = {
    "registered_in": ("beijing", "shanghai"),
    "sector": ("manufacturing", "software_it", "finance"),
    "related_party": (False, True),
    "dishonest_record_3y": (False, True),
    "other_municipal_compute_subsidy": (False, True),
    "contract_already_claimed": (False, True),
}
"""Values of the facts; the last of each fails the condition."""

FAILING = 0.03
"""Share of rows in which one fact fails."""

PEER = """
import json, sys, time
import numpy as np
from openfisca_core.entities import Entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

folder, runs = sys.argv[1], int(sys.argv[2])
firm = Entity("firm", "firms", "A firm", "")
inputs = {
    "amount": float, "used": float, "registered_in": int, "sector": int, "contract_months": int,
    "related_party": bool, "dishonest_record_3y": bool, "other_municipal_compute_subsidy": bool,
    "contract_already_claimed": bool,
}

def declare(name, kind, formula=None):
    body = {"value_type": kind, "entity": firm, "definition_period": DateUnit.YEAR, "label": name}
    if formula is not None:
        body["formula"] = formula
    return type(name, (Variable,), body)

def eligible(firms, period, parameters=None):
    sector = firms("sector", period)
    return (
        (firms("registered_in", period) == 1) & ((sector == 1) | (sector == 2))
        & ~firms("related_party", period) & (firms("contract_months", period) <= 12)
        & ~firms("dishonest_record_3y", period)
        & ~firms("other_municipal_compute_subsidy", period)
        & ~firms("contract_already_claimed", period)
    )

def voucher(firms, period, parameters=None):
    share = np.floor(firms("amount", period) * 0.2 * 100) / 100
    left = np.maximum(2_000_000 - firms("used", period), 0)
    return firms("eligible", period) * np.minimum(share, left)

system = TaxBenefitSystem([firm])
for name, kind in inputs.items():
    system.add_variable(declare(name, kind))
system.add_variable(declare("eligible", bool, eligible))
system.add_variable(declare("voucher", float, voucher))
columns = {name: np.load(f"{folder}/{name}.npy") for name in inputs}
best, whole = 1e9, 1e9
for _ in range(runs):
    begin = time.perf_counter()
    simulation = SimulationBuilder().build_default_simulation(system, len(columns["amount"]))
    for name, column in columns.items():
        simulation.set_input(name, "2025", column)
    start = time.perf_counter()
    found = simulation.calculate("voucher", "2025")
    end = time.perf_counter()
    best, whole = min(best, end - start), min(whole, end - begin)
np.save(f"{folder}/found.npy", found)
print(json.dumps({"ms": whole * 1000, "formulas_ms": best * 1000}))
"""


def rules() -> tuple[tuple[Programme, ...], FactDictionary]:
    """Return the shipped programmes and the dictionary of facts."""
    dictionary = load_dictionary((RULES / "dictionary.yaml").read_text("utf-8"))
    text = (RULES / "vouchers.yaml").read_text("utf-8")
    return load_programmes(text, "vouchers.yaml", dictionary), dictionary


def cases(rows: int = ROWS, seed: int = 1) -> BulkCases:
    """Return firm-years, the same in every run."""
    draw = np.random.default_rng(seed)
    facts: dict[str, Column] = {}
    for name, words in WORDS.items():
        sound = draw.integers(1, len(words), rows)
        codes = np.where(draw.random(rows) < FAILING, len(words), sound).astype(np.uint8)
        facts[name] = Coded(codes, words)
    facts["contract_months"] = Numbers(draw.integers(1, 14, rows).astype(np.uint8))
    return BulkCases(
        programme=BEIJING,
        amount_minor=Numbers(draw.integers(1, 30_000_000_00, rows)),
        facts=facts,
        as_of=date(2025, 6, 1),
        currency="CNY",
        used_this_year_minor=Numbers(draw.integers(0, 2_100_000_00, rows)),
    )


def many_a_firm(rows: int = ROWS) -> BulkCases:
    """Return five applications a firm, whose cap runs from one to the next."""
    firm = np.sort(np.random.default_rng(2).integers(0, rows // 5, rows))
    return replace(cases(rows), firm=firm, used_this_year_minor=0)


def ask_peer(python: str, given: BulkCases) -> tuple[Mapping[str, float], Ints]:
    """Return times in milliseconds and answers of the peer, in fen rounded to the nearest."""
    with tempfile.TemporaryDirectory(prefix="bench-vouchers-") as folder:
        for name, column in peer_columns(given).items():
            np.save(Path(folder) / f"{name}.npy", column)
        ran = subprocess.run(
            [python, "-c", PEER, folder, str(RUNS)], capture_output=True, text=True, check=True
        )
        found = np.load(Path(folder) / "found.npy").astype(np.float64)
    return json.loads(ran.stdout.splitlines()[-1]), np.rint(found * 100).astype(np.int64)


def peer_columns(given: BulkCases) -> dict[str, NDArray[Any]]:
    """Return the columns as the peer takes them: money in float32 yuan."""
    used = given.used_this_year_minor
    money = {"amount": given.amount_minor, "used": used}
    found: dict[str, NDArray[Any]] = {
        name: (column.numbers / 100).astype(np.float32)
        for name, column in money.items()
        if isinstance(column, Numbers)
    }
    for name, column in given.facts.items():
        if isinstance(column, Numbers):
            found[name] = column.numbers.astype(np.int32)
        elif isinstance(column, Coded):
            truths = column.values == (False, True)
            found[name] = column.codes == 2 if truths else column.codes.astype(np.int32)
    return found


def measure() -> list[Figure]:
    """Return the figures beside the peer, and with running caps."""
    programmes, dictionary = rules()
    given, several = cases(), many_a_firm()
    ours = entitle_bulk(programmes, dictionary, given).amount_minor
    ms = best_ms(lambda: entitle_bulk(programmes, dictionary, given).amount_minor, RUNS)
    running = best_ms(lambda: entitle_bulk(programmes, dictionary, several).amount_minor, RUNS)
    python = peer_python("openfisca_core")
    times: Mapping[str, float] = {}
    note = "exact fen"
    if python is not None:
        times, theirs = ask_peer(python, given)
        note = f"exact fen; the peer: {compare(ours, theirs)}"
    name = "OpenFisca-Core, float32" if python else f"OpenFisca-Core {NOT_INSTALLED}"
    label, peer, formulas = "vouchers, 1,000,000", times.get("ms"), times.get("formulas_ms")
    return [
        figure(f"{label} firm-years", "ms", ms, peer=peer, peer_name=name, note=note),
        figure(
            f"{label} firm-years, formulas alone",
            "ms",
            ms,
            peer=formulas,
            peer_name=name,
            note="the peer without simulation and inputs; ours whole, with checks and bounds",
        ),
        figure(
            f"{label} applications, caps running over five a firm",
            "ms",
            running,
            note="exact fen, in order of application",
        ),
    ]


def compare(ours: Ints, theirs: Ints) -> str:
    """Say how far the peer's answers lie off; more than float32 explains is an error.

    Raises:
        SystemExit: an answer differs by more than rounding to 24 bits can make it.
    """
    off = np.abs(theirs - ours)
    # float32 keeps 24 bits of up to CNY 30,000,000: two yuan; a fifth of that, and its rounding.
    if int(off.max()) > 200:
        row = int(off.argmax())
        raise SystemExit(f"the answers differ in row {row}: ours {ours[row]}, peer {theirs[row]}")
    share = 100 * float((off > 0).mean())
    return f"{share:.0f} % of rows wrong, by up to {int(off.max())} fen"


if __name__ == "__main__":
    for item in measure():
        print(item)
