"""One row of a facts file: typed reading of its fields, and refusals with file, line and field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NoReturn, cast

from entrepot.adapters.imports.yaml_values import Path, field_text, short
from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.grade import Grade
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.provenance import Provenance, Stated

LANGUAGES = ("en", "zh-Hant", "zh-Hans")
DECIMAL_DIGITS_MAX = 30
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?\Z")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}\Z")

Sources = Mapping[str, tuple[str, str | None]]
"""Key of a source inside its file → (citation, address)."""


@dataclass(slots=True)
class Row:
    """Fields of one row; every field that is read is taken, and the rest is unknown.

    Attributes:
        values: field → plain value.
        path: place of the row in its file; where: path → ``file:line:field``.
        sources: sources that the file declares.
        taken: fields read so far.
    """

    values: Mapping[str, object]
    path: Path
    where: Callable[[Path], str]
    sources: Sources
    taken: set[str] = field(default_factory=set[str])

    def get(self, key: str) -> object:
        """Return a field as it stands; None if it is absent or not stated."""
        self.taken.add(key)
        return self.values.get(key)

    def text(self, key: str) -> str:
        """Return a text that must be there."""
        value = self.text_or_none(key)
        if value is None:
            self.refuse(key, N_("{where}: {field} is missing."), N_("State {field}."))
        return value

    def text_or_none(self, key: str) -> str | None:
        """Return a text, or None if it is not stated."""
        value = self.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, N_("{where}: {field} must be text."), N_("Put the text in quotes."))
        return value

    def id(self) -> str:
        """Return the name of the row."""
        value = self.text("id")
        if not _ID.match(value):
            self.refuse(
                "id",
                N_("{where}: {value} cannot be a name."),
                N_("Use letters, digits, dots, dashes and underscores, at most 80."),
                value=short(value),
            )
        return value

    def choice(self, key: str, options: Sequence[str]) -> str:
        """Return one of ``options``."""
        value = self.text(key)
        if value not in options:
            guess = did_you_mean(value, options)
            self.refuse(
                key,
                N_("{where}: {value} is not one of {options}."),
                N_("Did you mean {guess}?") if guess else N_("Use one of them."),
                value=short(value),
                options=", ".join(options),
                guess=guess or "",
            )
        return value

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self.get(key)
        if not isinstance(value, bool):
            self.refuse(
                key, N_("{where}: {field} must be true or false."), N_("Write true or false.")
            )
        return value

    def integer_or_none(self, key: str, least: int = 0, most: int = 10**12) -> int | None:
        """Return a whole number within bounds, or None if it is not stated."""
        exact = self.decimal_or_none(key, least, most)
        if exact is None:
            return None
        if exact != exact.to_integral_value():
            self.refuse(
                key,
                N_("{where}: {field} must be a whole number."),
                N_("Mind the unit in the field's name."),
            )
        return int(exact)

    def decimal(self, key: str, least: int = 0, most: int = 10**15) -> Decimal:
        """Return an exact decimal that must be there."""
        exact = self.decimal_or_none(key, least, most)
        if exact is None:
            self.refuse(key, N_("{where}: {field} is missing."), N_("State {field}."))
        return exact

    def decimal_or_none(self, key: str, least: int = 0, most: int = 10**15) -> Decimal | None:
        """Return an exact decimal within bounds, or None if it is not stated."""
        value = self.get(key)
        if value is None:
            return None
        exact = _decimal(value)
        if exact is None:
            self.refuse(
                key,
                N_("{where}: {value} is not a number."),
                N_("Write digits with a point, without a unit: the unit is in the field's name."),
                value=short(str(value)),
            )
        if not least <= exact <= most:
            self.refuse(
                key,
                N_("{where}: {value} is outside {least} to {most}."),
                N_("Mind the unit in the field's name."),
                value=str(exact),
                least=least,
                most=most,
            )
        return exact

    def scaled_or_none(self, key: str, scale: int, least: int, most: int) -> int | None:
        """Return a decimal times ``scale`` as a whole number, rounded down; None if not stated."""
        exact = self.decimal_or_none(key, least, most)
        return None if exact is None else int((exact * scale).to_integral_value("ROUND_FLOOR"))

    def day(self, key: str) -> str:
        """Return an ISO day, month or year that exists."""
        # A bare year is a number to YAML.
        year = self.get(key)
        value = str(year) if type(year) is int else self.text(key)
        padded = value + "-01-01"[len(value) - 4 :] if len(value) < 10 else value
        try:
            if not _DAY.match(value):
                raise ValueError
            date.fromisoformat(padded)
        except ValueError:
            self.refuse(
                key,
                N_("{where}: {value} is no date."),
                N_("Write YYYY-MM-DD, YYYY-MM or YYYY."),
                value=short(value),
            )
        return value

    def names(self, key: str = "name") -> dict[str, str]:
        """Return a name in the three languages."""
        box = self.child(key)
        if box is None:
            self.refuse(key, N_("{where}: {field} is missing."), N_("State {field}."))
        found = {lang: box.text(lang) for lang in LANGUAGES}
        box.finish()
        return found

    def child(self, key: str) -> Row | None:
        """Return the mapping under a field as a row, or None if it is not stated."""
        value = self.get(key)
        return None if value is None else self._inner(value, key)

    def children(self, key: str) -> list[Row]:
        """Return the mappings of a list; an absent list is empty."""
        value = self.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(key, N_("{where}: {field} must be a list."), N_("Begin each item with -."))
        items = cast("list[object]", value)
        return [self._inner(item, key, index) for index, item in enumerate(items)]

    def stated(self, key: str, least: int, most: int) -> Stated | None:
        """Return a number that has its own source, or None if it is not stated."""
        box = self.child(key)
        if box is None:
            return None
        found = Stated(box.decimal("value", least, most), box.provenance())
        box.finish()
        return found

    def provenance(self) -> Provenance:
        """Return source, date and grade; all three must be there."""
        source, url = self._source(self.text("source"))
        day = self.day("date")
        return Provenance(source, url, day, Grade(self.choice("grade", tuple(Grade))))

    def finish(self) -> None:
        """Refuse fields that nobody read."""
        for key in self.values:
            if key not in self.taken:
                guess = did_you_mean(key, self.taken)
                self.refuse(
                    key,
                    N_("{where}: {field} is no field of this row."),
                    N_("Did you mean {guess}?") if guess else N_("Leave it out."),
                    guess=guess or "",
                )

    def refuse(self, key: str, message: str, hint: str, **params: str | int) -> NoReturn:
        """Raise the refusal of one field."""
        where = self.where((*self.path, key))
        error = Invalid(
            "facts.row", message, hint=hint, fields=None, where=where, field=short(key), **params
        )
        error.fields[where] = error.render()
        raise error

    def _inner(self, value: object, *steps: str | int) -> Row:
        if not isinstance(value, dict):
            self.refuse(
                field_text(steps),
                N_("{where}: {field} must hold named fields."),
                N_("Write name: value."),
            )
        return Row(cast("dict[str, object]", value), (*self.path, *steps), self.where, self.sources)

    def _source(self, text: str) -> tuple[str, str | None]:
        if text in self.sources:
            return self.sources[text]
        if text.startswith(("https://", "http://")):
            return text, text
        if " " not in text and "." not in text:
            guess = did_you_mean(text, self.sources)
            self.refuse(
                "source",
                N_("{where}: no source is called {value}."),
                N_("Did you mean {guess}?") if guess else N_("Cite the source in words."),
                value=short(text),
                guess=guess or "",
            )
        return text, None


def mapping_of(value: object) -> dict[str, object]:
    """Return a mapping as it stands, and an empty one for anything else."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        return None
    if isinstance(value, str) and len(value) > DECIMAL_DIGITS_MAX:
        return None
    try:
        exact = Decimal(value)
    except InvalidOperation:
        return None
    return exact if exact.is_finite() else None
