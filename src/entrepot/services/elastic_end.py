"""The end of a lease that gave way: its job stops at the border that its notice has named."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from entrepot.kernel.errors import EntrepotError
from entrepot.services.ports_elastic import ELASTIC
from entrepot.services.run_job import cancel_job

if TYPE_CHECKING:
    from entrepot.services.app import App


def end_given_up(app: App) -> tuple[str, ...]:
    """Stop the jobs of leases whose notice is over; what they used until then is billed.

    Returns:
        Ids of the jobs; one that its centre cannot stop now is tried again with the next call.
    """
    now = app.clock.now()
    with app.store.reading() as uow:
        running = {job.lease_id: job.id for job in uow.deals.jobs(("starting", "running"))}
        due = [
            running[notice.lease_id]
            for notice in (uow.elastic.notices() if running else ())
            if notice.kind == ELASTIC and notice.ends_at <= now and notice.lease_id in running
        ]
    stopped: list[str] = []
    for job_id in due:
        with suppress(EntrepotError):
            cancel_job(app, job_id)
            stopped.append(job_id)
    return tuple(stopped)
