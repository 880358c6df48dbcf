"""Invitations: a link that gives one person one role, once, and then is worth nothing.

Whoever leads a firm, a project or a centre invites into it; roles of the house are appointed by two
persons and cannot be invited. The same kind of link lets somebody choose a new password.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.domain.access.model import Grant, Resource
from entrepot.domain.access.table import TWO_PERSON_ROLES
from entrepot.kernel import ids
from entrepot.kernel.errors import Invalid, NotFound, Refused
from entrepot.kernel.text import N_
from entrepot.services.access import require
from entrepot.services.identity_accounts import (
    account_in,
    add_account,
    kept_password,
    new_account,
    read_login,
    the_account,
)
from entrepot.services.identity_grants import (
    add_grant,
    check_grant,
    members_of,
    plain_grant,
    see_scope,
)
from entrepot.services.identity_login import set_password
from entrepot.services.identity_secrets import LINK, digest_of, is_secret, new_secret
from entrepot.services.ports_identity import Account
from entrepot.services.ports_identity_links import Invitation, InvitationKind

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body

VALID_S = 7 * 86_400
RESET_S = 3600
VALID_S_MAX = 30 * 86_400


def invite(
    app: App, grant: Grant, login: str = "", valid_s: int = VALID_S
) -> tuple[str, Invitation]:
    """Invite somebody into a firm, project or centre.

    Args:
        app: the exchange.
        grant: role, scope and level that the link gives.
        login: whom it is for; empty lets whoever holds it choose.
        valid_s: seconds for which it can be used.

    Returns:
        The secret of the link, which is kept nowhere, and the invitation.

    Raises:
        Invalid: no such role in such a scope, no such time, or no login.
        NotFound: no such scope, or not one that who acts leads.
        Refused: a role that two persons appoint.
    """
    check_grant(grant)
    if grant.role in TWO_PERSON_ROLES:
        raise Refused(
            "invitation.role",
            N_("Nobody is invited to be {role}: two persons appoint that."),
            hint=N_("Make the account, then propose the role: entrepot accounts grant …"),
            role=grant.role,
        )
    require(app, app.principal, "member.invite", members_of(app, grant))
    with app.store.reading() as uow:
        see_scope(app, uow, grant)
    return keep_link(app, "invite", grant, read_login(login) if login else "", valid_s)


def keep_link(
    app: App,
    kind: InvitationKind,
    grant: Grant,
    login: str,
    valid_s: int,
    account_id: str = "",
) -> tuple[str, Invitation]:
    """Make a link of a kind and keep its digest; earlier ones for the same login lapse.

    Raises:
        Invalid: no such time.
    """
    if not 0 < valid_s <= VALID_S_MAX:
        raise Invalid(
            "invitation.time",
            N_("A link cannot be good for {seconds} s."),
            hint=N_("Choose 1 to {most} s."),
            seconds=valid_s,
            most=VALID_S_MAX,
        )
    text, now = new_secret(app, LINK), app.clock.now()
    made = Invitation(
        app.ids.new(ids.INVITATION), kind, digest_of(text), login, grant.role, grant.scope,
        grant.scope_id, grant.level, now, app.actor, now + valid_s, None, account_id,
    )  # fmt: skip

    def action(uow: UnitOfWork) -> Body:
        if kind != "invite":
            uow.links.withdraw_invitations(kind, login, now)
        uow.links.add_invitation(made)
        return {"invitation_id": made.id}

    body: Body = {"kind": kind, "login": login, "until": made.expires_at, **plain_grant(grant)}
    app.store.command(app.actor, f"link.{kind}", f"link:{made.id}", body, now, action)
    return text, made


def the_link(app: App, text: str, kind: InvitationKind) -> Invitation:
    """Return the invitation that a link opens, for the page that asks for a name and password.

    Raises:
        NotFound: there is none, it was used, or its time is over.
    """
    with app.store.reading() as uow:
        return link_in(uow, text, kind, app.clock.now())


def link_in(uow: UnitOfWork, text: str, kind: InvitationKind, now: int) -> Invitation:
    """Return the invitation that a link opens, inside a transaction.

    Raises:
        NotFound: there is none, it was used, or its time is over.
    """
    found = uow.links.invitation_of(digest_of(text)) if is_secret(text, LINK) else None
    if found is None or found.kind != kind or found.used_at is not None or now >= found.expires_at:
        raise NotFound(
            "invitation.unknown",
            N_("This link opens nothing: it was used, its time is over, or it is not whole."),
            hint=N_("Ask whoever sent it for a new one."),
        )
    return found


def accept(app: App, text: str, login: str, display: str, lang: str, password: str) -> Account:
    """Take an invitation up with a new account.

    Args:
        app: the exchange.
        text: secret of the link.
        login: name of the new account; the one that the link is for, if it names one.
        display, lang: name to show, and language.
        password: as typed.

    Raises:
        NotFound: the link opens nothing.
        Invalid: name or password will not do.
        Conflict: the name is taken.
    """
    link = the_link(app, text, "invite")
    account = new_account(app, link.login or login, display, lang, _some(password))
    now = app.clock.now()

    def action(uow: UnitOfWork) -> Body:
        again = link_in(uow, text, "invite", now)
        see_scope(app, uow, _grant(again))
        add_account(uow, account)
        add_grant(app, uow, account, _grant(again), "")
        uow.links.use_invitation(again.id, account.id, now)
        return {"account_id": account.id}

    body: Body = {"invitation_id": link.id, "login": account.login}
    app.store.command(account.login, "link.accept", f"accept:{link.id}", body, now, action)
    return the_account(app, account.id)


def accept_signed_in(app: App, text: str) -> Account:
    """Take an invitation up with the account that acts.

    Raises:
        NotFound: the link opens nothing.
        Refused: it is for somebody else, or the account cannot hold the role.
    """
    link, now = the_link(app, text, "invite"), app.clock.now()

    def action(uow: UnitOfWork) -> Body:
        again = link_in(uow, text, "invite", now)
        account = account_in(uow, app.principal.account_id)
        if again.login not in ("", account.login):
            raise Refused(
                "invitation.other",
                N_("This link is for another account."),
                hint=N_("Sign out, and open it again."),
            )
        see_scope(app, uow, _grant(again))
        add_grant(app, uow, account, _grant(again), "")
        uow.links.use_invitation(again.id, account.id, now)
        return {"account_id": account.id}

    body: Body = {"invitation_id": link.id}
    app.store.command(app.actor, "link.accept", f"accept:{link.id}", body, now, action)
    return the_account(app, app.principal.account_id)


def invitations(app: App) -> list[Invitation]:
    """Return the links that can still be used, in order of id.

    Raises:
        Refused: who acts may not read them.
    """
    require(app, app.principal, "grant.read", Resource("grant"))
    with app.store.reading() as uow:
        return uow.links.invitations(app.clock.now())


def make_reset(app: App, account: str) -> str:
    """Return the secret of a link by which an account chooses a new password, within an hour.

    Raises:
        NotFound: no such account.
        Refused: who acts may not make accounts, or the account holds a role of two persons and
            who acts is not the local user of the home.
    """
    require(app, app.principal, "account.make", Resource("account"))
    with app.store.reading() as uow:
        whose = account_in(uow, account)
        roles = {one.role for one in uow.accounts.grants_of(whose.id)}
    if roles & TWO_PERSON_ROLES and app.principal.via != "local":
        # Else one operator could approve the own proposals under the name of another.
        raise Refused(
            "reset.role",
            N_("The password of {login} is reset on the machine of the exchange alone."),
            hint=N_("There: entrepot accounts reset {login}"),
            login=whose.login,
        )
    nothing = Grant("tenant", "firm", "-", "read")
    return keep_link(app, "reset", nothing, whose.login, RESET_S, whose.id)[0]


def use_reset(app: App, text: str, password: str) -> Account:
    """Choose a new password by a link; all sessions of the account end.

    Raises:
        NotFound: the link opens nothing.
        Invalid: the password is too weak.
    """
    link, now = the_link(app, text, "reset"), app.clock.now()
    kept = kept_password(app, password, link.login)

    def action(uow: UnitOfWork) -> Body:
        again = link_in(uow, text, "reset", now)
        set_password(uow, again.account_id, kept)
        open_ones = uow.accounts.sessions(again.account_id, now=now)
        uow.accounts.end_sessions([one.id for one in open_ones], now)
        uow.links.use_invitation(again.id, again.account_id, now)
        return {"account_id": again.account_id}

    body: Body = {"invitation_id": link.id}
    app.store.command(link.login, "link.reset", f"reset:{link.id}", body, now, action)
    return the_account(app, link.account_id)


def _grant(link: Invitation) -> Grant:
    return Grant(link.role, link.scope, link.scope_id, link.level)


def _some(password: str) -> str:
    # An empty password would make an account that nobody can sign in to.
    return password or " "
