"""What a command prints: JSON for programs, small tables for people, progress for the patient.

Answers go to standard output; progress goes to standard error.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import time
import unicodedata
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePath
from typing import Protocol, TextIO, cast

from entrepot.faces.cli import lang
from entrepot.faces.cli.lang import _
from entrepot.kernel.money import Amount
from entrepot.kernel.text import N_

HKT = timezone(timedelta(hours=8), "HKT")
PATIENCE_S = 2
"""A reader waits this long before progress is shown."""

_CONTROL = dict.fromkeys((*range(32), *range(127, 160)), "\N{REPLACEMENT CHARACTER}")


class HasJson(Protocol):
    """What :func:`emit` needs to know of the call."""

    json: bool


def plain(value: object) -> object:
    """Return ``value`` in the words of JSON; exact numbers become decimal or fraction text.

    >>> plain({"total": Decimal("1.50"), "share": Fraction(1, 3), "on": date(2026, 11, 21)})
    {'total': '1.50', 'share': '1/3', 'on': '2026-11-21'}
    """
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        return {str(key): plain(member) for key, member in members.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in cast("Iterable[object]", value)]
    if isinstance(value, Amount):
        return {"asset": value.asset.code, "amount": f"{value.major:f}", "minor": value.minor}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | Fraction | PurePath):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return value


def emit(session: HasJson, data: object, render: Callable[[], None]) -> None:
    """Print the answer of a command: ``data`` as JSON, or what ``render`` prints for people."""
    if session.json:
        print(json.dumps(plain(data), ensure_ascii=False, indent=2))
    else:
        render()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        title: already in the reader's language.
        number: whether it holds numbers.
        colours: text of a cell → its colour on a terminal.
        whole: whether its cells are not broken over two lines, as ids that are copied.
    """

    title: str
    number: bool = False
    colours: Mapping[str, str] = field(default_factory=dict[str, str])
    whole: bool = False


def clean(value: object) -> str:
    """Return the text of a cell without control characters, on one line.

    >>> clean("a" + chr(27) + "[31mb")
    'a�[31mb'
    """
    return " ".join(str(value).splitlines()).translate(_CONTROL)


def width_of(text: str) -> int:
    """Return the columns that a text takes on a terminal; a Chinese sign takes two.

    >>> width_of("算力P")
    5
    """
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def is_rich(stream: TextIO | None = None) -> bool:
    """Say whether ``stream`` is a terminal that may be coloured."""
    out = sys.stdout if stream is None else stream
    asked_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return out.isatty() and not asked_plain


def show_table(
    columns: Sequence[Column], rows: Sequence[Sequence[object]], title: str = "", empty: str = ""
) -> None:
    """Print a table: with rules and colour on a terminal, aligned text elsewhere.

    Args:
        columns: heads, left to right.
        rows: cells, a row a line.
        title: line above the table.
        empty: what is said in place of a table without rows: what there is not, and what to do.
    """
    if empty and not rows:
        print(empty)
        return
    cells = [[clean(cell) for cell in row] for row in rows]
    if is_rich():
        _rich_table(columns, cells, title)
    else:
        print(table_text(columns, cells, title))


def table_text(columns: Sequence[Column], rows: Sequence[Sequence[str]], title: str = "") -> str:
    """Return a table as aligned text.

    >>> print(table_text([Column("place"), Column("P", number=True)], [["香港", "5000"]]))
    place     P
    香港   5000
    """
    lines = [[column.title for column in columns], *rows]
    widths = [max(width_of(line[i]) for line in lines) for i in range(len(columns))]
    text = [
        "  ".join(
            pad(cell, width, right=column.number)
            for cell, width, column in zip(line, widths, columns, strict=True)
        ).rstrip()
        for line in lines
    ]
    return "\n".join([title, *text] if title else text)


def pad(text: str, width: int, *, right: bool = False) -> str:
    """Fill a text with blanks up to ``width`` columns of a terminal, on its right or left side.

    >>> pad("算力", 6) + "|", pad("P", 3, right=True)
    ('算力  |', '  P')
    """
    blank = " " * (width - width_of(text))
    return blank + text if right else text + blank


def _rich_table(columns: Sequence[Column], rows: Sequence[Sequence[str]], title: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=SIMPLE_HEAD, title=Text(title) if title else None, title_justify="left", pad_edge=False
    )
    for column in columns:
        side = "right" if column.number else "left"
        # A number broken over two lines is misread; words may wrap.
        keep = column.number or column.whole
        table.add_column(Text(column.title), justify=side, no_wrap=keep, overflow="fold")
    for row in rows:
        cells = zip(columns, row, strict=True)
        table.add_row(*(Text(cell, column.colours.get(cell, "")) for column, cell in cells))
    Console().print(table)


def money(amount: Amount) -> str:
    """Write an amount with its code, since three of the house's currencies share a sign.

    >>> from entrepot.kernel.money import HKD
    >>> money(Amount(123456, HKD))
    'HKD 1,234.56'
    """
    return str(amount)


def number(value: int | Fraction | Decimal, digits: int = 0) -> str:
    """Write a number, thousands grouped by a comma as all three languages do.

    >>> number(Fraction(10000, 3), 2)
    '3,333.33'
    """
    scaled = round(Fraction(value) * 10**digits)
    return f"{Decimal(scaled).scaleb(-digits):,.{digits}f}"


def percent(basis_points: int) -> str:
    """Write basis points as percent.

    >>> percent(50)
    '0.50 %'
    """
    return f"{number(Fraction(basis_points, 100), 2)} %"


def size(byte_count: int) -> str:
    """Write a number of bytes in decimal units.

    >>> size(1_500_000)
    '1.5 MB'
    """
    for power, unit in ((4, "TB"), (3, "GB"), (2, "MB"), (1, "kB")):
        if byte_count >= 1000**power:
            return f"{number(Fraction(byte_count, 1000**power), 1)} {unit}"
    return f"{byte_count} B"


def duration(seconds: int) -> str:
    """Write a length of time.

    >>> duration(3_725)
    '1 h 2 min 5 s'
    """
    parts = [(seconds // 86400, "d"), (seconds // 3600 % 24, "h"), (seconds // 60 % 60, "min")]
    words = [f"{count} {unit}" for count, unit in parts if count]
    return " ".join([*words, f"{seconds % 60} s"] if seconds % 60 or not words else words)


def moment(instant: int) -> str:
    """Write a Unix second as the reader's language writes a date and time, in Hong Kong time."""
    from babel.dates import format_datetime

    when = datetime.fromtimestamp(instant, UTC).astimezone(HKT)
    return f"{format_datetime(when, 'medium', locale=lang.language())} HKT"


def day(when: date) -> str:
    """Write a calendar day as the reader's language writes it."""
    from babel.dates import format_date

    return format_date(when, "medium", locale=lang.language())


def done(sentence: str) -> None:
    """Print that a step is done."""
    print(f"✓ {sentence}")


def warn(sentence: str) -> None:
    """Print a warning on standard error."""
    print(f"! {clean(sentence)}", file=sys.stderr)


Step = Callable[[int], None]


@contextmanager
def progress(
    label: str,
    total: int,
    *,
    stream: TextIO | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Generator[Step]:
    """Show how far a task is, once it has taken longer than :data:`PATIENCE_S`.

    Args:
        label: what is being done, in the reader's language.
        total: number of steps.
        stream: where to; standard error by default. Nothing is shown if it is no terminal.
        clock: seconds from any origin.

    Yields:
        A function that takes the number of steps done so far.
    """
    out = sys.stderr if stream is None else stream
    begun = clock()
    shown = False

    def step(count: int) -> None:
        nonlocal shown
        spent = clock() - begun
        if spent < PATIENCE_S or not out.isatty() or total <= 0:
            return
        left = "" if count <= 0 else _left(int(spent * (total - count) / count))
        filled = 20 * min(count, total) // total
        bar = "█" * filled + "░" * (20 - filled)
        out.write(f"\r\x1b[2K{label} {bar} {100 * min(count, total) // total} %{left}")
        out.flush()
        shown = True

    try:
        yield step
    finally:
        if shown:
            out.write("\r\x1b[2K")
            out.flush()


def _left(seconds: int) -> str:
    return " · " + _(N_("about {time} left")).format(time=duration(seconds))
