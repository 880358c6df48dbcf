"""Firms, centres, pools, offers and instruments in SQL."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from entrepot.adapters.sql import business_tables as t
from entrepot.adapters.sql.rows import RecordTable
from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.compute import MILLI
from entrepot.services import records as r

FIRMS = RecordTable(t.firm, r.Firm)
CENTRES = RecordTable(t.centre, r.Centre)
POOLS = RecordTable(t.pool, r.Pool)
OFFERS = RecordTable(t.offer, r.PostedOffer)
INSTRUMENTS = RecordTable(t.instrument, r.Instrument)

NAMES_MAX = 900
"""Most ids in one query; SQLite once took no more than 999 parameters."""


class _Head(msgspec.Struct):
    """What a quote counts imported list prices by; the rest of the body is not read."""

    device_id: str
    device_name: str
    valid_from: str | None = None
    valid_to: str | None = None


class SqlRegistry:
    """The port ``Registry`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add_firm(self, firm: r.Firm) -> None:
        """Keep a new firm."""
        FIRMS.add(self._conn, firm)

    def firm(self, firm_id: str) -> r.Firm | None:
        """Return a firm by id."""
        return FIRMS.find(self._conn, t.firm.c.id == firm_id)

    def firms(self) -> list[r.Firm]:
        """Return all firms in order of id."""
        return FIRMS.all(self._conn, order=[t.firm.c.id])

    def add_centre(self, centre: r.Centre) -> None:
        """Keep a new centre."""
        CENTRES.add(self._conn, centre)

    def centre(self, centre_id: str) -> r.Centre | None:
        """Return a centre under contract."""
        return CENTRES.find(self._conn, t.centre.c.id == centre_id)

    def centres(self) -> list[r.Centre]:
        """Return all centres under contract in order of id."""
        return CENTRES.all(self._conn, order=[t.centre.c.id])

    def add_pool(self, pool: r.Pool) -> None:
        """Keep a pool and its empty devices."""
        POOLS.add(self._conn, pool)
        units = [
            {"pool_id": pool.id, "ordinal": n, "milli_free": MILLI} for n in range(pool.devices)
        ]
        self._conn.execute(insert(t.device_unit), units)

    def pool(self, pool_id: str) -> r.Pool | None:
        """Return a pool."""
        return POOLS.find(self._conn, t.pool.c.id == pool_id)

    def pools(self) -> list[r.Pool]:
        """Return all pools in order of id."""
        return POOLS.all(self._conn, order=[t.pool.c.id])

    def rate_pool(self, pool_id: str, ratings: Sequence[r.Body]) -> None:
        """Replace the ratings of a pool."""
        text = canonical_json([dict(rating) for rating in ratings]).decode()
        self._conn.execute(update(t.pool).where(t.pool.c.id == pool_id).values(ratings=text))

    def free_milli(self) -> dict[str, tuple[int, int]]:
        """Return pool id → (wholly free devices, most free milli of one device)."""
        unit = t.device_unit.c
        whole = func.sum(func.floor(unit.milli_free / MILLI))
        statement = select(unit.pool_id, whole, func.max(unit.milli_free)).group_by(unit.pool_id)
        return {row[0]: (int(row[1]), int(row[2])) for row in self._conn.execute(statement)}

    def add_offers(self, offers: Sequence[r.PostedOffer]) -> None:
        """Keep posted offers."""
        for offer in offers:
            OFFERS.add(self._conn, offer)

    def offer(self, offer_id: str) -> r.PostedOffer | None:
        """Return a posted offer."""
        return OFFERS.find(self._conn, t.offer.c.id == offer_id)

    def offers(self) -> list[r.PostedOffer]:
        """Return all posted offers in order of id."""
        return OFFERS.all(self._conn, order=[t.offer.c.id])

    def add_market_offers(self, rows: Sequence[tuple[str, str, r.Body]]) -> int:
        """Keep imported list prices as (id, source, body); return how many are new."""
        known = set(self._conn.execute(select(t.market_offer.c.id)).scalars())
        fresh = {row[0]: row for row in rows if row[0] not in known}
        values = [
            {"id": i, "source": source, "body": canonical_json(dict(body)).decode()}
            for i, source, body in fresh.values()
        ]
        if values:
            self._conn.execute(insert(t.market_offer), values)
        return len(values)

    def market_offers(self, ids: Sequence[str] | None = None) -> list[tuple[str, str, r.Body]]:
        """Return imported list prices in order of id: all, or those of ``ids``."""
        every = select(t.market_offer).order_by(t.market_offer.c.id)
        if ids is None:
            rows = list(self._conn.execute(every).all())
        else:
            named = sorted(ids)
            parts = (named[n : n + NAMES_MAX] for n in range(0, len(named), NAMES_MAX))
            asked = (every.where(t.market_offer.c.id.in_(part)) for part in parts)
            rows = [row for query in asked for row in self._conn.execute(query).all()]
        return [(row.id, row.source, msgspec.json.decode(row.body)) for row in rows]

    def market_heads(self) -> list[tuple[str, tuple[str, str, str | None, str | None]]]:
        """Return of all imported list prices (id, (device id, device name, from, to))."""
        rows = self._conn.execute(select(t.market_offer.c.id, t.market_offer.c.body))
        read = msgspec.json.Decoder(_Head).decode
        heads = ((name, read(body)) for name, body in rows.all())
        return [(n, (h.device_id, h.device_name, h.valid_from, h.valid_to)) for n, h in heads]

    def add_instrument(self, instrument: r.Instrument) -> None:
        """Keep an instrument."""
        INSTRUMENTS.add(self._conn, instrument)

    def instruments(self, firm_id: str) -> list[r.Instrument]:
        """Return the firm's instruments in order of id."""
        mine = t.instrument.c.firm_id == firm_id
        return INSTRUMENTS.all(self._conn, mine, order=[t.instrument.c.id])

    def end_instrument(self, instrument_id: str, to_day: str) -> None:
        """Write the first day without force of an instrument that somebody ends."""
        mine = t.instrument.c.id == instrument_id
        values = {"to_day": to_day, "ended_on": to_day}
        self._conn.execute(update(t.instrument).where(mine).values(values))

    def update_instrument(self, instrument: r.Instrument) -> None:
        """Write the state, the days and the reference of an instrument."""
        INSTRUMENTS.replace(self._conn, instrument)
