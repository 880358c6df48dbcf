"""Reconciliation: a bank's statement against what was ordered and what the books hold.

Every entry of the statement is on one of two lists, matched or unmatched, so that the two add up
to the statement. For the unmatched ones, orders that they may belong to are suggested.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from entrepot.domain.contracts.bank_statement import BankStatement
from entrepot.domain.contracts.funding import Leg
from entrepot.domain.contracts.matching import Confirmation
from entrepot.domain.contracts.settlement import DONE
from entrepot.domain.contracts.suggest_match import Candidate, Suggestion, suggestions
from entrepot.kernel.money import CNH, Amount
from entrepot.kernel.period import HONG_KONG
from entrepot.services.app import App
from entrepot.services.bank_word import Heard, hear_bank, mark_of
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_settlement import BankEntry
from entrepot.services.settle_records import netting_of

ACCOUNTS = {"CNH": "bank_cnh", "HKD": "bank"}
"""Asset of a statement → our account."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A booking that no order is known for, with the orders that it may belong to."""

    entry: BankEntry
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One statement held against the books.

    Attributes:
        statement: as the bank sent it.
        matched, unmatched: its entries, each on one list.
        ledger: what our account held at the end of the day.
        explained: Σ of unmatched bookings, by which the bank holds less than the books.
    """

    statement: BankStatement
    matched: tuple[BankEntry, ...]
    unmatched: tuple[Unmatched, ...]
    ledger: Amount

    @property
    def difference(self) -> Amount:
        """What the bank holds beyond the books."""
        return self.statement.closing - self.ledger

    @property
    def explained(self) -> Amount:
        """Part of the difference that the unmatched bookings of this statement make."""
        minor = -sum(one.entry.minor for one in self.unmatched)
        return Amount(minor, self.statement.opening.asset)


def read_bank_files(app: App, files: Sequence[bytes]) -> Heard:
    """Take what the bank says in its files: pain.002, camt.054, camt.053; twice is once.

    Raises:
        Invalid: a file cannot be read.
        Refused: see :func:`entrepot.services.bank_word.hear_bank`.
    """
    return hear_bank(app, app.documents.bank_notices(files))


def reconcile(app: App, files: Sequence[bytes]) -> list[Reconciled]:
    """Take statements and hold each against orders and books.

    Args:
        app: the exchange.
        files: camt.053.

    Returns:
        One result a statement; matched and unmatched are all its entries.

    Raises:
        Invalid: a file is no statement, or does not add up.
    """
    statements = app.documents.bank_statements(files)
    hear_bank(app, [one for statement in statements for one in statement.entries])
    with app.store.reading() as uow:
        waiting = _candidates(uow)
        return [_reconciled(uow, statement, waiting) for statement in statements]


def _reconciled(
    uow: UnitOfWork, statement: BankStatement, waiting: Sequence[Candidate]
) -> Reconciled:
    found = [_known(uow, one) for one in statement.entries]
    asset = statement.opening.asset
    code = ACCOUNTS[asset.code]
    return Reconciled(
        statement,
        tuple(one for one in found if one.batch_id is not None),
        tuple(Unmatched(one, _suggest(one, waiting)) for one in found if one.batch_id is None),
        Amount(uow.ledger.balance_at(code, _end_of(statement.day)).debit_net, asset),
    )


def _known(uow: UnitOfWork, notice: Confirmation) -> BankEntry:
    mark = mark_of(notice)
    minor = notice.amount.minor if notice.amount else 0
    kept = uow.settling.marked([mark, f"{mark}|{minor}"])
    return next(one for one in kept.values() if one.minor == minor)


def unmatched_entries(app: App) -> list[Unmatched]:
    """Return all bookings that no order is known for, with suggestions."""
    with app.store.reading() as uow:
        waiting = _candidates(uow)
        found = uow.settling.entries(unmatched=True)
        return [Unmatched(one, _suggest(one, waiting)) for one in found]


def _suggest(entry: BankEntry, waiting: Sequence[Candidate]) -> tuple[Suggestion, ...]:
    if entry.asset != CNH.code or entry.minor <= 0:
        return ()
    return suggestions(entry.minor, entry.booked_on, entry.counterparty, waiting)


def _candidates(uow: UnitOfWork) -> list[Candidate]:
    """Return the orders that wait for the bank, or were paid in part."""
    found: list[Candidate] = []
    for record in uow.settlements.batches(("instructed", *DONE)):
        batch = netting_of(record)
        left = record.centre_minor - batch.booked.paid.minor
        sent = any(line.leg == Leg.PAY for line in uow.settling.lines(batch_id=record.id))
        if left > 0 and sent:
            centre = uow.registry.centre(record.centre_id)
            name = str(centre.account.get("name") or centre.names["en"]) if centre else ""
            found.append(Candidate(record.id, left, record.value_date, name))
    return found


def _end_of(day: str) -> int:
    end = datetime.combine(date.fromisoformat(day), time(23, 59, 59), HONG_KONG)
    return int(end.timestamp())
