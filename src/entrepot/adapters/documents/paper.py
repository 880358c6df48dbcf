"""The door to all documents, as the services ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from entrepot.domain.contracts.bank_statement import BankStatement
from entrepot.domain.contracts.centre_month import CentreMonth
from entrepot.domain.contracts.credit_note import CreditNote
from entrepot.domain.contracts.funding import Leg
from entrepot.domain.contracts.matching import Confirmation
from entrepot.domain.contracts.model import CentreStatement, Invoice
from entrepot.domain.contracts.monthly import MonthInvoice
from entrepot.domain.contracts.payment import NOT_PROVIDED, BankAccount, orders_for
from entrepot.domain.contracts.reminder import Reminder
from entrepot.domain.contracts.stored_batch import read_batch
from entrepot.services import records as r
from entrepot.services.bank_names import BankDayAsk


class PaperMaker:
    """Maker and reader of documents; what each needs is loaded when it is first asked.

    Args:
        branch_name: who pays, as payment files name it.
        branch_account: the branch's own account; None = the bank that gets the file knows it.
    """

    def __init__(self, branch_name: str, branch_account: BankAccount | None = None) -> None:
        self._debtor = branch_account or BankAccount(branch_name, NOT_PROVIDED)

    def invoice_pdf(self, invoice: Invoice, lang: str) -> bytes:
        """Return an invoice as PDF; see ``pdf.render``."""
        from entrepot.adapters.documents.pdf.render import PdfDocuments

        return PdfDocuments().invoice_pdf(invoice, lang)

    def statement_pdf(self, statement: CentreStatement, lang: str) -> bytes:
        """Return a centre's statement as PDF; see ``pdf.render``."""
        from entrepot.adapters.documents.pdf.render import PdfDocuments

        return PdfDocuments().statement_pdf(statement, lang)

    def month_pdf(self, invoice: MonthInvoice, lang: str) -> bytes:
        """Return the invoice of a month as PDF; see ``pdf.render``."""
        from entrepot.adapters.documents.pdf.render import PdfDocuments

        return PdfDocuments().month_pdf(invoice, lang)

    def credit_note_pdf(self, note: CreditNote, lang: str) -> bytes:
        """Return a credit note as PDF; see ``pdf.render``."""
        from entrepot.adapters.documents.pdf.render import PdfDocuments

        return PdfDocuments().credit_note_pdf(note, lang)

    def centre_month_pdf(self, statement: CentreMonth, lang: str) -> bytes:
        """Return a month's statement to a centre as PDF; see ``pdf.render``."""
        from entrepot.adapters.documents.pdf.render import PdfDocuments

        return PdfDocuments().centre_month_pdf(statement, lang)

    def reminder_pdf(self, letter: Reminder, lang: str) -> bytes:
        """Return a reminder as PDF; see ``pdf.render``."""
        from entrepot.adapters.documents.pdf.render import PdfDocuments

        return PdfDocuments().reminder_pdf(letter, lang)

    def payment_file(self, batch: r.Batch, centre: r.Centre) -> bytes:
        """Return the payment order of a batch as pain.001; the same batch, the same bytes.

        Raises:
            Conflict: the batch is neither frozen nor instructed.
            Invalid: the centre's account is incomplete.
        """
        return self.payment_order([(batch, centre)])

    def payment_order(
        self, batches: Sequence[tuple[r.Batch, r.Centre]], leg: str = Leg.PAY
    ) -> bytes:
        """Return one order for several batches of one value date; the same ones, the same bytes.

        Args:
            batches: each with its centre.
            leg: ``pay`` pays the centres, ``fx`` buys the RMB for it.

        Raises:
            Conflict: a batch is neither frozen nor under way.
            Invalid: a centre's account is incomplete, or the batches have several value dates.
        """
        from entrepot.adapters.documents.iso20022.pain001 import write_pain001

        pairs = [(read_batch(batch.body), _account_of(centre)) for batch, centre in batches]
        made_at = max(batch.created_at for batch, _ in batches)
        return write_pain001(orders_for(pairs, self._debtor, made_at, Leg(leg)))

    def bank_notices(self, files: Sequence[bytes]) -> list[Confirmation]:
        """Read a bank's files: pain.002, camt.053, camt.054; see ``iso20022.notices``."""
        from entrepot.adapters.documents.iso20022.notices import read_notices

        return [notice for file in files for notice in read_notices(file)]

    def bank_statements(self, files: Sequence[bytes]) -> list[BankStatement]:
        """Read a bank's statements, camt.053; see ``iso20022.notices``."""
        from entrepot.adapters.documents.iso20022.notices import read_statements

        return [statement for file in files for statement in read_statements(file)]

    def simulate_folder(self, day: BankDayAsk) -> list[Path]:
        """Let the simulated bank work through one day; see ``bank_simulator.folder``.

        Raises:
            Invalid: a folder, a file, the behaviour or the mix cannot be read, or the day is past.
        """
        from entrepot.adapters.documents.bank_simulator.behaviour import (
            Temper,
            behaviour_of,
            read_mix,
        )
        from entrepot.adapters.documents.bank_simulator.folder import BankDay

        temper = Temper(behaviour_of(day.behaviour), read_mix(day.mix), day.seed)
        opening = {"HKD": day.opening_hkd, "CNH": day.opening_cnh}
        return BankDay(day.orders, day.messages, temper, day.day, opening).run()

    def simulated_bank(self, order: bytes, behaviour: str, day: date) -> list[bytes]:
        """Return what the simulated bank answers to a payment order on a day.

        Raises:
            Invalid: no such behaviour, or the order cannot be read.
        """
        from entrepot.adapters.documents.bank_simulator.bank import SimulatedBank

        answers = SimulatedBank().process(order, behaviour, day.isoformat())
        return [answer.xml for answer in answers]


def _account_of(centre: r.Centre) -> BankAccount:
    stated = {key: str(centre.account.get(key) or "") for key in ("name", "number", "bic", "cnaps")}
    return BankAccount(
        stated["name"] or centre.names.get("en", centre.id),
        stated["number"] or NOT_PROVIDED,
        stated["bic"],
        stated["cnaps"],
        centre.jurisdiction,
    )
