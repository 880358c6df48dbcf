"""What an author should know of a voucher file: gaps between versions, and silent texts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from entrepot.domain.vouchers.load_version import ASSUMED
from entrepot.domain.vouchers.model import FUNDS, Ceiling, Programme, Version
from entrepot.kernel.rulebook.document import Document, Path
from entrepot.kernel.rulebook.lint import Finding, Weight, note
from entrepot.kernel.text import N_


def lint_programmes(document: Document, programmes: Sequence[Programme]) -> list[Finding]:
    """Find gaps between the versions of a programme, and ceilings that no text states.

    Args:
        document: the file.
        programmes: the same file, loaded.
    """
    return [
        finding
        for number, programme in enumerate(programmes)
        for finding in _lint(document, ("programmes", number, "versions"), programme)
    ]


def _lint(document: Document, path: Path, programme: Programme) -> Iterator[Finding]:
    versions = programme.versions
    for one, other in itertools.pairwise(versions):
        end = one.validity.to_day
        if end is not None and end < other.validity.from_day:
            text = N_("Between {version}, which ends on {end}, and {other} nothing holds.")
            yield note(
                document, path, Weight.WARNING, "lint.gap", text,
                version=one.id, end=end.isoformat(), other=other.id,
            )  # fmt: skip
    for number, version in zip(_places(document, path), versions, strict=True):
        yield from _silent(document, (*path, number), version)


def _places(document: Document, path: Path) -> list[int]:
    """The places in the file of versions that are sorted by their first day."""
    place: Any = document.data
    for step in path:
        place = place[step]

    def order(number: int) -> tuple[Any, Any]:
        version = place[number]
        return version.get("from") or version[ASSUMED], version["recorded_at"]

    return sorted(range(len(place)), key=order)


def _silent(document: Document, path: Path, version: Version) -> Iterator[Finding]:
    for name in Ceiling:
        if name in version.ceilings and version.ceilings[name] is None and name not in FUNDS:
            text = N_("{version}: {key} is null, so the text states none.")
            yield note(
                document, (*path, name.value), Weight.NOTE, "lint.null_cap", text,
                version=version.id, key=name.value,
            )  # fmt: skip
    if version.fund is None:
        text = N_("{version}: no fund is stated.")
        yield note(document, path, Weight.NOTE, "lint.null_cap", text, version=version.id)
    if not version.rates:
        text = N_("{version}: no rate is stated, so it never pays.")
        yield note(document, path, Weight.NOTE, "lint.no_rate", text, version=version.id)
