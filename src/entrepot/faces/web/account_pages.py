"""The own account: password, sessions, tokens of programs, and members of a firm."""

from __future__ import annotations

from entrepot.domain.access.model import Grant, Level
from entrepot.faces.web.firm_here import firms_of
from entrepot.faces.web.visit import Answer, Handler, Move, Page, Reply, Visit, number_of
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.text import N_

DAY_S = 86_400
SCOPES = ("read", "*")
"""What the page offers to narrow a token to; the API names every action."""


def account(visit: Visit) -> Answer:
    """Show the account."""
    return _account(visit)


def _account(visit: Visit, failed: EntrepotError | None = None, **more: object) -> Answer:
    from entrepot.services.identity_secrets import digest_of
    from entrepot.services.identity_sessions import sessions_of
    from entrepot.services.identity_tokens import tokens_of

    own = visit.principal.account_id
    with visit.app.store.reading() as uow:
        kept = uow.accounts.account(own)
        session = uow.accounts.session_of(digest_of(visit.session)) if visit.session else None
    values: dict[str, object] = {
        "account": kept,
        "grants": visit.principal.grants,
        "sessions": sessions_of(visit.app, own) if kept else [],
        "here": session.id if session else "",
        "tokens": tokens_of(visit.app, own) if kept else [],
        "scopes": SCOPES,
        "led": firms_of(visit, "member.invite"),
        "now": visit.app.clock.now(),
        "secret": "",
        "invited": "",
        "failed": failed,
        **more,
    }
    return Answer("account.html", values, failed.http_status if failed else 200)


def _guarded(visit: Visit, act: Handler) -> Reply:
    try:
        return act(visit)
    except EntrepotError as error:
        if error.http_status >= 500:
            raise
        return _account(visit, error)


def new_token(visit: Visit) -> Reply:
    """Make a token; its text is on this page and nowhere else."""
    return _guarded(visit, _new_token)


def _new_token(visit: Visit) -> Reply:
    from entrepot.services.identity_tokens import make_token

    name = visit.needed("name", N_("Name"), 80)
    days = number_of(visit.given("days"), 90, 1, 365)
    scope = visit.given("scope") if visit.given("scope") in SCOPES else "read"
    own = visit.principal.account_id
    text, _token = make_token(visit.app, own, name, [scope], days * DAY_S)
    return _account(visit, secret=text)


def revoke(visit: Visit) -> Reply:
    """Revoke a token."""
    return _guarded(visit, _revoke)


def _revoke(visit: Visit) -> Reply:
    from entrepot.services.identity_tokens import revoke_token

    revoke_token(visit.app, visit.given("token"), visit.key)
    return Move("/account", visit.say(N_("The token is worth nothing from now on.")))


def end_session(visit: Visit) -> Reply:
    """End a session, or all but this one."""
    return _guarded(visit, _end_session)


def _end_session(visit: Visit) -> Reply:
    from entrepot.services.identity_secrets import digest_of
    from entrepot.services.identity_sessions import end_sessions

    own, which = visit.principal.account_id, visit.given("session")
    with visit.app.store.reading() as uow:
        here = uow.accounts.session_of(digest_of(visit.session))
    end_sessions(visit.app, own, visit.key, which, here.id if here else "")
    return Move("/account", visit.say(N_("Done.")))


def password(visit: Visit) -> Reply:
    """Change the password; all other sessions end."""
    return _guarded(visit, _password)


def _password(visit: Visit) -> Reply:
    from entrepot.services.identity_login import change_password
    from entrepot.services.identity_sessions import rotate_session

    current, new = (next(iter(visit.form.get(name, ())), "") for name in ("current", "password"))
    change_password(visit.app, current, new, visit.session)
    cookie = rotate_session(visit.house, visit.session).cookie
    said = visit.say(N_("The password is changed; other sessions have ended."))
    return Move("/account", said, session=cookie)


def invite(visit: Visit) -> Reply:
    """Invite somebody into a firm; the link is on this page and nowhere else."""
    return _guarded(visit, _invite)


def _invite(visit: Visit) -> Reply:
    from entrepot.services.identity_invitations import invite as make

    levels: dict[str, Level] = {"read": "read", "work": "work", "lead": "lead"}
    level = levels.get(visit.given("level"), "work")
    grant = Grant("tenant", "firm", visit.given("firm"), level)
    text, _link = make(visit.app, grant, visit.given("login"))
    return _account(visit, invited=f"/invitation/{text}")


PAGES = (
    Page("GET", "/account", account, ""),
    Page("POST", "/account/tokens", new_token, ""),
    Page("POST", "/account/tokens/revoke", revoke, ""),
    Page("POST", "/account/sessions/end", end_session, ""),
    Page("POST", "/account/password", password, ""),
    Page("POST", "/account/invite", invite, "member.invite"),
)
