"""Machine code of the search in geo placement: force a lease in, and find others a new place.

A lease is put at one of its best options whether it fits or not. Whoever is there and loses least
for the room he gives makes way, until nothing is overfull, and is put down again where it is best
for him. Whatever that wins is kept; a loss is kept at times, ever more seldom. Chance is a shift
register with a seed, so the same call gives the same plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from entrepot.domain.grid.geo_kernels import Wish
from entrepot.domain.grid.geo_rank import Ranked, first_free
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
        at: int64[L], rank of the option, -1 for nowhere.
        free: int64[S, T], devices left.
        seat: int64[S, L, 5], of each lease at a site: its number, first slot, slot by which it has
            ended, devices, surplus after rent; they lie side by side, for they are read in a row.
        filled: int64[S], how many; place: int64[L], which seat a lease has.
        chance: uint64[1], state of the register.
    """

    at: Int64
    free: Int64
    seat: Int64
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
def enter(wish: Wish, ranked: Ranked, plan: Plan, lease: int, row: int) -> None:
    """Put a lease down at an option, whether it fits or not."""
    site, start = ranked.site[lease, row], ranked.start[lease, row]
    plan.at[lease] = row
    for slot in range(start, start + wish.slots[lease]):
        plan.free[site, slot] -= wish.devices[lease]
    seat = plan.seat[site, plan.filled[site]]
    seat[0], seat[1], seat[2] = lease, start, start + wish.slots[lease]
    seat[3], seat[4] = wish.devices[lease], ranked.after[lease, row]
    plan.place[lease] = plan.filled[site]
    plan.filled[site] += 1


@compiled
def leave(wish: Wish, ranked: Ranked, plan: Plan, lease: int) -> None:
    """Take a lease up."""
    row = plan.at[lease]
    site, start = ranked.site[lease, row], ranked.start[lease, row]
    for slot in range(start, start + wish.slots[lease]):
        plan.free[site, slot] += wish.devices[lease]
    plan.filled[site] -= 1
    last, hole = plan.filled[site], plan.place[lease]
    for column in range(5):
        plan.seat[site, hole, column] = plan.seat[site, last, column]
    plan.place[plan.seat[site, hole, 0]] = hole
    plan.at[lease] = -1


@compiled
def kept(ranked: Ranked, plan: Plan, lease: int) -> int:
    """Return the surplus after rent of a lease where it is, 0 when it is nowhere."""
    row = plan.at[lease]
    return ranked.after[lease, row] if row >= 0 else 0


@compiled
def choose(ranked: Ranked, plan: Plan, drawn: int) -> int:
    """Return the lease that lacks most of its best surplus among a few drawn by chance."""
    who, most = 0, -1
    for _ in range(drawn):
        lease = int(draw(plan.chance) * ranked.found.size)
        if ranked.found[lease]:
            lack = max(0, ranked.after[lease, 0]) - kept(ranked, plan, lease)
            if lack > most:
                who, most = lease, lack
    return who


@compiled
def pick(ranked: Ranked, plan: Plan, lease: int) -> int:
    """Return one of the best options of a lease, by chance and other than its own; -1 for none."""
    for row in range(ranked.found[lease]):
        if row != plan.at[lease] and draw(plan.chance) < 0.5:
            return row
    return -1


@compiled
def weakest(wish: Wish, ranked: Ranked, plan: Plan, lease: int) -> int:
    """Return who makes way for a lease that overfills its place: least to lose for the relief."""
    site, begin = ranked.site[lease, plan.at[lease]], ranked.start[lease, plan.at[lease]]
    end = begin + wish.slots[lease]
    while begin < end and plan.free[site, begin] >= 0:
        begin += 1
    while end > begin and plan.free[site, end - 1] >= 0:
        end -= 1
    who, least = -1, 0.0
    for place in range(plan.filled[site]):
        first = max(begin, plan.seat[site, place, 1])
        last = min(end, plan.seat[site, place, 2])
        if first >= last or plan.seat[site, place, 0] == lease:
            continue
        devices, relief = plan.seat[site, place, 3], 0
        for slot in range(first, last):
            if plan.free[site, slot] < 0:
                relief += min(devices, -plan.free[site, slot])
        if relief:
            loss = float(plan.seat[site, place, 4]) / float(relief)
            if who < 0 or loss < least:
                who, least = plan.seat[site, place, 0], loss
    return who


@compiled
def is_over(wish: Wish, ranked: Ranked, plan: Plan, lease: int) -> bool:
    """Say whether a lease overfills the place where it is."""
    site, begin = ranked.site[lease, plan.at[lease]], ranked.start[lease, plan.at[lease]]
    for slot in range(begin, begin + wish.slots[lease]):  # noqa: SIM110  the compiler knows none
        if plan.free[site, slot] < 0:
            return True
    return False


@compiled
def undo(wish: Wish, ranked: Ranked, plan: Plan, touched: Int64, count: int) -> None:
    """Put leases back where they were: pairs (lease, rank) of ``touched``, last first."""
    for row in range(count - 1, -1, -1):
        lease = touched[row, 0]
        if plan.at[lease] >= 0:
            leave(wish, ranked, plan, lease)
        if touched[row, 1] >= 0:
            enter(wish, ranked, plan, lease, touched[row, 1])


@compiled
def worth_at(ranked: Ranked, lease: int, row: int) -> int:
    """Return the surplus of an option in micro-HKD, 0 for none."""
    return ranked.plain[lease, row] if row >= 0 else 0


@compiled
def attempt(
    wish: Wish, ranked: Ranked, plan: Plan, lease: int, slack: float, touched: Int64
) -> int:
    """Force a lease in; return what was won in micro-HKD, 0 when all is as it was.

    Args:
        wish, ranked: leases and their options.
        plan: changed.
        lease: who is forced in.
        slack: loss in micro-HKD that is still kept.
        touched: int64[TOUCHED_MAX, 2], room to note what was moved.
    """
    row = pick(ranked, plan, lease)
    if row < 0:
        return 0
    won = worth_at(ranked, lease, row) - worth_at(ranked, lease, plan.at[lease])
    touched[0, 0], touched[0, 1] = lease, plan.at[lease]
    count = 1
    if plan.at[lease] >= 0:
        leave(wish, ranked, plan, lease)
    enter(wish, ranked, plan, lease, row)
    while is_over(wish, ranked, plan, lease):
        other = weakest(wish, ranked, plan, lease)
        if other < 0 or count == TOUCHED_MAX:
            undo(wish, ranked, plan, touched, count)
            return 0
        touched[count, 0], touched[count, 1] = other, plan.at[other]
        count += 1
        won -= worth_at(ranked, other, plan.at[other])
        leave(wish, ranked, plan, other)
    for moved in range(1, count):
        other = touched[moved, 0]
        row = first_free(wish, ranked, plan.free, other)
        if row >= 0:
            enter(wish, ranked, plan, other, row)
            won += worth_at(ranked, other, row)
    if won < -slack:
        undo(wish, ranked, plan, touched, count)
        return 0
    return won


@compiled
def search(
    wish: Wish,
    ranked: Ranked,
    plan: Plan,
    trials: int,
    heat: float,
    drawn: int,
    best: Int64,
    worth: int,
) -> int:
    """Force leases in, so many times, and keep the best plan that was met.

    Args:
        wish, ranked, plan: as elsewhere; ``plan`` ends wherever the search does.
        trials: how many.
        heat: micro-HKD that a trial may lose at the outset, on average; falls to nothing.
        drawn: leases drawn for a trial; the one that lacks most is forced in.
        best: int64[L], ranks of the best plan; holds the present one at the outset.
        worth: of the present plan in micro-HKD.

    Returns:
        The worth of the best plan.
    """
    touched = np.zeros((TOUCHED_MAX, 2), np.int64)
    top, now = worth, worth
    for trial in range(trials):
        lease = choose(ranked, plan, drawn)
        left = 1.0 - trial / trials
        slack = -np.log(draw(plan.chance) + 1e-12) * heat * left * left
        now += attempt(wish, ranked, plan, lease, slack, touched)
        if now > top:
            top = now
            best[:] = plan.at
    return top
