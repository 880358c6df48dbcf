"""Calls of the auction as the services see them: calls, sealed orders, results, leases by slot.

An order is kept as it came, sealed: a commitment and a body that only the key of its call opens.
Commitment, number and hold never change; its state moves once a step of the call. What a call
decided is only ever added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from entrepot.services.records import Body

OPEN, CLOSED, CLEARED, VOID = "open", "closed", "cleared", "void"
"""States of a call."""

MOVES = frozenset({(OPEN, CLOSED), (CLOSED, CLEARED), (OPEN, VOID), (CLOSED, VOID)})
"""Lawful moves of a call; one that is cleared or void never moves again."""

HOUR_S = 3600
"""Seconds of an hour, by which devices are promised."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the auction.

    Attributes:
        id: ``AC-…``; kind: ``hourly``, ``day-ahead`` or ``other``; state: see :data:`MOVES`.
        from_t, to_t: Unix seconds that its slots cover, half-open; slot_s: of one slot.
        gate_closure: Unix second from which no order is taken.
        zones: ids of centres; classes: ids of devices.
        links: rows of the table of links, as of ``docs/reference/auction-files.md``.
        seed: of the solver's chance; fee_ppm_max: cap of the fee.
        credit_bp: credit for a slot that is not delivered, basis points of its price.
        rates: asset → rate in HKD at which the call converts, fixed when it was opened.
        seal_key: public key of its seal, hexadecimal; released_key: the private one, once closed.
        opened_at, opened_by: when and by whom; closed_at, ended_at: None until then.
        note: why it is void; empty else.
    """

    id: str
    kind: str
    state: str
    from_t: int
    to_t: int
    slot_s: int
    gate_closure: int
    zones: tuple[str, ...]
    classes: tuple[str, ...]
    links: tuple[Body, ...]
    seed: int
    fee_ppm_max: int
    credit_bp: int
    rates: Body
    seal_key: str
    released_key: str
    opened_at: int
    opened_by: str
    closed_at: int | None = None
    ended_at: int | None = None
    note: str = ""

    @property
    def slots(self) -> int:
        """Number of slots."""
        return (self.to_t - self.from_t) // self.slot_s


@dataclass(frozen=True, slots=True)
class SealedOrder:
    """An order to buy, or an ask to sell, in a call.

    Attributes:
        id: ``AO-…`` or ``AA-…``; call_id: its call; seq: 1, 2, 3 … in the call.
        side: ``order`` or ``ask``.
        firm_id: who buys, or who sells again; centre_id: whose devices an ask offers.
        group_id: beneficial group of the party.
        commitment: SHA-256 of body and nonce; sealed: both, encrypted, hexadecimal.
        hold_id, hold_minor: hold over HKD cents of an order; stock: devices that an ask promises,
            as pool_id, from_t, to_t, devices.
        state: ``sealed``, ``withdrawn``, ``opened``, ``refused``, ``accepted``, ``rejected``
            or ``void``.
        reason: code of a refusal; body: empty until it was opened.
    """

    id: str
    call_id: str
    seq: int
    side: str
    firm_id: str | None
    centre_id: str | None
    group_id: str
    commitment: str
    sealed: str
    hold_id: str
    hold_minor: int
    stock: tuple[Body, ...]
    placed_at: int
    placed_by: str
    state: str = "sealed"
    reason: str = ""
    body: Body = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Clearing:
    """What a call decided, once and for all.

    Attributes:
        call_id: which; certificate: as issued; folder: the call as tables of text, for anybody
            to check it by; digest: of the certificate.
        cleared_at, cleared_by: when and by whom.
    """

    call_id: str
    certificate: Body
    folder: Body
    digest: str
    cleared_at: int
    cleared_by: str


@dataclass(frozen=True, slots=True)
class OrderResult:
    """What a call decided on one order or ask; HKD cents.

    Attributes:
        order_id, call_id: which; firm_id, centre_id: whose.
        charge_minor: at the prices; whole_minor: made whole; fee_minor: fee of an order.
        fraction_minor: part for fractions of a device, which nobody can lease, taken off.
        net_minor: what an order pays, or an ask is to receive, in all.
        body: allocation or supply, as in the certificate.
    """

    order_id: str
    call_id: str
    firm_id: str | None
    centre_id: str | None
    charge_minor: int
    whole_minor: int
    fee_minor: int
    fraction_minor: int
    net_minor: int
    body: Body


@dataclass(frozen=True, slots=True)
class AuctionLease:
    """A lease that a call made.

    Attributes:
        lease_id, call_id, order_id: which; option: of the order.
        firm_id, centre_id, pool_id: who, where.
        devices: whole devices; from_t, to_t: window, Unix seconds.
        paid_minor: HKD cents that the firm has paid; owed_minor: of that for the centre.
    """

    lease_id: str
    call_id: str
    order_id: str
    option: str
    firm_id: str
    centre_id: str
    pool_id: str
    devices: int
    from_t: int
    to_t: int
    paid_minor: int
    owed_minor: int


@dataclass(frozen=True, slots=True)
class LeaseSlot:
    """One slot of such a lease.

    Attributes:
        lease_id, slot_t: which, with its first second; slot_s: its length.
        firm_id, centre_id: whose.
        paid_minor: HKD cents that the firm has paid; owed_minor: of that for the centre.
        state: ``due``, ``delivered``, ``failed``, ``yielded`` or ``resold``.
        reference: of the report, or of what took it; changed_at: Unix second; 0 = never.
    """

    lease_id: str
    slot_t: int
    slot_s: int
    firm_id: str
    centre_id: str
    paid_minor: int
    owed_minor: int
    state: str
    reference: str
    changed_at: int


@dataclass(frozen=True, slots=True)
class GivenJob:
    """A job that was given to a lease after the call, as a quote keeps it; who gave it, when."""

    lease_id: str
    firm_id: str
    job: Body
    given_at: int
    given_by: str


class MarketBook(Protocol):
    """The rows of the auction inside a unit of work."""

    def add_call(self, call: Call) -> None:
        """Keep a call."""
        ...

    def call(self, call_id: str) -> Call | None:
        """Return a call."""
        ...

    def calls(self, states: Sequence[str] = ()) -> list[Call]:
        """Return calls by first slot and id, of the states given or all."""
        ...

    def move_call(
        self, call_id: str, before: str, after: str, at: int, *, key: str = "", note: str = ""
    ) -> bool:
        """Move a call from one state to another; False if it was not in the first."""
        ...

    def next_seq(self, call_id: str) -> int:
        """Return the number of the next order of a call."""
        ...

    def add_order(self, order: SealedOrder) -> None:
        """Keep an order; a call has a number and a commitment once."""
        ...

    def committed(self, call_id: str, commitment: str) -> str | None:
        """Return the id of the order of a call with a commitment."""
        ...

    def order(self, order_id: str) -> SealedOrder | None:
        """Return an order or ask."""
        ...

    def orders(self, call_id: str | None = None, states: Sequence[str] = ()) -> list[SealedOrder]:
        """Return orders and asks by call and number, of a call or of all."""
        ...

    def open_order(self, order_id: str, body: Body) -> None:
        """Write what a sealed order says; once."""
        ...

    def set_order(self, order_id: str, before: str, after: str, reason: str = "") -> bool:
        """Move an order from one state to another; False if it was not in the first."""
        ...

    def promise(self, pool_id: str, hour: int, devices: int, limit: int) -> bool:
        """Promise devices of a pool in an hour if all promises stay within a limit."""
        ...

    def take_back(self, pool_id: str, hour: int, devices: int) -> None:
        """Take back a promise."""
        ...

    def promised(self, pool_id: str, from_t: int, to_t: int) -> dict[int, int]:
        """Return hour → devices promised, of the hours that touch [from_t, to_t)."""
        ...

    def promises(self) -> dict[tuple[str, int], int]:
        """Return (pool, hour) → devices promised, of all."""
        ...

    def busy(self, pool_id: str, from_t: int) -> int:
        """Return how many devices of a pool jobs outside the auction may hold at a second."""
        ...

    def add_clearing(self, clearing: Clearing) -> None:
        """Keep what a call decided, once."""
        ...

    def clearing(self, call_id: str) -> Clearing | None:
        """Return what a call decided."""
        ...

    def add_results(self, results: Sequence[OrderResult]) -> None:
        """Keep what a call decided on its orders."""
        ...

    def result(self, order_id: str) -> OrderResult | None:
        """Return what was decided on an order."""
        ...

    def results(self, call_id: str) -> list[OrderResult]:
        """Return what was decided on all orders of a call."""
        ...

    def add_lease(self, lease: AuctionLease, slots: Sequence[LeaseSlot]) -> None:
        """Keep a lease that a call made, with its slots."""
        ...

    def lease(self, lease_id: str) -> AuctionLease | None:
        """Return a lease that a call made."""
        ...

    def leases(self, call_id: str | None = None, order_id: str | None = None) -> list[AuctionLease]:
        """Return leases that calls made by window and id, of a call, an order, or all."""
        ...

    def give_job(self, given: GivenJob) -> None:
        """Keep a job of a lease, once."""
        ...

    def given_job(self, lease_id: str) -> GivenJob | None:
        """Return the job that was given to a lease."""
        ...

    def slots(self, lease_id: str | None = None, states: Sequence[str] = ()) -> list[LeaseSlot]:
        """Return slots by time and lease, of a lease or of all."""
        ...

    def set_slot(
        self, lease_id: str, slot_t: int, before: str, after: str, reference: str, at: int
    ) -> bool:
        """Move a slot from one state to another; False if it was not in the first."""
        ...


class WithMarket(Protocol):
    """A transaction over the rows of the auction."""

    @property
    def market(self) -> MarketBook:
        """Calls, orders, results, leases by slot."""
        ...
