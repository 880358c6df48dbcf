"""Caps of the firm and the fund, running through the applications in their order.

With e the claims that would be paid and c what the firm had left before its first row:

    paid before row i = min(c, Σ e over earlier rows of the firm and year)
    amount of row i   = min(claim, c − paid before)

The same holds of the cap of a lifetime, which lies around the years. A fund that falls short
leaves the row to a review, and then later rows may have more left: from that row on, and
wherever what a firm has left is not one figure for all its rows, rows are reckoned one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from entrepot.domain.vouchers.bulk_columns import Bools, Ints, Whole
from entrepot.domain.vouchers.bulk_scope import Scope

NO_LIMIT = 2**62
"""What is left where no cap is stated."""

SUM_MAX = 2**61
"""Sums up to here are taken in 64 bits; larger ones one by one."""


@dataclass(slots=True, eq=False)
class Counter:
    """One kind of counter over all rows.

    Attributes:
        room: left before the first row, by each row's own statement; below 0 = overdrawn.
        scope: rows by counter; None = none is shared.
        before: paid by earlier rows of this run; None = nothing.
    """

    room: Whole
    scope: Scope | None
    before: Ints | None = None

    def left(self) -> Whole:
        """Return what is left at each row's turn."""
        left = self.room if self.before is None else self.room - self.before
        return np.maximum(left, 0)


@dataclass(slots=True, eq=False)
class Run:
    """Claims on their way through the counters.

    Attributes:
        claims: share within the caps of the application; 0 in rows already settled.
        pays: rows whose amount is paid, and not left to a review.
        year, life, fund: counters; None = no such cap.
        fund_runs: what is paid is taken from the fund.
        found: amount a row, after :meth:`reckon`; not above 0 = nothing.
        short: rows for which the fund falls short, after :meth:`reckon`; None = nowhere.
    """

    claims: Whole
    pays: Bools | bool
    year: Counter | None = None
    life: Counter | None = None
    fund: Counter | None = None
    fund_runs: bool = True
    found: Whole | None = None
    short: Bools | None = None

    @property
    def sums(self) -> bool:
        """Whether any sum runs over rows, so that rows already settled must claim nothing."""
        counters = (self.year, self.life)
        shared = any(one is not None and one.scope is not None for one in counters)
        return shared or self.fund is not None

    def reckon(self) -> Whole:
        """Find the amount of every row, in the order of application; not above 0 = nothing."""
        if self.sums and len(self.claims) * int(self.claims.max(initial=0)) > SUM_MAX:
            return self._one_by_one(np.arange(len(self.claims)))
        self.found = self._within_firm()
        uneven = self._uneven_rows()
        if len(uneven):
            fund, self.fund = self.fund, None
            self._one_by_one(uneven)
            self.fund = fund
        if self.fund is not None:
            self._within_fund(self.fund)
        return self.found

    def _within_firm(self) -> Whole:
        paid = self._paid(self.claims)
        for counter in (self.year, self.life):
            if counter is None:
                continue
            if counter.scope is None and self.life is None and self.fund is None:
                return np.minimum(self.claims, counter.room)
            room = np.maximum(counter.room, 0)
            if counter.scope is not None:
                before = counter.scope.before(np.minimum(paid, room))
                counter.before = np.minimum(before, room, out=before)
                room -= counter.before
            if counter is self.year and self.life is None:
                return np.minimum(self.claims, room, out=room)
            paid = np.minimum(paid, room)
        if self.life is None:
            return self.claims.copy()
        if self.year is None:
            return np.minimum(self.claims, self.life.left())
        if self.year.scope is not None:
            # The lifetime may have cut what the year alone would have paid.
            self.year.before = self.year.scope.before(paid)
        return np.minimum(np.minimum(self.claims, self.life.left()), self.year.left())

    def _uneven_rows(self) -> Ints:
        """Return all rows of the firms whose rows disagree about what was left at first."""
        found = [
            counter.scope.uneven(counter.room)
            for counter in (self.year, self.life)
            if counter is not None and counter.scope is not None
        ]
        uneven = np.concatenate(found) if found else np.zeros(0, np.int64)
        if not len(uneven):
            return uneven
        wide = self.life or self.year
        if wide is None or wide.scope is None:
            return uneven
        numbers = wide.scope.numbers()
        return np.flatnonzero(np.isin(numbers, numbers[uneven]))

    def _within_fund(self, fund: Counter) -> None:
        found = self.found if self.found is not None else self.claims
        if self.fund_runs:
            fund.before = _before(fund.scope, self._paid(found))
        left = fund.left()
        lacking = found > left
        cut = np.flatnonzero(lacking & self.pays)
        end = int(cut[0]) if len(cut) else len(found)
        self.short = lacking & (left > 0)
        self.found = np.minimum(found, left)
        if end < len(found):
            self._one_by_one(np.arange(end, len(found)))

    def _paid(self, amounts: Whole) -> Whole:
        return amounts if self.pays is True else amounts * self.pays

    def _one_by_one(self, rows: Ints) -> Whole:
        """Reckon some rows singly, in exact integers; earlier rows are as they were found."""
        from entrepot.domain.vouchers.bulk_tally import tally

        return tally(self, rows)


def _before(scope: Scope | None, paid: Whole) -> Ints | None:
    return None if scope is None else scope.before(paid)
