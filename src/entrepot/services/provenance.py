"""Who says a thing, when, and how good the source is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from entrepot.kernel.rulebook.grade import Grade, has_force


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who says it, when, and how good the source is.

    Attributes:
        source: citation in words; url: address, None = not recorded.
        date: ISO day, month or year stated or retrieved.
        grade: A to X.
    """

    source: str
    url: str | None
    date: str
    grade: Grade

    @property
    def has_force(self) -> bool:
        """Say whether money may be paid or data moved on it; S, K and X only advise."""
        return has_force(self.grade)


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence on a centre, with its own source."""

    text: str
    origin: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Stated:
    """One number of a centre with its own source."""

    value: Decimal
    provenance: Provenance
