"""``entrepot plans``: price plans of firms, kept by revision."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, day, done, emit, money, show_table
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.ports_metering import PlanRow

KEY = N_("Idempotency key; the same key gives the same answer.")


@cli_group(
    "plans",
    help=N_(
        "Price plans: price versions by day, tiers over the use of a month, least charges, "
        "committed use, and credits for lost time. A contract names one, or a plan names its firms."
    ),
    examples=(
        "entrepot plans add plan.yaml",
        "entrepot plans list",
        "entrepot plans show steady",
    ),
)
def command() -> None:
    """Hold the commands of price plans."""


@command.command(
    "add",
    help=N_(
        "Keep a price plan, or the next revision of one. The last revision counts: closed months "
        "take a change as correction lines, when they are rated again."
    ),
    examples=("entrepot plans add plan.yaml", "entrepot plans add plan.yaml --json"),
)
@click.argument("file", metavar="FILE.yaml", type=click.Path(path_type=Path))
@click.option("--key", help=KEY)
@json_option
@pass_session
def add(session: Session, file: Path, key: str | None) -> None:
    """Keep a plan."""
    from entrepot.services.plans import add_plan

    app = session.app
    row = add_plan(app, app.read_plan(file), key or app.ids.new("K"))
    words = _(N_("Price plan {id}, revision {revision}, is kept."))
    emit(session, plan_data(row), lambda: done(words.format(id=row.id, revision=row.revision)))


@command.command(
    "list",
    help=N_("List the price plans with their last revision and the firms that they name."),
    examples=("entrepot plans list", "entrepot plans list --json"),
)
@json_option
@pass_session
def list_(session: Session) -> None:
    """List plans."""
    from entrepot.services.plans import all_plans

    found = all_plans(session.app)

    def render() -> None:
        if not found:
            print(_(N_("No price plan is kept: every job is billed at the price of its quote.")))
            return
        titles = (N_("plan"), N_("revision"), N_("firms"), N_("added by"))
        rows = [[r.id, str(r.revision), ", ".join(r.firms) or "–", r.added_by] for r in found]
        show_table([Column(_(title), title == "revision") for title in titles], rows)

    emit(session, [plan_data(row) for row in found], render)


@command.command(
    "show",
    help=N_("Show the terms of a price plan."),
    examples=("entrepot plans show steady", "entrepot plans show steady --revision 1 --json"),
)
@click.argument("plan", metavar="PLAN")
@click.option("--revision", type=int, help=N_("Another revision than the last."))
@json_option
@pass_session
def show(session: Session, plan: str, revision: int | None) -> None:
    """Show a plan."""
    from entrepot.services.plans import the_plan

    row = the_plan(session.app, plan, revision)
    emit(session, plan_data(row), lambda: _show(row))


def plan_data(row: PlanRow) -> dict[str, object]:
    """Return a plan for ``--json``."""
    return {
        "plan": row.id,
        "revision": row.revision,
        "firms": list(row.firms),
        "terms": dict(row.body),
        "digest": row.digest,
        "added_at": row.added_at,
        "added_by": row.added_by,
    }


def _show(row: PlanRow) -> None:
    from entrepot.domain.metering.plan_lines import decimal, hours_text, price_text
    from entrepot.domain.metering.plan_parts import PER_HOUR
    from entrepot.services.plans import read_body

    plan = read_body(row.body)
    print(_(N_("Price plan {id}, revision {revision}")).format(id=row.id, revision=row.revision))
    rows: list[list[str]] = []
    for version in plan.versions:
        end = version.days.to_day
        for tier in version.tiers:
            upto = "–" if tier.up_to is None else hours_text(tier.up_to)
            if tier.price is not None:
                price = price_text(tier.price.minor_per_device_hour / PER_HOUR)
            else:
                share = decimal(cast(int, tier.share_bp), 2)
                price = _(N_("{percent} % of list")).format(percent=share)
            days = [day(version.days.from_day), "–" if end is None else day(end)]
            rows.append([version.name, *days, upto, price])
    if rows:
        titles = (N_("version"), N_("from"), N_("to"), N_("up to device-hours"), N_("price"))
        show_table([Column(_(title), title == "up to device-hours") for title in titles], rows)
    least = _(N_("Least charge: {job} a job, {month} a month"))
    print(least.format(job=money(plan.minimum_job), month=money(plan.minimum_month)))
    if plan.commitment:
        words = _(N_("Committed: {hours} device-hours a month at {price}"))
        price = price_text(plan.commitment.price.minor_per_device_hour / PER_HOUR)
        hours = hours_text(plan.commitment.milli_device_seconds)
        print(words.format(hours=hours, price=price))
    if plan.outage_bp:
        words = _(N_("Lost time is given back at {percent} % of its price"))
        print(words.format(percent=decimal(plan.outage_bp, 2)))
    if plan.slow_bp is not None:
        words = _(N_("Credit for a slow neighbour: {percent} % of the time kept from a share"))
        print(words.format(percent=decimal(plan.slow_bp, 2)))
