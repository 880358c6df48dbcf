"""Machine code that ranks the options of every lease by surplus after rent, best first.

Rents stay the same throughout a search, so the first ranked option that is free is the best one
that is free, and nobody need look at the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from entrepot.domain.grid.geo_kernels import Wish, fits, surplus
from entrepot.domain.grid.jit import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]
    Bools = NDArray[np.bool_]

KEPT_MAX = 128
"""Most options of a lease that are kept; the last passes look at all of them again."""


class Ranked(NamedTuple):
    """Options of leases, best first.

    Attributes:
        site, start: int64[L, K].
        plain: int64[L, K], surplus in micro-HKD; after: the same less rent.
        found: int64[L], how many there are of each lease.
    """

    site: Int64
    start: Int64
    plain: Int64
    after: Int64
    found: Int64


@compiled
def rank(wish: Wish, rent: Int64, ranked: Ranked) -> None:
    """Fill in the options of every lease that leave a surplus before rent.

    Args:
        wish, rent: as for :func:`entrepot.domain.grid.geo_kernels.scan`.
        ranked: empty; filled.
    """
    room = wish.egress.size * rent.shape[1]
    site, start = np.empty(room, np.int64), np.empty(room, np.int64)
    plain, after = np.empty(room, np.int64), np.empty(room, np.int64)
    for lease in range(wish.devices.size):
        devices, slots, count = wish.devices[lease], wish.slots[lease], 0
        for here in range(wish.egress.size):
            if not wish.open[lease, here]:
                continue
            for begin in range(wish.earliest[lease], wish.deadline[lease] - slots + 1):
                worth = surplus(wish, lease, here, begin)
                if worth > 0:
                    paid = devices * (rent[here, begin + slots] - rent[here, begin])
                    site[count], start[count] = here, begin
                    plain[count], after[count] = worth, worth - paid
                    count += 1
        order = np.argsort(-after[:count], kind="mergesort")
        kept = min(count, ranked.site.shape[1])
        ranked.found[lease] = kept
        for row in range(kept):
            best = order[row]
            ranked.site[lease, row], ranked.start[lease, row] = site[best], start[best]
            ranked.plain[lease, row], ranked.after[lease, row] = plain[best], after[best]


@compiled
def first_free(wish: Wish, ranked: Ranked, free: Int64, lease: int) -> int:
    """Return the rank of the best option of a lease that is free, -1 for none."""
    devices, slots = wish.devices[lease], wish.slots[lease]
    for row in range(ranked.found[lease]):
        if fits(free, ranked.site[lease, row], ranked.start[lease, row], slots, devices):
            return row
    return -1


@compiled
def put_ranked(wish: Wish, ranked: Ranked, order: Int64, free: Int64, at: Int64) -> None:
    """Put leases down one by one, each at its best free option.

    Args:
        wish, ranked: as elsewhere.
        order: int64[n], leases to place.
        free: int64[S, T], free devices; changed.
        at: int64[L], rank of each lease's option, -1 for nowhere; changed.
    """
    for lease in order:
        row = first_free(wish, ranked, free, lease)
        at[lease] = row
        if row >= 0:
            site, start = ranked.site[lease, row], ranked.start[lease, row]
            free[site, start : start + wish.slots[lease]] -= wish.devices[lease]


def ranked_of(wish: Wish, rent: Int64) -> Ranked:
    """Rank the options of every lease; arguments as :func:`rank`."""
    leases = wish.devices.size
    span = int((wish.deadline - wish.earliest - wish.slots).max(initial=0)) + 1
    shape = (leases, min(KEPT_MAX, wish.egress.size * span))
    site, start, plain, after = (np.zeros(shape, np.int64) for _ in range(4))
    ranked = Ranked(site, start, plain, after, np.zeros(leases, np.int64))
    rank(wish, rent, ranked)
    return ranked
