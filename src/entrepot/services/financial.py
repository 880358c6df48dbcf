"""Balance sheet as of a day and income statement of a period, from the books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.ledger.model import Balance
from entrepot.domain.ledger.revaluation import CLEARING_HKD, UNREALISED
from entrepot.domain.ledger.statements import FinancialStatement, movement, statement
from entrepot.kernel.errors import EntrepotError, Invalid
from entrepot.kernel.money import ASSETS, HKD, ExchangeRate
from entrepot.kernel.text import N_
from entrepot.services.fx_rates import today
from entrepot.services.revalue import correction_at, end_of

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

RESULT = ("income", "cost")


@dataclass(frozen=True, slots=True)
class Report:
    """A financial statement with its days and rates.

    Attributes:
        from_day: first day of the period; None for a balance sheet.
        to_day: last day, included.
        statement: accounts and sums.
        rates: asset → rate that translated it into HKD.
    """

    from_day: date | None
    to_day: date
    statement: FinancialStatement
    rates: Mapping[str, ExchangeRate]


def balance_sheet(app: App, on: date | None = None) -> Report:
    """Return what the house owns and owes at the end of a day; None = as it stands now.

    A revaluation counts on its own day, whenever it was booked.

    Args:
        app: the exchange.
        on: day, today at the latest.

    Raises:
        Invalid: a day to come.
    """
    day = on or today(app)
    _check_days(app, None, day)
    with app.store.reading() as uow:
        accounts = uow.ledger.accounts()
        balances = _balances(uow, day, now=on is None or on == today(app))
    rates = _rates(app, {one.asset for one in accounts}, day)
    return Report(None, day, statement(accounts, balances, _values(rates)), rates)


def income_statement(app: App, from_day: date | None = None, to_day: date | None = None) -> Report:
    """Return income and costs of a period, both days included.

    Args:
        app: the exchange.
        from_day: first day; None = from the beginning.
        to_day: last day; None = today.

    Raises:
        Invalid: the days are reversed, or a day to come.
    """
    last = to_day or today(app)
    _check_days(app, from_day, last)
    with app.store.reading() as uow:
        accounts = uow.ledger.accounts()
        after = _balances(uow, last, now=last == today(app))
        before: Mapping[str, Balance] = {}
        if from_day is not None:
            before = _balances(uow, date.fromordinal(from_day.toordinal() - 1), now=False)
    moved = {code: movement(before.get(code, Balance()), one) for code, one in after.items()}
    rates = _rates(app, {one.asset for one in accounts}, last)
    return Report(from_day, last, statement(accounts, moved, _values(rates), RESULT), rates)


def _balances(uow: UnitOfWork, day: date, *, now: bool) -> dict[str, Balance]:
    end = end_of(day)
    found = dict(uow.ledger.balances()) if now else uow.ledger.posted_at(end)
    lacking = correction_at(uow, end, lambda on_day: on_day == day.isoformat())
    return _corrected(found, lacking)


def _corrected(balances: dict[str, Balance], debit_minor: int) -> dict[str, Balance]:
    """Return balances with so much more on ``fx_unrealised``, against the clearing account."""
    if not debit_minor:
        return balances
    loss, other = (UNREALISED, CLEARING_HKD) if debit_minor > 0 else (CLEARING_HKD, UNREALISED)
    minor = abs(debit_minor)
    debited, credited = balances.get(loss, Balance()), balances.get(other, Balance())
    return {
        **balances,
        loss: replace(debited, debits_posted=debited.debits_posted + minor),
        other: replace(credited, credits_posted=credited.credits_posted + minor),
    }


def _rates(app: App, assets: set[str], day: date) -> dict[str, ExchangeRate]:
    found: dict[str, ExchangeRate] = {}
    for code in sorted(assets - {HKD.code}):
        if code in ASSETS:
            try:
                found[code] = app.fx.rate(ASSETS[code], HKD, day)
            except EntrepotError:
                continue  # The asset stands by itself then, and is named as untranslated.
    return found


def _values(rates: Mapping[str, ExchangeRate]) -> dict[str, Fraction]:
    return {code: rate.value for code, rate in rates.items()}


def _check_days(app: App, from_day: date | None, to_day: date) -> None:
    if to_day > today(app):
        raise Invalid(
            "statement.future",
            N_("{day} has not come yet."),
            hint=N_("Ask for today or an earlier day."),
            day=to_day.isoformat(),
        )
    if from_day is not None and to_day < from_day:
        raise Invalid(
            "ledger.days",
            N_("The statement would end on {to_day}, before it begins on {from_day}."),
            hint=N_("Put the earlier day in --from."),
            fields={"--to": "before --from"},
            from_day=from_day.isoformat(),
            to_day=to_day.isoformat(),
        )
