"""A call without some of its orders or asks, and its answer back in the whole call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from entrepot.domain.market.instance import Instance
    from entrepot.domain.market.solution import Solution


@dataclass(frozen=True, slots=True)
class Cut:
    """What is taken out of a call.

    Attributes:
        orders: places of orders that may get nothing.
        asks: places of asks that may give nothing.
    """

    orders: frozenset[int] = frozenset()
    asks: frozenset[int] = frozenset()

    def without(self, instance: Instance, loser: tuple[str, int]) -> Cut:
        """Return the cut with one loser more; the orders that hang on an order go with it."""
        kind, place = loser
        if kind == "ask":
            return replace(self, asks=self.asks | {place})
        gone = set(self.orders) | {place}
        parents: list[int] = instance.order_parent.tolist()
        size = 0
        while size != len(gone):
            size = len(gone)
            gone |= {child for child, parent in enumerate(parents) if parent in gone}
        return replace(self, orders=frozenset(gone))


def cut_of(instance: Instance, cut: Cut) -> tuple[Instance, NDArray[np.int64]]:
    """Return the call without what is cut, and the rows of the options that are left."""
    import numpy as np

    keep = ~np.isin(instance.opt_order, list(cut.orders))
    rows = np.flatnonzero(keep)
    devices = instance.ask_devices.copy()
    devices[list(cut.asks)] = 0
    less = replace(
        instance,
        ask_devices=devices,
        opt_id=tuple(instance.opt_id[row] for row in rows.tolist()),
        opt_order=instance.opt_order[rows],
        opt_pool=instance.opt_pool[rows],
        opt_start=instance.opt_start[rows],
        opt_len=instance.opt_len[rows],
        opt_devices=instance.opt_devices[rows],
        opt_value=instance.opt_value[rows],
        opt_link=instance.opt_link[rows],
        opt_mbps=instance.opt_mbps[rows],
    )
    return (less if cut.orders or cut.asks else instance), rows


def lift(instance: Instance, found: Solution, rows: NDArray[np.int64], cut: Cut) -> Solution:
    """Return the answer to a cut call as an answer to the whole one.

    Welfare and bound are worked out anew, exactly and over all orders. The bound of a solver on
    its word does not carry over from a smaller call.
    """
    import numpy as np

    from entrepot.domain.market.instance import PPM
    from entrepot.domain.market.worth import bound, welfare_pico

    share = np.zeros(instance.options, dtype=np.int32)
    share[rows] = found.opt_share
    whole = not cut.orders and not cut.asks
    return replace(
        found,
        opt_share=share,
        welfare=welfare_pico(instance, share, found.ask_used) // PPM,
        bound=bound(instance, found.pi, found.mu),
        mip_bound=found.mip_bound if whole else None,
    )
