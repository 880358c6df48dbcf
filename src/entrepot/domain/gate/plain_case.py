"""A gate case as plain values, such that reading them gives the same case again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import cast

from entrepot.domain.gate.model import GateCase
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_


def plain_case(case: GateCase) -> dict[str, object]:
    """Return a case as :func:`entrepot.domain.gate.read_case.read_case` takes it.

    Raises:
        Invalid: a fact holds a value that no JSON text keeps unchanged, such as a float.

    >>> case = GateCase("inbound", date(2026, 11, 21), leg={"place_from": "HK"})
    >>> sorted(plain_case(case))[:3]
    ['as_of', 'instruments_in_force', 'known']
    """
    return {
        "name": case.name,
        "as_of": case.as_of.isoformat(),
        "known": None if case.known is None else case.known.isoformat(),
        "leg": _facts(case.name, case.leg),
        "placement": _facts(case.name, case.placement),
        "instruments_in_force": sorted(case.instruments_in_force),
        "what_if": sorted(case.what_if),
        "reviews_in_force": sorted(case.reviews_in_force),
    }


def _facts(case: str, facts: Mapping[str, object] | None) -> dict[str, object] | None:
    if facts is None:
        return None
    return {name: _plain(case, name, value) for name, value in facts.items()}


def _plain(case: str, fact: str, value: object) -> object:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(case, fact, item) for item in cast("Iterable[object]", value)]
    if isinstance(value, (set, frozenset)):
        items = (_plain(case, fact, item) for item in cast("Iterable[object]", value))
        return sorted(items, key=str)
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        return {str(key): _plain(case, fact, member) for key, member in members.items()}
    raise Invalid(
        "gate.unkept_value",
        N_("The case {name} states {fact} as a value that cannot be kept unchanged."),
        hint=N_("Write it as a whole number, a word, a date or a list of words."),
        fields={fact: "a whole number, a word, a date or a list of words"},
        name=case,
        fact=fact,
    )
