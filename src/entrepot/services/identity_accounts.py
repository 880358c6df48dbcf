"""Accounts: who signs in. One is disabled, never deleted, since the journal names it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from entrepot.domain.access.model import Resource
from entrepot.domain.access.passwords import weakness
from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict, Invalid, NotFound
from entrepot.kernel.text import N_, Phrase
from entrepot.services.access import require
from entrepot.services.ports_identity import Account

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body

LANGUAGES = ("en", "zh-Hant", "zh-Hans")
RESERVED = frozenset({"anonymous", "budgets", "ledger", "system", "desk", "root", "nobody"})
"""Names under which the house itself acts."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}\Z")
_MAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]+(\.[a-z0-9-]+)+\Z")
MAIL_LENGTH_MAX = 254
DISPLAY_LENGTH_MAX = 80


def read_login(text: str, own: str = "") -> str:
    """Return a login as it is kept: in small letters.

    Args:
        text: user name or e-mail as typed.
        own: name under which the local user of the home acts; it is taken.

    Raises:
        Invalid: neither a user name nor an e-mail, or a name of the house.

    >>> read_login(" Mei.Chan@Example.HK ")
    'mei.chan@example.hk'
    """
    login = unicodedata.normalize("NFKC", text).strip().lower()
    formed = _NAME.match(login) or (_MAIL.match(login) and len(login) <= MAIL_LENGTH_MAX)
    if not formed or login in RESERVED or login == own.strip().lower():
        raise Invalid(
            "account.login",
            N_("{text} cannot be the name of an account."),
            hint=N_("Take an e-mail, or 2 to 40 of a-z, 0-9, dot, dash and underscore."),
            fields={"login": N_("an e-mail or a user name that the house does not use itself")},
            text=text[:80],
        )
    return login


def new_account(app: App, login: str, display: str, lang: str, password: str) -> Account:
    """Return an account to keep.

    Args:
        app: the exchange.
        login: user name or e-mail; display: name to show, the login if empty.
        lang: ``en``, ``zh-Hant`` or ``zh-Hans``.
        password: as typed; empty makes an account that cannot sign in by one yet.

    Raises:
        Invalid: name, language or password will not do.
    """
    name = read_login(login, app.settings.actor)
    return Account(
        id=app.ids.new(ids.USER),
        login=name,
        display=read_display(display or name),
        lang=read_language(lang),
        password=kept_password(app, password, name) if password else "",
        state="active",
        epoch=0,
        made_at=app.clock.now(),
        made_by=app.actor,
    )


def create_account(
    app: App, login: str, display: str, lang: str, key: str, password: str = ""
) -> Account:
    """Make an account without any role.

    Raises:
        Invalid: see :func:`new_account`.
        Conflict: the login is taken.
        Refused: who acts may not make accounts.
    """
    require(app, app.principal, "account.make", Resource("account"))
    account = new_account(app, login, display, lang, password)

    def action(uow: UnitOfWork) -> Body:
        add_account(uow, account)
        return {"account_id": account.id}

    body: Body = {"login": account.login, "display": account.display, "lang": account.lang}
    answer = app.store.command(app.actor, "account.make", key, body, account.made_at, action)
    return the_account(app, str(answer["account_id"]))


def add_account(uow: UnitOfWork, account: Account) -> None:
    """Keep an account.

    Raises:
        Conflict: the login is taken.
    """
    if uow.accounts.account_of(account.login) is not None:
        raise Conflict(
            "account.taken",
            N_("There is an account {login} already."),
            hint=N_("Take another name, or sign in to that account."),
            login=account.login,
        )
    uow.accounts.add_account(account)


def the_account(app: App, name: str) -> Account:
    """Return an account by login or id.

    Raises:
        NotFound: no such account.
    """
    with app.store.reading() as uow:
        return account_in(uow, name)


def account_in(uow: UnitOfWork, name: str) -> Account:
    """Return an account by login or id inside a transaction.

    Raises:
        NotFound: no such account.
    """
    found = uow.accounts.account(name) or uow.accounts.account_of(name.strip().lower())
    if found is None:
        raise NotFound(
            "account.unknown",
            N_("There is no account {name}."),
            hint=N_("List them: entrepot accounts list"),
            name=name[:80],
        )
    return found


def all_accounts(app: App) -> list[Account]:
    """Return all accounts in order of login.

    Raises:
        Refused: who acts may not read them.
    """
    require(app, app.principal, "account.read", Resource("account"))
    with app.store.reading() as uow:
        return uow.accounts.accounts()


def set_state(app: App, name: str, active: bool, key: str) -> Account:
    """Disable an account and end its sessions, or let it sign in again.

    Its tokens stand still while it is disabled, and are good again afterwards.

    Raises:
        NotFound: no such account.
        Refused: who acts may not disable accounts.
        Conflict: it is the account that asks.
    """
    require(app, app.principal, "account.disable", Resource("account", name))
    now = app.clock.now()

    def action(uow: UnitOfWork) -> Body:
        found = account_in(uow, name)
        if found.id == app.principal.account_id:
            raise Conflict("account.own", N_("An account cannot disable itself."))
        state = "active" if active else "disabled"
        uow.accounts.update_account(replace(found, state=state, epoch=found.epoch + 1))
        if not active:
            uow.accounts.end_sessions([one.id for one in uow.accounts.sessions(found.id)], now)
        return {"account_id": found.id}

    word = "account.enable" if active else "account.disable"
    app.store.command(app.actor, word, key, {"account": name}, now, action)
    return the_account(app, name)


def kept_password(app: App, password: str, login: str) -> str:
    """Return what is kept of a new password.

    Raises:
        Invalid: it is too weak.
        Refused: too many passwords are being worked on.
    """
    why = weakness(password, login)
    if why:
        raise Invalid(
            "account.password",
            N_("This password is refused: {why}."),
            hint=N_("Take four or five words that have nothing to do with each other."),
            fields={"password": why},
            why=Phrase(why),
        )
    return app.hash_password(password)


def read_display(text: str) -> str:
    """Return a name to show.

    Raises:
        Invalid: empty, too long, or not printable.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not 0 < len(name) <= DISPLAY_LENGTH_MAX or not name.isprintable():
        raise Invalid(
            "account.display",
            N_("A name to show has 1 to {most} printable characters."),
            fields={"display": N_("1 to 80 printable characters")},
            most=DISPLAY_LENGTH_MAX,
        )
    return name


def read_language(text: str) -> str:
    """Return a language of the house.

    Raises:
        Invalid: it is none.
    """
    if text not in LANGUAGES:
        raise Invalid(
            "account.lang",
            N_("{text} is no language of the house."),
            hint=N_("Choose one of {known}."),
            fields={"lang": ", ".join(LANGUAGES)},
            text=text[:20],
            known=", ".join(LANGUAGES),
        )
    return text
