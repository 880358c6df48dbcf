"""Settlement as the services see it: members, debts left open, orders, the bank's words, own RMB.

Everything here is kept for good. A batch never changes its members; what the bank says is added,
never written over; a debt that a batch leaves open is a row of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from entrepot.domain.contracts.funding import Own


@dataclass(frozen=True, slots=True)
class Debt:
    """What a batch has left open with its centre, or paid too much.

    Attributes:
        id: ``DB-…``; centre_id: whose.
        origin: batch that left it; reason: ``short``, ``over``, ``return`` or ``late``.
        created_at: Unix second.
        centre_minor: CNH fen owed; negative = the centre owes it back.
        carrying_minor: HKD cents at which it stands.
        batch_id: batch that takes it along; None while it is open.
    """

    id: str
    centre_id: str
    origin: str
    reason: str
    created_at: int
    centre_minor: int
    carrying_minor: int
    batch_id: str | None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One payment in one file to the bank.

    Attributes:
        end_to_end_id: reference, unique; message_id: of the file; digest: SHA-256 of the file.
        batch_id: what it pays; leg: ``fx`` or ``pay``.
        asset, minor: what was asked of the bank; sells_minor: HKD cents taken for it, 0 = none.
        made_at: Unix second; made_by: who released it.
    """

    end_to_end_id: str
    message_id: str
    digest: str
    batch_id: str
    leg: str
    asset: str
    minor: int
    sells_minor: int
    made_at: int
    made_by: str


@dataclass(frozen=True, slots=True)
class BankEntry:
    """One thing that the bank has said, kept once however often it is told.

    Attributes:
        id: ``BE-…``; mark: what makes it one thing, unique.
        read_at: Unix second; end_to_end_id: our reference as the bank gave it.
        asset, minor: money that left our account; negative = came in; 0 = nothing moved.
        status: ``booked``, ``pending`` or ``rejected``.
        bank_reference, booked_on: of the bank; booked_on is an ISO date or empty.
        counterparty, info: as the bank wrote them.
        batch_id: batch that it belongs to, None if unknown; leg: ``fx``, ``pay`` or empty.
        note: what is out of the ordinary, a code; empty if nothing is.
        matched_by: who matched it by hand; empty = by its reference.
    """

    id: str
    mark: str
    read_at: int
    end_to_end_id: str
    asset: str
    minor: int
    status: str
    bank_reference: str
    booked_on: str
    counterparty: str
    info: str
    batch_id: str | None
    leg: str
    note: str
    matched_by: str


@dataclass(frozen=True, slots=True)
class OwnRmb:
    """RMB that became the branch's own, or were taken for a batch; only ever added."""

    id: str
    batch_id: str
    at: int
    cnh_minor: int
    hkd_minor: int
    why: str


class SettlementBook(Protocol):
    """The rows of settlement inside a unit of work."""

    def keep_members(self, batch_id: str, rows: Sequence[tuple[str, int, int]]) -> None:
        """Keep the members of a batch for good as (id, CNH fen, HKD cents)."""
        ...

    def members(self, batch_id: str) -> list[tuple[str, int, int]]:
        """Return the members that a batch was frozen with."""
        ...

    def add_debt(self, debt: Debt) -> None:
        """Keep a debt."""
        ...

    def take_debts(self, batch_id: str, debt_ids: Sequence[str]) -> None:
        """Bind debts to a batch; a debt is in one batch at most."""
        ...

    def free_debts(self, batch_id: str) -> None:
        """Let the debts of a failed batch go to another."""
        ...

    def debts(self, centre_id: str | None = None, *, open_only: bool = False) -> list[Debt]:
        """Return debts in order of id, of a centre, or only those in no batch."""
        ...

    def add_line(self, line: OrderLine) -> None:
        """Keep a payment that was sent to the bank; the same one again changes nothing."""
        ...

    def line(self, end_to_end_id: str) -> OrderLine | None:
        """Return the payment of a reference."""
        ...

    def lines(self, *, batch_id: str = "", message_id: str = "") -> list[OrderLine]:
        """Return the payments of a batch or of a file."""
        ...

    def add_entry(self, entry: BankEntry) -> bool:
        """Keep a word of the bank; False if it was told before."""
        ...

    def entry(self, entry_id: str) -> BankEntry | None:
        """Return a word of the bank by its id."""
        ...

    def marked(self, marks: Sequence[str]) -> dict[str, BankEntry]:
        """Return mark → word of the bank, of those that are known."""
        ...

    def entries(self, batch_id: str | None = None, *, unmatched: bool = False) -> list[BankEntry]:
        """Return what the bank said in order of id, on a batch, or what belongs to none."""
        ...

    def update_entry(self, entry: BankEntry) -> None:
        """Write batch, leg, note and matcher of a word of the bank."""
        ...

    def add_own(self, row: OwnRmb) -> None:
        """Keep a change of the branch's own RMB."""
        ...

    def own(self) -> Own:
        """Return the branch's own RMB that no batch has taken."""
        ...


class WithSettlement(Protocol):
    """A transaction over the rows of settlement."""

    @property
    def settling(self) -> SettlementBook:
        """Members, debts, orders, words of the bank, own RMB."""
        ...
