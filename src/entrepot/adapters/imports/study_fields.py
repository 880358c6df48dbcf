"""Fields of a scenario file, read one by one; every fault is kept with file, line and field."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import cast

from entrepot.adapters.imports.problems import Problem
from entrepot.adapters.imports.yaml_safe import Located, Path
from entrepot.kernel.errors import EntrepotError, Invalid
from entrepot.kernel.rulebook.dictionary import FactDictionary, unknown_word
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_

LANGUAGES = ("en", "zh-Hant", "zh-Hans")
TEXT_MAX = 600
WHOLE_MAX = 10**9
LIST_MAX = 200


class Fields:
    """A file on its way, with the problems found so far.

    Args:
        located: the file.
    """

    def __init__(self, located: Located) -> None:
        self.located = located
        self.problems: list[Problem] = []

    def fault(self, path: Path, message: str, hint: str = "", **params: str | int) -> None:
        """Keep a fault."""
        self.keep(path, Invalid("study.file", message, hint=hint, fields=None, **params))

    def keep(self, path: Path, error: EntrepotError) -> None:
        """Keep a refusal that somebody else made."""
        self.problems.append(Problem(self.located.where(*path), error))

    def mapping(
        self, path: Path, value: object, needed: Iterable[str], more: Iterable[str] = ()
    ) -> dict[str, object]:
        """Return a mapping that has all keys of ``needed`` and none beside those of ``more``."""
        given = self.names(path, value)
        needed, known = tuple(needed), (*needed, *more)
        for key in given:
            if key not in known:
                near = did_you_mean(key, known)
                hint = N_("Did you mean {near}?") if near else N_("Known here: {known}.")
                words = {"key": key[:60], "near": near or "", "known": ", ".join(known)}
                self.fault((*path, key), N_("{key} is not a key that belongs here."), hint, **words)
        for key in needed:
            if given.get(key) is None:
                self.fault(path, N_("{key} is missing."), N_("Write it here."), key=key)
        return given

    def names(self, path: Path, value: object) -> dict[str, object]:
        """Return a mapping of any keys."""
        if isinstance(value, dict):
            return cast("dict[str, object]", value)
        self.fault(path, N_("a mapping of names to values belongs here."))
        return {}

    def items(self, path: Path, value: object, least: int = 0) -> list[object]:
        """Return a list."""
        found = cast("list[object]", value) if isinstance(value, list) else []
        if not isinstance(value, list) or not least <= len(found) <= LIST_MAX:
            self.fault(
                path,
                N_("a list of {least} to {most} items belongs here."),
                least=least,
                most=LIST_MAX,
            )
            return []
        return found

    def once(self, path: Path, items: Iterable[object]) -> None:
        """Keep a fault for every item whose id another one before it has."""
        seen: set[object] = set()
        for place, item in enumerate(items):
            name = cast("dict[str, object]", item).get("id") if isinstance(item, dict) else None
            if isinstance(name, str) and name in seen:
                self.fault((*path, place, "id"), N_("{name} stands here twice."), name=name[:60])
            seen.add(name if isinstance(name, str) else None)

    def whole(self, path: Path, value: object, low: int, high: int = WHOLE_MAX) -> int:
        """Return a whole number within bounds."""
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.fault(
            path, N_("a whole number from {low} to {high} belongs here."), low=low, high=high
        )
        return low

    def scaled(self, path: Path, value: object, scale: int, high: int = WHOLE_MAX) -> int:
        """Return a number not below nought as so many parts of one."""
        exact = isinstance(value, int | Decimal) and not isinstance(value, bool)
        number = Decimal(cast("int | Decimal", value)) if exact else Decimal(-1)
        parts = number * scale if number.is_finite() else Decimal(-1)
        if not 0 <= number <= high or parts != int(parts):
            self.fault(
                path,
                N_("a number from 0 to {high} with at most {digits} decimals belongs here."),
                high=high,
                digits=len(str(scale)) - 1,
            )
            return 0
        return int(parts)

    def yes(self, path: Path, value: object) -> bool:
        """Return true or false."""
        if not isinstance(value, bool):
            self.fault(path, N_("true or false belongs here."))
        return value is True

    def text(self, path: Path, value: object) -> str:
        """Return one line of text."""
        if isinstance(value, str) and 0 < len(value) <= TEXT_MAX and value.isprintable():
            return value
        self.fault(path, N_("one line of 1 to {most} characters belongs here."), most=TEXT_MAX)
        return "?"

    def words(self, path: Path, value: object) -> dict[str, str]:
        """Return text by language: one text for all, or a mapping with en at least."""
        if isinstance(value, str):
            return {"en": self.text(path, value)}
        given = self.mapping(path, value, ("en",), LANGUAGES[1:])
        return {name: self.text((*path, name), given[name]) for name in given if name in LANGUAGES}

    def choice(self, path: Path, value: object, known: Collection[str]) -> str:
        """Return one of some words."""
        if isinstance(value, str) and value in known:
            return value
        near = did_you_mean(str(value), list(known))
        self.fault(
            path,
            N_("{word} is not known here."),
            N_("Did you mean {near}?") if near else N_("Known here: {known}."),
            word=str(value)[:60],
            near=near or "",
            known=", ".join(sorted(known)[:12]),
        )
        return ""

    def weights(self, path: Path, value: object, known: Collection[str]) -> dict[str, int]:
        """Return a mapping of known names to weights above nought."""
        found: dict[str, int] = {}
        for name, weight in self.names(path, value).items():
            if self.choice((*path, name), name, known):
                found[name] = self.whole((*path, name), weight, 1, 10**6)
        if not found:
            self.fault(path, N_("at least one name with a weight belongs here."))
        return found

    def facts(
        self, path: Path, value: object, dictionary: FactDictionary, scope: str
    ) -> dict[str, object]:
        """Return facts of a scope for the gate, each with a value that it can have."""
        declared = {n: f for n, f in dictionary.facts.items() if scope in f.scopes}
        found: dict[str, object] = {}
        for name, given in ({} if value is None else self.names(path, value)).items():
            fact = declared.get(name)
            if fact is None:
                self.keep((*path, name), unknown_word("fact", name, declared))
                continue
            found[name] = fact.read(given)
            if found[name] is None:
                options = ", ".join(fact.domain) or fact.kind.value
                self.fault(
                    (*path, name),
                    N_("{value} is no value of {fact}."),
                    N_("Write one of: {options}"),
                    value=str(given)[:60],
                    fact=name,
                    options=options,
                )
        return found


def known_names(given: Iterable[object]) -> Mapping[str, int]:
    """Return the ids of mappings of a list, with their place."""
    found: dict[str, int] = {}
    for place, item in enumerate(given):
        name = cast("dict[str, object]", item).get("id") if isinstance(item, dict) else None
        if isinstance(name, str):
            found.setdefault(name, place)
    return found
