"""``entrepot grid geo``: place leases over centres by price, latency, law and carbon."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, money, number, show_table
from entrepot.faces.cli.wait import wait_for
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_
from entrepot.services.grid_figures import decimal

if TYPE_CHECKING:
    from entrepot.domain.grid.geo_model import GeoCase
    from entrepot.services.grid_geo import Placed

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
MICRO = 10**6
MICRO_PER_CENT = 10_000
MG_PER_KG = 10**6


@cli_command(
    "geo",
    help=N_(
        "Place leases over centres: cheapest first, inside the places that the law allows, "
        "latency, time windows and capacity by the hour. No plan exceeds the bound that is told "
        "beside the answer. Cases are made up from a seed, or read from a folder of tables."
    ),
    examples=(
        "entrepot grid geo --leases 3000 --sites 12 --seed 1",
        "entrepot grid geo --leases 200 --sites 6 --seed 1 --exact --time-limit 30 --json",
        "entrepot grid geo --leases 300 --sites 6 --seed 1 --write case",
        "entrepot grid geo --folder case --carbon-price 500 --carbon contracted --out plan.csv",
    ),
)
@click.option("--leases", type=int, help=N_("Leases to make up."))
@click.option("--sites", type=int, help=N_("Sites to make up."))
@click.option("--seed", type=int, default=0, help=N_("Seed of all chance."))
@click.option("--slots", type=int, default=24, help=N_("Hours to make up."))
@click.option("--load", type=int, default=100, help=N_("What is asked for, percent of capacity."))
@click.option("--folder", type=FOLDER, help=N_("Folder of a case, instead of making one up."))
@click.option("--carbon-price", default="0", help=N_("HKD that a tonne of CO₂ counts as."))
@click.option(
    "--carbon",
    "basis",
    type=click.Choice(["location", "contracted"]),
    default="location",
    help=N_("What is charged: the grid's carbon, or less contracted green power."),
)
@click.option(
    "--trials", type=int, help=N_("Trials of the search; left out: 20 a lease, 30,000 at least.")
)
@click.option("--exact", is_flag=True, help=N_("Solve by HiGHS as well."))
@click.option("--time-limit", "limit_s", type=float, default=60.0, help=N_("Seconds for HiGHS."))
@click.option("--write", type=FOLDER, help=N_("Folder to write the case to."))
@click.option("--out", type=FILE, help=N_("File for a row a lease, CSV."))
@json_option
@pass_session
def geo(session: Session, write: Path | None, out: Path | None, **given: Any) -> None:
    """Place leases."""
    from entrepot.services.grid_geo import GeoAsk, place_case, save_case, save_plan

    ask = GeoAsk(
        micro_of(given["carbon_price"]),
        given["basis"],
        given["seed"],
        given["trials"],
        given["exact"],
        given["limit_s"],
    )
    case = _case(session, given)
    placed = wait_for(_(N_("Placing leases")), lambda: place_case(case, ask))
    files: list[Path] = []
    if write is not None:
        files += save_case(session.app, case, write)
    if out is not None:
        files.append(save_plan(session.app, placed, out))
    emit(session, {**body_of(placed), "files": files}, lambda: _show(placed, files))


COMMANDS = (geo,)


def _case(session: Session, given: Mapping[str, Any]) -> GeoCase:
    """Read or make up the case.

    Raises:
        Invalid: both are asked for, or neither is.
    """
    from entrepot.services.grid_geo import generate_case

    folder, leases, sites = given["folder"], given["leases"], given["sites"]
    if folder is not None and leases is None and sites is None:
        return session.app.read_geo(folder)
    if folder is not None or leases is None or sites is None:
        raise Invalid(
            "grid.geo_source",
            N_("Say how many leases and sites to make up, or name a folder."),
            hint=N_("For example: --leases 300 --sites 6 --seed 1, or --folder case"),
        )
    return generate_case(leases, sites, given["seed"], given["slots"], given["load"])


def micro_of(text: str) -> int:
    """Read a price in HKD as micro-HKD.

    Raises:
        Invalid: it is none.

    >>> micro_of("500"), micro_of("0.25")
    (500000000, 250000)
    """
    try:
        micro = Decimal(text) * MICRO
    except InvalidOperation:
        micro = Decimal(-1)
    if not micro.is_finite() or not 0 <= micro <= 10**12 or micro != int(micro):
        raise Invalid(
            "grid.price",
            N_("{text} is no price in HKD."),
            hint=N_("Write a number from 0 to 1,000,000 with at most six decimals."),
            text=repr(text[:40]),
        )
    return int(micro)


def body_of(placed: Placed) -> dict[str, object]:
    """Return a placement for ``--json``."""
    plan, total, sites = placed.plan, placed.total, placed.case.sites
    told = {
        "leases": total.asked,
        "sites": len(sites.names),
        "slots": sites.capacity.shape[1],
        "placed": total.placed,
        "surplus_hkd": _hkd(plan.worth),
        "bound_hkd": _hkd(plan.bound),
        "gap_percent": decimal(100 * placed.gap, 4),
        "cost_hkd": _hkd(total.money + total.egress),
        "cost_gap_percent": decimal(100 * placed.cost_gap, 4),
        "greedy_surplus_hkd": _hkd(plan.greedy),
        "spent_ms": placed.spent_ms,
        "broken": {
            "law": total.law,
            "latency": total.latency,
            "deadline": total.deadline,
            "capacity": total.capacity,
        },
        "energy_kwh": decimal(total.wh / 1000),
        "carbon_kg": {
            "location_based": decimal(total.location_mg / MG_PER_KG),
            "contracted": decimal(total.contracted_mg / MG_PER_KG),
            "counted_hkd": _hkd(total.charge),
        },
        "used": [
            {"site": name, "device_slots": used, "of": have}
            for name, used, have in zip(sites.names, total.used, total.have, strict=True)
        ],
    }
    return {**told, "exact": _exact(placed)}


def _exact(placed: Placed) -> dict[str, object] | None:
    yardstick = placed.yardstick
    if yardstick is None:
        return None
    found = yardstick.found
    return {
        "surplus_hkd": _hkd(found.worth),
        "bound_hkd": _hkd(found.bound),
        "optimal": found.optimal,
        "options": found.options,
        "placed": yardstick.total.placed,
        "spent_ms": yardstick.spent_ms,
    }


def _hkd(micro: int) -> str:
    return f"{Decimal(micro).scaleb(-6):f}"


def _show(placed: Placed, files: list[Path]) -> None:
    plan, total = placed.plan, placed.total
    rows = [
        (_(N_("leases placed")), f"{number(total.placed)} / {number(total.asked)}"),
        (_(N_("surplus")), _money(plan.worth)),
        (_(N_("bound")), _money(plan.bound)),
        (_(N_("gap to the bound")), f"{decimal(100 * placed.gap)} %"),
        (_(N_("gap of the cost")), f"{decimal(100 * placed.cost_gap)} %"),
        (_(N_("paid for devices and egress")), _money(total.money + total.egress)),
        (_(N_("energy, kWh")), number(total.wh / 1000)),
        (_(N_("CO₂ of the grid, kg")), number(total.location_mg / MG_PER_KG)),
        (_(N_("CO₂ less contracted green power, kg")), number(total.contracted_mg / MG_PER_KG)),
        (_(N_("time, ms")), number(placed.spent_ms)),
    ]
    if placed.yardstick is not None:
        word = N_("optimum by HiGHS") if placed.yardstick.found.optimal else N_("best by HiGHS")
        rows.append((_(word), _money(placed.yardstick.found.worth)))
        rows.append((_(N_("time of HiGHS, ms")), number(placed.yardstick.spent_ms)))
    show_table([Column(_(N_("figure"))), Column(_(N_("value")), number=True)], rows)
    done(_(N_("No law, latency, deadline or capacity is broken.")))
    for path in files:
        done(_(N_("Written: {path}")).format(path=path))


def _money(micro: int) -> str:
    return money(Amount(micro // MICRO_PER_CENT, HKD))
