"""Machine code of a study: give leases places one after the other, as they are asked for.

A lease takes the site where it begins soonest of those that law, latency, price and room let it
use, and of these the cheapest; or else the cheapest site, and there the soonest hour. Ties go to
the site that stands first. Where own centres go first, a lease stays at its own if it can begin
there at once. Nothing is moved afterwards, and nobody knows what will be asked for later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from entrepot.domain.grid.geo_kernels import fits
from entrepot.domain.grid.jit import compiled
from entrepot.domain.grid.study_model import LATENCY, LAW, PRICE, ROOM, SERVED, SIZE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]
    Bools = NDArray[np.bool_]


class Desk(NamedTuple):
    """Leases and sites as columns.

    Attributes:
        order: int64[S], sites by what they count as, carbon charge included.
        price, milli: int64[S], micro-HKD per device and hour; milli-devices.
        reach: bool[L, S], sites that the lease's firm may use by its contracts.
        lawful, near: bool[L, S], by the gate; by the round trip.
        own: int64[L], site that goes first, or -1.
        hour, size, hours, patience, value: int64[L].
        soonest: whether the soonest site is taken, else the cheapest.
    """

    order: Int64
    price: Int64
    milli: Int64
    reach: Bools
    lawful: Bools
    near: Bools
    own: Int64
    hour: Int64
    size: Int64
    hours: Int64
    patience: Int64
    value: Int64
    soonest: bool


@compiled
def first_free(free: Int64, site: int, begin: int, last: int, hours: int, size: int) -> int:
    """Return the first hour from ``begin`` to ``last`` at which there is room, or -1."""
    for start in range(begin, last + 1):
        if fits(free, site, start, hours, size):
            return start
    return -1


@compiled
def hurdle(desk: Desk, lease: int, place: int) -> int:
    """Return what keeps a lease from a site that may have room, or that only room can."""
    if not (desk.reach[lease, place] and desk.lawful[lease, place]):
        return LAW
    if desk.milli[place] < desk.size[lease]:
        return SIZE
    if not desk.near[lease, place]:
        return LATENCY
    return PRICE if desk.price[place] > desk.value[lease] else ROOM


@compiled
def choose(desk: Desk, free: Int64, lease: int) -> tuple[int, int, int]:
    """Return site, first hour and reason of a lease; -1 for no place."""
    size, hours, hour = desk.size[lease], desk.hours[lease], desk.hour[lease]
    own, worst = desk.own[lease], LAW
    if own >= 0 and hurdle(desk, lease, own) == ROOM and fits(free, own, hour, hours, size):
        return own, hour, SERVED
    last, best, when = hour + desk.patience[lease], -1, -1
    for place in desk.order:
        kept = hurdle(desk, lease, place)
        worst = max(worst, kept)
        if kept == ROOM:
            found = first_free(free, place, hour, last, hours, size)
            if found >= 0:
                # Only a site where it begins sooner still can be better than this one.
                best, when, last = place, found, found - 1
                if not desk.soonest:
                    break
    return best, when, SERVED if best >= 0 else worst


@compiled
def give(desk: Desk, free: Int64, site: Int64, start: Int64, reason: Int64) -> None:
    """Give every lease its place, or the reason why it has none.

    The reason is the last hurdle that some site of its reach had overcome: law, size, latency,
    price, room.

    Args:
        desk: leases and sites.
        free: int64[S, T], milli-devices, lowered by what is given.
        site, start, reason: int64[L], filled; -1 for no place.
    """
    for lease in range(desk.hour.size):
        place, begin, why = choose(desk, free, lease)
        site[lease], start[lease], reason[lease] = place, begin, why
        if place >= 0:
            free[place, begin : begin + desk.hours[lease]] -= desk.size[lease]
