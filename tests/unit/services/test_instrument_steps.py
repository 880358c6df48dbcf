"""Steps of an instrument are commands: in order, journalled, and read by the gate."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.unit.services.desk import NOW, Desk

from entrepot.domain.gate.instrument_life import Ask, Step
from entrepot.kernel.errors import Conflict, EntrepotError, Invalid, NotFound
from entrepot.kernel.period import local_day
from entrepot.services import records as r
from entrepot.services.instrument_life import (
    Advance,
    advance_instrument,
    due_instruments,
    in_force,
    state_on,
)
from entrepot.services.instruments import NewInstrument, add_instrument, end_instrument

TODAY = local_day(NOW)
START = date(2026, 11, 2)
DUE = date(2026, 11, 16)


def drafted(desk: Desk, kind: str = "gba_contract_hk") -> r.Instrument:
    """Put a draft on file."""
    new = NewInstrument(desk.firm.id, None, kind, START, None, "draft", Step.DRAFTED)
    return add_instrument(desk, new, f"draft-{kind}")


def step(desk: Desk, held: r.Instrument, name: str, on: date, **more: object) -> r.Instrument:
    """Record a step."""
    given = Advance(Step(name), on, **more)  # type: ignore[arg-type]
    return advance_instrument(desk, held.id, given, f"{held.id}:{name}:{on}:{more}")


def refused(desk: Desk, held: r.Instrument, kind: type[EntrepotError], name: str, on: date,
            **more: object) -> str:  # fmt: skip
    """Try a step, see it refused without effect, and return the code."""
    before = desk.store.journal_head()
    with pytest.raises(kind) as caught:
        step(desk, held, name, on, **more)
    assert desk.store.journal_head() == before
    with desk.store.reading() as uow:
        assert held in uow.registry.instruments(desk.firm.id)
    return caught.value.code


def counted(held: r.Instrument, day: date) -> bool:
    """Say whether the gate counts an instrument on a day."""
    return held.kind in in_force([held], "any", day)


def test_a_contract_lives_from_draft_to_force(desk: Desk) -> None:
    held = drafted(desk)
    assert not counted(held, TODAY)
    held = step(desk, held, "signed", START)
    assert (held.signed_on, held.filing_due) == ("2026-11-02", "2026-11-16")
    assert [counted(held, day) for day in (DUE, DUE + timedelta(1))] == [True, False]
    held = step(desk, held, "filed", date(2026, 11, 12), reference="GD-1")
    assert (held.reference, counted(held, TODAY)) == ("GD-1", True)
    held = step(desk, held, "in_force", TODAY, to_day=date(2027, 11, 2))
    assert (held.from_day, held.to_day) == ("2026-11-02", "2027-11-02")
    assert state_on(held, date(2027, 11, 1)) == "expiring"
    assert state_on(held, date(2027, 11, 2)) == "lapsed"
    commands = [entry["command"] for entry in desk.store.journal_entries(4)]
    assert commands == ["instrument.advance"] * 3 + ["instrument.add"]
    assert desk.store.verify_journal() == []


def test_a_certificate_counts_from_its_last_step_for_three_years(desk: Desk) -> None:
    held = drafted(desk, "certification")
    for name, on in (("signed", START), ("filed", START)):
        held = step(desk, held, name, on)
        assert not counted(held, TODAY)
    held = step(desk, held, "in_force", date(2026, 11, 10))
    assert (held.from_day, held.to_day) == ("2026-11-10", "2029-11-10")


@pytest.mark.parametrize("name", ["filed", "in_force", "drafted"])
def test_no_step_is_skipped_or_taken_back(desk: Desk, name: str) -> None:
    assert refused(desk, drafted(desk), Conflict, name, TODAY) == "instrument.order"
    held = step(desk, drafted(desk, "standard_contract"), "signed", START)
    assert refused(desk, held, Conflict, "signed", TODAY) == "instrument.order"


def test_what_nobody_files_is_not_filed(desk: Desk) -> None:
    held = step(desk, drafted(desk, "provenance_file"), "signed", START)
    assert refused(desk, held, Conflict, "filed", TODAY) == "instrument.order"
    assert step(desk, held, "in_force", TODAY).state == "in_force"


def test_days_that_cannot_be_are_refused(desk: Desk) -> None:
    held = drafted(desk)
    tomorrow = TODAY + timedelta(days=1)
    assert refused(desk, held, Invalid, "signed", tomorrow) == "instrument.future"
    assert refused(desk, held, Invalid, "signed", START, to_day=START) == "instrument.days"
    assert refused(desk, held, Invalid, "signed", START, reference=" ") == "instrument.reference"
    held = step(desk, held, "signed", START)
    early = START - timedelta(days=1)
    assert refused(desk, held, Invalid, "filed", early) == "instrument.step_day"


def test_after_its_end_no_step_follows(desk: Desk) -> None:
    held = step(desk, drafted(desk), "signed", START)
    ended = end_instrument(desk, held.id, TODAY, "end")
    assert state_on(ended, TODAY) == "ended"
    assert refused(desk, ended, Conflict, "filed", TODAY) == "instrument.ended"


def test_an_unknown_instrument_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        advance_instrument(desk, "N-0", Advance(Step.SIGNED, START), "k")


def test_the_same_key_takes_the_step_once(desk: Desk) -> None:
    held = drafted(desk)
    assert step(desk, held, "signed", START) == step(desk, held, "signed", START)


def test_reminders_come_by_urgency_and_within_days(desk: Desk) -> None:
    late = step(desk, drafted(desk), "signed", START)
    fresh = step(desk, drafted(desk, "standard_contract"), "signed", date(2026, 11, 20))
    draft = drafted(desk, "eu_bcr")
    found = due_instruments(desk, desk.firm.id, TODAY)
    assert [one.instrument for one in found] == [late, fresh, draft]
    assert [one.reminder.days_left for one in found] == [-5, 13, None]
    assert [one.reminder.ask for one in found] == [Ask.FILE, Ask.FILE, Ask.SIGN]
    soon = due_instruments(desk, desk.firm.id, TODAY, 12)
    assert [one.instrument for one in soon] == [late, draft]
