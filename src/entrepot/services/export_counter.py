"""Persons exported since 1 January, a control group: counted with the booking, or not at all.

A lease whose legs leave the mainland enters their persons in its own transaction, under the
origin manifest that the job names, else under the lease. Writers take turns, so that two bookings
never rest on the same count. A lease given back before it ran leaves the count; one that ran
stays in it, since its data have moved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from entrepot.domain.gate.counters import (
    OUTSIDE,
    Exports,
    SetCount,
    Tally,
    count_by_set,
    leaves_mainland,
    tally_of,
    total,
)
from entrepot.domain.gate.model import GateDecision, Subject
from entrepot.kernel import ids
from entrepot.kernel.errors import Invalid
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.manifests import set_of
from entrepot.services.ports_gate_records import ExportCount

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

HELD = "held"
OUT_TABLE = "cn_out"
COUNT_MAX = 10**12


@dataclass(frozen=True, slots=True)
class YearCount:
    """What a control group has on its counter for a year.

    Attributes:
        group_id: the group; year: calendar year; tally: of all data sets together.
        outside: the firm has stated what it exported outside this house.
        sets: data set → its count; legs: what was booked, in order of id.
    """

    group_id: str
    year: int
    tally: Tally
    outside: bool
    sets: tuple[tuple[str, Tally], ...]
    legs: tuple[ExportCount, ...]


def exports_of(uow: UnitOfWork, group_id: str, set_id: str = "", family: str = "") -> Exports:
    """Return the counter of a group, as the gate reads it for one data set."""
    records = uow.gate_records
    related = records.exports_of_family(family) if family else []
    return Exports(_legs(records.exports(group_id)), _legs(related), set_id)


def count_exports(app: App, uow: UnitOfWork, lease: r.Lease, decision: GateDecision) -> None:
    """Enter the legs of a lease that leave the mainland, in the transaction that books it.

    Args:
        app: the exchange.
        uow: the booking's transaction.
        lease: the booking.
        decision: on which it rests; its legs and whether their rows fill the counter.
    """
    firm = uow.registry.firm(lease.firm_id)
    assert firm is not None
    set_id, family = set_of(uow, lease.quote_id)
    day = local_day(lease.created_at)
    for tally in filled_by(decision):
        uow.gate_records.add_export(
            ExportCount(
                app.ids.new(ids.EXPORT_COUNT),
                firm.group_id,
                firm.id,
                lease.id,
                set_id or lease.id,
                family,
                tally.persons,
                tally.sensitive,
                day.isoformat(),
                HELD,
            )
        )


def filled_by(decision: GateDecision) -> list[Tally]:
    """Return the persons of each leg that leaves the mainland and fills the counter."""
    legs = (subject for subject in decision.subjects if leaves_mainland(subject.facts))
    tallies = [tally_of(leg.facts) for leg in legs if _fills(leg)]
    return [tally for tally in tallies if tally is not None and tally != Tally(0, 0)]


def state_outside(app: App, firm: r.Firm, year: int, tally: Tally, key: str) -> YearCount:
    """Record what a firm's group exported outside this house in a year; the last word counts.

    Args:
        app: the exchange.
        firm: who states it, for its control group.
        year: calendar year.
        tally: persons and sensitive persons.
        key: idempotency key.

    Raises:
        Invalid: a count below zero or beyond belief, or a year to come.
    """
    now = app.clock.now()
    _check(year, tally, local_day(now))
    new = ExportCount(
        app.ids.new(ids.EXPORT_COUNT),
        firm.group_id,
        firm.id,
        None,
        OUTSIDE,
        "",
        tally.persons,
        tally.sensitive,
        date(year, 1, 1).isoformat(),
        HELD,
    )

    def action(uow: UnitOfWork) -> dict[str, object]:
        for old in uow.gate_records.exports(firm.group_id):
            if old.set_id == OUTSIDE and old.on_day == new.on_day:
                uow.gate_records.release_export(old.id)
        uow.gate_records.add_export(new)
        return {"count_id": new.id}

    body: dict[str, object] = {
        "firm_id": firm.id,
        "year": year,
        "persons": tally.persons,
        "sensitive": tally.sensitive,
    }
    app.store.command(app.actor, "export.state", key, body, now, action)
    return year_count(app, firm, year)


def year_count(app: App, firm: r.Firm, year: int | None = None) -> YearCount:
    """Return what a firm's control group has on its counter.

    Args:
        app: the exchange.
        firm: of the group.
        year: calendar year; None = this year.
    """
    wanted = year or local_day(app.clock.now()).year
    with app.store.reading() as uow:
        held = uow.gate_records.exports(firm.group_id)
    legs = _legs(held)
    sets = count_by_set(legs, wanted)
    mine = tuple(one for one in held if date.fromisoformat(one.on_day).year == wanted)
    return YearCount(
        firm.group_id,
        wanted,
        total(legs, wanted),
        OUTSIDE in sets,
        tuple(sorted(sets.items())),
        mine,
    )


def _fills(subject: Subject) -> bool:
    answers = subject.verdict.verdicts
    return all(answer.fills_counter for answer in answers if answer.table == OUT_TABLE)


def _legs(counts: Iterable[ExportCount]) -> tuple[SetCount, ...]:
    return tuple(
        SetCount(
            one.set_id,
            one.family,
            Tally(one.persons, one.sensitive),
            date.fromisoformat(one.on_day),
        )
        for one in counts
    )


def _check(year: int, tally: Tally, today: date) -> None:
    counts = (tally.persons, tally.sensitive)
    if min(counts) < 0 or max(counts) > COUNT_MAX:
        raise Invalid(
            "export.count",
            N_("A count of persons lies between 0 and {most}."),
            hint=N_("Give whole numbers with --persons and --sensitive."),
            fields={"persons": "0 or more", "sensitive": "0 or more"},
            most=COUNT_MAX,
        )
    if not 1 <= year <= today.year:
        raise Invalid(
            "export.year",
            N_("Exports of the year {year} cannot be stated; it is {now} now."),
            hint=N_("Give this year or an earlier one with --year."),
            fields={"year": "not after this year"},
            year=year,
            now=today.year,
        )
