"""Joint projects: one firm pays, members of several institutions work in it.

What belongs to a project is noted once, on the quote; lease, job and usage follow from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.domain.access.model import Resource
from entrepot.domain.access.reach import reach
from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict, NotFound
from entrepot.kernel.text import N_
from entrepot.services.access import require
from entrepot.services.firms import the_firm
from entrepot.services.identity_accounts import read_display
from entrepot.services.ports_identity import Account, KeptGrant
from entrepot.services.ports_identity_links import Project

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works in a project, firm or centre.

    Attributes:
        account: who; grant: by which right.
        firms: institutions that the account belongs to, by id.
    """

    account: Account
    grant: KeptGrant
    firms: tuple[str, ...]


def make_project(app: App, firm_id: str, name: str, key: str) -> Project:
    """Begin a joint project that a firm pays for.

    Args:
        app: the exchange.
        firm_id: who pays.
        name: 1 to 80 characters.
        key: idempotency key.

    Raises:
        NotFound: no such firm, or not one's own.
        Refused: who acts does not lead the firm.
        Invalid: the name will not do.
    """
    require(app, app.principal, "project.make", Resource("project", firm_id=firm_id))
    firm, now = the_firm(app, firm_id), app.clock.now()
    called, made_id = read_display(name), app.ids.new(ids.PROJECT)

    def action(uow: UnitOfWork) -> Body:
        uow.links.add_project(Project(made_id, firm.id, called, now, app.actor, None))
        return {"project_id": made_id}

    body: Body = {"firm_id": firm.id, "name": called}
    answer = app.store.command(app.actor, "project.make", key, body, now, action)
    return the_project(app, str(answer["project_id"]))


def the_project(app: App, project_id: str) -> Project:
    """Return a project that who acts may read.

    Raises:
        NotFound: no such project, or not one's own.
    """
    with app.store.reading() as uow:
        found = uow.links.project(project_id)
    owner = found.firm_id if found else ""
    what = Resource("project", project_id, owner, project_id=project_id)
    require(app, app.principal, "project.read", what)
    if found is None:
        raise NotFound("project.unknown", N_("There is no project {id}."), id=project_id[:60])
    return found


def projects(app: App) -> list[Project]:
    """Return the projects that who acts may read, in order of id."""
    far = reach(app.principal, "project.read")
    with app.store.reading() as uow:
        found = uow.links.projects()
    return [
        one for one in found if far.everything or one.firm_id in far.firms or one.id in far.projects
    ]


def close_project(app: App, project_id: str, key: str) -> Project:
    """Close a project: its members lose their rights in it, and nothing new belongs to it.

    Raises:
        NotFound: no such project, or not one's own.
        Refused: who acts does not lead the paying firm.
        Conflict: it is closed.
    """
    found, now = the_project(app, project_id), app.clock.now()
    what = Resource("project", found.id, found.firm_id, project_id=found.id)
    require(app, app.principal, "project.close", what)

    def action(uow: UnitOfWork) -> Body:
        if not uow.links.close_project(found.id, now):
            raise Conflict("project.closed", N_("Project {id} is closed."), id=found.id)
        for grant in uow.accounts.grants_in("project", found.id):
            uow.accounts.end_grant(grant.id, now)
        return {"project_id": found.id}

    app.store.command(app.actor, "project.close", key, {"project_id": found.id}, now, action)
    return the_project(app, found.id)


def members(app: App, project: Project) -> list[Member]:
    """Return the members of a project in order of their grants.

    Raises:
        NotFound: not a project of who acts.
    """
    what = Resource("member", project.id, project.firm_id, project_id=project.id)
    require(app, app.principal, "member.read", what)
    with app.store.reading() as uow:
        held = uow.accounts.grants_in("project", project.id)
        return [_member(uow, grant) for grant in held]


def put_in_project(uow: UnitOfWork, quote_id: str, firm_id: str, project_id: str) -> None:
    """Note in the quote's own transaction that it belongs to a project.

    Raises:
        NotFound: no such open project of that firm.
    """
    found = uow.links.project(project_id)
    if found is None or found.closed_at is not None or found.firm_id != firm_id:
        raise NotFound(
            "project.open",
            N_("Firm {firm} has no open project {id}."),
            hint=N_("List them: entrepot accounts projects"),
            firm=firm_id,
            id=project_id[:60],
        )
    uow.links.put_in_project(quote_id, found)


def project_of(uow: UnitOfWork, thing_id: str) -> str:
    """Return the project of a quote, lease or job, by its id; empty if it has none."""
    kind = thing_id.partition("-")[0]
    if kind == ids.JOB:
        job = uow.deals.job(thing_id)
        thing_id = job.lease_id if job else ""
    if kind in (ids.JOB, ids.LEASE):
        lease = uow.deals.lease(thing_id)
        thing_id = lease.quote_id if lease else ""
    return uow.links.project_of_quote(thing_id) if thing_id else ""


def _member(uow: UnitOfWork, grant: KeptGrant) -> Member:
    account = uow.accounts.account(grant.account_id)
    assert account is not None
    held = uow.accounts.grants_of(account.id)
    firms = sorted({one.scope_id for one in held if one.scope == "firm"})
    return Member(account, grant, tuple(firms))
