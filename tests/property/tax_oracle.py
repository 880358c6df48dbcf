"""Profits tax worked out a second time, from the words of the rules, without reading any file.

Everything is in cents and written down as the rules say it: two tiers for one entity of a group,
the half rate on treasury profits, 300 and 200 % of spending of type B, 100 % of type A.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

MILLION = 100_000_000
"""A million Hong Kong dollars in cents."""


@dataclass(frozen=True)
class Firm:
    """What a scenario states, in cents."""

    incorporated: bool
    profits: int
    sister_elects: bool
    half_rate: bool
    treasury: int
    spend_a: int
    spend_b: int

    def facts(self) -> dict[str, object]:
        """Return the facts as a scenario states them, in a year with a one-off reduction."""
        return {
            "year_of_assessment": "2025/26",
            "incorporated": self.incorporated,
            "assessable_profits": self.profits,
            "connected_entity_elects_two_tier": self.sister_elects,
            "elects_half_rate_regime": self.half_rate,
            "qualifying_treasury_profits": self.treasury,
            "rd_spend_type_a": self.spend_a,
            "rd_spend_type_b": self.spend_b,
            "qualifying_ip_profits": 0,
            "group_revenue_eur": 0,
        }


def tax_cents(firm: Firm) -> int:
    """Return the tax before the one-off reduction, in cents, rounded down."""
    enhanced = 3 * firm.spend_b if firm.spend_b <= 2 * MILLION else 2 * firm.spend_b + 2 * MILLION
    deducted = enhanced + firm.spend_a
    left = max(0, firm.profits - deducted)
    standard = Fraction(165, 1000) if firm.incorporated else Fraction(15, 100)
    if firm.half_rate:
        at_half = min(left, max(0, firm.treasury - deducted))
        due = Fraction(825, 10000) * at_half + standard * (left - at_half)
    elif firm.sister_elects or left <= 0:
        due = standard * left
    else:
        # The low tier saves half the standard rate on what lies below two million.
        due = standard * left - standard / 2 * min(left, 2 * MILLION)
    return due.numerator // due.denominator
