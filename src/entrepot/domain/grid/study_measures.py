"""Count what a cell of a study gave: whole numbers only, so that cells compare bit for bit.

Leases count that were asked for in the hours that count; devices count as used in those hours by
whatever lease holds them. Device-hours are in thousandths.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.grid.study_demand import Asked, Firms, draw_demand
from entrepot.domain.grid.study_model import (
    MILLI,
    PPM,
    REASONS,
    SCHEMES,
    Point,
    World,
    milli_of,
)
from entrepot.domain.grid.study_place import Given, check_given, give_places
from entrepot.domain.grid.study_price import clearing_rent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]
    Bools = NDArray[np.bool_]

FORM = 1
"""Of the figures of a cell; raised when what they mean changes, so kept cells are made anew."""

Body = dict[str, object]
Pairs = list[tuple[int, int]]


def compute_cell(world: World, point: Point, seed: int) -> Body:
    """Draw the demand of a seed, let it meet the sites under every scheme, and count.

    Args:
        world: sites, classes, homes, law.
        point: what is varied.
        seed: of the demand, the same under all schemes.

    Returns:
        Scheme → figures, as plain whole numbers, lists and names.

    Raises:
        Fault: a scheme does not pass its check.
    """
    firms, asked = draw_demand(world, point, seed)
    found: Body = {}
    for scheme in SCHEMES:
        given = give_places(world, point, firms, asked, scheme)
        check_given(given)
        found[scheme] = _figures(world, point, firms, asked, given)
    return found


def _figures(world: World, point: Point, firms: Firms, asked: Asked, given: Given) -> Body:
    desk = given.desk
    counts = (desk.hour >= world.warm_h) & (desk.hour < world.warm_h + world.hours)
    size = desk.size * desk.hours
    served = counts & (given.site >= 0)
    home, kind = np.array(asked.home, np.int64), np.array(asked.kind, np.int64)
    return {
        "reasons": {
            name: [
                int((counts & (given.reason == n)).sum()),
                _sum(size, counts & (given.reason == n)),
            ]
            for n, name in enumerate(REASONS)
        },
        "homes": [_asked(size, counts & (home == n), served) for n in range(len(world.homes))],
        "classes": [_asked(size, counts & (kind == n), served) for n in range(len(world.classes))],
        "firms": _short(world, firms, asked, size, counts, served),
        "sites": _sites(world, point, given),
        **_sums(world, given, home, served, size),
    }


def _asked(size: Int64, these: Bools, served: Bools) -> list[int]:
    """Return leases asked for and served, then device-hours asked for and served."""
    return [
        int(these.sum()),
        int((these & served).sum()),
        _sum(size, these),
        _sum(size, these & served),
    ]


def _short(
    world: World, firms: Firms, asked: Asked, size: Int64, counts: Bools, served: Bools
) -> list[list[int]]:
    """Return, a home, the firms that asked for anything and those of them that went short."""
    firm = np.array(asked.firm, np.int64)
    many = len(firms.home)
    wanted, got = np.zeros(many, np.int64), np.zeros(many, np.int64)
    np.add.at(wanted, firm[counts], size[counts])
    np.add.at(got, firm[served], size[served])
    short = got * 100 < wanted * world.short_below
    home = np.array(firms.home, np.int64)
    return [
        [int(((home == n) & (wanted > 0)).sum()), int(((home == n) & short).sum())]
        for n in range(len(world.homes))
    ]


def _sites(world: World, point: Point, given: Given) -> list[dict[str, int]]:
    """Return what each site has and what of it is used, what it earns, emits and would clear at."""
    window = slice(world.warm_h, world.warm_h + world.hours)
    used = given.used[:, window]
    rent = clearing_rent(given)[:, window]
    found: list[dict[str, int]] = []
    for n, site in enumerate(world.sites):
        milli_h = int(used[n].sum())
        # W/1000 · PUE/1000 · device-hours/1000 = kWh; mg per kWh.
        energy = milli_h * site.watts * site.pue_milli
        grams = energy * site.carbon_mg // (MILLI * MILLI * MILLI * MILLI)
        found.append(
            {
                "have": milli_of(site, point) * world.hours,
                "used": milli_h,
                "peak": int(used[n].max(initial=0)),
                "paid": milli_h * site.price // MILLI,
                "cleared": milli_h * site.price // MILLI + int((used[n] * rent[n]).sum()) // MILLI,
                "energy_wh": energy // (MILLI * MILLI),
                "location_g": grams,
                "contracted_g": grams * (PPM - site.green_ppm) // PPM,
            }
        )
    return found


def _sums(world: World, given: Given, home: Int64, served: Bools, size: Int64) -> Body:
    """Return sums over what is served: waiting, round trip, and what left its region."""
    rows = np.flatnonzero(served)
    site, milli_h = given.site[rows], size[rows]
    trip = np.array(world.latency_us, np.int64)[home[rows], site]
    known = trip >= 0
    home_region = np.array([_number(world, each.region) for each in world.homes], np.int64)
    site_region = np.array([_number(world, each.region) for each in world.sites], np.int64)
    away = home_region[home[rows]] != site_region[site]
    wait = given.start[rows] - given.desk.hour[rows]
    return {
        "wait_h": int(wait.sum()),
        "served_jobs": int(rows.size),
        "trip_us_milli_h": _exact(trip[known], milli_h[known]),
        "trip_milli_h": int(milli_h[known].sum()),
        "away_milli_h": int(milli_h[away].sum()),
    }


def _number(world: World, region: str) -> int:
    return regions(world).index(region)


def regions(world: World) -> tuple[str, ...]:
    """Return the regions of sites and homes, in the order of first mention."""
    return tuple(dict.fromkeys([each.region for each in (*world.sites, *world.homes)]))


def _sum(size: Int64, these: Bools) -> int:
    return int(size[these].sum())


def _exact(a: Int64, b: Int64) -> int:
    """Return the sum of products in whole numbers of any length."""
    return sum(x * y for x, y in zip(a.tolist(), b.tolist(), strict=True))


CellWork = Callable[[World, Point, int], Body]
"""What a runner calls for a cell, in whatever process."""
