"""People for the tests of identity: accounts with roles, and the exchange acting for them."""

from __future__ import annotations

from tests.unit.services.desk import Desk

from entrepot.adapters.sql.store import HouseUnitOfWork
from entrepot.domain.access.model import Grant, Principal
from entrepot.services.access import principal_of_session
from entrepot.services.app import App
from entrepot.services.identity_accounts import create_account
from entrepot.services.identity_grants import give_grant
from entrepot.services.identity_login import sign_in
from entrepot.services.ports_identity import Account, KeptGrant

PASSWORD = "seven quiet otters swim"
ADDRESS = "192.0.2.7"


def person(desk: Desk, login: str, *grants: Grant, password: str = PASSWORD) -> Account:
    """Make an account that holds roles, whatever they ask for."""
    made = create_account(desk, login, "", "en", f"make:{login}", password)
    for number, grant in enumerate(grants):
        if grant.scope != "house":
            give_grant(desk, login, grant, f"give:{login}:{number}")
        else:
            appoint(desk, made.id, grant)
    return made


def appoint(desk: Desk, account_id: str, grant: Grant) -> None:
    """Write a role of the house as two persons would have."""
    kept = KeptGrant(
        desk.ids.new("GR"), account_id, grant.role, grant.scope, grant.scope_id, grant.level,
        desk.clock.now(), "test", "PR-test", None,
    )  # fmt: skip

    def action(uow: HouseUnitOfWork) -> None:
        uow.accounts.add_grant(kept)

    desk.write(action, f"appoint:{kept.id}")


def signed_in(desk: Desk, login: str, password: str = PASSWORD) -> tuple[App, str]:
    """Return the exchange acting for an account, and its cookie."""
    opened = sign_in(desk, login, password, ADDRESS, "browser")
    found = principal_of_session(desk, opened.cookie)
    assert isinstance(found, Principal)
    return desk.acting(found), opened.cookie


def journal(desk: Desk, command: str) -> list[dict[str, object]]:
    """Return the bodies of a command's journal entries, newest first."""
    return [one["body"] for one in desk.store.journal_entries(500) if one["command"] == command]  # type: ignore[misc]
