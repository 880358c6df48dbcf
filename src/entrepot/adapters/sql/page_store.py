"""Pages of lists in SQL; whose things they may show is part of the query."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import ColumnElement, Connection, false, or_, select, true

from entrepot.adapters.sql import business_tables as t
from entrepot.adapters.sql import ledger_tables as ledger
from entrepot.adapters.sql.claim_store import CLAIMS
from entrepot.adapters.sql.claim_tables import claim
from entrepot.adapters.sql.deals import INVOICES, JOBS, LEASES, QUOTES
from entrepot.adapters.sql.receivable_store import STATEMENTS
from entrepot.adapters.sql.registry import CENTRES, FIRMS
from entrepot.adapters.sql.rows import RecordTable
from entrepot.adapters.sql.settlements import BATCHES
from entrepot.adapters.sql.voucher_book import RESERVATIONS
from entrepot.domain.oversight.model import Entry
from entrepot.kernel.ids import CLAIM, INVOICE, JOB, LEASE, QUOTE

if TYPE_CHECKING:
    from entrepot.domain.access.reach import Reach
    from entrepot.services import records as r
    from entrepot.services.ports_claims import Claim
    from entrepot.services.ports_contracts import CentreStatementRow

R = TypeVar("R")

_ENTRY = tuple(ledger.journal.c[field.name] for field in fields(Entry))
_OWNED = {QUOTE: t.quote, LEASE: t.lease, JOB: t.job, INVOICE: t.invoice, CLAIM: claim}


class SqlPages:
    """The port ``Pages`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def _page(
        self, table: RecordTable[R], seen: ColumnElement[bool], before: str, limit: int
    ) -> list[R]:
        own = table.table.c.id
        where = [seen] if not before else [seen, own < before]
        query = select(table.table).where(*where).order_by(own.desc()).limit(limit)
        return [table.read(row) for row in self._conn.execute(query)]

    def firms(self, reach: Reach, before: str, limit: int) -> list[r.Firm]:
        """Return firms."""
        return self._page(FIRMS, within(reach, firm=t.firm.c.id), before, limit)

    def quotes(self, reach: Reach, before: str, limit: int) -> list[r.Quote]:
        """Return quotes of the firms in reach."""
        return self._page(QUOTES, within(reach, firm=t.quote.c.firm_id), before, limit)

    def leases(self, reach: Reach, before: str, limit: int) -> list[r.Lease]:
        """Return leases of the firms, and at the centres, in reach."""
        row = t.lease.c
        seen = within(reach, firm=row.firm_id, centre=row.centre_id)
        return self._page(LEASES, seen, before, limit)

    def jobs(self, reach: Reach, before: str, limit: int) -> list[r.Job]:
        """Return jobs of the firms, and at the centres, in reach."""
        row = t.job.c
        seen = within(reach, firm=row.firm_id, centre=row.centre_id)
        return self._page(JOBS, seen, before, limit)

    def invoices(self, reach: Reach, before: str, limit: int) -> list[r.Invoice]:
        """Return invoices of the firms in reach."""
        return self._page(INVOICES, within(reach, firm=t.invoice.c.firm_id), before, limit)

    def claims(self, reach: Reach, before: str, limit: int) -> list[Claim]:
        """Return claims of the firms, and on the programmes, in reach."""
        seen = within(reach, firm=claim.c.firm_id, programme=claim.c.programme)
        return self._page(CLAIMS, seen, before, limit)

    def vouchers(self, reach: Reach, before: str, limit: int) -> list[r.VoucherReservation]:
        """Return voucher reservations of the firms in reach."""
        seen = within(reach, firm=RESERVATIONS.table.c.firm_id)
        return self._page(RESERVATIONS, seen, before, limit)

    def batches(self, reach: Reach, before: str, limit: int) -> list[r.Batch]:
        """Return batches of the centres in reach."""
        seen = within(reach, centre=BATCHES.table.c.centre_id)
        return self._page(BATCHES, seen, before, limit)

    def centres(self, reach: Reach, before: str, limit: int) -> list[r.Centre]:
        """Return centres under contract in reach."""
        return self._page(CENTRES, within(reach, centre=t.centre.c.id), before, limit)

    def statements(self, reach: Reach, before: str, limit: int) -> list[CentreStatementRow]:
        """Return statements of months to the centres in reach."""
        seen = within(reach, centre=STATEMENTS.table.c.centre_id)
        return self._page(STATEMENTS, seen, before, limit)

    def entries(self, after: int, limit: int) -> list[r.Body]:
        """Return entries of the journal behind a number, in the order of number."""
        seq = ledger.journal.c.seq
        query = select(*_ENTRY).where(seq > after).order_by(seq).limit(limit)
        return [_plain(Entry(*row)) for row in self._conn.execute(query)]

    def firm_of(self, thing: str) -> str:
        """Return the firm to which a quote, lease, job, invoice or claim belongs; else empty."""
        table = _OWNED.get(thing.partition("-")[0])
        if table is None:
            return ""
        found = self._conn.execute(select(table.c.firm_id).where(table.c.id == thing)).scalar()
        return str(found or "")


def within(
    reach: Reach,
    *,
    firm: ColumnElement[str] | None = None,
    centre: ColumnElement[str] | None = None,
    programme: ColumnElement[str] | None = None,
) -> ColumnElement[bool]:
    """Return the condition that a row belongs to somebody within reach.

    Args:
        reach: whose things may be shown.
        firm, centre, programme: columns of the owners; None = the table has none of the kind.
    """
    if reach.everything:
        return true()
    owners = ((firm, reach.firms), (centre, reach.centres), (programme, reach.programmes))
    parts = [column.in_(sorted(ids)) for column, ids in owners if column is not None and ids]
    return or_(*parts) if parts else false()


def _plain(entry: Entry) -> dict[str, object]:
    try:
        body: object = json.loads(entry.body)
    except ValueError:  # edited: shown as it stands, and the journal's proof says so
        body = entry.body
    return {**asdict(entry), "body": body}
