"""What stands on the papers of contracts: a month's invoice, credit note, statement, reminder."""

from __future__ import annotations

from entrepot.adapters.documents.pdf.parts import (
    Pair,
    View,
    both_texts,
    column,
    common,
    day,
    fx_rows,
    moment,
    party,
    seconds,
    section,
    span,
    table,
)
from entrepot.adapters.documents.pdf.words import chinese_of, label, line_in_chinese, note
from entrepot.domain.contracts.centre_month import CentreMonth, Entry
from entrepot.domain.contracts.credit_note import CreditNote
from entrepot.domain.contracts.model import InvoiceLine
from entrepot.domain.contracts.monthly import MonthInvoice, MonthJob
from entrepot.domain.contracts.reminder import Reminder

ENTRY_LABELS = {
    Entry.NEW: "new_debt",
    Entry.PAID: "paid_out",
    Entry.RETURNED: "returned",
    Entry.CREDITED: "credited",
    Entry.OTHER: "other",
}


def month_view(invoice: MonthInvoice, lang: str) -> View:
    """Lay out the invoice of a month.

    Args:
        invoice: what to show.
        lang: decides between traditional and simplified Chinese beside the English.

    Returns:
        Plain lists and strings for ``paper.typ``.
    """
    head = invoice.head
    references = [
        [*label("month", lang), head.month],
        [*label("contract", lang), head.contract],
        [*label("due_on", lang), day(head.due_on)],
    ]
    rates = {(fx.base.code, fx.fixed_on): fx for job in invoice.jobs if (fx := job.fx)}
    fx = [[section("fx", fx_rows(rate, lang), lang)] for rate in rates.values()]
    proof = [[*label("journal_hash", lang), head.journal_hash]]
    return {
        **_top("month_invoice", head.number, head.issued_at, lang),
        "parties": [party("issuer", head.issuer, lang), party("firm", head.firm, lang)],
        "tables": [_jobs(invoice, lang), _charges(invoice, lang)],
        "sections": [
            [section("references", references, lang)],
            *fx,
            [section("verification", proof, lang)],
        ],
    }


def credit_note_view(credit: CreditNote, lang: str) -> View:
    """Lay out a credit note; see :func:`month_view`."""
    columns = [
        column("credited_invoice", lang),
        column("line", lang),
        column("description", lang, "half"),
        column("amount", lang, align="right"),
    ]
    english = credit.text.format(**dict(credit.params))
    described = both_texts(english, line_in_chinese(credit.text, credit.params, lang))
    row = [credit.invoice, str(credit.line), described, str(credit.amount)]
    totals: list[list[object]] = [
        [*label("total", lang), str(credit.amount), True],
        [*label("against_invoice", lang), str(credit.against_invoice), False],
        [*label("to_prepaid", lang), str(credit.to_prepaid), False],
    ]
    vouchers = [[name.en, "", name.in_language(chinese_of(lang))] for name in credit.vouchers]
    proof = [[*label("journal_hash", lang), credit.journal_hash]]
    return {
        **_top("credit_note", credit.number, credit.issued_at, lang),
        "parties": [party("issuer", credit.issuer, lang), party("firm", credit.firm, lang)],
        "tables": [table("credited_lines", columns, [row], totals, lang)],
        "sections": [
            [section("reason", [[*label("stated", lang), credit.reason]], lang)],
            *([[section("vouchers_again", vouchers, lang)]] if vouchers else []),
            [section("verification", proof, lang)],
        ],
    }


def centre_month_view(statement: CentreMonth, lang: str) -> View:
    """Lay out a month's statement to a centre; see :func:`month_view`."""
    columns = [
        column("date", lang),
        column("entry", lang),
        column("reference", lang, "half"),
        column("amount", lang, align="right"),
    ]
    rows = [
        [entry.day, "\n".join(label(ENTRY_LABELS[entry.kind], lang)), entry.reference,
         str(entry.amount)]
        for entry in statement.entries
    ]  # fmt: skip
    first = [f"{statement.month}-01", "\n".join(label("opening", lang)), "—"]
    rows.insert(0, [*first, str(statement.opening)])
    totals: list[list[object]] = []
    for kind in Entry:
        if any(entry.kind == kind for entry in statement.entries):
            totals.append([*label(ENTRY_LABELS[kind], lang), str(statement.sum_of(kind)), False])
    totals.append([*label("closing", lang), str(statement.closing), True])
    references = [
        [*label("month", lang), statement.month],
        [*label("account", lang), statement.account],
        [*label("currency", lang), " / ".join(label("offshore", lang))],
    ]
    proof = [[*label("journal_hash", lang), statement.journal_hash]]
    return {
        **_top("centre_month", statement.number, statement.issued_at, lang),
        "parties": [
            party("issuer", statement.issuer, lang),
            party("payee", statement.centre, lang),
        ],
        "tables": [table("movements", columns, rows, totals, lang)],
        "sections": [
            [section("references", references, lang)],
            [section("verification", proof, lang)],
        ],
    }


def reminder_view(letter: Reminder, lang: str) -> View:
    """Lay out a reminder; see :func:`month_view`."""
    columns = [
        column("invoice_number", lang),
        column("issued", lang, "half"),
        column("due_on", lang),
        column("amount", lang, align="right"),
    ]
    issued = moment(letter.invoice_issued_at)
    row = [letter.number, issued, letter.due_on, str(letter.payable)]
    totals: list[list[object]] = [
        [*label("settled", lang), str(-letter.settled), False],
        [*label("open", lang), str(letter.open), True],
    ]
    places = {
        "number": letter.number,
        "open": str(letter.open),
        "due_on": letter.due_on,
        "days": str(letter.days_late),
        "stop": letter.suspended_on,
    }
    return {
        **_top(f"reminder_{letter.level}", letter.number, letter.written_at, lang),
        "parties": [party("issuer", letter.issuer, lang), party("firm", letter.firm, lang)],
        "paragraphs": [note("ask", places, lang), note(f"step_{letter.level}", places, lang)],
        "tables": [table("unpaid", columns, [row], totals, lang)],
        "sections": [],
    }


def _top(title: str, number: str, issued_at: int, lang: str) -> View:
    return {
        "title": label(title, lang),
        "number": number,
        "issued": moment(issued_at),
        "labels": common(lang),
    }


def _jobs(invoice: MonthInvoice, lang: str) -> View:
    columns = [
        column("job_bill", lang),
        column("centre", lang, "half"),
        column("device_seconds", lang, align="right"),
        column("payable", lang, align="right"),
    ]
    rows = [_job_row(job, lang) for job in invoice.jobs]
    return table("jobs", columns, rows, [], lang)


def _job_row(job: MonthJob, lang: str) -> Pair:
    where = both_texts(job.centre.en, job.centre.in_language(chinese_of(lang)))
    where = f"{where}\n{job.job}\n{span(job.period)}"
    return [job.bill, where, seconds(job.milli_device_seconds), str(job.payable)]


def _charges(invoice: MonthInvoice, lang: str) -> View:
    columns = [
        column("line", lang),
        column("description", lang, "half"),
        column("job_bill", lang),
        column("amount", lang, align="right"),
    ]
    rows = [
        _line_row(job.first_line + place, line, job.bill, lang)
        for job in invoice.jobs
        for place, line in enumerate(job.lines)
    ]
    rows += [_line_row(line.number, line, "—", lang) for line in invoice.extra]
    totals: list[list[object]] = [[*label("total", lang), str(invoice.total), True]]
    deducted = invoice.total - invoice.payable
    if deducted.minor:
        totals.append([*label("vouchers_deducted", lang), str(-deducted), False])
    totals.append([*label("payable", lang), str(invoice.payable), True])
    totals.append([*label("paid", lang), str(-invoice.paid_from_prepaid), False])
    totals.append([*label("due", lang), str(invoice.due), True])
    return table("charges", columns, rows, totals, lang)


def _line_row(number: int, line: InvoiceLine, bill: str, lang: str) -> Pair:
    chinese = line_in_chinese(line.text, line.params, lang)
    return [str(number), both_texts(line.render(), chinese), bill, str(line.amount)]
