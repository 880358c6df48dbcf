"""Whose a thing is: from the id in the path, or in the body, to the resource with its owners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from entrepot.domain.access.model import Principal, Resource
from entrepot.domain.access.reach import reach
from entrepot.faces.api.refusals import absent
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.ports import UnitOfWork

Path = Mapping[str, str]
T = TypeVar("T")


def house(noun: str) -> Any:
    """Return a resolver of what belongs to the house as such."""

    def find(_app: App, _uow: UnitOfWork, _path: Path, _body: Any) -> Resource:
        return Resource(noun)

    return find


def asking_firm(app: App, uow: UnitOfWork, _path: Path, body: Any) -> Resource:
    """Return the firm that a body names, or the only one for which the caller may ask."""
    found = _there(uow.registry.firm(asking(app.principal, body.firm_id)))
    return Resource("quote", firm_id=found.id)


def asking(principal: Principal, named: str | None) -> str:
    """Return the firm that asks for a quote.

    Raises:
        Invalid: the caller acts for several firms, or for none, and names none.
    """
    firms = reach(principal, "quote.make").firms
    if named is None and len(firms) != 1:
        raise Invalid(
            "api.firm",
            N_("Say for which firm: {count} are yours."),
            hint=N_("Add firm_id; GET /api/v1/firms lists them."),
            fields={"firm_id": "missing"},
            count=len(firms),
        )
    return named if named is not None else min(firms)


def firm(_app: App, uow: UnitOfWork, path: Path, _body: Any) -> Resource:
    """Return a firm."""
    found = _there(uow.registry.firm(path["firm_id"]))
    return Resource("firm", found.id, firm_id=found.id)


def quote(_app: App, uow: UnitOfWork, path: Path, _body: Any) -> Resource:
    """Return a quote."""
    found = _there(uow.deals.quote(path["quote_id"]))
    return Resource("quote", found.id, firm_id=found.firm_id)


def quote_taken(_app: App, uow: UnitOfWork, _path: Path, body: Any) -> Resource:
    """Return the lease that a quote named in the body would become."""
    found = _there(uow.deals.quote(body.quote_id))
    return Resource("lease", firm_id=found.firm_id)


def lease(_app: App, uow: UnitOfWork, path: Path, _body: Any) -> Resource:
    """Return a lease."""
    found = _there(uow.deals.lease(path["lease_id"]))
    return _of_lease("lease", found)


def lease_run(_app: App, uow: UnitOfWork, _path: Path, body: Any) -> Resource:
    """Return the job that a lease named in the body runs."""
    return _of_lease("job", _there(uow.deals.lease(body.lease_id)))


def job(noun: str) -> Any:
    """Return a resolver of a job, or of what belongs to one: its log, outputs, usage."""

    def find(_app: App, uow: UnitOfWork, path: Path, _body: Any) -> Resource:
        found = _there(uow.deals.job(path["job_id"]))
        return Resource(noun, found.id, firm_id=found.firm_id, centre_id=found.centre_id)

    return find


def invoice(_app: App, uow: UnitOfWork, path: Path, _body: Any) -> Resource:
    """Return any paper to a firm by its number: bill, month's invoice, credit note."""
    return _paper(uow, path["number"], "invoice")


def claimed_invoice(_app: App, uow: UnitOfWork, _path: Path, body: Any) -> Resource:
    """Return the claim that an invoice named in the body would bear."""
    found = _paper(uow, body.invoice, "claim")
    return Resource("claim", firm_id=found.firm_id, programme=body.programme)


def claim(_app: App, uow: UnitOfWork, path: Path, _body: Any) -> Resource:
    """Return a claim; who applied for it cannot decide on it."""
    found = _there(uow.claims.find(path["claim_id"]))
    owners = {"firm_id": found.firm_id, "programme": found.programme}
    return Resource("claim", found.id, **owners, proposer=found.applied_by)


def centre(noun: str) -> Any:
    """Return a resolver of a centre under contract, or of what belongs to one."""

    def find(_app: App, uow: UnitOfWork, path: Path, _body: Any) -> Resource:
        found = _there(uow.registry.centre(path["centre_id"]))
        return Resource(noun, found.id, centre_id=found.id)

    return find


def batch(_app: App, uow: UnitOfWork, path: Path, _body: Any) -> Resource:
    """Return a settlement batch."""
    found = _there(uow.settlements.batch(path["batch_id"]))
    return Resource("settlement", found.id, centre_id=found.centre_id)


def budget(_app: App, uow: UnitOfWork, path: Path, _body: Any) -> Resource:
    """Return a budget."""
    found = _there(uow.budgets.find(path["budget_id"]))
    return Resource("budget", found.id, firm_id=found.firm_id)


def proposal(_app: App, uow: UnitOfWork, path: Path, _body: Any) -> Resource:
    """Return an act of two persons with who proposed it."""
    found = _there(uow.four_eyes.proposal(path["proposal_id"]))
    return Resource("approval", found.id, proposer=found.proposed_by)


def _paper(uow: UnitOfWork, number: str, noun: str) -> Resource:
    book = uow.receivables
    found = uow.deals.invoice(number) or book.month(number) or book.credit(number)
    return Resource(noun, _there(found).id, firm_id=_there(found).firm_id)


def _of_lease(noun: str, found: r.Lease) -> Resource:
    return Resource(noun, found.id, firm_id=found.firm_id, centre_id=found.centre_id)


def _there(found: T | None) -> T:
    if found is None:
        raise absent()
    return found
