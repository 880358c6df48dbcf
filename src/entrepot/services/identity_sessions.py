"""Sessions of browsers: opened at login, made anew when rights change, ended by anybody they fear.

The cookie is a secret of 256 bits of which only the digest is kept. The token against forged
requests is derived from the cookie, so that nothing of it has to be kept::

    csrf = HMAC-SHA256(cookie, "entrepot csrf 1")

Source: OWASP Session Management Cheat Sheet and Cross-Site Request Forgery Prevention Cheat Sheet,
https://cheatsheetseries.owasp.org/, 2026-11-21.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.domain.access.model import Resource
from entrepot.kernel import ids
from entrepot.kernel.errors import NotFound, Refused
from entrepot.kernel.text import N_
from entrepot.services.access import is_open, require
from entrepot.services.identity_secrets import COOKIE, digest_of, is_secret, new_secret
from entrepot.services.ports_identity import Account, Session

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body

ABSOLUTE_S = 12 * 3600
"""A session ends after so long, however busy it is."""

_CSRF = "entrepot csrf 1"


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session with its secret, which is in this value and nowhere else.

    Attributes:
        cookie: what the browser keeps.
        session: as kept; account: who is signed in.
    """

    cookie: str
    session: Session
    account: Account


def fresh_session(app: App, account: Account, address: str, agent: str) -> OpenSession:
    """Return a new session to keep.

    Args:
        app: the exchange.
        account: who signs in.
        address: whence; agent: by which browser, as it says itself.
    """
    cookie, now = new_secret(app, COOKIE), app.clock.now()
    session = Session(
        id=app.ids.new(ids.SESSION),
        account_id=account.id,
        digest=digest_of(cookie),
        epoch=account.epoch,
        made_at=now,
        seen_at=now,
        expires_at=now + ABSOLUTE_S,
        ended_at=None,
        address=_plain(address, 64),
        agent=_plain(agent, 200),
    )
    return OpenSession(cookie, session, account)


def open_session(app: App, opened: OpenSession, old_cookie: str = "", by: str = "password") -> None:
    """Keep a session and end the one that the browser had before, whosever it was.

    Args:
        app: the exchange.
        opened: by :func:`fresh_session`.
        old_cookie: what the browser brought along, so that nobody can plant a session.
        by: how the person was known, for the journal.
    """
    session = opened.session

    def action(uow: UnitOfWork) -> Body:
        _end_cookie(uow, old_cookie, session.made_at)
        uow.accounts.add_session(session)
        return {"session_id": session.id}

    body: Body = {"account_id": session.account_id, "by": by, "address": session.address}
    key = f"session:{session.id}"
    app.store.command(opened.account.login, "session.open", key, body, session.made_at, action)


def rotate_session(app: App, cookie: str) -> OpenSession:
    """Give a session another secret: the old cookie is worth nothing from now on.

    Its absolute end stays. Call it after a change of rights or of the password.

    Raises:
        Refused: the cookie opens no session.
    """
    now = app.clock.now()

    def action(uow: UnitOfWork) -> OpenSession:
        old = _session_in(uow, cookie, now)
        account = uow.accounts.account(old.account_id) if old else None
        if old is None or account is None or account.state != "active":
            raise signed_out()
        made = fresh_session(app, account, old.address, old.agent)
        kept = Session(
            made.session.id, account.id, made.session.digest, account.epoch, old.made_at, now,
            old.expires_at, None, old.address, old.agent,
        )  # fmt: skip
        uow.accounts.end_sessions([old.id], now)
        uow.accounts.add_session(kept)
        return OpenSession(made.cookie, kept, account)

    return app.store.note(action)


def is_due(app: App, cookie: str) -> bool:
    """Say whether rights or password changed since a session was made, so that it is rotated."""
    now = app.clock.now()
    with app.store.reading() as uow:
        session = _session_in(uow, cookie, now)
        account = uow.accounts.account(session.account_id) if session else None
    return session is not None and account is not None and session.epoch < account.epoch


def csrf_token(app: App, cookie: str) -> str:
    """Return the token that a form of this session carries."""
    return app.keyed_digest(cookie, _CSRF)


def is_csrf(app: App, cookie: str, token: str) -> bool:
    """Say whether a form was made for this session; in constant time."""
    known = is_secret(cookie, COOKIE)
    return hmac.compare_digest(csrf_token(app, cookie).encode(), token.encode()) and known


def sessions_of(app: App, account_id: str) -> list[Session]:
    """Return the open sessions of an account.

    Raises:
        NotFound: another's, and who acts may not read accounts.
    """
    if account_id != app.principal.account_id:
        require(app, app.principal, "account.read", Resource("account", account_id))
    now = app.clock.now()
    with app.store.reading() as uow:
        found = uow.accounts.sessions(account_id, now=now)
    return [one for one in found if is_open(one, now)]


def sign_out(app: App, cookie: str) -> None:
    """End the session of a cookie; nothing if it opens none."""
    now = app.clock.now()
    app.store.note(lambda uow: _end_cookie(uow, cookie, now))


def end_sessions(app: App, account_id: str, key: str, session_id: str = "", but: str = "") -> int:
    """End the sessions of an account, or one of them.

    Args:
        app: the exchange.
        account_id: whose.
        key: idempotency key.
        session_id: the one to end; empty ends all.
        but: id of a session that stays.

    Returns:
        How many were open.

    Raises:
        NotFound: the account has no such session, or is another's and may not be read.
        Refused: who acts may not end the sessions of others.
    """
    if account_id != app.principal.account_id:
        require(app, app.principal, "session.end", Resource("session", account_id))
    now = app.clock.now()

    def action(uow: UnitOfWork) -> Body:
        found = [one.id for one in uow.accounts.sessions(account_id, now=now) if one.id != but]
        if session_id and session_id not in found:
            raise NotFound(
                "session.unknown", N_("There is no open session {id}."), id=session_id[:60]
            )
        ended = uow.accounts.end_sessions([session_id] if session_id else found, now)
        return {"ended": ended}

    body: Body = {"account_id": account_id, "session_id": session_id, "but": but}
    answer = app.store.command(app.actor, "session.end", key, body, now, action)
    return int(str(answer["ended"]))


def signed_out() -> Refused:
    """Return the refusal of a cookie that opens no session."""
    return Refused(
        "session.over", N_("The session is over."), hint=N_("Sign in again; nothing was done.")
    )


def _session_in(uow: UnitOfWork, cookie: str, now: int) -> Session | None:
    if not is_secret(cookie, COOKIE):
        return None
    found = uow.accounts.session_of(digest_of(cookie))
    return found if found is not None and is_open(found, now) else None


def _end_cookie(uow: UnitOfWork, cookie: str, now: int) -> None:
    found = uow.accounts.session_of(digest_of(cookie)) if is_secret(cookie, COOKIE) else None
    if found is not None:
        uow.accounts.end_sessions([found.id], now)


def _plain(text: str, most: int) -> str:
    """Return what a browser says of itself without signs that could forge a line."""
    return "".join(sign for sign in text if sign.isprintable())[:most]
