"""Claims, what caps leave, and which bounds bite, for the rows of one sheet.

The bounds of a row are two bytes; bit n stands for ``BOUNDS[n]``, in the order of the single case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from entrepot.domain.vouchers.bulk_columns import (
    SMALL_MAX,
    Bools,
    BulkCases,
    Ints,
    Numbers,
    Shorts,
    Whole,
)
from entrepot.domain.vouchers.bulk_mask import Mask, times
from entrepot.domain.vouchers.bulk_run import NO_LIMIT
from entrepot.domain.vouchers.bulk_settle import Settlement
from entrepot.domain.vouchers.bulk_share import shares
from entrepot.domain.vouchers.model import Ceiling, Version

BOUNDS = (
    "cap",
    Ceiling.APPLICATION.value,
    Ceiling.FIRM_YEAR.value,
    Ceiling.SOFT_FIRM_YEAR.value,
    Ceiling.FIRM_LIFETIME.value,
    Ceiling.IN_FORCE.value,
    Ceiling.FUND_YEAR.value,
    Ceiling.FUND_TOTAL.value,
    "fund_left",
)
"""Names of the bounds by bit."""

FUND_BIT = BOUNDS.index(Ceiling.FUND_YEAR.value)
"""Place of the first name of a fund."""

Money = Whole | int
"""Minor units a row, or for all rows."""


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """What bounds the rows of a sheet.

    Attributes:
        share: share of the amounts.
        rate_cap: cap of the rate taken; None = no rate has one.
        application, firm_year, soft, lifetime, in_force: what the caps left before the first
            row; None = not stated.
        fund: what the fund left; None = none.
        fund_bit: place of the fund's name in ``BOUNDS``.
    """

    share: Whole
    rate_cap: Money | None
    application: int | None
    firm_year: Money | None
    soft: Money | None
    lifetime: Money | None
    in_force: Money | None
    fund: int | None
    fund_bit: int

    def claims(self) -> Whole:
        """Return the share within the caps of the application."""
        found = self.share
        for cap in (self.rate_cap, self.application):
            if cap is not None:
                found = np.minimum(found, _wide(cap))
        return found

    def year_room(self) -> Money | None:
        """Return what is left of the year's caps."""
        return _least(self.firm_year, self.soft)

    def life_room(self) -> Money | None:
        """Return what is left of the caps on a lifetime and on projects in force."""
        return _least(self.lifetime, self.in_force)


def limits_of(
    version: Version, settled: Settlement, part: BulkCases, narrow: bool = False
) -> Limits:
    """Return what bounds the rows of a sheet.

    Args:
        version: the version of the sheet.
        settled: rates and waivers.
        part: the rows.
        narrow: columns may be half as wide where they fit, since no sum runs over them.
    """
    used, ceilings = part.used_this_year_minor, version.ceilings
    fund = None if version.fund is None else version.fund[1]
    given = [limit for limit in (fund, part.fund_left_minor) if limit is not None]
    return Limits(
        share=_shares(settled, part, narrow),
        rate_cap=_rate_caps(settled),
        application=ceilings.get(Ceiling.APPLICATION),
        firm_year=_less(ceilings.get(Ceiling.FIRM_YEAR), used, narrow),
        soft=_unless(_less(ceilings.get(Ceiling.SOFT_FIRM_YEAR), used, narrow), settled.waived),
        lifetime=_less(ceilings.get(Ceiling.FIRM_LIFETIME), part.lifetime_minor, narrow),
        in_force=_less(ceilings.get(Ceiling.IN_FORCE), part.in_force_minor, narrow),
        fund=min(given) if given else None,
        fund_bit=BOUNDS.index(version.fund[0].value if version.fund else "fund_left"),
    )


def bounds_that_bite(
    limits: Limits, found: Whole, before: Sequence[Ints | None], live: Bools
) -> Shorts:
    """Return the bounds equal to the amount where they lowered it, two bytes a row.

    Args:
        limits: bounds before the first row.
        found: amounts.
        before: paid before each row under year, lifetime and fund; None = nothing.
        live: rows for which an amount was to be found.
    """
    year, life, fund = before
    left: tuple[tuple[Money | None, Ints | None], ...] = (
        (limits.rate_cap, None),
        (limits.application, None),
        (limits.firm_year, year),
        (limits.soft, year),
        (limits.lifetime, life),
        (limits.in_force, life),
        (limits.fund, fund),
    )
    lowered = found < limits.share
    lowered &= live
    bits: Shorts | None = None
    stated = [(bit, room, paid) for bit, (room, paid) in enumerate(left) if room is not None]
    for bit, room, paid in stated:
        # What a single bound did not lower, nothing lowered. Else, as no amount exceeds what is
        # left, "not above" is "equal"; overdrawn counts as 0.
        mark = lowered
        if len(stated) > 1:
            mark = lowered & ((room if paid is None else room - paid) <= found)
        shifted = times(mark, 1 << (limits.fund_bit if bit == FUND_BIT else bit))
        bits = shifted if bits is None else bits | shifted
    return np.zeros(len(found), np.uint16) if bits is None else bits


def _shares(settled: Settlement, part: BulkCases, narrow: bool) -> Whole:
    amounts = part.amount_minor.numbers
    rates = settled.rates
    if len(rates) == 1 and rates[0][1] is True:
        return shares(amounts, rates[0][0].rate_bp, narrow)
    taken = np.zeros(len(part), np.int64)
    for rate, mask in rates:
        taken += np.int64(rate.rate_bp) * mask
    return shares(amounts, taken)


def _rate_caps(settled: Settlement) -> Money | None:
    if all(rate.cap_minor is None for rate, _ in settled.rates):
        return None
    caps: Money = NO_LIMIT
    for rate, mask in settled.rates:
        if rate.cap_minor is not None:
            caps = caps - (NO_LIMIT - rate.cap_minor) * np.asarray(mask, np.int64)
    return caps


def _less(limit: int | None, used: Numbers | int | None, narrow: bool) -> Money | None:
    if limit is None:
        return None
    if not isinstance(used, Numbers):
        return limit - (used or 0)
    numbers = used.numbers
    if narrow and limit <= SMALL_MAX and numbers.dtype == np.int32:
        return np.subtract(limit, numbers)
    return np.subtract(limit, numbers, dtype=np.int64)


def _wide(limit: Money) -> Whole | int | np.int64:
    """Return a limit so that it may meet a column of any width."""
    fits = not isinstance(limit, int) or -SMALL_MAX <= limit <= SMALL_MAX
    return limit if fits else np.int64(limit)


def _unless(room: Money | None, waived: Mask) -> Money | None:
    """Lift a cap where it is waived."""
    if room is None or waived is True:
        return None
    return room if waived is False else np.where(waived, np.int64(NO_LIMIT), room)


def _least(one: Money | None, other: Money | None) -> Money | None:
    if one is None or other is None:
        return other if one is None else one
    return cast("Money", np.minimum(_wide(one), _wide(other)))
