"""Sign in by password: slow to guess, the same answer for whoever is unknown, wrong or disabled.

An attempt is counted as failed before the password is looked at, in one transaction, so that a
flood of parallel guesses gains nothing; who is right gets the count back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from entrepot.domain.access.passwords import (
    FREE_FAILURES,
    FREE_FAILURES_ADDRESS,
    SILENCE_S,
    wait_s,
)
from entrepot.kernel.errors import Invalid, Refused
from entrepot.kernel.text import N_
from entrepot.services.access_denials import note
from entrepot.services.identity_accounts import kept_password
from entrepot.services.identity_secrets import digest_of
from entrepot.services.identity_sessions import OpenSession, fresh_session, open_session
from entrepot.services.ports_identity import Account, Attempts

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body


def sign_in(
    app: App, login: str, password: str, address: str, agent: str, old_cookie: str = ""
) -> OpenSession:
    """Open a session for whoever knows the password of an account.

    Args:
        app: the exchange.
        login, password: as typed.
        address: of the browser, as the server sees it; agent: its name of itself.
        old_cookie: what it brought along; that session ends.

    Raises:
        Refused: ``login.wait`` with ``wait_s`` after failures, ``login.busy`` under a flood,
            ``login.wrong`` in every other case.
    """
    name = login.strip().lower()[:254]
    counted = _begin(app, name, address)
    with app.store.reading() as uow:
        account = uow.accounts.account_of(name)
    kept = account.password if account and account.state == "active" else ""
    if not app.is_password(kept, password) or account is None:
        _tell(app, name, address, counted)
        raise wrong()
    _forgive(app, counted)
    if app.is_stale(account.password):
        _rehash(app, account, password)
    opened = fresh_session(app, account, address, agent)
    open_session(app, opened, old_cookie)
    return opened


def change_password(app: App, current: str, new: str, cookie: str) -> None:
    """Change the password of the account that acts; all its other sessions end.

    Args:
        app: the exchange, acting as the account.
        current, new: passwords as typed.
        cookie: the session that stays; rotate it afterwards.

    Raises:
        Refused: the current password is another one, or guessed too often.
        Invalid: the new one is too weak.
    """
    now = app.clock.now()
    with app.store.reading() as uow:
        account = uow.accounts.account(app.principal.account_id)
        stays = uow.accounts.session_of(digest_of(cookie))
    if account is None:
        raise Invalid("account.none", N_("Only an account has a password."))
    counted = _begin(app, account.login, f"own:{account.id}")
    if not app.is_password(account.password, current):
        raise wrong()
    _forgive(app, counted)
    kept = kept_password(app, new, account.login)

    def action(uow: UnitOfWork) -> Body:
        set_password(uow, account.id, kept)
        ends = uow.accounts.sessions(account.id, now=now)
        but = stays.id if stays else ""
        uow.accounts.end_sessions([one.id for one in ends if one.id != but], now)
        return {}

    body: Body = {"account_id": account.id}
    app.store.command(app.actor, "own.password", app.ids.new("K"), body, now, action)


def set_password(uow: UnitOfWork, account_id: str, kept: str) -> None:
    """Write a new password; sessions are due for another cookie from then on."""
    account = uow.accounts.account(account_id)
    assert account is not None
    uow.accounts.update_account(replace(account, password=kept, epoch=account.epoch + 1))


def wrong() -> Refused:
    """Return the one answer to an unknown name, a wrong password and a disabled account."""
    return Refused(
        "login.wrong",
        N_("Name and password do not fit together, or the account is disabled."),
        hint=N_("Try again; who forgot the password asks the operator for a link."),
    )


def _keys(name: str, address: str) -> tuple[tuple[str, int], ...]:
    own = ("account", name, FREE_FAILURES), ("address", address, FREE_FAILURES_ADDRESS)
    return tuple((digest_of(f"{kind}:{what}"), free) for kind, what, free in own)


def _begin(app: App, name: str, address: str) -> list[Attempts]:
    """Count an attempt as failed under name and address; return the counts before it.

    Raises:
        Refused: the delay after earlier failures is not over.
    """
    now = app.clock.now()

    def action(uow: UnitOfWork) -> list[Attempts]:
        before: list[Attempts] = []
        for key, free in _keys(name, address):
            known = uow.accounts.attempts(key)
            if known is None or now - known.last_at >= SILENCE_S:
                known = Attempts(key, 0, now, 0)
            if now < known.wait_until:
                raise _too_soon(known.wait_until - now)
            before.append(known)
            failures = known.failures + 1
            until = now + wait_s(failures, free)
            uow.accounts.keep_attempts(Attempts(key, failures, now, until))
        return before

    return app.store.note(action)


def _forgive(app: App, counted: list[Attempts]) -> None:
    """Forget the failures of the account, and give the address its one attempt back."""
    account, address = counted
    old = app.clock.now() - SILENCE_S

    def action(uow: UnitOfWork) -> None:
        uow.accounts.forget_attempts(account.key, old)
        uow.accounts.keep_attempts(address)

    app.store.note(action)


def _tell(app: App, name: str, address: str, counted: list[Attempts]) -> None:
    """Journal failures from the one on that brings a delay."""
    failures = counted[0].failures + 1
    if wait_s(failures):
        told = {"login": name[:80], "address": address[:64], "failures": failures}
        note(app, "anonymous", "login.failed", told)


def _rehash(app: App, account: Account, password: str) -> None:
    kept = app.hash_password(password)

    def action(uow: UnitOfWork) -> None:
        now = uow.accounts.account(account.id)
        if now is not None and now.password == account.password:
            uow.accounts.update_account(replace(now, password=kept))

    app.store.note(action)


def _too_soon(seconds: int) -> Refused:
    return Refused(
        "login.wait",
        N_("Too many failed logins; the next one is looked at in {wait_s} s."),
        hint=N_("Wait, then try again; who forgot the password asks the operator for a link."),
        wait_s=seconds,
    )
