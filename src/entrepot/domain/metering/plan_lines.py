"""Lines by a plan and their words; the id of a line is the digest of what it says."""

from __future__ import annotations

from fractions import Fraction

from entrepot.domain.metering.plan import PlanKind, PlanLine
from entrepot.domain.metering.plan_parts import PER_HOUR
from entrepot.kernel.canonical import digest
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.rounding import half_even
from entrepot.kernel.text import N_

USE = N_("{hours} device-hours at {price} ({part})")
USE_MIXED = N_("{hours} device-hours at prices from {price} on ({part})")
JOB_MINIMUM = N_("Least charge of a job, {least}")
SHORTFALL = N_("Committed use not taken: {hours} device-hours at {price}")
MONTH_MINIMUM = N_("Least charge of a month, {least}")
OUTAGE = N_("Credit for {seconds} s that the centre was down, at {percent} %")
SLOW = N_("Credit for {seconds} s of processor time that neighbours kept, at {percent} %")
BILLED = N_("Billed with the jobs already")


def plan_line(
    kind: PlanKind,
    job: str,
    cause: str,
    version: str,
    quantity: int,
    minor: int,
    text: str,
    params: tuple[tuple[str, str], ...] = (),
) -> PlanLine:
    """Make a line; for the arguments see :class:`PlanLine`, the amount is in HKD cents."""
    said = [kind.value, job, cause, version, quantity, minor, [list(pair) for pair in params]]
    name = digest(said)[:32]
    return PlanLine(name, kind, job, cause, version, quantity, Amount(minor, HKD), text, params)


def hours_text(milli_device_seconds: int) -> str:
    """Write a quantity in device-hours.

    >>> hours_text(5_400_000)
    '1.5'
    """
    return decimal(Fraction(milli_device_seconds, PER_HOUR) * 10**6, 6)


def price_text(minor_a_mds: Fraction) -> str:
    """Write a price of one device-hour, given HKD cents for a milli-device-second.

    >>> price_text(Fraction(1200, 3_600_000))
    'HKD 12'
    """
    return f"HKD {decimal(minor_a_mds * PER_HOUR * 10**4, 6)}"


def price_of(text: str) -> Fraction:
    """Read a price as :func:`price_text` writes it.

    >>> price_of("HKD 1,200.5")
    Fraction(2401, 2)
    """
    return Fraction(text.removeprefix(f"{HKD.code} ").replace(",", ""))


def decimal(scaled: Fraction | int, digits: int) -> str:
    """Write a number given in units of its last decimal.

    >>> decimal(12_500, 2)
    '125'
    """
    whole, rest = divmod(abs(half_even(Fraction(scaled))), 10**digits)
    tail = f"{rest:0{digits}d}".rstrip("0")
    return f"{whole:,}" + (f".{tail}" if tail else "")
