"""Counters of voucher caps and funds in SQL, each moved by one conditional update."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from entrepot.adapters.sql import business_tables as t
from entrepot.adapters.sql.rows import RecordTable
from entrepot.services import records as r

RESERVATIONS = RecordTable(t.voucher_reservation, r.VoucherReservation)


class SqlVoucherBook:
    """The port ``VoucherBook`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def used(self, key: str) -> int:
        """Return what a limit has taken, in minor units."""
        row = t.voucher_limit.c
        value = self._conn.execute(select(row.used_minor).where(row.key == key)).scalar()
        return 0 if value is None else int(value)

    def take(self, key: str, limit_minor: int, amount_minor: int) -> bool:
        """Add to a limit if it stays within; one conditional update."""
        row = t.voucher_limit.c
        self._open(key)
        taken = self._conn.execute(
            update(t.voucher_limit)
            .where(row.key == key, row.used_minor + amount_minor <= limit_minor)
            .values(used_minor=row.used_minor + amount_minor)
        )
        return taken.rowcount == 1

    def _open(self, key: str) -> None:
        row = t.voucher_limit.c
        if self._conn.execute(select(row.key).where(row.key == key)).first() is None:
            try:
                with self._conn.begin_nested():
                    self._conn.execute(insert(t.voucher_limit).values(key=key, used_minor=0))
            except IntegrityError:  # opened by another desk just now
                pass

    def give_back(self, key: str, amount_minor: int) -> None:
        """Subtract from a limit."""
        row = t.voucher_limit.c
        self._conn.execute(
            update(t.voucher_limit)
            .where(row.key == key)
            .values(used_minor=row.used_minor - amount_minor)
        )

    def add(self, reservation: r.VoucherReservation) -> None:
        """Keep a reservation."""
        RESERVATIONS.add(self._conn, reservation)

    def of_lease(self, lease_id: str) -> list[r.VoucherReservation]:
        """Return the reservations of a lease."""
        row = t.voucher_reservation.c
        return RESERVATIONS.all(self._conn, row.lease_id == lease_id, order=[row.id])

    def set_state(self, reservation_id: str, state: str, amount_minor: int) -> None:
        """Write state and amount of a reservation."""
        row = t.voucher_reservation.c
        self._conn.execute(
            update(t.voucher_reservation)
            .where(row.id == reservation_id)
            .values(state=state, amount_minor=amount_minor)
        )

    def all(self) -> list[r.VoucherReservation]:
        """Return all reservations in order of id."""
        return RESERVATIONS.all(self._conn, order=[t.voucher_reservation.c.id])
