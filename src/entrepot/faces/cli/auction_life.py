"""``entrepot auction bid … close``: a call on the database, from the first bid to the gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.auction_life_words import (
    call_data,
    missing,
    order_data,
    show_placed,
)
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import done, emit, number
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.order_model import OrderFile

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
KEY = N_("Idempotency key; the same key gives the same answer.")


@cli_command(
    "bid",
    help=N_(
        "Place an order in a call: a file, or a job with what it is worth. It is held against the "
        "gate and the devices of every place, sealed for the call, and its worth is held on the "
        "firm's prepaid money. Nobody pays more than that, and most pay less."
    ),
    examples=(
        "entrepot auction bid AC-01… order.yaml",
        'entrepot auction bid AC-01… --job job.yaml --value "500 HKD" --accept-duties',
        'entrepot auction bid AC-01… --job job.yaml --value "500 HKD" --interruptible --notice 2h '
        "--credit 25",
    ),
)
@click.argument("call_id", metavar="CALL")
@click.argument("order", metavar="[ORDER.yaml]", type=FILE, required=False)
@click.option("--job", type=FILE, help=N_("Job file, in place of an order."))
@click.option("--value", help=N_("What the job is worth, HKD or CNY; its price cap if left out."))
@click.option("--accept-duties", is_flag=True, help=N_("Accept the duties of the verdict."))
@click.option(
    "--interruptible", is_flag=True, help=N_("Let its leases give way to higher value later.")
)
@click.option("--notice", help=N_("Notice of an interruption, such as 2h; 5m if left out."))
@click.option("--credit", help=N_("Credit for lost slots, percent of their price; 10 by default."))
@click.option("--firm", help=N_("Firm that orders."))
@click.option("--hold", help=N_("Hold more than the order is worth, to hide what it is."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def bid(
    session: Session,
    call_id: str,
    order: Path | None,
    job: Path | None,
    value: str | None,
    accept_duties: bool,
    firm: str | None,
    hold: str | None,
    key: str | None,
    **terms: object,
) -> None:
    """Place an order."""
    from entrepot.kernel.money import parse_amount
    from entrepot.services.call_bid import bid as place
    from entrepot.services.call_open import the_call
    from entrepot.services.firms import the_firm
    from entrepot.services.order_build import order_body

    app = session.app
    call = the_call(app, call_id)
    written = _elastic(_written(app, order, job, value, accept_duties), terms)
    who = the_firm(app, firm or written.firm or None)
    body = order_body(app, who, call, written)
    held = parse_amount(hold) if hold else None
    placed = place(app, call_id, who, body, held, key or app.ids.new("K"))
    data = {**order_data(placed), "options": len(body.options), "dropped": list(body.dropped)}
    emit(session, data, lambda: show_placed(placed, body))


def _written(
    app: App, order: Path | None, job: Path | None, value: str | None, accepts: bool
) -> OrderFile:
    """Return the order of a file, or one for a job at every lawful place and start.

    Raises:
        Invalid: neither or both are given, or nobody says what the job is worth.
    """
    from entrepot.kernel.money import parse_amount
    from entrepot.services.order_model import OrderFile

    if (order is None) == (job is None):
        raise missing("ORDER.yaml", N_("Give an order file, or --job JOB.yaml with --value."))
    if order is not None:
        return app.read_order(order)
    assert job is not None
    spec = app.read_job(job)
    worth = parse_amount(value) if value else spec.demand.price_cap
    if worth is None:
        raise missing("--value", N_('Say what the job is worth: --value "500 HKD"'))
    where = {"value": "--value", "job": str(job)}
    return OrderFile(spec.name, value=worth, accept_duties=accepts, job=spec, where=where)


def _elastic(written: OrderFile, terms: Mapping[str, object]) -> OrderFile:
    """Return an order with the terms of interruption that the options state.

    Raises:
        Invalid: no span of time, no percentage, or terms without --interruptible.
    """
    from entrepot.domain.catalogue.units import parse_duration
    from entrepot.faces.cli.auction_life_words import basis_points
    from entrepot.services.order_model import ELASTIC_USUAL

    notice, credit = terms["notice"], terms["credit"]
    base = written.elastic or (ELASTIC_USUAL if terms["interruptible"] else None)
    if base is None:
        if notice or credit:
            raise missing("--interruptible", N_("Notice and credit belong to --interruptible."))
        return written
    notice_s = parse_duration(str(notice)) if notice else base.notice_s
    credit_bp = basis_points("--credit", str(credit)) if credit else base.credit_bp
    return replace(written, elastic=replace(base, notice_s=notice_s, credit_bp=credit_bp))


@cli_command(
    "offer",
    help=N_(
        "Offer devices of a centre in a call: a file of steps, or what its posted offers say, as "
        "far as it is free. The devices are promised at once; prices stay sealed."
    ),
    examples=(
        "entrepot auction offer AC-01… --centre demo-gz",
        "entrepot auction offer AC-01… ask.yaml --centre demo-gz",
    ),
)
@click.argument("call_id", metavar="CALL")
@click.argument("ask", metavar="[ASK.yaml]", type=FILE, required=False)
@click.option("--centre", help=N_("Who sells; the file may say it."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def offer(
    session: Session, call_id: str, ask: Path | None, centre: str | None, key: str | None
) -> None:
    """Place an ask."""
    from entrepot.services.call_ask import ask_body
    from entrepot.services.call_offer import offer as place
    from entrepot.services.call_open import the_call

    app = session.app
    written = app.read_ask(ask) if ask else None
    who = centre or (written.centre if written else "")
    if not who:
        raise missing("--centre", N_("Say who sells: --centre demo-gz"))
    body = ask_body(app, the_call(app, call_id), who, written) if written else None
    placed = place(app, call_id, who, body, key or app.ids.new("K"))
    emit(session, order_data(placed), lambda: show_placed(placed, None))


@cli_command(
    "withdraw",
    help=N_("Take an order or an ask back before the gate closes; all that it holds is free."),
    examples=("entrepot auction withdraw AO-01…",),
)
@click.argument("order_id", metavar="ORDER")
@click.option("--key", help=KEY)
@json_option
@pass_session
def withdraw(session: Session, order_id: str, key: str | None) -> None:
    """Withdraw."""
    from entrepot.services.call_bid import withdraw as take_back

    order = take_back(session.app, order_id, key or f"withdraw:{order_id}")
    line = _(N_("{id} is withdrawn; what it held is free.")).format(id=order.id)
    emit(session, order_data(order), lambda: done(line))


@cli_command(
    "close",
    help=N_(
        "Close the gate of a call and open its sealed orders. Each is held against what was "
        "committed to; one that fails is refused by itself and gets its money back."
    ),
    examples=("entrepot auction close AC-01…", "entrepot auction close AC-01… --key-file seal.key"),
)
@click.argument("call_id", metavar="CALL")
@click.option("--key-file", type=FILE, help=N_("Private key of the seal, if another one keeps it."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def close(session: Session, call_id: str, key_file: Path | None, key: str | None) -> None:
    """Close a gate."""
    from entrepot.services.call_close import close_call

    secret = key_file.read_text("utf-8", errors="replace").strip() if key_file else ""
    found = close_call(session.app, call_id, key or f"close:{call_id}", secret)
    data = {**call_data(found.call), "opened": found.opened, "refused": dict(found.refused)}

    def render() -> None:
        line = _(N_("The gate is closed: {opened} orders are opened, {refused} refused."))
        done(line.format(opened=number(found.opened), refused=number(len(found.refused))))
        for order_id, code in found.refused.items():
            print(f"  {order_id}  {code}")
        print(_(N_("Run it: entrepot auction run {id}")).format(id=call_id))

    emit(session, data, render)


@cli_command(
    "void",
    help=N_("Declare a call void that has not cleared; all holds and devices are free again."),
    examples=('entrepot auction void AC-01… --reason "network down"',),
)
@click.argument("call_id", metavar="CALL")
@click.option("--reason", required=True, help=N_("Why, for everybody to read."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def void(session: Session, call_id: str, reason: str, key: str | None) -> None:
    """Declare void."""
    from entrepot.services.call_close import void_call

    call = void_call(session.app, call_id, reason, key or f"void:{call_id}")
    line = _(N_("Call {id} is void; nobody pays, and all that was held is free."))
    emit(session, call_data(call), lambda: done(line.format(id=call.id)))


COMMANDS = (bid, offer, withdraw, close, void)
