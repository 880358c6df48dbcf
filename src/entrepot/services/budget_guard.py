"""What a budget does to leases: it refuses one that would pass a hard stop, and tells of marks.

The refusal is judged inside the transaction of the lease, after its hold is written, over all
that the firm holds: no two leases can take the same cent, whoever asks first. An alert is a
journalled command of its own, under a key of its own, so that each is given once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from entrepot.domain.contracts.budget import marks_reached, month_of, month_seconds, passes
from entrepot.kernel.errors import Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_budgets import Budget, Spent
    from entrepot.services.ports_market import SealedOrder

ACTOR = "budgets"
"""Who gives alerts: the house itself, whoever's lease reached the mark."""

T = TypeVar("T", bound="r.Lease | SealedOrder")


def see_budgets(
    uow: UnitOfWork, firm_id: str, more_minor: int, now: int, quote_id: str = ""
) -> None:
    """Refuse what passes a hard stop of the running month; what it holds is written already.

    Args:
        uow: the transaction of the lease, change or order.
        firm_id: who pays.
        more_minor: HKD cents that are held more than before; without any, nothing is refused.
        now: Unix second.
        quote_id: quote of the lease, which says its project; an order of a call has none.

    Raises:
        Refused: a budget of the firm, or of its project, would be passed.
    """
    if more_minor <= 0:
        return
    project = uow.links.project_of_quote(quote_id) if quote_id else ""
    for budget in uow.budgets.all(firm_id, month_of(local_day(now)), live=True):
        if not budget.hard_stop or budget.project_id not in (None, project):
            continue
        spent = spent_of(uow, budget).minor
        if passes(budget.limit_minor, spent):
            raise _stopped(budget, spent - more_minor, more_minor)


def spent_of(uow: UnitOfWork, budget: Budget) -> Spent:
    """Return what counts against a budget: billed in its month, and held now."""
    from_t, to_t = month_seconds(budget.month)
    return uow.budgets.spent(budget.firm_id, from_t, to_t, budget.project_id)


def note_alerts(app: App, cause: T) -> T:
    """Give the alerts of a firm that are due after a lease or an order; return the cause.

    Args:
        app: the exchange; cause: the lease or order that was kept.
    """
    if cause.firm_id:
        note_marks(app, cause.firm_id)
    return cause


def note_marks(app: App, firm_id: str) -> None:
    """Journal each mark that a budget of the running month has reached, once."""
    month = month_of(local_day(app.clock.now()))
    with app.store.reading() as uow:
        live = uow.budgets.all(firm_id, month, live=True)
        due = [(one, mark, spent) for one in live for mark, spent in _due(uow, one)]
    for budget, mark, spent_minor in due:
        _note(app, budget, mark, spent_minor)


def _due(uow: UnitOfWork, budget: Budget) -> list[tuple[int, int]]:
    waiting = [one.percent for one in uow.budgets.marks(budget.id) if one.reached_at is None]
    if not waiting:
        return []
    spent = spent_of(uow, budget).minor
    return [(mark, spent) for mark in marks_reached(budget.limit_minor, spent, waiting)]


def _note(app: App, budget: Budget, percent: int, spent_minor: int) -> None:
    now = app.clock.now()

    def action(uow: UnitOfWork) -> dict[str, object]:
        noted = uow.budgets.reach(budget.id, percent, now, spent_minor)
        return {"budget_id": budget.id, "noted": noted}

    body: r.Body = {"budget_id": budget.id, "firm_id": budget.firm_id, "percent": percent}
    app.store.command(ACTOR, "budget.alert", f"alert:{budget.id}:{percent}", body, now, action)


def _stopped(budget: Budget, spent_minor: int, more_minor: int) -> Refused:
    return Refused(
        "budget.spent",
        N_("It may cost {needed}, but {left} is left of the budget of {limit} for {month}."),
        hint=N_("Whoever leads the firm may set another: entrepot budgets set {month} AMOUNT"),
        needed=str(Amount(more_minor, HKD)),
        left=str(Amount(max(0, budget.limit_minor - spent_minor), HKD)),
        limit=str(Amount(budget.limit_minor, HKD)),
        month=budget.month,
        budget=budget.id,
    )
