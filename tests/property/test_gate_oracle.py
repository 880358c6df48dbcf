"""The engine agrees with a plain reading of the rule files, written without the engine."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

import pytest
import yaml
from tests.unit.domain.gate.gate_samples import shipped, shipped_texts

from entrepot.domain.gate.decide import decide
from entrepot.domain.gate.model import GateCase
from entrepot.kernel.rulebook.places import PLACES

ORDER = ["allow", "allow_with_duties", "instrument", "approval", "needs_review", "needs_info",
         "refuse"]  # fmt: skip
FILES = {"leg": "flow.yaml", "placement": "placement.yaml"}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "in": lambda a, b: a in b,
    "not_in": lambda a, b: a not in b,
    "contains": lambda a, b: b in a,
    "excludes": lambda a, b: b not in a,
}


@cache
def raw(name: str) -> Any:
    return yaml.safe_load(shipped_texts()[name])


def usable(fact: dict[str, Any], value: Any) -> bool:
    kind = fact["type"]
    if kind == "bool":
        return value is True or value is False
    if kind == "place":
        return isinstance(value, str) and value in PLACES
    if kind == "place_set":
        return isinstance(value, list) and value != [] and all(v in PLACES for v in value)
    if kind == "enum":
        return value in fact["domain"]
    if kind == "set":
        return isinstance(value, list) and all(v in fact["domain"] for v in value)
    return type(value) is int and value >= fact["min"]


def truth(condition: list[Any], facts: dict[str, Any], day: date, file: Any, gaps: set[str]) -> Any:
    name, op, value = condition
    if isinstance(value, str) and value.startswith("$"):
        steps = [s for s in file["parameters"][value[1:]]["series"] if s["from"] <= day]
        if not steps:  # long before the table is covered: the list narrows nothing
            return True
        value = max(steps, key=lambda s: s["from"])["value"]
    named = [name]
    if isinstance(value, dict):
        named.append(value["fact"])
        value = facts.get(value["fact"])
    if any(n not in facts for n in named):
        gaps |= {n for n in named if n not in facts}
        return None
    return COMPARE[op](facts[name], value)


def every(
    conditions: list[Any], facts: dict[str, Any], day: date, file: Any, gaps: set[str]
) -> Any:
    own: set[str] = set()
    found = [truth(c, facts, day, file, own) for c in conditions]
    if False in found:
        return False
    gaps |= own
    return None if None in found else True


@dataclass
class Reading:
    """What has been read so far."""

    tables: dict[str, str] = field(default_factory=dict[str, str])
    keys: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    missing: set[str] = field(default_factory=set[str])
    instruments: set[str] = field(default_factory=set[str])
    duties: set[str] = field(default_factory=set[str])

    def hit(self, row: dict[str, Any], held: list[str], bug: str) -> str:
        """The answer of a row that hits."""
        answer = row["outcome"]
        if answer in ("instrument", "approval"):
            any_of, all_of = row.get("any_of", []), row.get("all_of", [])
            owed = {name for name in all_of if name not in held}
            if any_of and not set(any_of) & set(held):
                owed |= set(any_of)
            self.instruments |= owed
            if not owed:
                answer = "allow_with_duties"
        self.duties |= set(row.get("duties", []))
        weak = row["grade"] not in "ABC" and bug != "grade"
        return "needs_review" if weak and answer != "refuse" else answer

    def table(
        self, table: Any, facts: dict[str, Any], held: list[str], day: date, file: Any, bug: str
    ) -> tuple[str, str] | None:
        """Key and answer of one table; None where it does not apply."""
        applies = every(table["applies"], facts, day, file, self.missing)
        if applies is not True:
            return None if applies is False else ("table:" + table["id"], "needs_info")
        for row in table["rows"]:
            in_time = row["from"] <= day and (row.get("to") is None or day < row["to"])
            if row.get("status") in ("proposed", "not_in_operation") or not in_time:
                continue
            if day < table["covered_from"] and row["outcome"] != "refuse":
                continue
            hit = every(row["when"], facts, day, file, self.missing)
            if hit is not False:
                return row["id"], "needs_info" if hit is None else self.hit(row, held, bug)
        return "table:" + table["id"], "needs_review"


def plain_reading(
    scope: str, given: dict[str, Any], held: list[str], day: date, bug: str = ""
) -> dict[str, Any]:
    """One gate's answer, read row by row from the file as text."""
    file, book = raw(FILES[scope]), raw("dictionary.yaml")
    declared = {f["name"]: f for f in book["facts"]}
    facts = {n: v for n, v in given.items() if usable(declared[n], v)}
    facts["instruments_in_force"] = held
    reading = Reading()
    for table in file["tables"]:
        found = reading.table(table, facts, held, day, file, bug)
        if found is not None:
            reading.keys.append(found)
            reading.tables[table["id"]] = found[1]
    outcomes = list(reading.tables.values()) or ["needs_review"]
    for constraint in book["constraints"]:
        gaps = set[str]()
        if constraint["scope"] == scope and every(constraint["when"], facts, day, file, gaps):
            outcomes.append("needs_info")
            reading.keys.append((constraint["id"], "needs_info"))
            reading.missing |= set(constraint["facts"])
    outcome = max(outcomes, key=ORDER.index)
    return {
        "outcome": outcome,
        "tables": reading.tables,
        "deciding": {k for k, o in reading.keys if o == outcome},
        "missing": sorted(reading.missing),
        "instruments": sorted(reading.instruments),
        "duties": reading.duties,
    }


def random_value(rng: random.Random, fact: dict[str, Any]) -> Any:
    kind = fact["type"]
    if rng.random() < 0.06:
        return rng.choice([None, "?", -1, 2.5, [], "hk"])
    if kind == "bool":
        return rng.random() < 0.35
    if kind == "place":
        return rng.choice(["CN", "CN", "CN", "HK", "HK", "HK", "MO", "DE", "JP", "GB", "SG", "US"])
    if kind == "place_set":
        return rng.sample(["CN", "HK", "DE", "SG"], rng.randint(1, 2))
    if kind in ("enum", "set"):
        return rng.choice(fact["domain"])
    return rng.choice([0, 0, 0, 1, 9_999, 10_000, 99_999, 100_000, 999_999, 1_000_000, 4_800])


def random_case(rng: random.Random, scope: str) -> tuple[dict[str, Any], list[str], date]:
    book = raw("dictionary.yaml")
    facts = [f for f in book["facts"] if f["scope"] == scope]
    gone = rng.choice([0.0, 0.02, 0.1, 0.5])
    given = {f["name"]: random_value(rng, f) for f in facts if rng.random() >= gone}
    if "place_from" in given and rng.random() < 0.15:
        given["place_to"] = given["place_from"]
    if scope == "leg" and rng.random() < 0.7 and "place_from" in given and "place_to" in given:
        given["cross_border"] = given["place_from"] != given["place_to"]
    register = next(f for f in book["facts"] if f["name"] == "instruments_in_force")
    held = rng.sample(register["domain"], rng.choice([0, 0, 1, 3, 9]))
    days = [row[k] for name in FILES.values() for table in raw(name)["tables"]
            for row in table["rows"] for k in ("from", "to") if row.get(k)]  # fmt: skip
    day = rng.choice([date(2026, 11, 21), rng.choice(days), date(rng.randint(1995, 2030), 6, 1)])
    return given, held, day


def engine(scope: str, given: dict[str, Any], held: list[str], day: date) -> dict[str, Any]:
    case = GateCase("case", day, instruments_in_force=frozenset(held))
    case = replace(case, leg=given) if scope == "leg" else replace(case, placement=given)
    found = decide(shipped(), case)
    deciding = {key for key in found.deciding if not key.startswith("gate:")}
    return {
        "outcome": found.outcome.value,
        "tables": {name: outcome.value for name, outcome in found.tables.items()},
        "deciding": deciding,
        "missing": list(found.missing),
        "instruments": list(found.instruments),
        "duties": set(found.duties),
    }


@pytest.mark.parametrize("scope", ["leg", "placement"])
@pytest.mark.parametrize("seed", range(4))
def test_engine_reads_the_tables_as_they_stand(scope: str, seed: int) -> None:
    rng = random.Random(f"{scope}{seed}")
    for _ in range(1500):
        case = random_case(rng, scope)
        assert engine(scope, *case) == plain_reading(scope, *case), (scope, case)


@pytest.mark.parametrize("scope", ["leg", "placement"])
def test_the_comparison_catches_a_reading_that_forgets_grades(scope: str) -> None:
    rng = random.Random("planted")
    cases = [random_case(rng, scope) for _ in range(1500)]
    assert any(engine(scope, *c) != plain_reading(scope, *c, bug="grade") for c in cases)


@pytest.mark.parametrize("scope", ["leg", "placement"])
def test_random_cases_reach_every_outcome(scope: str) -> None:
    rng = random.Random("spread")
    seen = {engine(scope, *random_case(rng, scope))["outcome"] for _ in range(3000)}
    # A device alone is never plainly allowed, and no placement row asks a mere instrument.
    assert seen == (set(ORDER) if scope == "leg" else set(ORDER) - {"allow", "instrument"})
