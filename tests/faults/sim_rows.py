"""The rows that a settlement keeps, in memory, as the stores on the database keep them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any

from entrepot.domain.contracts.funding import Own
from entrepot.domain.ledger.apply import apply
from entrepot.domain.ledger.chart import account_of
from entrepot.domain.ledger.model import Account, Balance, Transfer
from entrepot.domain.ledger.state import Applied, LedgerState
from entrepot.kernel.errors import Conflict
from entrepot.services import records as r
from entrepot.services.ports_settlement import BankEntry, Debt, OrderLine, OwnRmb


@dataclass
class Kept:
    """All rows. Values are frozen, so a copy of the tables is a copy of everything."""

    ledger: LedgerState = field(default_factory=LedgerState)
    centres: tuple[str, ...] = ()
    invoices: dict[str, r.Invoice] = field(default_factory=dict[str, r.Invoice])
    batches: dict[str, r.Batch] = field(default_factory=dict[str, r.Batch])
    members: dict[str, list[tuple[str, int, int]]] = field(default_factory=dict[str, Any])
    debts: dict[str, Debt] = field(default_factory=dict[str, Debt])
    lines: dict[str, OrderLine] = field(default_factory=dict[str, OrderLine])
    entries: dict[str, BankEntry] = field(default_factory=dict[str, BankEntry])
    own: tuple[OwnRmb, ...] = ()
    answers: dict[str, tuple[str, r.Body]] = field(default_factory=dict[str, Any])
    head: str = ""
    before: Kept | None = None

    def copy(self) -> Kept:
        """Return tables of their own with the same rows; they know the ones they are made from."""
        made = copy(self)
        for name, table in vars(self).items():
            if isinstance(table, dict):
                setattr(made, name, dict(table))
        made.before = self
        return made


@dataclass(frozen=True)
class Found:
    """A centre as the registry tells it."""

    id: str


class SimRegistry:
    """Centres under contract; there are no firms to look at."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept

    def centre(self, centre_id: str) -> Found | None:
        return Found(centre_id) if centre_id in self.kept.centres else None

    def centres(self) -> list[Found]:
        return [Found(one) for one in self.kept.centres]


class SimLedger:
    """The books, by the real rules."""

    def __init__(self, kept: Kept, now: int) -> None:
        self.kept, self.now = kept, now

    def accounts(self) -> list[Account]:
        return list(self.kept.ledger.accounts.values())

    def ensure_account(
        self,
        code: str,
        asset: str = "",
        *,
        credit_bound: bool | None = None,
        debit_bound: bool | None = None,
    ) -> Account:
        found = self.kept.ledger.accounts.get(code)
        if found is None:
            found = account_of(code, len(self.kept.ledger.accounts) + 1)
            found = replace(found, credit_bound=bool(credit_bound))
            self.kept.ledger = self.kept.ledger.open(found)
        return found

    def post(self, transfers: Sequence[Transfer]) -> Applied:
        for one in transfers:
            for code in (one.debit, one.credit):
                self.ensure_account(code)
        applied = apply(self.kept.ledger, [one.stamped(self.now) for one in transfers])
        applied.raise_refusal()
        self.kept.ledger = self.kept.ledger.after(applied)
        return applied

    def balance(self, code: str) -> Balance:
        return self.kept.ledger.balances.get(code, Balance())

    def open_holds(self) -> list[Transfer]:
        return self.kept.ledger.open_holds

    def transfers_of_cause(self, cause: str) -> list[Transfer]:
        return [one for one in self.kept.ledger.transfers.values() if one.cause == cause]


class SimDeals:
    """Bills."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept

    def add_invoice(self, invoice: r.Invoice) -> None:
        self.kept.invoices[invoice.id] = invoice

    def invoices(self) -> list[r.Invoice]:
        return list(self.kept.invoices.values())

    def invoice(self, number_or_id: str) -> r.Invoice | None:
        return self.kept.invoices.get(number_or_id)


class SimSettlements:
    """Batches, as ``adapters/sql/settlements.py`` keeps them."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept

    def add_batch(self, batch: r.Batch, invoice_ids: Sequence[str]) -> None:
        self.kept.batches[batch.id] = stored(batch)
        for invoice_id in invoice_ids:
            found = self.kept.invoices[invoice_id]
            if found.batch_id is not None:
                raise Conflict("batch.member", "Invoice {id} is in a batch.", id=invoice_id)
            self.kept.invoices[invoice_id] = replace(found, batch_id=batch.id)

    def batch(self, batch_id: str) -> r.Batch | None:
        return self.kept.batches.get(batch_id)

    def batches(self, states: Sequence[str] = ()) -> list[r.Batch]:
        found = [one for one in self.kept.batches.values() if not states or one.state in states]
        return sorted(found, key=lambda one: one.id, reverse=True)

    def update_batch(self, batch: r.Batch) -> None:
        self.kept.batches[batch.id] = stored(batch)

    def free_members(self, batch_id: str) -> None:
        for one in list(self.kept.invoices.values()):
            if one.batch_id == batch_id:
                self.kept.invoices[one.id] = replace(one, batch_id=None)

    def open_invoices(self, centre_id: str) -> list[r.Invoice]:
        return [
            one
            for one in self.kept.invoices.values()
            if (one.centre_id, one.batch_id) == (centre_id, None) and one.centre_minor > 0
        ]


class SimSettling:
    """Members, debts, orders, words of the bank, own RMB: ``adapters/sql/settlement_store.py``."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept

    def keep_members(self, batch_id: str, rows: Sequence[tuple[str, int, int]]) -> None:
        self.kept.members[batch_id] = list(rows)

    def members(self, batch_id: str) -> list[tuple[str, int, int]]:
        return self.kept.members.get(batch_id, [])

    def add_debt(self, debt: Debt) -> None:
        self.kept.debts[debt.id] = debt

    def take_debts(self, batch_id: str, debt_ids: Sequence[str]) -> None:
        for debt_id in debt_ids:
            found = self.kept.debts[debt_id]
            if found.batch_id is not None:
                raise Conflict("batch.debt", "Debt {id} is in a batch.", id=debt_id)
            self.kept.debts[debt_id] = replace(found, batch_id=batch_id)

    def free_debts(self, batch_id: str) -> None:
        for one in list(self.kept.debts.values()):
            if one.batch_id == batch_id:
                self.kept.debts[one.id] = replace(one, batch_id=None)

    def debts(self, centre_id: str | None = None, *, open_only: bool = False) -> list[Debt]:
        return [
            one
            for one in self.kept.debts.values()
            if centre_id in (None, one.centre_id) and not (open_only and one.batch_id)
        ]

    def add_line(self, line: OrderLine) -> None:
        self.kept.lines.setdefault(line.end_to_end_id, line)

    def line(self, end_to_end_id: str) -> OrderLine | None:
        return self.kept.lines.get(end_to_end_id)

    def lines(self, *, batch_id: str = "", message_id: str = "") -> list[OrderLine]:
        found = [
            one
            for one in self.kept.lines.values()
            if (one.batch_id == batch_id if batch_id else one.message_id == message_id)
        ]
        return sorted(found, key=lambda one: one.end_to_end_id)

    def add_entry(self, entry: BankEntry) -> bool:
        if self.marked([entry.mark]):
            return False
        self.kept.entries[entry.id] = entry
        return True

    def entry(self, entry_id: str) -> BankEntry | None:
        return self.kept.entries.get(entry_id)

    def marked(self, marks: Sequence[str]) -> dict[str, BankEntry]:
        return {one.mark: one for one in self.kept.entries.values() if one.mark in marks}

    def entries(self, batch_id: str | None = None, *, unmatched: bool = False) -> list[BankEntry]:
        return [
            one
            for one in self.kept.entries.values()
            if (batch_id is None or one.batch_id == batch_id)
            and not (unmatched and (one.batch_id is not None or one.status != "booked"))
        ]

    def update_entry(self, entry: BankEntry) -> None:
        self.kept.entries[entry.id] = entry

    def add_own(self, row: OwnRmb) -> None:
        self.kept.own = (*self.kept.own, row)

    def own(self) -> Own:
        rows = self.kept.own
        return Own(sum(one.cnh_minor for one in rows), sum(one.hkd_minor for one in rows))


class SimReceivables:
    """Documents with terms of their own: none here, so the receivable account says who has paid."""

    def all(self, firm_id: str | None = None) -> list[Any]:
        return []

    receipts = credits = gathered = write_offs = all


class SimFx:
    """Snapshots of rates; nothing of a settlement reads them back."""

    def keep(self, snapshots: Sequence[object], subject: str = "") -> None:
        """Snapshots are not looked at here."""


def stored(batch: r.Batch) -> r.Batch:
    """Return a batch as it comes back from the database: a body of its own."""
    return replace(batch, body=dict(batch.body))
