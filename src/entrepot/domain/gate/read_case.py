"""Reading a gate case from plain values, as a case file or a program gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import cast

from entrepot.domain.gate.model import GateCase
from entrepot.kernel.errors import Invalid
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_, Phrase

KEYS = (
    *("name", "as_of", "known", "leg", "placement"),
    *("instruments_in_force", "what_if", "reviews_in_force"),
)
"""What a case may say."""

_KEYS = frozenset(KEYS)
_NONE: frozenset[str] = frozenset()


def read_case(body: Mapping[str, object], as_of: date, name: str = "") -> GateCase:
    """Read a case.

    Args:
        body: ``name``, ``as_of``, ``known``, ``leg`` and ``placement`` (facts by name),
            ``instruments_in_force``, ``what_if`` and ``reviews_in_force`` (lists of names). Days
            are dates or YYYY-MM-DD.
        as_of: law of this day where the case names none.
        name: name of the case where it has none.

    Raises:
        Invalid: an unknown key, or a value of the wrong form.

    >>> case = read_case({"leg": {"place_from": "HK"}}, date(2026, 11, 21), "one")
    >>> case.name, case.as_of.year, case.placement
    ('one', 2026, None)
    """
    if not _KEYS.issuperset(body):
        _only(body)
    get = body.get
    known, held = get("known"), get("instruments_in_force")
    assumed, reviewed = get("what_if"), get("reviews_in_force")
    # Files of many cases are read here: what a case leaves out costs no call.
    return GateCase(
        _name(get("name")) or name,
        _day("as_of", get("as_of")) or as_of,
        known if known is None else _day("known", known),
        _facts("leg", get("leg")),
        _facts("placement", get("placement")),
        _NONE if held is None else _words("instruments_in_force", held),
        _NONE if assumed is None else _words("what_if", assumed),
        _NONE if reviewed is None else _words("reviews_in_force", reviewed),
    )


def _only(body: Mapping[str, object]) -> None:
    for key in body:
        if key not in KEYS:
            near = did_you_mean(str(key), KEYS)
            raise Invalid(
                "gate.case_key",
                N_("A gate case has no key {key}."),
                hint=N_("Did you mean {near}?") if near else N_("Known keys: {known}."),
                fields={str(key): "unknown key"},
                key=key,
                near=near or "",
                known=", ".join(KEYS),
            )


def _name(given: object) -> str:
    if given is None:
        return ""
    if isinstance(given, str) and given.isprintable():
        return given
    raise _wrong("name", N_("a text of one line"))


def _facts(key: str, given: object) -> Mapping[str, object] | None:
    if given is None or given.__class__ is dict:
        return cast("dict[str, object] | None", given)
    if not isinstance(given, Mapping):
        raise _wrong(key, N_("a mapping of facts"))
    return cast("Mapping[str, object]", given)


def _words(key: str, given: object) -> frozenset[str]:
    if not isinstance(given, (list, tuple)):
        raise _wrong(key, N_("a list of names"))
    if not given:
        return _NONE
    items = list(cast("Iterable[object]", given))
    if not all(isinstance(item, str) for item in items):
        raise _wrong(key, N_("a list of names"))
    return frozenset(cast("list[str]", items))


def _day(key: str, given: object) -> date | None:
    if given is None:
        return None
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    if isinstance(given, str):
        found = _date(given)
        if found is not None:
            return found
    raise _wrong(key, N_("a date YYYY-MM-DD"))


@lru_cache(maxsize=4_096)
def _date(text: str) -> date | None:
    # Week dates such as 2026-W01-1 have ten characters too, and are not read.
    if len(text) != 10 or text[4] + text[7] != "--":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _wrong(key: str, what: str) -> Invalid:
    return Invalid(
        "gate.case_value",
        N_("{key} of a gate case should be {what}."),
        hint=N_("Correct that value."),
        fields={key: what},
        key=key,
        what=Phrase(what),
    )
