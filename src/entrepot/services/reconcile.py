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
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.period import HONG_KONG
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.bank_entries import bought_of, mark_of, moved_of
from entrepot.services.bank_word import Heard, hear_bank
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_settlement import BankEntry, OrderLine
from entrepot.services.settle_records import netting_of

ACCOUNTS = {"CNH": "bank_cnh", "HKD": "bank"}
"""Asset of a statement → our account."""


Waiting = tuple[str, Candidate]
"""What an order waits for: ``out`` RMB paid, ``in`` RMB bought, ``hkd`` HKD taken."""


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
    uow: UnitOfWork, statement: BankStatement, waiting: Sequence[Waiting]
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


def _suggest(entry: BankEntry, waiting: Sequence[Waiting]) -> tuple[Suggestion, ...]:
    kind = "hkd" if entry.asset == HKD.code else "out" if entry.minor > 0 else "in"
    fitting = [one for found, one in waiting if found == kind]
    return suggestions(abs(entry.minor), entry.booked_on, entry.counterparty, fitting)


def _candidates(uow: UnitOfWork) -> list[Waiting]:
    """Return what the bank has not yet said of the orders that were sent to it."""
    found: list[Waiting] = []
    for record in uow.settlements.batches(("instructed", "failed", *DONE)):
        lines = [x for x in uow.settling.lines(batch_id=record.id) if x.leg == Leg.PAY]
        if lines:
            found.extend(_waiting(uow, record, lines[0]))
    return found


def _waiting(uow: UnitOfWork, record: r.Batch, line: OrderLine) -> list[Waiting]:
    said = uow.settling.entries(record.id)
    centre = uow.registry.centre(record.centre_id)
    name = str(centre.account.get("name") or centre.names["en"]) if centre else ""
    # A batch that failed waits for nothing; the bank may have paid it all the same.
    payee = "" if record.state == "failed" else name
    values = netting_of(record).values
    bought = values.converted.minor if values and not bought_of(said) else 0
    told = any(one.asset == HKD.code for one in said)
    waits = {
        "out": record.centre_minor - moved_of(said),
        "in": bought,
        "hkd": 0 if told else line.sells_minor,
    }
    return [
        (kind, Candidate(record.id, minor, record.value_date, payee))
        for kind, minor in waits.items()
        if minor > 0
    ]


def _end_of(day: str) -> int:
    end = datetime.combine(date.fromisoformat(day), time(23, 59, 59), HONG_KONG)
    return int(end.timestamp())
