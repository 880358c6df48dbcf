"""Sign in by password: delays, floods, and one answer for every failure."""

from __future__ import annotations

import threading

import pytest
from tests.unit.services.desk import Desk
from tests.unit.services.identity_people import ADDRESS, PASSWORD, journal, person, signed_in

from entrepot.adapters.identity import passwords
from entrepot.domain.access.passwords import LENGTH_MAX, weakness
from entrepot.kernel.errors import EntrepotError, Invalid, Refused
from entrepot.services.access import principal_of_session
from entrepot.services.identity_accounts import create_account, read_login, set_state
from entrepot.services.identity_login import change_password, sign_in


def guess(desk: Desk, login: str = "mei", password: str = "wrong", address: str = ADDRESS) -> str:
    try:
        sign_in(desk, login, password, address, "browser")
    except EntrepotError as error:
        return error.code
    return "in"


def test_who_knows_the_password_comes_in(desk: Desk) -> None:
    person(desk, "Mei@Example.hk")
    app, cookie = signed_in(desk, "mei@example.HK")
    assert app.actor == "mei@example.hk"
    assert app.principal.via == "session"
    assert desk.store.journal_entries(1)[0]["command"] == "session.open"
    assert PASSWORD not in str(desk.store.journal_entries(500))
    assert cookie not in str(desk.store.journal_entries(500))


def test_unknown_wrong_disabled_and_passwordless_get_one_answer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(desk, "mei")
    person(desk, "off")
    create_account(desk, "bare", "", "en", "bare")
    set_state(desk, "off", False, "off")
    checked: list[str] = []
    right = passwords.is_password

    def count(kept: str, password: str) -> bool:
        checked.append(kept)
        return right(kept, password)

    monkeypatch.setattr(passwords, "is_password", count)
    said: set[str] = set()
    for login, password in (("mei", "x"), ("nobody", PASSWORD), ("off", PASSWORD), ("bare", "")):
        with pytest.raises(Refused) as error:
            sign_in(desk, login, password, ADDRESS, "b")
        said.add(str(error.value.as_dict()))
    assert len(said) == 1
    # Each one was compared with something by Argon2id, or time would tell them apart.
    assert len(checked) == 4


def test_failures_bring_a_growing_delay_and_success_forgets_them(desk: Desk) -> None:
    person(desk, "mei")
    assert [guess(desk) for _ in range(4)] == ["login.wrong"] * 3 + ["login.wait"]
    desk.hand_clock.at += 1
    assert [guess(desk), guess(desk)] == ["login.wrong", "login.wait"]
    desk.hand_clock.at += 1
    assert guess(desk, password=PASSWORD) == "login.wait"  # two seconds by now
    desk.hand_clock.at += 1
    assert guess(desk, password=PASSWORD) == "in"
    assert guess(desk) == "login.wrong"
    assert {one["failures"] for one in journal(desk, "login.failed")} == {3, 4}


def test_failures_are_forgotten_after_a_day_of_silence(desk: Desk) -> None:
    person(desk, "mei")
    for _ in range(3):
        guess(desk)
    assert guess(desk) == "login.wait"
    desk.hand_clock.at += 86_400
    assert [guess(desk) for _ in range(3)] == ["login.wrong"] * 3


def test_an_address_that_tries_many_names_waits_too(desk: Desk) -> None:
    person(desk, "mei")
    passwords_seen = {guess(desk, f"name{number}") for number in range(20)}
    assert passwords_seen == {"login.wrong"}
    assert guess(desk, "mei", PASSWORD) == "login.wait"
    assert guess(desk, "mei", PASSWORD, "192.0.2.8") == "in"


def test_parallel_guesses_gain_nothing(desk: Desk) -> None:
    person(desk, "mei")
    assert desk.store.journal_entries(1)
    answers: list[str] = []
    start = threading.Barrier(12)

    def run() -> None:
        start.wait()
        answers.append(guess(desk))

    threads = [threading.Thread(target=run) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count("login.wait") >= 9
    assert answers.count("login.wrong") <= 3


def test_a_flood_of_logins_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "WAIT_S", 0)
    for _ in range(passwords.AT_ONCE_MAX):
        assert passwords._turns.acquire(blocking=False)
    try:
        with pytest.raises(Refused, match="Too many logins") as error:
            passwords.is_password("", "x")
        assert error.value.code == "login.busy"
    finally:
        for _ in range(passwords.AT_ONCE_MAX):
            passwords._turns.release()
    assert not passwords.is_password("", "x")


def test_what_is_kept_is_argon2id_by_the_parameters_stated() -> None:
    kept = passwords.hash_password(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_password(kept, PASSWORD) and not passwords.is_stale(kept)
    assert not passwords.is_password(kept, PASSWORD + "x")
    assert not passwords.is_password(kept, "x" * 10_000)
    assert not passwords.is_password("", "the password of nobody")
    assert not passwords.is_password("$argon2id$broken", PASSWORD)
    assert not passwords.is_password(kept, "\ud800" * 20)


def test_weaker_parameters_are_made_good_at_the_next_login(desk: Desk) -> None:
    from argon2 import PasswordHasher

    made = person(desk, "mei")
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    desk.sql("UPDATE account SET password = :kept", kept=old)
    assert passwords.is_stale(old)
    signed_in(desk, "mei")
    with desk.store.reading() as uow:
        now = uow.accounts.account(made.id)
    assert now is not None and not passwords.is_stale(now.password)
    assert guess(desk, password=PASSWORD) == "in"


@pytest.mark.parametrize(
    "password",
    [
        "short", "passwordpassword", "Password12345678", "aaaaaaaaaaaaaaaa", "abcabcabcabcabcabc",
        "qwertyuiopasdfghjkl", "1234567890123456", "mei@example.hk12345", "x" * (LENGTH_MAX + 1),
        "welcome to entrepot!", "tab\tand seven otters",
    ],
)  # fmt: skip
def test_a_weak_password_is_refused(desk: Desk, password: str) -> None:
    assert weakness(password, "mei@example.hk")
    with pytest.raises(Invalid) as error:
        create_account(desk, "mei@example.hk", "", "en", "k", password)
    assert "password" in error.value.fields
    assert password not in str(error.value.as_dict())


@pytest.mark.parametrize(
    "password", [PASSWORD, "七隻安靜的水獺在河裏游泳，真的很開心", "x7#Kq!pL2@vR9$wZ"]
)
def test_a_good_password_is_taken(password: str) -> None:
    assert weakness(password, "mei") == ""


@pytest.mark.parametrize(
    "login", ["", "a", "desk", "DESK", "a b", "a@b", "me\ni", "x" * 41, "mei:1", "../x", "梅"]
)
def test_a_bad_name_is_refused(login: str) -> None:
    with pytest.raises(Invalid):
        read_login(login)
    with pytest.raises(Invalid):
        read_login("Chief", own="chief")


def test_a_new_password_ends_the_other_sessions(desk: Desk) -> None:
    person(desk, "mei")
    app, here = signed_in(desk, "mei")
    _, elsewhere = signed_in(desk, "mei")
    with pytest.raises(Refused, match="do not fit"):
        change_password(app, "wrong", "nine loud herons wade", here)
    with pytest.raises(Invalid):
        change_password(app, PASSWORD, "short", here)
    change_password(app, PASSWORD, "nine loud herons wade", here)
    assert principal_of_session(desk, here) is not None
    assert principal_of_session(desk, elsewhere) is None
    assert guess(desk, password=PASSWORD) == "login.wrong"
    assert guess(desk, password="nine loud herons wade") == "in"
