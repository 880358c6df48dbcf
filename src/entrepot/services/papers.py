"""Any document of the house by its number: invoice, job bill, month's invoice, credit note."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.domain.contracts.credit_note import CreditNote
from entrepot.domain.contracts.plain import from_plain
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Fault
from entrepot.kernel.text import N_
from entrepot.services.monthly_invoice import the_month
from entrepot.services.stored_invoice import the_invoice

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports_contracts import KeptCredit


@dataclass(frozen=True, slots=True)
class Paper:
    """A document, held against its digest, ready to be written.

    Attributes:
        number: of the document; digest: SHA-256 of its JSON.
        json: canonical; pdf: makes the PDF in a language.
    """

    number: str
    digest: str
    json: bytes
    pdf: Callable[[str], bytes]


def the_paper(app: App, number: str) -> Paper:
    """Return a document by its number or id.

    Raises:
        NotFound: no such document.
        Fault: what is kept is not what was issued.
    """
    with app.store.reading() as uow:
        note, month = uow.receivables.credit(number), uow.receivables.month(number)
    if note is not None:
        credit = note_of(note)
        return Paper(
            note.number,
            note.digest,
            credit.as_json(),
            lambda lang: app.documents.credit_note_pdf(credit, lang),
        )
    if month is not None:
        bill, of_month = the_month(app, number)
        return Paper(
            bill.number,
            bill.digest,
            of_month.as_json(),
            lambda lang: app.documents.month_pdf(of_month, lang),
        )
    record, paper = the_invoice(app, number)
    return Paper(
        record.number,
        record.digest,
        paper.as_json(),
        lambda lang: app.documents.invoice_pdf(paper, lang),
    )


def note_of(kept: KeptCredit) -> CreditNote:
    """Return a kept credit note, held against its digest and its own columns.

    Raises:
        Fault: the document, its digest or the record's own columns were changed.
    """
    document = kept.body.get("document")
    note = from_plain(CreditNote, document) if digest(document) == kept.digest else None
    if note is None or (note.number, note.amount.minor) != (kept.number, kept.amount_minor):
        raise Fault(
            "invoice.altered",
            N_("Invoice {number} as kept is not the one that was issued: its digest differs."),
            hint=N_("Prove the journal (entrepot audit verify) and restore the last backup."),
            number=kept.number,
        )
    return note
