"""Budgets, their marks, and what was spent, in SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Select,
    cast,
    func,
    insert,
    select,
    type_coerce,
    update,
)

from entrepot.adapters.sql import budget_tables as t
from entrepot.adapters.sql.business_tables import invoice, lease
from entrepot.adapters.sql.identity_link_tables import project_quote
from entrepot.adapters.sql.market_tables import auction_order, auction_slot
from entrepot.adapters.sql.rows import RecordTable
from entrepot.services.ports_budgets import Budget, Mark, Spent

BUDGETS = RecordTable(t.budget, Budget)
MARKS = RecordTable(t.budget_mark, Mark)
_B, _M = t.budget.c, t.budget_mark.c
_I, _L, _O, _S = invoice.c, lease.c, auction_order.c, auction_slot.c


class SqlBudgets:
    """The port ``BudgetBook`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add(self, budget: Budget, percents: tuple[int, ...]) -> None:
        """Keep a budget with its marks; there is one live budget a firm, project and month."""
        BUDGETS.add(self._conn, budget)
        own = {"budget_id": budget.id, "firm_id": budget.firm_id}
        rows = [{**own, "percent": percent} for percent in percents]
        if rows:
            self._conn.execute(insert(t.budget_mark), rows)

    def find(self, budget_id: str) -> Budget | None:
        """Return a budget."""
        return BUDGETS.find(self._conn, _B.id == budget_id)

    def all(self, firm_id: str = "", month: str = "", *, live: bool = False) -> list[Budget]:
        """Return budgets, the last month first: of a firm, a month, only those not ended."""
        where: list[ColumnElement[bool]] = [_B.ended_at.is_(None)] if live else []
        where += [_B.firm_id == firm_id] if firm_id else []
        where += [_B.month == month] if month else []
        return BUDGETS.all(self._conn, *where, order=[_B.month.desc(), _B.id.desc()])

    def end(self, budget_id: str, at: int) -> bool:
        """End a budget; False if it has ended."""
        live = (_B.id == budget_id) & _B.ended_at.is_(None)
        return self._conn.execute(update(t.budget).where(live).values(ended_at=at)).rowcount == 1

    def marks(self, budget_id: str) -> list[Mark]:
        """Return the marks of a budget by percent."""
        return MARKS.all(self._conn, _M.budget_id == budget_id, order=[_M.percent])

    def reach(self, budget_id: str, percent: int, at: int, spent_minor: int) -> bool:
        """Note that a mark is reached; False if that is noted."""
        own = (_M.budget_id == budget_id) & (_M.percent == percent) & _M.reached_at.is_(None)
        noted = update(t.budget_mark).where(own).values(reached_at=at, spent_minor=spent_minor)
        return self._conn.execute(noted).rowcount == 1

    def spent(self, firm_id: str, from_t: int, to_t: int, project_id: str | None) -> Spent:
        """Return what was billed in [from_t, to_t), and what is held now."""
        billed = self._sum(
            _of_project(select(_sum(self._payable())), _I.lease_id, project_id).where(
                _I.firm_id == firm_id, _I.issued_at >= from_t, _I.issued_at < to_t
            )
        )
        leases = _of_project(select(_sum(_L.hold_minor)), _L.id, project_id).where(
            _L.firm_id == firm_id, _L.state.in_(("held", "running"))
        )
        slots = _of_project(select(_sum(_S.paid_minor)), _S.lease_id, project_id).where(
            _S.firm_id == firm_id, _S.state.in_(("due", "resold"))
        )
        held = self._sum(leases) + self._sum(slots)
        if project_id is None:
            held += self._sum(
                select(_sum(_O.hold_minor)).where(
                    _O.firm_id == firm_id,
                    _O.side == "order",
                    _O.state.in_(("sealed", "opened")),
                )
            )
        return Spent(billed, held)

    def _payable(self) -> ColumnElement[int]:
        """Return what a bill asks for, vouchers taken off, which stands in its document."""
        is_postgresql = self._conn.dialect.name == "postgresql"
        body = cast(_I.body, JSON) if is_postgresql else type_coerce(_I.body, JSON)
        asked = body[("document", "payable", "minor")].as_string()
        return func.coalesce(cast(asked, BigInteger), _I.total_minor)

    def _sum(self, query: Select[Any]) -> int:
        return int(self._conn.execute(query).scalar_one())


def _sum(column: Column[Any] | ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


def _of_project(query: Select[Any], lease_id: Column[Any], project_id: str | None) -> Select[Any]:
    """Narrow a query to the leases whose quotes belong to a project."""
    if project_id is None:
        return query
    own = select(project_quote.c.quote_id).where(project_quote.c.project_id == project_id)
    return query.where(lease_id.in_(select(_L.id).where(_L.quote_id.in_(own))))
