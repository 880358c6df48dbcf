"""Calls, sealed orders, results, leases by slot and promised devices in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, distinct, func, insert, select, update

from entrepot.adapters.sql import market_tables as t
from entrepot.adapters.sql.business_tables import lease as lease_table
from entrepot.adapters.sql.business_tables import reservation
from entrepot.adapters.sql.rows import RecordTable
from entrepot.kernel.canonical import canonical_json
from entrepot.services.ports_market import (
    CLOSED,
    HOUR_S,
    MOVES,
    AuctionLease,
    Call,
    Clearing,
    GivenJob,
    LeaseSlot,
    OrderResult,
    SealedOrder,
)
from entrepot.services.records import Body

CALLS = RecordTable(t.auction_call, Call)
ORDERS = RecordTable(t.auction_order, SealedOrder)
CLEARINGS = RecordTable(t.auction_clearing, Clearing)
RESULTS = RecordTable(t.auction_result, OrderResult)
LEASES = RecordTable(t.auction_lease, AuctionLease)
SLOTS = RecordTable(t.auction_slot, LeaseSlot)
JOBS = RecordTable(t.auction_job, GivenJob)
_C = t.auction_call.c
_O = t.auction_order.c
_L = t.auction_lease.c
_S = t.auction_slot.c
_P = t.device_promise.c


class SqlMarket:
    """The port ``MarketBook`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add_call(self, call: Call) -> None:
        """Keep a call."""
        CALLS.add(self._conn, call)

    def call(self, call_id: str) -> Call | None:
        """Return a call."""
        return CALLS.find(self._conn, _C.id == call_id)

    def calls(self, states: Sequence[str] = ()) -> list[Call]:
        """Return calls by first slot and id, of the states given or all."""
        where = [_C.state.in_(states)] if states else []
        return CALLS.all(self._conn, *where, order=[_C.from_t, _C.id])

    def move_call(
        self, call_id: str, before: str, after: str, at: int, *, key: str = "", note: str = ""
    ) -> bool:
        """Move a call from one state to another; False if it was not in the first."""
        assert (before, after) in MOVES, f"{before} to {after} is no move of a call"
        ended = {"closed_at": at} if after == CLOSED else {"ended_at": at}
        changed = {"state": after, "note": note, **ended}
        if key:
            changed["released_key"] = key
        where = (_C.id == call_id, _C.state == before)
        return self._conn.execute(update(t.auction_call).where(*where).values(changed)).rowcount > 0

    def next_seq(self, call_id: str) -> int:
        """Return the number of the next order of a call."""
        last = select(func.coalesce(func.max(_O.seq), 0)).where(_O.call_id == call_id)
        return int(self._conn.execute(last).scalar_one()) + 1

    def add_order(self, order: SealedOrder) -> None:
        """Keep an order; a call has a number and a commitment once."""
        ORDERS.add(self._conn, order)

    def committed(self, call_id: str, commitment: str) -> str | None:
        """Return the id of the order of a call with a commitment."""
        known = select(_O.id).where(_O.call_id == call_id, _O.commitment == commitment)
        return self._conn.execute(known).scalar_one_or_none()

    def order(self, order_id: str) -> SealedOrder | None:
        """Return an order or ask."""
        return ORDERS.find(self._conn, _O.id == order_id)

    def orders(self, call_id: str | None = None, states: Sequence[str] = ()) -> list[SealedOrder]:
        """Return orders and asks by call and number, of a call or of all."""
        where = [] if call_id is None else [_O.call_id == call_id]
        if states:
            where.append(_O.state.in_(states))
        return ORDERS.all(self._conn, *where, order=[_O.call_id, _O.seq])

    def open_order(self, order_id: str, body: Body) -> None:
        """Write what a sealed order says; once."""
        said = {"body": canonical_json(body).decode(), "state": "opened"}
        where = (_O.id == order_id, _O.state == "sealed")
        done = self._conn.execute(update(t.auction_order).where(*where).values(said))
        assert done.rowcount == 1, f"{order_id} is not sealed"

    def set_order(self, order_id: str, before: str, after: str, reason: str = "") -> bool:
        """Move an order from one state to another; False if it was not in the first."""
        where = (_O.id == order_id, _O.state == before)
        moved = update(t.auction_order).where(*where).values(state=after, reason=reason)
        return self._conn.execute(moved).rowcount > 0

    def promise(self, pool_id: str, hour: int, devices: int, limit: int) -> bool:
        """Promise devices of a pool in an hour if all promises stay within a limit."""
        where = (_P.pool_id == pool_id, _P.hour == hour)
        known = select(_P.devices).where(*where)
        if self._conn.execute(known).first() is None:
            row = {"pool_id": pool_id, "hour": hour, "devices": 0}
            self._conn.execute(insert(t.device_promise).values(row))
        more = (
            update(t.device_promise)
            .where(*where, _P.devices + devices <= limit)
            .values(devices=_P.devices + devices)
        )
        return self._conn.execute(more).rowcount == 1

    def take_back(self, pool_id: str, hour: int, devices: int) -> None:
        """Take back a promise."""
        where = (_P.pool_id == pool_id, _P.hour == hour, _P.devices >= devices)
        less = update(t.device_promise).where(*where).values(devices=_P.devices - devices)
        done = self._conn.execute(less)
        assert done.rowcount == 1, f"{pool_id} has promised less than {devices} at {hour}"

    def promised(self, pool_id: str, from_t: int, to_t: int) -> dict[int, int]:
        """Return hour → devices promised, of the hours that touch [from_t, to_t)."""
        first = from_t - from_t % HOUR_S
        where = (_P.pool_id == pool_id, _P.hour >= first, _P.hour < to_t, _P.devices > 0)
        rows = self._conn.execute(select(_P.hour, _P.devices).where(*where).order_by(_P.hour))
        return {int(row.hour): int(row.devices) for row in rows}

    def promises(self) -> dict[tuple[str, int], int]:
        """Return (pool, hour) → devices promised, of all."""
        rows = self._conn.execute(select(t.device_promise).where(_P.devices > 0))
        return {(str(row.pool_id), int(row.hour)): int(row.devices) for row in rows}

    def busy(self, pool_id: str, from_t: int) -> int:
        """Return how many devices of a pool jobs outside the auction may hold at a second."""
        held, row = reservation.c, lease_table.c
        of_auction = select(_L.lease_id)
        lasting = (
            select(func.count(distinct(held.ordinal)))
            .select_from(reservation.join(lease_table, held.lease_id == row.id))
            .where(
                held.pool_id == pool_id,
                row.start_by + row.duration_s > from_t,
                row.id.not_in(of_auction),
            )
        )
        return int(self._conn.execute(lasting).scalar_one())

    def add_clearing(self, clearing: Clearing) -> None:
        """Keep what a call decided, once."""
        CLEARINGS.add(self._conn, clearing)

    def clearing(self, call_id: str) -> Clearing | None:
        """Return what a call decided."""
        return CLEARINGS.find(self._conn, t.auction_clearing.c.call_id == call_id)

    def add_results(self, results: Sequence[OrderResult]) -> None:
        """Keep what a call decided on its orders."""
        for result in results:
            RESULTS.add(self._conn, result)

    def result(self, order_id: str) -> OrderResult | None:
        """Return what was decided on an order."""
        return RESULTS.find(self._conn, t.auction_result.c.order_id == order_id)

    def results(self, call_id: str) -> list[OrderResult]:
        """Return what was decided on all orders of a call."""
        row = t.auction_result.c
        return RESULTS.all(self._conn, row.call_id == call_id, order=[row.order_id])

    def add_lease(self, lease: AuctionLease, slots: Sequence[LeaseSlot]) -> None:
        """Keep a lease that a call made, with its slots."""
        LEASES.add(self._conn, lease)
        for slot in slots:
            SLOTS.add(self._conn, slot)

    def lease(self, lease_id: str) -> AuctionLease | None:
        """Return a lease that a call made."""
        return LEASES.find(self._conn, _L.lease_id == lease_id)

    def leases(self, call_id: str | None = None, order_id: str | None = None) -> list[AuctionLease]:
        """Return leases that calls made by window and id, of a call, an order, or all."""
        pairs = ((_L.call_id, call_id), (_L.order_id, order_id))
        where = [column == value for column, value in pairs if value is not None]
        return LEASES.all(self._conn, *where, order=[_L.from_t, _L.lease_id])

    def give_job(self, given: GivenJob) -> None:
        """Keep a job of a lease, once."""
        JOBS.add(self._conn, given)

    def given_job(self, lease_id: str) -> GivenJob | None:
        """Return the job that was given to a lease."""
        return JOBS.find(self._conn, t.auction_job.c.lease_id == lease_id)

    def slots(self, lease_id: str | None = None, states: Sequence[str] = ()) -> list[LeaseSlot]:
        """Return slots by time and lease, of a lease or of all."""
        where = [] if lease_id is None else [_S.lease_id == lease_id]
        if states:
            where.append(_S.state.in_(states))
        return SLOTS.all(self._conn, *where, order=[_S.slot_t, _S.lease_id])

    def set_slot(
        self, lease_id: str, slot_t: int, before: str, after: str, reference: str, at: int
    ) -> bool:
        """Move a slot from one state to another; False if it was not in the first."""
        where = (_S.lease_id == lease_id, _S.slot_t == slot_t, _S.state == before)
        values = {"state": after, "reference": reference, "changed_at": at}
        return self._conn.execute(update(t.auction_slot).where(*where).values(values)).rowcount > 0
