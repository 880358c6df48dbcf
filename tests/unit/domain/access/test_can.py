"""The table of rights, case by case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from entrepot.domain.access.can import can
from entrepot.domain.access.model import ANONYMOUS, Grant, Principal, Resource, local_principal
from entrepot.domain.access.reach import reach
from entrepot.domain.access.table import ACTIONS, RULES, TABLE

MEI = Principal("U-1", "mei", (Grant("tenant", "firm", "F-1"),), "session")
DESK = Principal("U-2", "desk", (Grant("operator", "house"),), "session")
GUEST = Principal("U-3", "guest", (Grant("tenant", "project", "PJ-1"),), "session")
FUND = Principal("U-4", "fund", (Grant("voucher_authority", "programme", "hk"),), "session")
HALL = Principal("U-5", "hall", (Grant("supplier", "centre", "gz"),), "session")
JOB = Resource("job", "J-1", firm_id="F-1", centre_id="gz", project_id="PJ-1")


@pytest.mark.parametrize(
    ("who", "action", "what", "rule"),
    [
        (MEI, "job.cancel", JOB, "allowed"),
        (MEI, "job.cancel", replace(JOB, firm_id="F-2"), "hidden"),
        (MEI, "firm.change", Resource("firm", "F-1", firm_id="F-1"), "role"),
        (GUEST, "job.cancel", JOB, "allowed"),
        (GUEST, "job.read", replace(JOB, project_id=""), "hidden"),
        (GUEST, "invoice.read", Resource("invoice", "I-1", "F-1", project_id="PJ-1"), "hidden"),
        (HALL, "assignment.read", Resource("assignment", "J-1:1", centre_id="gz"), "allowed"),
        (HALL, "job.read", JOB, "hidden"),
        (DESK, "job.read", JOB, "allowed"),
        (DESK, "job.cancel", JOB, "role"),
        (FUND, "claim.decide", Resource("claim", "C-1", programme="hk", proposer="m"), "allowed"),
        (FUND, "claim.decide", Resource("claim", "C-1", programme="sz", proposer="m"), "hidden"),
        (DESK, "approval.decide", Resource("approval", "PR-1", proposer="mei"), "allowed"),
        (DESK, "approval.decide", Resource("approval", "PR-1", proposer=" Desk"), "second_person"),
        (DESK, "approval.decide", Resource("approval", "PR-1"), "proposer_unknown"),
        (MEI, "own.change", Resource("own", "U-1"), "allowed"),
        (MEI, "own.change", Resource("own", "U-2"), "hidden"),
        (ANONYMOUS, "price.read", Resource("price"), "allowed"),
        (ANONYMOUS, "fact.read", Resource("fact"), "sign_in"),
        (DESK, "house.sell", Resource("house"), "unknown_action"),
        (replace(MEI, scopes=frozenset({"read"})), "job.cancel", JOB, "token_scope"),
        (replace(MEI, scopes=frozenset({"job.*"})), "job.cancel", JOB, "allowed"),
        (replace(MEI, scopes=frozenset({"read"})), "job.read", JOB, "allowed"),
        (replace(MEI, scopes=frozenset({"order.*"})), "job.read", JOB, "token_scope"),
        (MEI, "ledger.post", Resource("ledger"), "role"),
        (MEI, "quote.make", Resource("quote", firm_id="F-2"), "hidden"),
        (MEI, "offer.post", Resource("offer", centre_id="gz"), "role"),
    ],
)
def test_who_may(who: Principal, action: str, what: Resource, rule: str) -> None:
    found = can(who, action, what)
    assert ("allowed" if found.allowed else found.rule) == rule
    assert found.reason


def test_an_action_is_there_once() -> None:
    assert len(set(ACTIONS)) == len(ACTIONS) == len(RULES)


def test_the_local_user_does_everything_but_the_second_person() -> None:
    user = local_principal("desk")
    what = Resource("thing", "1", "F-9", "gz", "hk", "PJ-9", proposer="somebody")
    denied = [a for a in ACTIONS if not can(user, a, what).allowed]
    assert denied == ["own.read", "own.change"]  # it has no account
    mine = replace(what, proposer="DESK ")
    assert all(can(user, r.action, mine).rule == "second_person" for r in TABLE if r.second)


def test_a_grant_in_the_wrong_place_gives_nothing() -> None:
    forged = Principal("U-1", "mei", (Grant("tenant", "house", "", "lead"),), "session")
    assert not can(forged, "job.read", JOB).allowed
    assert reach(forged, "job.read").nothing


def test_whose_things_a_list_shows() -> None:
    assert reach(DESK, "job.read").everything
    assert reach(GUEST, "job.read").projects == {"PJ-1"}
    assert reach(GUEST, "invoice.read").nothing
    assert reach(ANONYMOUS, "job.read").nothing
    assert reach(ANONYMOUS, "price.read").everything
    assert reach(MEI, "fact.read").everything
    assert reach(MEI, "no.such").nothing
    assert reach(HALL, "pool.read").centres == {"gz"}
    assert reach(FUND, "claim.read").programmes == {"hk"}
