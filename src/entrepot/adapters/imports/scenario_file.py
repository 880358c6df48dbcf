"""Files of tax scenarios: one, or several on a common base."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NoReturn, cast

from entrepot.adapters.imports.problems import InvalidFile, Problem
from entrepot.adapters.imports.yaml_safe import Located, Path, load_yaml
from entrepot.domain.outbound.scenario import Scenario
from entrepot.kernel.errors import EntrepotError, Invalid
from entrepot.kernel.rulebook.dictionary import FactDictionary, FactType, Kind, unknown_word
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_

SCENARIOS_MAX = 50
SCOPE = "tax"

_ONE = ("name", "facts")
_SEVERAL = ("base", "scenarios")
_MONEY = re.compile(r"(?P<number>[0-9][0-9,]*(?:\.[0-9]{1,2})?) (?P<code>[A-Z]{3})\Z")


def read_scenarios(data: bytes, name: str, dictionary: FactDictionary) -> list[Scenario]:
    r"""Read the scenarios of a file.

    Args:
        data: bytes of the file (YAML or JSON): ``name`` and ``facts`` of one scenario, or
            ``base`` (facts that all share) and ``scenarios`` (a list of such).
        name: file name for messages; its stem names a scenario that has no name.
        dictionary: declares the facts. Money is a whole number of minor units, or text such as
            ``5,000,000.00 HKD``.

    Raises:
        Invalid: not YAML, an unknown key or fact, a value that the fact cannot have; with file,
            line and field. A fact that is left out or null is no fault: it is asked for.

    >>> from entrepot.kernel.rulebook.dictionary import FactType
    >>> profits = FactType("p", frozenset({"tax"}), Kind.MONEY, unit="HKD_minor")
    >>> text = b"facts: {p: '12.50 HKD'}"
    >>> read_scenarios(text, "a.yaml", FactDictionary({"p": profits}))[0].facts
    {'p': 1250}
    """
    located = load_yaml(data, name)
    root = _mapping(located, (), located.value)
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    if "scenarios" not in root:
        _only(located, (), root, _ONE)
        return [_scenario(located, (), root, {}, stem, dictionary)]
    _only(located, (), root, _SEVERAL)
    base = _facts(located, ("base",), root.get("base"), dictionary)
    items = root["scenarios"]
    if not isinstance(items, list) or not 0 < len(cast("list[object]", items)) <= SCENARIOS_MAX:
        _refuse(
            located,
            ("scenarios",),
            N_("scenarios is a list of 1 to {most} scenarios."),
            N_("Write each as a mapping with name and facts."),
            most=SCENARIOS_MAX,
        )
    found: list[Scenario] = []
    for index, item in enumerate(cast("list[object]", items)):
        path: Path = ("scenarios", index)
        body = _mapping(located, path, item)
        _only(located, path, body, _ONE)
        found.append(_scenario(located, path, body, base, f"{stem}-{index + 1}", dictionary))
    return found


def _scenario(
    located: Located,
    path: Path,
    body: Mapping[str, object],
    base: Mapping[str, object],
    name: str,
    dictionary: FactDictionary,
) -> Scenario:
    given = body.get("name", name)
    if not isinstance(given, str) or not 0 < len(given) <= 60:
        _refuse(
            located,
            (*path, "name"),
            N_("name is a text of 1 to 60 signs."),
            N_("Write a short name."),
        )
    own = _facts(located, (*path, "facts"), body.get("facts"), dictionary)
    return Scenario(given, {**base, **own})


def _facts(
    located: Located, path: Path, given: object, dictionary: FactDictionary
) -> dict[str, object]:
    """Read facts; all that are wrong are told together."""
    if given is None:
        return {}
    found: dict[str, object] = {}
    problems: list[Problem] = []
    for name, value in _mapping(located, path, given).items():
        try:
            found[name] = _value(name, value, dictionary)
        except Invalid as error:
            problems.append(Problem(located.where(*path, name), error))
    if problems:
        raise InvalidFile(problems)
    return found


def _value(name: str, value: object, dictionary: FactDictionary) -> object:
    declared = {n: f for n, f in dictionary.facts.items() if SCOPE in f.scopes}
    fact = declared.get(name)
    if fact is None:
        raise unknown_word("fact", name, declared)
    if value is None:
        return None
    if fact.kind is Kind.MONEY and isinstance(value, str):
        value = _minor(fact, value)
    if fact.read(value) is None:
        raise _no_value(fact, value)
    return value


def _minor(fact: FactType, text: str) -> object:
    """Read ``5,000,000.00 HKD`` as minor units; text of another form stays as it is."""
    match = _MONEY.match(text)
    if match is None or f"{match['code']}_minor" != fact.unit:
        return text
    return int(Decimal(match["number"].replace(",", "")) * 100)


def _no_value(fact: FactType, value: object) -> EntrepotError:
    code = (fact.unit or "").removesuffix("_minor")
    words = {Kind.BOOL: "true, false", Kind.MONEY: f"500000000, 5000000.00 {code}"}
    return Invalid(
        "scenario.value",
        N_("{value} is no value of {fact}."),
        hint=N_("Write one of: {options}"),
        value=str(value)[:60],
        fact=fact.name,
        options=words.get(fact.kind, ", ".join(fact.domain)),
    )


def _mapping(located: Located, path: Path, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        _refuse(
            located,
            path,
            N_("a mapping of names to values belongs here."),
            N_("Write name and facts of a scenario, or base and scenarios."),
        )
    return cast("dict[str, object]", value)


def _only(located: Located, path: Path, body: Mapping[str, object], known: tuple[str, ...]) -> None:
    for key in body:
        if key not in known:
            near = did_you_mean(key, known)
            _refuse(
                located,
                (*path, key),
                N_("{key} is not a key that belongs here."),
                N_("Did you mean {near}?") if near else N_("Known here: {known}."),
                key=key[:60],
                near=near or "",
                known=", ".join(known),
            )


def _refuse(located: Located, path: Path, message: str, hint: str, **params: str | int) -> NoReturn:
    error = Invalid("scenario.file", message, hint=hint, fields=None, **params)
    raise InvalidFile([Problem(located.where(*path), error)])
