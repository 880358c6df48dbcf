"""Firms and centres as their files state them, before the exchange takes them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from entrepot.services import records as r


@dataclass(frozen=True, slots=True)
class FirmDefinition:
    """A firm as its file states it; see :class:`entrepot.services.records.Firm`."""

    name: str
    address: str
    registration: str
    group: str
    profile: r.Body


@dataclass(frozen=True, slots=True)
class PoolDefinition:
    """Like devices of a centre, as its file states them.

    Attributes:
        kinds: terms of the kinds of lease it sells, see ``KindTerms``; none = a managed job.
        nodes: ``name``, ``devices``, ``rack`` of its machines, in the order of the devices.
    """

    name: str
    device_id: str
    devices: int
    device_memory_mib: int
    vcpus: int
    memory_mib: int
    disk_mib: int
    power_w: int | None
    isolations: tuple[str, ...]
    export: r.Body
    ratings: tuple[r.Body, ...]
    kinds: tuple[r.Body, ...] = ()
    nodes: tuple[r.Body, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferDefinition:
    """A standing ask, as the centre's file states it."""

    pool: str
    price: Fraction
    asset: str
    isolation: str
    interruptible: bool
    milli_min: int
    milli_max: int
    from_day: str
    to_day: str | None


@dataclass(frozen=True, slots=True)
class CentreDefinition:
    """A centre with pools and offers, as its file states it."""

    id: str
    names: Mapping[str, str]
    jurisdiction: str
    region: str
    city: str
    latitude_udeg: int
    longitude_udeg: int
    operator_hq: str
    backend: str
    account: r.Body
    green_share_bp: int | None
    demonstration: bool
    source: str
    pools: tuple[PoolDefinition, ...]
    offers: tuple[OfferDefinition, ...]
