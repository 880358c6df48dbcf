"""Netting batches in SQL: an invoice is in one live batch at most."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, update

from entrepot.adapters.sql import business_tables as t
from entrepot.adapters.sql.deals import INVOICES
from entrepot.adapters.sql.rows import RecordTable
from entrepot.kernel.errors import Conflict
from entrepot.kernel.text import N_
from entrepot.services import records as r

BATCHES = RecordTable(t.batch, r.Batch)


class SqlSettlements:
    """The port ``Settlements`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add_batch(self, batch: r.Batch, invoice_ids: Sequence[str]) -> None:
        """Keep a batch and bind its members, each by a conditional update."""
        BATCHES.add(self._conn, batch)
        row = t.invoice.c
        for invoice_id in invoice_ids:
            bound = self._conn.execute(
                update(t.invoice)
                .where(row.id == invoice_id, row.batch_id.is_(None))
                .values(batch_id=batch.id)
            )
            if bound.rowcount != 1:
                raise Conflict(
                    "batch.member",
                    N_("Invoice {id} is in another settlement batch already."),
                    hint=N_("entrepot settle list shows the batches."),
                    id=invoice_id,
                )

    def batch(self, batch_id: str) -> r.Batch | None:
        """Return a batch."""
        return BATCHES.find(self._conn, t.batch.c.id == batch_id)

    def batches(self, states: Sequence[str] = ()) -> list[r.Batch]:
        """Return batches, newest first."""
        where = [t.batch.c.state.in_(states)] if states else []
        return BATCHES.all(self._conn, *where, order=[t.batch.c.id.desc()])

    def update_batch(self, batch: r.Batch) -> None:
        """Write the state and bank details of a batch."""
        BATCHES.replace(self._conn, batch)

    def free_members(self, batch_id: str) -> None:
        """Let the members of a failed batch go to another."""
        row = t.invoice.c
        self._conn.execute(update(t.invoice).where(row.batch_id == batch_id).values(batch_id=None))

    def open_invoices(self, centre_id: str) -> list[r.Invoice]:
        """Return invoices of a centre that no live batch holds and that owe it money."""
        row = t.invoice.c
        where = [row.centre_id == centre_id, row.batch_id.is_(None), row.centre_minor > 0]
        return INVOICES.all(self._conn, *where, order=[row.branch, row.year, row.seq])
