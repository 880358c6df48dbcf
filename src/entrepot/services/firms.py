"""The firm that acts: the one named, or the only one of the home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.kernel.errors import Invalid, NotFound
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App


def the_firm(app: App, firm_id: str | None) -> r.Firm:
    """Return the firm of the id, or the only firm of the home.

    Raises:
        NotFound: no such firm, or none at all.
        Invalid: several firms and none named.
    """
    with app.store.reading() as uow:
        if firm_id:
            firm = uow.registry.firm(firm_id)
            if firm is None:
                raise NotFound(
                    "firm.unknown",
                    N_("No firm {id} is registered here."),
                    hint=N_("entrepot init --firm FIRM.yaml registers one."),
                    id=firm_id,
                )
            return firm
        firms = uow.registry.firms()
    if not firms:
        raise NotFound(
            "firm.none",
            N_("No firm is registered in this home."),
            hint=N_("entrepot init --firm FIRM.yaml registers one."),
        )
    if len(firms) > 1:
        raise Invalid(
            "firm.which",
            N_("Several firms are registered here; say which one acts."),
            hint=N_("Add --firm with one of: {known}."),
            known=", ".join(firm.id for firm in firms),
        )
    return firms[0]
