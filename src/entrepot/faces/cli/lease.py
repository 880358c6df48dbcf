"""``entrepot lease``: take a quote, or show the lease that did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

import click

from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import done, duration, emit, moment, money
from entrepot.faces.cli.state_words import state_word
from entrepot.kernel.ids import is_id
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.held_device import HeldDevice


@cli_command(
    "lease",
    help=N_(
        "Take a quote: hold its price on the prepaid account and reserve the devices, vouchers "
        "and duties, all or none. With the id of a lease, show it."
    ),
    examples=(
        "entrepot lease Q-01… --accept-duties",
        "entrepot lease Q-01… --choice 2 --accept-duties",
        "entrepot lease L-01…",
        "entrepot lease L-01… --release",
    ),
)
@click.argument("subject", metavar="Q-…|L-…")
@click.option("--choice", type=int, default=1, help=N_("Rank of the candidate; 1 is cheapest."))
@click.option("--accept-duties", is_flag=True, help=N_("Accept the duties of the verdict."))
@click.option("--release", is_flag=True, help=N_("Give back a lease that has not run."))
@click.option("--key", help=N_("Idempotency key; the same key gives the same lease."))
@json_option
@pass_session
def command(
    session: Session,
    subject: str,
    choice: int,
    accept_duties: bool,
    release: bool,
    key: str | None,
) -> None:
    """Take, show or release."""
    from entrepot.services.finish_job import recover
    from entrepot.services.lease import release_lease, take_quote, the_lease

    app = session.app
    if is_id(subject, "L"):
        lease = the_lease(app, subject)
        if release:
            lease = release_lease(app, subject, reason="asked by the desk", key=f"free:{subject}")
    else:
        recover(app)
        lease = take_quote(
            app, subject, choice=choice, accept_duties=accept_duties, key=key or f"take:{subject}"
        )
    with app.store.reading() as uow:
        tasks, held = uow.deals.tasks(lease.id), uow.capacity.held(lease.id)
    devices = [asdict(device) for device in held]
    data = {**lease_data(lease), "tasks": [asdict(task) for task in tasks], "devices": devices}
    emit(session, data, lambda: show_lease(lease, tasks, held))


def lease_data(lease: r.Lease) -> dict[str, object]:
    """Return a lease for ``--json``."""
    data = asdict(lease)
    data["lease_id"] = data.pop("id")
    return data


def show_lease(
    lease: r.Lease, tasks: Sequence[r.DutyTask], held: Sequence[HeldDevice] = ()
) -> None:
    """Print a lease with its devices, its duties and what to do next."""
    verdict = cast(Mapping[str, Any], lease.choice["verdict"])
    done(
        _(N_("Lease {id}: {milli} milli-devices at {centre} for {time}, state {state}")).format(
            id=lease.id,
            milli=lease.milli_devices,
            centre=lease.centre_id,
            time=duration(lease.duration_s),
            state=state_word(lease.state),
        )
    )
    kept = money(Amount(lease.hold_minor, HKD))
    print(_(N_("Held on the prepaid account: {amount}")).format(amount=kept))
    show_devices(lease, held)
    if verdict["duties"]:
        print(_(N_("Duties accepted: {duties}")).format(duties=", ".join(verdict["duties"])))
    for task in tasks:
        print(_(N_("  due {day}: {title}")).format(day=task.due_on, title=_(task.title)))
    if lease.state == "held":
        print(
            _(N_("Start by {when}: entrepot run {id}")).format(
                when=moment(lease.start_by), id=lease.id
            )
        )


DEVICES_SHOWN = 4
"""Devices that are named one by one; a cluster of thousands is counted."""


def show_devices(lease: r.Lease, held: Sequence[HeldDevice]) -> None:
    """Print on which devices a lease lies, how much of each, and how neighbours are kept apart."""
    if not held:
        return
    apart = _(ISOLATIONS[lease.isolation])
    for device in held[:DEVICES_SHOWN]:
        text = N_("  device {number} of pool {pool}: {milli} of 1000 milli, {apart}")
        line = _(text).format(
            number=device.ordinal, pool=device.pool_id, milli=device.milli, apart=apart
        )
        if device.neighbours:
            line += _(N_("; other leases on it: {count}")).format(count=device.neighbours)
        print(line)
    if len(held) > DEVICES_SHOWN:
        print(_(N_("  and {count} devices more")).format(count=len(held) - DEVICES_SHOWN))


ISOLATIONS = {
    "exclusive": N_("whole devices of its own"),
    "mig": N_("a slice cut in hardware (MIG)"),
    "vgpu": N_("a virtual device (vGPU)"),
    "mps": N_("shared processes (MPS)"),
    "timeslice": N_("slices of time"),
}
"""How firms on one device are kept apart, for people."""
