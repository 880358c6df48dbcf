"""The auction room: calls, what is on offer in them, prices by place, class and hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from entrepot.faces.web.visit import Answer, Download, Page, Visit, absent
from entrepot.kernel.errors import NotFound
from entrepot.services.charts import Axis, Form, Mark, Paper, Plot, Series
from entrepot.services.ports_market import Call, Clearing

MICRO = 10**6
FIGURES = ("welfare", "bound", "gap_percent", "digest")
"""What of a certificate is shown in words."""


@dataclass(frozen=True, slots=True)
class PriceRow:
    """Prices of a place and class, HKD a device-hour by slot; None = none was formed."""

    zone: str
    device: str
    by_slot: tuple[Fraction | None, ...]


def calls(visit: Visit) -> Answer:
    """List the calls, the latest first."""
    with visit.app.store.reading() as uow:
        found = uow.market.calls()
    return Answer("auction.html", {"calls": list(reversed(found))[:200]})


def call(visit: Visit) -> Answer:
    """Show a call: what is on offer, and once it has cleared its prices and certificate.

    Orders of others are never shown; who placed one finds it by its id.
    """
    from entrepot.services.call_view import call_view, result_view

    try:
        seen = call_view(visit.app, visit.names["call"])
        decided = result_view(visit.app, visit.names["call"])
    except NotFound as error:
        raise absent() from error
    reach = visit.reach("order.read")
    own = [one for one in seen.orders if one.firm_id in reach.firms]
    clearing = decided.clearing
    told = [(name, clearing.certificate[name]) for name in FIGURES] if clearing else []
    values = {
        "call": seen.call,
        "orders": len(seen.orders),
        "own": own,
        "results": decided.results,
        "offered": _offered(seen.call, seen.offered),
        "prices": prices_of(seen.call, clearing) if clearing else [],
        "told": told,
        "slots": [seen.call.from_t + n * seen.call.slot_s for n in range(seen.call.slots)],
    }
    return Answer("call.html", values)


def _offered(call: Call, offered: Any) -> list[tuple[str, str, list[int]]]:
    pairs = sorted({(zone, device) for zone, device, _slot in offered})
    return [
        (zone, device, [offered.get((zone, device, n), 0) for n in range(call.slots)])
        for zone, device in pairs
    ]


def prices_of(call: Call, clearing: Clearing) -> list[PriceRow]:
    """Return the prices of a certificate by place and class.

    Args:
        call: whose.
        clearing: its certificate; a row of prices is zone, class, first slot, the one behind the
            last, and micro-HKD.
    """
    known: dict[tuple[str, str], dict[int, int]] = {}
    for row in cast("Sequence[Sequence[Any]]", clearing.certificate["prices"]):
        zone, device, begin, end, micro = row
        by_slot = known.setdefault((str(zone), str(device)), {})
        by_slot |= {slot: int(micro) for slot in range(begin, end)}
    return [
        PriceRow(zone, device, tuple(_price(by.get(n)) for n in range(call.slots)))
        for (zone, device), by in sorted(known.items())
    ]


def _price(micro: int | None) -> Fraction | None:
    return None if micro is None else Fraction(micro, MICRO)


def picture(visit: Visit) -> Download:
    """Draw the prices of a call as SVG: a line a place and class, over its slots."""
    from entrepot.services.call_view import result_view

    try:
        decided = result_view(visit.app, visit.names["call"])
    except NotFound as error:
        raise absent() from error
    if decided.clearing is None:
        raise absent()
    rows = prices_of(decided.call, decided.clearing)
    series = tuple(
        Series(f"{row.zone} {row.device}", tuple(enumerate(row.by_slot)), Mark.STEP)
        for row in rows[:8]
    )
    chart = Plot("", Axis("h"), Axis("HKD", least=0), series)
    dark = visit.asked("paper") == "dark"
    data = visit.app.pictures.draw(chart, Form.SVG, Paper(880, 300, dark))
    return Download(data, "image/svg+xml", "prices.svg", inline=True)


PAGES = (
    Page("GET", "/auction", calls, "auction.read"),
    Page("GET", "/auction/{call}", call, "auction.read"),
    Page("GET", "/auction/{call}/prices.svg", picture, "auction.read"),
)
