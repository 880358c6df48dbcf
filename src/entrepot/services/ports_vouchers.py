"""Port of voucher money: counters of caps and funds, and what is reserved against them."""

from __future__ import annotations

from typing import Protocol

from entrepot.services import records as r


class VoucherBook(Protocol):
    """Counters of caps and funds, and reservations against them."""

    def used(self, key: str) -> int:
        """Return what a limit has taken, in minor units."""
        ...

    def take(self, key: str, limit_minor: int, amount_minor: int) -> bool:
        """Add to a limit if it stays within; one conditional update."""
        ...

    def give_back(self, key: str, amount_minor: int) -> None:
        """Subtract from a limit."""
        ...

    def add(self, reservation: r.VoucherReservation) -> None:
        """Keep a reservation."""
        ...

    def of_lease(self, lease_id: str) -> list[r.VoucherReservation]:
        """Return the reservations of a lease."""
        ...

    def set_state(self, reservation_id: str, state: str, amount_minor: int) -> None:
        """Write state and amount of a reservation."""
        ...

    def all(self) -> list[r.VoucherReservation]:
        """Return all reservations."""
        ...
