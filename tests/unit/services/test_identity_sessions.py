"""Sessions and tokens: what opens, until when, and what ends it."""

from __future__ import annotations

import pytest
from tests.unit.services.desk import Desk
from tests.unit.services.identity_people import journal, person, signed_in

from entrepot.domain.access.model import Grant, Resource
from entrepot.kernel.errors import Conflict, EntrepotError, Invalid, NotFound, Refused
from entrepot.services.access import IDLE_S, principal_of_session, principal_of_token, require
from entrepot.services.identity_accounts import set_state
from entrepot.services.identity_grants import end_grant, give_grant
from entrepot.services.identity_login import sign_in
from entrepot.services.identity_secrets import COOKIE, LINK, TOKEN, is_secret, new_secret
from entrepot.services.identity_sessions import (
    ABSOLUTE_S,
    csrf_token,
    end_sessions,
    is_csrf,
    is_due,
    rotate_session,
    sessions_of,
    sign_out,
)
from entrepot.services.identity_tokens import VALID_S, make_token, revoke_token, tokens_of


def test_a_session_ends_by_idleness_and_by_age(desk: Desk) -> None:
    person(desk, "mei")
    _, cookie = signed_in(desk, "mei")
    start = desk.hand_clock.at
    desk.hand_clock.at = start + IDLE_S - 1
    assert principal_of_session(desk, cookie)
    desk.hand_clock.at += IDLE_S - 1
    assert principal_of_session(desk, cookie)
    desk.hand_clock.at += IDLE_S
    assert principal_of_session(desk, cookie) is None
    _, cookie = signed_in(desk, "mei")
    start = desk.hand_clock.at
    while desk.hand_clock.at + 3000 < start + ABSOLUTE_S:
        desk.hand_clock.at += 3000
        assert principal_of_session(desk, cookie)
    desk.hand_clock.at = start + ABSOLUTE_S
    assert principal_of_session(desk, cookie) is None


def test_a_login_ends_the_session_that_the_browser_had(desk: Desk) -> None:
    person(desk, "mei")
    person(desk, "thief")
    _, planted = signed_in(desk, "thief")
    sign_in(desk, "mei", "seven quiet otters swim", "192.0.2.1", "b", old_cookie=planted)
    assert principal_of_session(desk, planted) is None


def test_a_change_of_role_makes_the_cookie_due_and_a_rotated_one_is_worth_nothing(
    desk: Desk,
) -> None:
    person(desk, "mei")
    _, old = signed_in(desk, "mei")
    assert not is_due(desk, old)
    kept = give_grant(desk, "mei", Grant("tenant", "firm", desk.firm.id), "g")
    assert is_due(desk, old)
    made = rotate_session(desk, old)
    assert principal_of_session(desk, old) is None
    who = principal_of_session(desk, made.cookie)
    assert who is not None and who.grants == (kept.grant,)
    assert not is_due(desk, made.cookie)
    with pytest.raises(Refused, match="session is over"):
        rotate_session(desk, old)
    end_grant(desk, kept.id, "e")
    after = principal_of_session(desk, made.cookie)
    assert after is not None and after.grants == ()


def test_sessions_are_listed_and_ended(desk: Desk) -> None:
    mine, other = person(desk, "mei"), person(desk, "li")
    app, first = signed_in(desk, "mei")
    _, second = signed_in(desk, "mei")
    listed = sessions_of(app, mine.id)
    assert len(listed) == 2 and listed[0].agent == "browser"
    assert end_sessions(app, mine.id, "one", session_id=listed[1].id) == 1
    assert principal_of_session(desk, second) is None
    with pytest.raises(NotFound):
        end_sessions(app, mine.id, "again", session_id=listed[1].id)
    with pytest.raises(EntrepotError):
        end_sessions(app, other.id, "theirs")
    with pytest.raises(EntrepotError):
        sessions_of(app, other.id)
    sign_out(desk, first)
    assert principal_of_session(desk, first) is None
    assert sessions_of(desk, mine.id) == []


def test_disabling_ends_sessions_and_stills_tokens(desk: Desk) -> None:
    person(desk, "mei")
    _, cookie = signed_in(desk, "mei")
    text, _ = make_token(desk, "mei", "night", ["*"])
    set_state(desk, "mei", False, "off")
    assert principal_of_session(desk, cookie) is None
    assert principal_of_token(desk, text) is None
    set_state(desk, "mei", True, "on")
    assert principal_of_session(desk, cookie) is None
    assert principal_of_token(desk, text) is not None


def test_a_form_belongs_to_its_session(desk: Desk) -> None:
    person(desk, "mei")
    _, one = signed_in(desk, "mei")
    _, two = signed_in(desk, "mei")
    token = csrf_token(desk, one)
    assert is_csrf(desk, one, token)
    assert one not in token
    for cookie, given in ((two, token), (one, ""), (one, "ü"), ("", csrf_token(desk, ""))):
        assert not is_csrf(desk, cookie, given)


@pytest.mark.parametrize("spoil", ["", "x", " ", "ent_"])
def test_a_spoilt_secret_opens_nothing(desk: Desk, spoil: str) -> None:
    person(desk, "mei")
    text, _ = make_token(desk, "mei", "night", ["*"])
    bad = spoil if spoil != "x" else text[:-1] + ("0" if text[-1] != "0" else "1")
    assert principal_of_token(desk, bad) is None
    assert principal_of_session(desk, bad) is None
    assert principal_of_token(desk, text + spoil if spoil else text[:-1]) is None


def test_kinds_of_secret_are_told_apart(desk: Desk) -> None:
    for prefix in (TOKEN, LINK, COOKIE):
        text = new_secret(desk, prefix)
        assert [is_secret(text, one) for one in (TOKEN, LINK, COOKIE)].count(True) == 1
        assert is_secret(text, prefix)
    person(desk, "mei")
    _, cookie = signed_in(desk, "mei")
    assert principal_of_token(desk, cookie) is None


def test_a_token_is_shown_once_narrowed_and_ends(desk: Desk) -> None:
    person(desk, "mei", Grant("tenant", "firm", desk.firm.id))
    text, token = make_token(desk, "mei", "night run", ["job.*", "read"])
    assert text.startswith("ent_") and text not in str(token)
    assert text not in str(desk.store.journal_entries(500))
    who = principal_of_token(desk, text)
    assert who is not None and who.scopes == {"job.*", "read"} and who.via == "token"
    job = Resource("job", "J-1", firm_id=desk.firm.id)
    require(desk, who, "job.cancel", job)
    with pytest.raises(Refused, match="not made for this"):
        require(desk, who, "lease.take", Resource("lease", firm_id=desk.firm.id))
    assert tokens_of(desk, "mei")[0].used_at == desk.hand_clock.at
    desk.hand_clock.at += VALID_S
    assert principal_of_token(desk, text) is None


def test_a_revoked_token_opens_nothing(desk: Desk) -> None:
    person(desk, "mei")
    text, token = make_token(desk, "mei", "night", ["*"])
    assert revoke_token(desk, token.id, "r").revoked_at == desk.hand_clock.at
    assert principal_of_token(desk, text) is None
    with pytest.raises(Conflict):
        revoke_token(desk, token.id, "r2")
    with pytest.raises(NotFound):
        revoke_token(desk, "TK-9", "r3")


def test_nobody_makes_tokens_for_another_nor_with_a_token(desk: Desk) -> None:
    person(desk, "boss", Grant("operator", "house", "", "lead"))
    person(desk, "mei")
    boss, _ = signed_in(desk, "boss")
    mei, _ = signed_in(desk, "mei")
    with pytest.raises(Refused, match="made by the account"):
        make_token(boss, "mei", "x", ["*"])
    with pytest.raises(EntrepotError):
        make_token(mei, "boss", "x", ["*"])
    text, token = make_token(mei, "mei", "x", ["*"])
    who = principal_of_token(desk, text)
    assert who is not None
    with pytest.raises(Refused, match="cannot make another"):
        make_token(desk.acting(who), "mei", "y", ["*"])
    other, _ = signed_in(desk, "boss")
    assert tokens_of(other, "mei") == tokens_of(mei, "mei")
    person(desk, "li")
    li, _ = signed_in(desk, "li")
    for act in (lambda: tokens_of(li, "mei"), lambda: revoke_token(li, token.id, "k")):
        with pytest.raises(EntrepotError):
            act()


@pytest.mark.parametrize("scopes", [[], ["job"], ["job.fly"], ["read", "x.*"]])
def test_unknown_scopes_are_refused(desk: Desk, scopes: list[str]) -> None:
    person(desk, "mei")
    with pytest.raises(Invalid):
        make_token(desk, "mei", "night", scopes)


@pytest.mark.parametrize("seconds", [0, -1, 10**12])
def test_a_token_of_no_or_endless_time_is_refused(desk: Desk, seconds: int) -> None:
    person(desk, "mei")
    with pytest.raises(Invalid):
        make_token(desk, "mei", "night", ["*"], seconds)


def test_every_denial_is_journalled_the_same_within_a_minute_once(desk: Desk) -> None:
    person(desk, "mei", Grant("tenant", "firm", desk.firm.id))
    app, _ = signed_in(desk, "mei")
    theirs = Resource("job", "J-7", firm_id="F-9")
    for _ in range(5):
        with pytest.raises(NotFound):
            require(app, app.principal, "job.read", theirs)
    assert len(journal(desk, "access.denied")) == 1
    with pytest.raises(Refused):
        require(app, app.principal, "rate.set", Resource("rate"))
    assert [one["rule"] for one in journal(desk, "access.denied")] == ["role", "hidden"]
    desk.hand_clock.at += 60
    for number in range(100):
        with pytest.raises(NotFound):
            require(app, app.principal, "job.read", Resource("job", f"J-{number}", firm_id="F-9"))
    assert len(journal(desk, "access.denied")) == 62
    assert desk.store.verify_journal() == []
