"""The first run: a link that makes the first operator, once; no password is ever a default.

Whoever serves a home without an operator prints the link. It is good for a day; the next start
makes another one and the earlier lapses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.domain.access.model import Grant
from entrepot.kernel.errors import Conflict
from entrepot.kernel.text import N_
from entrepot.services.identity_accounts import add_account, new_account, the_account
from entrepot.services.identity_grants import add_grant
from entrepot.services.identity_invitations import keep_link, link_in, the_link
from entrepot.services.ports_identity import Account

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body

SETUP_S = 86_400
_FIRST = Grant("operator", "house", "", "lead")


def identity_setup(app: App) -> str:
    """Return the secret of a link that makes the first operator; empty if there is one.

    Args:
        app: the exchange; whoever serves it puts the secret behind the address of its page.
    """
    with app.store.reading() as uow:
        if _has_operator(uow):
            return ""
    return keep_link(app, "setup", _FIRST, "", SETUP_S)[0]


def use_setup(app: App, text: str, login: str, display: str, lang: str, password: str) -> Account:
    """Make the first operator, who leads the house.

    Args:
        app: the exchange.
        text: secret of the link.
        login, display, lang, password: of the new account.

    Raises:
        NotFound: the link opens nothing, or was used meanwhile.
        Invalid: name or password will not do.
        Conflict: there is an operator by now, or the name is taken.
    """
    link, now = the_link(app, text, "setup"), app.clock.now()
    account = new_account(app, login, display, lang, password or " ")

    def action(uow: UnitOfWork) -> Body:
        again = link_in(uow, text, "setup", now)
        if _has_operator(uow):
            raise Conflict(
                "setup.done",
                N_("The exchange has an operator already."),
                hint=N_("Sign in, or ask the operator for an account."),
            )
        add_account(uow, account)
        add_grant(app, uow, account, _FIRST, "")
        uow.links.use_invitation(again.id, account.id, now)
        return {"account_id": account.id}

    body: Body = {"invitation_id": link.id, "login": account.login}
    app.store.command(account.login, "link.setup", f"setup:{link.id}", body, now, action)
    return the_account(app, account.id)


def _has_operator(uow: UnitOfWork) -> bool:
    return any(one.role == "operator" for one in uow.accounts.grants_in("house", ""))
