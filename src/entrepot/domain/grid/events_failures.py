"""Failures of nodes drawn from a seed: times between failures and repairs are exponential.

    up ~ Exp(mtbf), down ~ Exp(repair), in turn for every node, rounded up to whole seconds

The same seed, cluster and span draw the same failures, whatever the policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from entrepot.domain.grid.events_model import Cluster, Outage
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_


@dataclass(frozen=True, slots=True)
class Failures:
    """How nodes fail.

    Attributes:
        mtbf_s: mean seconds of a node between a repair and the next failure.
        repair_s: mean seconds until it is back.
        seed: of the draw.
    """

    mtbf_s: int
    repair_s: int
    seed: int


def draw_outages(cluster: Cluster, span_s: int, failures: Failures) -> tuple[Outage, ...]:
    """Draw the outages of a cluster that begin before ``span_s``.

    Args:
        cluster: its name is part of the seed, so clusters fail independently.
        span_s: seconds from 0.
        failures: how often, how long.

    Raises:
        Invalid: a time below one second, or a negative seed.

    >>> once = draw_outages(Cluster("a", 4, 8), 10**6, Failures(10**5, 3600, 1))
    >>> once == draw_outages(Cluster("a", 4, 8), 10**6, Failures(10**5, 3600, 1)), len(once) > 10
    (True, True)
    """
    if min(failures.mtbf_s, failures.repair_s) < 1 or failures.seed < 0:
        raise Invalid(
            "grid.failures",
            N_("Failures need times of at least a second and a seed that is not negative."),
            hint=N_("For example: --failures mtbf=30d,repair=4h,seed=1"),
        )
    import numpy as np

    found: list[Outage] = []
    for node in range(cluster.nodes):
        chance = np.random.Generator(
            np.random.PCG64([failures.seed, crc32(cluster.name.encode()), node])
        )
        now = 0
        while True:
            now += 1 + int(chance.exponential(failures.mtbf_s))
            if now >= span_s:
                break
            back = now + 1 + int(chance.exponential(failures.repair_s))
            found.append(Outage(node, now, back))
            now = back
    return tuple(found)
