"""Lease time that a centre lost: recorded with its reason, given back by the plan of the firm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict, Refused
from entrepot.kernel.text import N_
from entrepot.services.lease import the_lease
from entrepot.services.ports_metering import LostTime
from entrepot.services.run_job import the_job

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body


def record_lost_time(
    app: App, lease_id: str, seconds: int, reason: str, reference: str
) -> LostTime:
    """Record lease time that the centre lost; the same reference again changes nothing.

    Args:
        app: the exchange.
        lease_id: ``L-…``, with a job.
        seconds: lost, of all its devices.
        reason: what happened.
        reference: of the report of the fault; unique in the lease.

    Raises:
        NotFound: no such lease, or it has no job.
        Refused: not above nought, or with what is recorded more than the lease.
        Conflict: the reference stands for other lost time.
    """
    lease, now = the_lease(app, lease_id), app.clock.now()
    job, made_id = the_job(app, lease_id), app.ids.new(ids.LOST_TIME)

    def action(uow: UnitOfWork) -> dict[str, object]:
        known = uow.metering.lost_time(lease.id)
        same = next((row for row in known if row.reference == reference), None)
        if same is not None:
            if (same.seconds, same.reason) != (seconds, reason):
                raise _other(reference)
            return {"id": same.id}
        if not 0 < seconds <= lease.duration_s - sum(row.seconds for row in known):
            raise _too_long(seconds, lease.duration_s)
        uow.metering.add_lost_time(
            LostTime(made_id, lease.id, job.id, seconds, reason, reference, now, app.actor)
        )
        return {"id": made_id}

    body: Body = {"lease_id": lease.id, "seconds": seconds, "reason": reason}
    key = app.ids.new("K")
    answer = app.store.command(app.actor, "usage.lost_time", key, body, now, action)
    with app.store.reading() as uow:
        rows = uow.metering.lost_time(lease.id)
    return next(row for row in rows if row.id == answer["id"])


def _other(reference: str) -> Conflict:
    return Conflict(
        "usage.lost_time_known",
        N_("Reference {reference} stands for other lost time of this lease."),
        hint=N_("Give this one a reference of its own."),
        reference=reference,
    )


def _too_long(seconds: int, most: int) -> Refused:
    return Refused(
        "usage.lost_time",
        N_("{seconds} s cannot be lost of a lease of {most} s, what is recorded counted in."),
        hint=N_("State the seconds that the centre was down while the lease ran."),
        seconds=seconds,
        most=most,
    )
