"""Typed reading of a rule file's mappings; whatever does not fit is refused with its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar, cast

from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.dictionary import nearest
from entrepot.kernel.rulebook.document import Document, Path
from entrepot.kernel.text import N_, Phrase

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Fields:
    """One mapping of a rule file and its path in the file.

    >>> box = Fields(Document("t.yaml", {"n": 3}), ("top",), {"n": 3})
    >>> box.whole("n")
    3
    """

    document: Document
    path: Path
    data: dict[str, object]

    @staticmethod
    def of(document: Document, path: Path, value: object) -> Fields:
        """Take ``value`` as a mapping.

        Raises:
            Invalid: it is none.
        """
        if not isinstance(value, dict):
            raise _wrong(document, path, N_("a mapping"))
        return Fields(document, path, cast("dict[str, object]", value))

    def only(self, *known: str) -> Fields:
        """Refuse every key but ``known``; return self.

        Raises:
            Invalid: a key is not known; the hint names the nearest one.
        """
        for key in self.data:
            if key not in known:
                near = nearest(key, known)
                raise self.refuse(
                    key,
                    "rulefile.unknown_key",
                    N_("{file}, line {line}: the key {field} is not known here."),
                    N_("Did you mean {near}?") if near else N_("Known keys: {known}."),
                    near=near,
                    known=", ".join(known),
                )
        return self

    def refuse(
        self, key: str, code: str, message: str, hint: str = "", **params: object
    ) -> Invalid:
        """Return the refusal of the value under ``key``."""
        return self.document.refusal(code, (*self.path, key), message, hint, **params)

    def text(self, key: str) -> str:
        """Return a text that must be there and not be empty."""
        value = self.data.get(key)
        if not isinstance(value, str) or not value:
            raise self.expected(key, N_("a text"))
        return value

    def text_or_none(self, key: str) -> str | None:
        """Return a text, or None where it is absent or null."""
        return None if self.data.get(key) is None else self.text(key)

    def day(self, key: str) -> date:
        """Return a date that must be there."""
        value = self.data.get(key)
        if not isinstance(value, date):
            raise self.expected(key, N_("a date YYYY-MM-DD"))
        return value

    def day_or_none(self, key: str) -> date | None:
        """Return a date, or None where it is absent or null."""
        return None if self.data.get(key) is None else self.day(key)

    def whole(self, key: str) -> int:
        """Return a whole number that must be there."""
        value = self.data.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.expected(key, N_("a whole number"))
        return value

    def whole_or_none(self, key: str) -> int | None:
        """Return a whole number, or None where it is absent or null."""
        return None if self.data.get(key) is None else self.whole(key)

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false; ``default`` where it is absent."""
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            raise self.expected(key, N_("true or false"))
        return value

    def word(self, key: str, kind: type[Word], default: Word | None = None) -> Word:
        """Return one word of an enumeration; ``default`` where it is absent."""
        if key not in self.data and default is not None:
            return default
        return self.as_word(key, self.text(key), kind)

    def as_word(self, key: str, text: str, kind: type[Word]) -> Word:
        """Take ``text``, found under ``key``, as one word of an enumeration."""
        try:
            return kind(text)
        except ValueError:
            raise self.expected(key, ", ".join(kind)) from None

    def items(self, key: str) -> list[object]:
        """Return a list; empty where it is absent."""
        value = self.data.get(key, [])
        if not isinstance(value, list):
            raise self.expected(key, N_("a list"))
        return cast("list[object]", value)

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of texts without repetition; empty where it is absent."""
        items = self.items(key)
        if not all(isinstance(item, str) for item in items) or len(set(items)) < len(items):
            raise self.expected(key, N_("a list of different words"))
        return tuple(cast("list[str]", items))

    def part(self, key: str) -> Fields:
        """Return a mapping inside; empty where it is absent."""
        return Fields.of(self.document, (*self.path, key), self.data.get(key, {}))

    def parts(self, key: str) -> Iterator[Fields]:
        """Return the mappings of a list, each with its path."""
        for index, item in enumerate(self.items(key)):
            yield Fields.of(self.document, (*self.path, key, index), item)

    def named(self, key: str) -> Iterator[tuple[str, Fields]]:
        """Return the mappings of a mapping by name."""
        inside = self.part(key)
        for name, item in inside.data.items():
            yield name, Fields.of(self.document, (*inside.path, name), item)

    def expected(self, key: str, what: str) -> Invalid:
        """Return the refusal of the value under ``key``: it should be ``what``."""
        return _wrong(self.document, (*self.path, key), what)


def _wrong(document: Document, path: Path, what: str) -> Invalid:
    return document.refusal(
        "rulefile.value",
        path,
        N_("{file}, line {line}: {field} should be {what}."),
        N_("Correct that line; the reference of rule files says what each key means."),
        what=Phrase(what),
    )
