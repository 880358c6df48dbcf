"""Tables of budgets and of their alert marks."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, Text

from entrepot.adapters.sql.metadata import INT64, forbid, metadata, partial_index

budget = Table(
    "budget",
    metadata,
    Column("id", Text, primary_key=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False, index=True),
    Column("project_id", Text, ForeignKey("project.id")),
    Column("month", Text, nullable=False),
    Column("limit_minor", INT64, nullable=False),
    Column("hard_stop", INT64, nullable=False),
    Column("made_at", INT64, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("ended_at", INT64),
    CheckConstraint("limit_minor > 0", name="limit"),
    CheckConstraint("length(month) = 7", name="month"),
    CheckConstraint("hard_stop IN (0, 1)", name="stop"),
    sqlite_strict=True,
)
partial_index(
    budget,
    "budget_live",
    "firm_id, month, COALESCE(project_id, '')",
    "ended_at IS NULL",
    unique=True,
)

budget_mark = Table(
    "budget_mark",
    metadata,
    Column("budget_id", Text, ForeignKey("budget.id"), primary_key=True),
    Column("percent", INT64, primary_key=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False),
    Column("reached_at", INT64),
    Column("spent_minor", INT64),
    CheckConstraint("percent > 0", name="percent"),
    CheckConstraint("(reached_at IS NULL) = (spent_minor IS NULL)", name="both"),
    sqlite_strict=True,
)

forbid(
    budget,
    "update",
    tuple(one.name for one in budget.columns if one.name != "ended_at"),
)
forbid(budget, "delete")
forbid(budget_mark, "update", ("budget_id", "percent", "firm_id"))
forbid(budget_mark, "update", when="old.reached_at IS NOT NULL", name="again")
forbid(budget_mark, "delete")
