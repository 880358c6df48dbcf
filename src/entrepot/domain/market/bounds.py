"""From a plan and prices to what is published: integers only, worked out anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.dual import published
from entrepot.domain.market.instance import PPM, Instance
from entrepot.domain.market.tighten import MICRO, Work, committed
from entrepot.domain.market.worth import bound, dispatch, welfare_pico

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.market.kernels_place import Plan

    Int32 = NDArray[np.int32]
    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


def shares(instance: Instance, work: Work, plan: Plan) -> Int32:
    """Return the share of every option of the instance, ppm."""
    found = np.zeros(instance.options, dtype=np.int32)
    found[work.source] = plan.share
    return found


def served(instance: Instance, plan: Plan) -> Int64:
    """Return who serves the load: asks without start costs and least runs, cheapest first."""
    load = plan.load.reshape(instance.pools, instance.slots)
    return dispatch(instance, load, np.where(committed(instance), 0, instance.ask_devices))


def welfare(instance: Instance, work: Work, plan: Plan) -> int:
    """Return the exact welfare of a plan, micro-HKD, rounded down."""
    return welfare_pico(instance, shares(instance, work, plan), served(instance, plan)) // PPM


def priced(
    instance: Instance, prices: tuple[Floats, Floats], runnable: Bools
) -> tuple[Int64, Int64, int]:
    """Return prices as published, and the bound that they prove.

    Args:
        instance: the orders.
        prices: π by cell and μ by link-slot, HKD.
        runnable: options that may run.
    """
    pi = published(prices[0]).reshape(instance.pools, instance.slots)
    mu = published(prices[1]).reshape(instance.links, instance.slots)
    return pi, mu, bound(instance, pi, mu, runnable)


def proven(answer_hkd: float, welfare_micro: int) -> int:
    """Return a solver's bound in micro-HKD, rounded up, never under what was reached."""
    return max(welfare_micro, int(np.ceil(answer_hkd * MICRO)))
