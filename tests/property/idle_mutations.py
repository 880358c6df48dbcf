"""Changes of a rule file that no case can show, because nothing rests on the changed value.

They are told by what the file says, never by trying them: a day on which nothing that reads it
decides, and a row that another one covers on the only day that is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, cast

from tests.property.rule_mutations import CEILINGS, PROPOSED, TAX, VOUCHERS, Mutant

WHAT_IF = ("proposed", "not_in_operation")
FIRST_YEAR = "2018/19"
"""First year of assessment that a scenario may name."""


def is_idle(mutant: Mutant, data: Any) -> bool:
    """Say whether no case whatever can tell the mutant from the shipped file.

    Args:
        mutant: the change.
        data: plain values of the shipped file.
    """
    key = mutant.path[-1]
    if mutant.file in (VOUCHERS, PROPOSED):
        return "versions" in mutant.path and _unpaid(data, mutant)
    if mutant.file == TAX:
        return _untaxed(data, mutant)
    if not isinstance(mutant.value, date):
        return False
    if mutant.path[0] == "parameters":
        return _unread(data, str(mutant.path[1]), str(key), mutant.value)
    if "rows" not in mutant.path:
        return False
    table: Any = data["tables"][mutant.path[1]]
    number = int(mutant.path[3])
    row = table["rows"][number]
    if key == "from":
        return _before_cover(table, row, mutant.value) or _covered(table, number, mutant.value)
    return key == "recorded_at" and _before_anchor(table, row, mutant.value)


def _unpaid(data: Any, mutant: Mutant) -> bool:
    """A ceiling of a version that states no rate: no amount is ever held against it."""
    version = data["programmes"][mutant.path[1]]["versions"][mutant.path[3]]
    return not version["rates"] and mutant.path[-1] in CEILINGS


def _untaxed(data: Any, mutant: Mutant) -> bool:
    """A change of the tax file that no scenario shows.

    That is a year before all that a scenario may name, or before the rule that reads the
    parameter; a parameter known before every rule; a standing that its grade makes no difference
    to; and money that is not zero in place of money above zero, since none is below.
    """
    place = data[str(mutant.path[0])][mutant.path[1]]
    key, value = mutant.path[-1], mutant.value
    if key == "from":
        return str(value) < FIRST_YEAR
    if key == "series" and isinstance(value, dict):
        readers = [r["from"] for r in data["rules"] if place["id"].startswith(f"{r['id']}.")]
        before, after = sorted(place["series"]), sorted(cast("dict[str, object]", value))
        read_from = max([FIRST_YEAR, *readers])
        return max(before[0], after[0]) <= read_from and before[1:] == after[1:]
    if key == "status":
        return place["grade"] not in data["force_grades"]
    if "when" in mutant.path:
        _, sign, bound = place["when"][mutant.path[3]]
        return (sign, bound, value) == ("gt", 0, "ne")
    known = min(rule["recorded_at"] for rule in data["rules"])
    return key == "recorded_at" and mutant.path[0] == "parameters" and value < known


def _unread(data: Any, name: str, key: str, value: date) -> bool:
    """A parameter that begins earlier than everything that reads it."""
    starts: list[date] = []
    for table in data["tables"]:
        inside = _reads(table["applies"], name)
        for row in table["rows"]:
            if inside or _reads(row["when"], name):
                first = row.get("assumed_from") or row["from"]
                starts.append(row["recorded_at"] if key == "recorded_at" else first)
    return value < min(starts)


def _reads(conditions: Iterable[list[object]], name: str) -> bool:
    return any(value == f"${name}" for _, _, value in conditions)


def _before_cover(table: Any, row: Any, value: date) -> bool:
    """A day before the table is covered, when refusals alone decide; or a day not read."""
    if row.get("status") in WHAT_IF:
        return True
    return row["outcome"] != "refuse" and max(value, row["from"]) <= table["covered_from"]


def _covered(table: Any, number: int, value: date) -> bool:
    """A first day on which an earlier row that asks for no more answers anyway."""
    row = table["rows"][number]
    holds: Callable[[Any], bool] = lambda other: (  # noqa: E731
        other["from"] <= value < (other.get("to") or date.max)
        and all(condition in row["when"] for condition in other["when"])
    )
    return value < row["from"] and any(holds(other) for other in table["rows"][:number])


def _before_anchor(table: Any, row: Any, value: date) -> bool:
    """A what-if row recorded before the row that it stands behind."""
    anchors = [one for one in table["rows"] if one["id"] == row.get("insert_after")]
    return any(value < anchor["recorded_at"] for anchor in anchors)
