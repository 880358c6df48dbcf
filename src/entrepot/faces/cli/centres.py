"""``entrepot centres``: the network, one centre in full, new contracts, and a measurement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.centre_words import (
    KINDS,
    grid_text,
    latency_text,
    name_of,
    place_text,
    rating_text,
    said_text,
    share_text,
)
from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, clean, done, emit, show_table
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.kernel.compute import Rating
    from entrepot.services.network_view import CentreView

NAME_MAX = 44
"""Signs of a name in a table."""


@cli_group(
    "centres",
    help=N_(
        "List the compute centres of the network, show one with its sources, take one under "
        "contract, and measure this machine."
    ),
    examples=(
        "entrepot centres list",
        "entrepot centres show gz-nscc",
        "entrepot centres add examples/centre.yaml",
        "entrepot centres measure",
    ),
)
def command() -> None:
    """Hold the commands on centres."""


@command.command(
    "list",
    help=N_("List every centre known, those under contract first. Unlike P are never added."),
    examples=("entrepot centres list", "entrepot centres list --contract --json"),
)
@click.option("--contract", is_flag=True, help=N_("Only centres whose devices can be leased."))
@json_option
@pass_session
def list_(session: Session, contract: bool) -> None:
    """List centres."""
    from entrepot.services.network_view import centre_views

    views = [v for v in centre_views(session.app) if v.contract or not contract]
    emit(session, [view.as_dict() for view in views], lambda: _show_list(views))


def _show_list(views: Sequence[CentreView]) -> None:
    titles = (N_("centre"), N_("name"), N_("kind"), N_("place"))
    columns = [Column(_(title)) for title in titles]
    columns += [Column("P"), Column(_(N_("from Hong Kong")), True)]
    columns += [Column(_(N_("grid g/kWh")), True), Column(_(N_("green contract")), True)]
    columns += [Column(_(N_("contract")))]
    show_table(columns, [_row(view) for view in views])
    for view in views:
        for note in view.use:
            print(f"  {view.id}: {clean(note.text)} [{said_text(note.provenance)}]")
    print(
        _(
            N_(
                "P as stated by each source; unlike figures are never added. "
                "~ marks an estimate of the round trip."
            )
        )
    )


def _row(view: CentreView) -> list[str]:
    headline, more = view.headline, len(view.ratings) - 1
    rating = _(N_("not stated")) if headline is None else rating_text(headline)
    return [
        view.id,
        name_of(view.names, NAME_MAX),
        _(KINDS.get(view.kind, view.kind)),
        place_text(view),
        f"{rating} (+{more})" if more > 0 else rating,
        latency_text(view.latency),
        grid_text(view),
        share_text(view.green_share_bp),
        _(N_("yes")) if view.contract else _(N_("no")),
    ]


@command.command(
    "show",
    help=N_("Show all that is known of a centre, each figure with its source, date and grade."),
    examples=("entrepot centres show shaoguan", "entrepot centres show demo-gz --json"),
)
@click.argument("centre", metavar="ID")
@json_option
@pass_session
def show(session: Session, centre: str) -> None:
    """Show a centre."""
    from entrepot.faces.cli.centre_words import card
    from entrepot.services.network_view import centre_view

    view = centre_view(session.app, centre)
    emit(session, view.as_dict(), lambda: print("\n".join(card(view))))


@command.command(
    "add",
    help=N_("Take a centre under contract: its place, devices, standing prices and bank account."),
    examples=("entrepot centres add examples/centre.yaml",),
)
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@pass_session
def add(session: Session, file: Path) -> None:
    """Register a centre."""
    from entrepot.services.register import register_centre

    app = session.app
    definition = app.read_centre(file)
    # Every call is a new command, so that a second one hears that the centre is known.
    centre = register_centre(app, definition, app.ids.new("K"))
    data = {
        "centre_id": centre.id,
        "pools": [f"{centre.id}/{pool.name}" for pool in definition.pools],
        "offers": len(definition.offers),
        "public_key": centre.public_key,
    }

    def render() -> None:
        done(
            _(N_("Centre {id} is under contract: {pools} pools, {offers} offers.")).format(
                id=centre.id, pools=len(definition.pools), offers=len(definition.offers)
            )
        )
        print(_(N_("Next: entrepot offers list --centre {id}")).format(id=centre.id))

    emit(session, data, render)


@command.command(
    "measure",
    help=N_(
        "Rate this machine by multiplying matrices, in FP64 and FP32. With a centre, whose devices "
        "are this machine's processors, keep the figures beside its peaks."
    ),
    examples=("entrepot centres measure", "entrepot centres measure demo-gz --seconds 4"),
)
@click.argument("centre", required=False, metavar="[ID]")
@click.option(
    "--seconds",
    type=click.IntRange(1, 60),
    default=2,
    show_default=True,
    help=N_("How long to measure."),
)
@json_option
@pass_session
def measure(session: Session, centre: str | None, seconds: int) -> None:
    """Measure, and keep if a centre is named."""
    from entrepot.services.rate_here import keep_rating, measurable

    app = session.app
    target = measurable(app, centre) if centre else None
    ratings = app.measure(seconds)
    if target:
        keep_rating(app, target, ratings, app.ids.new("K"))
    data = {
        "centre_id": target.id if target else None,
        "kept": target is not None,
        "ratings": [_rating_data(rating) for rating in ratings],
    }

    def render() -> None:
        _show_measured(ratings)
        if target:
            from entrepot.faces.cli.centre_words import rating_rows
            from entrepot.services.network_view import centre_view

            print(_(N_("Kept beside the peaks of {id}:")).format(id=target.id))
            for line in rating_rows(centre_view(app, target.id)):
                print(f"  {line}")

    emit(session, data, render)


def _rating_data(rating: Rating) -> Mapping[str, object]:
    return {
        "p": f"{rating.mflops // 10**9}.{rating.mflops % 10**9:09d}",
        "mflops": rating.mflops,
        "precision": rating.precision,
        "density": rating.density,
        "engine": rating.engine,
        "basis": rating.basis,
        "source": rating.source,
    }


def _show_measured(ratings: Sequence[Rating]) -> None:
    columns = [Column(_(N_("precision"))), Column("GFLOPS", True), Column("P", True)]
    rows = [
        [
            str(rating.precision or "?").upper(),
            f"{rating.mflops // 1000:,}",
            f"{rating.mflops // 10**9}.{rating.mflops % 10**9:09d}",
        ]
        for rating in ratings
    ]
    show_table(columns, rows)
    for source in dict.fromkeys(rating.source for rating in ratings):
        print(clean(source))
