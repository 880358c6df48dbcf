"""Revalue what is owed in CNH at the end of a day, and undo it on the next; once a day.

Source: HKAS 21, The Effects of Changes in Foreign Exchange Rates, paragraphs 23 and 28 (monetary
items at the closing rate, differences in profit or loss), https://www.hkicpa.org.hk, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from entrepot.domain.ledger.revaluation import (
    CLEARING_CNH,
    CLEARING_HKD,
    Line,
    Position,
    late_correction,
    open_position,
    revalued,
    reversed_lines,
)
from entrepot.kernel import ids
from entrepot.kernel.errors import NotFound, Refused
from entrepot.kernel.money import HKD
from entrepot.kernel.period import HONG_KONG, local_day
from entrepot.kernel.text import N_
from entrepot.services.fx_rates import keep_rates, rate_to_pay_by
from entrepot.services.ports_fx import Revaluation
from entrepot.services.postings import Entry, open_accounts, transfers_of
from entrepot.services.records import Body

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork


def revalue(app: App, on: date) -> Revaluation:
    """Revalue the open position as of the end of a day; the same day gives the same posting.

    What was valued on an earlier day and not undone yet is undone first. The posting of a day
    that is over is undone at once, since its next day has come.

    Args:
        app: the exchange.
        on: day, today at the latest.

    Raises:
        Refused: a day to come, or a rate that is too old.
    """
    today = local_day(app.clock.now())
    if on > today:
        raise Refused(
            "revalue.future",
            N_("{day} has not come yet; its rate is not known."),
            hint=N_("Revalue today or an earlier day."),
            day=on.isoformat(),
        )
    reverse_due(app)
    rate = rate_to_pay_by(app, on)
    end = end_of(on)

    def action(uow: UnitOfWork) -> Body:
        position = _position_at(uow, end)
        unrealised = position.unrealised(rate.value)
        kept = keep_rates(app, uow, f"revaluation:{on}", rate)
        _book(app, uow, revalued(unrealised), f"revaluation:{on}")
        uow.fx.add_revaluation(
            Revaluation(
                on.isoformat(),
                next(iter(kept.values())),
                position.cnh_minor,
                position.carrying_minor,
                position.at(rate.value),
                unrealised,
                app.clock.now(),
                None,
            )
        )
        return {"on": on.isoformat(), "unrealised_minor": unrealised}

    # The rate is part of the answer, not of the question: asked again later, it is the same.
    app.store.command(
        app.actor, "ledger.revalue", f"revalue:{on}", {"on": str(on)}, app.clock.now(), action
    )
    reverse_due(app)
    return the_revaluation(app, on)


def reverse_due(app: App) -> list[str]:
    """Undo every revaluation of a day that is over; return their days."""
    today = local_day(app.clock.now()).isoformat()
    with app.store.reading() as uow:
        due = [
            one.on_day
            for one in uow.fx.revaluations()
            if one.reversed_at is None and one.on_day < today
        ]
    for day in due:
        _reverse(app, day)
    return due


def _reverse(app: App, day: str) -> None:
    def action(uow: UnitOfWork) -> Body:
        found = uow.fx.revaluation(day)
        assert found is not None
        if uow.fx.set_reversed(day, app.clock.now()):
            lines = reversed_lines(found.unrealised_minor)
            _book(app, uow, lines, f"revaluation:{day}:reversal")
        return {"on": day}

    key = f"revalue:{day}:reverse"
    app.store.command(app.actor, "ledger.unvalue", key, {"on": day}, app.clock.now(), action)


def _book(app: App, uow: UnitOfWork, lines: tuple[Line, ...], cause: str) -> None:
    entries = [Entry(one.debit, one.credit, one.minor, HKD, "revaluation") for one in lines]
    transfers = transfers_of(entries, lambda: app.ids.new(ids.TRANSFER), cause)
    open_accounts(uow.ledger, transfers)
    uow.ledger.post(transfers)


def _position_at(uow: UnitOfWork, end: int) -> Position:
    """Return the open position at the end of a second, without any revaluation in it."""
    books = {code: uow.ledger.balance_at(code, end) for code in (CLEARING_CNH, CLEARING_HKD)}
    found = open_position(books)
    # A loss is credited to the clearing account: what of it stands there is taken out again.
    return Position(
        found.cnh_minor, found.carrying_minor + correction_at(uow, end, lambda _: False)
    )


def correction_at(uow: UnitOfWork, end: int, on_that_day: Callable[[str], bool]) -> int:
    """Return what balances at the end of a second lack of ``fx_unrealised``, HKD cents debit.

    Args:
        uow: transaction.
        end: Unix second.
        on_that_day: says of an ISO day whether its revaluation belongs into the balance.
    """
    return sum(
        late_correction(
            one.unrealised_minor,
            on_that_day=on_that_day(one.on_day),
            booked_by_then=one.booked_at <= end,
            reversed_by_then=one.reversed_at is not None and one.reversed_at <= end,
        )
        for one in uow.fx.revaluations()
    )


def the_revaluation(app: App, on: date) -> Revaluation:
    """Return the revaluation of a day.

    Raises:
        NotFound: there is none.
    """
    with app.store.reading() as uow:
        found = uow.fx.revaluation(on.isoformat())
    if found is None:
        raise NotFound(
            "revalue.unknown",
            N_("{day} was not revalued."),
            hint=N_("entrepot ledger revalue --on {day}"),
            day=on.isoformat(),
        )
    return found


def revaluations(app: App) -> list[Revaluation]:
    """Return all revaluations by day."""
    with app.store.reading() as uow:
        return uow.fx.revaluations()


def end_of(day: date) -> int:
    """Return the last Unix second of a day in Hong Kong.

    >>> end_of(date(1970, 1, 1))
    57599
    """
    after = day + timedelta(days=1)
    midnight = datetime(after.year, after.month, after.day, tzinfo=HONG_KONG)
    return int(midnight.timestamp()) - 1
