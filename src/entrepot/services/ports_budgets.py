"""Budgets as the services see them: what a firm set, which marks were reached, what is spent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Budget:
    """What a firm lets itself spend in a calendar month.

    Attributes:
        id: ``BG-…``; firm_id: whose.
        project_id: joint project that it is for; None = everything that the firm spends.
        month: ``2026-11``, of Hong Kong.
        limit_minor: HKD cents.
        hard_stop: leases that would pass the limit are refused.
        made_at, ended_at: Unix seconds; one that was never ended counts.
        made_by: who set it.
    """

    id: str
    firm_id: str
    project_id: str | None
    month: str
    limit_minor: int
    hard_stop: bool
    made_at: int
    made_by: str
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class Mark:
    """An alert of a budget.

    Attributes:
        budget_id, firm_id: of which; percent: of its limit.
        reached_at: Unix second at which it was noted; None = not reached.
        spent_minor: HKD cents that were spent then.
    """

    budget_id: str
    percent: int
    firm_id: str
    reached_at: int | None
    spent_minor: int | None


@dataclass(frozen=True, slots=True)
class Spent:
    """What a firm, or a project of it, has spent; HKD cents.

    Attributes:
        billed_minor: payable on the bills of a month.
        held_minor: bound now: by open leases, by orders in calls, and paid to calls whose slots
            are not billed yet.
    """

    billed_minor: int
    held_minor: int

    @property
    def minor(self) -> int:
        """Both together.

        >>> Spent(3, 4).minor
        7
        """
        return self.billed_minor + self.held_minor


class BudgetBook(Protocol):
    """Budgets and their marks inside a unit of work."""

    def add(self, budget: Budget, percents: tuple[int, ...]) -> None:
        """Keep a budget with its marks; there is one live budget a firm, project and month."""
        ...

    def find(self, budget_id: str) -> Budget | None:
        """Return a budget."""
        ...

    def all(self, firm_id: str = "", month: str = "", *, live: bool = False) -> list[Budget]:
        """Return budgets, the last month first: of a firm, a month, only those not ended."""
        ...

    def end(self, budget_id: str, at: int) -> bool:
        """End a budget; False if it has ended."""
        ...

    def marks(self, budget_id: str) -> list[Mark]:
        """Return the marks of a budget by percent."""
        ...

    def reach(self, budget_id: str, percent: int, at: int, spent_minor: int) -> bool:
        """Note that a mark is reached; False if that is noted."""
        ...

    def spent(self, firm_id: str, from_t: int, to_t: int, project_id: str | None) -> Spent:
        """Return what was billed in [from_t, to_t), and what is held now."""
        ...


class WithBudgets(Protocol):
    """A transaction over budgets."""

    @property
    def budgets(self) -> BudgetBook:
        """Budgets and their marks."""
        ...
