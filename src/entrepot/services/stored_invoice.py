"""Invoices as they were kept: read back only if they are still what was issued."""

from __future__ import annotations

from pathlib import Path

from entrepot.domain.contracts.model import Invoice
from entrepot.domain.contracts.plain import from_plain
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Fault, NotFound
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App


def the_invoice(app: App, number_or_id: str) -> tuple[r.Invoice, Invoice]:
    """Return an invoice as kept, and the paper that was issued.

    Args:
        app: the exchange.
        number_or_id: ``HK-2026-000001`` or ``I-…``.

    Raises:
        NotFound: no such invoice.
        Fault: what is kept is not what was issued.
    """
    with app.store.reading() as uow:
        record = uow.deals.invoice(number_or_id)
        if record is None:
            known = [invoice.number for invoice in uow.deals.invoices()]
            raise _unknown(number_or_id, known)
    return record, paper_of(record)


def paper_of(record: r.Invoice) -> Invoice:
    """Return the paper of a kept invoice, held against its digest and against its own sums.

    Raises:
        Fault: the document, its digest or the record's own columns were changed.
    """
    document = record.body.get("document")
    if digest(document) != record.digest:
        raise _altered(record)
    paper = from_plain(Invoice, document)
    lines = sum(line.amount.minor for line in paper.lines)
    if (paper.head.number, paper.total.minor, lines) != (
        record.number,
        record.total_minor,
        record.total_minor,
    ):
        raise _altered(record)
    return paper


def _unknown(number: str, known: list[str]) -> NotFound:
    guess = did_you_mean(number, known)
    return NotFound(
        "invoice.unknown",
        N_("There is no invoice {number}."),
        hint=N_("Did you mean {guess}?") if guess else N_("See: entrepot invoice list"),
        number=number,
        guess=guess or "",
    )


def _altered(record: r.Invoice) -> Fault:
    return Fault(
        "invoice.altered",
        N_("Invoice {number} as kept is not the one that was issued: its digest differs."),
        hint=N_("Prove the journal (entrepot audit verify) and restore the last backup."),
        number=record.number,
    )


def write_paper(path: Path, data: bytes) -> Path:
    """Write a paper where the reader asked for it; return the absolute path.

    Raises:
        Fault: it cannot be written.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        raise Fault(
            "invoice.unwritable",
            N_("The file {path} cannot be written: {why}."),
            hint=N_("Choose another place."),
            path=str(path),
            why=error.strerror or str(error),
        ) from error
    return path.absolute()
