"""Statements of a month to centres, in RMB: the ledger account of each, read for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from entrepot.domain.contracts import centre_month as c
from entrepot.domain.contracts.monthly import month_days
from entrepot.domain.contracts.number import STATEMENT
from entrepot.domain.contracts.plain import from_plain
from entrepot.kernel import ids
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Fault
from entrepot.kernel.money import CNH, Amount
from entrepot.kernel.period import HONG_KONG, local_day
from entrepot.kernel.text import N_
from entrepot.services.bill_terms import next_number
from entrepot.services.monthly_invoice import see_over
from entrepot.services.parties import branch_party, centre_party
from entrepot.services.ports_contracts import CentreStatementRow
from entrepot.services.settle_records import the_centre

if TYPE_CHECKING:
    from pathlib import Path

    from entrepot.services.app import App
    from entrepot.services.ports import StatementRow, UnitOfWork

LANGUAGES = ("zh-Hans", "zh-Hant")


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement with its paper and where its files lie."""

    row: CentreStatementRow
    paper: c.CentreMonth
    files: tuple[Path, ...]


def issue_statements(app: App, month: str, centre_id: str | None = None) -> list[Stated]:
    """Issue the statements of a month that is over, each once; repeated, they are the same.

    Args:
        app: the exchange.
        month: ``2026-11``.
        centre_id: only this centre; None = every centre with an account.

    Raises:
        Invalid: no month.
        NotFound: no such centre.
        Refused: the month is not over.
    """
    see_over(app, month)
    if centre_id is not None:
        the_centre(app, centre_id)
    with app.store.reading() as uow:
        known = [one.id for one in uow.registry.centres() if _has_account(uow, one.id)]
    wanted = [one for one in known if centre_id in (None, one)]
    return [_stated(app, _issue(app, one, month)) for one in wanted]


def account_of_centre(centre_id: str) -> str:
    """Return the ledger account of what a centre is owed.

    >>> account_of_centre("gz")
    'payable:gz'
    """
    return f"payable:{centre_id}"


def _has_account(uow: UnitOfWork, centre_id: str) -> bool:
    return uow.ledger.account(account_of_centre(centre_id)) is not None


def _issue(app: App, centre_id: str, month: str) -> CentreStatementRow:
    now, made_id = app.clock.now(), app.ids.new(ids.STATEMENT)

    def action(uow: UnitOfWork) -> dict[str, object]:
        if uow.receivables.statement(centre_id, month) is None:
            branch, year, seq, number = next_number(app, uow, STATEMENT, now)
            document = _paper(app, uow, centre_id, month, number, now).as_dict()
            places = (made_id, number, branch, year, seq, centre_id, month, now)
            row = CentreStatementRow(*places, {"document": document}, digest(document))
            uow.receivables.add_statement(row)
        return {"centre_id": centre_id, "month": month}

    body: dict[str, object] = {"centre_id": centre_id, "month": month}
    key = f"statement:{centre_id}:{month}"
    app.store.command(app.actor, "contract.statement", key, body, now, action)
    with app.store.reading() as uow:
        found = uow.receivables.statement(centre_id, month)
    assert found is not None
    return found


def _paper(
    app: App, uow: UnitOfWork, centre_id: str, month: str, number: str, now: int
) -> c.CentreMonth:
    code = account_of_centre(centre_id)
    start, end = (_midnight(day) for day in month_days(month))
    opening = Amount(uow.ledger.balance_at(code, start - 1).credit_net, CNH)
    rows: Sequence[StatementRow] = uow.ledger.statement(code, start, end)
    entries = tuple(_entry(uow, row) for row in rows if row.debit or row.credit)
    return c.CentreMonth(
        number,
        branch_party(app),
        centre_party(uow, centre_id),
        month,
        code,
        now,
        opening,
        entries,
        c.closing_of(opening, entries),
        uow.journal_head(),
    )


def _entry(uow: UnitOfWork, row: StatementRow) -> c.AccountEntry:
    transfer = row.transfer
    return c.AccountEntry(
        local_day(transfer.t).isoformat(),
        c.entry_kind(transfer.code),
        _reference(uow, transfer.cause),
        Amount(row.credit - row.debit, CNH),
    )


def _reference(uow: UnitOfWork, cause: str) -> str:
    """Return the number that a centre knows in place of an id, where there is one."""
    kind, _, name = cause.partition(":")
    if kind == "invoice":
        invoice = uow.deals.invoice(name)
        return invoice.number if invoice else name
    if kind == "credit_note":
        note = uow.receivables.credit(name)
        return note.number if note else name
    return name or cause


def _stated(app: App, row: CentreStatementRow) -> Stated:
    document = row.body.get("document")
    if digest(document) != row.digest:
        raise Fault(
            "statement.altered",
            N_("Statement {number} as kept is not the one that was issued: its digest differs."),
            hint=N_("Prove the journal (entrepot audit verify) and restore the last backup."),
            number=row.number,
        )
    paper = from_plain(c.CentreMonth, document)
    name = f"statements/{row.number}"
    pdfs = (
        app.save(f"{name}.{lang}.pdf", app.documents.centre_month_pdf(paper, lang))
        for lang in LANGUAGES
    )
    return Stated(row, paper, (*pdfs, app.save(f"{name}.json", paper.as_json())))


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=HONG_KONG).timestamp())
