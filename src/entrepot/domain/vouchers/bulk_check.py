"""Whether columns can be judged: one quick look a piece, and the first fault by name.

A quick look says only whether all is well, so that it may be taken piece by piece while the rows
are in the processor's own memory; the fault itself is looked for in the whole.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from entrepot.domain.vouchers.bulk_columns import (
    DAYS,
    MONEY,
    SMALL_MAX,
    UINT32_MAX,
    BulkCases,
    Coded,
    Numbers,
    greatest,
    span,
)
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import MINOR_MAX
from entrepot.kernel.text import N_


def check_lengths(cases: BulkCases) -> None:
    """Refuse columns of different lengths.

    Raises:
        Invalid: the first such column is named.
    """
    lengths = {name: len(column) for name, column in cases.columns().items()}
    if cases.firm is not None:
        lengths["firm"] = len(cases.firm)
    short = next((key for key, length in lengths.items() if length != len(cases)), None)
    if short is not None:
        raise Invalid(
            "vouchers.bulk_length",
            N_("The column {column} has {found} rows and the amounts have {wanted}."),
            hint=N_("Give every column the same number of rows."),
            fields={short: "length"},
            column=short,
            found=lengths[short],
            wanted=len(cases),
        )


def fitted(cases: BulkCases) -> BulkCases | None:
    """Return cases that can be judged, their amounts in half the width where they fit.

    Returns:
        The cases; None where :func:`check_values` may have something to say.
    """
    if not _codes_fit(cases):
        return None
    narrow: dict[str, Any] = {}
    for key in MONEY:
        value = getattr(cases, key)
        if isinstance(value, Numbers):
            most = _greatest_amount(value.numbers)
            if most > MINOR_MAX:
                return None
            kind = np.int32 if most <= SMALL_MAX else np.uint32
            if most <= UINT32_MAX:
                narrow[key] = Numbers(value.numbers.astype(kind), value.known)
        elif not _money_fits(value):
            return None
    return replace(cases, **narrow)


def _codes_fit(cases: BulkCases) -> bool:
    for column in (*cases.facts.values(), *(getattr(cases, key) for key in (*DAYS, "currency"))):
        if isinstance(column, Coded):
            least, most = _codes_span(column)
            if least < 0 or most > len(column.values):
                return False
    return not isinstance(cases.as_of, Coded) or bool(cases.as_of.codes.all())


def check_values(cases: BulkCases) -> None:
    """Refuse values that cannot be judged.

    Raises:
        Invalid: a code without a value, a row without a day, or an amount below 0 or above
            9·10¹⁵; the first such row is named.
    """
    for name, column in cases.columns().items():
        if isinstance(column, Coded):
            _check_codes(name, column)
    for key in MONEY:
        _check_money(key, getattr(cases, key))
    if isinstance(cases.as_of, Coded) and not cases.as_of.codes.all():
        raise _no_day(int(np.argmin(cases.as_of.codes)))


def _codes_span(column: Coded) -> tuple[int, int]:
    if column.codes.dtype.kind == "u":
        return 0, greatest(column.codes)
    return span(column.codes)


def _check_codes(name: str, column: Coded) -> None:
    least, most = _codes_span(column)
    if least < 0 or most > len(column.values):
        raise Invalid(
            "vouchers.bulk_code",
            N_("The column {column} holds the code {code}, but it has {count} values."),
            hint=N_("Use 0 for a missing value and 1 to {count} for the others."),
            fields={name: "code"},
            column=name,
            code=least if least < 0 else most,
            count=len(column.values),
        )


def _check_money(key: str, value: object) -> None:
    if _money_fits(value):
        return
    if isinstance(value, Numbers):
        wrong = (value.numbers < 0) | (value.numbers > MINOR_MAX)
        if value.known is not None:
            wrong &= value.known
        if not wrong.any():
            return
        row = int(np.argmax(wrong))
        raise _no_amount(f"{key}, row {row + 1}", int(value.numbers[row]))
    raise _no_amount(key, cast("int", value))


def _money_fits(value: object) -> bool:
    if isinstance(value, Numbers):
        return _greatest_amount(value.numbers) <= MINOR_MAX
    return value is None or 0 <= cast("int", value) <= MINOR_MAX


def _greatest_amount(numbers: NDArray[np.integer[Any]]) -> int:
    """Return the greatest amount, or more than there may be where one is below 0."""
    if numbers.dtype == np.int64:
        # Read without its sign, a negative number is the greatest: one look is enough.
        return greatest(numbers.view(np.uint64))
    least, most = span(numbers)
    return most if least >= 0 else MINOR_MAX + 1


def _no_amount(key: str, value: int) -> Invalid:
    return Invalid(
        "vouchers.amount",
        N_("{key} is {value}, which is not an amount in minor units."),
        hint=N_("Give a whole number of minor units from 0 to {most}."),
        fields={key: "whole number of minor units"},
        key=key,
        value=value,
        most=MINOR_MAX,
    )


def _no_day(row: int) -> Invalid:
    return Invalid(
        "vouchers.bulk_day",
        N_("Row {row} has no day of the law."),
        hint=N_("Fill as_of in every row, or state one day for all of them."),
        fields={f"as_of, row {row + 1}": "a date YYYY-MM-DD"},
        row=row + 1,
    )
