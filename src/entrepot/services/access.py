"""Who asks, and whether they may: the one gate of every service that is served to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.domain.access.can import can
from entrepot.domain.access.model import ANONYMOUS, Principal, Resource, Verdict, Via
from entrepot.kernel.errors import EntrepotError, NotFound, Refused
from entrepot.kernel.text import N_, Phrase
from entrepot.services.access_denials import note_denial
from entrepot.services.identity_secrets import COOKIE, TOKEN, digest_of, is_secret

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_identity import Account, Session

__all__ = ["ANONYMOUS", "principal_of_session", "principal_of_token", "require"]

IDLE_S = 3600
"""A session that nobody uses for so long is over."""

SEEN_EVERY_S = 60
"""How often the use of a token or session is noted."""


def require(app: App, principal: Principal, action: str, resource: Resource) -> None:
    """Let an act pass, or journal its denial and refuse it.

    Args:
        app: the exchange.
        principal: who asks.
        action: ``noun.verb`` of the table of rights.
        resource: on what, with those whose it is.

    Raises:
        NotFound: the principal may not even read it, so that it is as if it were not there.
        Refused: it is there, but the principal's roles or token do not allow the act.
    """
    verdict = can(principal, action, resource)
    if not verdict.allowed:
        note_denial(app, principal, action, resource, verdict)
        raise denial(verdict, action, resource)


def denial(verdict: Verdict, action: str, resource: Resource) -> EntrepotError:
    """Return the refusal of a denied act."""
    if verdict.rule == "hidden":
        return NotFound(
            "access.hidden",
            N_("There is no such {kind}, or it is not yours."),
            hint=N_("Check the id, and that your account belongs to whoever owns it."),
            kind=resource.kind[:40],
        )
    return Refused(
        f"access.{verdict.rule}",
        N_("{action} is refused. {reason}"),
        hint=N_("See what your roles allow: entrepot accounts show LOGIN"),
        action=action[:60],
        reason=Phrase(verdict.reason),
    )


def principal_of_token(app: App, text: str) -> Principal | None:
    """Return who holds a token of a program; None if it is unknown, over, revoked or disabled."""
    if not is_secret(text, TOKEN):
        return None
    now = app.clock.now()
    with app.store.reading() as uow:
        token = uow.accounts.token_of(digest_of(text))
        if token is None or token.revoked_at is not None or now >= token.expires_at:
            return None
        account = uow.accounts.account(token.account_id)
        if account is None or account.state != "active":
            return None
        scopes = None if token.scopes == ("*",) else frozenset(token.scopes)
        found = principal_of(uow, account, "token", scopes)
    if token.used_at is None or now - token.used_at >= SEEN_EVERY_S:
        app.store.note(lambda uow: uow.accounts.use_token(token.id, now))
    return found


def principal_of_session(app: App, cookie: str) -> Principal | None:
    """Return who is signed in by a cookie; None if it is unknown, over, ended or disabled."""
    if not is_secret(cookie, COOKIE):
        return None
    now = app.clock.now()
    with app.store.reading() as uow:
        session = uow.accounts.session_of(digest_of(cookie))
        if session is None or not is_open(session, now):
            return None
        account = uow.accounts.account(session.account_id)
        if account is None or account.state != "active":
            return None
        found = principal_of(uow, account)
    if now - session.seen_at >= SEEN_EVERY_S:
        app.store.note(lambda uow: uow.accounts.see_session(session.id, now))
    return found


def is_open(session: Session, now: int) -> bool:
    """Say whether a session is neither ended nor over."""
    idle = now - session.seen_at >= IDLE_S
    return session.ended_at is None and now < session.expires_at and not idle


def principal_of(
    uow: UnitOfWork, account: Account, via: Via = "session", scopes: frozenset[str] | None = None
) -> Principal:
    """Return an active account with the grants that it holds now as a principal."""
    grants = tuple(one.grant for one in uow.accounts.grants_of(account.id))
    return Principal(account.id, account.login, grants, via, scopes)
