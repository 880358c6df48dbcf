"""Login by OpenID Connect: an institution vouches for its own people.

Whom the issuer names is let in only as an account that is bound to that very person. An account is
bound by whoever is signed in to it; or at its first use, if it was made for the e-mail that the
issuer has proven and nobody could sign in to it so far.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.kernel.errors import Conflict, NotFound, Refused
from entrepot.kernel.text import N_
from entrepot.services.identity_secrets import digest_of
from entrepot.services.identity_sessions import OpenSession, fresh_session, open_session
from entrepot.services.ports_identity import Account
from entrepot.services.ports_identity_links import Ceremony, OutsideLogin
from entrepot.services.ports_oidc import OidcAsk, OidcTools, OutsidePerson

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body

OIDC = "oidc"
LOGIN_S = 600
"""How long a person may take at the issuer."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A browser on its way to the issuer.

    Attributes:
        address: where it goes.
        handle: what it keeps in a cookie meanwhile, so that nobody else's answer is taken.
    """

    address: str
    handle: str


def begin_oidc(app: App, back: str) -> Leaving:
    """Send a browser to the issuer; whoever is signed in binds the own account.

    Args:
        app: the exchange, acting as whoever is signed in, or as nobody.
        back: address to which the issuer sends the browser back; known to the issuer.

    Raises:
        NotFound: the home describes no issuer.
        Fault: the issuer does not answer.
    """
    tools, now = _tools(app), app.clock.now()
    ask = OidcAsk(back, app.new_secret(), app.new_secret(), app.new_secret())
    address, handle = tools.address(ask), app.new_secret()
    bound = app.principal.account_id if app.principal.via == "session" else ""
    body: Body = {
        "back": back,
        "state": ask.state,
        "nonce": ask.nonce,
        "verifier": ask.verifier,
    }
    waiting = Ceremony(digest_of(handle), OIDC, bound, body, now + LOGIN_S)
    app.store.note(lambda uow: uow.links.add_ceremony(waiting, now))
    return Leaving(address, handle)


def finish_oidc(
    app: App,
    handle: str,
    state: str,
    code: str,
    address: str,
    agent: str,
    old_cookie: str = "",
) -> OpenSession:
    """Open a session for whom the issuer vouches.

    Args:
        app: the exchange.
        handle: of :func:`begin_oidc`, from the browser's cookie.
        state, code: from the address by which the issuer sent the browser back.
        address, agent, old_cookie: as for a login by password.

    Raises:
        Refused: the answer is late, repeated, another browser's, or proves nothing; or no account
            is bound to that person.
        Conflict: the person is bound to another account already.
        Fault: the issuer does not answer.
    """
    tools, now = _tools(app), app.clock.now()
    waiting = app.store.note(lambda uow: uow.links.take_ceremony(digest_of(handle), OIDC))
    if waiting is None or now >= waiting.expires_at:
        raise _unproven()
    said = {name: str(value) for name, value in waiting.body.items()}
    ask = OidcAsk(said["back"], said["state"], said["nonce"], said["verifier"])
    if not hmac.compare_digest(state.encode(), ask.state.encode()):
        raise _unproven()
    person = tools.person(code, ask, now)
    if person is None:
        raise _unproven()
    account = _account_of(app, person, waiting.account_id)
    opened = fresh_session(app, account, address, agent)
    open_session(app, opened, old_cookie, "oidc")
    return opened


def _account_of(app: App, person: OutsidePerson, bound: str) -> Account:
    """Return the account of a person, bound now if need be."""
    with app.store.reading() as uow:
        known = uow.links.outside(person.issuer, person.subject)
        account = uow.accounts.account(known.account_id if known else bound)
        fresh = None if known or bound else _fresh_account(uow, person)
    if known and bound and known.account_id != bound:
        raise Conflict(
            "oidc.bound",
            N_("This login is bound to another account already."),
            hint=N_("Sign out, and sign in by it."),
        )
    account = account or fresh
    if account is None or account.state != "active":
        raise Refused(
            "oidc.unknown",
            N_("No account of the exchange is bound to this login."),
            hint=N_("Sign in by password and bind it, or ask for an account for your e-mail."),
        )
    if known is None:
        _bind(app, person, account)
    return account


def _fresh_account(uow: UnitOfWork, person: OutsidePerson) -> Account | None:
    """Return the account made for a proven e-mail, if nobody could sign in to it so far."""
    found = uow.accounts.account_of(person.mail.lower()) if person.is_mail_proven else None
    if found is None or found.password or uow.links.passkeys(found.id):
        return None
    return None if uow.links.is_outside(found.id) else found


def _bind(app: App, person: OutsidePerson, account: Account) -> None:
    now = app.clock.now()

    def action(uow: UnitOfWork) -> Body:
        if uow.links.outside(person.issuer, person.subject) is not None:
            raise Conflict("oidc.bound", N_("This login is bound to an account already."))
        uow.links.add_outside(OutsideLogin(person.issuer, person.subject, account.id, now))
        return {"account_id": account.id}

    body: Body = {"issuer": person.issuer, "account_id": account.id}
    app.store.command(account.login, "oidc.bind", app.ids.new("K"), body, now, action)


def _tools(app: App) -> OidcTools:
    if app.oidc is None:
        raise NotFound("oidc.none", N_("The exchange knows no issuer to sign in at."))
    return app.oidc


def _unproven() -> Refused:
    return Refused(
        "oidc.unproven",
        N_("The login proves nothing: it took too long, was repeated, or is not this browser's."),
        hint=N_("Begin it again."),
    )
