"""What stands where on a paper: text only, ready for the template."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from entrepot.adapters.documents.pdf.words import chinese_of, label, line_in_chinese
from entrepot.domain.contracts.figures import decimal_text
from entrepot.domain.contracts.model import (
    CentreStatement,
    Invoice,
    Party,
    Usage,
    VoucherDeduction,
)
from entrepot.kernel.money import ExchangeRate
from entrepot.kernel.period import HONG_KONG, Period

View = dict[str, object]
Pair = list[str]
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
        "title": label("invoice", lang),
        "number": head.number,
        "issued": moment(head.issued_at),
        "labels": _common(lang),
        "parties": [
            _party("issuer", head.issuer, lang),
            _party("firm", head.firm, lang),
            _party("centre", head.centre, lang),
        ],
        "tables": _invoice_tables(invoice, lang),
        "sections": _invoice_sections(invoice, lang),
    }


def statement_view(statement: CentreStatement, lang: str) -> View:
    """Lay out a centre's statement; see :func:`invoice_view`."""
    rows = [
        [line.invoice_number, line.lease, _seconds(line.milli_device_seconds), str(line.amount)]
        for line in statement.lines
    ]
    columns = [
        _column("invoice_number", lang),
        _column("lease", lang, "half"),
        _column("device_seconds", lang, align="right"),
        _column("amount", lang, align="right"),
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
        "labels": _common(lang),
        "parties": [
            _party("issuer", statement.issuer, lang),
            _party("payee", statement.centre, lang),
        ],
        "tables": [_table("members", columns, rows, totals, lang)],
        "sections": [
            [_section("references", settled, lang)],
            [_section("fx", _fx_rows(statement.fx, lang), lang)],
            [_section("verification", proof, lang)],
        ],
    }


def moment(instant: int) -> str:
    """Write a Unix second in Hong Kong time, for both readers.

    >>> moment(1_795_222_800)
    '2026-11-21 09:00 HKT / 2026年11月21日'
    """
    local = datetime.fromtimestamp(instant, HONG_KONG)
    return f"{local:%Y-%m-%d %H:%M} HKT / {_chinese_day(local.date())}"


def day(iso: str) -> str:
    """Write an ISO date for both readers; text that is no date stays as it is.

    >>> day("2026-11-23"), day("soon")
    ('2026-11-23 / 2026年11月23日', 'soon')
    """
    try:
        return f"{iso} / {_chinese_day(date.fromisoformat(iso))}"
    except ValueError:
        return iso


def _chinese_day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def _common(lang: str) -> View:
    keys = ("number", "issued", "page", "missing_glyphs")
    return {key: label(key, lang) for key in keys}


def _party(key: str, party: Party, lang: str) -> View:
    chinese = party.names.in_language(chinese_of(lang))
    registration = [*label("registration", lang), party.registration]
    return {
        "label": label(key, lang),
        "name": party.names.en,
        "chinese": "" if chinese == party.names.en else chinese,
        "address": party.address,
        "registration": registration if party.registration else [],
    }


def _column(key: str, lang: str, width: str = "narrow", align: str = "left") -> View:
    return {"label": label(key, lang), "align": align, "width": width}


def _table(
    key: str, columns: list[View], rows: list[list[str]], totals: list[list[object]], lang: str
) -> View:
    return {"title": label(key, lang), "columns": columns, "rows": rows, "totals": totals}


def _section(key: str, rows: list[Pair], lang: str) -> View:
    return {"title": label(key, lang), "rows": rows}


def _invoice_tables(invoice: Invoice, lang: str) -> list[View]:
    columns = [
        _column("line", lang),
        _column("description", lang, "half"),
        _column("cause", lang),
        _column("amount", lang, align="right"),
    ]
    rows = [
        [
            str(line.number),
            _both(line.render(), line_in_chinese(line.text, line.params, lang)),
            line.cause or "—",
            str(line.amount),
        ]
        for line in invoice.lines
    ]
    charges = _table(
        "charges", columns, rows, [[*label("total", lang), str(invoice.total), True]], lang
    )
    return (
        [charges, _voucher_table(invoice, lang)]
        if invoice.vouchers
        else [_with_payment(charges, invoice, lang)]
    )


def _voucher_table(invoice: Invoice, lang: str) -> View:
    columns = [
        _column("programme", lang, "wide"),
        _column("payout", lang),
        _column("source", lang, "wide"),
        _column("amount", lang, align="right"),
    ]
    rows = [_voucher_row(voucher, lang) for voucher in invoice.vouchers]
    return _with_payment(_table("vouchers", columns, rows, [], lang), invoice, lang)


def _voucher_row(voucher: VoucherDeduction, lang: str) -> list[str]:
    source = f"{voucher.source} ({voucher.grade})" if voucher.grade else voucher.source
    return [
        _both(voucher.names.en, voucher.names.in_language(chinese_of(lang))),
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
        [*label("period", lang), _span(head.period)],
        [*label("price_version", lang), invoice.price_version],
    ]
    proof = [
        [*label("journal_hash", lang), head.journal_hash],
        [*label("facts_digest", lang), head.facts_digest],
    ]
    outcome = [*label(head.outcome.state.value, lang), head.outcome.sentence]
    duties = [[duty.id, "", duty.text] for duty in head.duties]
    use = _section("usage", _use_rows(head.usage, lang), lang)
    fx = [_section("fx", _fx_rows(invoice.fx, lang), lang)] if invoice.fx else []
    return [
        [_section("references", references, lang)],
        [use, *fx],
        [_section("outcome", [outcome], lang)],
        *([[_section("duties", duties, lang)]] if duties else []),
        [_section("verification", proof, lang)],
    ]


def _use_rows(use: Usage, lang: str) -> list[Pair]:
    return [
        [*label("device_seconds", lang), _seconds(use.milli_device_seconds)],
        [*label("cpu_seconds", lang), _seconds(use.cpu_ms)],
        [*label("peak_memory", lang), f"{_mib(use.peak_memory_bytes)} MiB"],
        [*label("egress", lang), f"{use.egress_bytes:,} B"],
    ]


def _fx_rows(fx: ExchangeRate, lang: str) -> list[Pair]:
    stated = f"1 {fx.base.code} = {decimal_text(fx.value, 6)} {fx.quote.code}"
    return [
        [*label("rate", lang), stated],
        [*label("source", lang), fx.source],
        [*label("fixed_on", lang), day(fx.fixed_on)],
    ]


def _span(period: Period) -> str:
    start = datetime.fromtimestamp(period.start, HONG_KONG)
    end = datetime.fromtimestamp(period.end, HONG_KONG)
    last = f"{end:%H:%M:%S}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M:%S}"
    return f"{start:%Y-%m-%d %H:%M:%S} → {last} HKT ({period.seconds:,} s)"


def _both(english: str, chinese: str) -> str:
    return english if chinese in ("", english) else f"{english}\n{chinese}"


def _seconds(thousandths: int) -> str:
    return decimal_text(Fraction(thousandths, 1000), 3)


def _mib(size_bytes: int) -> str:
    return decimal_text(Fraction(size_bytes, _MIB), 1)
