"""Place leases over centres: made up from a seed or read from files, greedy and exact."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.kernel.errors import Fault, Invalid
from entrepot.kernel.text import N_
from entrepot.services.app import App
from entrepot.services.geo_folder import geo_tables

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from entrepot.domain.grid.geo_check import GeoSum
    from entrepot.domain.grid.geo_exact import Exact
    from entrepot.domain.grid.geo_model import Charge, GeoCase
    from entrepot.domain.grid.geo_solve import GeoPlan

    Int64 = NDArray[np.int64]

LIMIT_S_MAX = 86_400


@dataclass(frozen=True, slots=True)
class GeoAsk:
    """How leases are to be placed.

    Attributes:
        charge_micro: micro-HKD that a tonne of CO₂ counts; basis: ``location`` or ``contracted``.
        seed: of the search; trials: of the search, or None for its usual number.
        exact: whether HiGHS runs as well, for at most ``limit_s`` seconds.
    """

    charge_micro: int = 0
    basis: str = "location"
    seed: int = 0
    trials: int | None = None
    exact: bool = False
    limit_s: float = 60  # not money: seconds


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What HiGHS says of the same case.

    Attributes:
        found: its plan and bound; total: that plan summed up; spent_ms: how long it took.
    """

    found: Exact
    total: GeoSum
    spent_ms: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A placement.

    Attributes:
        case: what was placed; plan: where to.
        total: the plan gone through lease by lease by code that the solver does not share.
        spent_ms: of the solver, its machine code loaded before.
        yardstick: of HiGHS, if asked for.
    """

    case: GeoCase
    plan: GeoPlan
    total: GeoSum
    spent_ms: int
    yardstick: Yardstick | None

    @property
    def gap(self) -> Fraction:
        """Bound less worth, as a share of the bound."""
        return Fraction(self.plan.bound - self.plan.worth, max(self.plan.bound, 1))

    @property
    def cost_gap(self) -> Fraction:
        """The same shortfall as a share of the least cost, value forgone being a cost."""
        least = self.total.value - self.plan.bound
        return Fraction(self.plan.bound - self.plan.worth, max(least, 1))


def generate_case(leases: int, sites: int, seed: int, slots: int, load: int) -> GeoCase:
    """Make a case up; arguments as :func:`entrepot.domain.grid.geo_generate.generate_geo`."""
    from entrepot.domain.grid.geo_generate import generate_geo

    return generate_geo(leases, sites, seed, slots, load)


def place_case(case: GeoCase, ask: GeoAsk) -> Placed:
    """Place the leases of a case.

    Raises:
        Invalid: case or terms have no meaning.
        Fault: the answer does not pass its own check, or HiGHS found nothing.
    """
    from entrepot.domain.grid.geo_model import Charge, wish_of
    from entrepot.domain.grid.geo_solve import solve_wish

    if ask.seed < 0 or (ask.trials or 0) < 0 or not 0 < ask.limit_s <= LIMIT_S_MAX:
        raise Invalid(
            "grid.geo_terms",
            N_("Seed and trials are not negative, and a time limit is 1 to 86,400 seconds."),
            hint=N_("For example: --seed 1 --time-limit 60"),
        )
    charge = Charge(ask.charge_micro, ask.basis)
    wish = wish_of(case, charge)
    _warm(charge)
    begun = time.monotonic()
    plan = solve_wish(wish, case.sites.capacity, seed=ask.seed, trials=ask.trials)
    spent = int((time.monotonic() - begun) * 1000)
    total = _checked(case, charge, plan.site, plan.start, plan.worth)
    yardstick = _exact(case, charge, plan, ask) if ask.exact else None
    return Placed(case, plan, total, spent, yardstick)


def save_case(app: App, case: GeoCase, folder: Path) -> list[Path]:
    """Write a case as tables; return the files.

    Raises:
        Fault: a file cannot be written.
    """
    return [
        app.write_rows(folder / f"{name}.csv", header, rows)[0]
        for name, header, rows in geo_tables(case)
    ]


def save_plan(app: App, placed: Placed, path: Path) -> Path:
    """Write where each lease goes as CSV; an empty site is a lease without a place.

    Raises:
        Fault: the file cannot be written.
    """
    names, sites = placed.case.leases.names, placed.case.sites.names
    pairs: Sequence[tuple[int, int]] = list(
        zip(placed.plan.site.tolist(), placed.plan.start.tolist(), strict=True)
    )
    rows = (
        {
            "lease": name,
            "site": sites[site] if site >= 0 else "",
            "start": str(start) if site >= 0 else "",
        }
        for name, (site, start) in zip(names, pairs, strict=True)
    )
    return app.write_rows(path, ("lease", "site", "start"), rows)[0]


def _warm(charge: Charge) -> None:
    """Load the machine code by a case of no account, so that it does not count as solving."""
    from entrepot.domain.grid.geo_generate import generate_geo
    from entrepot.domain.grid.geo_solve import solve_geo

    solve_geo(generate_geo(4, 2, 0), charge, trials=4, steps=2)


def _exact(case: GeoCase, charge: Charge, plan: GeoPlan, ask: GeoAsk) -> Yardstick:
    from entrepot.domain.grid.geo_exact import options_of, solve_options
    from entrepot.domain.grid.geo_model import prefix, wish_of

    begun = time.monotonic()
    wish = wish_of(case, charge)
    options = options_of(wish, prefix(plan.rent), plan.gain, plan.bound - plan.worth)
    found = solve_options(
        wish,
        case.sites.capacity,
        options,
        (plan.site, plan.start),
        plan.bound,
        limit_s=ask.limit_s,
        seed=ask.seed,
    )
    spent = int((time.monotonic() - begun) * 1000)
    total = _checked(case, charge, found.site, found.start, found.worth)
    return Yardstick(found, total, spent)


def _checked(case: GeoCase, charge: Charge, site: Int64, start: Int64, worth: int) -> GeoSum:
    """Sum a placement up and refuse to hand it out if it breaks anything.

    Raises:
        Fault: it does.
    """
    from entrepot.domain.grid.geo_check import sum_up

    total = sum_up(case, charge, site, start)
    if not total.is_sound or total.worth != worth:
        raise Fault(
            "grid.geo_check",
            N_("The placement does not pass its own check."),
            hint=N_("Nothing was written. Report it with the case and the seed."),
        )
    return total
