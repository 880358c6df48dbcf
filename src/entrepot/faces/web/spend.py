"""What a firm spends day by day, as a picture."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction

from entrepot.faces.web.firm_here import firm_of
from entrepot.faces.web.listing import listed
from entrepot.faces.web.visit import Download, Page, Visit
from entrepot.kernel.period import HONG_KONG, local_day
from entrepot.kernel.text import N_
from entrepot.services.charts import Axis, Form, Mark, Paper, Plot, Series

DAYS = 30
BILLS_MAX = 200


def by_day(bills: list[tuple[int, int]], today: date, days: int = DAYS) -> list[tuple[date, int]]:
    """Return day → HKD cents billed on it, the oldest first; days without a bill are nought.

    Args:
        bills: Unix second of issue and cents of each.
        today: last day.
        days: how many.

    >>> by_day([(0, 5), (1, 7)], date(1970, 1, 2), 2)
    [(datetime.date(1970, 1, 1), 12), (datetime.date(1970, 1, 2), 0)]
    """
    sums = {today - timedelta(days=n): 0 for n in reversed(range(days))}
    for issued_at, minor in bills:
        on = datetime.fromtimestamp(issued_at, HONG_KONG).date()
        if on in sums:
            sums[on] += minor
    return list(sums.items())


def picture(visit: Visit) -> Download:
    """Draw what was billed to a firm in the last days."""
    firm = firm_of(visit, "invoice.read")
    found, _after = listed(visit, "invoice.read", "invoices", BILLS_MAX)
    bills = [(one.issued_at, one.total_minor) for one in found if one.firm_id == firm.id]
    rows = by_day(bills, local_day(visit.app.clock.now()))
    points = tuple((n, Fraction(minor, 100)) for n, (_day, minor) in enumerate(rows))
    chart = Plot(
        visit.say(N_("Billed by day")),
        Axis(categories=tuple(f"{on.day}/{on.month}" for on, _minor in rows)),
        Axis("HKD", least=0),
        (Series("", points, Mark.BARS, colour=0),),
    )
    dark = visit.asked("paper") == "dark"
    data = visit.app.pictures.draw(chart, Form.SVG, Paper(880, 260, dark))
    return Download(data, "image/svg+xml", "billed.svg", inline=True)


PAGES = (Page("GET", "/firm/billed.svg", picture, "invoice.read"),)
