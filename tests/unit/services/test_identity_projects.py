"""Joint projects: several institutions work, one firm pays, and nothing else is seen of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.services.desk import Desk, started
from tests.unit.services.identity_people import person, signed_in

from entrepot.adapters.sql.store import HouseUnitOfWork
from entrepot.domain.access.model import Grant, Resource
from entrepot.kernel.errors import Conflict, EntrepotError, NotFound, Refused
from entrepot.services.access import require
from entrepot.services.identity_grants import give_grant
from entrepot.services.identity_projects import (
    close_project,
    make_project,
    members,
    project_of,
    projects,
    put_in_project,
    the_project,
)


def furnished(desk: Desk) -> str:
    """Add a second firm; the first has one who leads, the second one who works."""
    other = replace(desk.firm, id="F-2", name="Institute of Tides")

    def add(uow: HouseUnitOfWork) -> None:
        uow.registry.add_firm(other)

    desk.write(add, "second firm")
    person(desk, "mei", Grant("tenant", "firm", desk.firm.id, "lead"))
    person(desk, "guest", Grant("tenant", "firm", "F-2"))
    return desk.firm.id


def test_a_guest_works_in_the_project_and_sees_nothing_else_of_the_firm(desk: Desk) -> None:
    firm_id = furnished(desk)
    mei, _ = signed_in(desk, "mei")
    made = make_project(mei, firm_id, "Tide model", "p")
    guest, _ = signed_in(desk, "guest")
    assert projects(guest) == []
    with pytest.raises(NotFound):
        the_project(guest, made.id)
    give_grant(mei, "guest", Grant("tenant", "project", made.id), "g")
    guest, _ = signed_in(desk, "guest")
    assert projects(guest) == [made] == projects(mei)
    require(guest, guest.principal, "job.run", Resource("job", "J", firm_id, project_id=made.id))
    for action, kind in (("job.read", "job"), ("invoice.read", "invoice")):
        with pytest.raises(NotFound):
            require(guest, guest.principal, action, Resource(kind, "x", firm_id))
    with pytest.raises(NotFound):
        invoice = Resource("invoice", "x", firm_id, project_id=made.id)
        require(guest, guest.principal, "invoice.read", invoice)
    shown = members(mei, made)
    assert [(one.account.login, one.firms) for one in shown] == [("guest", ("F-2",))]
    with pytest.raises(Refused):
        close_project(guest, made.id, "c")


def test_a_closed_project_gives_no_right_and_takes_nothing_in(desk: Desk) -> None:
    firm_id = furnished(desk)
    mei, _ = signed_in(desk, "mei")
    made = make_project(mei, firm_id, "Tide model", "p")
    give_grant(mei, "guest", Grant("tenant", "project", made.id), "g")
    close_project(mei, made.id, "c")
    guest, _ = signed_in(desk, "guest")
    assert projects(guest) == []
    with pytest.raises(Conflict):
        close_project(mei, made.id, "c2")
    with pytest.raises(NotFound):
        give_grant(mei, "guest", Grant("tenant", "project", made.id), "g2")
    with pytest.raises(NotFound, match="no open project"), desk.store.reading() as uow:
        put_in_project(uow, "Q-1", firm_id, made.id)


def test_only_who_leads_the_firm_begins_a_project(desk: Desk) -> None:
    firm_id = furnished(desk)
    guest, _ = signed_in(desk, "guest")
    for firm in (firm_id, "F-2", "F-9"):
        with pytest.raises(EntrepotError):
            make_project(guest, firm, "x", f"p{firm}")


def test_what_comes_of_a_quote_belongs_to_its_project(desk: Desk) -> None:
    firm_id = furnished(desk)
    made = make_project(desk, firm_id, "Tide model", "p")
    job = started(desk)
    with desk.store.reading() as uow:
        lease = uow.deals.lease(job.lease_id)
    assert lease is not None

    def put(uow: Any) -> None:
        put_in_project(uow, lease.quote_id, firm_id, made.id)

    desk.write(put, "put")
    with desk.store.reading() as uow:
        for one in (lease.quote_id, lease.id, job.id):
            assert project_of(uow, one) == made.id
        assert (project_of(uow, "L-9"), project_of(uow, "J-9"), project_of(uow, "")) == ("", "", "")
        with pytest.raises(NotFound):
            put_in_project(uow, lease.quote_id, "F-2", made.id)
