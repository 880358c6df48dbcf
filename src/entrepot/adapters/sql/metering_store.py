"""Waiting reports, closed months, price plans, lost time and accrued lines in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, select, update

from entrepot.adapters.sql import metering_tables as t
from entrepot.adapters.sql.rows import RecordTable
from entrepot.services.ports_metering import (
    Accrued,
    ClosedMonth,
    LostTime,
    PlanRow,
    WaitingReport,
)

WAITING = RecordTable(t.usage_waiting, WaitingReport)
MONTHS = RecordTable(t.closed_month, ClosedMonth)
PLANS = RecordTable(t.price_plan, PlanRow)
LOST = RecordTable(t.lost_time, LostTime)
ACCRUED = RecordTable(t.accrued_line, Accrued)
_W = t.usage_waiting.c
_A = t.accrued_line.c


class SqlMetering:
    """The port ``MeteringBook`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add_waiting(self, report: WaitingReport) -> bool:
        """Keep a report that waits; False if (source, id) waits already."""
        if WAITING.find(self._conn, _W.source == report.source, _W.id == report.id):
            return False
        WAITING.add(self._conn, report)
        return True

    def waiting(self, lease_id: str | None = None) -> list[WaitingReport]:
        """Return reports that wait, of a lease or all of them."""
        where = [] if lease_id is None else [_W.lease_id == lease_id]
        return WAITING.all(self._conn, *where, order=[_W.source, _W.id])

    def drop_waiting(self, keys: Sequence[tuple[str, str]]) -> None:
        """Forget waiting reports by (source, id): they were judged."""
        for source, name in keys:
            self._conn.execute(delete(t.usage_waiting).where(_W.source == source, _W.id == name))

    def close_month(self, month: ClosedMonth) -> None:
        """Close a month, once."""
        MONTHS.add(self._conn, month)

    def closed_month(self, month: str) -> ClosedMonth | None:
        """Return a month that is closed."""
        return MONTHS.find(self._conn, t.closed_month.c.month == month)

    def closed_months(self) -> list[ClosedMonth]:
        """Return all closed months in order."""
        return MONTHS.all(self._conn, order=[t.closed_month.c.month])

    def add_plan(self, plan: PlanRow) -> None:
        """Keep a revision of a plan."""
        PLANS.add(self._conn, plan)

    def plans(self, plan_id: str | None = None) -> list[PlanRow]:
        """Return revisions by name and number, of one plan or of all."""
        row = t.price_plan.c
        where = [] if plan_id is None else [row.id == plan_id]
        return PLANS.all(self._conn, *where, order=[row.id, row.revision])

    def add_lost_time(self, row: LostTime) -> None:
        """Keep lost time; a lease has a reference once."""
        LOST.add(self._conn, row)

    def lost_time(self, lease_id: str | None = None) -> list[LostTime]:
        """Return lost time in order of id, of one lease or all."""
        row = t.lost_time.c
        where = [] if lease_id is None else [row.lease_id == lease_id]
        return LOST.all(self._conn, *where, order=[row.id])

    def next_accrued(self) -> int:
        """Return the number of the next accrued line."""
        last = select(func.coalesce(func.max(_A.number), 0))
        return int(self._conn.execute(last).scalar_one()) + 1

    def add_accrued(self, line: Accrued) -> None:
        """Keep an accrued line; its id is there once."""
        ACCRUED.add(self._conn, line)

    def accrued(
        self, *, firm_id: str = "", month: str = "", invoice_id: str = "", open_only: bool = False
    ) -> list[Accrued]:
        """Return accrued lines in order of number, narrowed by what is given."""
        where = [
            column == value
            for column, value in (
                (_A.firm_id, firm_id),
                (_A.month, month),
                (_A.invoice_id, invoice_id),
            )
            if value
        ]
        if open_only:
            where.append(_A.taken_by.is_(None))
        return ACCRUED.all(self._conn, *where, order=[_A.number])

    def take_accrued(self, line_ids: Sequence[str], taken_by: str) -> int:
        """Write the paper that takes open lines; return how many it took."""
        taken = self._conn.execute(
            update(t.accrued_line)
            .where(_A.id.in_(list(line_ids)), _A.taken_by.is_(None))
            .values(taken_by=taken_by)
        )
        return taken.rowcount
