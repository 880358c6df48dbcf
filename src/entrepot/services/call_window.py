"""The end of a lease of the auction that nobody used: its slots were kept ready, and are billed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.kernel import ids
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.bill import bill_job
from entrepot.services.unused_job import unused_job

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

UNUSED = N_("No job was started in the window that was bought.")


def close_window(app: App, lease: r.Lease) -> r.Invoice | None:
    """Bill a lease whose window is over and in which no job was started.

    A job that was never run stands for it, so that its bill is like any other.

    Args:
        app: the exchange.
        lease: of the auction, held, with its window over.

    Returns:
        The bill; None if a job was started meanwhile.
    """
    now = app.clock.now()
    job = unused_job(lease, app.ids.new(ids.JOB), now, reason="auction.unused", message=UNUSED)

    def action(uow: UnitOfWork) -> dict[str, object]:
        if uow.deals.job_of_lease(lease.id) is not None:
            return {"job_id": ""}
        if not uow.deals.set_lease(lease.id, "held", "running"):
            return {"job_id": ""}
        uow.deals.add_job(job)
        return {"job_id": job.id}

    key, body = f"unused:{lease.id}", {"lease_id": lease.id}
    answer = app.store.command(app.actor, "auction.unused", key, body, now, action)
    if not answer["job_id"]:
        return None
    with app.store.reading() as uow:
        kept = uow.deals.job(str(answer["job_id"]))
    assert kept is not None
    return bill_job(app, kept)
