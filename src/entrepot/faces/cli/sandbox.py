"""``entrepot sandbox``: what tax and proposed subsidies would come to; nothing is kept or paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from entrepot.faces.cli.day_option import day_option
from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import emit
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.synthetic_demand import Demand


@cli_group(
    "sandbox",
    help=N_(
        "Compare what tax would come to, and what a proposed subsidy would pay and cost. "
        "Nothing is kept, reserved or paid. No advice on law or tax."
    ),
    examples=(
        "entrepot sandbox tax examples/tax-scenarios.yaml",
        "entrepot sandbox vouchers --what-if hk.enterprise_compute_plan --facts cases.yaml",
    ),
)
def command() -> None:
    """Hold the commands of the sandbox."""


@command.command(
    "tax",
    help=N_(
        "Tax scenarios side by side: two tiers, treasury centre, research and development. "
        "Rules that only advise are shown and not counted. Each difference names the rules, "
        "grades and sources behind it."
    ),
    examples=(
        "entrepot sandbox tax examples/tax-scenarios.yaml",
        "entrepot sandbox tax one.yaml other.yaml --json",
    ),
)
@click.argument(
    "scenarios",
    metavar="SCENARIO.yaml…",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
)
@day_option("--known", help=N_("Only what was recorded by this day."))
@json_option
@pass_session
def tax(session: Session, scenarios: tuple[Path, ...], known: date | None) -> None:
    """Compare tax scenarios."""
    from entrepot.faces.cli.sandbox_show import show_tax
    from entrepot.services.tax_sandbox import table_data, tax_scenarios

    app = session.app
    asked = [scenario for path in scenarios for scenario in app.read_scenarios(path)]
    table = tax_scenarios(app, asked, known)
    emit(session, table_data(app, table, _), lambda: show_tax(app, table))


@command.command(
    "vouchers",
    help=N_(
        "Assume that a proposed programme is law: what would it pay in these cases, and what "
        "would it cost a fund? The cases come from a file, or are generated from quantiles of "
        "public traces and then labelled synthetic. A proposal pays nothing anywhere else."
    ),
    examples=(
        "entrepot sandbox vouchers --what-if hk.enterprise_compute_plan --facts cases.yaml",
        "entrepot sandbox vouchers --what-if hk.enterprise_compute_plan --demand 1000 "
        "--price '20.00 HKD' --fund 500000",
    ),
)
@click.option("--what-if", required=True, metavar="ID", help=N_("The proposed programme."))
@click.option(
    "--facts", metavar="CASES", type=click.Path(path_type=Path), help=N_("File of the cases.")
)
@click.option("--demand", type=int, metavar="N", help=N_("Generate this many small firms."))
@click.option("--price", metavar="AMOUNT", help=N_("Price of a device-hour of generated cases."))
@click.option("--fund", metavar="N", help=N_("Size of the fund in whole units, such as 500000."))
@day_option("--as-of", help=N_("Law of this day; today if it is left out."))
@json_option
@pass_session
def vouchers(session: Session, what_if: str, **given: object) -> None:
    """Try a proposed programme."""
    from entrepot.faces.cli.sandbox_show import show_fund
    from entrepot.services.voucher_sandbox import fund_data, the_proposal, try_cases, try_demand

    app = session.app
    programme = the_proposal(app, what_if)
    as_of = cast("date | None", given["as_of"])
    minor = _fund(cast("str | None", given["fund"]), programme.currency)
    demand = _demand(given)
    if demand is not None:
        found = try_demand(app, programme, demand, minor, as_of)
    else:
        cases = app.read_cases(cast("Path", given["facts"]))
        found = try_cases(app, programme, cases, minor, as_of)
    emit(session, fund_data(found), lambda: show_fund(app, found))


def _fund(text: str | None, currency: str) -> int | None:
    """Read the size of the fund, minor units.

    Raises:
        Invalid: it is no amount, or is below zero.
    """
    from entrepot.kernel.errors import Invalid
    from entrepot.kernel.money import asset_of, of_major

    if text is None:
        return None
    fund = of_major(text, asset_of(currency))
    if fund.minor < 0:
        raise Invalid(
            "sandbox.fund",
            N_("A fund of {amount} is below zero."),
            hint=N_("Give the size of the fund in whole units, such as --fund 500000."),
            fields={"fund": "0 or more"},
            amount=str(fund),
        )
    return fund.minor


def _demand(given: Mapping[str, object]) -> Demand | None:
    """Read what is to be generated; None = the cases stand in a file.

    Raises:
        Invalid: both or neither are asked for, or cases are generated without a price.
    """
    from entrepot.kernel.errors import Invalid
    from entrepot.kernel.money import parse_amount
    from entrepot.services.synthetic_demand import Demand

    count, price = given["demand"], given["price"]
    if (count is None) == (given["facts"] is None) or (count is None) != (price is None):
        raise Invalid(
            "sandbox.which_cases",
            N_("Name a file of cases, or a number to generate and their price."),
            hint=N_("Give --facts CASES, or --demand N with --price AMOUNT."),
            fields={"facts": "this or demand", "demand": "with price"},
        )
    return None if count is None else Demand(cast("int", count), parse_amount(str(price)))
