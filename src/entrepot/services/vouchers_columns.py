"""The columns of a file of voucher cases, checked and turned into cases.

Names of a voucher case keep their meaning; every other column is a fact. An empty cell is a
missing value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import numpy as np

from entrepot.domain.vouchers.bulk_columns import BulkCases, Coded, Column, Ints, Numbers
from entrepot.domain.vouchers.entitle import SCOPE
from entrepot.domain.vouchers.model import Programme
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import ASSETS
from entrepot.kernel.rulebook.dictionary import FactDictionary, FactType, Kind
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_

Table = Mapping[str, Column]
"""Columns by name, all of one length."""

DAYS = ("as_of", "contract", "application", "invoice")
MONEY = ("amount_minor", "used_this_year_minor", "lifetime_minor", "in_force_minor")
WORDS = ("name", "programme", "currency", "firm", "order")
COLUMNS = (*WORDS, *DAYS, *MONEY)
"""Columns that are no facts."""

_TRUTH = {"true": True, "false": False, True: True, False: False}


@dataclass(frozen=True, slots=True)
class Policy:
    """What is asked of all rows; each goes where the file has no such column.

    Attributes:
        programme: the programme.
        as_of: day of the law; None = today.
        known: only versions recorded by this day count.
        currency: asset of the amounts; None = that of the programme.
        fund_left_minor: left of each fund before the first row; None = the stated fund.
        fund_runs: what is paid is taken from the fund.
    """

    programme: str | None = None
    as_of: date | None = None
    known: date | None = None
    currency: str | None = None
    fund_left_minor: int | None = None
    fund_runs: bool = True


def number_columns(dictionary: FactDictionary) -> frozenset[str]:
    """Return the names of the columns that hold whole numbers."""
    facts = dictionary.facts.values()
    counted = {f.name for f in facts if SCOPE in f.scopes and f.kind in (Kind.INT, Kind.MONEY)}
    return frozenset({*MONEY, "order", *counted})


def _order(table: Table) -> Ints | None:
    column = table.get("order")
    if column is None:
        return None
    if not isinstance(column, Numbers) or (column.known is not None and not column.known.all()):
        raise _column_error("order", N_("The column {column} needs a whole number in every row."))
    return np.argsort(column.numbers, kind="stable")


def programmes_in(table: Table, asked: str | None) -> list[tuple[str, Ints]]:
    """Return each programme with its rows, in order of application.

    Args:
        table: the columns.
        asked: the programme of all rows; None = that of the column ``programme``.

    Raises:
        Invalid: no programme is named, or a row has no place in the order.
    """
    count = len(table["amount_minor"])
    order = _order(table)
    rows = np.arange(count) if order is None else order
    column = table.get("programme")
    if asked is not None:
        return [(asked, rows)] if count else []
    if column is None:
        raise _column_error("programme", N_("Which programme? The file has no column {column}."))
    if not isinstance(column, Coded) or (count and not column.codes.all()):
        raise _column_error("programme", N_("The column {column} needs a name in every row."))
    codes = column.codes[rows]
    return [
        (str(name), rows[codes == code])
        for code, name in enumerate(column.values, 1)
        if bool((codes == code).any())
    ]


def cases_of(
    table: Table, programme: Programme, policy: Policy, dictionary: FactDictionary
) -> BulkCases:
    """Turn the columns of one programme into cases.

    Args:
        table: the columns, rows in order of application.
        programme: the programme.
        policy: what is asked of all rows; its day is stated.
        dictionary: declares the facts.

    Raises:
        Invalid: a cell that its column cannot hold.
    """
    body: dict[str, Any] = {key: _days(key, table[key]) for key in DAYS if key in table}
    body |= {key: _money(key, table[key]) for key in MONEY if key in table}
    body.setdefault("as_of", policy.as_of)
    facts = {
        name: _fact(dictionary.declared(name), column)
        for name, column in table.items()
        if name not in COLUMNS
    }
    currency = (
        _currency(table["currency"])
        if "currency" in table
        else (policy.currency or programme.currency)
    )
    return BulkCases(
        programme=programme.id,
        facts=facts,
        currency=currency,
        firm=_firm(table),
        fund_left_minor=policy.fund_left_minor,
        fund_runs=policy.fund_runs,
        known=policy.known,
        **body,
    )


def _days(key: str, column: Column) -> Coded:
    if isinstance(column, Coded):
        return Coded(column.codes, tuple(_day(key, value) for value in column.values))
    raise _column_error(key, N_("The column {column} should hold dates YYYY-MM-DD."))


def _day(key: str, value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "")
    except ValueError:
        wrong = N_("The column {column} holds {value}, which is no date YYYY-MM-DD.")
        raise _column_error(key, wrong, value=str(value)[:40]) from None


def _money(key: str, column: Column) -> Numbers:
    if not isinstance(column, Numbers):
        raise _column_error(key, N_("The column {column} should hold whole numbers."))
    if key not in ("lifetime_minor", "in_force_minor") or column.known is None:
        return column
    # A single case takes what it does not state of these two to be nothing.
    return Numbers(column.numbers * column.known)


def _firm(table: Table) -> Ints | None:
    column = table.get("firm")
    if column is None:
        return None
    missing = not column.codes.all() if isinstance(column, Coded) else column.known is not None
    if missing and len(column):
        raise _column_error("firm", N_("The column {column} needs a firm in every row."))
    return cast("Ints", column.codes if isinstance(column, Coded) else column.numbers)


def _currency(column: Column) -> Coded:
    codes = column.values if isinstance(column, Coded) else ("a number",)
    wrong = next((str(code) for code in codes if code not in ASSETS), None)
    if wrong is not None or not isinstance(column, Coded):
        text = N_("The column {column} holds {value}, which is not a currency of the exchange.")
        raise _column_error("currency", text, value=str(wrong)[:40])
    return column


def _fact(fact: FactType, column: Column) -> Column:
    """Bring the texts of a column into the form of its fact; what is no value is refused."""
    if isinstance(column, Numbers):
        return column
    values = column.values
    if fact.kind is Kind.BOOL:
        values = tuple(_TRUTH.get(cast("Any", _lower(value)), value) for value in values)
    wrong = next((value for value in values if fact.read(value) is None), None)
    if wrong is not None:
        text = N_("The column {column} holds {value}, which is no value of that fact.")
        raise _column_error(fact.name, text, value=str(wrong)[:40])
    return Coded(column.codes, values)


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def check_table(table: Table, dictionary: FactDictionary) -> None:
    """Refuse a table with an unknown column, or without amounts.

    Raises:
        Invalid: so it is; the hint names the nearest column.
    """
    facts = [f.name for f in dictionary.facts.values() if SCOPE in f.scopes]
    for name in table:
        if name not in COLUMNS and name not in facts:
            near = did_you_mean(name, [*COLUMNS, *facts])
            raise Invalid(
                "vouchers.bulk_column",
                N_("A file of voucher cases has no column {column}."),
                hint=N_("Did you mean {near}?") if near else N_("Columns: {known}, and facts."),
                fields={name: "unknown column"},
                column=name,
                near=near or "",
                known=", ".join(COLUMNS),
            )
    if "amount_minor" not in table:
        raise _column_error("amount_minor", N_("The file has no column {column}."))


def _column_error(column: str, message: str, **params: str) -> Invalid:
    return Invalid(
        "vouchers.bulk_column",
        message,
        hint=N_("Correct that column and read the file again."),
        fields={column: "wrong"},
        column=column,
        **params,
    )
