"""YAML text → plain values, with the line of every value, for files that carry rules.

Stricter than YAML: no aliases, no tags, no duplicate keys, no floats, no words that YAML
reads as true or false (``NO`` must be quoted). The text is read as a stream of events, so
that deep nesting is refused before it can exhaust the stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

TEXT_CHARACTERS_MAX = 2_000_000
DEPTH_MAX = 24

Path = tuple["str | int", ...]

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,18})\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_DOUBTFUL = re.compile(
    r"(?i:y|n|yes|no|on|off|true|false|null)\Z|[-+.]?[0-9][0-9_]*([.:eExXoO][0-9._:+-]*)*\Z"
)
_FIXED: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Document:
    """One rule file.

    Args:
        file: name shown in refusals.
        data: mappings, lists, texts, integers, booleans, dates and None.
        lines: path of a value → its line, counted from 1.
    """

    file: str
    data: object
    lines: Mapping[Path, int] = field(default_factory=dict[Path, int])

    def line(self, path: Path) -> int:
        """Return the line of the value at ``path``, or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def refusal(
        self, code: str, path: Path, message: str, hint: str = "", **params: object
    ) -> Invalid:
        """Return the refusal of the value at ``path``.

        Args:
            code: stable name of the fault.
            path: where the fault lies.
            message: template marked by ``N_``; may use {file}, {line} and {field}.
            hint: what to do, a template too.
            params: further values of the templates.
        """
        where = show_path(path)
        line = self.line(path)
        return Invalid(
            code,
            message,
            hint=hint,
            fields={where: f"{self.file}:{line}"},
            file=self.file,
            line=line,
            field=where,
            **params,
        )


def show_path(path: Path) -> str:
    """Write a path for people.

    >>> show_path(("tables", 0, "rows"))
    'tables[0].rows'
    """
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "file"


def parse_document(text: str, file: str) -> Document:
    """Read a rule file.

    Args:
        text: the file's text.
        file: its name, for refusals.

    Returns:
        The values and their lines.

    Raises:
        Invalid: the text is too long, no YAML, or uses what rule files may not.

    >>> parse_document("a: [1, x, 2026-11-21]", "t.yaml").data
    {'a': [1, 'x', datetime.date(2026, 11, 21)]}
    """
    if len(text) > TEXT_CHARACTERS_MAX:
        raise Invalid(
            "rulefile.too_long",
            N_("{file} is longer than {limit} characters."),
            hint=N_("Split it into several rule files."),
            file=file,
            limit=TEXT_CHARACTERS_MAX,
        )
    import yaml

    reader: Any = yaml
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Reader(file, cast("Iterator[Any]", reader.parse(text, Loader=loader))).document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Invalid(
            "rulefile.not_yaml",
            N_("{file}, line {line}: this is no YAML ({problem})."),
            hint=N_("Look for a missing quote, bracket or space near that line."),
            fields={"file": file},
            file=file,
            line=1 if mark is None else mark.line + 1,
            problem=getattr(error, "problem", None) or "cannot be read",
        ) from None


class _Reader:
    def __init__(self, file: str, events: Iterator[Any]) -> None:
        self.file = file
        self.events = events
        self.lines: dict[Path, int] = {}

    def document(self) -> Document:
        data: object = None
        for event in self.events:
            name = type(event).__name__
            if name in ("StreamStartEvent", "DocumentStartEvent"):
                continue
            if name == "StreamEndEvent":
                break
            if name == "DocumentEndEvent":
                self._only_document()
                break
            data = self._value(event, ())
        return Document(self.file, data, self.lines)

    def _only_document(self) -> None:
        event = next(self.events)
        if type(event).__name__ != "StreamEndEvent":
            raise self._refuse(event, (), N_("{file}, line {line}: a second document begins here."))

    def _value(self, event: Any, path: Path) -> object:
        self.lines[path] = event.start_mark.line + 1
        name = type(event).__name__
        if name == "AliasEvent":
            raise self._refuse(event, path, N_("{file}, line {line}: {field} is an alias."))
        if event.tag is not None:
            raise self._refuse(event, path, N_("{file}, line {line}: {field} carries a tag."))
        if len(path) > DEPTH_MAX:
            raise self._refuse(event, path, N_("{file}, line {line}: nested too deeply."))
        if name == "ScalarEvent":
            return self._scalar(event, path)
        return self._mapping(path) if name == "MappingStartEvent" else self._sequence(path)

    def _mapping(self, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        while type(event := next(self.events)).__name__ != "MappingEndEvent":
            if type(event).__name__ != "ScalarEvent":
                raise self._refuse(event, path, N_("{file}, line {line}: a key must be a word."))
            key = event.value
            if key in found:
                raise self._refuse(
                    event, (*path, key), N_("{file}, line {line}: {field} stands there twice.")
                )
            found[key] = self._value(next(self.events), (*path, key))
        return found

    def _sequence(self, path: Path) -> list[object]:
        found: list[object] = []
        while type(event := next(self.events)).__name__ != "SequenceEndEvent":
            found.append(self._value(event, (*path, len(found))))
        return found

    def _scalar(self, event: Any, path: Path) -> object:
        text: str = event.value
        if not event.implicit[0]:
            return text
        if text in _FIXED:
            return _FIXED[text]
        if _INTEGER.match(text):
            return int(text)
        if _DATE.match(text):
            return self._date(event, text, path)
        if _DOUBTFUL.match(text):
            raise self._refuse(
                event,
                path,
                N_("{file}, line {line}: {field} holds {text}, which YAML readers disagree on."),
                N_("Quote it if it is a word; write whole numbers in digits only."),
                text=text,
            )
        return text

    def _date(self, event: Any, text: str, path: Path) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self._refuse(
                event, path, N_("{file}, line {line}: {text} is no calendar date."), text=text
            ) from None

    def _refuse(
        self, event: Any, path: Path, message: str, hint: str = "", **params: object
    ) -> Invalid:
        self.lines[path] = event.start_mark.line + 1
        return Document(self.file, None, self.lines).refusal(
            "rulefile.form", path, message, hint or N_("Write it out plainly."), **params
        )
