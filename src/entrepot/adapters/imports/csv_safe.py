"""Reading CSV that strangers wrote, row by row with its line; writing CSV that is no formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from entrepot.adapters.imports.problems import InvalidFile, Problem
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_, Phrase

BYTES_MAX = 200_000_000
ROWS_MAX = 2_000_000
CELL_MAX = 10_000
ROWS_AT_ONCE = 50_000

T = TypeVar("T")

_DECIMAL = re.compile(r"\d{1,15}(?:\.\d{1,18})?\Z")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TRUE, _FALSE = {"true", "1", "yes"}, {"false", "0", "no", ""}


@dataclass(slots=True)
class Row:
    """One row of a CSV file; a reader method that fails notes the fault and returns None.

    Attributes:
        name: file name.
        line: line on which the row ends, counted from 1.
        cells: column → text, blanks stripped.
        faults: problems found in this row.
    """

    name: str
    line: int
    cells: Mapping[str, str]
    faults: list[Problem] = field(default_factory=list[Problem])

    def fault(self, column: str, error: Invalid) -> None:
        """Note a problem in ``column``."""
        self.faults.append(Problem(f"{self.name}:{self.line}:{column}", error))

    def text(self, column: str) -> str:
        """Return the text of a cell; empty when the column is absent."""
        return self.cells.get(column, "")

    def needed(self, column: str) -> str:
        """Return the text of a cell that must not be empty."""
        text = self.text(column)
        if not text:
            self.fault(column, _cell_error(text, N_("a value")))
        return text

    def decimal(self, column: str, most: int) -> Fraction | None:
        """Return a number from 0 to ``most``, exact; None for an empty cell or a fault."""
        text = self.text(column)
        if not text:
            return None
        value = Fraction(Decimal(text)) if _DECIMAL.match(text) else None
        if value is None or value > most:
            self.fault(column, _cell_error(text, N_("a number that is not negative or absurd")))
            return None
        return value

    def positive(self, column: str, most: int) -> Fraction | None:
        """Return a number above zero; None for an empty cell or a fault."""
        value = self.decimal(column, most)
        if value == 0:
            self.fault(column, _cell_error(self.text(column), N_("a number above zero")))
            return None
        return value

    def whole(self, column: str, most: int) -> int | None:
        """Return a whole number (``8`` or ``8.0``); None for an empty cell or a fault."""
        value = self.decimal(column, most)
        if value is not None and value.denominator != 1:
            self.fault(column, _cell_error(self.text(column), N_("a whole number")))
            return None
        return None if value is None else int(value)

    def yes(self, column: str) -> bool:
        """Return yes or no; an empty cell means no."""
        text = self.text(column).lower()
        if text not in _TRUE | _FALSE:
            self.fault(column, _cell_error(text, N_("true or false")))
        return text in _TRUE

    def choice(self, column: str, known: Sequence[str], default: str) -> str:
        """Return one of the known words; an empty cell means the default."""
        text = self.text(column) or default
        if text not in known:
            self.fault(column, _cell_error(text, ", ".join(known)))
            return default
        return text


def read_rows(
    data: bytes, name: str, required: Sequence[str], *, bytes_max: int = BYTES_MAX
) -> Iterator[Row]:
    r"""Yield the rows of a CSV file with a header.

    Args:
        data: bytes of the file, UTF-8, with or without a byte order mark.
        name: file name for messages.
        required: columns that must be there; others may be.
        bytes_max: largest size that is read.

    Raises:
        Invalid: too large, not UTF-8, a binary file, no header, a column twice or missing.

    >>> [(row.line, row.cells) for row in read_rows(b"a,b\n1, 2\n", "x.csv", ["a"])]
    [(2, {'a': '1', 'b': '2'})]
    """
    reader = csv.reader(io.StringIO(_decode(data, name, bytes_max), newline=""), strict=True)
    no_line: list[str] = []
    header = [cell.strip() for cell in next(_lines(reader, name), no_line)]
    _check_header(header, required, name)
    for count, cells in enumerate(_lines(reader, name), 1):
        if count > ROWS_MAX:
            raise _file_error(name, N_("{name} has more than {most} rows."), most=f"{ROWS_MAX:,}")
        if not any(cells):
            continue
        row = Row(name, reader.line_num, dict(zip(header, map(_plain, cells), strict=False)))
        if len(cells) != len(header):
            row.fault("*", _width_error(len(cells), len(header)))
        long = next((c for c, text in row.cells.items() if len(text) > CELL_MAX), None)
        if long is not None:
            row.fault(long, _cell_error(row.cells[long], N_("a short text")))
        yield row


def read_table(data: bytes, name: str) -> tuple[dict[str, list[str]], list[int]]:
    r"""Read a CSV file with a header as columns: many rows at a fraction of the time.

    Args:
        data: bytes of the file, as for :func:`read_rows`.
        name: file name for messages.

    Returns:
        Columns, and the line on which each row ends.

    Raises:
        Invalid: as :func:`read_rows`, or a row is bad.

    >>> read_table(b"a,b\n1, 2\n", "x.csv")
    ({'a': ['1'], 'b': ['2']}, [2])
    """
    text = _decode(data, name, BYTES_MAX)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    no_line: list[str] = []
    header = [cell.strip() for cell in next(_lines(reader, name), no_line)]
    _check_header(header, (), name)
    columns: list[list[str]] = [[] for _ in header]
    rows: list[list[str]] = []
    lines: list[int] = []
    for cells in _lines(reader, name):
        if len(cells) != len(header):
            if not any(cells):
                continue
            error = _width_error(len(cells), len(header))
            raise InvalidFile([Problem(f"{name}:{reader.line_num}:*", error)])
        rows.append(cells)
        lines.append(reader.line_num)
        if len(rows) == ROWS_AT_ONCE:
            _turn(rows, columns, len(lines), name)
    _turn(rows, columns, len(lines), name)
    if any(sign in text for sign in "' \t\xa0"):  # else no cell has anything to be taken away
        columns = [list(map(_plain, column)) for column in columns]
    return dict(zip(header, columns, strict=True)), lines


def _turn(rows: list[list[str]], columns: list[list[str]], count: int, name: str) -> None:
    """Move rows into columns, so that few rows are held at a time; refuse too many."""
    if count > ROWS_MAX:
        raise _file_error(name, N_("{name} has more than {most} rows."), most=f"{ROWS_MAX:,}")
    for column, more in zip(columns, zip(*rows, strict=True), strict=False):
        column.extend(more)
    rows.clear()


def write_rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a CSV file in UTF-8 whose cells no spreadsheet takes for a formula.

    A cell that begins with ``=``, ``+``, ``-``, ``@`` or a control sign gets an apostrophe before
    it, which :func:`read_rows` takes away again.

    >>> write_rows(["a"], [["=1+1"]])
    b"a\\r\\n'=1+1\\r\\n"
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_neutral(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def gather(
    rows: Iterable[Row], read: Callable[[Row], T | None], skip_bad: bool
) -> tuple[list[T], list[Problem]]:
    """Read every row, and refuse the whole file if one is bad and ``skip_bad`` is not set.

    Args:
        rows: rows of one file.
        read: makes a value of a row; None = nothing to keep.
        skip_bad: keep the good rows beside the problems.

    Returns:
        Values, and the problems of rows that were skipped.

    Raises:
        InvalidFile: a row is bad.
    """
    values: list[T] = []
    problems: list[Problem] = []
    for row in rows:
        value = read(row) if not row.faults else None
        problems.extend(row.faults)
        if value is not None and not row.faults:
            values.append(value)
    if problems and not skip_bad:
        raise InvalidFile(problems)
    return values, problems


def _neutral(cell: str) -> str:
    # The apostrophe is doubled too, so that reading gives back exactly what was written.
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def _plain(cell: str) -> str:
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith((*_FORMULA, "'")) else text


def _decode(data: bytes, name: str, bytes_max: int) -> str:
    if len(data) > bytes_max:
        raise _file_error(name, N_("{name} is larger than {most} bytes."), most=f"{bytes_max:,}")
    if b"\0" in data:
        raise _file_error(name, N_("{name} is not a text file."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _file_error(
            name, N_("{name} is not UTF-8: byte {offset} cannot be read."), offset=error.start
        ) from None


def _lines(reader: Iterator[list[str]], name: str) -> Iterator[list[str]]:
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            line = getattr(reader, "line_num", 1)
            raise InvalidFile([Problem(f"{name}:{line}", _syntax_error(str(error)))]) from None


def _check_header(header: Sequence[str], required: Sequence[str], name: str) -> None:
    missing = [column for column in required if column not in header]
    if missing:
        raise _file_error(
            name,
            N_("{name} has no column {columns} in its first line."),
            columns=", ".join(missing),
        )
    if len(set(header)) != len(header):
        raise _file_error(name, N_("{name} has two columns of one name."))


def _file_error(name: str, message: str, **params: str | int) -> Invalid:
    return Invalid(
        "csv.file",
        message,
        hint=N_("Export the table again as CSV in UTF-8, with its header."),
        fields=None,
        name=name,
        **params,
    )


def _syntax_error(problem: str) -> Invalid:
    return Invalid(
        "csv.syntax",
        N_("this is not CSV ({problem})."),
        hint=N_("Check the quotes near this line."),
        problem=problem[:80],
    )


def _width_error(found: int, wanted: int) -> Invalid:
    return Invalid(
        "csv.width",
        N_("The row has {found} cells, the header {wanted}."),
        hint=N_("Check commas and quotes of this row."),
        found=found,
        wanted=wanted,
    )


def _cell_error(text: str, wanted: str) -> Invalid:
    return Invalid(
        "csv.cell",
        N_("{text} is not {wanted}."),
        hint=N_("Correct the cell, or import with --skip-bad."),
        text=repr(text[:40]),
        wanted=Phrase(wanted),
    )
