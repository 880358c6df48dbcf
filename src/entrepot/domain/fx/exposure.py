"""The open position by currency and day of value, and what a move of the rate would cost.

With ``o`` owed on bills that no batch holds and ``h`` held in the bank of the currency, mid ``m``
HKD for one unit, and carrying amount ``c`` HKD of what is owed::

    net        = o − h                  positive: HKD must still be sold
    at_mid     = [net·m]
    unrealised = at_mid − (c − h_hkd)   positive = loss, were it settled today
    ±1 %       = [net·m/100]

A frozen batch has its rate: it is due, but no longer at risk. What open leases may come to is not
owed yet, and stands beside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from entrepot.kernel.rounding import half_even


@dataclass(frozen=True, slots=True)
class Flow:
    """One amount that is or may be due.

    Attributes:
        asset: currency.
        value_date: ISO day on which it is expected to move.
        kind: ``owed`` (billed, no rate yet), ``fixed`` (in a batch with its rate), ``held`` (in
            our bank) or ``committed`` (an open lease at its most).
        minor: minor units, positive.
        carrying_minor: HKD cents at which it stands in the books; 0 where it does not.
    """

    asset: str
    value_date: str
    kind: str
    minor: int
    carrying_minor: int = 0


@dataclass(frozen=True, slots=True)
class ExposureRow:
    """One currency and day of value; equations at the head of this module."""

    asset: str
    value_date: str
    owed_minor: int
    held_minor: int
    net_minor: int
    fixed_minor: int
    committed_minor: int
    carrying_minor: int
    at_mid_minor: int
    unrealised_minor: int
    one_percent_minor: int


def exposure(flows: Iterable[Flow], hkd_per_unit: Fraction, asset: str) -> list[ExposureRow]:
    """Return the position of one currency by day of value.

    Args:
        flows: of any currency; others are left out.
        hkd_per_unit: mid rate.
        asset: currency.

    >>> rows = exposure(
    ...     [Flow("CNH", "2026-11-23", "owed", 1_000, 1_090)], Fraction(11, 10), "CNH")
    >>> rows[0].at_mid_minor, rows[0].unrealised_minor, rows[0].one_percent_minor
    (1100, 10, 11)
    """
    days: dict[str, list[Flow]] = {}
    for flow in flows:
        if flow.asset == asset:
            days.setdefault(flow.value_date, []).append(flow)
    return [_row(asset, day, days[day], hkd_per_unit) for day in sorted(days)]


def _row(asset: str, day: str, flows: Iterable[Flow], hkd_per_unit: Fraction) -> ExposureRow:
    minor: dict[str, int] = {"owed": 0, "held": 0, "fixed": 0, "committed": 0}
    carrying = 0
    for flow in flows:
        minor[flow.kind] += flow.minor
        if flow.kind in ("owed", "held"):
            carrying += flow.carrying_minor if flow.kind == "owed" else -flow.carrying_minor
    net = minor["owed"] - minor["held"]
    at_mid = half_even(net * hkd_per_unit)
    return ExposureRow(
        asset,
        day,
        minor["owed"],
        minor["held"],
        net,
        minor["fixed"],
        minor["committed"],
        carrying,
        at_mid,
        at_mid - carrying,
        half_even(abs(net) * hkd_per_unit / 100),
    )
