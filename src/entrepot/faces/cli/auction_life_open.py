"""``entrepot auction open``, ``list`` and ``show``: calls on the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.auction_life_words import (
    call_data,
    missing,
    order_data,
    show_calls,
    show_one,
)
from entrepot.faces.cli.day_option import day_option
from entrepot.faces.cli.days import moment_of
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.output import emit
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from datetime import date

    from entrepot.services.call_open import CallTerms
    from entrepot.services.records import Body

KEY = N_("Idempotency key; the same key gives the same answer.")
MBPS_MAX = 10**12


@cli_command(
    "open",
    help=N_(
        "Open a call: hourly (one hour, closing ten minutes before it), day-ahead (a day in Hong "
        "Kong, closing at noon of the day before), or other hours. Places and devices are those "
        "that registered centres offer. With --rolling, open the coming ones up to a day."
    ),
    examples=(
        "entrepot auction open",
        "entrepot auction open --kind day-ahead",
        "entrepot auction open --kind other --from 2026-12-01T20:00 --to 2026-12-02T02:00",
        "entrepot auction open --rolling hourly --through 2026-12-01",
    ),
)
@click.option(
    "--kind",
    type=click.Choice(["hourly", "day-ahead", "other"]),
    default="hourly",
    help=N_("Which call."),
)
@click.option("--from", "begin", metavar="TIME", help=N_("First slot; Hong Kong time, or …Z."))
@click.option("--to", "end", metavar="TIME", help=N_("End of the last slot."))
@click.option("--gate-closure", "gate", metavar="TIME", help=N_("When the gate closes."))
@click.option("--gate-in", "gate_in_s", type=int, help=N_("Or in how many seconds from now."))
@click.option("--zones", help=N_("Centres, with commas between; all if left out."))
@click.option("--classes", help=N_("Devices, with commas between; all if left out."))
@click.option(
    "--link", "links", multiple=True, metavar="NAME=FROM:TO:MBPS", help=N_("A link that is sold.")
)
@click.option("--seed", type=int, default=0, help=N_("Seed of all chance."))
@click.option("--fee-ppm", "fee_ppm", type=int, default=20_000, help=N_("Cap of the fee, ppm."))
@click.option(
    "--credit-bp",
    "credit_bp",
    type=int,
    default=1_000,
    help=N_("Credit for a slot that is not delivered, basis points of its price."),
)
@click.option(
    "--rolling", type=click.Choice(["hourly", "day-ahead"]), help=N_("Open the coming calls.")
)
@day_option("--through", help=N_("Last day of a rolling series."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def open_(session: Session, **given: object) -> None:
    """Open one call or several."""
    from entrepot.services.call_open import open_call, open_rolling

    app = session.app
    terms = _terms(app.clock.now(), given)
    rolling, through = given["rolling"], given["through"]
    if rolling:
        day: date | None = through  # type: ignore[assignment]
        if day is None:
            raise missing("--through", N_("Say up to which day: --through 2026-12-01"))
        calls = open_rolling(app, str(rolling), day, terms)
        emit(session, [call_data(call) for call in calls], lambda: show_calls(calls))
        return
    call = open_call(app, terms, str(given["key"] or app.ids.new("K")))
    emit(session, call_data(call), lambda: show_calls([call]))


@cli_command(
    "list",
    help=N_("List calls that are open or wait to be run; with --all, every one."),
    examples=("entrepot auction list", "entrepot auction list --all --json"),
)
@click.option("--all", "every", is_flag=True, help=N_("Those that are over as well."))
@json_option
@pass_session
def list_(session: Session, every: bool) -> None:
    """List calls."""
    from entrepot.services.call_open import calls_of

    calls = calls_of(session.app, () if every else ("open", "closed"))
    emit(session, [call_data(call) for call in calls], lambda: show_calls(calls))


@cli_command(
    "show",
    help=N_(
        "Show a call: slots, places, devices on offer, and its orders. Before the gate closes an "
        "order is a commitment and a number; nobody can read more."
    ),
    examples=("entrepot auction show AC-01…", "entrepot auction show AC-01… --json"),
)
@click.argument("call_id", metavar="CALL")
@json_option
@pass_session
def show(session: Session, call_id: str) -> None:
    """Show a call."""
    from entrepot.services.call_view import call_view

    view = call_view(session.app, call_id)
    data = {
        **call_data(view.call),
        "orders": [order_data(order) for order in view.orders],
        "offered": [
            {"zone": zone, "class": device, "slot": slot, "devices": devices}
            for (zone, device, slot), devices in sorted(view.offered.items())
        ],
    }
    emit(session, data, lambda: show_one(view))


def _terms(now: int, given: dict[str, object]) -> CallTerms:
    """Return the terms that the options say; the rest is usual for the kind."""
    from entrepot.services.call_open import CallTerms, usual_terms

    def text(name: str) -> str | None:
        return str(given[name]) if given[name] else None

    kind = text("kind") or "hourly"
    begin, end = moment_of("--from", text("begin")), moment_of("--to", text("end"))
    if kind == "other" and (begin is None or end is None):
        raise missing("--from", N_("Give the hours of such a call: --from TIME --to TIME"))
    usual = usual_terms("hourly" if kind == "other" else kind, now, begin)
    gate = moment_of("--gate-closure", text("gate"))
    if given["gate_in_s"] is not None:
        gate = now + int(str(given["gate_in_s"]))
    return CallTerms(
        kind=kind,
        from_t=usual.from_t,
        to_t=usual.to_t if end is None else end,
        gate_closure=usual.gate_closure if gate is None else gate,
        zones=_names(text("zones")),
        classes=_names(text("classes")),
        links=tuple(map(_link, given["links"])),  # type: ignore[call-overload]
        seed=int(str(given["seed"])),
        fee_ppm_max=int(str(given["fee_ppm"])),
        credit_bp=int(str(given["credit_bp"])),
    )


def _names(text: str | None) -> tuple[str, ...] | None:
    return tuple(name.strip() for name in text.split(",")) if text else None


def _link(text: str) -> Body:
    """Read ``NAME=FROM:TO:MBPS``; the link has that capacity in every slot."""
    name, _equals, rest = text.partition("=")
    parts = rest.split(":")
    if len(parts) != 3 or not name or not parts[2].isdecimal() or int(parts[2]) > MBPS_MAX:
        raise Invalid(
            "auction.link",
            N_("{text} is no link."),
            hint=N_("Write NAME=FROM:TO:MBPS, as --link gz-sz=demo-gz:demo-sz:10000"),
            fields={"--link": text[:80]},
            text=text[:80],
        )
    return {"link": name, "from_zone": parts[0], "to_zone": parts[1], "mbps": int(parts[2])}


COMMANDS = (open_, list_, show)
