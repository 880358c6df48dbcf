"""Set, end and look at budgets; a budget set anew ends the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.domain.contracts.budget import MARKS, check_marks, month_of, month_seconds
from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict, Invalid, NotFound
from entrepot.kernel.money import HKD, MINOR_MAX, Amount
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services.budget_guard import note_marks, spent_of
from entrepot.services.ports_budgets import Budget, Mark, Spent

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body


@dataclass(frozen=True, slots=True)
class NewBudget:
    """A budget as it is asked for.

    Attributes:
        firm_id: who spends; project_id: joint project of the firm; empty = all it spends.
        month: ``2026-11``; limit: HKD.
        marks: percent at which the firm is told; hard_stop: whether leases are refused beyond.
    """

    firm_id: str
    month: str
    limit: Amount
    marks: tuple[int, ...] = MARKS
    hard_stop: bool = False
    project_id: str = ""


@dataclass(frozen=True, slots=True)
class BudgetView:
    """A budget as it stands: its marks, and what counts against it; a month over holds nothing."""

    budget: Budget
    marks: tuple[Mark, ...]
    spent: Spent

    @property
    def left_minor(self) -> int:
        """HKD cents left; below nought where the month began beyond it, or no hard stop held."""
        return self.budget.limit_minor - self.spent.minor


def set_budget(app: App, new: NewBudget, key: str) -> BudgetView:
    """Set a budget for the running month or a later one, in place of the one before.

    Raises:
        Invalid: no month, a month that is over, no sum of HKD, or marks that are none.
        NotFound: no such firm, or no open project of it.
    """
    now = app.clock.now()
    made_id, marks = app.ids.new(ids.BUDGET), check_marks(new.marks)
    _check(new, now)

    def action(uow: UnitOfWork) -> dict[str, object]:
        _see_owner(uow, new)
        project_id = new.project_id or None
        for one in uow.budgets.all(new.firm_id, new.month, live=True):
            if one.project_id == project_id:
                uow.budgets.end(one.id, now)
        own = (made_id, new.firm_id, project_id, new.month, new.limit.minor, new.hard_stop)
        uow.budgets.add(Budget(*own, now, app.actor, None), marks)
        return {"budget_id": made_id}

    body: Body = {"firm_id": new.firm_id, "project_id": new.project_id, "month": new.month}
    body |= {"limit_minor": new.limit.minor, "marks": list(marks), "hard_stop": new.hard_stop}
    answer = app.store.command(app.actor, "budget.set", key, body, now, action)
    note_marks(app, new.firm_id)
    return the_budget(app, str(answer["budget_id"]))


def end_budget(app: App, budget_id: str, key: str) -> BudgetView:
    """End a budget: it tells and stops nothing any more.

    Raises:
        NotFound: no such budget.
        Conflict: it has ended.
    """
    found, now = the_budget(app, budget_id).budget, app.clock.now()

    def action(uow: UnitOfWork) -> dict[str, object]:
        if not uow.budgets.end(found.id, now):
            raise Conflict(
                "budget.ended",
                N_("Budget {id} has ended already."),
                hint=N_("Set another: entrepot budgets set {month} AMOUNT"),
                id=found.id,
                month=found.month,
            )
        return {"budget_id": found.id}

    body: Body = {"budget_id": found.id, "firm_id": found.firm_id}
    app.store.command(app.actor, "budget.end", key, body, now, action)
    return the_budget(app, found.id)


def the_budget(app: App, budget_id: str) -> BudgetView:
    """Return a budget as it stands.

    Raises:
        NotFound: no such budget.
    """
    now = app.clock.now()
    with app.store.reading() as uow:
        found = uow.budgets.find(budget_id)
        if found is None:
            raise NotFound(
                "budget.unknown",
                N_("There is no budget {id}."),
                hint=N_("List them: entrepot budgets list --all"),
                id=budget_id[:60],
            )
        return _view(uow, found, now)


def budgets(
    app: App, firm_id: str = "", month: str = "", *, ended: bool = False
) -> list[BudgetView]:
    """Return budgets as they stand, the last month first.

    Args:
        app: the exchange.
        firm_id: of one firm; empty = all that may be seen.
        month: of one month; empty = all.
        ended: those that have ended as well.

    Raises:
        Invalid: no month.
    """
    now = app.clock.now()
    if month:
        month_seconds(month)
    with app.store.reading() as uow:
        found = uow.budgets.all(firm_id, month, live=not ended)
        return [_view(uow, one, now) for one in found]


def _view(uow: UnitOfWork, budget: Budget, now: int) -> BudgetView:
    spent = spent_of(uow, budget)
    # What is held counts in the running month alone.
    if month_of(local_day(now)) != budget.month:
        spent = Spent(spent.billed_minor, 0)
    return BudgetView(budget, tuple(uow.budgets.marks(budget.id)), spent)


def _check(new: NewBudget, now: int) -> None:
    if month_seconds(new.month)[1] <= now:
        raise Invalid(
            "budget.over",
            N_("The month {month} is over; a budget is for this month or a later one."),
            fields={"month": "over"},
            month=new.month,
        )
    if new.limit.asset != HKD or not 0 < new.limit.minor <= MINOR_MAX:
        raise Invalid(
            "budget.limit",
            N_("A budget is a sum of HKD above nought, and not {limit}."),
            hint=N_("For example: 5000 HKD"),
            fields={"limit": "not such a sum"},
            limit=str(new.limit),
        )


def _see_owner(uow: UnitOfWork, new: NewBudget) -> None:
    if uow.registry.firm(new.firm_id) is None:
        raise NotFound("firm.unknown", N_("No firm {id} is registered here."), id=new.firm_id[:60])
    if not new.project_id:
        return
    project = uow.links.project(new.project_id)
    if project is None or project.firm_id != new.firm_id or project.closed_at is not None:
        raise NotFound(
            "project.open",
            N_("Firm {firm} has no open project {id}."),
            hint=N_("List them: entrepot accounts projects"),
            firm=new.firm_id,
            id=new.project_id[:60],
        )
