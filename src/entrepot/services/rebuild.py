"""Rebuild the balances from the transfers: they are a cache, and this is where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from entrepot.domain.ledger.model import Balance
from entrepot.services.app import App
from entrepot.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuilding found.

    Attributes:
        accounts: how many were compared.
        differences: (account, balance by its transfers, balance as kept) where the two differ.
        written: the balances by the transfers now stand in place of those kept.
    """

    accounts: int
    differences: tuple[tuple[str, Balance, Balance], ...]
    written: bool


def compare_balances(app: App) -> Rebuilt:
    """Compare every balance with what its transfers give; change nothing.

    Raises:
        Fault: the chain over the transfers does not hold.
    """
    with app.store.reading() as uow:
        return Rebuilt(len(uow.ledger.accounts()), tuple(uow.ledger.differences()), False)


def rebuild_balances(app: App) -> Rebuilt:
    """Put right every balance that is not what its transfers give, by a journalled command.

    Raises:
        Fault: the chain over the transfers does not hold.
    """
    before = compare_balances(app)
    if not before.differences:
        return before
    found: list[tuple[str, Balance, Balance]] = []

    def action(uow: UnitOfWork) -> dict[str, object]:
        found.extend(uow.ledger.rebuild())
        return {"accounts": _codes(found)}

    app.store.command(
        app.actor, "ledger.rebuild", app.ids.new("K"), {"accounts": _codes(before.differences)},
        app.clock.now(), action,
    )  # fmt: skip
    return Rebuilt(before.accounts, tuple(found), True)


def _codes(found: Sequence[tuple[str, Balance, Balance]]) -> list[str]:
    return [code for code, _, _ in found]
