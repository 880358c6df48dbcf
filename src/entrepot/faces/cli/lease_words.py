"""Leases in words: a line, a record for programs, devices, terms of the kind, changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from entrepot.domain.contracts.lease_kind import KIND_WORDS, KindTerms, LeaseKind
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, duration, moment, money, number, show_table
from entrepot.faces.cli.state_words import state_word
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.held_device import HeldDevice
from entrepot.services.lease_terms import terms_in
from entrepot.services.ports_leases import LeaseChange

if TYPE_CHECKING:
    from entrepot.services.lease_view import LeaseView


def lease_data(lease: r.Lease) -> dict[str, object]:
    """Return a lease for ``--json``."""
    data = asdict(lease)
    data["lease_id"] = data.pop("id")
    return data


def view_data(view: LeaseView) -> dict[str, object]:
    """Return a lease with its devices, duties and changes for ``--json``."""
    return {
        **lease_data(view.lease),
        "tasks": [asdict(task) for task in view.tasks],
        "devices": [asdict(device) for device in view.held],
        "kind": terms_in(view.lease).as_dict(),
        "changes": [asdict(change) for change in view.changes],
    }


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
    show_kind(terms_in(lease))
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
        if device.node:
            line += _(N_(", machine {node}")).format(node=device.node)
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


def show_kind(terms: KindTerms) -> None:
    """Print the kind of a lease and its terms; a plain managed job has none worth a line."""
    if terms.kind is LeaseKind.MANAGED_JOB and not terms.binds:
        return
    print("  " + kind_text(terms))


def kind_text(terms: KindTerms) -> str:
    """Write a kind with its terms."""
    said = N_("{kind}: least time {minimum}, notice {notice}, longest {longest}")
    return _(said).format(
        kind=_(KIND_WORDS[terms.kind]),
        minimum=duration(terms.minimum_s),
        notice=duration(terms.notice_s),
        longest=duration(terms.duration_s_max),
    )


WHAT = {
    "extend": N_("extended"),
    "shrink": N_("shrunk"),
    "give_back": N_("given back"),
}


def show_changes(changes: Sequence[LeaseChange]) -> None:
    """Print how a lease was changed; nothing if it was not."""
    if not changes:
        return
    columns = [Column("#", True), Column(_(N_("when"))), Column(_(N_("change")))]
    columns += [Column(_(title), True) for title in (N_("milli"), N_("time"), N_("held"))]
    columns.append(Column(_(N_("reason"))))
    rows = [
        [
            str(one.number),
            moment(one.changed_at),
            _(WHAT[one.what]),
            _from_to(one, "milli_devices", number),
            _from_to(one, "duration_s", duration),
            _from_to(one, "hold_minor", lambda minor: money(Amount(minor, HKD))),
            one.reason,
        ]
        for one in changes
    ]
    show_table(columns, rows)


def _from_to(change: LeaseChange, name: str, write: Callable[[int], str]) -> str:
    before, after = cast(int, change.before[name]), cast(int, change.after[name])
    return write(after) if before == after else f"{write(before)} → {write(after)}"
