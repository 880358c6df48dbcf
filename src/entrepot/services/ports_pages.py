"""Pages of lists that show only what lies within a reach; the port of their store.

The filter is part of the query: what somebody may not see is never read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from entrepot.domain.access.reach import Reach
    from entrepot.services import records as r
    from entrepot.services.ports_claims import Claim
    from entrepot.services.ports_contracts import CentreStatementRow


class Pages(Protocol):
    """Lists inside a transaction, newest first: at most ``limit`` that are older than ``before``.

    ``before`` is the id of the last one of the page before; empty begins with the newest.
    """

    def firms(self, reach: Reach, before: str, limit: int) -> list[r.Firm]:
        """Return firms."""
        ...

    def quotes(self, reach: Reach, before: str, limit: int) -> list[r.Quote]:
        """Return quotes of the firms in reach."""
        ...

    def leases(self, reach: Reach, before: str, limit: int) -> list[r.Lease]:
        """Return leases of the firms, and at the centres, in reach."""
        ...

    def jobs(self, reach: Reach, before: str, limit: int) -> list[r.Job]:
        """Return jobs of the firms, and at the centres, in reach."""
        ...

    def invoices(self, reach: Reach, before: str, limit: int) -> list[r.Invoice]:
        """Return invoices of the firms in reach."""
        ...

    def claims(self, reach: Reach, before: str, limit: int) -> list[Claim]:
        """Return claims of the firms, and on the programmes, in reach."""
        ...

    def vouchers(self, reach: Reach, before: str, limit: int) -> list[r.VoucherReservation]:
        """Return voucher reservations of the firms in reach."""
        ...

    def batches(self, reach: Reach, before: str, limit: int) -> list[r.Batch]:
        """Return batches of the centres in reach."""
        ...

    def centres(self, reach: Reach, before: str, limit: int) -> list[r.Centre]:
        """Return centres under contract in reach."""
        ...

    def statements(self, reach: Reach, before: str, limit: int) -> list[CentreStatementRow]:
        """Return statements of months to the centres in reach."""
        ...

    def entries(self, after: int, limit: int) -> list[r.Body]:
        """Return entries of the journal behind a number, in the order of number."""
        ...

    def firm_of(self, thing: str) -> str:
        """Return the firm to which a quote, lease, job, invoice or claim belongs; else empty."""
        ...


class WithPages(Protocol):
    """Part of the unit of work that lists."""

    @property
    def pages(self) -> Pages:
        """Pages of lists."""
        ...
