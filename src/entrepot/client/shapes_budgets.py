"""What callers send and get about budgets."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from entrepot.client.shapes import Asked, Id


class AskBudget(Asked, frozen=True):
    """A budget to be set; it takes the place of the one of the same month and project."""

    month: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}$", description="Of Hong Kong.")]
    limit_minor: Annotated[int, Meta(ge=1, le=9_000_000_000_000_000, description="HKD cents.")]
    marks: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=200)], ...],
        Meta(max_length=10, description="Percent at which an alert is given."),
    ] = (50, 80, 100)
    hard_stop: Annotated[bool, Meta(description="Refuse leases and orders beyond it.")] = False
    project_id: Annotated[Id | None, Meta(description="Only for a joint project.")] = None


class AlertOut(Struct, frozen=True):
    """An alert of a budget; ``reached_at`` is null until it is given."""

    percent: int
    reached_at: int | None
    spent_minor: int | None


class BudgetOut(Struct, frozen=True):
    """A budget as it stands, in HKD cents."""

    budget_id: str
    firm_id: str
    project_id: str | None
    month: str
    limit_minor: int
    hard_stop: bool
    billed_minor: Annotated[int, Meta(description="Payable on the bills of the month.")]
    held_minor: Annotated[int, Meta(description="Bound now; nought but in the running month.")]
    spent_minor: int
    left_minor: int
    alerts: list[AlertOut]
    made_at: int
    made_by: str
    ended_at: int | None
