"""The certificate of a call: everything that a stranger needs to check it, as canonical JSON.

Money of single options and prices is in micro-HKD, money of payments in cents, shares in ppm,
supply in micro-devices. Runs of slots are half-open. Only what is not zero is listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.instance import Instance
from entrepot.domain.market.pay import FEE_PPM_MAX, Payments, Regret
from entrepot.domain.market.plain import FORM, inputs_digest, law_digest, runs
from entrepot.kernel.canonical import digest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]

    from entrepot.domain.market.solution import Solution

Plain = dict[str, object]


@dataclass(frozen=True, slots=True)
class Making:
    """How a certificate came about.

    Attributes:
        version: of the program.
        seed: of all chance.
        fee_ppm_max: cap of the fee.
        dropped_orders, dropped_asks: places of those taken out to keep within the cap.
    """

    version: str
    seed: int
    fee_ppm_max: int = FEE_PPM_MAX
    dropped_orders: tuple[int, ...] = ()
    dropped_asks: tuple[int, ...] = ()


def certificate(
    instance: Instance, solution: Solution, payments: Payments, lost: Regret, making: Making
) -> Plain:
    """Return the certificate as plain values, with a digest over all of them.

    Args:
        instance: the whole call.
        solution: allocation, prices, welfare and bounds.
        payments: money.
        lost: what prices promised in vain.
        making: version, seed and what was dropped.
    """
    body: Plain = {
        "form": FORM,
        "version": making.version,
        "seed": making.seed,
        "budget": dict(solution.budget),
        "inputs": inputs_digest(instance),
        "law": law_digest(instance),
        "allocation": _allocation(instance, solution),
        "supply": _supply(instance, solution),
        "prices": _prices(instance, solution.pi),
        "congestion": _congestion(instance, solution.mu),
        "welfare": solution.welfare,
        "bound": solution.bound,
        "gap_percent": gap_percent(solution.welfare, solution.bound),
        "mip_bound": solution.mip_bound,
        "gap_percent_mip": None
        if solution.mip_bound is None
        else gap_percent(solution.welfare, solution.mip_bound),
        "payments": _payments(instance, payments, making.fee_ppm_max),
        "dropped": {
            "orders": [instance.order_id[place] for place in making.dropped_orders],
            "asks": [instance.ask_id[place] for place in making.dropped_asks],
        },
        "surplus": {"orders": payments.order_surplus, "asks": payments.ask_surplus},
        "lost_opportunity": lost.lost,
        "rejected": [[instance.order_id[order], much] for order, much in lost.rejected],
    }
    return {**body, "digest": digest(body)}


def gap_percent(welfare: int, bound: int) -> str:
    """Return how far welfare may be below the best, in percent of the bound, rounded up.

    >>> gap_percent(995, 1000), gap_percent(0, 0), gap_percent(999_999, 1_000_000)
    ('0.5000', '0.0000', '0.0001')
    """
    if bound <= 0:
        return "0.0000"
    parts = max(0, -((welfare - bound) * 1_000_000 // bound))
    return f"{parts // 10_000}.{parts % 10_000:04d}"


def _allocation(instance: Instance, solution: Solution) -> list[list[object]]:
    return [
        [
            instance.order_id[int(instance.opt_order[row])],
            instance.opt_id[row],
            int(solution.opt_share[row]),
        ]
        for row in np.flatnonzero(solution.opt_share).tolist()
    ]


def _supply(instance: Instance, solution: Solution) -> list[list[object]]:
    rows: list[list[object]] = []
    for ask, name in enumerate(instance.ask_id):
        begin, end = int(instance.ask_offset[ask]), int(instance.ask_offset[ask + 1])
        rows += _runs([name], solution.ask_used[begin:end].tolist(), int(instance.ask_from[ask]))
    return rows


def _prices(instance: Instance, pi: Int64) -> list[list[object]]:
    rows: list[list[object]] = []
    for pool in range(instance.pools):
        zone = instance.zones[int(instance.pool_zone[pool])]
        device = instance.classes[int(instance.pool_class[pool])]
        rows += _runs([zone, device], pi[pool].tolist())
    return rows


def _congestion(instance: Instance, mu: Int64) -> list[list[object]]:
    rows: list[list[object]] = []
    for link, name in enumerate(instance.link_id):
        rows += _runs([name], mu[link].tolist())
    return rows


def _runs(head: Sequence[str], values: list[int], first: int = 0) -> list[list[object]]:
    return [[*head, a + first, b + first, value] for a, b, value in runs(values) if value]


def _payments(instance: Instance, money: Payments, fee_ppm_max: int) -> Plain:
    orders = zip(instance.order_id, money.charges, money.order_whole, money.fees, strict=True)
    asks = zip(instance.ask_id, money.credits, money.ask_whole, strict=True)
    return {
        "fee_ppm_max": fee_ppm_max,
        "orders": [list(row) for row in orders if any(row[1:])],
        "asks": [list(row) for row in asks if any(row[1:])],
        "operator": money.operator,
    }
