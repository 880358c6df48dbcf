"""Papers as PDF by typst: same paper, same bytes."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import cast

from entrepot.adapters.documents.pdf.contract_views import (
    centre_month_view,
    credit_note_view,
    month_view,
    reminder_view,
)
from entrepot.adapters.documents.pdf.glyphs import (
    FOLDER,
    SHIPPED,
    SYSTEM,
    lacking,
    system_characters,
)
from entrepot.adapters.documents.pdf.parts import View
from entrepot.adapters.documents.pdf.views import invoice_view, statement_view
from entrepot.domain.contracts.centre_month import CentreMonth
from entrepot.domain.contracts.credit_note import CreditNote
from entrepot.domain.contracts.model import CentreStatement, Invoice
from entrepot.domain.contracts.monthly import MonthInvoice
from entrepot.domain.contracts.reminder import Reminder
from entrepot.kernel.errors import Fault
from entrepot.kernel.text import N_

_TEMPLATE = Path(__file__).parent / "paper.typ"


class PdfDocuments:
    """Maker of PDF papers in English and Chinese."""

    def invoice_pdf(self, invoice: Invoice, lang: str = "zh-Hant") -> bytes:
        """Return an invoice as PDF.

        Args:
            invoice: what to show.
            lang: ``zh-Hans`` sets simplified Chinese beside the English, anything else
                traditional.

        Raises:
            Fault: the typesetter failed.
        """
        return render(invoice_view(invoice, lang), invoice.head.issued_at)

    def statement_pdf(self, statement: CentreStatement, lang: str = "zh-Hant") -> bytes:
        """Return a centre's statement as PDF; see :meth:`invoice_pdf`."""
        return render(statement_view(statement, lang), statement.issued_at)

    def month_pdf(self, invoice: MonthInvoice, lang: str = "zh-Hant") -> bytes:
        """Return the invoice of a month as PDF; see :meth:`invoice_pdf`."""
        return render(month_view(invoice, lang), invoice.head.issued_at)

    def credit_note_pdf(self, note: CreditNote, lang: str = "zh-Hant") -> bytes:
        """Return a credit note as PDF; see :meth:`invoice_pdf`."""
        return render(credit_note_view(note, lang), note.issued_at)

    def centre_month_pdf(self, statement: CentreMonth, lang: str = "zh-Hant") -> bytes:
        """Return a month's statement to a centre as PDF; see :meth:`invoice_pdf`."""
        return render(centre_month_view(statement, lang), statement.issued_at)

    def reminder_pdf(self, letter: Reminder, lang: str = "zh-Hant") -> bytes:
        """Return a reminder as PDF; see :meth:`invoice_pdf`."""
        return render(reminder_view(letter, lang), letter.written_at)


def render(view: View, issued_at: int) -> bytes:
    """Set a view as PDF.

    Args:
        view: what stands where, as text.
        issued_at: Unix second written into the file as its date, so that the bytes
            do not depend on the clock.

    Returns:
        PDF bytes.

    Raises:
        Fault: the typesetter failed.
    """
    # typst takes about 60 ms and 40 MB to load, and only papers need it.
    import typst

    clean = _over_text(view, _clean)
    rare = lacking(json.dumps(clean, ensure_ascii=False))
    unseen = frozenset(c for c in rare if ord(c) not in system_characters())
    if unseen:
        clean = _over_text(clean, lambda text: _shown(text, unseen))
    data = {**cast(View, clean), "missing": bool(unseen)}
    families = [SHIPPED, *(SYSTEM if rare != unseen else ())]
    try:
        made = typst.compile(
            str(_TEMPLATE),
            root=str(_TEMPLATE.parent),
            font_paths=[str(FOLDER)],
            ignore_system_fonts=len(families) == 1,
            format="pdf",
            sys_inputs={
                "data": json.dumps(data, ensure_ascii=False),
                "fonts": json.dumps(families),
            },
            timestamp=issued_at,
        )
    except (typst.TypstError, RuntimeError) as error:
        raise Fault(
            "documents.pdf",
            N_("The PDF could not be made: {reason}."),
            hint=N_("The invoice itself is safe: entrepot invoice show --json"),
            reason=str(error).splitlines()[0],
        ) from error
    return made


def _over_text(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        pairs = cast(dict[str, object], value).items()
        return {key: _over_text(item, change) for key, item in pairs}
    if isinstance(value, list):
        return [_over_text(item, change) for item in cast(list[object], value)]
    return value


def _clean(text: str) -> str:
    # Control and direction characters could make a paper read otherwise than it is.
    hidden = ("Cc", "Cf", "Cs", "Co")
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in hidden)


def _shown(text: str, rare: frozenset[str]) -> str:
    return "".join(f"[U+{ord(c):04X}]" if c in rare else c for c in text)
