"""One call of the auction as columns: places, slots, asks, orders with their options, links.

An option o asks for a[o] devices of one pool in every slot of [start, start + len), and for
w[o] Mb/s on at most one link in the same slots; it is worth v[o] in all. An order takes a share
y[o] ∈ [0, 1] of its options, together at most 1. A pool is a zone and a device class.

All figures are integers: money in micro-HKD (10⁻⁶ HKD), shares in ppm, supply taken in
micro-devices (devices × ppm), bandwidth in Mb/s, so that whoever computes twice finds the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Int8 = NDArray[np.int8]
    Int32 = NDArray[np.int32]
    Int64 = NDArray[np.int64]

GANG, DIVISIBLE, MINIMUM = 0, 1, 2
"""Kinds of order: all or nothing, any share, or any share from a least one up."""

KINDS = ("gang", "divisible", "minimum")
"""Words of the files for the kinds, by number."""

PPM = 1_000_000
"""A whole share, and micro-units in a unit."""


@dataclass(frozen=True)
class Instance:
    """A sealed set of orders, ready to be solved. Rows keep the order of the files.

    Attributes:
        zones, classes: names; pools, links and lawful zones point at them.
        slots: number of slots T; slot_s: seconds of one slot.
        pool_zone, pool_class: int32[P], the pools that asks or options name.
        ask_id: one name a row; an ask has the same price and quantity in all its slots.
        ask_pool: int32[S].
        ask_from, ask_to: int32[S], half-open run of slots.
        ask_price: int64[S] ≥ 0, micro-HKD per device-slot; a negative ask stands at zero.
        ask_stated: int64[S], the price as stated, maybe negative.
        ask_devices: int64[S], devices offered in every slot.
        ask_start_cost: int64[S], micro-HKD for every run of slots in use; 0 = none.
        ask_min_slots: int32[S], least length of a run in use; 0 = none.
        ask_party, order_party: int32, place in ``parties``: the beneficial group, -1 unknown.
        order_id: one name an order.
        order_kind: int8[N]: :data:`GANG`, :data:`DIVISIBLE` or :data:`MINIMUM`.
        order_min_share: int32[N] ppm, least share of an option of a minimum order, else 0.
        order_group: int32[N], place in ``groups``; all orders of a group share one choice; -1.
        order_parent: int32[N], order whose share bounds this one's, or -1.
        order_t: int64[N], time of arrival or sequence number, for ties.
        order_zones: lawful zones of each order; empty = any.
        opt_id: name of an option within its order; option rows are sorted by order.
        opt_order, opt_pool, opt_start, opt_len: int32[M].
        opt_devices: int64[M], devices in every slot; opt_value: int64[M] micro-HKD in all.
        opt_link: int32[M], link or -1; opt_mbps: int64[M].
        unlawful: options left out by law, ``order/option``; law_rows: the decisions, as hashed.
        link_id: names; link_from, link_to: int32[L], zones; link_capacity: int64[L, T] Mb/s.
    """

    zones: tuple[str, ...]
    classes: tuple[str, ...]
    slots: int
    slot_s: int
    pool_zone: Int32
    pool_class: Int32
    ask_id: tuple[str, ...]
    ask_pool: Int32
    ask_from: Int32
    ask_to: Int32
    ask_price: Int64
    ask_stated: Int64
    ask_devices: Int64
    ask_start_cost: Int64
    ask_min_slots: Int32
    ask_party: Int32
    order_id: tuple[str, ...]
    order_kind: Int8
    order_min_share: Int32
    order_group: Int32
    order_parent: Int32
    order_t: Int64
    order_party: Int32
    order_zones: tuple[tuple[int, ...], ...]
    opt_id: tuple[str, ...]
    opt_order: Int32
    opt_pool: Int32
    opt_start: Int32
    opt_len: Int32
    opt_devices: Int64
    opt_value: Int64
    opt_link: Int32
    opt_mbps: Int64
    link_id: tuple[str, ...]
    link_from: Int32
    link_to: Int32
    link_capacity: Int64
    groups: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    unlawful: tuple[str, ...] = ()
    law_rows: tuple[tuple[str, ...], ...] = ()

    @property
    def pools(self) -> int:
        """Number of pools P."""
        return len(self.pool_zone)

    @property
    def orders(self) -> int:
        """Number of orders N."""
        return len(self.order_id)

    @property
    def options(self) -> int:
        """Number of options M."""
        return len(self.opt_order)

    @property
    def asks(self) -> int:
        """Number of ask rows S."""
        return len(self.ask_id)

    @property
    def links(self) -> int:
        """Number of links L."""
        return len(self.link_id)

    @cached_property
    def order_row(self) -> Int32:
        """int32[N]: the choice row (σ) of each order; orders of one exclusive group share one."""
        import numpy as np

        rows = np.arange(self.orders, dtype=np.int32)
        first: dict[int, int] = {}
        for order in np.flatnonzero(self.order_group >= 0):
            rows[order] = first.setdefault(int(self.order_group[order]), int(order))
        return rows

    @cached_property
    def has_child(self) -> NDArray[np.bool_]:
        """bool[N]: whether another order hangs on this one."""
        import numpy as np

        marked = np.zeros(self.orders, dtype=np.bool_)
        marked[self.order_parent[self.order_parent >= 0]] = True
        return marked

    @cached_property
    def supply(self) -> Int64:
        """int64[P, T]: devices offered in all."""
        import numpy as np

        steps = np.zeros((self.pools, self.slots + 1), dtype=np.int64)
        np.add.at(steps, (self.ask_pool, self.ask_from), self.ask_devices)
        np.add.at(steps, (self.ask_pool, self.ask_to), -self.ask_devices)
        return np.cumsum(steps, axis=1)[:, :-1]

    @cached_property
    def ask_offset(self) -> Int64:
        """int64[S + 1]: where each ask's slots begin in a flat array of ask-slots."""
        import numpy as np

        ends = np.cumsum((self.ask_to - self.ask_from).astype(np.int64))
        return np.concatenate((np.zeros(1, dtype=np.int64), ends))

    @cached_property
    def opt_offset(self) -> Int64:
        """int64[N + 1]: where each order's options begin."""
        import numpy as np

        counts = np.bincount(self.opt_order, minlength=self.orders)
        return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
