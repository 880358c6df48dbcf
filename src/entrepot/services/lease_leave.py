"""Leave a lease early, whole or in part, on the terms of its kind.

What is left is owed its least time and notice, and is free for others (a resale, say) after that::

    held     nobody has used it: least time and notice are billed, the devices go back
    running  the lease is shortened to the end of the notice; where the centre cannot, the run is
             stopped now and its bill asks for the notice
    part     devices of a held lease go back, what they owe stays in the lease

A managed job of the house owes nothing: the lease is released, or its run stopped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from entrepot.domain.contracts.lease_kind import KIND_WORDS, owed_seconds
from entrepot.domain.contracts.lease_price import changed_price
from entrepot.domain.contracts.plain import from_plain
from entrepot.domain.contracts.price_model import PriceBreakdown
from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.bill import bill_job
from entrepot.services.call_mark import see_not_paid
from entrepot.services.lease import release_lease, the_lease
from entrepot.services.lease_bounds import OPEN, Change, elapsed_s, least_duration_s
from entrepot.services.lease_change import GIVE_BACK, change_lease
from entrepot.services.lease_terms import kept_in, terms_in
from entrepot.services.run_job import cancel_job
from entrepot.services.run_limit import adjustable
from entrepot.services.unused_job import unused_job

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_leases import LeaseChange

LEFT = N_("The firm left the lease before a job was started.")


@dataclass(frozen=True, slots=True)
class Leaving:
    """What leaving a lease gives and costs.

    Attributes:
        lease: as it stands.
        milli_devices: that are left.
        free_from, free_to: Unix seconds between which they are free for others; equal = nothing.
        owed_minor: HKD cents that the lease is charged at least, what it used included.
        held_minor: HKD cents that it holds.
        invoice: the bill, where leaving has made one.
    """

    lease: r.Lease
    milli_devices: int
    free_from: int
    free_to: int
    owed_minor: int
    held_minor: int
    invoice: r.Invoice | None = None


def leaving(app: App, lease_id: str, milli_devices: int = 0) -> Leaving:
    """Say what leaving a lease now would give and cost; nothing is changed.

    Args:
        app: the exchange.
        lease_id: ``L-…``.
        milli_devices: that would be left; nought = all.

    Raises:
        NotFound: no such lease.
        Refused: it was bought in an auction.
        Conflict: it has ended.
    """
    lease, now = the_lease(app, lease_id), app.clock.now()
    see_not_paid(lease)
    with app.store.reading() as uow:
        job = uow.deals.job_of_lease(lease_id)
    if lease.state not in OPEN:
        raise Conflict(
            "lease.over",
            N_("Lease {id} has ended: {state}."),
            hint=N_("Quote a new one: entrepot quote JOB.yaml"),
            id=lease.id,
            state=lease.state,
        )
    left = milli_devices or lease.milli_devices
    start = now - elapsed_s(job, now)
    owed_s = owed_seconds(terms_in(lease), elapsed_s(job, now), lease.duration_s)
    end = (start if job else lease.start_by) + lease.duration_s
    free_from = start + owed_s if job else now
    owed = _owed(lease, left, owed_s)
    return Leaving(lease, left, min(free_from, end), end, owed, lease.hold_minor)


def _owed(lease: r.Lease, left: int, owed_s: int) -> int:
    """Return HKD cents for what is left now and was given back before, at the quote's price."""
    price = from_plain(PriceBreakdown, lease.choice["price"])
    quantity = min(left * owed_s + kept_in(lease), price.milli_device_seconds)
    return changed_price(price, quantity).payable_now.minor if quantity else 0


def give_back(app: App, lease_id: str, *, milli_devices: int = 0, reason: str, key: str) -> Leaving:
    """Leave a lease early by the notice of its kind; this is what a resale rests on.

    Args:
        app: the exchange.
        lease_id: ``L-…``, held or running.
        milli_devices: that are given back; nought = all of the lease.
        reason: in the words of who asks.
        key: idempotency key; the same key gives the same end.

    Returns:
        The lease as it stands now, from when to when the devices are free, and the bill if
        leaving has made one.

    Raises:
        NotFound: no such lease.
        Invalid: no size that the kind of lease allows.
        Refused: it was bought in an auction, or a part of it is left while its job runs.
        Conflict: it has ended.
    """
    known = _known(app, lease_id, milli_devices, key)
    if known is not None:
        return known
    told = leaving(app, lease_id, milli_devices)
    lease = told.lease
    if milli_devices and milli_devices != lease.milli_devices:
        change = Change(GIVE_BACK, 0, milli_devices, reason)
        return _at(told, change_lease(app, lease_id, change, key).lease)
    if lease.state == "held":
        invoice = None
        if terms_in(lease).binds or kept_in(lease):
            invoice = bill_job(app, _unused(app, lease, reason, key))
        else:
            release_lease(app, lease_id, reason=reason, key=key)
        return _at(told, the_lease(app, lease_id), invoice)
    return _at(told, _end_run(app, lease, reason, key))


def _known(app: App, lease_id: str, milli_devices: int, key: str) -> Leaving | None:
    """Return what an earlier call under the same key has done, if there was one."""
    lease = the_lease(app, lease_id)
    with app.store.reading() as uow:
        job = uow.deals.job_of_lease(lease_id)
        invoice = uow.deals.invoice_of_job(job.id) if job else None
        before = [one for one in uow.leases.changes(lease_id) if one.after.get("key") == key]
    if before:
        return _again(lease, job, before[0], milli_devices)
    if lease.state in OPEN or job is None or job.spec.get("left_by") != key:
        return None
    left, at = milli_devices or lease.milli_devices, job.created_at
    owed = cast(int, job.spec.get("owed_minor", 0))
    end = lease.start_by + lease.duration_s
    return Leaving(lease, left, at, end, owed, lease.hold_minor, invoice)


def _again(lease: r.Lease, job: r.Job | None, change: LeaseChange, milli_devices: int) -> Leaving:
    said = [cast(int, change.before[name]) for name in ("milli_devices", "duration_s")]
    start = change.changed_at - elapsed_s(job, change.changed_at) if job else lease.start_by
    free_from = start + cast(int, change.after["duration_s"]) if job else change.changed_at
    owed = _owed(lease, lease.milli_devices if job else 0, lease.duration_s)
    left = milli_devices or said[0]
    return Leaving(lease, left, free_from, start + said[1], owed, lease.hold_minor)


def _at(told: Leaving, lease: r.Lease, invoice: r.Invoice | None = None) -> Leaving:
    return Leaving(
        lease,
        told.milli_devices,
        told.free_from,
        told.free_to,
        told.owed_minor,
        lease.hold_minor,
        invoice,
    )


def _end_run(app: App, lease: r.Lease, reason: str, key: str) -> r.Lease:
    with app.store.reading() as uow:
        job = uow.deals.job_of_lease(lease.id)
    assert job is not None
    least = least_duration_s(lease, job, app.clock.now())
    if terms_in(lease).binds and least < lease.duration_s and adjustable(app, job):
        change = Change(GIVE_BACK, lease.duration_s - least, 0, reason)
        return change_lease(app, lease.id, change, key).lease
    cancel_job(app, job.id)
    return the_lease(app, lease.id)


def _unused(app: App, lease: r.Lease, reason: str, key: str) -> r.Job:
    """Let a job that never ran stand for a lease that is left, so that its bill is like any."""
    now = app.clock.now()
    owed = leaving(app, lease.id).owed_minor
    spec = {"left_by": key, "owed_minor": owed}
    job = unused_job(lease, app.ids.new(ids.JOB), now, reason="lease.left", message=LEFT, spec=spec)

    def action(uow: UnitOfWork) -> dict[str, object]:
        if not uow.deals.set_lease(lease.id, "held", "running"):
            raise Conflict(
                "lease.used",
                N_("Lease {id} is not waiting for its job any more."),
                hint=N_("entrepot jobs shows what became of it."),
                id=lease.id,
            )
        uow.deals.add_job(job)
        uow.gate_records.release_exports(lease.id)
        return {"job_id": job.id, "reason": reason}

    body: dict[str, object] = {"lease_id": lease.id, "reason": reason}
    answer = app.store.command(app.actor, "lease.leave", key, body, now, action)
    with app.store.reading() as uow:
        kept = uow.deals.job(str(answer["job_id"]))
    assert kept is not None
    return kept


def kind_word(lease: r.Lease) -> str:
    """Return the kind of a lease in words, marked for translation."""
    return KIND_WORDS[terms_in(lease).kind]
