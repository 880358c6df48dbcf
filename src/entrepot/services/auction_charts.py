"""What a call looks like: supply and demand, a map of prices, the gap as it closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.kernel.errors import Translate
from entrepot.kernel.text import N_
from entrepot.services.charts import Axis, Heat, Level, Mark, Plot, Point, Series

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from entrepot.domain.market.instance import Instance
    from entrepot.domain.market.solution import Step

    Int64 = NDArray[np.int64]

MICRO = 1_000_000
"""Micro-HKD in a dollar, micro-devices in a device."""

_PRICE = N_("HKD for a device and slot")
_BY = N_("Certificate {digest}, welfare within {gap} % of the best.")


def source_note(body: Mapping[str, object], translate: Translate) -> str:
    """Return the line at the foot of every picture: of which certificate it is."""
    digest = str(body["digest"])
    return translate(_BY).format(digest=digest[:16], gap=body["gap_percent"])


def curve_chart(
    instance: Instance,
    at: tuple[int, int],
    price: int,
    micro_devices: int,
    note: str,
    translate: Translate,
) -> Plot:
    """Draw supply and demand of one pool and slot.

    Args:
        instance: the orders.
        at: pool and slot.
        price: cleared, micro-HKD per device-slot.
        micro_devices: traded.
        note: line at the foot.
        translate: looks words up in the reader's language.
    """
    from entrepot.domain.market.curves import curves
    from entrepot.domain.market.picture_data import pool_names

    pool, slot = at
    zone, device = pool_names(instance)[pool]
    found = curves(instance, pool, slot)
    title = N_("Supply and demand of {device} in {zone}, slot {slot}")
    told = N_("Cleared at HKD {price}; {devices} devices are traded.")
    beside = N_("An order counts with its dearest option; gangs and runs may keep it out.")
    cleared = _decimal(price, 4)
    return Plot(
        translate(title).format(device=device, zone=zone, slot=slot),
        Axis(translate(N_("devices")), least=0),
        Axis(translate(_PRICE), least=0),
        (
            Series(translate(N_("supply")), _steps(found.supply), Mark.STEP),
            Series(translate(N_("demand")), _steps(found.demand), Mark.STEP),
        ),
        subtitle=translate(told).format(price=cleared, devices=_decimal(micro_devices, 0)),
        levels=(
            Level(Fraction(price, MICRO), translate(N_("price {price}")).format(price=cleared)),
            Level(Fraction(micro_devices, MICRO), translate(N_("traded")), on_x=True),
        ),
        note=f"{note} {translate(beside)}",
    )


def heat_chart(instance: Instance, device: int, pi: Int64, note: str, translate: Translate) -> Heat:
    """Draw the prices of a class over zones and slots.

    Args:
        instance: the orders.
        device: place of the class.
        pi: prices, int64[P, T] micro-HKD per device-slot.
        note, translate: as for :func:`curve_chart`.
    """
    from entrepot.domain.market.curves import heat_map

    rows = heat_map(instance, pi, device)
    title = N_("Prices of {device} by place and slot")
    most = N_("{zones} places, {slots} slots of {minutes} minutes")
    return Heat(
        translate(title).format(device=instance.classes[device]),
        Axis(translate(N_("slot")), tuple(str(slot) for slot in range(instance.slots))),
        Axis(translate(N_("place")), tuple(rows)),
        tuple(
            tuple(None if v is None else Fraction(v, MICRO) for v in row) for row in rows.values()
        ),
        translate(_PRICE),
        none=translate(N_("not traded there")),
        subtitle=translate(most).format(
            zones=len(rows), slots=instance.slots, minutes=f"{Fraction(instance.slot_s, 60)}"
        ),
        note=note,
    )


def gap_chart(
    steps: Sequence[Step], body: Mapping[str, object], note: str, translate: Translate
) -> Plot:
    """Draw how the gap closed: to the bound of the moment, and to the final bound.

        gap = (bound − welfare) / bound

    Args:
        steps: the solver's curve, not empty.
        body: the certificate.
        note, translate: as for :func:`curve_chart`.
    """
    final = steps[-1].bound
    mip = body.get("gap_percent_mip")
    told = N_("Proven by the prices: {gap} % after {seconds} seconds.")
    seconds = _decimal(steps[-1].spent_ms * 1000, 1)
    levels: tuple[Level, ...] = ()
    if mip is not None and Fraction(str(mip)) > 0:
        word = translate(N_("gap on the solver's word {gap} %")).format(gap=mip)
        levels = (Level(Fraction(str(mip)), word),)
    return Plot(
        translate(N_("Gap over time")),
        Axis(translate(N_("seconds")), least=0),
        Axis(translate(N_("percent of the bound")), log=True),
        (
            Series(translate(N_("gap, by the bound of the moment")), _gaps(steps), Mark.STEP),
            Series(
                translate(N_("short of the final bound")),
                _gaps(steps, final),
                Mark.STEP,
                dashed=True,
            ),
        ),
        subtitle=translate(told).format(gap=body["gap_percent"], seconds=seconds),
        levels=levels,
        note=note,
    )


def _gaps(steps: Sequence[Step], bound: int | None = None) -> tuple[Point, ...]:
    """Return (second, gap in percent); a bound of nothing leaves no gap to speak of."""
    found: list[Point] = []
    for step in steps:
        most = step.bound if bound is None else bound
        gap = Fraction(100 * (most - step.welfare), most) if most > 0 else None
        found.append((Fraction(step.spent_ms, 1000), gap))
    return tuple(found)


def _steps(rows: Sequence[tuple[int, int]]) -> tuple[Point, ...]:
    """Turn (price, devices in all) into steps: from the devices before on, each price holds."""
    found: list[Point] = []
    begin = 0
    for price, upto in rows:
        found.append((begin, Fraction(price, MICRO)))
        begin = upto
    return (*found, (begin, found[-1][1])) if found else ()


def _decimal(micro: int, digits: int) -> str:
    """Write millionths as a decimal number, rounded half even.

    >>> _decimal(12_345_678, 2), _decimal(1_024_000_000, 0)
    ('12.35', '1,024')
    """
    from entrepot.kernel import rounding

    scaled = rounding.half_even(Fraction(micro * 10**digits, MICRO))
    whole, rest = divmod(abs(scaled), 10**digits)
    sign = "−" if scaled < 0 else ""
    return f"{sign}{whole:,}.{rest:0{digits}d}" if digits else f"{sign}{whole:,}"
