"""Register of legal instruments: what is on file for a firm, from which day to which.

The gate reads what is in force; it takes no one's word for it. A record is never removed: ending
one sets its last day, and the journal keeps who did so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from entrepot.domain.gate.instrument_life import Step
from entrepot.domain.gate.model import REGISTER_FACT
from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict, Invalid, NotFound
from entrepot.kernel.period import local_day
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services import records as r

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

REFERENCE_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class NewInstrument:
    """An instrument to be put on file.

    Attributes:
        firm_id: whose it is; centre_id: the one centre that it covers, None = all.
        kind: name in the fact dictionary.
        from_day: first day of force; to_day: first day without, None = no end stated.
        reference: number of filing, licence or file.
        step: in force, as it was filed elsewhere; or a draft, whose life begins here.
    """

    firm_id: str
    centre_id: str | None
    kind: str
    from_day: date
    to_day: date | None
    reference: str
    step: Step = Step.IN_FORCE


def kinds(app: App) -> tuple[str, ...]:
    """Return the kinds of instrument that the gate knows."""
    return app.rulebook.dictionary.declared(REGISTER_FACT).domain


def add_instrument(app: App, new: NewInstrument, key: str) -> r.Instrument:
    """Put an instrument on file.

    Args:
        app: the exchange.
        new: what is put on file.
        key: idempotency key.

    Returns:
        The record as kept.

    Raises:
        Invalid: unknown kind, empty or long reference, or an end before the start.
        NotFound: no such firm, or no such centre under contract.
    """
    _check(app, new)
    instrument = r.Instrument(
        app.ids.new(ids.INSTRUMENT),
        new.firm_id,
        new.centre_id,
        new.kind,
        new.step.value,
        new.from_day.isoformat(),
        new.to_day.isoformat() if new.to_day else None,
        new.reference,
    )

    def action(uow: UnitOfWork) -> dict[str, object]:
        _holder(uow, new)
        uow.registry.add_instrument(instrument)
        return {"instrument_id": instrument.id}

    body: dict[str, object] = {
        "firm_id": new.firm_id,
        "centre_id": new.centre_id,
        "kind": new.kind,
        "from_day": instrument.from_day,
        "to_day": instrument.to_day,
        "reference": new.reference,
        "state": instrument.state,
    }
    now = app.clock.now()
    answer = app.store.command(app.actor, "instrument.add", key, body, now, action)
    return the_instrument(app, str(answer["instrument_id"]))


def end_instrument(app: App, instrument_id: str, on: date | None, key: str) -> r.Instrument:
    """End an instrument: from that day on it is not in force.

    Args:
        app: the exchange.
        instrument_id: ``N-…``.
        on: first day without force; None = today.
        key: idempotency key.

    Raises:
        NotFound: no such instrument.
        Conflict: it ended earlier already.
        Invalid: the day lies before its first day of force.
    """
    now = app.clock.now()
    day = on or local_day(now)

    def action(uow: UnitOfWork) -> dict[str, object]:
        found = found_instrument(uow, instrument_id)
        if found.to_day is not None and date.fromisoformat(found.to_day) <= day:
            raise already_ended(found.id, found.to_day)
        if day < date.fromisoformat(found.from_day):
            raise _backwards(found.from_day, day.isoformat())
        uow.registry.end_instrument(instrument_id, day.isoformat())
        return {"instrument_id": instrument_id, "to_day": day.isoformat()}

    body: dict[str, object] = {"instrument_id": instrument_id, "to_day": day.isoformat()}
    app.store.command(app.actor, "instrument.end", key, body, now, action)
    return the_instrument(app, instrument_id)


def the_instrument(app: App, instrument_id: str) -> r.Instrument:
    """Return an instrument.

    Raises:
        NotFound: no such instrument.
    """
    with app.store.reading() as uow:
        return found_instrument(uow, instrument_id)


def instruments_of(app: App, firm_id: str) -> list[r.Instrument]:
    """Return what is on file for a firm, ended ones too, in order of id."""
    with app.store.reading() as uow:
        return uow.registry.instruments(firm_id)


def close_duty(app: App, task_id: str, key: str) -> r.DutyTask:
    """Mark a duty as done.

    Raises:
        NotFound: no such duty.
        Conflict: it is done already.
    """
    now = app.clock.now()

    def action(uow: UnitOfWork) -> dict[str, object]:
        found = _task(uow, task_id)
        if not uow.deals.close_task(task_id, now):
            raise Conflict(
                "duty.done",
                N_("Duty {id} is done already."),
                hint=N_("entrepot gate duties lists the open ones."),
                id=found.id,
            )
        return {"task_id": task_id}

    app.store.command(app.actor, "duty.done", key, {"task_id": task_id}, now, action)
    with app.store.reading() as uow:
        return _task(uow, task_id)


def duty_tasks(app: App, lease_id: str | None, *, done: bool = False) -> list[r.DutyTask]:
    """Return the duties that are open, in order of due day.

    Args:
        app: the exchange.
        lease_id: only of this lease; None = all.
        done: those that are done as well.

    Raises:
        NotFound: no such lease.
    """
    from entrepot.services.lease import the_lease

    if lease_id is not None:
        the_lease(app, lease_id)
    with app.store.reading() as uow:
        return [task for task in uow.deals.tasks(lease_id) if done or task.done_at is None]


def _task(uow: UnitOfWork, task_id: str) -> r.DutyTask:
    for task in uow.deals.tasks():
        if task.id == task_id:
            return task
    raise NotFound(
        "duty.unknown",
        N_("There is no duty {id}."),
        hint=N_("entrepot gate duties lists the open ones."),
        id=task_id,
    )


def found_instrument(uow: UnitOfWork, instrument_id: str) -> r.Instrument:
    """Return an instrument inside a transaction.

    Raises:
        NotFound: no such instrument.
    """
    for firm in uow.registry.firms():
        for held in uow.registry.instruments(firm.id):
            if held.id == instrument_id:
                return held
    raise NotFound(
        "instrument.unknown",
        N_("There is no instrument {id}."),
        hint=N_("entrepot gate instruments list shows what is on file."),
        id=instrument_id,
    )


def _check(app: App, new: NewInstrument) -> None:
    _check_kind(new.kind, kinds(app))
    check_reference(new.reference)
    check_days(new.from_day.isoformat(), new.to_day.isoformat() if new.to_day else None)


def check_reference(reference: str) -> None:
    """Refuse an empty or long reference.

    Raises:
        Invalid: it is.
    """
    if not reference.strip() or len(reference) > REFERENCE_LENGTH_MAX:
        raise Invalid(
            "instrument.reference",
            N_("An instrument needs a reference of 1 to {most} characters."),
            hint=N_("Give the number of the filing, the licence or the file: --reference TEXT."),
            fields={"reference": "1 to 200 characters"},
            most=REFERENCE_LENGTH_MAX,
        )


def check_days(first: str, last: str | None) -> None:
    """Refuse an end that does not lie after the start; ISO days.

    Raises:
        Invalid: it does not.
    """
    if last is not None and last <= first:
        raise _backwards(first, last)


def _check_kind(kind: str, known: Collection[str]) -> None:
    if kind in known:
        return
    near = did_you_mean(kind, known)
    raise Invalid(
        "instrument.kind",
        N_("The gate knows no instrument {kind}."),
        hint=N_("Did you mean {near}?") if near else N_("Use one of {known}."),
        fields={"kind": "unknown"},
        kind=kind,
        near=near or "",
        known=", ".join(known),
    )


def already_ended(instrument_id: str, day: str) -> Conflict:
    """Return the refusal of a change after the end."""
    return Conflict(
        "instrument.ended",
        N_("Instrument {id} ended on {day} already."),
        hint=N_("entrepot gate instruments list shows what is on file."),
        id=instrument_id,
        day=day,
    )


def _backwards(first: str, last: str) -> Invalid:
    return Invalid(
        "instrument.days",
        N_("An instrument in force from {first} cannot end on {last}."),
        hint=N_("--to is the first day without force and lies after --from."),
        fields={"to": "after from"},
        first=first,
        last=last,
    )


def _holder(uow: UnitOfWork, new: NewInstrument) -> None:
    if uow.registry.firm(new.firm_id) is None:
        raise NotFound(
            "firm.unknown",
            N_("No firm {id} is registered here."),
            hint=N_("entrepot init --firm FIRM.yaml registers one."),
            id=new.firm_id,
        )
    if new.centre_id is not None and uow.registry.centre(new.centre_id) is None:
        raise NotFound(
            "centre.unknown",
            N_("No centre {id} is registered here."),
            hint=N_("entrepot centres list shows those that are."),
            id=new.centre_id,
        )
