"""Leases that enter a later call, as the services see them: who stands there, and who gave way.

A lease enters a later call in one of two ways. *Elastic*: its holder let it be interrupted, so the
house enters its devices as an ask of the centre and its holder's worth as an order that holds
against others. *Resale*: its holder offers a slot of it as an ask of his own. Both are ordinary
orders of that call; the rows here say which lease is behind them. All rows are only ever added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

ELASTIC, RESALE = "elastic", "resale"


@dataclass(frozen=True, slots=True)
class Standing:
    """A lease in a later call.

    Attributes:
        ask_id: ask of its devices; order_id: its holder's order, None for a resale.
        call_id: the later call; lease_id: which lease; firm_id: who holds it.
        kind: ``elastic`` or ``resale``.
        from_t, to_t: Unix seconds of the slots that are at stake in the call.
        whole: a slot is sold again for all its devices only; an elastic lease always is whole.
    """

    ask_id: str
    order_id: str | None
    call_id: str
    lease_id: str
    firm_id: str
    kind: str
    from_t: int
    to_t: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """A lease that gave way, or a slot of it that was sold again; HKD cents.

    Attributes:
        ask_id: where it stood; call_id, lease_id, firm_id, kind: as there.
        given_at: Unix second of the notice; ends_at: from when the lease has the slots no more.
        slots: how many it gave up.
        brought_minor: what others pay for its devices.
        refund_minor: price of the slots, given back to the firm; nought for a resale.
        credit_minor: credit to the firm beside it; nought for a resale.
        fee_minor: fee of a resale, which the operator keeps; nought for an elastic lease.
    """

    ask_id: str
    call_id: str
    lease_id: str
    firm_id: str
    kind: str
    given_at: int
    ends_at: int
    slots: int
    brought_minor: int
    refund_minor: int
    credit_minor: int
    fee_minor: int


@dataclass(frozen=True, slots=True)
class SellerPart:
    """What a slot of a lease owes a firm whose resold devices helped to serve it; HKD cents.

    Attributes:
        lease_id, slot_t: the slot; ask_id: resale that it comes from; firm_id: who sells again.
        minor: his part; basis_minor: what the centre is owed for these devices by the first sale.
    """

    lease_id: str
    slot_t: int
    ask_id: str
    firm_id: str
    minor: int
    basis_minor: int


class ElasticBook(Protocol):
    """The rows of leases in later calls inside a unit of work."""

    def add_standing(self, standing: Standing) -> None:
        """Keep a lease's place in a call."""
        ...

    def standing(self, *, call_id: str = "", lease_id: str = "") -> list[Standing]:
        """Return places by ask, of a call, a lease, or all."""
        ...

    def standing_of(self, order_id: str) -> Standing | None:
        """Return the place that an ask or an order is part of."""
        ...

    def add_notice(self, notice: Notice) -> None:
        """Keep a notice, once an ask."""
        ...

    def notices(self, *, call_id: str = "", lease_id: str = "", firm_id: str = "") -> list[Notice]:
        """Return notices by time and ask, of a call, a lease, a firm, or all."""
        ...

    def add_part(self, part: SellerPart) -> None:
        """Keep a seller's part of a slot."""
        ...

    def parts(self, lease_ids: Sequence[str] | None = None) -> list[SellerPart]:
        """Return parts by lease, slot and ask, of some leases or of all."""
        ...


class WithElastic(Protocol):
    """A transaction over leases in later calls."""

    @property
    def elastic(self) -> ElasticBook:
        """Standing places, notices, sellers' parts."""
        ...
