"""Grants: give and end a role within a scope; of the house itself only by two persons."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from entrepot.domain.access.model import LEVELS, ROLES, Grant, Resource
from entrepot.domain.access.table import HOLDS, TWO_PERSON_ROLES
from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict, Invalid, NotFound, Refused
from entrepot.kernel.text import N_
from entrepot.services.access import require
from entrepot.services.identity_accounts import account_in
from entrepot.services.ports_identity import Account, KeptGrant

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body


def give_grant(app: App, account: str, grant: Grant, key: str) -> KeptGrant:
    """Give an account a role in a firm, project or centre; one of the same kind is replaced.

    Args:
        app: the exchange.
        account: login or id.
        grant: role, scope and level.
        key: idempotency key.

    Raises:
        NotFound: no such account or scope, or not one that who acts leads.
        Invalid: no such role in such a scope.
        Refused: the role asks for two persons, or cannot be held beside the account's others.
    """
    check_grant(grant)
    if grant.role in TWO_PERSON_ROLES:
        raise Refused(
            "grant.two_persons",
            N_("Two persons appoint the role {role}."),
            hint=N_("Propose it; another person approves it: entrepot approvals approve PR-…"),
            role=grant.role,
        )
    now = app.clock.now()
    # Before the transaction: a denial is journalled by one of its own.
    require(app, app.principal, "member.invite", members_of(app, grant))

    def action(uow: UnitOfWork) -> Body:
        see_scope(app, uow, grant)
        kept = add_grant(app, uow, account_in(uow, account), grant, "")
        return {"grant_id": kept.id}

    body: Body = {"account": account, **plain_grant(grant)}
    answer = app.store.command(app.actor, "grant.give", key, body, now, action)
    return the_grant(app, str(answer["grant_id"]))


def end_grant(app: App, grant_id: str, key: str) -> KeptGrant:
    """End a grant: one person suffices to take a right away.

    Raises:
        NotFound: no such grant, or not one that who acts may end.
        Refused: who acts may see it, but not end it.
        Conflict: it ended before.
    """
    now = app.clock.now()
    kept = the_grant(app, grant_id)
    if kept.role in TWO_PERSON_ROLES:
        require(app, app.principal, "grant.end", Resource("grant", grant_id))
    else:
        require(app, app.principal, "member.end", members_of(app, kept.grant))

    def action(uow: UnitOfWork) -> Body:
        if not uow.accounts.end_grant(grant_id, now):
            raise Conflict("grant.ended", N_("Grant {id} has ended already."), id=grant_id)
        touch(uow, kept.account_id)
        return {"grant_id": grant_id}

    app.store.command(app.actor, "grant.end", key, {"grant_id": grant_id}, now, action)
    return the_grant(app, grant_id)


def the_grant(app: App, grant_id: str) -> KeptGrant:
    """Return a grant, held or ended.

    Raises:
        NotFound: no such grant.
    """
    with app.store.reading() as uow:
        return _kept(uow, grant_id)


def grants_of(app: App, account: str) -> list[KeptGrant]:
    """Return the grants that an account holds.

    Raises:
        NotFound: no such account, or another's that may not be read.
    """
    with app.store.reading() as uow:
        whose = account_in(uow, account)
        found = uow.accounts.grants_of(whose.id)
    if whose.id != app.principal.account_id:
        require(app, app.principal, "grant.read", Resource("grant", whose.id))
    return found


def check_grant(grant: Grant) -> None:
    """Refuse a grant that no account can hold.

    Raises:
        Invalid: no such role, scope or level, or the scope is not one of the role.
    """
    known = grant.role in ROLES and grant.level in LEVELS
    placed = known and grant.scope in HOLDS[grant.role]
    if not placed or (grant.scope == "house") != (not grant.scope_id):
        raise Invalid(
            "grant.form",
            N_("No account can hold the role {role} in {scope} {id} at the level {level}."),
            hint=N_("Roles and their scopes: {roles}; levels: read, work, lead."),
            role=grant.role,
            scope=grant.scope,
            id=grant.scope_id,
            level=grant.level,
            roles="; ".join(f"{role} in {', '.join(HOLDS[role])}" for role in ROLES),
        )


def members_of(app: App, grant: Grant) -> Resource:
    """Return the members of a grant's scope as a resource."""
    which = grant.scope_id
    if grant.scope == "firm":
        return Resource("member", which, firm_id=which)
    if grant.scope == "centre":
        return Resource("member", which, centre_id=which)
    if grant.scope == "programme":
        return Resource("member", which, programme=which)
    if grant.scope == "project":
        with app.store.reading() as uow:
            project = uow.links.project(which)
        firm_id = project.firm_id if project else ""
        return Resource("member", which, firm_id=firm_id, project_id=which)
    return Resource("member", "house")


def see_scope(app: App, uow: UnitOfWork, grant: Grant) -> None:
    """Refuse a scope that there is not.

    Raises:
        NotFound: no such firm, project, centre or programme, or the project is closed.
    """
    which = grant.scope_id
    project = uow.links.project(which) if grant.scope == "project" else None
    there = {
        "house": True,
        "firm": grant.scope == "firm" and uow.registry.firm(which) is not None,
        "centre": grant.scope == "centre" and uow.registry.centre(which) is not None,
        "project": project is not None and project.closed_at is None,
        "programme": any(one.id == which for one in app.programmes)
        if grant.scope == "programme"
        else False,
    }[grant.scope]
    if not there:
        raise NotFound(
            "grant.scope",
            N_("There is no {scope} {id} to hold a role in."),
            hint=N_("Check the id."),
            scope=grant.scope,
            id=which[:60],
        )


def add_grant(
    app: App, uow: UnitOfWork, account: Account, grant: Grant, proposal_id: str
) -> KeptGrant:
    """Keep a grant in place of one of the same kind, and make sessions due for another cookie.

    Raises:
        Refused: the account is disabled, or an auditor would hold another role.
    """
    if account.state != "active":
        raise Refused("grant.disabled", N_("Account {login} is disabled."), login=account.login)
    held = uow.accounts.grants_of(account.id)
    _keep_auditors_apart(account, [one.grant for one in held], grant)
    now = app.clock.now()
    for old in held:
        if replace(old.grant, level=grant.level) == grant:
            uow.accounts.end_grant(old.id, now)
    kept = KeptGrant(
        app.ids.new(ids.GRANT), account.id, grant.role, grant.scope, grant.scope_id, grant.level,
        now, app.actor, proposal_id, None,
    )  # fmt: skip
    uow.accounts.add_grant(kept)
    touch(uow, account.id)
    return kept


def touch(uow: UnitOfWork, account_id: str) -> None:
    """Make the sessions of an account due for another cookie."""
    account = uow.accounts.account(account_id)
    if account is not None:
        uow.accounts.update_account(replace(account, epoch=account.epoch + 1))


def plain_grant(grant: Grant) -> dict[str, object]:
    """Return a grant as plain values."""
    return {
        "role": grant.role,
        "scope": grant.scope,
        "scope_id": grant.scope_id,
        "level": grant.level,
    }


def _kept(uow: UnitOfWork, grant_id: str) -> KeptGrant:
    found = uow.accounts.grant(grant_id)
    if found is None:
        raise NotFound("grant.unknown", N_("There is no grant {id}."), id=grant_id[:60])
    return found


def _keep_auditors_apart(account: Account, held: list[Grant], grant: Grant) -> None:
    """Refuse to let somebody audit what the same person does."""
    audits = [one for one in held if one.role == "auditor"]
    if (grant.role == "auditor" and len(audits) < len(held)) or (
        grant.role != "auditor" and audits
    ):
        raise Refused(
            "grant.auditor",
            N_("{login} cannot audit and hold another role: an auditor writes nothing."),
            hint=N_("End the other roles first, or use an account of its own."),
            login=account.login,
        )
