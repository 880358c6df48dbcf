"""Which version applies to which rows: days are few, so each is judged once, singly.

Rows whose days lead to the same version with the same doubts lie on one *sheet*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import cast

import numpy as np

from entrepot.domain.vouchers.bulk_columns import DAYS, BulkCases, Coded, Ints, Rows
from entrepot.domain.vouchers.bulk_step import Step
from entrepot.domain.vouchers.case import CaseDates, EntitlementCase, Status
from entrepot.domain.vouchers.eligibility import judge_window
from entrepot.domain.vouchers.finding import Sitting
from entrepot.domain.vouchers.model import DateRule, Programme, Version
from entrepot.domain.vouchers.version import judge_standing, judge_version


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows to which one version applies in one way.

    Attributes:
        version: the version; None = none applies.
        year: calendar year whose caps count.
        settled: the step at which the days settle the rows; ``FOUND`` where they do not.
        doubted: the days, the standing or the grade leave a doubt, so nothing is paid.
    """

    version: Version | None
    year: int
    settled: Step
    doubted: bool

    @property
    def key(self) -> tuple[object, ...]:
        """What tells two sheets apart."""
        return (self.version and self.version.row_hash, self.year, self.settled, self.doubted)


def sheets(programme: Programme, cases: BulkCases) -> list[tuple[Rows, Sheet]]:
    """Sort the cases on sheets, in order of their first row.

    Returns:
        Rows and sheet; all rows as one range where there is but one sheet.
    """
    given, combination = days_of(cases)
    judged = [_sheet(programme, cases, days) for days in given]
    found = {sheet.key: sheet for sheet in judged}
    if combination is None or len(found) == 1:
        return [(slice(None), sheet) for sheet in found.values()]
    numbers = {key: number for number, key in enumerate(found)}
    places = np.array([numbers[sheet.key] for sheet in judged], np.int64)[combination]
    return [(np.flatnonzero(places == n), sheet) for n, sheet in enumerate(found.values())]


Days = tuple[date | None, ...]


def days_of(cases: BulkCases) -> tuple[list[Days], Ints | None]:
    """Return the distinct combinations of the four days, and which one each row has."""
    columns = [getattr(cases, key) for key in DAYS]
    coded = [column for column in columns if isinstance(column, Coded)]
    if not coded:
        return ([tuple(columns)] if len(cases) else []), None
    key = np.zeros(len(cases), np.int64)
    for column in coded:
        key = key * (len(column.values) + 1) + column.codes
    _, first, combination = np.unique(key, return_index=True, return_inverse=True)
    return [tuple(_at(columns, int(row))) for row in first], combination.reshape(-1)


def _at(columns: list[Coded | date | None], row: int) -> Iterator[date | None]:
    for column in columns:
        value = column.value(row) if isinstance(column, Coded) else column
        yield cast("date | None", value)


def _sheet(programme: Programme, cases: BulkCases, days: Days) -> Sheet:
    """Judge what rests on the days alone, by the steps of the single case."""
    as_of, contract, application, invoice = days
    case = EntitlementCase(
        name="",
        programme=programme.id,
        as_of=cast("date", as_of),
        facts={},
        amount_minor=1,
        currency=programme.currency,
        dates=CaseDates(contract, application, invoice),
        known=cases.known,
        reviews_in_force=cases.reviews_in_force,
        what_if=cases.what_if,
    )
    version, chosen = judge_version(programme, case)
    if version is None:
        refused = chosen.settled is Status.REFUSED
        return Sheet(None, 0, Step.NO_VERSION if refused else Step.DAYS_DISAGREE, not refused)
    sitting = Sitting(case, programme, version, {})
    standing, window = judge_standing(sitting), judge_window(sitting)
    year = case.days[version.date_rule or DateRule.APPLICATION].year
    doubted = bool(standing.review or window.review)
    return Sheet(version, year, Step.WINDOW if window.settled else Step.FOUND, doubted)
