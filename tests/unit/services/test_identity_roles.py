"""Roles: given, ended, invited, and of the house only by two persons."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from tests.unit.services.desk import CENTRE, Desk
from tests.unit.services.identity_people import ADDRESS, PASSWORD, person, signed_in

from entrepot.domain.access.model import Grant
from entrepot.kernel.errors import Conflict, EntrepotError, Invalid, NotFound, Refused
from entrepot.services.access import principal_of_session
from entrepot.services.four_eyes import approve
from entrepot.services.identity_accounts import all_accounts, create_account, set_state
from entrepot.services.identity_grants import end_grant, give_grant, grants_of
from entrepot.services.identity_invitations import (
    accept,
    accept_signed_in,
    invitations,
    invite,
    make_reset,
    use_reset,
)
from entrepot.services.identity_login import sign_in
from entrepot.services.identity_setup import identity_setup, use_setup
from entrepot.services.role_grant import propose_grant

LEAD = Grant("operator", "house", "", "lead")
NEW = "nine loud herons wade"


def lead_of(desk: Desk) -> Grant:
    return Grant("tenant", "firm", desk.firm.id, "lead")


def test_who_leads_a_firm_invites_into_it_and_nowhere_else(desk: Desk) -> None:
    person(desk, "mei", lead_of(desk))
    person(desk, "li", replace(lead_of(desk), level="work"))
    mei, _ = signed_in(desk, "mei")
    li, _ = signed_in(desk, "li")
    work = replace(lead_of(desk), level="work")
    text, made = invite(mei, work, "New@Example.hk")
    assert made.login == "new@example.hk" and text not in str(desk.store.journal_entries(99))
    with pytest.raises(Refused):
        invite(li, work)
    for elsewhere in (Grant("tenant", "firm", "F-9"), Grant("supplier", "centre", CENTRE)):
        with pytest.raises(NotFound):
            invite(mei, elsewhere)
    with pytest.raises(Refused, match="two persons"):
        invite(mei, LEAD)
    joined = accept(desk, text, "somebody.else", "新人", "zh-Hant", NEW)
    assert (joined.login, joined.display) == ("new@example.hk", "新人")
    assert [one.grant for one in grants_of(desk, joined.id)] == [work]
    signed_in(desk, "new@example.hk", NEW)
    with pytest.raises(NotFound, match="opens nothing"):
        accept(desk, text, "third", "", "en", NEW)


def test_an_invitation_ends_and_a_wrong_password_does_not_use_it_up(desk: Desk) -> None:
    text, _ = invite(desk, lead_of(desk), valid_s=60)
    with pytest.raises(Invalid):
        accept(desk, text, "mei", "", "en", "short")
    with pytest.raises(Invalid):
        accept(desk, text, "mei", "", "en", "")
    assert len(invitations(desk)) == 1
    desk.hand_clock.at += 60
    assert invitations(desk) == []
    with pytest.raises(NotFound):
        accept(desk, text, "mei", "", "en", NEW)
    for valid_s in (0, 10**9):
        with pytest.raises(Invalid):
            invite(desk, lead_of(desk), valid_s=valid_s)


def test_an_account_takes_an_invitation_up_that_is_for_it(desk: Desk) -> None:
    person(desk, "mei")
    person(desk, "li")
    mei, _ = signed_in(desk, "mei")
    li, _ = signed_in(desk, "li")
    text, _ = invite(desk, lead_of(desk), "mei")
    with pytest.raises(Refused, match="another account"):
        accept_signed_in(li, text)
    accept_signed_in(mei, text)
    assert [one.grant for one in grants_of(mei, "mei")] == [lead_of(desk)]
    with pytest.raises(NotFound):
        accept_signed_in(mei, text)
    with pytest.raises(EntrepotError):
        grants_of(li, "mei")


def test_a_role_of_the_house_takes_two_persons(desk: Desk) -> None:
    person(desk, "boss", LEAD)
    person(desk, "li")
    with pytest.raises(Refused, match="Two persons"):
        give_grant(desk, "li", Grant("auditor", "house"), "g")
    boss, _ = signed_in(desk, "boss")
    view = propose_grant(boss, "li", Grant("operator", "house"), "p")
    with pytest.raises(Refused, match="another person"):
        approve(boss, view.proposal.id, "own")
    li, _ = signed_in(desk, "li")
    with pytest.raises(Refused, match="own appointment"):
        approve(li, view.proposal.id, "mine")
    assert grants_of(desk, "li") == []
    approve(desk, view.proposal.id, "second")
    held = grants_of(desk, "li")
    assert [one.grant for one in held] == [Grant("operator", "house")]
    assert held[0].proposal_id == view.proposal.id
    with pytest.raises(EntrepotError):
        propose_grant(li.acting(replace(li.principal, grants=())), "li", LEAD, "p2")


def test_a_proposal_lapses_when_the_account_changes_meanwhile(desk: Desk) -> None:
    person(desk, "boss", LEAD)
    person(desk, "li")
    boss, _ = signed_in(desk, "boss")
    view = propose_grant(boss, "li", Grant("operator", "house"), "p")
    give_grant(desk, "li", lead_of(desk), "g")
    with pytest.raises(Conflict, match="changed"):
        approve(desk, view.proposal.id, "second")
    again = propose_grant(boss, "li", Grant("operator", "house"), "p2")
    set_state(desk, "li", False, "off")
    with pytest.raises(EntrepotError):
        approve(desk, again.proposal.id, "third")
    assert [one.role for one in grants_of(desk, "li")] == ["tenant"]


def test_an_auditor_holds_no_other_role(desk: Desk) -> None:
    person(desk, "li", lead_of(desk))
    with pytest.raises(Refused, match="cannot audit"):
        view = propose_grant(desk, "li", Grant("auditor", "house"), "p")
        approve(desk.acting(replace(desk.principal, actor="second")), view.proposal.id, "s")
    person(desk, "eye", Grant("auditor", "house"))
    with pytest.raises(Refused, match="cannot audit"):
        give_grant(desk, "eye", lead_of(desk), "g")


def test_a_grant_is_replaced_and_ends_once(desk: Desk) -> None:
    person(desk, "mei")
    first = give_grant(desk, "mei", lead_of(desk), "one")
    second = give_grant(desk, "mei", replace(lead_of(desk), level="read"), "two")
    assert [one.id for one in grants_of(desk, "mei")] == [second.id]
    with pytest.raises(Conflict):
        end_grant(desk, first.id, "e1")
    end_grant(desk, second.id, "e2")
    assert grants_of(desk, "mei") == []
    with pytest.raises(NotFound):
        end_grant(desk, "GR-9", "e3")


def test_only_who_leads_ends_a_grant(desk: Desk) -> None:
    person(desk, "mei", lead_of(desk))
    person(desk, "li", replace(lead_of(desk), level="work"))
    person(desk, "out", Grant("supplier", "centre", CENTRE, "lead"))
    theirs = grants_of(desk, "li")[0]
    out, _ = signed_in(desk, "out")
    li, _ = signed_in(desk, "li")
    mei, _ = signed_in(desk, "mei")
    with pytest.raises(NotFound):
        end_grant(out, theirs.id, "a")
    with pytest.raises(Refused):
        end_grant(li, theirs.id, "b")
    assert end_grant(mei, theirs.id, "c").ended_at == desk.hand_clock.at


@pytest.mark.parametrize(
    "grant",
    [
        Grant("tenant", "house"),
        Grant("operator", "firm", "F-1"),
        Grant("operator", "house", "x"),
        Grant("tenant", "firm", ""),
        Grant("king", "house"),  # type: ignore[arg-type]
        Grant("tenant", "firm", "F-1", "all"),  # type: ignore[arg-type]
    ],
)
def test_a_grant_that_nobody_can_hold_is_refused(desk: Desk, grant: Grant) -> None:
    for act in (
        lambda: give_grant(desk, "mei", grant, "k"),
        lambda: propose_grant(desk, "mei", grant, "k"),
        lambda: invite(desk, grant),
    ):
        with pytest.raises(Invalid):
            act()


def test_a_role_in_what_is_not_there_is_refused(desk: Desk) -> None:
    person(desk, "mei")
    for grant in (
        Grant("tenant", "firm", "F-9"),
        Grant("tenant", "project", "PJ-9"),
        Grant("supplier", "centre", "nowhere"),
    ):
        with pytest.raises(NotFound):
            give_grant(desk, "mei", grant, f"k{grant.scope}")
    with pytest.raises(NotFound):
        propose_grant(desk, "mei", Grant("voucher_authority", "programme", "no.such"), "p")


def test_accounts_are_made_by_operators_and_a_name_is_taken_once(desk: Desk) -> None:
    person(desk, "boss", LEAD)
    person(desk, "mei", lead_of(desk))
    boss, _ = signed_in(desk, "boss")
    mei, _ = signed_in(desk, "mei")
    made = create_account(boss, "new", "", "en", "k")
    assert create_account(boss, "new", "", "en", "k") == made
    with pytest.raises(Conflict, match="already"):
        create_account(boss, "NEW", "", "en", "k2")
    with pytest.raises(EntrepotError):
        create_account(mei, "more", "", "en", "k3")
    with pytest.raises(EntrepotError):
        all_accounts(mei)
    assert {one.login for one in all_accounts(boss)} == {"boss", "mei", "new"}
    with pytest.raises(Conflict, match="disable itself"):
        set_state(boss, "boss", False, "off")
    for bad in ("x" * 81, "a\nb"):
        with pytest.raises(Invalid):
            create_account(boss, "other", bad, "en", "k4")
    with pytest.raises(Invalid):
        create_account(boss, "other", "", "fr", "k5")


def test_a_forgotten_password_is_chosen_anew_by_a_link(desk: Desk) -> None:
    person(desk, "boss", LEAD)
    person(desk, "mei")
    boss, _ = signed_in(desk, "boss")
    _, cookie = signed_in(desk, "mei")
    lapsed = make_reset(boss, "mei")
    text = make_reset(boss, "mei")
    with pytest.raises(NotFound):
        use_reset(desk, lapsed, NEW)
    with pytest.raises(NotFound):
        accept(desk, text, "mei2", "", "en", NEW)
    use_reset(desk, text, NEW)
    assert principal_of_session(desk, cookie) is None
    sign_in(desk, "mei", NEW, ADDRESS, "b")
    with pytest.raises(NotFound):
        use_reset(desk, text, PASSWORD)


def test_no_operator_takes_over_another_one(desk: Desk) -> None:
    person(desk, "boss", LEAD)
    person(desk, "chief", LEAD)
    boss, _ = signed_in(desk, "boss")
    with pytest.raises(Refused, match="on the machine"):
        make_reset(boss, "chief")
    assert make_reset(desk, "chief")


def test_the_first_operator_comes_by_a_link_once(desk: Desk) -> None:
    lapsed = identity_setup(desk)
    text = identity_setup(desk)
    assert text.startswith("entinv_") and text not in str(desk.store.journal_entries(99))
    with pytest.raises(NotFound):
        use_setup(desk, lapsed, "boss", "", "en", PASSWORD)
    with pytest.raises(Invalid):
        use_setup(desk, text, "boss", "", "en", "admin")
    boss = use_setup(desk, text, "boss", "", "en", PASSWORD)
    assert [one.grant for one in grants_of(desk, boss.id)] == [LEAD]
    with pytest.raises(NotFound):
        use_setup(desk, text, "second", "", "en", PASSWORD)
    assert identity_setup(desk) == ""


def test_a_setup_link_is_worth_nothing_after_a_day_or_beside_an_operator(desk: Desk) -> None:
    text = identity_setup(desk)
    desk.hand_clock.at += 86_400
    with pytest.raises(NotFound):
        use_setup(desk, text, "boss", "", "en", PASSWORD)
    text = identity_setup(desk)
    person(desk, "chief", LEAD)
    with pytest.raises(Conflict, match="has an operator"):
        use_setup(desk, text, "boss", "", "en", PASSWORD)


def test_of_many_who_open_a_link_at_once_one_comes_in(desk: Desk) -> None:
    text = identity_setup(desk)
    start, answers = threading.Barrier(6), list[str]()

    def run(number: int) -> None:
        start.wait()
        try:
            use_setup(desk, text, f"boss{number}", "", "en", PASSWORD)
            answers.append("in")
        except EntrepotError as error:
            answers.append(error.code)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count("in") == 1 and len(answers) == 6
    assert len(all_accounts(desk)) == 1
