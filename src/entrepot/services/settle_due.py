"""What the next batch of each centre would take, and when its money would move."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.domain.contracts.cut_off import value_date
from entrepot.domain.contracts.funding import Mode
from entrepot.services.app import App
from entrepot.services.ports import UnitOfWork
from entrepot.services.settle import due_members, mode_of


@dataclass(frozen=True, slots=True)
class Due:
    """The batch that a centre would get now.

    Attributes:
        centre_id: whom; value_date: ISO date on which the money would move.
        invoices, debts: what it would take; waiting: invoices whose customer has not paid.
        cnh_minor: owed, CNH fen; below nought, the centre owes it back.
        hkd_minor: HKD cents at which that stands.
    """

    centre_id: str
    value_date: str
    invoices: int
    debts: int
    waiting: int
    cnh_minor: int
    hkd_minor: int


def due_batches(app: App) -> list[Due]:
    """Return one row a centre that is owed something, or owes something back."""
    mode = mode_of(app)
    day = value_date(app.clock.now(), app.settings.cut_off, app.settings.settle_days)
    with app.store.reading() as uow:
        rows = [_due(uow, centre.id, mode, day) for centre in uow.registry.centres()]
    return [row for row in rows if row.invoices or row.debts or row.waiting]


def _due(uow: UnitOfWork, centre_id: str, mode: Mode, day: str) -> Due:
    members = due_members(uow, centre_id, mode)
    everything = uow.settlements.open_invoices(centre_id)
    debts = len(uow.settling.debts(centre_id, open_only=True))
    taken = len(members) - debts
    cnh = sum(member.owed.minor for member in members)
    hkd = sum(member.carrying.minor for member in members)
    return Due(centre_id, day, taken, debts, len(everything) - taken, cnh, hkd)
