"""Measures of a study: what the figures of cells say, over seeds.

used    = device-hours in use / device-hours on offer          percent
unmet   = device-hours asked for and not given / asked for      percent
short   = firms that go short / firms that ask                  percent
price   = paid / device-hours in use                            HKD
cleared = clearing price, weighted by what is in use            HKD
carbon  = grams of CO₂ / device-hours in use                    g
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from entrepot.domain.grid.study_interval import Interval, interval
from entrepot.domain.grid.study_model import ALONE, PPM, SHARED, World
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.study_run import Body, Study

Figures = Mapping[str, object]
Site = Mapping[str, int]

MEASURES: Mapping[str, tuple[str, int]] = {
    "used": (N_("devices in use, %"), 1),
    "unmet": (N_("device-hours not given, %"), 1),
    "unmet_leases": (N_("leases not given, %"), 1),
    "short": (N_("firms that go short, %"), 1),
    "price": (N_("price paid, HKD per device-hour"), 2),
    "cleared": (N_("clearing price, HKD per device-hour"), 2),
    "carbon_location": (N_("CO₂ by the grid, g per device-hour"), 0),
    "carbon_contracted": (N_("CO₂ by contract, g per device-hour"), 0),
    "trip": (N_("round trip, ms"), 1),
    "wait": (N_("wait of a lease, hours"), 2),
    "away": (N_("device-hours outside the own region, %"), 1),
}
"""Name → words with the unit, and digits after the point."""


def measure(world: World, figures: Figures, name: str, where: str = "") -> Fraction | None:
    """Return a measure of a scheme of a cell; None where there is nothing to divide by.

    Args:
        world: names of sites, regions and homes.
        figures: of one scheme.
        name: one of :data:`MEASURES`.
        where: region or centre for what is used, home for what is asked for; empty = all.
    """
    found = _RATIOS[name](world, figures, where)
    scale, part, whole = found
    return None if not whole else Fraction(scale * part, whole)


def over_seeds(
    study: Study, setting: int, scheme: str, name: str, where: str = ""
) -> Interval | None:
    """Return mean and interval of a measure at a point; None where a seed has none."""
    values = [_of(study, cell, scheme, name, where) for cell in study.cells[setting]]
    found = [value for value in values if value is not None]
    return interval(found) if values and len(found) == len(values) else None


def difference(study: Study, setting: int, name: str, where: str = "") -> Interval | None:
    """Return by how much the shared grid changes a measure, taken seed by seed."""
    values: list[Fraction] = []
    for cell in study.cells[setting]:
        before, after = (_of(study, cell, each, name, where) for each in (ALONE, SHARED))
        if before is None or after is None:
            return None
        values.append(after - before)
    return interval(values)


def _of(study: Study, cell: Body, scheme: str, name: str, where: str) -> Fraction | None:
    figures = cast("Figures", cell[scheme])
    return measure(study.ground.world, figures, name, where)


Ratio = tuple[int, int, int]


def _site_ratio(part: str, whole: str, scale: int) -> Callable[[World, Figures, str], Ratio]:
    def ratio(world: World, figures: Figures, where: str) -> Ratio:
        sites = _sites(world, figures, where)
        return scale, sum(each[part] for each in sites), sum(each[whole] for each in sites)

    return ratio


def _sites(world: World, figures: Figures, where: str) -> list[Site]:
    rows = cast("list[Site]", figures["sites"])
    pairs = zip(world.sites, rows, strict=True)
    return [row for site, row in pairs if not where or where in (site.id, site.region)]


def _homes(world: World, figures: Figures, key: str, where: str) -> list[list[int]]:
    rows = cast("list[list[int]]", figures[key])
    pairs = zip(world.homes, rows, strict=True)
    return [row for home, row in pairs if not where or where in (home.id, home.region)]


def _unmet(world: World, figures: Figures, where: str) -> Ratio:
    rows = _homes(world, figures, "homes", where)
    return 100, sum(row[2] - row[3] for row in rows), sum(row[2] for row in rows)


def _unmet_leases(world: World, figures: Figures, where: str) -> Ratio:
    rows = _homes(world, figures, "homes", where)
    return 100, sum(row[0] - row[1] for row in rows), sum(row[0] for row in rows)


def _short(world: World, figures: Figures, where: str) -> Ratio:
    rows = _homes(world, figures, "firms", where)
    return 100, sum(row[1] for row in rows), sum(row[0] for row in rows)


def _trip(_world: World, figures: Figures, _where: str) -> Ratio:
    return 1, cast(int, figures["trip_us_milli_h"]), 1000 * cast(int, figures["trip_milli_h"])


def _wait(_world: World, figures: Figures, _where: str) -> Ratio:
    return 1, cast(int, figures["wait_h"]), cast(int, figures["served_jobs"])


def _away(_world: World, figures: Figures, _where: str) -> Ratio:
    homes = cast("list[list[int]]", figures["homes"])
    return 100, cast(int, figures["away_milli_h"]), sum(row[3] for row in homes)


def _money(part: str) -> Callable[[World, Figures, str], Ratio]:
    def ratio(world: World, figures: Figures, where: str) -> Ratio:
        _scale, paid, used = _site_ratio(part, "used", 1)(world, figures, where)
        return 1000, paid, used * PPM

    return ratio


_RATIOS: Mapping[str, Callable[[World, Figures, str], Ratio]] = {
    "used": _site_ratio("used", "have", 100),
    "unmet": _unmet,
    "unmet_leases": _unmet_leases,
    "short": _short,
    "price": _money("paid"),
    "cleared": _money("cleared"),
    "carbon_location": _site_ratio("location_g", "used", 1000),
    "carbon_contracted": _site_ratio("contracted_g", "used", 1000),
    "trip": _trip,
    "wait": _wait,
    "away": _away,
}
