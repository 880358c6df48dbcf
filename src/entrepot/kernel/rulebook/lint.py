"""What an author should know of a rule file: faults, doubts and gaps, each with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.document import Document, Path, show_path
from entrepot.kernel.text import N_

Translate = Callable[[str], str]


def _same(text: str) -> str:
    return text


class Weight(StrEnum):
    """How much a finding weighs: an error stops the file, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a rule file.

    Attributes:
        weight: error, warning or note.
        code: stable name of the fault.
        file: name of the file.
        line: line, counted from 1.
        path: field inside the file.
        template: sentence marked by ``N_``.
        params: values of its places.
    """

    weight: Weight
    code: str
    file: str
    line: int
    path: str
    template: str
    params: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def where(self) -> str:
        """``file:line:field``."""
        return f"{self.file}:{self.line}:{self.path}"

    def render(self, translate: Translate = _same) -> str:
        """Return the sentence in the language of ``translate``."""
        return translate(self.template).format(**self.params)

    def as_dict(self, translate: Translate = _same) -> dict[str, object]:
        """Return plain values for JSON."""
        return {
            "weight": self.weight.value,
            "code": self.code,
            "file": self.file,
            "line": self.line,
            "field": self.path,
            "text": self.render(translate),
        }


def note(
    document: Document, path: Path, weight: Weight, code: str, template: str, **params: object
) -> Finding:
    """Return a finding at a place of a document.

    >>> found = note(Document("a.yaml", {}), ("x",), Weight.NOTE, "lint.x", "It is {n}.", n=3)
    >>> found.where, found.render()
    ('a.yaml:1:x', 'It is 3.')
    """
    return Finding(
        weight, code, document.file, document.line(path), show_path(path), template, params
    )


def of_refusal(error: Invalid, file: str) -> Finding:
    """Return the refusal of a loader as a finding.

    Args:
        error: what the loader raised.
        file: the file, for a refusal that names none.
    """
    line = error.params.get("line")
    near = f" {error.render_hint()}" if error.params.get("near") else ""
    return Finding(
        Weight.ERROR,
        error.code,
        str(error.params.get("file", file)),
        line if isinstance(line, int) else 1,
        str(error.params.get("field", "file")),
        N_("{sentence}"),
        {"sentence": error.render() + near},
    )


def lint_founding(document: Document) -> list[Finding]:
    """Find every row, version or parameter without a grade or a source.

    A loader stops at the first of them; an author wants them all.
    """
    return [
        note(
            document,
            path,
            Weight.ERROR,
            "lint.founding",
            N_("{name} states no {key}."),
            name=row.get("id") or show_path(path),
            key=keys[0],
        )
        for path, row in _founded(document)
        for keys in (("grade",), ("src", "sources"))
        if not any(row.get(key) for key in keys)
    ]


def _founded(document: Document) -> Iterator[tuple[Path, Mapping[str, object]]]:
    top = document.data
    for group, inner in (("tables", "rows"), ("programmes", "versions")):
        for path, outer in _members(top, (), group):
            yield from _members(outer, path, inner)
    yield from _members(top, (), "parameters")


def _members(box: object, path: Path, key: str) -> Iterator[tuple[Path, Mapping[str, object]]]:
    inside = cast("Mapping[str, object]", box).get(key) if isinstance(box, dict) else None
    pairs: Iterable[tuple[str | int, object]] = ()
    if isinstance(inside, list):
        pairs = enumerate(cast("list[object]", inside))
    elif isinstance(inside, dict):
        pairs = cast("dict[str | int, object]", inside).items()
    for step, item in pairs:
        if isinstance(item, dict):
            yield (*path, key, step), cast("dict[str, object]", item)
