"""Orders that hang on another: placed last, each at most as far as its parent runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.instance import Instance
from entrepot.domain.market.tighten import Steps, Work

if TYPE_CHECKING:
    from entrepot.domain.market.kernels_place import Plan


def hang(instance: Instance, work: Work, steps: Steps, plan: Plan) -> float:
    """Place children while that gains, parents before their own children.

    Returns:
        The rise of welfare, HKD.
    """
    if not work.held.any():
        return 0.0
    from entrepot.domain.market.kernels_place import growth, set_share

    order = instance.opt_order[work.source]
    gain, placed = 0.0, True
    while placed:
        placed = False
        taken = np.bincount(order, weights=plan.share, minlength=instance.orders)
        for option in np.flatnonzero(work.held).tolist():
            child = int(order[option])
            room = int(taken[instance.order_parent[child]] - taken[child])
            room = min(room, 1_000_000 - int(plan.row_share[work.row[option]]))
            more, worth = growth(work, steps, plan, option, room)
            if worth > 0.0:
                gain += set_share(work, steps, plan, option, int(plan.share[option]) + more)
                taken[child] += more
                placed = True
    return gain
