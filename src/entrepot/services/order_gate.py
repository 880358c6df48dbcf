"""The gate over the pools and days of a call: the decisions that go beside an order.

A slot belongs to the day in Hong Kong on which it begins, and each day is judged by its own law,
as known when the order is made. Whoever runs the call judges again: what a bidder seals is his
word, not the house's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from entrepot.domain.market.order_law import PERMITS, covered
from entrepot.kernel.canonical import digest
from entrepot.kernel.period import local_day
from entrepot.services.gate_job import Declared, sender_of
from entrepot.services.manifests import Named, named_of
from entrepot.services.order_reasons import Dropped, Place, shut, unpaid_duties
from entrepot.services.quote import Verdicts

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.places import Place as Spot
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_market import Call

LawRow = tuple[str, str, str, str, str, str, str, str]
"""Zone, class, from, to, outcome, day, rules, decision, as of the table ``law``."""
DUTIES = "allow_with_duties"


@dataclass(frozen=True, slots=True)
class Judged:
    """What the gate says of an order in a call.

    Attributes:
        rows: of the table of decisions, without the order's name.
        dropped: places and slots that are shut, or whose duties are not accepted.
    """

    rows: tuple[LawRow, ...]
    dropped: tuple[Dropped, ...]

    def permits(self, place: Place, begin: int, end: int) -> bool:
        """Say whether an option may run in a place in all slots of [begin, end)."""
        runs = tuple(
            (int(row[2]), int(row[3]), row[4] in PERMITS)
            for row in self.rows
            if (row[0], row[1]) == place
        )
        shut_out = any(d.place == place and d.begin < end and begin < d.end for d in self.dropped)
        return covered(runs, begin, end) and not shut_out


def judge_call(
    app: App,
    uow: UnitOfWork,
    firm: r.Firm,
    call: Call,
    told: tuple[Declared, Named],
    asked: tuple[Iterable[Place], Mapping[str, Spot], bool],
) -> Judged:
    """Judge an order at places of a call, day by day.

    Args:
        app: the exchange; uow: a transaction; firm: whose data; call: the call.
        told: what the job declares, and the manifests that it names.
        asked: places to judge, all centres, and whether duties are accepted.
    """
    places, spots, accepts = asked
    sender = sender_of(uow, firm, told[1])
    rows: list[LawRow] = []
    dropped: list[Dropped] = []
    for day, begin, end in days_of(call):
        verdicts = Verdicts(app, uow, sender, told[0], spots, day)
        for place in sorted(places):
            decision = verdicts.of(*place)
            outcome = "needs_info" if decision is None else decision.outcome.value
            mark = digest(None if decision is None else decision.as_dict())
            run = (str(begin), str(end))
            rows.append((*place, *run, outcome, day.isoformat(), app.rulebook.hash, mark))
            if outcome not in PERMITS:
                dropped.append(shut(place, outcome, day.isoformat(), begin, end))
            elif outcome == DUTIES and not accepts:
                dropped.append(unpaid_duties(place, begin, end))
    return Judged(tuple(rows), tuple(dropped))


def judge_again(
    app: App,
    uow: UnitOfWork,
    firm: r.Firm,
    call: Call,
    sealed: tuple[r.Body, Iterable[Place], Mapping[str, Spot], bool],
) -> Judged:
    """Judge an opened order by what its job says, whatever decisions the bidder has sealed.

    Args:
        app, uow, firm, call: as :func:`judge_call`.
        sealed: the job as kept in the order, places of its options, all centres, and whether its
            duties are accepted.
    """
    job, places, spots, accepts = sealed
    data = cast("Mapping[str, r.Body]", job.get("data", {}))
    parts = (data.get(name, {}) for name in ("inbound", "returned", "placement"))
    told = (Declared(*parts), named_of(data))
    return judge_call(app, uow, firm, call, told, (places, spots, accepts))


def days_of(call: Call) -> list[tuple[date, int, int]]:
    """Return the days of a call in Hong Kong, each with its run of slots."""
    found: list[tuple[date, int, int]] = []
    for slot in range(call.slots):
        day = local_day(call.from_t + slot * call.slot_s)
        if found and found[-1][0] == day:
            found[-1] = (day, found[-1][1], slot + 1)
        else:
            found.append((day, slot, slot + 1))
    return found
