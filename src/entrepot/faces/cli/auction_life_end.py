"""``entrepot auction run CALL``, ``results``, ``explain`` and ``fail``: calls after the gate."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.auction_life_words import call_data, hkd, order_data, state_of
from entrepot.faces.cli.auction_progress import solver_progress
from entrepot.faces.cli.days import moment_of
from entrepot.faces.cli.explain_words import explain_data, show_explanation
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, moment, money, number, show_table, warn
from entrepot.kernel.money import CNH, Amount
from entrepot.kernel.period import iso_utc
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.call_view import ResultView
    from entrepot.services.ports_market import AuctionLease, LeaseSlot

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MONEY = ("charge", "whole", "fee", "fraction", "net")
KEY = N_("Idempotency key; the same key gives the same answer.")


def run_life(
    session: Session, call_id: str, limit_s: float | None, iterations: Mapping[str, int] | None
) -> None:
    """Run a call that is kept, for ``entrepot auction run CALL``."""
    from entrepot.services.call_run import run_call
    from entrepot.services.call_view import result_view

    app = session.app
    with solver_progress() as told:
        ran = run_call(app, call_id, limit_s, iterations, told)
    view = result_view(app, call_id)
    spent_ms = ran.outcome.spent_ms if ran.outcome else 0
    data = {**result_data(view), "spent_ms": spent_ms}

    def render() -> None:
        served = sum(order.state == "accepted" for order in view.orders if order.side == "order")
        every = sum(order.side == "order" for order in view.orders)
        line = _(N_("{served} of {orders} orders are served; {leases} leases are made."))
        count = sum(len(found) for found in view.leases.values())
        done(line.format(served=number(served), orders=number(every), leases=number(count)))
        show_results(view)

    emit(session, data, render)


def verify_life(session: Session, call_id: str, out: Path | None) -> None:
    """Verify a call that is kept, for ``entrepot auction verify CALL``."""
    from entrepot.services.call_verify import verify_call

    found = verify_call(session.app, call_id, out)
    names = ("inputs", "welfare", "bound", "gap_percent")
    told = {name: found.certificate[name] for name in names}
    data = {"holds": True, **told, "orders": found.orders, "files": list(found.files)}

    def render() -> None:
        done(_(N_("The certificate holds, and the orders in it are those that were sealed.")))
        if out:
            line = _(N_("{count} files are written: {out}"))
            print(line.format(count=number(len(found.files)), out=out))

    emit(session, data, render)


@cli_command(
    "results",
    help=N_(
        "Show what a call has decided: orders served, what they pay, prices, and the leases made."
    ),
    examples=("entrepot auction results AC-01…", "entrepot auction results AC-01… --json"),
)
@click.argument("call_id", metavar="CALL")
@json_option
@pass_session
def results(session: Session, call_id: str) -> None:
    """Show results."""
    from entrepot.services.call_run import cleared_of
    from entrepot.services.call_view import result_view

    cleared_of(session.app, call_id)
    view = result_view(session.app, call_id)
    emit(session, result_data(view), lambda: show_results(view))


@cli_command(
    "explain",
    help=N_(
        "Say why an order was served or not: the prices it faced, what it was worth, how much more "
        "would have won, and at which other hours it would have had a surplus."
    ),
    examples=("entrepot auction explain AO-01…", "entrepot auction explain AO-01… --json"),
)
@click.argument("order_id", metavar="ORDER")
@json_option
@pass_session
def explain(session: Session, order_id: str) -> None:
    """Explain an order."""
    from entrepot.services.call_explain import explain as find

    found = find(session.app, order_id)
    emit(session, explain_data(found), lambda: show_explanation(found))


@cli_command(
    "tick",
    help=N_(
        "Take every call as far as the clock allows: close gates that are due, run what is closed, "
        "bill windows that are over. Call it once a minute for a rolling series."
    ),
    examples=("entrepot auction tick", "entrepot auction tick --time-limit 30 --json"),
)
@click.option("--time-limit", "limit_s", type=float, help=N_("Seconds for the solver, a call."))
@json_option
@pass_session
def tick(session: Session, limit_s: float | None) -> None:
    """Take calls on."""
    from entrepot.services.call_tick import tick as take_on

    found = take_on(session.app, limit_s)

    def render() -> None:
        line = N_("{closed} gates closed, {cleared} calls cleared, {billed} bills made.")
        names = ("closed", "cleared", "billed")
        done(_(line).format(**{name: number(len(getattr(found, name))) for name in names}))
        for call_id, why in found.failed.items():
            warn(f"{call_id}: {why}")

    emit(session, found, render)


@cli_command(
    "use",
    help=N_(
        "Give a job to a lease of the auction whose order named none. The gate judges it, and it "
        "has to fit the devices and the time that were bought."
    ),
    examples=("entrepot auction use L-01… job.yaml --accept-duties",),
)
@click.argument("lease_id", metavar="LEASE")
@click.argument("job", metavar="JOB.yaml", type=FILE)
@click.option("--accept-duties", is_flag=True, help=N_("Accept the duties of the verdict."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def use(session: Session, lease_id: str, job: Path, accept_duties: bool, key: str | None) -> None:
    """Give a job."""
    from entrepot.services.call_use import use_lease

    app = session.app
    made = key or f"use:{lease_id}"
    given = use_lease(app, lease_id, app.read_job(job), made, accept_duties=accept_duties)
    data = {"lease_id": lease_id, "job": given.job["name"], "given_at": iso_utc(given.given_at)}
    line = _(N_("Job {name} will run: entrepot run {id}, within the window of the lease."))
    emit(session, data, lambda: done(line.format(name=given.job["name"], id=lease_id)))


@cli_command(
    "fail",
    help=N_(
        "Report slots of an auction's lease that its centre did not deliver: the centre gets "
        "nothing for them, the firm its money back and a credit that the centre bears. Without "
        "--slot, all slots that are not billed."
    ),
    examples=(
        'entrepot auction fail L-01… --reason "power cut" --reference INC-7',
        'entrepot auction fail L-01… --slot 2026-12-01T20:00 --reason "fire" --reference INC-8',
    ),
)
@click.argument("lease_id", metavar="LEASE")
@click.option("--slot", "slots", multiple=True, metavar="TIME", help=N_("Start of a slot."))
@click.option("--reason", required=True, help=N_("What happened."))
@click.option("--reference", required=True, help=N_("Reference of the report."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def fail(
    session: Session,
    lease_id: str,
    slots: tuple[str, ...],
    reason: str,
    reference: str,
    key: str | None,
) -> None:
    """Report slots that were not delivered."""
    from entrepot.services.call_fail import fail_slots

    hours = [at for text in slots if (at := moment_of("--slot", text)) is not None]
    made = key or f"fail:{lease_id}:{reference}"
    found = fail_slots(session.app, lease_id, hours, reason, reference, made)
    data = {
        "lease_id": lease_id,
        "slots": [iso_utc(slot.slot_t) for slot in found.slots],
        "refund_minor": found.refund_minor,
        "credit_minor": found.credit_minor,
        "borne_cnh_minor": found.borne_minor,
    }

    def render() -> None:
        line = N_("{count} slots: {refund} given back, {credit} credited; the centre bears {fen}.")
        done(
            _(line).format(
                count=number(len(found.slots)),
                refund=hkd(found.refund_minor),
                credit=hkd(found.credit_minor),
                fen=money(Amount(found.borne_minor, CNH)),
            )
        )

    emit(session, data, render)


def result_data(view: ResultView) -> dict[str, object]:
    """Return results for ``--json``."""
    body = dict(view.clearing.certificate) if view.clearing else {}
    names = ("digest", "welfare", "bound", "gap_percent", "gap_percent_mip", "prices", "congestion")
    return {
        **call_data(view.call),
        **{name: body.get(name) for name in names},
        "payments": body.get("payments"),
        "orders": [_one_result(view, order.id) for order in view.orders],
        "leases": [
            lease_data(lease, view.slots[lease.lease_id])
            for found in view.leases.values()
            for lease in found
        ],
    }


def _one_result(view: ResultView, order_id: str) -> dict[str, object]:
    order = next(one for one in view.orders if one.id == order_id)
    result = view.results.get(order_id)
    if result is None:
        return order_data(order)
    cents = {f"{name}_minor": getattr(result, f"{name}_minor") for name in MONEY}
    return {**order_data(order), **cents, **result.body}


def lease_data(lease: AuctionLease, slots: tuple[LeaseSlot, ...]) -> dict[str, object]:
    """Return a lease that a call made for ``--json``."""
    return {
        "lease_id": lease.lease_id,
        "order_id": lease.order_id,
        "option": lease.option,
        "centre_id": lease.centre_id,
        "pool_id": lease.pool_id,
        "devices": lease.devices,
        "from": iso_utc(lease.from_t),
        "to": iso_utc(lease.to_t),
        "paid_minor": lease.paid_minor,
        "owed_minor": lease.owed_minor,
        "slots": [
            {"from": iso_utc(slot.slot_t), "paid_minor": slot.paid_minor, "state": slot.state}
            for slot in slots
        ],
    }


def show_results(view: ResultView) -> None:
    """Print orders with what they pay, then the leases made."""
    titles = (N_("charge"), N_("made whole"), N_("fee"), N_("fractions"), N_("in all"))
    columns = [
        Column(_(N_("order")), whole=True),
        Column(_(N_("party"))),
        Column(_(N_("state"))),
        *(Column(_(title), number=True) for title in titles),
    ]
    rows: list[list[str]] = []
    for order in view.orders:
        found = view.results.get(order.id)
        cells = [hkd(getattr(found, f"{name}_minor")) for name in MONEY] if found else []
        who = order.firm_id or order.centre_id or ""
        rows.append([order.id, who, state_of(order.state), *(cells or [""] * len(titles))])
    show_table(columns, rows)
    _show_leases(view)


def _show_leases(view: ResultView) -> None:
    leases = [lease for found in view.leases.values() for lease in found]
    columns = [
        Column(_(N_("lease")), whole=True),
        Column(_(N_("place"))),
        Column(_(N_("devices")), number=True),
        *(Column(_(title)) for title in (N_("from"), N_("to"))),
        Column(_(N_("paid")), number=True),
        Column(_(N_("slots"))),
    ]
    rows = [
        [
            *(lease.lease_id, f"{lease.centre_id} / {lease.pool_id}", number(lease.devices)),
            *(moment(lease.from_t), moment(lease.to_t), hkd(lease.paid_minor)),
            _states(view.slots[lease.lease_id]),
        ]
        for lease in leases
    ]
    show_table(columns, rows, empty=_(N_("No lease was made.")))


def _states(slots: tuple[LeaseSlot, ...]) -> str:
    counts: dict[str, int] = {}
    for slot in slots:
        counts[slot.state] = counts.get(slot.state, 0) + 1
    return ", ".join(f"{number(count)} {state_of(state)}" for state, count in counts.items())


COMMANDS = (results, explain, tick, use, fail)
