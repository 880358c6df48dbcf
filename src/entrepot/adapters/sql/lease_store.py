"""Terms of pools, changes of leases, and devices of a lease one by one, in SQL.

Every change of the stock is one conditional update: the count of rows changed is the answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, select, update

from entrepot.adapters.sql import lease_tables as t
from entrepot.adapters.sql.business_tables import device_unit, reservation
from entrepot.adapters.sql.business_tables import lease as lease_table
from entrepot.adapters.sql.deals import LEASES
from entrepot.adapters.sql.rows import RecordTable
from entrepot.services.ports_leases import LeaseChange, PoolTerms
from entrepot.services.records import Lease

TERMS = RecordTable(t.pool_terms, PoolTerms)
CHANGES = RecordTable(t.lease_change, LeaseChange)
CHANGED = ("milli_devices", "duration_s", "start_by", "hold_id", "hold_minor", "choice")
"""Columns that a change of a lease writes."""

UNITS_MAX = 500
"""Devices named in one statement."""


class SqlLeases:
    """The port ``LeaseBook`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add_terms(self, terms: PoolTerms) -> None:
        """Keep the terms of a pool."""
        TERMS.add(self._conn, terms)

    def terms(self, pool_id: str) -> PoolTerms | None:
        """Return the terms that a pool states; None if it states none."""
        return TERMS.find(self._conn, t.pool_terms.c.pool_id == pool_id)

    def all_terms(self) -> dict[str, PoolTerms]:
        """Return pool id → terms, of the pools that state any."""
        rows = TERMS.all(self._conn, order=[t.pool_terms.c.pool_id])
        return {one.pool_id: one for one in rows}

    def change(self, before: Lease, after: Lease) -> bool:
        """Write size, time, hold and price of a lease; False if it is not ``before`` any more."""
        row, values = lease_table.c, LEASES.row(after)
        changed = self._conn.execute(
            update(lease_table)
            .where(
                row.id == before.id,
                row.state == before.state,
                row.hold_id == before.hold_id,
                row.milli_devices == before.milli_devices,
                row.duration_s == before.duration_s,
            )
            .values({name: values[name] for name in CHANGED})
        )
        return changed.rowcount == 1

    def add_change(self, change: LeaseChange) -> None:
        """Keep a change."""
        CHANGES.add(self._conn, change)

    def changes(self, lease_id: str) -> list[LeaseChange]:
        """Return the changes of a lease in order."""
        row = t.lease_change.c
        return CHANGES.all(self._conn, row.lease_id == lease_id, order=[row.number])

    def free_units(self, pool_id: str, isolation: str = "") -> dict[int, int]:
        """Return number → free milli of every device of a pool.

        With ``isolation``, without the devices on which somebody is kept apart in another way.
        """
        unit = device_unit.c
        mine = (unit.pool_id == pool_id, *alike(isolation))
        query = select(unit.ordinal, unit.milli_free).where(*mine)
        return {row[0]: row[1] for row in self._conn.execute(query.order_by(unit.ordinal))}

    def take_units(self, lease_id: str, pool_id: str, units: Sequence[tuple[int, int]]) -> bool:
        """Take (number, milli) of devices for a lease; False when one was sold meanwhile.

        On False the caller rolls back, or back to a savepoint.
        """
        by_milli: dict[int, list[int]] = {}
        for ordinal, milli in units:
            by_milli.setdefault(milli, []).append(ordinal)
        return all(
            self._take_alike(lease_id, pool_id, ordinals[n : n + UNITS_MAX], milli)
            for milli, ordinals in by_milli.items()
            for n in range(0, len(ordinals), UNITS_MAX)
        )

    def _take_alike(self, lease_id: str, pool_id: str, ordinals: list[int], milli: int) -> bool:
        unit = device_unit.c
        taken = self._conn.execute(
            update(device_unit)
            .where(unit.pool_id == pool_id, unit.ordinal.in_(ordinals), unit.milli_free >= milli)
            .values(milli_free=unit.milli_free - milli)
        )
        if taken.rowcount != len(ordinals):
            return False
        held = {"lease_id": lease_id, "pool_id": pool_id, "milli": milli}
        self._conn.execute(insert(reservation), [{**held, "ordinal": n} for n in ordinals])
        return True

    def grow(self, lease_id: str, pool_id: str, ordinal: int, milli: int) -> bool:
        """Take more of a device that a lease holds a part of; False when it was sold."""
        unit, held = device_unit.c, reservation.c
        taken = self._conn.execute(
            update(device_unit)
            .where(unit.pool_id == pool_id, unit.ordinal == ordinal, unit.milli_free >= milli)
            .values(milli_free=unit.milli_free - milli)
        )
        if taken.rowcount != 1:
            return False
        grown = self._conn.execute(
            update(reservation)
            .where(held.lease_id == lease_id, held.pool_id == pool_id, held.ordinal == ordinal)
            .values(milli=held.milli + milli)
        )
        return grown.rowcount == 1

    def give_back(self, lease_id: str, pool_id: str, ordinal: int, milli: int) -> bool:
        """Give back a part, or all, of what a lease holds of a device; False if it holds less."""
        unit, held = device_unit.c, reservation.c
        mine = (held.lease_id == lease_id, held.pool_id == pool_id, held.ordinal == ordinal)
        whole = self._conn.execute(delete(reservation).where(*mine, held.milli == milli))
        if whole.rowcount != 1:
            less = update(reservation).where(*mine, held.milli > milli)
            if self._conn.execute(less.values(milli=held.milli - milli)).rowcount != 1:
                return False
        freed = self._conn.execute(
            update(device_unit)
            .where(unit.pool_id == pool_id, unit.ordinal == ordinal)
            .values(milli_free=unit.milli_free + milli)
        )
        return freed.rowcount == 1


def alike(isolation: str) -> list[ColumnElement[bool]]:
    """Return the condition that nobody on a device is kept apart in another way."""
    if not isolation:
        return []
    held, unit = reservation.c, device_unit.c
    other = exists(
        select(held.lease_id)
        .join(lease_table, lease_table.c.id == held.lease_id)
        .where(held.pool_id == unit.pool_id, held.ordinal == unit.ordinal)
        .where(lease_table.c.isolation != isolation)
        .correlate(device_unit)
    )
    return [~other]
