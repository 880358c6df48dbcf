"""Fixings, snapshots of rates and revaluations as kept, and the port of their store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from entrepot.domain.fx.model import FxQuote


@dataclass(frozen=True, slots=True)
class Fixing:
    """A rate that the operator took in, signed by two persons.

    Attributes:
        id: number in the order of recording; the greatest of one pair and day counts.
        pair: ``CNH/HKD``; day: ISO day of the fixing.
        rate: exact, ``numerator/denominator``; source: who fixed it.
        proposal_id: ``PR-…`` under which it was approved; recorded_at: Unix second.
    """

    id: int
    pair: str
    day: str
    rate: str
    source: str
    proposal_id: str
    recorded_at: int


@dataclass(frozen=True, slots=True)
class Revaluation:
    """The open position in CNH, valued at the end of a day and undone on the next.

    Attributes:
        on_day: ISO day.
        fx_quote_id: snapshot of the rate.
        position_minor: CNH fen owed less held; carrying_minor: HKD cents in the books.
        at_mid_minor: HKD cents at the rate of the day.
        unrealised_minor: at_mid − carrying; positive is a loss.
        booked_at, reversed_at: Unix seconds; None until it is reversed.
    """

    on_day: str
    fx_quote_id: str
    position_minor: int
    carrying_minor: int
    at_mid_minor: int
    unrealised_minor: int
    booked_at: int
    reversed_at: int | None


class FxBook(Protocol):
    """Rates of exchange inside a unit of work."""

    def add_fixings(self, fixings: Sequence[Fixing]) -> None:
        """Keep fixings; those of nought as id are numbered."""
        ...

    def last_fixing(self, pair: str, on_day: str) -> Fixing | None:
        """Return the last fixing of a pair on or before a day."""
        ...

    def fixing_of(self, pair: str, day: str) -> Fixing | None:
        """Return the fixing of a pair on that very day."""
        ...

    def fixings(self, pair: str | None = None) -> list[Fixing]:
        """Return the fixings that count, by pair and day."""
        ...

    def keep(self, snapshots: Sequence[FxQuote], subject: str = "") -> None:
        """Keep snapshots, each once, and note the subject that was made at them."""
        ...

    def snapshot(self, snapshot_id: str) -> FxQuote | None:
        """Return a snapshot."""
        ...

    def snapshots(self, subject: str | None = None) -> list[FxQuote]:
        """Return all snapshots, or those at which a subject was made."""
        ...

    def add_revaluation(self, revaluation: Revaluation) -> None:
        """Keep a revaluation; a day has one."""
        ...

    def revaluation(self, on_day: str) -> Revaluation | None:
        """Return the revaluation of a day."""
        ...

    def revaluations(self) -> list[Revaluation]:
        """Return all revaluations by day."""
        ...

    def set_reversed(self, on_day: str, at: int) -> bool:
        """Note that a revaluation was reversed; False if it was, or there is none."""
        ...


class WithFx(Protocol):
    """A transaction over rates of exchange."""

    @property
    def fx(self) -> FxBook:
        """Fixings, snapshots, revaluations."""
        ...
