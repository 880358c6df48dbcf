"""Firms, centres and the branch as papers name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.domain.contracts.model import Party
from entrepot.domain.contracts.price_model import Names

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork


def firm_party(uow: UnitOfWork, firm_id: str) -> Party:
    """Return a firm as papers name it."""
    firm = uow.registry.firm(firm_id)
    assert firm is not None
    return Party(firm.id, Names(firm.name), firm.address, firm.registration)


def centre_party(uow: UnitOfWork, centre_id: str) -> Party:
    """Return a centre as papers name it."""
    centre = uow.registry.centre(centre_id)
    assert centre is not None
    names = Names(
        centre.names["en"], centre.names.get("zh-Hant", ""), centre.names.get("zh-Hans", "")
    )
    return Party(centre.id, names, f"{centre.city}, {centre.region}")


def branch_party(app: App) -> Party:
    """Return the branch as papers name it."""
    return Party(app.settings.branch, Names(app.settings.branch_name), "Hong Kong")
