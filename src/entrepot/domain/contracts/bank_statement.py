"""A bank's statement of one account and day: what stood, what moved, what stands."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.domain.contracts.matching import Confirmation
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import Amount
from entrepot.kernel.text import N_


@dataclass(frozen=True, slots=True)
class BankStatement:
    """A statement; closing = opening − Σ of what left the account.

    Attributes:
        id: of the bank; account: its number.
        day: ISO date of the closing balance.
        opening, closing: of the same asset.
        entries: bookings; positive = left the account, negative = came in.

    Raises:
        Invalid: the entries do not lead from opening to closing, or one is in another currency.
    """

    id: str
    account: str
    day: str
    opening: Amount
    closing: Amount
    entries: tuple[Confirmation, ...]

    def __post_init__(self) -> None:
        amounts = [one.amount for one in self.entries if one.amount is not None]
        if any(one.asset != self.opening.asset for one in amounts):
            raise Invalid(
                "bank.asset",
                N_("Statement {id} holds bookings in several currencies."),
                hint=N_("Ask the bank for one statement an account."),
                id=self.id,
            )
        moved = sum(one.minor for one in amounts)
        if self.opening.minor - moved != self.closing.minor:
            raise Invalid(
                "bank.balance",
                N_("Statement {id} opens with {opening}, moves {moved} and closes with {closing}."),
                hint=N_("A booking is missing; ask the bank for the statement again."),
                id=self.id,
                opening=str(self.opening),
                moved=str(Amount(-moved, self.opening.asset)),
                closing=str(self.closing),
            )
