"""Tables of text as they come from a file, and their cells read as exact numbers.

A fault names its place as ``file:line:field``; all faults of one column are told together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_, Phrase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FAULTS_MAX = 50
"""Most faults that one refusal lists."""
NAME_MAX = 64
MICRO_DIGITS = 6

_WHOLE = re.compile(r"\d{1,19}\Z", re.ASCII)
_DECIMAL = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,6}))?\Z", re.ASCII)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of text.

    Attributes:
        name: of the file, for messages.
        columns: name → cells; all columns have the same length.
        lines: line of each row in the file; empty = rows counted from 1.
    """

    name: str
    columns: Mapping[str, Sequence[str]]
    lines: Sequence[int] = field(default_factory=tuple[int, ...])

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(next(iter(self.columns.values()), ()))

    def where(self, row: int, column: str) -> str:
        """Return the place of a cell.

        >>> TextTable("a.csv", {"x": ["1"]}, [7]).where(0, "x")
        'a.csv:7:x'
        """
        line = self.lines[row] if self.lines else row + 1
        return f"{self.name}:{line}:{column}"

    def cells(self, column: str, default: str = "") -> Sequence[str]:
        """Return a column; one that is absent holds the default in every row."""
        found = self.columns.get(column)
        return [default] * len(self) if found is None else found

    def needs(self, required: Collection[str], optional: Collection[str]) -> None:
        """Refuse a table without a needed column, or with one that nobody knows.

        A list of no rows names no columns either, and is a sound empty table.

        Raises:
            Invalid: a column is missing or unknown.
        """
        if not self.columns:
            return
        missing = [name for name in required if name not in self.columns]
        unknown = [name for name in self.columns if name not in {*required, *optional}]
        if missing or unknown:
            raise Invalid(
                "auction.columns",
                N_("{file} has wrong columns: missing {missing}; unknown {unknown}."),
                hint=N_("The columns are: {known}."),
                file=self.name,
                missing=", ".join(missing) or "–",
                unknown=", ".join(name[:NAME_MAX] for name in unknown) or "–",
                known=", ".join([*required, *optional]),
            )


def refuse(table: TextTable, column: str, rows: Sequence[int], what: str) -> Invalid:
    """Return the refusal of cells that are not ``what``.

    Args:
        table, column, rows: where the bad cells are; at least one row.
        what: what a cell should be, marked.
    """
    cells = table.cells(column)
    places = {table.where(row, column): what for row in rows[:FAULTS_MAX]}
    return Invalid(
        "auction.cell",
        N_("{where}: {text} is not {what} (bad cells in this column: {count})."),
        hint=N_("Correct the cell; docs/reference/auction-files.md describes every column."),
        fields=places,
        where=table.where(rows[0], column),
        text=repr(cells[rows[0]][:40]),
        what=Phrase(what),
        count=len(rows),
    )


def read_cells(
    table: TextTable, column: str, read: Callable[[str], T | None], what: str, default: str = ""
) -> list[T]:
    """Read every cell of a column.

    Args:
        table, column: where from.
        read: returns the value of a text, or None if it is none.
        what: what a cell should be, marked.
        default: text of an empty cell or of an absent column.

    Raises:
        Invalid: some cells cannot be read.
    """
    cells = table.cells(column, default)
    values = [read(text or default) for text in cells]
    bad = [row for row, value in enumerate(values) if value is None]
    if bad:
        raise refuse(table, column, bad, what)
    return [value for value in values if value is not None]


def whole_cells(
    table: TextTable, column: str, least: int, most: int, default: str = ""
) -> NDArray[np.int64]:
    """Read whole numbers from ``least`` to ``most``.

    Raises:
        Invalid: a cell is something else, such as NaN, 1e9, -1 or a number beyond 64 bits.
    """
    import numpy as np

    def read(text: str) -> int | None:
        if not _WHOLE.match(text):
            return None
        value = int(text)
        return value if least <= value <= most else None

    what = N_("a whole number in range")
    return np.array(read_cells(table, column, read, what, default), dtype=np.int64)


def micro_cells(
    table: TextTable, column: str, *, negative: bool = False, default: str = ""
) -> NDArray[np.int64]:
    """Read decimal numbers of at most six places as millionths.

    Raises:
        Invalid: a cell is something else, or negative where it may not be.
    """
    import numpy as np

    def read(text: str) -> int | None:
        value = micro(text)
        return None if value is None or (value < 0 and not negative) else value

    what = N_("a decimal number") if negative else N_("a decimal number that is not negative")
    return np.array(read_cells(table, column, read, what, default), dtype=np.int64)


def micro(text: str) -> int | None:
    """Return a decimal text in millionths; None if it is none.

    >>> micro("12.5"), micro("-0.000001"), micro("1e3"), micro("nan")
    (12500000, -1, None, None)
    """
    found = _DECIMAL.match(text)
    if not found:
        return None
    sign, whole, part = found.groups()
    value = int(whole) * 10**MICRO_DIGITS + int((part or "").ljust(MICRO_DIGITS, "0"))
    return -value if sign else value


def micro_text(value: int) -> str:
    """Write millionths as a decimal text; :func:`micro` reads it back.

    >>> [micro_text(n) for n in (12_500_000, -1, 0)]
    ['12.5', '-0.000001', '0']
    """
    whole, part = divmod(abs(value), 10**MICRO_DIGITS)
    tail = f".{part:06d}".rstrip("0").rstrip(".")
    return f"{'-' if value < 0 else ''}{whole}{tail}"


def name_cells(table: TextTable, column: str, *, empty: bool = False) -> list[str]:
    """Read names: printable signs without blanks, at most 64.

    Raises:
        Invalid: a cell is no name.
    """

    def read(text: str) -> str | None:
        return text if (empty and not text) or is_name(text) else None

    return read_cells(table, column, read, N_("a name of 1 to 64 signs without blanks"))


def is_name(text: str) -> bool:
    """Say whether a text may name a zone, an order or anything else.

    >>> is_name("香港-1"), is_name("a b"), is_name("")
    (True, False, False)
    """
    return 0 < len(text) <= NAME_MAX and text.isprintable() and not any(map(str.isspace, text))


def unique_names(table: TextTable, column: str) -> dict[str, int]:
    """Read names of which none may come twice; return name → row.

    Raises:
        Invalid: a cell is no name, or comes again.
    """
    names = name_cells(table, column)
    places: dict[str, int] = {}
    again = [row for row, name in enumerate(names) if places.setdefault(name, row) != row]
    if again:
        raise refuse(table, column, again, N_("new: the same name stands above"))
    return places


def place_cells(
    table: TextTable, column: str, places: Mapping[str, int], *, empty: bool = False
) -> NDArray[np.int32]:
    """Read names as places in a list of known ones; an empty cell is -1 where allowed.

    Raises:
        Invalid: a name is not known.
    """
    import numpy as np

    def read(text: str) -> int | None:
        return -1 if empty and not text else places.get(text)

    what = N_("a known name")
    return np.array(read_cells(table, column, read, what), dtype=np.int32)
