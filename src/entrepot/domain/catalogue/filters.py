"""The filters of a search, in the one order in which they are applied and reported."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from entrepot.kernel.text import N_


class Filter(StrEnum):
    """Why an offer is left out. The first filter that an offer fails is its reason.

    The order is fixed: what the offer *is*, then what it *holds*, then *where* it stands, then
    whether it is lawful there, then what it costs.
    """

    DEVICE = "device"
    DAY = "day"
    KIND = "kind"
    MEMORY = "memory"
    COUNT = "count"
    CPUS = "cpus"
    HOST_MEMORY = "host_memory"
    DISK = "disk"
    ISOLATION = "isolation"
    LEASE_KIND = "lease_kind"
    RATING = "rating"
    INTERRUPTIBLE = "interruptible"
    REGION = "region"
    JURISDICTION = "jurisdiction"
    LATENCY = "latency"
    GREEN = "green"
    GATE = "gate"
    CURRENCY = "currency"
    PRICE_CAP = "price_cap"
    PREFERENCE = "preference"


ORDER: tuple[Filter, ...] = tuple(Filter)

RELAXABLE: frozenset[Filter] = frozenset(ORDER) - {
    # Law, dates and a missing rate of exchange are no wish of the user, and cannot be given up.
    Filter.DAY,
    Filter.GATE,
    Filter.CURRENCY,
    Filter.PREFERENCE,
}

LABELS: Mapping[Filter, str] = {
    Filter.DEVICE: N_("another device"),
    Filter.DAY: N_("price not valid on the day"),
    Filter.KIND: N_("list price only, not sold here"),
    Filter.MEMORY: N_("device memory"),
    Filter.COUNT: N_("number of devices"),
    Filter.CPUS: N_("host processors"),
    Filter.HOST_MEMORY: N_("host memory"),
    Filter.DISK: N_("disk"),
    Filter.ISOLATION: N_("isolation too weak"),
    Filter.LEASE_KIND: N_("not leased that way"),
    Filter.RATING: N_("too slow at the precision asked"),
    Filter.INTERRUPTIBLE: N_("may be taken back"),
    Filter.REGION: N_("another region"),
    Filter.JURISDICTION: N_("another jurisdiction"),
    Filter.LATENCY: N_("too far away"),
    Filter.GREEN: N_("too little green power"),
    Filter.GATE: N_("not permitted there"),
    Filter.CURRENCY: N_("no rate of exchange"),
    Filter.PRICE_CAP: N_("above the price cap"),
    Filter.PREFERENCE: N_("a preferred device has an offer"),
}
"""Short words for tables; the sentence for one offer comes from ``explain.reason``."""
