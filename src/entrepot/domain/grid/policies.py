"""Names of the policies."""

from __future__ import annotations

from enum import StrEnum


class Policy(StrEnum):
    """Where a request is placed among the nodes on which it fits.

    RANDOM: anywhere, each node as likely as any other.
    BEST_FIT: where the least CPU and the fewest devices are left over.
    DOT_PRODUCT: where what is free and what is asked point in least alike directions.
    PACKING: devices in use first, then nodes in use.
    CLUSTERING: beside requests of the same size.
    FGD: where the fragments grow least.
    BEST: the house's own.
    """

    RANDOM = "random"
    BEST_FIT = "best_fit"
    DOT_PRODUCT = "dot_product"
    PACKING = "packing"
    CLUSTERING = "clustering"
    FGD = "fgd"
    BEST = "best"

    @property
    def number(self) -> int:
        """Number by which the compiled loops know the policy."""
        return list(Policy).index(self)
