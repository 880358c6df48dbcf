"""How accounts, roles, tokens and sessions are shown; never what is kept of a password."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, moment, pad, show_table, warn
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.ports_identity import Account, ApiToken, KeptGrant, Session
    from entrepot.services.ports_identity_links import Project

ROLES: Mapping[str, str] = {
    "tenant": N_("tenant"),
    "supplier": N_("supplier"),
    "operator": N_("operator"),
    "voucher_authority": N_("voucher authority"),
    "auditor": N_("auditor"),
}
LEVELS: Mapping[str, str] = {"read": N_("looks on"), "work": N_("works"), "lead": N_("leads")}
STATES: Mapping[str, str] = {"active": N_("active"), "disabled": N_("disabled")}


def account_data(account: Account, grants: Sequence[KeptGrant]) -> dict[str, object]:
    """Return an account for ``--json``."""
    return {
        "account_id": account.id,
        "login": account.login,
        "name": account.display,
        "lang": account.lang,
        "state": account.state,
        "has_password": bool(account.password),
        "made_at": account.made_at,
        "grants": [grant_data(one) for one in grants],
    }


def grant_data(grant: KeptGrant) -> dict[str, object]:
    """Return a grant for ``--json``."""
    return {
        "grant_id": grant.id,
        "role": grant.role,
        "scope": grant.scope,
        "scope_id": grant.scope_id,
        "level": grant.level,
        "made_by": grant.made_by,
        "proposal_id": grant.proposal_id,
    }


def token_data(token: ApiToken) -> dict[str, object]:
    """Return a token for ``--json``, without its digest."""
    return {
        "token_id": token.id,
        "name": token.name,
        "scopes": list(token.scopes),
        "expires_at": token.expires_at,
        "used_at": token.used_at,
        "revoked_at": token.revoked_at,
    }


def session_data(session: Session) -> dict[str, object]:
    """Return a session for ``--json``, without its digest."""
    return {
        "session_id": session.id,
        "made_at": session.made_at,
        "seen_at": session.seen_at,
        "expires_at": session.expires_at,
        "address": session.address,
        "agent": session.agent,
    }


def where(grant: KeptGrant) -> str:
    """Return where a grant holds."""
    return grant.scope_id or _(N_("the house"))


def show_accounts(found: Sequence[tuple[Account, Sequence[KeptGrant]]]) -> None:
    """Print a table of accounts."""
    if not found:
        print(_(N_("There is no account yet. Make one: entrepot accounts create LOGIN")))
        return
    titles = (N_("login"), N_("name"), N_("state"), N_("roles"))
    rows = [
        [
            one.login,
            one.display,
            _(STATES[one.state]),
            ", ".join(f"{_(ROLES[held.role])} {held.scope_id}".strip() for held in grants),
        ]
        for one, grants in found
    ]
    show_table([Column(_(title)) for title in titles], rows)


def show_account(account: Account, grants: Sequence[KeptGrant]) -> None:
    """Print one account with its roles."""
    print(f"{account.login}  {account.display}  {_(STATES[account.state])}")
    for held in grants:
        line = f"{_(ROLES[held.role])}, {where(held)}, {_(LEVELS[held.level])}"
        print(f"  {pad(held.id, 30)} {line}")
    if not account.password:
        print("  " + _(N_("no password: it cannot sign in by one")))


def show_token(text: str, token: ApiToken) -> None:
    """Print a fresh token, once."""
    done(_(N_("Token {id} is good until {until}.")).format(
        id=token.id, until=moment(token.expires_at)
    ))  # fmt: skip
    print(f"  {text}")
    warn(_(N_("It is shown this once. Keep it as a password.")))


def show_link(text: str, until: int) -> None:
    """Print a fresh link, once."""
    done(_(N_("The link is good until {until}, once.")).format(until=moment(until)))
    print(f"  {text}")
    warn(_(N_("It is shown this once. Send it to that person alone.")))


def show_tokens(tokens: Sequence[ApiToken], now: int) -> None:
    """Print a table of tokens that are good."""
    good = [one for one in tokens if one.revoked_at is None and one.expires_at > now]
    if good:
        titles = (N_("token"), N_("what for"), N_("may"), N_("good until"), N_("last used"))
        rows = [
            [
                one.id,
                one.name,
                ", ".join(one.scopes),
                moment(one.expires_at),
                moment(one.used_at) if one.used_at else "–",
            ]
            for one in good
        ]
        show_table([Column(_(title)) for title in titles], rows)


def show_sessions(sessions: Sequence[Session]) -> None:
    """Print a table of open sessions."""
    if not sessions:
        print(_(N_("No session is open.")))
        return
    titles = (N_("session"), N_("opened"), N_("last seen"), N_("address"), N_("browser"))
    rows = [
        [one.id, moment(one.made_at), moment(one.seen_at), one.address, one.agent]
        for one in sessions
    ]
    show_table([Column(_(title)) for title in titles], rows)


def show_projects(found: Sequence[Project]) -> None:
    """Print a table of joint projects."""
    if not found:
        print(_(N_("There is no joint project.")))
        return
    titles = (N_("project"), N_("name"), N_("paid by"), N_("since"))
    rows = [[one.id, one.name, one.firm_id, moment(one.made_at)] for one in found]
    show_table([Column(_(title)) for title in titles], rows)
