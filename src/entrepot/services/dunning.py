"""Dunning: what is overdue, the letters that say so, the stop of new leases, and the end.

Where an invoice stands is computed from days and payments each time (see
:mod:`entrepot.domain.contracts.dunning`); only letters and write-offs are kept. A firm with an
invoice that is suspended takes no new lease; paying it lifts that at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from entrepot.domain.contracts import dunning as d
from entrepot.domain.contracts.plain import from_plain
from entrepot.domain.contracts.reminder import Reminder
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services.open_items import OpenItem, open_item, open_items, recovered_of
from entrepot.services.parties import branch_party, firm_party
from entrepot.services.ports_contracts import Letter

if TYPE_CHECKING:
    from pathlib import Path

    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

LANGUAGES = ("zh-Hant", "zh-Hans")


@dataclass(frozen=True, slots=True)
class Standing:
    """A document with its stage.

    Attributes:
        item: the document and what is open of it.
        stage: where it stands.
        owed: HKD cents still to be paid, what was written off and not recovered included.
        next_step: day of the next step if it stays unpaid; None after the last.
        letters: levels of the letters written.
    """

    item: OpenItem
    stage: d.Stage
    owed: int
    next_step: date | None
    letters: tuple[int, ...]


def standings(app: App, firm_id: str | None = None) -> list[Standing]:
    """Return every document that has a due day with its stage, in order of issue."""
    with app.store.reading() as uow:
        return standings_on(uow, local_day(app.clock.now()), firm_id)


def standings_on(uow: UnitOfWork, day: date, firm_id: str | None = None) -> list[Standing]:
    """Return the stages of a day; see :func:`standings`."""
    written: dict[str, list[int]] = {}
    for letter in uow.receivables.letters():
        written.setdefault(letter.document_id, []).append(letter.level)
    return [
        _standing(uow, one, day, tuple(written.get(one.item.document_id, ())))
        for one in open_items(uow, firm_id)
        if one.item.due_on is not None
    ]


def _standing(uow: UnitOfWork, one: OpenItem, day: date, letters: tuple[int, ...]) -> Standing:
    due_on = date.fromisoformat(one.item.due_on or "")
    owed = one.open
    if one.written_off:
        owed += one.written_off - recovered_of(uow, one.item.document_id)
    stage = d.stage_of(due_on, owed, day, written_off=bool(one.written_off))
    step = None if stage in (d.Stage.PAID, d.Stage.WRITTEN_OFF) else d.next_step(due_on, day)
    return Standing(one, stage, owed, step, letters)


def see_not_suspended(uow: UnitOfWork, firm_id: str, day: date) -> None:
    """Refuse a firm that takes no new lease today.

    Raises:
        Refused: one of its invoices is suspended or written off, and unpaid.
    """
    # Most firms owe nothing old: one look at an index, whatever the number of their invoices.
    if not uow.receivables.asked_before(firm_id, (day - timedelta(d.HOUSE.suspended)).isoformat()):
        return
    for one in standings_on(uow, day, firm_id):
        if one.stage.stops_leases:
            raise Refused(
                "firm.suspended",
                N_("Invoice {number} of {due_on} is unpaid, so the firm takes no new lease."),
                hint=N_("Paying {open} lifts it: entrepot invoice pay {number} --reference …"),
                number=one.item.item.number,
                due_on=one.item.item.due_on or "",
                open=str(Amount(one.owed, HKD)),
            )


def remind(app: App, key: str) -> list[tuple[Letter, list[Path]]]:
    """Write the letters that are due and not written yet, each once a document and level.

    Args:
        app: the exchange.
        key: idempotency key of this run.

    Returns:
        Each letter with where its papers lie: PDF in both scripts, JSON last.
    """
    waiting = [
        (one, level)
        for one in standings(app)
        if (level := d.letters_due(one.stage, frozenset(one.letters))) is not None
    ]
    made = [_write(app, one, level, key) for one, level in waiting]
    return [(letter, write_letter(app, letter)) for letter in made]


def _write(app: App, one: Standing, level: int, key: str) -> Letter:
    now, number = app.clock.now(), one.item.item.number

    def action(uow: UnitOfWork) -> dict[str, object]:
        fresh = open_item(uow, number)
        paper = _paper(app, uow, fresh, level, now)
        document = paper.as_dict()
        item = fresh.item
        letter = Letter(
            item.document_id, level, item.firm_id, now, {"document": document}, digest(document)
        )
        uow.receivables.add_letter(letter)
        return {"document_id": item.document_id, "level": level, "digest": letter.digest}

    body: dict[str, object] = {"number": number, "level": level}
    app.store.command(app.actor, "invoice.remind", f"{key}:{number}:{level}", body, now, action)
    with app.store.reading() as uow:
        kept = uow.receivables.letters(one.item.item.document_id)
    return next(letter for letter in kept if letter.level == level)


def _paper(app: App, uow: UnitOfWork, one: OpenItem, level: int, now: int) -> Reminder:
    item = one.item
    due_on = date.fromisoformat(item.due_on or "")
    firm = firm_party(uow, item.firm_id)
    return Reminder(
        item.number,
        level,
        branch_party(app),
        firm,
        item.issued_at,
        now,
        due_on.isoformat(),
        (local_day(now) - due_on).days,
        Amount(item.payable_minor, HKD),
        Amount(item.payable_minor - one.open, HKD),
        Amount(one.open, HKD),
        (due_on + timedelta(days=d.HOUSE.suspended)).isoformat(),
    )


def write_letter(app: App, letter: Letter) -> list[Path]:
    """Write a letter's papers under the home; the same letter gives the same files."""
    paper = from_plain(Reminder, letter.body["document"])
    name = f"reminders/{paper.number}.{paper.level}"
    pdfs = [
        app.save(f"{name}.{lang}.pdf", app.documents.reminder_pdf(paper, lang))
        for lang in LANGUAGES
    ]
    return [*pdfs, app.save(f"{name}.json", paper.as_json())]


def overdue(app: App, firm_id: str | None = None, *, every: bool = False) -> list[Standing]:
    """Return what is past its due day, the oldest first; with ``every`` all that is open."""
    quiet = (d.Stage.PAID,) if every else (d.Stage.PAID, d.Stage.CURRENT)
    found = [one for one in standings(app, firm_id) if one.stage not in quiet]
    return sorted(found, key=lambda one: one.item.item.due_on or "")
