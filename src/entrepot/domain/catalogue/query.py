"""A demand made ready for judging, and what an offer would take and cost for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache

from entrepot.domain.catalogue.model import Candidate, Demand, DeviceRequest, Offer, Setting
from entrepot.domain.catalogue.names import DeviceKey, device_key
from entrepot.kernel.compute import MILLI
from entrepot.kernel.money import ASSETS, HKD


@dataclass(frozen=True, slots=True)
class Query:
    """A demand and its setting, made ready once for many offers.

    Attributes:
        demand, setting: what was asked, and what is known.
        keys: key of each alternative's name; None = any device.
        regions: regions asked, folded to one case.
        jurisdictions: places asked, upper case.
        rates: HKD minor units for one minor unit of each asset.
        winners: alternatives that may give candidates.
        memo: what was worked out once for all alternatives; no part of the question.
    """

    demand: Demand
    setting: Setting
    keys: tuple[DeviceKey | None, ...]
    regions: tuple[str, ...]
    jurisdictions: frozenset[str]
    rates: Mapping[str, Fraction]
    winners: frozenset[int]
    memo: dict[object, tuple[int, int]] = field(
        default_factory=dict[object, tuple[int, int]], compare=False, repr=False
    )

    def request(self, index: int) -> DeviceRequest:
        """Return alternative ``index``."""
        return self.demand.alternatives[index]

    def preferring(self, winner: int) -> Query:
        """Return the query in which only alternative ``winner`` may give candidates."""
        return replace(self, winners=frozenset({winner}))


def make_query(demand: Demand, setting: Setting) -> Query:
    """Make a demand ready for judging.

    Raises:
        ValueError: a rate of exchange is not positive.
    """
    if any(rate <= 0 for rate in setting.to_hkd.values()):
        raise ValueError("a rate of exchange is positive")
    alternatives = demand.alternatives
    return Query(
        demand,
        setting,
        tuple(None if r.name is None else device_key(r.name) for r in alternatives),
        tuple(region.casefold() for region in demand.regions),
        frozenset(place.upper() for place in demand.jurisdictions),
        {code: _minor_rate(code, rate) for code, rate in setting.to_hkd.items()},
        frozenset(range(len(alternatives))),
    )


def _minor_rate(code: str, rate: Fraction) -> Fraction:
    digits = ASSETS[code].digits if code in ASSETS else HKD.digits
    return Fraction(rate) * Fraction(10) ** (HKD.digits - digits)


@lru_cache(maxsize=65536)
def serves(key: DeviceKey | None, name: str | None, device_id: str, device_name: str) -> bool:
    """Say whether a device is the one asked for by ``key``, made from ``name``."""
    if key is None or name is None or name.casefold() == device_id.casefold():
        return True
    return device_key(device_name).serves(key)


def take(request: DeviceRequest, devices_per_instance: int, share_milli: int) -> int:
    """Return what a lease takes to serve ``request``, in milli-devices.

    take = ⌈milli_min / step⌉ · step, where the step is one instance, or the offer's smallest
    share when a share was asked; a share never takes more than its one device.

    >>> take(DeviceRequest("x", milli_min=3000, milli_max=8000), 4, 1000)
    4000
    >>> take(DeviceRequest("x", milli_min=250, milli_max=1000), 1, 143)
    286
    """
    if request.milli_min < MILLI and devices_per_instance == 1:
        return min(MILLI, -(-request.milli_min // share_milli) * share_milli)
    step = devices_per_instance * MILLI
    return -(-request.milli_min // step) * step


def taken(query: Query, index: int, offer: Offer) -> int:
    """Return what a lease of ``offer`` takes for alternative ``index``, in milli-devices."""
    return take(query.request(index), offer.devices_per_instance, offer.share_milli)


def gross(query: Query, offer: Offer, milli: int) -> Fraction | None:
    """Price the whole job in HKD minor units, exact; None when the asset has no rate.

    gross = price · rate · milli / 1000 · seconds / 3600
    """
    asset = offer.price.asset.code
    if asset not in query.rates:
        return None
    return gross_of(query, asset, offer.price.minor_per_device_hour, milli)


def gross_of(query: Query, asset: str, minor_per_device_hour: Fraction, milli: int) -> Fraction:
    """Price the whole job at a price in an asset that has a rate; see :func:`gross`."""
    hours = Fraction(query.demand.duration_s * milli, 3600 * MILLI)
    return minor_per_device_hour * query.rates[asset] * hours


def candidate(query: Query, index: int, offer: Offer) -> Candidate | None:
    """Price ``offer`` for alternative ``index``; None when the asset has no rate."""
    milli = taken(query, index, offer)
    price = gross(query, offer, milli)
    if price is None:
        return None
    net = price if query.setting.net is None else query.setting.net(offer, milli, price)
    return Candidate(offer, index, milli, price, net)


def region_holds(regions: tuple[str, ...], region: str) -> bool:
    """Say whether ``region`` is one of ``regions`` or lies below one of them.

    >>> region_holds(("cn",), "CN-GD"), region_holds(("cn",), "CNX")
    (True, False)
    """
    folded = region.casefold()
    return any(folded == asked or folded.startswith(asked + "-") for asked in regions)
