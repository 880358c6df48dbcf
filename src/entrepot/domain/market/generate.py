"""Make up a call of the auction from a seed: the same seed, the same call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.draft import assemble
from entrepot.domain.market.generate_realistic import realistic
from entrepot.domain.market.generate_stress import stress
from entrepot.domain.market.instance import GANG, Instance
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

STRESS, REALISTIC = "stress", "realistic"
GENERATORS = {STRESS: stress, REALISTIC: realistic}
ORDERS_MAX = 1_000_000
ZONES_MAX = 1_000
CLASSES_MAX = 1_000
SLOTS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Portrait:
    """What one must know of an instance to judge a gap.

    Attributes:
        orders, options, pools: counts.
        gang_value_ppm: share of the gangs in the value of all orders, each at its best option.
        gang_size_ppm: quantiles 10, 50, 90 and 99 % of a gang option's devices over what its
            pool has in its scarcest slot, in ppm.
        oversize_ppm: share of gang options that are larger than their pool.
    """

    orders: int
    options: int
    pools: int
    gang_value_ppm: int
    gang_size_ppm: tuple[int, ...]
    oversize_ppm: int


def generate(
    orders: int, zones: int, classes: int, slots: int, seed: int, kind: str = STRESS
) -> Instance:
    """Make up a call.

    Args:
        orders, zones, classes, slots: sizes.
        seed: not negative.
        kind: ``stress`` or ``realistic``.

    Raises:
        Invalid: a size, the seed or the kind is out of range.

    >>> call = generate(10, 2, 2, 24, seed=1)
    >>> call.orders, call.pools
    (10, 4)
    """
    sizes = ((orders, ORDERS_MAX), (zones, ZONES_MAX), (classes, CLASSES_MAX), (slots, SLOTS_MAX))
    if any(not 1 <= size <= most for size, most in sizes) or seed < 0 or kind not in GENERATORS:
        raise Invalid(
            "auction.generate",
            N_("Such an auction cannot be made up."),
            hint=N_(
                "Use 1 to {orders} orders, {zones} zones, {classes} classes and {slots} slots,"
                " a seed from 0 and the kind stress or realistic."
            ),
            orders=ORDERS_MAX,
            zones=ZONES_MAX,
            classes=CLASSES_MAX,
            slots=SLOTS_MAX,
        )
    rng = np.random.Generator(np.random.PCG64(seed))
    return assemble(*GENERATORS[kind](rng, orders, zones, classes, slots))


def portrait(instance: Instance) -> Portrait:
    """Measure an instance."""
    gang = instance.order_kind[instance.opt_order] == GANG
    best = _best_value(instance)
    total = int(best.sum())
    share = int(best[instance.order_kind == GANG].sum()) * 10**6 // total if total else 0
    least = _scarcest(instance)
    have = np.maximum(least, 1)[gang]
    sizes = instance.opt_devices[gang] / have
    over = instance.opt_devices[gang] > least[gang]
    quantiles = np.quantile(sizes, (0.1, 0.5, 0.9, 0.99)) if sizes.size else np.zeros(4)
    return Portrait(
        instance.orders,
        instance.options,
        instance.pools,
        share,
        tuple(int(q * 10**6) for q in quantiles.tolist()),
        int(over.mean() * 10**6) if over.size else 0,
    )


def _best_value(instance: Instance) -> NDArray[np.int64]:
    best = np.zeros(instance.orders, dtype=np.int64)
    np.maximum.at(best, instance.opt_order, instance.opt_value)
    return best


def _scarcest(instance: Instance) -> NDArray[np.int64]:
    """Return for each option the devices that its pool has in the scarcest of its slots."""
    found = np.full(instance.options, np.iinfo(np.int64).max)
    longest = int(instance.opt_len.max(initial=0))
    for step in range(longest):
        rows = np.flatnonzero(instance.opt_len > step)
        here = instance.supply[instance.opt_pool[rows], instance.opt_start[rows] + step]
        found[rows] = np.minimum(found[rows], here)
    return found
