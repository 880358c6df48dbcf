"""Many voucher cases as columns: a row is one application of one firm to one programme.

A column holds small codes for a few distinct values, or whole numbers; a value that is the same
in every row is given once, plainly. Rows stand in the order of application.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Whole = NDArray[np.int64 | np.int32]
"""Whole numbers, in half the width where they and all that is made of them fit."""

Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Shorts = NDArray[np.uint16]
Rows = slice | Ints
"""Rows of a column: all of a range, or numbered ones."""

Cell = bool | int | str | date | None
"""One value for every row; None = missing."""


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A column of few distinct values.

    Attributes:
        codes: whole numbers a row; 0 = missing, k = ``values[k - 1]``.
        values: the distinct values.
    """

    codes: NDArray[np.integer[Any]]
    values: tuple[object, ...]

    def __len__(self) -> int:
        return len(self.codes)

    def rows(self, at: Rows) -> Coded:
        """Return some rows."""
        return Coded(self.codes[at], self.values)

    def value(self, row: int) -> object:
        """Return the value of one row; None = missing."""
        code = int(self.codes[row])
        return self.values[code - 1] if code else None


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A column of whole numbers.

    Attributes:
        numbers: the numbers; whatever stands where one is missing is not read.
        known: False where a number is missing; None = all are there.
    """

    numbers: NDArray[np.integer[Any]]
    known: Bools | None = None

    def __len__(self) -> int:
        return len(self.numbers)

    def rows(self, at: Rows) -> Numbers:
        """Return some rows."""
        return Numbers(self.numbers[at], None if self.known is None else self.known[at])

    def value(self, row: int) -> int | None:
        """Return the number of one row; None = missing."""
        return int(self.numbers[row]) if self.known is None or self.known[row] else None


Column = Coded | Numbers


@dataclass(frozen=True, slots=True, eq=False)
class BulkCases:
    """Applications to one programme, in the order in which they are made.

    Attributes:
        programme: id of the programme.
        amount_minor: base amounts, minor units of ``currency``.
        facts: facts of scope voucher; a column, or one value for all rows. An absent one takes
            its default, as in a single case; a missing value in a column is missing.
        as_of: day of the law.
        currency: asset of the amounts.
        firm: number of the control group; None = every row is a firm of its own.
        used_this_year_minor: granted to the firm in the calendar year before the first row.
        lifetime_minor, in_force_minor: granted to the firm before the first row, in all and in
            projects still running.
        contract, application, invoice: days that a programme may go by; a missing one is the
            day of law.
        fund_left_minor: left of each fund before the first row; None = the stated fund.
        fund_runs: what is paid is taken from the fund; else each row sees the fund untouched.
        known: only versions recorded by this day count; None = all.
        reviews_in_force: ids of version rows that a review record gives force.
        what_if: ids of proposed programmes that a sandbox assumes.
    """

    programme: str
    amount_minor: Numbers
    facts: Mapping[str, Column | Cell]
    as_of: Coded | date
    currency: Coded | str | None
    firm: NDArray[np.integer[Any]] | None = None
    used_this_year_minor: Numbers | int | None = 0
    lifetime_minor: Numbers | int = 0
    in_force_minor: Numbers | int = 0
    contract: Coded | date | None = None
    application: Coded | date | None = None
    invoice: Coded | date | None = None
    fund_left_minor: int | None = None
    fund_runs: bool = True
    known: date | None = None
    reviews_in_force: frozenset[str] = frozenset()
    what_if: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.amount_minor)

    def columns(self) -> dict[str, Column]:
        """Return every column by its name, facts included."""
        named = {key: getattr(self, key) for key in (*DAYS, *MONEY, "currency")}
        every = named | dict(self.facts)
        return {name: value for name, value in every.items() if isinstance(value, Column)}

    def rows(self, at: Rows) -> BulkCases:
        """Return some of the cases."""
        if isinstance(at, slice) and at == slice(None):
            return self
        named = ((key, getattr(self, key)) for key in (*DAYS, *MONEY, "currency"))
        changed: dict[str, Any] = {k: v.rows(at) for k, v in named if isinstance(v, Column)}
        if self.firm is not None:
            changed["firm"] = self.firm[at]
        facts = {name: rows_of(value, at) for name, value in self.facts.items()}
        return replace(self, **changed, facts=cast("Any", facts))


DAYS = ("as_of", "contract", "application", "invoice")
MONEY = (
    "amount_minor",
    "used_this_year_minor",
    "lifetime_minor",
    "in_force_minor",
    "fund_left_minor",
)


def rows_of(value: object, at: Rows) -> object:
    """Return some rows of a column; a plain value stays what it is."""
    return value.rows(at) if isinstance(value, Column) else value


def value_at(value: object, row: int) -> object:
    """Return the value of one row; a plain value is that of every row."""
    return value.value(row) if isinstance(value, (Coded, Numbers)) else value


SMALL_MAX, UINT32_MAX = 2**31 - 1, 2**32 - 1
"""Greatest numbers of half the width, with a sign and without."""


def span(numbers: NDArray[np.integer[Any]]) -> tuple[int, int]:
    """Return least and greatest number; (0, 0) where there are none."""
    return (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)


def greatest(numbers: NDArray[np.integer[Any]]) -> int:
    """Return the greatest number, or 0 where there is none above."""
    return int(numbers.max(initial=0))


def encode(values: Iterable[Hashable | None]) -> Coded:
    """Turn values into a coded column, the distinct ones in order of their first row.

    >>> column = encode(["b", None, "a", "b"])
    >>> column.values, column.codes.tolist(), column.codes.dtype.name
    (('b', 'a'), [1, 0, 2, 1], 'uint8')
    """
    # True and 1 are one key to Python, and different facts.
    numbers: dict[tuple[type, Hashable | None], int] = {(type(None), None): 0}
    codes = [numbers.setdefault((type(value), value), len(numbers)) for value in values]
    kind = np.min_scalar_type(len(numbers))
    return Coded(np.array(codes, dtype=kind), tuple(value for _, value in numbers)[1:])
