"""Nobody sees what is not theirs: every route × six actors × own, neighbour, other, random.

What each actor may is written here a second time, apart from the table of rights, so that a slip
in one of the two shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.api_things import WHOSE, Ids, things
from tests.api_world import (
    ACTORS,
    Client,
    PlayedGuard,
    head,
    job_text,
    open_home,
    principals,
    world,
)
from tests.played_home import copy_of

from entrepot.domain.access.model import Resource
from entrepot.domain.access.reach import Reach
from entrepot.domain.access.table import ACTIONS
from entrepot.faces.api.app import PAGES, create_api
from entrepot.faces.api.commands_route import PATH as COMMANDS
from entrepot.faces.api.operation import Call, Operation
from entrepot.faces.api.operations import BY_ID, OPERATIONS

FIRM_READS = {
    "firm.read", "balance.read", "invoice.read", "invoice.pdf", "quote.read", "lease.read",
    "job.read", "usage.read", "budget.list", "budget.read",
}  # fmt: skip
TENANT = FIRM_READS | {
    "quote.make", "lease.take", "lease.release", "job.start", "job.cancel", "log.read",
    "output.read", "claim.make", "claim.read", "budget.set", "budget.end",
}  # fmt: skip
CENTRE_READS = {"centre.read", "pool.list", "offer.list"}
HOUSE_READS = {
    "settlement.read", "approval.read", "journal.read", "approval.list", "journal.list",
    "journal.prove", "ledger.prove", "metrics.read",
}  # fmt: skip
HOUSE_WRITES = {"settlement.run", "settlement.propose", "settlement.release"}
DECISIONS = {"approval.approve", "approval.refuse"}
CLAIM_DECISIONS = {"claim.grant", "claim.refuse"}
EVERYBODY = FIRM_READS | CENTRE_READS | HOUSE_READS | {"claim.read"}

BODIES: dict[str, Callable[[Ids], dict[str, Any]]] = {
    "quote.make": lambda ids: {"yaml": job_text(), "firm_id": ids["firm_id"]},
    "lease.take": lambda ids: {"quote_id": ids["quote_id"]},
    "job.start": lambda ids: {"lease_id": ids["lease_id"]},
    "claim.make": lambda ids: {"invoice": ids["number"], "programme": "p"},
    "settlement.run": lambda _ids: {"centres": ["nowhere"]},
    "claim.refuse": lambda _ids: {"reason": "no"},
    "budget.set": lambda _ids: {"month": "2031-01", "limit_minor": 500},
    "approval.refuse": lambda _ids: {"reason": "no"},
}
"""Operation → its body, where it is not empty."""
QUERIES = {"output.read": "?name=out.txt"}
OF_THE_HOUSE = {"settlement.run", "journal.read"}
"""Operations whose id names nobody's own thing."""
LISTS = [one for one in OPERATIONS if one.listed and one.action]
SINGLE = [one for one in OPERATIONS if one.action and not one.listed and one.kind != "feed"]
LISTERS = {
    "tenant": {"quote.list", "lease.list", "job.list", "firm.list", "invoice.list",
               "voucher.list", "claim.list"},
    "supplier": {"centre.own", "work.list", "statement.list"},
    "voucher_authority": {"claim.list"},
}  # fmt: skip


def may(actor: str, operation: Operation, whose: str) -> bool:
    """Say whether an actor may do it, in words of this file alone."""
    what = operation.id
    if whose == "random" and (operation.names or what in BODIES) and what not in OF_THE_HOUSE:
        return False
    if actor == "tenant":
        return what in TENANT and whose == "own"
    if actor == "supplier":
        return what in CENTRE_READS and whose == "own"
    if actor == "operator":
        decides = what in DECISIONS and whose != "own"
        return what in EVERYBODY | HOUSE_WRITES or decides
    if actor == "auditor":
        return what in EVERYBODY | {"log.read", "output.read"}
    if actor == "voucher_authority":
        return what in CLAIM_DECISIONS | {"claim.read"} and whose in ("own", "near")
    return False


READ_BY = {
    "lease.release": "lease.read", "lease.take": "lease.read", "job.cancel": "job.read",
    "job.start": "job.read", "claim.grant": "claim.read", "claim.refuse": "claim.read",
    "claim.make": "claim.read", "quote.make": "quote.read", "approval.approve": "approval.read",
    "approval.refuse": "approval.read", "settlement.propose": "settlement.read",
    "settlement.release": "settlement.read", "budget.set": "budget.list",
    "budget.end": "budget.read",
}  # fmt: skip
"""Act → what shows the thing that it acts on."""


def sees(actor: str, operation: Operation, whose: str) -> bool:
    """Say whether the actor may read the thing, so that a refusal need not hide it."""
    read = READ_BY.get(operation.id)
    return read is not None and may(actor, BY_ID[read], whose)


def asked(client: Client, operation: Operation, actor: str, ids: Ids, key: str) -> tuple[int, str]:
    """Do a call; return its status and what it says."""
    path = operation.path.format(**ids) + QUERIES.get(operation.id, "")
    body = BODIES.get(operation.id, lambda _ids: {})(ids)
    more: dict[str, Any] = {"json": body} if operation.writes else {}
    answer = client.request(operation.method, path, headers=head(actor, key), **more)
    return answer.status_code, answer.text


def leaks(client: Client, operations: Sequence[Operation]) -> list[str]:
    """Return a sentence for each answer that is not as it has to be."""
    found: list[str] = []
    for operation in operations:
        for actor in ACTORS:
            absent = asked(client, operation, "near", things().ids["random"], "n")[1]
            for whose in WHOSE:
                place = f"{operation.id} by {actor} on {whose}"
                key = place.replace(" ", "-")
                answer = asked(client, operation, actor, things().ids[whose], key)
                found += _judged(place, operation, actor, whose, answer, absent)
    return found


def _judged(
    place: str,
    operation: Operation,
    actor: str,
    whose: str,
    answer: tuple[int, str],
    absent: str,
) -> list[str]:
    status, said = answer
    if actor == "anonymous":
        return [] if status == 401 else [f"{place}: {status} without an account"]
    if status >= 500 and whose in ("own", "random"):
        return [f"{place}: {status} {said[:200]}"]
    if may(actor, operation, whose):
        shut = status in (401, 403) and "access." in said
        return [f"{place}: {said}"] if shut or "api.absent" in said else []
    if sees(actor, operation, whose):
        return [] if status in (403, 404) else [f"{place}: {status} {said[:200]}"]
    if status != 404 or said != absent:
        return [f"{place}: {status} {said[:200]}"]
    return []


def served(folder: Path, operations: Sequence[Operation] = OPERATIONS) -> Client:
    app = open_home(copy_of(things().home, folder))
    guard = PlayedGuard(principals(world()))
    api = create_api(app, guard, operations=operations)
    return TestClient(api, raise_server_exceptions=False)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(tmp_path_factory.mktemp("isolation")) as found:
        yield found


@pytest.mark.parametrize("operation", SINGLE, ids=lambda one: one.id)
def test_nobody_does_or_sees_what_is_not_theirs(operation: Operation, client: Client) -> None:
    assert leaks(client, [operation]) == []


def shown(client: Client, operation: Operation, actor: str) -> tuple[int, list[Any]]:
    answer = client.get(f"{operation.path}?limit=200", headers=head(actor))
    return answer.status_code, answer.json().get("items", [])


def strangers(client: Client, operation: Operation, actor: str) -> list[str]:
    """Return what a list shows to an actor and should not, or does not show and should."""
    status, items = shown(client, operation, actor)
    house = actor in ("operator", "auditor")
    if not house and operation.id not in LISTERS.get(actor, set()):
        right = 401 if actor == "anonymous" else 404
        return [] if status == right else [f"{operation.id} by {actor}: {status}"]
    own = {"firm_id": {world().own}, "centre_id": {world().centre}}
    near_too = actor == "voucher_authority"
    found = [] if status == 200 else [f"{operation.id} by {actor}: {status}"]
    for item in items if not house else []:
        if near_too:
            wrong = item["programme"] == "some-other-programme"
        else:
            key = "firm_id" if actor == "tenant" else "centre_id"
            wrong = key in item and item[key] not in own[key]
        found += [f"{operation.id} shows {item} to {actor}"] if wrong else []
    return found


@pytest.mark.parametrize("operation", LISTS, ids=lambda one: one.id)
@pytest.mark.parametrize("actor", ACTORS)
def test_lists_show_nothing_of_others(actor: str, operation: Operation, client: Client) -> None:
    assert strangers(client, operation, actor) == []


def test_lists_show_what_is_there(client: Client) -> None:
    for name in ("quote.list", "lease.list", "job.list", "invoice.list", "claim.list"):
        assert len(shown(client, BY_ID[name], "tenant")[1]) >= 1
        assert len(shown(client, BY_ID[name], "auditor")[1]) >= 3
    assert [one["centre_id"] for one in shown(client, BY_ID["centre.own"], "supplier")[1]] == [
        world().centre
    ]
    (work,) = shown(client, BY_ID["work.list"], "supplier")[1][:1]
    assert world().own not in str(work)


def planted(operation: Operation, **changes: Any) -> tuple[list[Operation], Operation]:
    bad = replace(operation, **changes)
    return [bad if one.id == bad.id else one for one in OPERATIONS], bad


def test_a_resolver_that_forgets_the_owner_is_found(tmp_path: Path) -> None:
    """Planted bug: whoever asks is taken for the owner."""

    def careless(app: Any, _uow: Any, path: Any, _body: Any) -> Resource:
        mine = next((one.scope_id for one in app.principal.grants if one.scope == "firm"), "")
        return Resource("job", path["job_id"], firm_id=mine)

    table, bad = planted(BY_ID["job.read"], resource=careless)
    with served(tmp_path, table) as client:
        assert any("on near" in one or "on other" in one for one in leaks(client, [bad]))


def test_a_list_that_forgets_its_filter_is_found(tmp_path: Path) -> None:
    """Planted bug: the list reaches everything."""
    good = BY_ID["invoice.list"]

    def careless(call: Call[Any, Any]) -> object:
        return good.handle(replace(call, reach=Reach(everything=True)))

    table, bad = planted(good, handle=careless)
    with served(tmp_path, table) as client:
        assert strangers(client, bad, "tenant")


def test_every_route_is_in_the_table_and_in_this_test(client: Client) -> None:
    routes = {
        (method, route.path)
        for route in client.app.routes
        for method in route.methods  # pyright: ignore[reportAttributeAccessIssue]
        if method != "OPTIONS"
    }
    table = {(one.method, one.path.replace("}", ":str}")) for one in OPERATIONS}
    assert routes - {("GET", page) for page in PAGES} - {("POST", COMMANDS)} == table
    rights = [one for one in OPERATIONS if one.action]
    known = {one.id for one in (*SINGLE, *LISTS)} | {"feed.open"}
    assert {one.id for one in rights} == known
    named = TENANT | CENTRE_READS | HOUSE_READS | HOUSE_WRITES | DECISIONS | CLAIM_DECISIONS
    assert {one.id for one in SINGLE} <= named | {"claim.read"}
    assert {one.action for one in rights} <= set(ACTIONS)


def test_public_operations_are_these() -> None:
    public = {one.id for one in OPERATIONS if one.action is None}
    assert public == {
        "centre.list", "offer.posted", "checkpoint.read", "health", "ready", "programme.list",
    }  # fmt: skip
