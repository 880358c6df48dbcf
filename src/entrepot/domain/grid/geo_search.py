"""Machine code of the search in geo placement: force a lease in, and find others a new place.

A lease is put at one of its best options whether it fits or not. Whoever is there and loses least
for the room he gives makes way, until nothing is overfull, and is put down again where it is best
for him. Whatever that wins is kept; a loss is kept at times, ever more seldom. Chance is a shift
register with a seed, so the same call gives the same plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from entrepot.domain.grid.geo_kernels import Wish, find, surplus
from entrepot.domain.grid.jit import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]
    Words = NDArray[np.uint64]

TOUCHED_MAX = 64
"""Most leases that one trial may move; a trial that would move more is given up."""


class Plan(NamedTuple):
    """Where leases are.

    Attributes:
        site, start: int64[L], -1 for nowhere.
        free: int64[S, T], devices left.
        member: int64[S, L], leases at a site; filled: int64[S], how many; place: int64[L], where in
            ``member`` a lease stands.
        chance: uint64[1], state of the register.
    """

    site: Int64
    start: Int64
    free: Int64
    member: Int64
    filled: Int64
    place: Int64
    chance: Words


@compiled
def draw(chance: Words) -> float:
    """Return the next number from 0 to 1."""
    word = chance[0]
    word ^= word << np.uint64(13)
    word ^= word >> np.uint64(7)
    word ^= word << np.uint64(17)
    chance[0] = word
    return float(word >> np.uint64(11)) / 9007199254740992.0


@compiled
def enter(wish: Wish, plan: Plan, lease: int, site: int, start: int) -> None:
    """Put a lease down, whether it fits or not."""
    plan.site[lease], plan.start[lease] = site, start
    plan.free[site, start : start + wish.slots[lease]] -= wish.devices[lease]
    plan.member[site, plan.filled[site]] = lease
    plan.place[lease] = plan.filled[site]
    plan.filled[site] += 1


@compiled
def leave(wish: Wish, plan: Plan, lease: int) -> None:
    """Take a lease up."""
    site, start = plan.site[lease], plan.start[lease]
    plan.free[site, start : start + wish.slots[lease]] += wish.devices[lease]
    plan.filled[site] -= 1
    last = plan.member[site, plan.filled[site]]
    plan.member[site, plan.place[lease]] = last
    plan.place[last] = plan.place[lease]
    plan.site[lease] = -1


@compiled
def pick(wish: Wish, plan: Plan, rent: Int64, lease: int) -> tuple[int, int]:
    """Return one of the best options of a lease after rent, by chance; site -1 for none."""
    devices, slots = wish.devices[lease], wish.slots[lease]
    best, where, when = -(1 << 62), -1, 0
    for site in range(wish.egress.size):
        if not wish.open[lease, site]:
            continue
        for start in range(wish.earliest[lease], wish.deadline[lease] - slots + 1):
            if site == plan.site[lease] and start == plan.start[lease]:
                continue
            plain = surplus(wish, lease, site, start)
            if plain <= 0:
                continue
            found = plain - devices * (rent[site, start + slots] - rent[site, start])
            if found > best and draw(plan.chance) < 0.5:
                best, where, when = found, site, start
    return where, when


@compiled
def kept(wish: Wish, plan: Plan, rent: Int64, lease: int) -> int:
    """Return the surplus after rent of a lease where it is, 0 when it is nowhere."""
    site, start = plan.site[lease], plan.start[lease]
    if site < 0:
        return 0
    paid = wish.devices[lease] * (rent[site, start + wish.slots[lease]] - rent[site, start])
    return surplus(wish, lease, site, start) - paid


@compiled
def weakest(wish: Wish, plan: Plan, rent: Int64, lease: int) -> int:
    """Return who makes way for a lease that overfills its place: least to lose for the relief."""
    site, begin = plan.site[lease], plan.start[lease]
    end = begin + wish.slots[lease]
    who, least = -1, 0.0
    for row in range(plan.filled[site]):
        other = plan.member[site, row]
        if other == lease:
            continue
        first = max(begin, plan.start[other])
        last = min(end, plan.start[other] + wish.slots[other])
        relief = 0
        for slot in range(first, last):
            if plan.free[site, slot] < 0:
                relief += min(wish.devices[other], -plan.free[site, slot])
        if relief:
            loss = float(kept(wish, plan, rent, other)) / float(relief)
            if who < 0 or loss < least:
                who, least = other, loss
    return who


@compiled
def is_over(wish: Wish, plan: Plan, lease: int) -> bool:
    """Say whether a lease overfills the place where it is."""
    site, begin = plan.site[lease], plan.start[lease]
    for slot in range(begin, begin + wish.slots[lease]):  # noqa: SIM110  the compiler knows none
        if plan.free[site, slot] < 0:
            return True
    return False


@compiled
def undo(wish: Wish, plan: Plan, touched: Int64, count: int) -> None:
    """Put leases back where they were: rows (lease, site, start) of ``touched``, last first."""
    for row in range(count - 1, -1, -1):
        lease = touched[row, 0]
        if plan.site[lease] >= 0:
            leave(wish, plan, lease)
        if touched[row, 1] >= 0:
            enter(wish, plan, lease, touched[row, 1], touched[row, 2])


@compiled
def attempt(wish: Wish, plan: Plan, rent: Int64, lease: int, slack: float, touched: Int64) -> int:
    """Force a lease in; return what was won in micro-HKD, 0 when all is as it was.

    Args:
        wish, rent: as elsewhere; rents guide where leases go, and are no part of what is won.
        plan: changed.
        lease: who is forced in.
        slack: loss in micro-HKD that is still kept.
        touched: int64[TOUCHED_MAX, 3], room to note what was moved.
    """
    where, when = pick(wish, plan, rent, lease)
    if where < 0:
        return 0
    won = surplus(wish, lease, where, when)
    touched[0, 0], touched[0, 1], touched[0, 2] = lease, plan.site[lease], plan.start[lease]
    count = 1
    if plan.site[lease] >= 0:
        won -= surplus(wish, lease, plan.site[lease], plan.start[lease])
        leave(wish, plan, lease)
    enter(wish, plan, lease, where, when)
    while is_over(wish, plan, lease):
        other = weakest(wish, plan, rent, lease)
        if other < 0 or count == TOUCHED_MAX:
            undo(wish, plan, touched, count)
            return 0
        touched[count, 0] = other
        touched[count, 1], touched[count, 2] = plan.site[other], plan.start[other]
        count += 1
        won -= surplus(wish, other, plan.site[other], plan.start[other])
        leave(wish, plan, other)
    for row in range(1, count):
        other = touched[row, 0]
        _found, site, start = find(wish, rent, plan.free, other)
        if site >= 0:
            enter(wish, plan, other, site, start)
            won += surplus(wish, other, site, start)
    if won < -slack:
        undo(wish, plan, touched, count)
        return 0
    return won


@compiled
def choose(wish: Wish, plan: Plan, rent: Int64, gain: Int64, tries: int) -> int:
    """Return the lease that lacks most of its gain among a few drawn by chance."""
    who, most = 0, -1
    for _ in range(tries):
        lease = int(draw(plan.chance) * wish.devices.size)
        lack = gain[lease] - kept(wish, plan, rent, lease)
        if lack > most:
            who, most = lease, lack
    return who


@compiled
def search(
    wish: Wish,
    plan: Plan,
    rent: Int64,
    trials: int,
    heat: float,
    best: Int64,
    worth: int,
    gain: Int64,
    drawn: int,
) -> int:
    """Force leases in, so many times, and keep the best plan that was met.

    Args:
        wish, plan, rent: as elsewhere; ``plan`` ends wherever the search does.
        trials: how many.
        heat: micro-HKD that a trial may lose at the outset, on average; falls to nothing.
        best: int64[2, L], sites and starts of the best plan; holds the present one at the outset.
        worth: of the present plan in micro-HKD.
        gain: int64[L], best surplus of each lease after rent.
        drawn: leases drawn for a trial; the one that lacks most of its gain is forced in.

    Returns:
        The worth of the best plan.
    """
    touched = np.zeros((TOUCHED_MAX, 3), np.int64)
    top, now = worth, worth
    for trial in range(trials):
        lease = choose(wish, plan, rent, gain, drawn)
        left = 1.0 - trial / trials
        slack = -np.log(draw(plan.chance) + 1e-12) * heat * left * left
        now += attempt(wish, plan, rent, lease, slack, touched)
        if now > top:
            top = now
            best[0], best[1] = plan.site, plan.start
    return top
