"""One wrong figure, word, day or sign at a time in the shipped rule files.

A mutant is a rule file with one value changed: what a slip of the pen would leave behind.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from entrepot.kernel.rulebook.dictionary import FactDictionary, Kind
from entrepot.kernel.rulebook.document import Document, Path, parse_document, show_path

SHIPPED = files("entrepot") / "facts" / "rules"
GATES = ("flow.yaml", "placement.yaml")
VOUCHERS = "vouchers.yaml"
PROPOSED = "proposed.yaml"
TAX = "tax.yaml"
DICTIONARY = "dictionary.yaml"
DAYS = ("from", "to", "recorded_at", "assumed_from", "covered_from", "certain_from", "certain_to")
CEILINGS = (
    *("cap_per_application", "cap_per_firm_year", "soft_cap_per_firm_year", "fund_per_year"),
    *("cap_per_firm_lifetime", "cap_in_force_at_once", "fund_total", "years_max", "projects_max"),
)
ORDER = ("lt", "le", "gt", "ge", "eq", "ne")
SIGNS = {
    **{sign: tuple(other for other in ORDER if other != sign) for sign in ORDER[:4]},
    **{"eq": ("ne",), "ne": ("eq",), "in": ("not_in",), "not_in": ("in",)},
    **{"contains": ("excludes",), "excludes": ("contains",)},
}
OUTCOMES = ("allow", "allow_with_duties", "refuse", "instrument", "approval")
OWING = ("instrument", "approval")
Change = tuple[Path, object]


@dataclass(frozen=True)
class Mutant:
    """A rule file with one value changed.

    Attributes:
        file: name of the file.
        path: the value.
        value: what stands there now.
    """

    file: str
    path: Path
    value: object

    @property
    def label(self) -> str:
        """What was changed, in words."""
        return f"{self.file} {show_path(self.path)} := {self.value}"

    def document(self, shipped: Document) -> Document:
        """The file with the change made."""
        data = copy.deepcopy(shipped.data)
        place: Any = data
        for step in self.path[:-1]:
            place = place[step]
        place[self.path[-1]] = self.value
        return Document(self.file, data, shipped.lines)


def shipped_document(name: str) -> Document:
    """A shipped rule file."""
    return parse_document((SHIPPED / name).read_text("utf-8"), name)


def mutants(name: str, dictionary: FactDictionary) -> Iterator[Mutant]:
    """Every mutant of a shipped rule file."""
    data: Any = shipped_document(name).data
    readers = {VOUCHERS: _vouchers, PROPOSED: _vouchers, DICTIONARY: _constraints, TAX: _tax}
    read = readers.get(name, _gate)
    for path, value in read(data, dictionary):
        yield Mutant(name, path, value)


def _constraints(data: Any, dictionary: FactDictionary) -> Iterator[Change]:
    for n, constraint in enumerate(data["constraints"]):
        yield from _conditions(constraint["when"], ("constraints", n, "when"), dictionary)


def _tax(data: Any, dictionary: FactDictionary) -> Iterator[Change]:
    for n, parameter in enumerate(data["parameters"]):
        path: Path = ("parameters", n)
        yield from _standing(parameter, path)
        for year, value in parameter["series"].items():
            for other in _years(year):
                moved = {(other if y == year else y): v for y, v in parameter["series"].items()}
                yield (*path, "series"), moved
            if value is None:
                yield (*path, "series", year), 0
            else:
                yield from _near((*path, "series", year), value)
    for n, rule in enumerate(data["rules"]):
        path = ("rules", n)
        yield from _standing(rule, path)
        yield from (((*path, "from"), other) for other in _years(rule["from"]))
        yield from _conditions(rule["when"], (*path, "when"), dictionary)


def _standing(box: Any, path: Path) -> Iterator[Change]:
    yield from _days(box, path)
    known = box.get("status", "in_force") == "in_force"
    yield (*path, "status"), "unknown" if known else "in_force"
    yield (*path, "grade"), "K" if box["grade"] in ("A", "B", "C") else "B"


def _years(year: str) -> tuple[str, ...]:
    """The year of assessment before and the one after."""
    first = int(year[:4])
    return tuple(f"{other}/{(other + 1) % 100:02d}" for other in (first - 1, first + 1))


def _gate(data: Any, dictionary: FactDictionary) -> Iterator[Change]:
    for name, parameter in data["parameters"].items():
        for n, step in enumerate(parameter["series"]):
            path = ("parameters", name, "series", n)
            yield from _days(step, path)
            if isinstance(step["value"], int):
                yield from _near((*path, "value"), step["value"])
            else:
                yield (*path, "value"), step["value"][1:]
                yield (*path, "value"), step["value"][:-1]
    for t, table in enumerate(data["tables"]):
        yield from _days(table, ("tables", t))
        yield from _conditions(table["applies"], ("tables", t, "applies"), dictionary)
        for n, row in enumerate(table["rows"]):
            path = ("tables", t, "rows", n)
            yield from _days(row, path)
            yield from _conditions(row["when"], (*path, "when"), dictionary)
            owing = row["outcome"] in OWING
            for outcome in OUTCOMES:
                if outcome != row["outcome"] and (outcome in OWING) == owing:
                    yield (*path, "outcome"), outcome


def _conditions(when: Any, path: Path, dictionary: FactDictionary) -> Iterator[Change]:
    for n, (fact, op, value) in enumerate(when):
        for sign in SIGNS[op]:
            if sign not in ORDER[:4] or op in ORDER[:4]:
                yield (*path, n, 1), sign
        yield from _values((*path, n, 2), value, dictionary, fact)


def _values(path: Path, value: Any, dictionary: FactDictionary, fact: str) -> Iterator[Change]:
    kind = dictionary.facts[fact]
    if isinstance(value, bool):
        yield path, not value
    elif isinstance(value, int):
        yield from _near(path, value)
    elif isinstance(value, list):
        if len(value) > 1:
            for n in range(len(value)):
                yield path, [item for m, item in enumerate(value) if m != n]
    elif isinstance(value, str) and not value.startswith("$"):
        yield path, _another(value, kind.domain, places=kind.kind in (Kind.PLACE, Kind.PLACE_SET))


def _another(word: str, domain: tuple[str, ...], *, places: bool) -> str:
    known = ("CN", "HK", "MO", "SG") if places else domain
    return next(other for other in known if other != word)


def _vouchers(data: Any, dictionary: FactDictionary) -> Iterator[Change]:
    for p, programme in enumerate(data["programmes"]):
        path: Path = ("programmes", p)
        yield (*path, "currency"), "HKD" if programme["currency"] == "CNY" else "CNY"
        for v, version in enumerate(programme["versions"]):
            yield from _version(version, (*path, "versions", v), dictionary)


def _version(version: Any, path: Path, dictionary: FactDictionary) -> Iterator[Change]:
    yield from _days(version, path)
    yield (*path, "status"), "unknown" if version["status"] == "in_force" else "in_force"
    yield (*path, "rate_kind"), "fixed" if version["rate_kind"] == "ceiling" else "ceiling"
    for flag in ("discretionary", "cap_may_be_lifted"):
        if flag in version:
            yield (*path, flag), not version[flag]
    for key in CEILINGS:
        if version.get(key) is not None:
            yield from _near((*path, key), version[key])
    for n, rate in enumerate(version["rates"]):
        yield from _rate(rate, (*path, "rates", n), dictionary)
    for n, item in enumerate(version["eligible"] or []):
        for sign in SIGNS[item["op"]]:
            if sign not in ORDER[:4] or item["op"] in ORDER[:4]:
                yield (*path, "eligible", n, "op"), sign
        place = (*path, "eligible", n, "value")
        yield from _values(place, item["value"], dictionary, item["fact"])
    windows = version.get("windows")
    for n, window in enumerate(windows["list"] if windows else []):
        yield from _days(window, (*path, "windows", "list", n))


def _rate(rate: Any, path: Path, dictionary: FactDictionary) -> Iterator[Change]:
    yield from _near((*path, "rate_bp"), rate["rate_bp"])
    if "cap" in rate:
        yield from _near((*path, "cap"), rate["cap"])
    for fact, value in rate["when"].items():
        place = (*path, "when", fact)
        if isinstance(value, dict):
            ((op, figure),) = value.items()
            yield from (((*place, op), other) for _, other in _near((), figure))
            yield from ((place, {sign: figure}) for sign in ORDER[:4] if sign != op)
        else:
            yield from _values(place, value, dictionary, fact)


def _near(path: Path, value: int) -> Iterator[Change]:
    yield path, value - 1
    yield path, value + 1


def _days(box: Any, path: Path) -> Iterator[Change]:
    for key in DAYS:
        day = box.get(key)
        if isinstance(day, date):
            yield (*path, key), day - timedelta(days=1)
            yield (*path, key), day + timedelta(days=1)
