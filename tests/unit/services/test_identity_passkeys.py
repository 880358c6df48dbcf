"""Passkeys: made and used by an authenticator in software, and every way to cheat with one."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from tests.unit.services.desk import Desk
from tests.unit.services.identity_people import ADDRESS, person, signed_in
from tests.unit.services.soft_authenticator import Authenticator

from entrepot.kernel.errors import Conflict, NotFound, Refused
from entrepot.services.access import principal_of_session, principal_of_token
from entrepot.services.app import App
from entrepot.services.identity_accounts import set_state
from entrepot.services.identity_passkeys import (
    CEREMONY_S,
    begin_passkey,
    begin_passkey_login,
    drop_passkey,
    finish_passkey,
    passkey_login,
    passkeys_of,
)
from entrepot.services.identity_sessions import OpenSession
from entrepot.services.identity_tokens import make_token
from entrepot.services.ports_passkeys import Site

SITE = Site("https://exchange.example")


def registered(desk: Desk, login: str = "mei") -> tuple[App, Authenticator]:
    person(desk, login)
    app, _ = signed_in(desk, login)
    device = Authenticator(SITE.origin)
    begun = begin_passkey(app, SITE)
    finish_passkey(app, SITE, begun.handle, device.make(begun.options), "phone 電話")
    return app, device


def come_in(desk: Desk, device: Authenticator, site: Site = SITE) -> OpenSession:
    begun = begin_passkey_login(desk, site)
    return passkey_login(desk, site, begun.handle, device.sign(begun.options), ADDRESS, "b")


def test_a_passkey_lets_in_without_a_password(desk: Desk) -> None:
    app, device = registered(desk)
    for _ in range(2):
        opened = come_in(desk, device)
        who = principal_of_session(desk, opened.cookie)
        assert who is not None and who.actor == "mei"
    kept = passkeys_of(app)
    assert [(one.name, one.sign_count) for one in kept] == [("phone 電話", 2)]


def test_the_options_ask_for_a_verified_person_and_exclude_known_keys(desk: Desk) -> None:
    app, _ = registered(desk)
    options: Any = begin_passkey(app, SITE).options
    assert options["rp"]["id"] == "exchange.example"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert [one["id"] for one in options["excludeCredentials"]] == [passkeys_of(app)[0].id]


def test_what_proves_nothing_is_refused(desk: Desk) -> None:
    _, device = registered(desk)
    begun = begin_passkey_login(desk, SITE)
    right = device.sign(begun.options)
    spoilt = copy.deepcopy(right)
    spoilt["response"]["signature"] = right["response"]["authenticatorData"]
    phished = Authenticator("https://exchange.exampl", id=device.id, key=device.key)
    careless = Authenticator(SITE.origin, False, 9, device.id, device.key)
    unknown = Authenticator(SITE.origin)
    for answer in (
        spoilt, {}, {"id": right["id"]}, {"id": 7}, phished.sign(begun.options),
        careless.sign(begun.options), unknown.sign(begun.options),
    ):  # fmt: skip
        again = begin_passkey_login(desk, SITE)
        with pytest.raises(Refused, match="proves nothing"):
            passkey_login(desk, SITE, again.handle, answer, ADDRESS, "b")
    passkey_login(desk, SITE, begun.handle, right, ADDRESS, "b")


def test_an_answer_counts_once_and_in_time(desk: Desk) -> None:
    _, device = registered(desk)
    begun = begin_passkey_login(desk, SITE)
    answer = device.sign(begun.options)
    passkey_login(desk, SITE, begun.handle, answer, ADDRESS, "b")
    with pytest.raises(Refused):
        passkey_login(desk, SITE, begun.handle, answer, ADDRESS, "b")
    late = begin_passkey_login(desk, SITE)
    answer = device.sign(late.options)
    desk.hand_clock.at += CEREMONY_S
    with pytest.raises(Refused):
        passkey_login(desk, SITE, late.handle, answer, ADDRESS, "b")


def test_a_copied_key_is_found_by_its_count(desk: Desk) -> None:
    _, device = registered(desk)
    come_in(desk, device)
    clone = Authenticator(SITE.origin, True, device.count, device.id, device.key)
    come_in(desk, device)
    with pytest.raises(Refused):
        come_in(desk, clone)


def test_nobody_makes_a_key_for_another_nor_with_a_token(desk: Desk) -> None:
    mei, device = registered(desk)
    person(desk, "li")
    li, _ = signed_in(desk, "li")
    begun = begin_passkey(mei, SITE)
    with pytest.raises(Refused):
        finish_passkey(li, SITE, begun.handle, Authenticator(SITE.origin).make(begun.options), "x")
    begun = begin_passkey(li, SITE)
    with pytest.raises(Conflict, match="known"):
        finish_passkey(li, SITE, begun.handle, device.make(begun.options), "stolen")
    begun = begin_passkey(li, SITE)
    wrong = Authenticator("https://elsewhere.example").make(begun.options)
    with pytest.raises(Refused):
        finish_passkey(li, SITE, begun.handle, wrong, "x")
    text, _ = make_token(mei, "mei", "n", ["*"])
    who = principal_of_token(desk, text)
    assert who is not None
    with pytest.raises(Refused, match="signed in with a browser"):
        begin_passkey(desk.acting(who), SITE)


def test_a_disabled_account_and_a_dropped_key_stay_out(desk: Desk) -> None:
    app, device = registered(desk)
    set_state(desk, "mei", False, "off")
    with pytest.raises(Refused):
        come_in(desk, device)
    set_state(desk, "mei", True, "on")
    drop_passkey(app, passkeys_of(app)[0].id, "d")
    with pytest.raises(Refused):
        come_in(desk, device)
    with pytest.raises(NotFound):
        drop_passkey(app, "none", "d2")


def test_the_last_way_in_is_kept(desk: Desk) -> None:
    app, device = registered(desk)
    desk.sql("UPDATE account SET password = ''")
    with pytest.raises(Conflict, match="only way in"):
        drop_passkey(app, passkeys_of(app)[0].id, "d")
    come_in(desk, device)
