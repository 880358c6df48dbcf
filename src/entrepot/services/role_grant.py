"""Appoint operators, voucher authorities and auditors by two persons."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from entrepot.domain.access.model import Grant, Level, Resource, Role, ScopeKind
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Refused
from entrepot.kernel.text import N_
from entrepot.services.access import require
from entrepot.services.four_eyes import ProposalView, propose
from entrepot.services.four_eyes_acts import Act, act_body
from entrepot.services.identity_accounts import account_in, the_account
from entrepot.services.identity_grants import add_grant, check_grant, plain_grant, see_scope

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_decisions import Proposal
    from entrepot.services.records import Body

KIND = "role_grant"


def propose_grant(app: App, account: str, grant: Grant, key: str) -> ProposalView:
    """Propose a role as the first of two persons.

    Args:
        app: the exchange.
        account: login or id.
        grant: role, scope and level.
        key: idempotency key.

    Raises:
        NotFound: no such account or programme.
        Invalid: no such role in such a scope.
        Refused: who acts may not propose it.
    """
    check_grant(grant)
    require(app, app.principal, "grant.propose", Resource("grant"))
    return propose(app, KIND, the_account(app, account).login, plain_grant(grant), key)


def _basis(app: App, uow: UnitOfWork, subject: str, body: Body) -> str:
    account, grant = account_in(uow, subject), _grant_of(body)
    check_grant(grant)
    see_scope(app, uow, grant)
    held = [plain_grant(one.grant) for one in uow.accounts.grants_of(account.id)]
    return digest([account.id, account.state, body, held])


def _apply(app: App, uow: UnitOfWork, proposal: Proposal) -> Body:
    account = account_in(uow, proposal.subject)
    if account.login == app.actor:
        raise Refused(
            "grant.own",
            N_("{login} cannot approve the own appointment."),
            hint=N_("Let another person approve it."),
            login=account.login,
        )
    kept = add_grant(app, uow, account, _grant_of(act_body(proposal)), proposal.id)
    return {"grant_id": kept.id, "account_id": account.id}


def _grant_of(body: Body) -> Grant:
    return Grant(
        cast(Role, body["role"]),
        cast(ScopeKind, body["scope"]),
        str(body["scope_id"]),
        cast(Level, body["level"]),
    )


ACT = Act(N_("grant of a role"), _basis, _apply)
