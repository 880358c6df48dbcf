"""``entrepot budgets``: what a firm lets itself spend in a month, with alerts and a hard stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from entrepot.faces.cli.frame import Session, cli_group, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, emit, moment, money, show_table
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.budget_set import BudgetView

KEY = N_("Idempotency key; the same key gives the same answer.")


@cli_group(
    "budgets",
    help=N_(
        "Budgets of a firm or a joint project for a calendar month, in HKD. Spent is what was "
        "billed in the month and what is held; alerts are kept once each, and a hard stop refuses "
        "leases and orders that would pass it."
    ),
    examples=(
        'entrepot budgets set 2026-12 "5000 HKD" --hard-stop',
        "entrepot budgets list",
        "entrepot budgets show BG-01…",
    ),
)
def command() -> None:
    """Hold the commands of budgets."""


@command.command(
    "set",
    help=N_("Set the budget of a month; it takes the place of the one before."),
    examples=(
        'entrepot budgets set 2026-12 "5000 HKD" --hard-stop',
        'entrepot budgets set 2026-12 "800 HKD" --project PJ-01… --mark 75 --mark 100 --json',
    ),
)
@click.argument("month", metavar="MONTH")
@click.argument("limit", metavar="AMOUNT")
@click.option("--firm", metavar="F-…", help=N_("The firm; needed if there are several."))
@click.option("--project", metavar="PJ-…", default="", help=N_("Only for a joint project."))
@click.option(
    "--mark",
    "marks",
    multiple=True,
    type=int,
    metavar="PERCENT",
    help=N_("Percent at which an alert is given; repeat. 50, 80 and 100 if left out."),
)
@click.option("--hard-stop", is_flag=True, help=N_("Refuse leases and orders beyond it."))
@click.option("--key", help=KEY)
@json_option
@pass_session
def set_(
    session: Session,
    month: str,
    limit: str,
    firm: str | None,
    project: str,
    marks: tuple[int, ...],
    hard_stop: bool,
    key: str | None,
) -> None:
    """Set a budget."""
    from entrepot.domain.contracts.budget import MARKS
    from entrepot.kernel.money import parse_amount
    from entrepot.services.budget_set import NewBudget, set_budget
    from entrepot.services.firms import the_firm

    app = session.app
    owner = the_firm(app, firm).id
    new = NewBudget(owner, month, parse_amount(limit), marks or MARKS, hard_stop, project)
    view = set_budget(app, new, key or app.ids.new("K"))
    words = _(N_("Budget {id} of {limit} for {month} is set."))
    said = words.format(id=view.budget.id, limit=_hkd(view.budget.limit_minor), month=month)
    emit(session, budget_data(view), lambda: done(said))


@command.command(
    "list",
    help=N_("List budgets with what is spent and which alerts were given."),
    examples=("entrepot budgets list", "entrepot budgets list --month 2026-12 --json"),
)
@click.option("--firm", metavar="F-…", default="", help=N_("Of one firm."))
@click.option("--month", metavar="MONTH", default="", help=N_("Of one month."))
@click.option("--all", "ended", is_flag=True, help=N_("With budgets that have ended."))
@json_option
@pass_session
def list_(session: Session, firm: str, month: str, ended: bool) -> None:
    """List budgets."""
    from entrepot.services.budget_set import budgets

    found = budgets(session.app, firm, month, ended=ended)

    def render() -> None:
        if not found:
            print(_(N_("No budget is set.")))
            return
        titles = (N_("budget"), N_("month"), N_("for"), N_("limit"), N_("spent"), N_("left"))
        more = (N_("alerts"), N_("hard stop"))
        columns = [Column(_(one), one in ("limit", "spent", "left")) for one in (*titles, *more)]
        show_table(columns, [_row(one) for one in found])

    emit(session, [budget_data(one) for one in found], render)


@command.command(
    "show",
    help=N_("Show a budget: what was billed, what is held, and when each alert was given."),
    examples=("entrepot budgets show BG-01…", "entrepot budgets show BG-01… --json"),
)
@click.argument("budget", metavar="BUDGET")
@json_option
@pass_session
def show(session: Session, budget: str) -> None:
    """Show a budget."""
    from entrepot.services.budget_set import the_budget

    view = the_budget(session.app, budget)
    emit(session, budget_data(view), lambda: _show(view))


@command.command(
    "end",
    help=N_("End a budget: it tells and stops nothing any more."),
    examples=("entrepot budgets end BG-01…", "entrepot budgets end BG-01… --json"),
)
@click.argument("budget", metavar="BUDGET")
@click.option("--key", help=KEY)
@json_option
@pass_session
def end(session: Session, budget: str, key: str | None) -> None:
    """End a budget."""
    from entrepot.services.budget_set import end_budget

    app = session.app
    view = end_budget(app, budget, key or app.ids.new("K"))
    said = _(N_("Budget {id} has ended.")).format(id=view.budget.id)
    emit(session, budget_data(view), lambda: done(said))


def budget_data(view: BudgetView) -> dict[str, object]:
    """Return a budget for ``--json``."""
    budget = view.budget
    return {
        "budget_id": budget.id,
        "firm_id": budget.firm_id,
        "project_id": budget.project_id,
        "month": budget.month,
        "limit_minor": budget.limit_minor,
        "hard_stop": budget.hard_stop,
        "billed_minor": view.spent.billed_minor,
        "held_minor": view.spent.held_minor,
        "spent_minor": view.spent.minor,
        "left_minor": view.left_minor,
        "alerts": [
            {
                "percent": one.percent,
                "reached_at": one.reached_at,
                "spent_minor": one.spent_minor,
            }
            for one in view.marks
        ],
        "made_at": budget.made_at,
        "made_by": budget.made_by,
        "ended_at": budget.ended_at,
    }


def _row(view: BudgetView) -> list[str]:
    budget = view.budget
    given = ", ".join(f"{one.percent} %" for one in view.marks if one.reached_at is not None)
    sums = (budget.limit_minor, view.spent.minor, view.left_minor)
    owner = budget.project_id or budget.firm_id
    stop = _(N_("yes")) if budget.hard_stop else _(N_("no"))
    return [budget.id, budget.month, owner, *(_hkd(one) for one in sums), given or "–", stop]


def _show(view: BudgetView) -> None:
    budget = view.budget
    words = _(N_("Budget {id} of {owner} for {month}: {limit}"))
    owner, limit = budget.project_id or budget.firm_id, _hkd(budget.limit_minor)
    print(words.format(id=budget.id, owner=owner, month=budget.month, limit=limit))
    words = _(N_("Billed {billed}, held {held}, left {left}"))
    sums = (view.spent.billed_minor, view.spent.held_minor, view.left_minor)
    billed, held, left = (_hkd(one) for one in sums)
    print(words.format(billed=billed, held=held, left=left))
    if budget.hard_stop:
        print(_(N_("Leases and orders that would pass it are refused.")))
    if budget.ended_at is not None:
        print(_(N_("Ended {when}")).format(when=moment(budget.ended_at)))
    rows = [
        [
            f"{one.percent} %",
            "–" if one.reached_at is None else moment(one.reached_at),
            "–" if one.spent_minor is None else _hkd(one.spent_minor),
        ]
        for one in view.marks
    ]
    if rows:
        titles = (N_("alert at"), N_("given"), N_("spent then"))
        show_table([Column(_(title), title != "given") for title in titles], rows)


def _hkd(minor: int) -> str:
    from entrepot.kernel.money import HKD, Amount

    return money(Amount(minor, HKD))
