"""Amounts of a settlement: what a batch of debts in RMB costs in HKD, and what that makes of them.

With members owed cᵢ CNH, carried at hᵢ HKD, settlement rate r HKD for one CNH, bank spread s,
and u CNH of the branch's own that cost k HKD::

    total    = Σ cᵢ
    at_mid   = [(total − u)·r]
    spread   = [(total − u)·r·s]       a cost of its own, never hidden in the rate
    paid     = at_mid + spread         HKD that leave the account
    realised = at_mid + k − Σ hᵢ       positive = loss: the debt cost more than it stood at

so at_mid + k = carrying + realised, and after full settlement the payable is nought. A member is
an invoice, or what an earlier batch left open; the latter may be below nought, since a centre that
was paid too much owes it back and the next batch nets it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from entrepot.domain.contracts.funding import NO_CNH, NO_HKD, Own
from entrepot.domain.contracts.price_model import BP, hkd_per_unit
from entrepot.kernel.errors import Invalid
from entrepot.kernel.ids import DEBT
from entrepot.kernel.money import CNH, HKD, Amount, ExchangeRate
from entrepot.kernel.rounding import half_even
from entrepot.kernel.text import N_


@dataclass(frozen=True, slots=True)
class Member:
    """One invoice of a batch, or what an earlier batch left open.

    Attributes:
        invoice: id of the invoice, or of the debt ``DB-…``.
        invoice_number: number; for a debt, the batch that left it.
        owed: CNH owed to the centre; > 0 for an invoice, ≠ 0 for a debt.
        carrying: HKD at which the debt stands in the books.
    """

    invoice: str
    invoice_number: str
    owed: Amount
    carrying: Amount

    @property
    def is_debt(self) -> bool:
        """Say whether it is what an earlier payment or a correction left open."""
        return self.invoice.startswith(f"{DEBT}-")

    @property
    def void(self) -> bool:
        """Say whether there is nothing to settle; a debt may stand in HKD alone."""
        return not self.owed.minor and not (self.is_debt and self.carrying.minor)


@dataclass(frozen=True, slots=True)
class SettlementValues:
    """Amounts of a batch at its rate; equations at the head of this module."""

    total: Amount
    carrying: Amount
    at_mid: Amount
    spread: Amount
    paid: Amount
    realised: Amount
    fx: ExchangeRate
    spread_bp: int
    pooled: Amount = NO_CNH
    pool_cost: Amount = NO_HKD

    @property
    def converted(self) -> Amount:
        """CNH to be bought."""
        return self.total - self.pooled


def settlement_values(
    members: Sequence[Member], fx: ExchangeRate, spread_bp: int, own: Own | None = None
) -> SettlementValues:
    """Return the amounts of a settlement.

    Args:
        members: what is owed.
        fx: mid rate between CNH and HKD on the day.
        spread_bp: what the bank takes for the exchange, basis points.
        own: RMB that the branch has already; as much of it as the total needs is used.

    Raises:
        Invalid: no member, an invoice with nothing owed or in another currency, less than nothing
            owed in all, a negative spread, a rate between other currencies.

    >>> from fractions import Fraction
    >>> rate = ExchangeRate(CNH, HKD, Fraction(11, 10), "test", "2026-11-21")
    >>> values = settlement_values(
    ...     [Member("I-1", "HK-2026-000001", Amount(1000, CNH), Amount(1090, HKD))], rate, 20)
    >>> str(values.at_mid), str(values.spread), str(values.realised)
    ('HKD 11.00', 'HKD 0.02', 'HKD 0.10')
    """
    _see_members(members, spread_bp)
    total = sum(m.owed.minor for m in members)
    carrying = sum(m.carrying.minor for m in members)
    own = own or Own()
    used = own.part(min(total, own.cnh_minor)) if own.cnh_minor else Own()
    exact = (total - used.cnh_minor) * hkd_per_unit(CNH, fx)
    at_mid, spread = half_even(exact), half_even(exact * spread_bp / BP)
    return SettlementValues(
        Amount(total, CNH),
        Amount(carrying, HKD),
        Amount(at_mid, HKD),
        Amount(spread, HKD),
        Amount(at_mid + spread, HKD),
        Amount(at_mid + used.hkd_minor - carrying, HKD),
        fx,
        spread_bp,
        Amount(used.cnh_minor, CNH),
        Amount(used.hkd_minor, HKD),
    )


def _see_members(members: Sequence[Member], spread_bp: int) -> None:
    if not members or spread_bp < 0 or any(m.void for m in members):
        raise Invalid(
            "settlement.members",
            N_("A settlement needs invoices with an amount owed, and a spread of at least 0."),
            hint=N_("Leave out invoices without an amount owed."),
        )
    if any((m.owed.asset, m.carrying.asset) != (CNH, HKD) for m in members):
        raise Invalid("settlement.asset", N_("A member of a batch is owed CNH and carried in HKD."))
    total = sum(m.owed.minor for m in members)
    if total < 0:
        raise Invalid(
            "settlement.negative",
            N_("The centre was paid {amount} too much; a batch waits until it is owed that again."),
            hint=N_("Settle again after its next invoices: entrepot settle due"),
            amount=str(Amount(-total, CNH)),
        )
