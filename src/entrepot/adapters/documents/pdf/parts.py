"""Parts of which every paper is made: text only, ready for the template."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from entrepot.adapters.documents.pdf.words import chinese_of, label
from entrepot.domain.contracts.figures import decimal_text
from entrepot.domain.contracts.model import Party
from entrepot.kernel.money import ExchangeRate
from entrepot.kernel.period import HONG_KONG, Period

View = dict[str, object]
Pair = list[str]


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


def common(lang: str) -> View:
    """Return the labels that every paper has."""
    keys = ("number", "issued", "page", "missing_glyphs")
    return {key: label(key, lang) for key in keys}


def party(key: str, party: Party, lang: str) -> View:
    """Lay out a side of a contract under a label."""
    chinese = party.names.in_language(chinese_of(lang))
    registration = [*label("registration", lang), party.registration]
    return {
        "label": label(key, lang),
        "name": party.names.en,
        "chinese": "" if chinese == party.names.en else chinese,
        "address": party.address,
        "registration": registration if party.registration else [],
    }


def column(key: str, lang: str, width: str = "narrow", align: str = "left") -> View:
    """Return a column of a table."""
    return {"label": label(key, lang), "align": align, "width": width}


def table(
    key: str, columns: list[View], rows: list[list[str]], totals: list[list[object]], lang: str
) -> View:
    """Return a table with its totals as [English, Chinese, amount, bold]."""
    return {"title": label(key, lang), "columns": columns, "rows": rows, "totals": totals}


def section(key: str, rows: list[Pair], lang: str) -> View:
    """Return a section of rows as [English, Chinese, text]."""
    return {"title": label(key, lang), "rows": rows}


def fx_rows(fx: ExchangeRate, lang: str) -> list[Pair]:
    """Return the rows that tell a rate of exchange."""
    stated = f"1 {fx.base.code} = {decimal_text(fx.value, 6)} {fx.quote.code}"
    return [
        [*label("rate", lang), stated],
        [*label("source", lang), fx.source],
        [*label("fixed_on", lang), day(fx.fixed_on)],
    ]


def span(period: Period) -> str:
    """Write a period in Hong Kong time."""
    start = datetime.fromtimestamp(period.start, HONG_KONG)
    end = datetime.fromtimestamp(period.end, HONG_KONG)
    last = f"{end:%H:%M:%S}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M:%S}"
    return f"{start:%Y-%m-%d %H:%M:%S} → {last} HKT ({period.seconds:,} s)"


def both_texts(english: str, chinese: str) -> str:
    """Set an English text above its Chinese."""
    return english if chinese in ("", english) else f"{english}\n{chinese}"


def seconds(thousandths: int) -> str:
    """Write thousandths of a second as seconds."""
    return decimal_text(Fraction(thousandths, 1000), 3)
