"""Login by OpenID Connect against a real provider, and every way to cheat with one."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from tests.unit.services.desk import Desk
from tests.unit.services.identity_people import ADDRESS, person, signed_in
from tests.unit.services.oidc_provider import BACK, CLIENT, SECRET, Institute, institute

from entrepot.domain.access.model import ANONYMOUS
from entrepot.kernel.errors import Conflict, EntrepotError, Fault, Invalid, NotFound, Refused
from entrepot.services.access import principal_of_session
from entrepot.services.app import App
from entrepot.services.identity_accounts import create_account, set_state
from entrepot.services.identity_oidc import LOGIN_S, begin_oidc, finish_oidc


@pytest.fixture
def school(desk: Desk) -> Iterator[Institute]:
    desk.hand_clock.at = int(time.time())  # the provider signs by its own clock
    with institute() as made:
        describe(desk, issuer=made.address)
        yield made


def describe(desk: Desk, **values: str) -> None:
    whole = {"name": "Institute", "client_id": CLIENT, "client_secret": SECRET, **values}
    (desk.home / "oidc.yaml").write_text(json.dumps(whole))


def come_in(app: App, school: Institute) -> str:
    left = begin_oidc(app, BACK)
    state, code = school.approve(left.address)
    return finish_oidc(app, left.handle, state, code, ADDRESS, "b").cookie


def test_a_bound_account_comes_in_by_its_institution(desk: Desk, school: Institute) -> None:
    person(desk, "mei")
    mei, _ = signed_in(desk, "mei")
    anybody = desk.acting(ANONYMOUS)
    with pytest.raises(Refused, match="No account"):
        come_in(anybody, school)
    come_in(mei, school)
    who = principal_of_session(desk, come_in(anybody, school))
    assert who is not None and who.actor == "mei"
    assert SECRET not in str(desk.store.journal_entries(500))


def test_an_account_made_for_a_proven_mail_is_bound_at_its_first_use(
    desk: Desk, school: Institute
) -> None:
    create_account(desk, "mei@example.hk", "", "en", "k")
    anybody = desk.acting(ANONYMOUS)
    school.user = "li"  # the same mail, not proven
    with pytest.raises(Refused, match="No account"):
        come_in(anybody, school)
    school.user = "mei"
    assert come_in(anybody, school) and come_in(anybody, school)
    school.people["li"]["email_verified"] = True
    school.user = "li"  # another person with that mail comes too late
    with pytest.raises(Refused, match="No account"):
        come_in(anybody, school)


def test_an_account_with_a_password_is_not_taken_over_by_mail(
    desk: Desk, school: Institute
) -> None:
    person(desk, "mei@example.hk")
    with pytest.raises(Refused, match="No account"):
        come_in(desk.acting(ANONYMOUS), school)


def test_a_person_is_bound_to_one_account(desk: Desk, school: Institute) -> None:
    person(desk, "mei")
    person(desk, "li")
    mei, _ = signed_in(desk, "mei")
    li, _ = signed_in(desk, "li")
    come_in(mei, school)
    with pytest.raises(Conflict, match="another account"):
        come_in(li, school)
    set_state(desk, "mei", False, "off")
    with pytest.raises(Refused, match="No account"):
        come_in(desk.acting(ANONYMOUS), school)


def test_state_handle_and_code_count_once_and_together(desk: Desk, school: Institute) -> None:
    person(desk, "mei")
    mei, _ = signed_in(desk, "mei")
    one, two = begin_oidc(mei, BACK), begin_oidc(mei, BACK)
    state, code = school.approve(one.address)
    for handle, said in ((two.handle, state), (one.handle, "forged"), ("", state)):
        with pytest.raises(Refused, match="proves nothing"):
            finish_oidc(mei, handle, said, code, ADDRESS, "b")
    with pytest.raises(Refused):  # the failed try has used it up
        finish_oidc(mei, one.handle, state, code, ADDRESS, "b")
    late = begin_oidc(mei, BACK)
    state, code = school.approve(late.address)
    desk.hand_clock.at += LOGIN_S
    with pytest.raises(Refused):
        finish_oidc(mei, late.handle, state, code, ADDRESS, "b")


def test_a_stolen_code_is_worth_nothing_without_its_verifier(desk: Desk, school: Institute) -> None:
    person(desk, "mei")
    mei, _ = signed_in(desk, "mei")
    victim, thief = begin_oidc(mei, BACK), begin_oidc(mei, BACK)
    _, stolen = school.approve(victim.address)
    state, _ = school.approve(thief.address)
    with pytest.raises(Refused, match="proves nothing"):
        finish_oidc(mei, thief.handle, state, stolen, ADDRESS, "b")


@pytest.mark.parametrize("spoil", ["key", "none", "silent", "issuer"])
def test_an_identity_that_is_not_proven_is_refused(
    desk: Desk, school: Institute, spoil: str
) -> None:
    person(desk, "mei")
    mei, _ = signed_in(desk, "mei")
    left = begin_oidc(mei, BACK)
    state, code = school.approve(left.address)
    school.spoil = spoil
    with pytest.raises((Refused, Fault)):
        finish_oidc(mei, left.handle, state, code, ADDRESS, "b")
    school.spoil = ""
    assert come_in(mei, school)


def test_a_clock_far_off_makes_an_identity_worthless(desk: Desk, school: Institute) -> None:
    person(desk, "mei")
    mei, _ = signed_in(desk, "mei")
    desk.hand_clock.at += 2 * 3600 - 60
    mei, _ = signed_in(desk, "mei")
    with pytest.raises(Refused, match="proves nothing"):
        come_in(mei, school)


def test_an_issuer_that_does_not_answer_gets_one_clear_sentence(desk: Desk) -> None:
    describe(desk, issuer="http://127.0.0.1:9")
    with pytest.raises(Fault, match="does not answer"):
        begin_oidc(desk.acting(ANONYMOUS), BACK)


@pytest.mark.parametrize(
    "values",
    [{}, {"issuer": "http://id.example"}, {"issuer": "file:///etc"}, {"issuer": ""}, {"more": "x"}],
)
def test_a_faulty_description_is_refused(desk: Desk, values: dict[str, str]) -> None:
    describe(desk, **values)
    with pytest.raises(Invalid, match="describe an issuer"):
        begin_oidc(desk.acting(ANONYMOUS), BACK)


def test_without_a_description_there_is_no_such_login(desk: Desk) -> None:
    with pytest.raises(NotFound):
        begin_oidc(desk.acting(ANONYMOUS), BACK)
    (desk.home / "oidc.yaml").write_text("a: [")
    with pytest.raises(EntrepotError):
        begin_oidc(desk.acting(ANONYMOUS), BACK)
