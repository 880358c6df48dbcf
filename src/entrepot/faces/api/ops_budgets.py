"""Operations about budgets: set, list, show and end them."""

from __future__ import annotations

from typing import Any

from entrepot.client import shapes_budgets as s
from entrepot.faces.api import owners
from entrepot.faces.api.operation import Call, Operation
from entrepot.kernel.money import HKD, Amount
from entrepot.services.budget_set import (
    BudgetView,
    NewBudget,
    budgets,
    end_budget,
    set_budget,
    the_budget,
)

_TAG = "Budgets"


def list_budgets(call: Call[Any, Any]) -> list[s.BudgetOut]:
    """List the budgets of a firm that have not ended, the last month first."""
    return [_out(view) for view in budgets(call.app, call.path["firm_id"])]


def make_budget(call: Call[s.AskBudget, Any]) -> s.BudgetOut:
    """Set a budget."""
    asked = call.body
    limit = Amount(asked.limit_minor, HKD)
    own = (call.path["firm_id"], asked.month, limit, asked.marks, asked.hard_stop)
    return _out(set_budget(call.app, NewBudget(*own, asked.project_id or ""), call.key))


def read_budget(call: Call[Any, Any]) -> s.BudgetOut:
    """Show a budget."""
    return _out(the_budget(call.app, call.path["budget_id"]))


def stop_budget(call: Call[Any, Any]) -> s.BudgetOut:
    """End a budget."""
    return _out(end_budget(call.app, call.path["budget_id"], call.key))


def _out(view: BudgetView) -> s.BudgetOut:
    budget, spent = view.budget, view.spent
    return s.BudgetOut(
        budget.id,
        budget.firm_id,
        budget.project_id,
        budget.month,
        budget.limit_minor,
        budget.hard_stop,
        spent.billed_minor,
        spent.held_minor,
        spent.minor,
        view.left_minor,
        [s.AlertOut(one.percent, one.reached_at, one.spent_minor) for one in view.marks],
        budget.made_at,
        budget.made_by,
        budget.ended_at,
    )


_FIRM, _BUDGET = "/api/v1/firms/{firm_id}/budgets", "/api/v1/budgets/{budget_id}"

OPERATIONS = (
    Operation(
        "budget.list", "GET", _FIRM, "List the budgets of a firm", _TAG, list_budgets,
        list[s.BudgetOut], "budget.read", owners.firm,
    ),
    Operation(
        "budget.set", "POST", _FIRM, "Set the budget of a month", _TAG, make_budget, s.BudgetOut,
        "budget.set", owners.firm, request=s.AskBudget, status=201,
        example={"month": "2031-01", "limit_minor": 500_000, "hard_stop": True},
    ),
    Operation(
        "budget.read", "GET", _BUDGET, "Show a budget with its alerts", _TAG, read_budget,
        s.BudgetOut, "budget.read", owners.budget,
    ),
    Operation(
        "budget.end", "POST", _BUDGET + "/end", "End a budget", _TAG, stop_budget, s.BudgetOut,
        "budget.set", owners.budget,
    ),
)  # fmt: skip
"""Budgets of firms and of their joint projects."""
