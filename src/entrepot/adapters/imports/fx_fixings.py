"""Files of fixings: CSV with date, pair, rate and source, one fixing a row.

Source: the benchmarks that operators enter are those of the Treasury Markets Association of Hong
Kong, https://www.tma.org.hk, 2026-11-21; this reader takes any fixing in the form above.
"""

from __future__ import annotations

from datetime import date

from entrepot.adapters.imports.csv_safe import Row, gather, read_rows
from entrepot.domain.fx.model import read_pair
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import Asset, ExchangeRate
from entrepot.kernel.text import N_
from entrepot.services.fx_import import FixingRow

COLUMNS = ("date", "pair", "rate", "source")
BYTES_MAX = 5_000_000
RATE_MAX = 1_000_000
SOURCE_LENGTH_MAX = 120


def read_fixings(data: bytes, name: str) -> list[FixingRow]:
    r"""Read a file of fixings; every faulty row is told, and then none is taken.

    Args:
        data: bytes of the file.
        name: file name for messages.

    Raises:
        Invalid: no CSV, a column missing, a row that cannot be read, or one pair and day with
            two rates; the same row twice is one.

    >>> text = b"date,pair,rate,source\n2026-11-20,USD/CNH,7.0951,TMA\n"
    >>> [(row.rate.fixed_on, str(row.rate.value), row.where) for row in read_fixings(text, "x.csv")]
    [('2026-11-20', '70951/10000', 'x.csv:2')]
    """
    seen: dict[tuple[Asset, Asset, str], FixingRow] = {}

    def read(row: Row) -> FixingRow | None:
        fixing = _fixing(row)
        if fixing is None:
            return None
        rate = fixing.rate
        before = seen.setdefault((rate.base, rate.quote, rate.fixed_on), fixing)
        if before is not fixing:
            if (before.rate.value, before.rate.source) != (rate.value, rate.source):
                row.fault("rate", _twice(before))
            return None
        return fixing

    rows = read_rows(data, name, COLUMNS, bytes_max=BYTES_MAX)
    return gather(rows, read, skip_bad=False)[0]


def _fixing(row: Row) -> FixingRow | None:
    day = _day(row)
    pair = _pair(row)
    rate = row.positive("rate", RATE_MAX) if row.needed("rate") else None
    source = row.needed("source")
    if len(source) > SOURCE_LENGTH_MAX or not source.isprintable():
        row.fault("source", _error(N_("A source is at most 120 printable characters.")))
    if row.faults or day is None or pair is None or rate is None:
        return None
    return FixingRow(ExchangeRate(*pair, rate, source, day.isoformat()), f"{row.name}:{row.line}")


def _day(row: Row) -> date | None:
    text = row.text("date")
    try:
        return date.fromisoformat(text if len(text) == len("YYYY-MM-DD") else "")
    except ValueError:
        row.fault("date", _error(N_("A date is written as YYYY-MM-DD.")))
        return None


def _pair(row: Row) -> tuple[Asset, Asset] | None:
    try:
        return read_pair(row.text("pair"))
    except Invalid as error:
        row.fault("pair", error)
        return None


def _error(message: str) -> Invalid:
    return Invalid(
        "fx.row",
        message,
        hint=N_("The columns are date, pair, rate and source: 2026-11-20,USD/CNH,7.0951,TMA"),
    )


def _twice(before: FixingRow) -> Invalid:
    return Invalid(
        "fx.twice",
        N_("The pair has another rate or source for that day at {where}."),
        hint=N_("Keep one of the two rows."),
        where=before.where,
    )
