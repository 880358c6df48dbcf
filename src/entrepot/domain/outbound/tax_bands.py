"""Bands of taxable profits and their rates: one tier, two tiers, or a half rate on a part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from entrepot.domain.outbound.model import Effect, TaxRule
from entrepot.domain.outbound.scenario import Step
from entrepot.domain.outbound.tax_rules import Sheet, signs
from entrepot.kernel.text import N_

WHOLE_BP = 10_000

Band = tuple[int, int]
"""An amount in minor units, and its rate in basis points."""


def bands(amount: int, limits: Sequence[tuple[int | None, int]]) -> list[Band]:
    """Split an amount into bands.

    Args:
        amount: minor units, ≥ 0.
        limits: width of a band (None = the rest) and its rate, lowest band first.

    >>> bands(500, [(200, 825), (None, 1650)])
    [(200, 825), (300, 1650)]
    """
    found: list[Band] = []
    for width, rate in limits:
        part = amount if width is None else min(amount, width)
        found.append((part, rate))
        amount -= part
    return found


def tax_of(parts: Iterable[Band]) -> int:
    """Return ⌊Σ rate · amount / 10000⌋, rounded down once.

    >>> tax_of([(200_000_000, 825), (300_000_000, 1650)])
    66000000
    """
    return sum(amount * rate for amount, rate in parts) // WHOLE_BP


@dataclass(slots=True)
class Split:
    """How a rate rule splits taxable profits.

    Args:
        sheet: the scenario.
        rule: the rate rule that holds.

    Attributes:
        names: parameters that it reads.
    """

    sheet: Sheet
    rule: TaxRule
    names: tuple[str, ...] = field(init=False)
    _values: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        kind = "corp" if self.sheet.flag("incorporated") else "unincorporated"
        standard = f"hk.{kind}.rate"
        self.names = {
            Effect.TWO_TIER: ("hk.two_tier.limit", f"hk.two_tier.{kind}.rate", standard),
            Effect.HALF_RATE: ("hk.treasury_centre.rate", standard),
        }.get(self.rule.effect, (standard,))
        self._values = tuple(self.sheet.parameter(name) or 0 for name in self.names)

    def bands(self, taxable: int, deducted: int) -> list[Band]:
        """Return the bands of ``taxable``.

        Args:
            taxable: minor units.
            deducted: what was taken off before. No source says from which part; it is taken off
                the part at the half rate first, which gives the highest tax.
        """
        if self.rule.effect is Effect.TWO_TIER:
            limit, low, high = self._values
            return bands(taxable, [(limit, low), (None, high)])
        if self.rule.effect is Effect.HALF_RATE:
            half, high = self._values
            part = max(0, self.sheet.money("qualifying_treasury_profits") - deducted)
            return bands(taxable, [(part, half), (None, high)])
        return bands(taxable, [(None, self._values[0])])

    def tax(self, taxable: int, deducted: int) -> int:
        """Return the tax on ``taxable``, minor units."""
        return tax_of(self.bands(taxable, deducted))

    def order_matters(self, taxable: int, deducted: int) -> bool:
        """Say whether the tax depends on the part from which deductions are taken."""
        return self.tax(taxable, deducted) != self.tax(taxable, 0)

    def steps(self, taxable: int, deducted: int) -> list[Step]:
        """Return a figure a band, and the tax."""
        cites = (self.rule.id, *signs(self.names))
        found = [
            Step(f"band_{number}", amount, N_("of it at {rate_bp}"), {"rate_bp": rate}, cites)
            for number, (amount, rate) in enumerate(self.bands(taxable, deducted), start=1)
        ]
        return [*found, Step("tax", self.tax(taxable, deducted), N_("tax"), {}, cites)]
