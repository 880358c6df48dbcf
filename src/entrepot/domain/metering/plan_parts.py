"""Where the use of a line lies: the parts at one price version and tier, exact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise

from entrepot.domain.metering.plan import BP, LIST, Plan, PriceVersion, Tier, UsageLine
from entrepot.kernel.period import HONG_KONG, local_day

PER_HOUR = 1000 * 3600
"""Milli-device-seconds in a device-hour."""

COMMITTED = "committed"
"""Name of the part that a commitment covers."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line at one price.

    Attributes:
        version: name of the price version; name: of the part, for people.
        quantity: milli-device-seconds, exact; price: HKD cents for one of them, exact.
    """

    version: str
    name: str
    quantity: Fraction
    price: Fraction

    @property
    def exact(self) -> Fraction:
        """Charge in HKD cents before rounding."""
        return self.quantity * self.price


def parts_of(line: UsageLine, plan: Plan, position: int) -> list[Part]:
    """Split a line into its parts, one a price; their quantities sum to the line's.

    Args:
        line: use, spread evenly over its interval.
        plan: prices.
        position: milli-device-seconds of the month that lie before the line.
    """
    found: dict[tuple[str, str, Fraction], Part] = {}
    for part in _parts(line, plan, position):
        key = (part.version, part.name, part.price)
        known = found.get(key)
        found[key] = replace(part, quantity=known.quantity + part.quantity) if known else part
    return list(found.values())


def _parts(line: UsageLine, plan: Plan, position: int) -> Iterator[Part]:
    place = Fraction(position)
    for version, quantity in _by_version(line, plan):
        end = place + quantity
        while place < end:
            name, upper, price = _at(place, version, plan, line)
            upto = end if upper is None else min(end, Fraction(upper))
            yield Part(version.name if version else LIST, name, upto - place, price)
            place = upto


def _by_version(line: UsageLine, plan: Plan) -> Iterator[tuple[PriceVersion | None, Fraction]]:
    """Spread a quantity over the price versions of its interval, in order of time."""
    start, end = line.period.start, line.period.end
    cuts = [start, *(c for c in _changes(plan) if start < c < end), end]
    if start == end:
        yield plan.version_on(local_day(start)), Fraction(line.milli_device_seconds)
        return
    for left, right in pairwise(cuts):
        share = Fraction(line.milli_device_seconds * (right - left), end - start)
        yield plan.version_on(local_day(left)), share


def _changes(plan: Plan) -> list[int]:
    days = {one.days.from_day for one in plan.versions}
    days |= {one.days.to_day for one in plan.versions if one.days.to_day is not None}
    return sorted(_midnight(day) for day in days)


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=HONG_KONG).timestamp())


def _at(
    place: Fraction, version: PriceVersion | None, plan: Plan, line: UsageLine
) -> tuple[str, int | None, Fraction]:
    """Return name, upper end and price a milli-device-second of the part at a place."""
    committed = plan.commitment
    if committed is not None and place < committed.milli_device_seconds:
        price = committed.price.minor_per_device_hour / PER_HOUR
        return COMMITTED, committed.milli_device_seconds, price
    listed = line.price.minor_per_device_hour / PER_HOUR
    if version is None:
        return LIST, None, listed
    for number, tier in enumerate(version.tiers, 1):
        if tier.up_to is None or place < tier.up_to:
            return f"{version.name}, {number}", tier.up_to, _tier_price(tier, listed)
    raise AssertionError("the last tier has no upper end")


def _tier_price(tier: Tier, listed: Fraction) -> Fraction:
    if tier.price is not None:
        return tier.price.minor_per_device_hour / PER_HOUR
    assert tier.share_bp is not None
    return listed * tier.share_bp / BP
