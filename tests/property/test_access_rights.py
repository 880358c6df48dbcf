"""What follows from the table of rights, over random principals; planted mistakes are found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.domain.access import can as room
from entrepot.domain.access.can import can
from entrepot.domain.access.model import LEVELS, ROLES, Grant, Principal, Resource, Verdict
from entrepot.domain.access.reach import reach
from entrepot.domain.access.table import ACTIONS, HOLDS, RULES

Ask = Callable[[Principal, str, Resource], Verdict]

IDS = st.sampled_from(["", "a", "b"])
SCOPES = ("house", "firm", "project", "centre", "programme")
GRANTS = st.builds(
    Grant, st.sampled_from(ROLES), st.sampled_from(SCOPES), IDS, st.sampled_from(LEVELS)
)
NARROW = st.none() | st.frozensets(
    st.sampled_from(["read", *ACTIONS, *(f"{rule.noun}.*" for rule in RULES.values())])
)
WHO = st.builds(
    Principal,
    st.sampled_from(["U-1", "U-2"]),
    st.sampled_from(["mei", "desk"]),
    st.lists(GRANTS, max_size=4).map(tuple),
    st.sampled_from(["session", "token"]),
    NARROW,
)
WHAT = st.builds(
    Resource, st.just("x"), st.sampled_from(["", "U-1", "x"]), IDS, IDS, IDS, IDS,
    st.sampled_from(["", "mei", "Desk "]),
)  # fmt: skip
ACTION = st.sampled_from(ACTIONS)


def default_deny(ask: Ask, who: Principal, action: str, what: Resource) -> None:
    bare = replace(who, grants=())
    assert not ask(bare, action, what).allowed or RULES[action].open_to
    assert not ask(who, action + "x", what).allowed


def monotone(ask: Ask, who: Principal, action: str, what: Resource, more: Grant) -> None:
    if ask(who, action, what).allowed:
        assert ask(replace(who, grants=(*who.grants, more)), action, what).allowed


def only_narrows(ask: Ask, who: Principal, action: str, what: Resource) -> None:
    if ask(who, action, what).allowed:
        assert ask(replace(who, scopes=None), action, what).allowed


def own_firm_only(ask: Ask, who: Principal, action: str, what: Resource) -> None:
    tenant = replace(who, grants=(Grant("tenant", "firm", "mine", "lead"),))
    if not RULES[action].open_to:
        assert not ask(tenant, action, replace(what, firm_id="theirs")).allowed


def writes_nothing(ask: Ask, who: Principal, action: str, what: Resource) -> None:
    auditor = replace(who, grants=(Grant("auditor", "house", "", "lead"),))
    if ask(auditor, action, what).allowed:
        assert RULES[action].effect == "read" or RULES[action].open_to == "own"


def never_its_own(ask: Ask, who: Principal, action: str, what: Resource) -> None:
    if RULES[action].second:
        assert not ask(who, action, replace(what, proposer=who.actor.upper())).allowed


@given(WHO, ACTION, WHAT, GRANTS)
def test_the_table_keeps_its_promises(
    who: Principal, action: str, what: Resource, more: Grant
) -> None:
    default_deny(can, who, action, what)
    monotone(can, who, action, what, more)
    only_narrows(can, who, action, what)
    own_firm_only(can, who, action, what)
    writes_nothing(can, who, action, what)
    never_its_own(can, who, action, what)


@given(WHO, ACTION, WHAT)
def test_a_list_shows_what_may_be_read_one_by_one(
    who: Principal, action: str, what: Resource
) -> None:
    rule = RULES[action]
    if rule.second or rule.open_to == "own":
        return
    far = reach(who, action)
    whose = (
        what.firm_id in far.firms
        or what.project_id in far.projects
        or what.centre_id in far.centres
        or what.programme in far.programmes
    )
    assert can(who, action, what).allowed == (far.everything or whose)


MEI = Principal("U-1", "mei", (Grant("operator", "house"),), "token", frozenset({"read"}))
THING = Resource("x", "x", "theirs", "b", "b", "b", "desk")
OPERATOR = Grant("auditor", "house")


def _wrong_scope(who: Principal, action: str, what: Resource) -> Verdict:
    """Forget whose the thing is."""
    return can(who, action, replace(what, firm_id="mine"))


def _wrong_role(who: Principal, action: str, what: Resource) -> Verdict:
    """Let the auditor do what the operator does."""
    more = tuple(replace(one, role="operator", level="lead") for one in who.grants)
    return can(replace(who, grants=more), action, what)


def _wrong_token(who: Principal, action: str, what: Resource) -> Verdict:
    """Let the scopes of a token give rights."""
    if who.scopes and action in who.scopes:
        return Verdict(True, "token", "")
    return can(who, action, what)


def _wrong_person(who: Principal, action: str, what: Resource) -> Verdict:
    """Compare persons letter by letter."""
    differ = what.proposer != who.actor
    return can(who, action, replace(what, proposer="another") if differ else what)


def _wrong_monotone(who: Principal, action: str, what: Resource) -> Verdict:
    """Look at the last grant alone."""
    return can(replace(who, grants=who.grants[-1:]), action, what)


def _wrong_default(_who: Principal, action: str, _what: Resource) -> Verdict:
    """Allow what the table does not name."""
    return Verdict(action not in RULES, "", "")


@pytest.mark.parametrize(
    ("law", "planted", "action"),
    [
        (own_firm_only, _wrong_scope, "job.read"),
        (writes_nothing, _wrong_role, "rate.set"),
        (never_its_own, _wrong_person, "approval.decide"),
        (default_deny, _wrong_default, "job.read"),
    ],
)
def test_a_planted_mistake_is_found(
    law: Callable[[Ask, Principal, str, Resource], None], planted: Ask, action: str
) -> None:
    who = replace(MEI, scopes=None)
    law(can, who, action, THING)
    with pytest.raises(AssertionError):
        law(planted, who, action, THING)


def test_planted_mistakes_of_tokens_and_of_grants_are_found() -> None:
    bare = Principal("U-1", "mei", (), "token", frozenset({"rate.set"}))
    with pytest.raises(AssertionError):
        only_narrows(_wrong_token, bare, "rate.set", Resource("rate"))
    who = replace(MEI, scopes=None)
    with pytest.raises(AssertionError):
        monotone(_wrong_monotone, who, "rate.set", Resource("rate"), OPERATOR)


@pytest.mark.parametrize("action", [rule.action for rule in RULES.values() if not rule.open_to])
def test_every_row_is_needed_by_somebody(action: str) -> None:
    what = Resource("x", "1", "f", "c", "p", "j", "somebody")
    ids = {"house": "", "firm": "f", "project": "j", "centre": "c", "programme": "p"}
    grants = [Grant(r, s, ids[s], "lead") for r in ROLES for s in HOLDS[r]]
    able = {
        g.role for g in grants if can(Principal("U", "u", (g,), "session"), action, what).allowed
    }
    assert able == set(RULES[action].roles)
    weak = [replace(g, level="read") for g in grants if g.role in able]
    reads = [can(Principal("U", "u", (g,), "session"), action, what).allowed for g in weak]
    assert any(reads) == (RULES[action].level == "read")
    assert room.in_scopes(frozenset({action}), RULES[action])
