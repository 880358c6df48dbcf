"""``entrepot offers``: look at the market, see what was left out and why, import price lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import clean, done, emit, progress, show_table, warn
from entrepot.kernel.compute import Isolation, Precision
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.market_import import Import

FORMS = ("entrepot", "skypilot", "gpuhunt")
ORIGINS = ("posted", "imported", "public", "all")
SKIPPED_SHOWN = 20
"""Bad rows that are told one by one; the rest is counted."""


@cli_group(
    "offers",
    help=N_(
        "Look at the market: offers posted by centres under contract, imported price lists and "
        "public list prices, compared in HKD a device-hour."
    ),
    examples=(
        "entrepot offers search H100:8",
        "entrepot offers search 24GB.. --top 5 --why",
        "entrepot offers list",
        "entrepot offers import aws.csv --format skypilot --provider aws",
    ),
)
def command() -> None:
    """Hold the commands on offers."""


@command.command(
    "search",
    help=N_(
        "Find the cheapest offers for devices written as NAME:MEMORY:COUNT. List prices show the "
        "market and cannot be leased. Several devices compete; with --ordered the first that has "
        "an offer wins."
    ),
    examples=(
        "entrepot offers search H100:8",
        "entrepot offers search H100 A100:80GB --ordered",
        "entrepot offers search --memory 24GB.. --price-cap '5 HKD' --why",
        "entrepot offers search --min-p 1 --precision fp16 --jurisdiction CN",
    ),
)
@click.argument("device", nargs=-1, metavar="[DEVICE]…")
@click.option("--ordered", is_flag=True, help=N_("The first device that has an offer wins."))
@click.option("--count", metavar="N|A..B", help=N_("Devices; any number if not said."))
@click.option("--memory", metavar="24GB..", help=N_("Memory of one device."))
@click.option("--min-p", metavar="P", help=N_("Least speed of all devices together, PFLOPS."))
@click.option(
    "--precision",
    type=click.Choice([precision.value for precision in Precision]),
    help=N_("Precision at which --min-p counts."),
)
@click.option("--region", "regions", multiple=True, help=N_("Region; repeatable."))
@click.option("--jurisdiction", "laws", multiple=True, help=N_("ISO 3166 code; repeatable."))
@click.option("--latency-from", metavar="PLACE", help=N_("Place of the round trip; Hong Kong."))
@click.option("--latency-max", metavar="MS", help=N_("Longest round trip, milliseconds."))
@click.option("--green-min", metavar="%", help=N_("Least contracted green power, percent."))
@click.option("--price-cap", metavar="'N HKD'", help=N_("Highest price of a device-hour."))
@click.option(
    "--isolation",
    type=click.Choice([kind.value for kind in Isolation]),
    default=Isolation.TIMESLICE.value,
    help=N_("Weakest isolation that is good enough."),
)
@click.option("--duration", default="1h", metavar="1h", help=N_("Length of the lease."))
@click.option("--interruptible", is_flag=True, help=N_("Also what the seller may take back."))
@click.option("--leasable", is_flag=True, help=N_("Only what can be leased here."))
@click.option("--top", type=click.IntRange(1), default=20, help=N_("Lines to show."))
@click.option("--all", "everything", is_flag=True, help=N_("Show every line."))
@click.option("--why", is_flag=True, help=N_("Say what was left out, and what would admit more."))
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=1_000,
    help=N_("Most offers left out that --json lists; their counts are always of all."),
)
@json_option
@pass_session
def search(
    session: Session,
    top: int,
    everything: bool,
    why: bool,
    limit: int,
    latency_from: str | None,
    **wish: Any,
) -> None:
    """Search the market."""
    from entrepot.faces.cli.offers_answer import answer_data, show_answer
    from entrepot.faces.cli.offers_wish import Wish, demand_of
    from entrepot.services.market_search import open_market, search_market

    app = session.app
    market = open_market(app, latency_from)
    words = {w for d in app.facts.devices.values() for w in (d.id, d.name, d.family)}
    words |= {offer.device_name for offer in market.table}
    demand = demand_of(Wish(**wish), words)
    found = search_market(app, market, demand, None if everything else top)
    emit(session, answer_data(found, why=why, limit=limit), lambda: show_answer(found, why=why))


@command.command(
    "list",
    help=N_("List offers: those posted by centres, or another origin."),
    examples=(
        "entrepot offers list",
        "entrepot offers list --centre demo-gz",
        "entrepot offers list --origin public",
    ),
)
@click.option("--centre", metavar="ID", help=N_("Only offers of this centre."))
@click.option(
    "--origin",
    type=click.Choice(ORIGINS),
    default="posted",
    help=N_("Posted by centres, imported, public list prices, or all."),
)
@json_option
@pass_session
def list_(session: Session, centre: str | None, origin: str) -> None:
    """List offers."""
    from entrepot.faces.cli.offers_answer import offer_data, offer_row, offer_titles
    from entrepot.services.market_import import origin_of
    from entrepot.services.market_search import open_market

    app = session.app
    market = open_market(app)
    origins = {offer.id: origin_of(app, offer) for offer in market.table}
    shown = [
        offer
        for offer in market.table
        if origin in ("all", origins[offer.id]) and centre in (None, offer.centre_id)
    ]
    data = [{**offer_data(market, o), "origin": origins[o.id]} for o in shown] if shown else []

    def render() -> None:
        if shown:
            show_table(offer_titles(), [offer_row(market, offer) for offer in shown])
        counted = {name: list(origins.values()).count(name) for name in ORIGINS[:3]}
        print(
            _(
                N_(
                    "Known: {posted} posted, {imported} imported, {public} public list prices; "
                    "--origin chooses."
                )
            ).format(**counted)
        )

    emit(session, data, render)


@command.command(
    "show",
    help=N_("Show one offer with its exact price, ratings and source."),
    examples=("entrepot offers show akash-p40-marketplace",),
)
@click.argument("offer", metavar="ID")
@json_option
@pass_session
def show(session: Session, offer: str) -> None:
    """Show an offer."""
    from entrepot.faces.cli.facts import tree
    from entrepot.faces.cli.offers_answer import offer_data
    from entrepot.services.market_import import origin_of
    from entrepot.services.market_search import offer_named, open_market

    market = open_market(session.app)
    found = offer_named(market, offer)
    data = {**offer_data(market, found), "origin": origin_of(session.app, found)}
    emit(session, data, lambda: print("\n".join(tree(data))))


@command.command(
    "import",
    help=N_(
        "Import a list of market prices: all rows or none. Imported prices show the market and "
        "cannot be leased. A list of a newer day replaces the older one, row by row; the same "
        "list again changes nothing."
    ),
    examples=(
        "entrepot offers import aws.csv --format skypilot --provider aws",
        "entrepot offers import list.csv --format gpuhunt --as-of 2026-11-20 --skip-bad",
        "entrepot offers import ours.csv --format entrepot",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    required=True,
    help=N_("Whose form the file has."),
)
@click.option("--provider", help=N_("Who sells; the name of the file if not said."))
@click.option("--as-of", metavar="DAY", help=N_("Day of the list; today if not said."))
@click.option("--skip-bad", is_flag=True, help=N_("Keep the good rows of a file with bad ones."))
@json_option
@pass_session
def import_(
    session: Session,
    file: Path,
    form: str,
    provider: str | None,
    as_of: str | None,
    skip_bad: bool,
) -> None:
    """Import a price list."""
    from entrepot.kernel.period import local_day
    from entrepot.services.market_import import import_market

    app = session.app
    day = _day(as_of) if as_of else local_day(app.clock.now())
    seller = provider or file.stem
    with progress(_(N_("importing")), 1):
        result = import_market(app, file, form, seller, day.isoformat(), skip_bad=skip_bad)
    emit(session, _import_data(result, file), lambda: _show_import(result))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            "offers.day",
            N_("{text} is not a day."),
            hint=N_("Write it as 2026-11-21."),
            text=text[:40],
        ) from None


def _import_data(result: Import, file: Path) -> Mapping[str, object]:
    return {
        "file": str(file),
        "read": result.read,
        "added": result.added,
        "known": result.read - result.added,
        "left_out": result.left_out,
        "skipped": [{"where": where, "why": why} for where, why in result.skipped],
        "repeated": result.repeated,
    }


def _show_import(result: Import) -> None:
    _tell_skipped(result.skipped)
    if result.repeated:
        done(_(N_("This list was imported before; nothing has changed.")))
        return
    done(
        _(N_("{added} of {read} offers are new; {left_out} rows are no offer.")).format(
            added=result.added, read=result.read, left_out=result.left_out
        )
    )
    print(_(N_("They show the market and cannot be leased.")))


def _tell_skipped(skipped: Sequence[tuple[str, str]]) -> None:
    for where, why in skipped[:SKIPPED_SHOWN]:
        warn(f"{clean(where)}: {clean(why)}")
    if len(skipped) > SKIPPED_SHOWN:
        more = _(N_("{count} more rows were skipped."))
        warn(more.format(count=len(skipped) - SKIPPED_SHOWN))
