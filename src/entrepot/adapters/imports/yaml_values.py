"""Building plain values from the events of a YAML parser, within limits and without recursion."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NoReturn, cast

import yaml

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

DEPTH_MAX = 32
NODES_MAX = 200_000
INTEGER_DIGITS_MAX = 40

Path = tuple[str | int, ...]
"""Place of a value: keys and list positions from the root down."""

_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?\Z")
_NUMBER_START = frozenset("-+.0123456789")


def field_text(path: Path) -> str:
    """Write a path as people read it.

    >>> field_text(("run", "files", 0))
    'run.files[0]'
    """
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def scalar(text: str) -> object:
    """Give the value of a plain word by the core schema.

    >>> scalar("no"), scalar("true"), scalar("-7"), scalar("1.50"), scalar("~")
    ('no', True, -7, Decimal('1.50'), None)
    """
    if text and text[0] in _NUMBER_START:
        if len(text) > INTEGER_DIGITS_MAX:
            return text
        if _INTEGER.match(text):
            return int(text)
        return Decimal(text) if _DECIMAL.match(text) else text
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    return None if text in _NULL else text


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read."""

    value: dict[str, object] | list[object]
    path: Path
    key: str | None = None


@dataclass(slots=True)
class Reader:
    """Builds values from parser events.

    Attributes:
        name: file name for messages.
        root: the document, when all events are taken.
        lines: path → line of each value.
        stack: mappings and lists that are still open, outermost first.
        nodes: values and keys seen.
        documents: documents seen.
    """

    name: str
    root: object = None
    lines: dict[Path, int] = field(default_factory=dict[Path, int])
    stack: list[_Open] = field(default_factory=list[_Open])
    nodes: int = 0
    documents: int = 0

    def take(self, event: yaml.Event) -> None:
        """Take the next event of the parser."""
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            self._refuse_alias(line)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._open(event, line)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            self.stack.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            self._document(line)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        self._guard(event, line)
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.value, dict) and top.key is None:
            self._key(top, top.value, event, line)
            return
        # The first of the pair says "plain word": a quoted one is text whatever it looks like.
        self._place(scalar(event.value) if event.implicit[0] else event.value, line)

    def _key(
        self, top: _Open, value: dict[str, object], event: yaml.ScalarEvent, line: int
    ) -> None:
        if event.value in value:
            raise yaml_invalid(
                "yaml.key_twice",
                N_("{where}: the key {key} is written twice."),
                N_("Keep one of the two."),
                self._where((*top.path, event.value), line),
                key=short(event.value),
            )
        top.key = event.value
        self.lines[*top.path, event.value] = line
        # The key is held with no value, so that the same key is seen when it comes again.
        value[event.value] = None

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, line: int) -> None:
        self._guard(event, line)
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.value, dict) and top.key is None:
            raise yaml_invalid(
                "yaml.key_form",
                N_("{where}: a key must be a single word, not a list or a mapping."),
                N_("Write the key as text; put text with braces into quotes."),
                self._where(top.path, line),
            )
        if len(self.stack) >= DEPTH_MAX:
            raise yaml_invalid(
                "yaml.depth",
                N_("{where}: values are nested more than {most} levels deep."),
                N_("Flatten the file."),
                f"{self.name}:{line}",
                most=DEPTH_MAX,
            )
        value: dict[str, object] | list[object]
        value = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._place(value, line)
        self.stack.append(_Open(value, path))

    def _place(self, value: object, line: int) -> Path:
        """Put a value where it belongs and return its path."""
        if not self.stack:
            self.root = value
            self.lines[()] = line
            return ()
        top = self.stack[-1]
        if isinstance(top.value, list):
            path: Path = (*top.path, len(top.value))
            top.value.append(value)
            self.lines[path] = line
            return path
        key = cast(str, top.key)
        top.value[key] = value
        top.key = None
        return (*top.path, key)

    def _guard(self, event: yaml.NodeEvent, line: int) -> None:
        self.nodes += 1
        if self.nodes > NODES_MAX:
            raise yaml_invalid(
                "yaml.nodes",
                N_("{where}: the file holds more than {most:,} values."),
                N_("Split the file."),
                f"{self.name}:{line}",
                most=NODES_MAX,
            )
        if event.anchor is not None:
            self._refuse_alias(line)
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise yaml_invalid(
                "yaml.tag",
                N_("{where}: the tag {tag} is not read."),
                N_("Write the value without a tag; put text that begins with ! into quotes."),
                f"{self.name}:{line}",
                tag=short(str(tag)),
            )

    def _document(self, line: int) -> None:
        self.documents += 1
        if self.documents > 1:
            raise yaml_invalid(
                "yaml.documents",
                N_("{where}: a second document begins here."),
                N_("Keep one document a file; remove the line of three dashes."),
                f"{self.name}:{line}",
            )

    def _refuse_alias(self, line: int) -> NoReturn:
        raise yaml_invalid(
            "yaml.alias",
            N_("{where}: anchors and aliases (& and *) are not read."),
            N_("Write the value out; put text that begins with & or * into quotes."),
            f"{self.name}:{line}",
        )

    def _where(self, path: Path, line: int) -> str:
        dotted = short(field_text(path))
        return f"{self.name}:{line}:{dotted}" if dotted else f"{self.name}:{line}"


def yaml_invalid(code: str, message: str, hint: str, where: str, **params: str | int) -> Invalid:
    """Make a refusal that names its place both in the sentence and in the fields."""
    error = Invalid(code, message, hint=hint, fields=None, where=where, **params)
    error.fields[where] = error.render()
    return error


def short(text: str) -> str:
    """Cut a text of a stranger to what a sentence can carry."""
    return text if len(text) <= 60 else text[:57] + "…"
