"""The time limit of a run that has begun follows its lease, where the backend can move it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.kernel.errors import EntrepotError, Refused
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.backend_limit import Adjustable
from entrepot.services.run_job import backend_of

if TYPE_CHECKING:
    from entrepot.services.app import App


def adjustable(app: App, job: r.Job) -> bool:
    """Say whether the centre of a job can move the time limit of a run."""
    return isinstance(backend_of(app, job), Adjustable)


def see_adjustable(app: App, job: r.Job) -> None:
    """Refuse to change a lease whose run cannot be lengthened or shortened.

    Raises:
        Refused: the centre cannot.
    """
    if not adjustable(app, job):
        raise Refused(
            "lease.runs",
            N_("The job of lease {id} runs, and its centre cannot move the limit of a run."),
            hint=N_("End it early with entrepot cancel {job}, or quote another lease for later."),
            id=job.lease_id,
            job=job.id,
        )


def follow_lease(app: App, lease: r.Lease) -> None:
    """Let the run of a lease last as long as the lease does now; again changes nothing.

    A centre that cannot be reached is told by the next change or look; until then the run keeps
    its old limit, and no more than was used is billed.
    """
    with app.store.reading() as uow:
        job = uow.deals.job_of_lease(lease.id)
        changed = bool(uow.leases.changes(lease.id))
    if job is None or job.state in r.OVER or not changed:
        return
    backend = backend_of(app, job)
    if isinstance(backend, Adjustable):
        try:
            backend.set_limit(job.id, lease.duration_s)
        except EntrepotError:
            return
