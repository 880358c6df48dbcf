"""Write the papers of a bill: PDF in English and Chinese, and JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App

LANGUAGES = ("zh-Hant", "zh-Hans")
"""Every paper is English beside Chinese; the two scripts are two files."""


def write_invoice(app: App, invoice: r.Invoice) -> list[Path]:
    """Write an invoice under the home; the same invoice gives the same files.

    Returns:
        Where the PDF (one a language) and the JSON lie.
    """
    from entrepot.domain.contracts.model import Invoice
    from entrepot.domain.contracts.plain import from_plain

    paper = from_plain(Invoice, invoice.body["document"])
    name = f"invoices/{invoice.number}"
    paths = [
        app.save(f"{name}.{lang}.pdf", app.documents.invoice_pdf(paper, lang)) for lang in LANGUAGES
    ]
    return [*paths, app.save(f"{name}.json", paper.as_json())]
