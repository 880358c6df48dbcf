"""Facts: load them, check every row, show one with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, cast

from entrepot.adapters.imports.facts_files import FactFiles, read_files
from entrepot.kernel.errors import EntrepotError, NotFound
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.facts_model import Facts

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

KINDS: Mapping[str, str] = {
    "centres": "centres",
    "devices": "devices",
    "offers": "public_offers",
    "places": "places",
    "network": "links",
    "grid": "zones",
    "tariffs": "tariffs",
    "fx": "fx",
    "demand": "demand",
    "traces": "traces",
    "charges": "charges",
}
"""Name of a kind of fact for people → field of :class:`Facts`."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a check of all facts found.

    Attributes:
        counts: kind → sound rows; rule files count their rules.
        problems: one refusal a bad row or file, in order of the files.
        content_digest: of all files.
    """

    counts: Mapping[str, int]
    problems: tuple[EntrepotError, ...]
    content_digest: str

    @property
    def sound(self) -> bool:
        """Say whether there is no problem."""
        return not self.problems

    def as_dict(self) -> dict[str, object]:
        """Return the report as plain values."""
        return {
            "counts": dict(self.counts),
            "problems": [problem.as_dict() for problem in self.problems],
            "content_digest": self.content_digest,
        }


def load_facts(
    shipped: Path | Traversable, overrides: Path | None = None, cache_dir: Path | None = None
) -> Facts:
    """Load the shipped facts with the operator's own over them, row by row.

    Args:
        shipped: folder of the package.
        overrides: the operator's folder: files of the same names, whose rows replace those of
            the same id or join them.
        cache_dir: where a compiled copy may lie; None reads the files each time.

    Returns:
        All facts other than rules.

    Raises:
        NotFound: the operator's folder does not exist.
        Invalid: a row is bad; the message names file, line and field.
    """
    files = read_files(shipped, overrides)
    if cache_dir is not None:
        from entrepot.adapters.imports.facts_cache import load_cached, store_cached

        known = load_cached(cache_dir, files.content_digest)
        if known is not None:
            return known
        facts = _build(files)
        store_cached(cache_dir, facts)
        return facts
    return _build(files)


def check_facts(shipped: Path | Traversable, overrides: Path | None = None) -> Report:
    """Check every row of every file, rules included, and report all problems at once.

    Raises:
        NotFound: the operator's folder does not exist.
        Invalid: it holds a file that is none of the facts.
    """
    from entrepot.adapters.imports.facts_build import build
    from entrepot.adapters.imports.facts_rules import check_rules

    files = read_files(shipped, overrides)
    problems: list[EntrepotError] = []
    facts = build(files, problems.append)
    counts = {kind: len(table_of(facts, kind)) for kind in KINDS}
    counts |= check_rules(files, problems.append)
    return Report(counts, tuple(problems), files.content_digest)


def ids_of(facts: Facts, kind: str) -> list[str]:
    """Return the names of all facts of a kind.

    Raises:
        NotFound: no such kind.
    """
    return list(table_of(facts, kind))


def show_fact(facts: Facts, kind: str, fact_id: str) -> dict[str, object]:
    """Return one fact as plain values, its source, date and grade included.

    Args:
        facts: all facts.
        kind: one of :data:`KINDS`.
        fact_id: name of the row.

    Returns:
        Field → plain value; decimals as text, so that nothing is lost.

    Raises:
        NotFound: no such kind, or no such row.
    """
    table = table_of(facts, kind)
    if fact_id not in table:
        raise _unknown(
            "facts.id", N_("There is no fact {name} among the {kind}."), fact_id, table, kind=kind
        )
    return cast("dict[str, object]", _plain(table[fact_id]))


def _build(files: FactFiles) -> Facts:
    from entrepot.adapters.imports.facts_build import build

    return build(files)


def table_of(facts: Facts, kind: str) -> Mapping[str, object]:
    """Return the facts of a kind by id.

    Raises:
        NotFound: no such kind.
    """
    if kind not in KINDS:
        raise _unknown("facts.kind", N_("There is no kind of fact {name}."), kind, KINDS)
    return cast("Mapping[str, object]", getattr(facts, KINDS[kind]))


def _unknown(
    code: str, message: str, name: str, known: Mapping[str, object], **params: str
) -> NotFound:
    guess = did_you_mean(name, known)
    hint = N_("Did you mean {guess}?") if guess else N_("List the names: entrepot facts show KIND")
    return NotFound(
        code, message, hint=hint, fields=None, name=name[:80], guess=guess or "", **params
    )


def _plain(value: object) -> object:
    fields = getattr(type(value), "__dataclass_fields__", None)
    if fields is not None:
        return {name: _plain(getattr(value, name)) for name in fields}
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value)
        return {key: _plain(item) for key, item in items.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in cast("tuple[object, ...]", value)]
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.value if isinstance(value, Enum) else value
