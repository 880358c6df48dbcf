"""Stock of devices: reserved by conditional update, so that nothing is sold twice.

A read followed by a write lets two buyers take the same device; an ``UPDATE … WHERE milli_free
>= n`` lets one of them find no row. The count of rows changed is the answer.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, insert, select, update

from entrepot.adapters.sql.business_tables import device_unit, reservation
from entrepot.adapters.sql.lease_store import SqlLeases, alike
from entrepot.kernel.compute import MILLI
from entrepot.services.held_device import HeldDevice

_TRIES = 8
"""Devices tried for a share before the pool counts as full for it; each try is one update."""


class SqlCapacity:
    """The port ``Capacity`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def reserve(
        self,
        lease_id: str,
        pool_id: str,
        milli_devices: int,
        exclusive: bool,
        isolation: str = "",
    ) -> bool:
        """Take devices for a lease; False when they were sold meanwhile.

        Args:
            milli_devices: a share of one device, or whole devices.
            exclusive: True takes a whole device even for a share.
            isolation: how the lease is kept apart; a device is cut in one way only, so a share
                lies beside shares of the same kind alone. Empty = beside any.

        A share goes to the fullest device that still fits it (best fit), so that whole devices
        stay free. On False the caller rolls its transaction back.
        """
        if exclusive or milli_devices >= MILLI:
            return self._reserve_whole(lease_id, pool_id, -(-milli_devices // MILLI))
        unit = device_unit.c
        fitting = (
            select(unit.ordinal)
            .where(unit.pool_id == pool_id, unit.milli_free >= milli_devices, *alike(isolation))
            .order_by(unit.milli_free, unit.ordinal)
            .limit(_TRIES)
        )
        for ordinal in list(self._conn.execute(fitting).scalars()):
            if self._take(lease_id, pool_id, ordinal, milli_devices, isolation):
                return True
        return False

    def _reserve_whole(self, lease_id: str, pool_id: str, count: int) -> bool:
        unit = device_unit.c
        whole = (
            select(unit.ordinal)
            .where(unit.pool_id == pool_id, unit.milli_free == MILLI)
            .order_by(unit.ordinal)
            .limit(count)
        )
        ordinals = list(self._conn.execute(whole).scalars())
        if len(ordinals) < count:
            return False
        units = [(ordinal, MILLI) for ordinal in ordinals]
        return SqlLeases(self._conn).take_units(lease_id, pool_id, units)

    def _take(self, lease_id: str, pool_id: str, ordinal: int, milli: int, isolation: str) -> bool:
        unit = device_unit.c
        taken = self._conn.execute(
            update(device_unit)
            .where(unit.pool_id == pool_id, unit.ordinal == ordinal, unit.milli_free >= milli)
            .where(*alike(isolation))
            .values(milli_free=unit.milli_free - milli)
        )
        if taken.rowcount != 1:
            return False
        row = {"lease_id": lease_id, "pool_id": pool_id, "ordinal": ordinal, "milli": milli}
        self._conn.execute(insert(reservation).values(row))
        return True

    def release(self, lease_id: str) -> None:
        """Give back what the lease holds; nothing if it holds nothing."""
        unit, held = device_unit.c, reservation.c
        pools = select(held.pool_id).where(held.lease_id == lease_id)
        mine = (held.lease_id == lease_id, held.pool_id == unit.pool_id)
        milli = select(held.milli).where(*mine, held.ordinal == unit.ordinal)
        # One statement, since a lease may hold thousands of devices.
        self._conn.execute(
            update(device_unit)
            .where(unit.pool_id.in_(pools), milli.exists())
            .values(milli_free=unit.milli_free + milli.scalar_subquery())
        )
        self._conn.execute(delete(reservation).where(held.lease_id == lease_id))

    def held(self, lease_id: str) -> tuple[HeldDevice, ...]:
        """Return the devices that a lease holds, by number; none once they are given back."""
        mine, other = reservation.alias("mine"), reservation.alias("other")
        same = (
            (other.c.pool_id == mine.c.pool_id)
            & (other.c.ordinal == mine.c.ordinal)
            & (other.c.lease_id != mine.c.lease_id)
        )
        query = (
            select(mine.c.pool_id, mine.c.ordinal, mine.c.milli, func.count(other.c.lease_id))
            .select_from(mine.outerjoin(other, same))
            .where(mine.c.lease_id == lease_id)
            .group_by(mine.c.pool_id, mine.c.ordinal, mine.c.milli)
            .order_by(mine.c.pool_id, mine.c.ordinal)
        )
        return tuple(
            HeldDevice(row[0], row[1], row[2], row[3]) for row in self._conn.execute(query)
        )

    def holders(self) -> frozenset[str]:
        """Return the ids of the leases that hold devices."""
        return frozenset(self._conn.execute(select(reservation.c.lease_id)).scalars())

    def oversold(self) -> list[str]:
        """Return a sentence for each device whose free part and leases do not make 1000."""
        unit, held = device_unit.c, reservation.c
        taken = (
            select(held.pool_id, held.ordinal, func.sum(held.milli).label("milli"))
            .group_by(held.pool_id, held.ordinal)
            .subquery()
        )
        joined = device_unit.outerjoin(
            taken, (taken.c.pool_id == unit.pool_id) & (taken.c.ordinal == unit.ordinal)
        )
        sold = func.coalesce(taken.c.milli, 0)
        wrong = (
            select(unit.pool_id, unit.ordinal, unit.milli_free, sold)
            .select_from(joined)
            .where(unit.milli_free + sold != MILLI)
            .order_by(unit.pool_id, unit.ordinal)
        )
        return [
            f"device {row[1]} of pool {row[0]}: {row[3]} milli leased, {row[2]} free, not {MILLI}"
            for row in self._conn.execute(wrong)
        ]
