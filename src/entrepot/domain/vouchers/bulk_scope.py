"""Running sums over rows that share a counter: a firm's year, a firm's life, a fund.

Rows of one counter need not stand together; they are sorted once, stably, so that the order of
application stays. A row that shares its counter with no other needs no sum at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from entrepot.domain.vouchers.bulk_columns import Bools, Ints, Whole

Keys = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """Rows by the counter they share.

    Attributes:
        order: rows sorted by counter, then by application; None = they stand so already.
        first: in that order, where a counter's first row stands.
    """

    order: Ints | None
    first: Bools

    def before(self, amounts: Whole) -> Ints:
        """Return what earlier rows of the same counter add up to.

        Σ amounts over the rows of the counter that stand before this one

        >>> firms = np.array([7, 3, 7, 7])
        >>> found = scope_of(firms)
        >>> found.before(np.array([1, 2, 4, 8])).tolist() if found else None
        [0, 0, 1, 5]
        """
        sorted_ = amounts if self.order is None else amounts[self.order]
        running = np.cumsum(sorted_, dtype=np.int64)
        running -= sorted_
        starts = np.flatnonzero(self.first)
        running -= np.repeat(running[starts], np.diff(starts, append=len(running)))
        return self._back(running)

    def numbers(self) -> Ints:
        """Return a number of its counter for each row."""
        return self._back(np.cumsum(self.first, dtype=np.int64))

    def uneven(self, values: Whole) -> Ints:
        """Return rows whose value differs from that of the row before under the same counter."""
        sorted_ = values if self.order is None else values[self.order]
        places = np.flatnonzero((sorted_[1:] != sorted_[:-1]) & ~self.first[1:]) + 1
        return places if self.order is None else self.order[places]

    def _back(self, sorted_: Ints) -> Ints:
        if self.order is None:
            return sorted_
        found = np.empty_like(sorted_)
        found[self.order] = sorted_
        return found


def scope_of(firms: Keys, years: Keys | None = None) -> Scope | None:
    """Sort rows by firm, and by year where years differ.

    Returns:
        The scope; None if no two rows share a counter.
    """
    if _ordered(firms, years):
        order = None
    elif years is None:
        order = np.argsort(firms, kind="stable")
    else:
        order = np.lexsort((years, firms))
    first = np.ones(len(firms), np.bool_)
    for keys in (firms, years):
        if keys is not None:
            sorted_ = keys if order is None else keys[order]
            changed = sorted_[1:] != sorted_[:-1]
            first[1:] = changed if keys is firms else first[1:] | changed
    return None if first.all() else Scope(order, first)


def _ordered(firms: Keys, years: Keys | None) -> bool:
    """Say whether rows stand by firm, and by year within a firm."""
    if bool((firms[1:] < firms[:-1]).any()):
        return False
    if years is None:
        return True
    return not bool(((firms[1:] == firms[:-1]) & (years[1:] < years[:-1])).any())
