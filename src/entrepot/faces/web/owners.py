"""Things by their ids, only if they are the reader's: else it is as if they were not there."""

from __future__ import annotations

from typing import TypeVar

from entrepot.domain.access.model import Resource
from entrepot.faces.web.visit import Visit, absent
from entrepot.services import records as r

T = TypeVar("T")


def the_quote(visit: Visit, action: str = "quote.read") -> r.Quote:
    """Return the quote that the address names."""
    with visit.app.store.reading() as uow:
        found = there(uow.deals.quote(visit.names["quote"]))
    noun = action.partition(".")[0]
    visit.require(
        action, Resource(noun, firm_id=found.firm_id, project_id=project(visit, found.id))
    )
    return found


def the_lease(visit: Visit, action: str = "lease.read") -> r.Lease:
    """Return the lease that the address names."""
    with visit.app.store.reading() as uow:
        found = there(uow.deals.lease(visit.names["lease"]))
    visit.require(action, _of(visit, action, found.id, found.firm_id, found.centre_id))
    return found


def the_job(visit: Visit, action: str = "job.read") -> r.Job:
    """Return the job that the address names."""
    with visit.app.store.reading() as uow:
        found = there(uow.deals.job(visit.names["job"]))
    visit.require(action, _of(visit, action, found.id, found.firm_id, found.centre_id))
    return found


def the_invoice(visit: Visit) -> str:
    """Return the number of the paper that the address names: bill, month's invoice or credit."""
    number = visit.names["number"]
    with visit.app.store.reading() as uow:
        book = uow.receivables
        found = there(uow.deals.invoice(number) or book.month(number) or book.credit(number))
    visit.require("invoice.read", Resource("invoice", found.id, firm_id=found.firm_id))
    return number


def project(visit: Visit, thing: str) -> str:
    """Return the joint project to which a thing belongs; empty for none."""
    from entrepot.services.identity_projects import project_of

    with visit.app.store.reading() as uow:
        return project_of(uow, thing)


def there(found: T | None) -> T:
    """Return what was found.

    Raises:
        NotFound: nothing was.
    """
    if found is None:
        raise absent()
    return found


def _of(visit: Visit, action: str, thing: str, firm_id: str, centre_id: str) -> Resource:
    noun = action.partition(".")[0]
    joint = project(visit, thing)
    return Resource(noun, thing, firm_id=firm_id, centre_id=centre_id, project_id=joint)
