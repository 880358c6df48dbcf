"""What stands where on a paper: text only, ready for the template."""

from __future__ import annotations

from fractions import Fraction

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
from entrepot.adapters.documents.pdf.words import chinese_of, label, line_in_chinese
from entrepot.domain.contracts.figures import decimal_text
from entrepot.domain.contracts.model import (
    CentreStatement,
    Invoice,
    InvoiceHead,
    Usage,
    VoucherDeduction,
)
from entrepot.domain.contracts.number import JOB_BILL

_MIB = 1 << 20


def invoice_view(invoice: Invoice, lang: str) -> View:
    """Lay out an invoice.

    Args:
        invoice: what to show.
        lang: decides between traditional and simplified Chinese beside the English.

    Returns:
        Plain lists and strings for ``paper.typ``.
    """
    head = invoice.head
    return {
        "title": label("job_bill" if f"-{JOB_BILL}-" in head.number else "invoice", lang),
        "number": head.number,
        "issued": moment(head.issued_at),
        "labels": common(lang),
        "parties": [
            party("issuer", head.issuer, lang),
            party("firm", head.firm, lang),
            party("centre", head.centre, lang),
        ],
        "tables": _invoice_tables(invoice, lang),
        "sections": _invoice_sections(invoice, lang),
    }


def statement_view(statement: CentreStatement, lang: str) -> View:
    """Lay out a centre's statement; see :func:`invoice_view`."""
    rows = [
        [line.invoice_number, line.lease, seconds(line.milli_device_seconds), str(line.amount)]
        for line in statement.lines
    ]
    columns = [
        column("invoice_number", lang),
        column("lease", lang, "half"),
        column("device_seconds", lang, align="right"),
        column("amount", lang, align="right"),
    ]
    totals: list[list[object]] = [[*label("total", lang), str(statement.total), True]]
    settled = [
        [*label("batch", lang), statement.batch],
        [*label("value_date", lang), day(statement.value_date)],
        [*label("bank_reference", lang), statement.bank_reference or "—"],
        [*label("amount", lang), " / ".join(label("offshore", lang))],
    ]
    proof = [[*label("journal_hash", lang), statement.journal_hash]]
    return {
        "title": label("statement", lang),
        "number": statement.number,
        "issued": moment(statement.issued_at),
        "labels": common(lang),
        "parties": [
            party("issuer", statement.issuer, lang),
            party("payee", statement.centre, lang),
        ],
        "tables": [table("members", columns, rows, totals, lang)],
        "sections": [
            [section("references", settled, lang)],
            [section("fx", fx_rows(statement.fx, lang), lang)],
            [section("verification", proof, lang)],
        ],
    }


def _invoice_tables(invoice: Invoice, lang: str) -> list[View]:
    columns = [
        column("line", lang),
        column("description", lang, "half"),
        column("cause", lang),
        column("amount", lang, align="right"),
    ]
    rows = [
        [
            str(line.number),
            both_texts(line.render(), line_in_chinese(line.text, line.params, lang)),
            line.cause or "—",
            str(line.amount),
        ]
        for line in invoice.lines
    ]
    charges = table(
        "charges", columns, rows, [[*label("total", lang), str(invoice.total), True]], lang
    )
    return (
        [charges, _voucher_table(invoice, lang)]
        if invoice.vouchers
        else [_with_payment(charges, invoice, lang)]
    )


def _voucher_table(invoice: Invoice, lang: str) -> View:
    columns = [
        column("programme", lang, "wide"),
        column("payout", lang),
        column("source", lang, "wide"),
        column("amount", lang, align="right"),
    ]
    rows = [_voucher_row(voucher, lang) for voucher in invoice.vouchers]
    return _with_payment(table("vouchers", columns, rows, [], lang), invoice, lang)


def _voucher_row(voucher: VoucherDeduction, lang: str) -> list[str]:
    source = f"{voucher.source} ({voucher.grade})" if voucher.grade else voucher.source
    return [
        both_texts(voucher.names.en, voucher.names.in_language(chinese_of(lang))),
        "\n".join(label(voucher.payout.value, lang)),
        source or "—",
        str(-voucher.amount),
    ]


def _with_payment(table: View, invoice: Invoice, lang: str) -> View:
    rows: list[list[object]] = [
        [*label("payable", lang), str(invoice.payable), True],
        [*label("paid", lang), str(-invoice.paid_from_prepaid), False],
        [*label("due", lang), str(invoice.due), True],
    ]
    if invoice.expected_claims.minor:
        net = invoice.payable - invoice.expected_claims
        rows.append([*label("expected", lang), str(net), False])
    totals = table["totals"]
    return {**table, "totals": [*totals, *rows] if isinstance(totals, list) else rows}


def _invoice_sections(invoice: Invoice, lang: str) -> list[list[View]]:
    head = invoice.head
    references = [
        [*label("job", lang), head.job],
        [*label("quote", lang), head.quote],
        [*label("lease", lang), head.lease],
        [*label("period", lang), span(head.period)],
        [*label("price_version", lang), invoice.price_version],
    ]
    references += _leased_rows(head, lang)
    if head.contract:
        references.append([*label("contract", lang), head.contract])
    if head.due_on:
        references.append([*label("due_on", lang), day(head.due_on)])
    proof = [
        [*label("journal_hash", lang), head.journal_hash],
        [*label("facts_digest", lang), head.facts_digest],
    ]
    outcome = [*label(head.outcome.state.value, lang), head.outcome.sentence]
    duties = [[duty.id, "", duty.text] for duty in head.duties]
    use = section("usage", _use_rows(head.usage, lang), lang)
    fx = [section("fx", fx_rows(invoice.fx, lang), lang)] if invoice.fx else []
    return [
        [section("references", references, lang)],
        [use, *fx],
        [section("outcome", [outcome], lang)],
        *([[section("duties", duties, lang)]] if duties else []),
        [section("verification", proof, lang)],
    ]


def _leased_rows(head: InvoiceHead, lang: str) -> list[Pair]:
    """Return what was leased and how neighbours were kept apart; none on older papers."""
    if not head.milli_devices:
        return []
    kept_apart = " · ".join(label(head.isolation, lang)) if head.isolation else ""
    kind = " · ".join(label(head.lease_kind, lang)) if head.lease_kind else ""
    kinds = [[*label("lease_kind", lang), kind]] if kind else []
    return [
        *kinds,
        [*label("leased", lang), decimal_text(Fraction(head.milli_devices, 1000), 3)],
        [*label("isolation", lang), kept_apart],
    ]


def _use_rows(use: Usage, lang: str) -> list[Pair]:
    waited = [] if use.waited_ms is None else [[*label("waited", lang), seconds(use.waited_ms)]]
    return [
        [*label("device_seconds", lang), seconds(use.milli_device_seconds)],
        [*label("cpu_seconds", lang), seconds(use.cpu_ms)],
        *waited,
        [*label("peak_memory", lang), f"{_mib(use.peak_memory_bytes)} MiB"],
        [*label("egress", lang), f"{use.egress_bytes:,} B"],
    ]


def _mib(size_bytes: int) -> str:
    return decimal_text(Fraction(size_bytes, _MIB), 1)
