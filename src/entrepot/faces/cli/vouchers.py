"""``entrepot vouchers``: what the programmes pay, why, and what leases have reserved."""

from __future__ import annotations

from datetime import date

import click

from entrepot.faces.cli.day_option import day_option, law_options
from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.output import emit
from entrepot.kernel.text import N_


@cli_group(
    "vouchers",
    help=N_(
        "Work out what a compute voucher pays, line by line, by the programme's own words. "
        "What a text does not state is shown as not stated; it is never taken as no limit."
    ),
    examples=(
        "entrepot vouchers list",
        "entrepot vouchers show cn.shenzhen.training_voucher",
        "entrepot vouchers best examples/stars.yaml",
        "entrepot vouchers reserved",
        "entrepot vouchers claim HK-2026-000001 --programme hk.aiss",
        "entrepot vouchers fund",
    ),
)
def command() -> None:
    """Hold the commands of vouchers."""


@command.command(
    "list",
    help=N_(
        "List all programmes as of a day: place, rate, caps of a firm, standing and grade. "
        "With --json all else that they state."
    ),
    examples=("entrepot vouchers list", "entrepot vouchers list --as-of 2025-06-01"),
)
@law_options
@json_option
@pass_session
def list_(session: Session, as_of: date | None, known: date | None) -> None:
    """List programmes."""
    from entrepot.faces.cli.vouchers_show import show_programmes
    from entrepot.faces.cli.vouchers_words import programme_data
    from entrepot.services.entitle_case import programmes_on

    day = _day(session, as_of)
    views = programmes_on(session.app, day, known)
    data = {"as_of": day, "known": known, "programmes": [programme_data(view) for view in views]}
    emit(session, data, lambda: show_programmes(views, day))


@command.command(
    "show",
    help=N_("Show one programme with all its versions, conditions, grades and sources."),
    examples=("entrepot vouchers show hk.aiss", "entrepot vouchers show hk.aiss --json"),
)
@click.argument("programme", metavar="ID")
@day_option("--as-of", help=N_("Law of this day; today if it is left out."))
@json_option
@pass_session
def show(session: Session, programme: str, as_of: date | None) -> None:
    """Show a programme."""
    from entrepot.faces.cli.vouchers_show import show_programme
    from entrepot.faces.cli.vouchers_words import programme_data, version_data
    from entrepot.services.entitle_case import view_of

    day = _day(session, as_of)
    view = view_of(session.app, programme, day)
    data = {
        "as_of": day,
        **programme_data(view),
        "versions": [version_data(version) for version in view.programme.versions],
    }
    emit(session, data, lambda: show_programme(view, day))


@command.command(
    "reserved",
    help=N_("List what leases have reserved or used, and how full each cap and fund is."),
    examples=("entrepot vouchers reserved", "entrepot vouchers reserved --json"),
)
@json_option
@pass_session
def reserved(session: Session) -> None:
    """List reservations."""
    from entrepot.faces.cli.vouchers_show import show_reserved
    from entrepot.services.entitle_case import reservations

    held, limits = reservations(session.app)
    data = {"reservations": held, "limits": limits}
    emit(session, data, lambda: show_reserved(held, limits))


def _day(session: Session, as_of: date | None) -> date:
    from entrepot.kernel.period import local_day

    return as_of or local_day(session.app.clock.now())


def _add_others() -> None:
    """Hang up the commands that live in modules of their own."""
    from entrepot.faces.cli.vouchers_best import best
    from entrepot.faces.cli.vouchers_claims import COMMANDS
    from entrepot.faces.cli.vouchers_entitle import entitle
    from entrepot.faces.cli.vouchers_simulate import simulate

    for one in (entitle, best, *COMMANDS, simulate):
        command.add_command(one)


_add_others()
