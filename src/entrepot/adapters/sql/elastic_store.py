"""Leases in later calls in SQL: standing places, notices, sellers' parts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, ColumnElement, Connection, or_

from entrepot.adapters.sql import elastic_tables as t
from entrepot.adapters.sql.rows import RecordTable
from entrepot.services.ports_elastic import Notice, SellerPart, Standing

STANDINGS = RecordTable(t.auction_standing, Standing)
NOTICES = RecordTable(t.auction_notice, Notice)
PARTS = RecordTable(t.auction_part, SellerPart)
_S = t.auction_standing.c
_N = t.auction_notice.c
_P = t.auction_part.c


class SqlElastic:
    """The port ``ElasticBook`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add_standing(self, standing: Standing) -> None:
        """Keep a lease's place in a call."""
        STANDINGS.add(self._conn, standing)

    def standing(self, *, call_id: str = "", lease_id: str = "") -> list[Standing]:
        """Return places by ask, of a call, a lease, or all."""
        where = _stated((_S.call_id, call_id), (_S.lease_id, lease_id))
        return STANDINGS.all(self._conn, *where, order=[_S.ask_id])

    def standing_of(self, order_id: str) -> Standing | None:
        """Return the place that an ask or an order is part of."""
        return STANDINGS.find(self._conn, or_(_S.ask_id == order_id, _S.order_id == order_id))

    def add_notice(self, notice: Notice) -> None:
        """Keep a notice, once an ask."""
        NOTICES.add(self._conn, notice)

    def notices(self, *, call_id: str = "", lease_id: str = "", firm_id: str = "") -> list[Notice]:
        """Return notices by time and ask, of a call, a lease, a firm, or all."""
        where = _stated((_N.call_id, call_id), (_N.lease_id, lease_id), (_N.firm_id, firm_id))
        return NOTICES.all(self._conn, *where, order=[_N.given_at, _N.ask_id])

    def add_part(self, part: SellerPart) -> None:
        """Keep a seller's part of a slot."""
        PARTS.add(self._conn, part)

    def parts(self, lease_ids: Sequence[str] | None = None) -> list[SellerPart]:
        """Return parts by lease, slot and ask, of some leases or of all."""
        where = [] if lease_ids is None else [_P.lease_id.in_(lease_ids)]
        return PARTS.all(self._conn, *where, order=[_P.lease_id, _P.slot_t, _P.ask_id])


def _stated(*pairs: tuple[Column[str], str]) -> list[ColumnElement[bool]]:
    """Return the conditions of those columns for which a value is stated."""
    return [column == value for column, value in pairs if value]
