"""Quotes, leases, jobs, usage, invoices and duties in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from entrepot.adapters.sql import business_tables as t
from entrepot.adapters.sql.rows import RecordTable
from entrepot.services import records as r

QUOTES = RecordTable(t.quote, r.Quote)
LEASES = RecordTable(t.lease, r.Lease)
JOBS = RecordTable(t.job, r.Job)
USAGE = RecordTable(t.usage_event, r.UsageEvent)
INVOICES = RecordTable(t.invoice, r.Invoice)
TASKS = RecordTable(t.duty_task, r.DutyTask)


class SqlDeals:
    """The port ``Deals`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add_quote(self, quote: r.Quote) -> None:
        """Keep a quote."""
        QUOTES.add(self._conn, quote)

    def quote(self, quote_id: str) -> r.Quote | None:
        """Return a quote."""
        return QUOTES.find(self._conn, t.quote.c.id == quote_id)

    def quotes(self) -> list[r.Quote]:
        """Return all quotes, newest first."""
        return QUOTES.all(self._conn, order=[t.quote.c.id.desc()])

    def add_lease(self, lease: r.Lease) -> None:
        """Keep a lease; its quote can be taken once."""
        LEASES.add(self._conn, lease)

    def lease(self, lease_id: str) -> r.Lease | None:
        """Return a lease."""
        return LEASES.find(self._conn, t.lease.c.id == lease_id)

    def lease_of_quote(self, quote_id: str) -> r.Lease | None:
        """Return the lease that took a quote."""
        return LEASES.find(self._conn, t.lease.c.quote_id == quote_id)

    def leases(self, states: Sequence[str] = ()) -> list[r.Lease]:
        """Return leases, of the states given, newest first."""
        where = _in_states(t.lease.c.state, states)
        return LEASES.all(self._conn, *where, order=[t.lease.c.id.desc()])

    def set_lease(self, lease_id: str, before: str, after: str) -> bool:
        """Move a lease from one state to another; False if it was not in the first."""
        row = t.lease.c
        changed = self._conn.execute(
            update(t.lease).where(row.id == lease_id, row.state == before).values(state=after)
        )
        return changed.rowcount == 1

    def add_job(self, job: r.Job) -> None:
        """Keep a job; a lease has one."""
        JOBS.add(self._conn, job)

    def job(self, job_id: str) -> r.Job | None:
        """Return a job."""
        return JOBS.find(self._conn, t.job.c.id == job_id)

    def job_of_lease(self, lease_id: str) -> r.Job | None:
        """Return the job of a lease."""
        return JOBS.find(self._conn, t.job.c.lease_id == lease_id)

    def jobs(self, states: Sequence[str] = ()) -> list[r.Job]:
        """Return jobs, newest first."""
        where = _in_states(t.job.c.state, states)
        return JOBS.all(self._conn, *where, order=[t.job.c.id.desc()])

    def update_job(self, job: r.Job) -> None:
        """Write the state, times, outcome and outputs of a job."""
        JOBS.replace(self._conn, job)

    def add_usage(self, event: r.UsageEvent) -> bool:
        """Keep a usage event; False if (source, id) is known."""
        row = t.usage_event.c
        known = select(row.id).where(row.source == event.source, row.id == event.id)
        if self._conn.execute(known).first() is not None:
            return False
        USAGE.add(self._conn, event)
        return True

    def usage(self, lease_id: str | None = None) -> list[r.UsageEvent]:
        """Return usage events in order of lease and sequence."""
        row = t.usage_event.c
        where = [] if lease_id is None else [row.lease_id == lease_id]
        return USAGE.all(self._conn, *where, order=[row.lease_id, row.fence, row.seq])

    def next_invoice_seq(self, branch: str, year: int) -> int:
        """Take the next number of the branch and year, without gap.

        The counter moves in the invoice's own transaction: a rollback gives the number back.
        """
        name = f"invoice:{branch}:{year}"
        row = t.counter.c
        bump = update(t.counter).where(row.name == name).values(value=row.value + 1)
        if self._conn.execute(bump).rowcount == 0:
            try:
                with self._conn.begin_nested():
                    self._conn.execute(insert(t.counter).values(name=name, value=1))
            except IntegrityError:  # another branch desk opened the year just now
                self._conn.execute(bump)
        return self._conn.execute(select(row.value).where(row.name == name)).scalar_one()

    def add_invoice(self, invoice: r.Invoice) -> None:
        """Keep an invoice; a job has one."""
        INVOICES.add(self._conn, invoice)

    def invoice(self, number_or_id: str) -> r.Invoice | None:
        """Return an invoice by number or id."""
        row = t.invoice.c
        return INVOICES.find(self._conn, (row.id == number_or_id) | (row.number == number_or_id))

    def invoice_of_job(self, job_id: str) -> r.Invoice | None:
        """Return the invoice of a job."""
        return INVOICES.find(self._conn, t.invoice.c.job_id == job_id)

    def invoices(self) -> list[r.Invoice]:
        """Return all invoices in order of branch, year and number."""
        row = t.invoice.c
        return INVOICES.all(self._conn, order=[row.branch, row.year, row.seq])

    def add_task(self, task: r.DutyTask) -> None:
        """Keep a duty with a due day."""
        TASKS.add(self._conn, task)

    def tasks(self, lease_id: str | None = None) -> list[r.DutyTask]:
        """Return duties in order of due day."""
        row = t.duty_task.c
        where = [] if lease_id is None else [row.lease_id == lease_id]
        return TASKS.all(self._conn, *where, order=[row.due_on, row.id])

    def close_task(self, task_id: str, done_at: int) -> bool:
        """Mark a duty as done; False if it is unknown or done."""
        row = t.duty_task.c
        changed = self._conn.execute(
            update(t.duty_task)
            .where(row.id == task_id, row.done_at.is_(None))
            .values(done_at=done_at)
        )
        return changed.rowcount == 1


def _in_states(column: ColumnElement[str], states: Sequence[str]) -> list[ColumnElement[bool]]:
    return [column.in_(states)] if states else []
