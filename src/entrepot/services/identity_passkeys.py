"""Passkeys: a key in the person's device in place of a password, which nobody can phish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from entrepot.kernel.errors import Conflict, NotFound, Refused
from entrepot.kernel.text import N_
from entrepot.services.identity_accounts import account_in, read_display
from entrepot.services.identity_secrets import digest_of
from entrepot.services.identity_sessions import OpenSession, fresh_session, open_session
from entrepot.services.ports_identity_links import Ceremony, Passkey
from entrepot.services.ports_passkeys import MadeKey, Site

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body

CEREMONY_S = 300
"""How long a browser may take to answer."""

PASSKEYS_MAX = 20
REGISTER = "passkey_register"
LOGIN = "passkey_login"


@dataclass(frozen=True, slots=True)
class Started:
    """A ceremony that waits for its browser.

    Attributes:
        handle: what the browser sends back beside its answer.
        options: for ``navigator.credentials.create`` or ``get``, as JSON values.
    """

    handle: str
    options: Body


def begin_passkey(app: App, site: Site) -> Started:
    """Begin to make a passkey for the account that acts.

    Raises:
        NotFound: who acts has no account.
        Refused: acting by a token.
        Conflict: the account has very many already.
    """
    _in_person(app)
    with app.store.reading() as uow:
        account = account_in(uow, app.principal.account_id)
        known = [one.id for one in uow.links.passkeys(account.id)]
    if len(known) >= PASSKEYS_MAX:
        raise Conflict(
            "passkey.many", N_("The account has {most} passkeys already."), most=PASSKEYS_MAX
        )
    options, challenge = app.passkey_tools.register_options(
        site, account.id, account.login, account.display, known
    )
    return _start(app, REGISTER, account.id, options, challenge)


def finish_passkey(
    app: App, site: Site, handle: str, answer: Mapping[str, object], name: str
) -> Passkey:
    """Keep the passkey that a browser has made.

    Args:
        app: the exchange, acting as the account.
        site: where its pages stand.
        handle: of :func:`begin_passkey`; answer: of the browser, as JSON values.
        name: as its owner calls it.

    Raises:
        Refused: the answer is late, repeated, of another site or account, or proves nothing.
        Conflict: the key is known already.
    """
    _in_person(app)
    called, now = read_display(name), app.clock.now()
    waiting = _take(app, handle, REGISTER)
    if waiting.account_id != app.principal.account_id:
        raise _unproven()
    made = app.passkey_tools.made_key(site, str(waiting.body["challenge"]), answer)
    if made is None:
        raise _unproven()
    kept = Passkey(made.id, waiting.account_id, made.public_key, made.sign_count, called, now, None)

    def action(uow: UnitOfWork) -> Body:
        if uow.links.passkey(kept.id) is not None:
            raise Conflict("passkey.known", N_("This passkey is known already."))
        uow.links.add_passkey(kept)
        return {"passkey": kept.id}

    body: Body = {"account_id": kept.account_id, "passkey": digest_of(kept.id)}
    app.store.command(app.actor, "passkey.add", app.ids.new("K"), body, now, action)
    return kept


def begin_passkey_login(app: App, site: Site) -> Started:
    """Begin a login by passkey; the browser offers the accounts that it has one of."""
    options, challenge = app.passkey_tools.login_options(site)
    return _start(app, LOGIN, "", options, challenge)


def passkey_login(
    app: App,
    site: Site,
    handle: str,
    answer: Mapping[str, object],
    address: str,
    agent: str,
    old_cookie: str = "",
) -> OpenSession:
    """Open a session for whoever holds a passkey.

    Args:
        app: the exchange.
        site: where its pages stand.
        handle: of :func:`begin_passkey_login`; answer: of the browser, as JSON values.
        address, agent, old_cookie: as for a login by password.

    Raises:
        Refused: the answer is late, repeated, of another site, or proves nothing; the key is
            unknown; a copy of the key has signed; or the account is disabled.
    """
    waiting = _take(app, handle, LOGIN)
    with app.store.reading() as uow:
        kept = uow.links.passkey(app.passkey_tools.key_of(answer))
        account = uow.accounts.account(kept.account_id) if kept else None
    if kept is None or account is None or account.state != "active":
        raise _unproven()
    key = MadeKey(kept.id, kept.public_key, kept.sign_count)
    count = app.passkey_tools.proven_count(site, str(waiting.body["challenge"]), answer, key)
    if count is None:
        raise _unproven()
    now = app.clock.now()
    app.store.note(lambda uow: uow.links.use_passkey(kept.id, count, now))
    opened = fresh_session(app, account, address, agent)
    open_session(app, opened, old_cookie, "passkey")
    return opened


def passkeys_of(app: App) -> list[Passkey]:
    """Return the passkeys of the account that acts."""
    with app.store.reading() as uow:
        return uow.links.passkeys(app.principal.account_id)


def drop_passkey(app: App, passkey_id: str, key: str) -> None:
    """Drop a passkey of the account that acts, unless nothing else would let it sign in.

    Raises:
        NotFound: the account has no such passkey.
        Refused: acting by a token.
        Conflict: it is the last one and there is no password.
    """
    _in_person(app)
    account_id, now = app.principal.account_id, app.clock.now()

    def action(uow: UnitOfWork) -> Body:
        account = account_in(uow, account_id)
        if not uow.links.drop_passkey(account.id, passkey_id):
            raise NotFound("passkey.unknown", N_("The account has no such passkey."))
        if not account.password and not uow.links.passkeys(account.id):
            raise Conflict(
                "passkey.last",
                N_("This is the only way in: the account has no password."),
                hint=N_("Choose a password first."),
            )
        uow.accounts.update_account(replace(account, epoch=account.epoch + 1))
        return {}

    body: Body = {"passkey": digest_of(passkey_id)}
    app.store.command(app.actor, "passkey.drop", key, body, now, action)


def _start(app: App, kind: str, account_id: str, options: Body, challenge: str) -> Started:
    handle, now = app.new_secret(), app.clock.now()
    body: Body = {"challenge": challenge}
    waiting = Ceremony(digest_of(handle), kind, account_id, body, now + CEREMONY_S)
    app.store.note(lambda uow: uow.links.add_ceremony(waiting, now))
    return Started(handle, options)


def _take(app: App, handle: str, kind: str) -> Ceremony:
    found = app.store.note(lambda uow: uow.links.take_ceremony(digest_of(handle), kind))
    if found is None or app.clock.now() >= found.expires_at:
        raise _unproven()
    return found


def _in_person(app: App) -> None:
    """Refuse a program: what lets a person in is changed by the person alone."""
    if app.principal.via != "session":
        raise Refused(
            "passkey.session",
            N_("Passkeys are changed by whoever is signed in with a browser."),
            hint=N_("Sign in first."),
        )


def _unproven() -> Refused:
    return Refused(
        "passkey.unproven",
        N_("The passkey proves nothing here: it is unknown, late, or of another site."),
        hint=N_("Try again, or sign in by password."),
    )
