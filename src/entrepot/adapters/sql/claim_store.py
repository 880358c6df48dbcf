"""Voucher claims in SQL; that a line is claimed once a family is the database's own law."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from entrepot.adapters.sql.claim_tables import claim as table
from entrepot.adapters.sql.rows import RecordTable
from entrepot.domain.vouchers.claim_life import claimed_before
from entrepot.services.ports_claims import Claim

CLAIMS = RecordTable(table, Claim)


class SqlClaims:
    """The port ``ClaimBook`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add(self, claim: Claim) -> None:
        """Keep a claim; a line has one a family.

        Raises:
            Conflict: the line is claimed in the family.
        """
        try:
            with self._conn.begin_nested():
                CLAIMS.add(self._conn, claim)
        except IntegrityError as error:
            raise claimed_before(claim.family) from error

    def find(self, claim_id: str) -> Claim | None:
        """Return a claim, or None."""
        return CLAIMS.find(self._conn, table.c.id == claim_id)

    def replace(self, claim: Claim) -> None:
        """Write every field of a claim."""
        CLAIMS.replace(self._conn, claim)

    def of_line(self, invoice_line: str) -> list[Claim]:
        """Return the claims on a line, in order of id."""
        return CLAIMS.all(self._conn, table.c.invoice_line == invoice_line, order=[table.c.id])

    def all(self, states: Sequence[str] = ()) -> list[Claim]:
        """Return claims, of the states given, in order of id."""
        where = [table.c.state.in_(states)] if states else []
        return CLAIMS.all(self._conn, *where, order=[table.c.id])
