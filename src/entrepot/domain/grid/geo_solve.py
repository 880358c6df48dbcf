"""Place leases over centres: rents from a dual, a greedy by rents, a search, and a bound.

For any rents μ ≥ 0 of a site's device and slot, no plan is worth more than

    D(μ) = Σ_leases max(0, max_options (surplus − devices · Σ μ)) + Σ μ · capacity

(Lagrangian relaxation of the capacities). D is lowered by letting the market find its prices: each
rent moves with what is asked for over what there is, with momentum and an ever smaller step. The
greedy then places the leases that gain most after rent, each where that is best; a search forces
leases in that lack most of their gain; a last pass takes each lease up and puts it down where it
costs least. The worth of the plan and the bound are whole numbers, so the gap is exact.

Source: M. Fisher, "The Lagrangian relaxation method", Management Science 27(1), 1981.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.geo_kernels import Wish, move, scan, surplus
from entrepot.domain.grid.geo_model import Charge, GeoCase, prefix, wish_of
from entrepot.domain.grid.geo_rank import Ranked, put_ranked, ranked_of
from entrepot.domain.grid.geo_search import Plan, enter, search

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]

STEPS = 120
MOMENTUM = 0.8
TRIALS_PER_LEASE = 20
TRIALS_LEAST = 30_000
HEAT = 0.25
DRAWN = 4
EASING = (0.3, 0.0)
"""Shares of the rents in the last passes, down to plain cost."""

SEED_STEP = 2_654_435_761
SEED_BASE = 88_172_645_463_325_252


@dataclass(frozen=True, slots=True)
class Walk:
    """How rents move.

    Where many sites cost nearly the same, all ask for one of them at a time; only if what is asked
    for beyond supply counts in full do their rents rise together.

    Attributes:
        first, last: share of the mean price that a rent moves when demand is twice the supply.
        asked_most: most times the supply that demand beyond it counts.
    """

    first: float = 0.5
    last: float = 0.003
    asked_most: float = 2.0


USUAL = Walk()


@dataclass(frozen=True, slots=True)
class GeoPlan:
    """Where leases go.

    Attributes:
        site, start: int64[L], -1 for nowhere.
        worth: surplus of the plan in micro-HKD; bound: that no plan exceeds.
        greedy: worth of the plan before the search.
        rent: int64[S, T], micro-HKD per device and slot.
        gain: int64[L], best surplus after rent or 0.
    """

    site: Int64
    start: Int64
    worth: int
    bound: int
    greedy: int
    rent: Int64
    gain: Int64


def solve_geo(
    case: GeoCase, charge: Charge, *, seed: int = 0, trials: int | None = None, steps: int = STEPS
) -> GeoPlan:
    """Place the leases of a case.

    Args:
        case: sites and leases.
        charge: what carbon counts.
        seed: of the search.
        trials: of the search; twenty a lease and 30,000 at least if left out.
        steps: of the rents.

    Raises:
        Invalid: the case has no meaning.
    """
    wish = wish_of(case, charge)
    return solve_wish(wish, case.sites.capacity, seed=seed, trials=trials, steps=steps)


def solve_wish(
    wish: Wish, capacity: Int64, *, seed: int = 0, trials: int | None = None, steps: int = STEPS
) -> GeoPlan:
    """Place what has been laid out; arguments as :func:`solve_geo`."""
    leases = wish.devices.size
    rent, bound = find_rents(wish, capacity, steps)
    gain, load = np.zeros(leases, np.int64), np.zeros_like(capacity)
    rents = prefix(rent)
    scan(wish, rents, gain, load)
    order = np.argsort(-gain, kind="stable").astype(np.int64)
    ranked = ranked_of(wish, rents)
    at = np.full(leases, -1, np.int64)
    put_ranked(wish, ranked, order, capacity.copy(), at)
    greedy = worth_of(wish, *_places(ranked, at))
    count = max(TRIALS_LEAST, TRIALS_PER_LEASE * leases) if trials is None else trials
    if leases and count:
        at = _searched(wish, ranked, capacity, (at, greedy), seed, count)
    site, start = _eased(wish, capacity, rent, order, *_places(ranked, at))
    worth = worth_of(wish, site, start)
    return GeoPlan(site, start, worth, max(bound, worth), greedy, rent, gain)


def find_rents(wish: Wish, capacity: Int64, steps: int, walk: Walk = USUAL) -> tuple[Int64, int]:
    """Return the rents with the least bound that was met, and that bound."""
    gain, load = np.zeros(wish.devices.size, np.int64), np.zeros_like(capacity)
    scale = float(np.diff(wish.price, axis=1).mean()) + 1.0
    room = np.maximum(capacity, 1)
    rent, pace = np.zeros(capacity.shape), np.zeros(capacity.shape)
    best, least = np.zeros_like(capacity), None
    for step in range(max(steps, 1)):
        now = np.rint(rent).astype(np.int64)
        bound = int(scan(wish, prefix(now), gain, load)) + int((now * capacity).sum())
        if least is None or bound < least:
            best, least = now, bound
        size = walk.first * (walk.last / walk.first) ** (step / max(steps, 1))
        lack = np.clip((load - capacity) / room, -1.0, walk.asked_most)
        pace = MOMENTUM * pace + (1 - MOMENTUM) * lack
        rent = np.maximum(0.0, rent + size * scale * pace)
    assert least is not None
    return best, least


def worth_of(wish: Wish, site: Int64, start: Int64) -> int:
    """Return the surplus of a plan in micro-HKD."""
    rows = np.flatnonzero(site >= 0).tolist()
    return sum(int(surplus(wish, row, int(site[row]), int(start[row]))) for row in rows)


def _places(ranked: Ranked, at: Int64) -> tuple[Int64, Int64]:
    """Return sites and starts of ranks, -1 and 0 for nowhere."""
    site, start = np.full(at.size, -1, np.int64), np.zeros(at.size, np.int64)
    rows = np.flatnonzero(at >= 0)
    site[rows], start[rows] = ranked.site[rows, at[rows]], ranked.start[rows, at[rows]]
    return site, start


def _searched(
    wish: Wish,
    ranked: Ranked,
    capacity: Int64,
    begun: tuple[Int64, int],
    seed: int,
    trials: int,
) -> Int64:
    """Return the ranks of the best plan that a search meets from ranks of a certain worth on."""
    at, worth = begun
    leases, sites = at.size, capacity.shape[0]
    # A lease that is forced in stands there beside those that still have to go.
    most = int(capacity.sum(axis=1).max(initial=0)) + 1
    word = (seed * SEED_STEP + SEED_BASE) % (1 << 64) or 1
    plan = Plan(
        np.full(leases, -1, np.int64),
        capacity.copy(),
        np.zeros((sites, min(leases, most), 5), np.int64),
        np.zeros(sites, np.int64),
        np.zeros(leases, np.int64),
        np.array([word], np.uint64),
    )
    for row in np.flatnonzero(at >= 0).tolist():
        enter(wish, ranked, plan, row, int(at[row]))
    best = at.copy()
    heat = HEAT * max(worth, 0) / max(leases, 1)
    search(wish, ranked, plan, trials, heat, DRAWN, best, worth)
    return best


def _eased(
    wish: Wish, capacity: Int64, rent: Int64, order: Int64, site: Int64, start: Int64
) -> tuple[Int64, Int64]:
    """Move every lease to where it is best as rents fall to nought; keep the best plan."""
    free = capacity.copy()
    for row in np.flatnonzero(site >= 0).tolist():
        free[site[row], start[row] : start[row] + wish.slots[row]] -= wish.devices[row]
    kept, worth = (site.copy(), start.copy()), worth_of(wish, site, start)
    for share in EASING:
        move(wish, prefix(np.rint(rent * share).astype(np.int64)), order, free, site, start)
        found = worth_of(wish, site, start)
        if found > worth:
            kept, worth = (site.copy(), start.copy()), found
    return kept
