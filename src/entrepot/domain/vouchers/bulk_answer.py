"""The answer to a bulk run: columns of status, amount and bounds; any row as a single case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

import numpy as np

from entrepot.domain.vouchers.bulk_columns import (
    Bools,
    BulkCases,
    Bytes,
    Ints,
    Shorts,
    Whole,
    value_at,
)
from entrepot.domain.vouchers.bulk_limits import BOUNDS
from entrepot.domain.vouchers.bulk_mask import as_bytes
from entrepot.domain.vouchers.bulk_run import Run
from entrepot.domain.vouchers.bulk_step import STATUSES, Step
from entrepot.domain.vouchers.case import (
    CaseDates,
    ClaimsLedger,
    Entitlement,
    EntitlementCase,
    Status,
)
from entrepot.domain.vouchers.entitle import entitle
from entrepot.domain.vouchers.model import Programme
from entrepot.kernel.money import MINOR_MAX
from entrepot.kernel.rulebook.dictionary import FactDictionary

PAYS, REFUSED, NEEDS_INFO, NEEDS_REVIEW = (np.uint8(code) for code in range(4))
"""Codes of the statuses, as columns hold them."""


@dataclass(slots=True, eq=False)
class BulkAnswer:
    """What a bulk run found, a row each.

    Attributes:
        programmes, dictionary, cases: what was asked.
        steps: where each row was settled: 4 · rank + status (:mod:`bulk_step`).
        amounts: what is paid where the status is pays, and what a review would confirm where it
            is needs_review; else 0. Minor units.
        bounds: the bounds that made the amount, or that are used up: bits of ``BOUNDS``.
        year, life: paid by this run to the firm before each row; None = nothing.
        fund: left of the fund at each row's turn; None = no fund is stated.
        short: the fund fell short of the row; None = nowhere.
    """

    programmes: Sequence[Programme]
    dictionary: FactDictionary
    cases: BulkCases
    steps: Bytes
    amounts: Ints
    bounds: Shorts
    year: Ints | None = field(default=None, init=False)
    life: Ints | None = field(default=None, init=False)
    fund: Whole | None = field(default=None, init=False)
    short: Bools | None = field(default=None, init=False)

    @classmethod
    def blank(
        cls, programmes: Sequence[Programme], dictionary: FactDictionary, cases: BulkCases
    ) -> BulkAnswer:
        """Return an answer that has yet to be written."""
        count = len(cases)
        steps, bounds = np.empty(count, np.uint8), np.empty(count, np.uint16)
        return cls(programmes, dictionary, cases, steps, np.empty(count, np.int64), bounds)

    def __len__(self) -> int:
        return len(self.steps)

    def rows(self, at: slice) -> BulkAnswer:
        """Return a range of rows; what is written there is written here."""
        steps, amounts, bounds = self.steps[at], self.amounts[at], self.bounds[at]
        return BulkAnswer(self.programmes, self.dictionary, self.cases, steps, amounts, bounds)

    def take(self, run: Run) -> tuple[Whole, Bools]:
        """Keep amounts, and what had been paid before each row; nothing to pay is a refusal.

        Returns:
            What is kept, and the rows for which an amount was to be found.
        """
        amounts = run.reckon()
        live, paid = self.steps == Step.FOUND, amounts > 0
        nothing = live > paid
        paid &= live
        # Columns of one width are multiplied several times faster than those of two.
        kept = self.amounts if amounts.dtype == self.amounts.dtype else amounts
        np.multiply(amounts, paid.astype(amounts.dtype), out=kept)
        if kept is not self.amounts:
            self.amounts[:] = kept
        self.steps |= as_bytes(nothing) * np.uint8(Step.NOTHING)
        self.year = None if run.year is None else run.year.before
        self.life = None if run.life is None else run.life.before
        self.fund = None if run.fund is None else run.fund.left()
        self.short = run.short
        return kept, live

    def nothing_found(self) -> None:
        """Say that there is no row for which an amount was to be found."""
        self.amounts[:] = 0
        self.bounds[:] = 0

    @property
    def statuses(self) -> Bytes:
        """Code of the status of each row: 0 pays, 1 refused, 2 needs_info, 3 needs_review."""
        return self.steps & np.uint8(3)

    @property
    def amount_minor(self) -> Ints:
        """What is paid, minor units."""
        # Where nothing is paid there is no amount either, but for what a review would confirm.
        if not (self.steps == Step.FOUND_IN_DOUBT).any():
            return self.amounts
        return self.amounts * (self.statuses == PAYS)

    @property
    def advice_minor(self) -> Ints:
        """What a review would confirm, minor units."""
        return self.amounts * (self.statuses == NEEDS_REVIEW)

    def status(self, row: int) -> Status:
        """Return the status of a row."""
        return STATUSES[int(self.steps[row]) & 3]

    def bound_names(self, row: int) -> tuple[str, ...]:
        """Return the bounds that made the amount of a row; of a refused one, those used up."""
        bits = int(self.bounds[row])
        return tuple(name for number, name in enumerate(BOUNDS) if bits >> number & 1)

    def case(self, row: int) -> EntitlementCase:
        """Return a row as the single case that it was at its turn."""
        cases = self.cases
        given = {key: value_at(getattr(cases, key), row) for key in _PLAIN}
        days = {key: cast("date | None", value_at(getattr(cases, key), row)) for key in _DAYS}
        used = cast("int | None", given["used_this_year_minor"])
        return EntitlementCase(
            name=f"row-{row + 1}",
            programme=cases.programme,
            as_of=cast("date", given["as_of"]),
            facts={name: value_at(value, row) for name, value in cases.facts.items()},
            amount_minor=cast("int | None", given["amount_minor"]),
            currency=cast("str | None", given["currency"]),
            used_this_year_minor=None if used is None else _sum(used, self.year, row),
            fund_left_minor=self._fund_left(row),
            ledger=ClaimsLedger(
                _sum(given["lifetime_minor"], self.life, row),
                _sum(given["in_force_minor"], self.life, row),
            ),
            dates=CaseDates(**days),
            known=cases.known,
            reviews_in_force=cases.reviews_in_force,
            what_if=cases.what_if,
        )

    def explain(self, row: int) -> Entitlement:
        """Judge a row singly, with every step and source."""
        return entitle(self.programmes, self.dictionary, self.case(row))

    def _fund_left(self, row: int) -> int | None:
        if self.fund is None:
            return self.cases.fund_left_minor
        left = int(self.fund[row])
        return left if left <= MINOR_MAX else None


_PLAIN = (
    "as_of",
    "amount_minor",
    "currency",
    "used_this_year_minor",
    "lifetime_minor",
    "in_force_minor",
)
_DAYS = ("contract", "application", "invoice")


def _sum(stated: object, before: Ints | None, row: int) -> int:
    total = cast("int", stated) + (0 if before is None else int(before[row]))
    # Only where no cap limits the counter can it pass what an amount may be; then nobody asks.
    return min(total, MINOR_MAX)
