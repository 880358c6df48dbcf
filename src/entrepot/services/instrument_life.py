"""The steps of an instrument, recorded one by one, and what is due next.

Every step is one journalled command. The order is the rule file's: who has to file cannot skip
the filing, and nothing is in force before the step that makes it so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from entrepot.domain.gate.instrument_life import (
    Life,
    Reminder,
    Standing,
    Step,
    Terms,
    end_of,
    filing_due,
    is_in_force,
    next_steps,
    reminder,
    standing,
)
from entrepot.kernel.errors import Conflict, Invalid
from entrepot.kernel.period import Dated, local_day
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.instruments import (
    already_ended,
    check_days,
    check_reference,
    found_instrument,
    the_instrument,
)

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Advance:
    """A step to be recorded.

    Attributes:
        step: signed, filed or in_force.
        on: day on which it was done.
        from_day: first day of force where it is another day than ``on``.
        to_day: first day without force; None = as the rule file states it, or no end.
        reference: number under which it stands from now on; None = as before.
    """

    step: Step
    on: date
    from_day: date | None = None
    to_day: date | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """An instrument about which something is to be done."""

    instrument: r.Instrument
    standing: Standing
    reminder: Reminder


def life_of(held: r.Instrument) -> Life:
    """Return the life of an instrument as recorded.

    >>> held = r.Instrument("N-1", "F-1", None, "bis_licence", "in_force", "2026-01-01",
    ...                     "2026-12-31", "x")
    >>> life_of(held).dated.covers(date(2026, 12, 30))
    True
    """
    days = Dated(date.fromisoformat(held.from_day), _day(held.to_day))
    return Life(
        Step(held.state),
        days,
        _day(held.filing_due),
        _day(held.filed_on),
        held.ended_on is not None,
    )


def state_on(held: r.Instrument, day: date) -> str:
    """Return how an instrument stands on a day, as a word.

    >>> held = r.Instrument("N-1", "F-1", None, "bis_licence", "in_force", "2026-01-01",
    ...                     "2026-12-31", "x")
    >>> [state_on(held, date(y, 1, 1)) for y in (2025, 2026, 2027)]
    ['coming', 'in_force', 'lapsed']
    """
    return standing(life_of(held), day).value


def in_force(instruments: Iterable[r.Instrument], centre_id: str, day: date) -> frozenset[str]:
    """Return the kinds of instrument in force for a centre on a day.

    >>> held = r.Instrument(
    ...     "N-1", "F-1", None, "gba_contract_hk", "in_force", "2026-01-01", None, "x")
    >>> sorted(in_force([held], "any", date(2026, 11, 21)))
    ['gba_contract_hk']
    """
    return frozenset(
        held.kind
        for held in instruments
        if held.centre_id in (None, centre_id) and is_in_force(life_of(held), day)
    )


def terms_of(app: App, kind: str) -> Terms:
    """Return what the rule files say of a kind of instrument; nothing where they are silent."""
    for gate in app.rulebook.gates.values():
        if kind in gate.instruments:
            named = gate.instruments[kind]
            filed = named.authority is not None
            return Terms(filed, named.filing_working_days, named.valid_years)
    return Terms()


def advance_instrument(app: App, instrument_id: str, given: Advance, key: str) -> r.Instrument:
    """Record the next step of an instrument.

    Args:
        app: the exchange.
        instrument_id: ``N-…``.
        given: the step with its days.
        key: idempotency key.

    Returns:
        The instrument as it stands now.

    Raises:
        NotFound: no such instrument.
        Conflict: the step is not the next one, or the instrument was ended.
        Invalid: a day in the future, before the step before it, or an end before the start.
    """
    now = app.clock.now()
    _check(given, local_day(now))

    def action(uow: UnitOfWork) -> dict[str, object]:
        held = found_instrument(uow, instrument_id)
        terms = terms_of(app, held.kind)
        _check_order(held, given, terms)
        after = advanced(held, given, terms)
        check_days(after.from_day, after.to_day)
        uow.registry.update_instrument(after)
        return {"instrument_id": instrument_id, "state": after.state}

    body: dict[str, object] = {
        "instrument_id": instrument_id,
        "step": given.step.value,
        "on": given.on.isoformat(),
        "from_day": _text(given.from_day),
        "to_day": _text(given.to_day),
        "reference": given.reference,
    }
    app.store.command(app.actor, "instrument.advance", key, body, now, action)
    return the_instrument(app, instrument_id)


def advanced(held: r.Instrument, given: Advance, terms: Terms) -> r.Instrument:
    """Return the instrument after a step; the clock of a filing runs from its first day."""
    end = _text(given.to_day) or held.to_day
    after = replace(
        held, state=given.step.value, to_day=end, reference=given.reference or held.reference
    )
    if given.step is Step.SIGNED:
        first = given.from_day or given.on
        due = _text(filing_due(first, terms))
        return replace(
            after, from_day=first.isoformat(), signed_on=given.on.isoformat(), filing_due=due
        )
    if given.step is Step.FILED:
        return replace(after, filed_on=given.on.isoformat())
    # A contract with a clock is in force since it was signed; all others are from now on.
    first = date.fromisoformat(held.from_day) if held.filing_due else given.from_day or given.on
    return replace(after, from_day=first.isoformat(), to_day=end or _text(end_of(first, terms)))


def due_instruments(app: App, firm_id: str, day: date, within: int | None = None) -> list[Due]:
    """Return the instruments of a firm that ask for something, the most urgent first.

    Args:
        app: the exchange.
        firm_id: whose.
        day: as of this day.
        within: only what falls due within so many days; None = all.
    """
    found: list[Due] = []
    with app.store.reading() as uow:
        held = uow.registry.instruments(firm_id)
    for one in held:
        life = life_of(one)
        asked = reminder(life, terms_of(app, one.kind), day)
        if asked is None or (within is not None and (asked.days_left or 0) > within):
            continue
        found.append(Due(one, standing(life, day), asked))
    return sorted(found, key=lambda due: (due.reminder.on or date.max, due.instrument.id))


def _check(given: Advance, today: date) -> None:
    if given.on > today:
        raise Invalid(
            "instrument.future",
            N_("A step is recorded once it is done, and {day} is still to come."),
            hint=N_("Give the day on which it was done with --on."),
            fields={"on": "not after today"},
            day=given.on.isoformat(),
        )
    if given.reference is not None:
        check_reference(given.reference)


def _check_order(held: r.Instrument, given: Advance, terms: Terms) -> None:
    if held.ended_on is not None:
        raise already_ended(held.id, held.ended_on)
    allowed = next_steps(Step(held.state), terms)
    if given.step not in allowed:
        raise Conflict(
            "instrument.order",
            N_("The last step of instrument {id} is {state}; {step} cannot be recorded now."),
            hint=N_("The next step: {next}.") if allowed else N_("It takes no further step."),
            id=held.id,
            state=held.state,
            step=given.step.value,
            next=", ".join(step.value for step in allowed),
        )
    last = held.filed_on or held.signed_on
    if last is not None and given.on < date.fromisoformat(last):
        raise Invalid(
            "instrument.step_day",
            N_("Instrument {id} took its last step on {last}; {day} lies before it."),
            hint=N_("Give the day on which it was done with --on."),
            fields={"on": "not before the last step"},
            id=held.id,
            last=last,
            day=given.on.isoformat(),
        )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
