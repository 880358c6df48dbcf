"""Accounts of the lived-in demonstration: one of each role, each with a password made just now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from entrepot.domain.access.model import Grant, local_principal
from entrepot.services.four_eyes import approve
from entrepot.services.identity_accounts import create_account
from entrepot.services.identity_grants import give_grant
from entrepot.services.identity_setup import identity_setup, use_setup
from entrepot.services.role_grant import propose_grant

if TYPE_CHECKING:
    from entrepot.services.app import App

SECOND = "second"
"""Actor who approves what the desk proposes, as no person approves alone."""

SUPPLIED = "demo-zw"


@dataclass(frozen=True, slots=True)
class Opened:
    """An account that a reader may try.

    Attributes:
        login, password: to sign in with; role: what it does; place: for whom.
    """

    login: str
    password: str
    role: str
    place: str = ""


def open_accounts(app: App) -> list[Opened]:
    """Make an account of each role in a home that has been played, and return them.

    Args:
        app: the exchange, as its local user.
    """
    with app.store.reading() as uow:
        first, other = uow.registry.firms()[:2]
    roles = [
        ("operator", "", None),
        ("tenant", first.name, Grant("tenant", "firm", first.id, "lead")),
        ("neighbour", other.name, Grant("tenant", "firm", other.id, "lead")),
        ("supplier", SUPPLIED, Grant("supplier", "centre", SUPPLIED, "lead")),
        ("operator2", "", Grant("operator", "house", "", "lead")),
        ("auditor", "", Grant("auditor", "house")),
    ]
    return [_open(app, login, place, grant) for login, place, grant in roles]


def _open(app: App, login: str, place: str, grant: Grant | None) -> Opened:
    password = app.new_secret()
    if grant is None:
        use_setup(app, identity_setup(app), login, login.title(), "en", password)
        return Opened(login, password, login)
    create_account(app, login, login.title(), "en", f"played-{login}", password)
    if grant.scope == "house":
        proposed = propose_grant(app, login, grant, f"played-{login}-role")
        # Played by the machine's own user under a second name; the rule of two persons stands.
        second = app.acting(replace(local_principal(SECOND)))
        approve(second, proposed.proposal.id, f"played-{login}-approved")
    else:
        give_grant(app, login, grant, f"played-{login}-role")
    return Opened(login, password, grant.role, place)
