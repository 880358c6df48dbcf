"""Price plans over the months of random contracts, by the exchange's own rating."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from tests.property.contract_making import Charged
from tests.property.contract_oracle import PLAN_LEAST, PLAN_TIERS

from entrepot.domain.metering.plan import MonthToDate, Plan, PriceVersion, Tier, UsageLine
from entrepot.domain.metering.rate_period import rate_period
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.period import Dated
from entrepot.services.rerate_job import COMPUTE, compute_price

PLAN = Plan(
    "steps",
    (
        PriceVersion(
            "first",
            Dated(date(2020, 1, 1), None),
            tuple(Tier(end, share_bp=share) for end, share in PLAN_TIERS),
        ),
    ),
    minimum_month=Amount(PLAN_LEAST, HKD),
)


@dataclass(slots=True)
class PlanMonths:
    """The month so far of each firm with a plan."""

    to_date: dict[str, MonthToDate] = field(default_factory=dict[str, MonthToDate])

    def day(self, charged: Sequence[Charged]) -> dict[str, int]:
        """Rate bills in their order; return firm → what its plan adds to them, HKD cents."""
        lines: dict[str, list[UsageLine]] = defaultdict(list)
        for one in charged:
            if one.taken.drawn.planned:
                lines[one.taken.firm] += _used(one)
        added: dict[str, int] = {}
        for firm, used in lines.items():
            rating = rate_period(used, PLAN, self.to_date.get(firm), closing=False)
            self.to_date[firm] = rating.to_date
            added[firm] = rating.difference.minor
        return added

    def close(self, firm: str) -> int:
        """Close the month of a firm; return what is missing to its least charge, HKD cents."""
        return rate_period((), PLAN, self.to_date.pop(firm)).difference.minor


def _used(one: Charged) -> list[UsageLine]:
    if not one.line.milli_device_seconds:
        return []
    minor = sum(one.billed.amount_of(kind).minor for kind in COMPUTE)
    return [
        UsageLine(
            one.line.id,
            one.paper.head.job,
            one.period,
            one.line.milli_device_seconds,
            compute_price(one.billed.terms),
            Amount(minor, HKD),
        )
    ]
