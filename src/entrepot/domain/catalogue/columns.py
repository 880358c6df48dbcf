"""Many offers as columns of integers, sorted so that the cheapest feasible one comes first.

Rows are sorted by device, then by *group* (all rows of one device, asset and instance size), then
by exact price, then by id. So a device is one slice, a removed device costs nothing, and the
cheapest feasible offer of a group is its first feasible row. Prices are compared by their rank
inside their asset, an integer; a price cap becomes one rank by an exact search. No price is ever
rounded. numpy is imported only here.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from entrepot.domain.catalogue.lease_rule import LeaseRule
from entrepot.domain.catalogue.model import ISOLATION_RANK, Offer, OfferKind
from entrepot.kernel.compute import MILLI, Precision

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NOT_STATED = -1
NO_LIMIT = 2**62


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one device, one asset and one instance size: ``start`` ≤ row < ``end``."""

    device: int
    asset: str
    devices_per_instance: int
    share_milli: int
    start: int
    end: int


@dataclass(slots=True)
class Columns:
    """Offers by column; row r of every column is ``offers[r]``.

    Attributes:
        offers: the offers, sorted.
        here: bool[n], False for an offer that was taken away since.
        groups: the groups, in row order.
        devices: (device id, device name) → rows [start, end).
        prices: asset → its distinct prices, ascending; a rank is a position in it.
    """

    offers: list[Offer]
    here: Bools
    groups: list[Group]
    devices: list[tuple[str, str, int, int]]
    prices: dict[str, list[Fraction]]
    rank: Ints
    group_id: Ints
    group_starts: Ints
    ints: dict[str, Ints]
    places: list[str]
    regions: list[str]
    jurisdictions: list[str | None]
    pairs: list[tuple[str, str]]
    rules: list[tuple[LeaseRule, ...]]
    row_of: dict[str, int]
    _ratings: dict[Precision, Ints] = field(default_factory=dict[Precision, Ints])
    _code_of: dict[str, dict[object, int]] = field(default_factory=dict[str, dict[object, int]])

    def remove(self, offer_id: str) -> bool:
        """Take an offer away; say whether it was there."""
        row = self.row_of.pop(offer_id, None)
        if row is not None:
            self.here[row] = False
        return row is not None

    def rewrite(self, offer: Offer) -> bool:
        """Write a changed offer into its row; say whether it may stay there.

        It may while its device, price and instance, by which the rows are sorted, are the same.
        """
        row = self.row_of.get(offer.id)
        if row is None or _sorted_by(self.offers[row]) != _sorted_by(offer):
            return False
        self.offers[row] = offer
        for name, read in _READ.items():
            self.ints[name][row] = read(offer)
        for name, listed in self._named().items():
            self.ints[name][row] = self._code(name, listed, _NAMES[name](offer))
        for precision, speeds in self._ratings.items():
            speeds[row] = _stated(offer.rating_mflops(precision))
        return True

    def _named(self) -> dict[str, list[Any]]:
        return {
            "place": self.places,
            "region": self.regions,
            "jurisdiction": self.jurisdictions,
            "pair": self.pairs,
            "rules": self.rules,
        }

    def _code(self, name: str, listed: list[Any], value: object) -> int:
        """Return the place of a value in its list, which it joins if it is new."""
        if name not in self._code_of:
            self._code_of[name] = {known: code for code, known in enumerate(listed)}
        code = self._code_of[name].setdefault(value, len(listed))
        if code == len(listed):
            listed.append(value)
        return code

    def rating(self, precision: Precision) -> Ints:
        """Return 10⁶ operations per second of one device, int64[n]; −1 = not stated."""
        if precision not in self._ratings:
            cache: dict[int, int] = {}
            values: list[int] = []
            for offer in self.offers:
                key = id(offer.ratings)
                if key not in cache:
                    cache[key] = _stated(offer.rating_mflops(precision))
                values.append(cache[key])
            self._ratings[precision] = np.array(values, dtype=np.int64)
        return self._ratings[precision]

    def rank_limit(self, asset: str, price: Fraction) -> int:
        """Return how many distinct prices of ``asset`` are at most ``price``."""
        return bisect_right(self.prices[asset], price)

    def groups_in(self, start: int, end: int) -> Iterator[tuple[int, Group]]:
        """Yield the groups that have rows in [start, end), with their numbers."""
        first = int(np.searchsorted(self.group_starts, start, side="right")) - 1
        for number in range(first, len(self.groups)):
            if self.groups[number].start >= end:
                return
            yield number, self.groups[number]


def build(offers: Iterable[Offer]) -> Columns:
    """Sort offers and lay them out as columns.

    Args:
        offers: offers with distinct ids.
    """
    listed = list(offers)
    ranks, prices = _rank_prices(listed)
    names = sorted({(o.device_id, o.device_name) for o in listed})
    device_of = {name: code for code, name in enumerate(names)}
    keyed = [
        (
            device_of[o.device_id, o.device_name],
            o.price.asset.code,
            o.devices_per_instance,
            o.share_milli,
            rank,
            o.id,
            position,
        )
        for position, (o, rank) in enumerate(zip(listed, ranks, strict=True))
    ]
    keyed.sort()
    rows = [listed[key[-1]] for key in keyed]
    groups = _groups([key[:4] for key in keyed])
    starts = np.array([g.start for g in groups], dtype=np.int64)
    lengths = np.array([g.end - g.start for g in groups], dtype=np.int64)
    named = {name: _codes([read(o) for o in rows]) for name, read in _NAMES.items()}
    return Columns(
        offers=rows,
        here=np.ones(len(rows), dtype=np.bool_),
        groups=groups,
        devices=_device_slices(names, groups),
        prices=prices,
        rank=np.array([key[4] for key in keyed], dtype=np.int64),
        group_id=np.repeat(np.arange(len(groups), dtype=np.int64), lengths),
        group_starts=starts,
        ints=_ints(rows) | {name: codes for name, (_, codes) in named.items()},
        places=named["place"][0],
        regions=named["region"][0],
        jurisdictions=named["jurisdiction"][0],
        pairs=named["pair"][0],
        rules=named["rules"][0],
        row_of={o.id: row for row, o in enumerate(rows)},
    )


def _rank_prices(offers: Sequence[Offer]) -> tuple[list[int], dict[str, list[Fraction]]]:
    """Rank each price inside its asset; distinct prices sort as integers over one denominator."""
    distinct: dict[str, set[Fraction]] = {}
    for offer in offers:
        price = offer.price
        distinct.setdefault(price.asset.code, set()).add(price.minor_per_device_hour)
    prices: dict[str, list[Fraction]] = {}
    rank_of: dict[str, dict[Fraction, int]] = {}
    for asset, values in distinct.items():
        common = math.lcm(*{value.denominator for value in values})
        keyed = sorted((v.numerator * (common // v.denominator), v) for v in values)
        prices[asset] = [value for _, value in keyed]
        rank_of[asset] = {value: rank for rank, value in enumerate(prices[asset])}
    return [rank_of[o.price.asset.code][o.price.minor_per_device_hour] for o in offers], prices


def _groups(keys: Sequence[tuple[int, str, int, int]]) -> list[Group]:
    groups: list[Group] = []
    start = 0
    for row in range(1, len(keys) + 1):
        if row == len(keys) or keys[row] != keys[start]:
            groups.append(Group(*keys[start], start, row))
            start = row
    return groups


def _device_slices(
    names: Sequence[tuple[str, str]], groups: Sequence[Group]
) -> list[tuple[str, str, int, int]]:
    starts = [group.start for group in groups]
    codes = [group.device for group in groups]
    end = groups[-1].end if groups else 0
    slices: list[tuple[str, str, int, int]] = []
    for code, (device_id, name) in enumerate(names):
        first, last = bisect_left(codes, code), bisect_left(codes, code + 1)
        slices.append((device_id, name, starts[first], starts[last] if last < len(starts) else end))
    return slices


def _codes(values: Sequence[Any]) -> tuple[list[Any], Ints]:
    code_of: dict[Any, int] = {}
    codes = [code_of.setdefault(value, len(code_of)) for value in values]
    return list(code_of), np.array(codes, dtype=np.int64)


def _sorted_by(offer: Offer) -> tuple[object, ...]:
    """Return what the place of a row depends on."""
    device = (offer.device_id, offer.device_name)
    return *device, offer.devices_per_instance, offer.share_milli, offer.price


def _ints(rows: Sequence[Offer]) -> dict[str, Ints]:
    return {
        name: np.fromiter((column(o) for o in rows), dtype=np.int64, count=len(rows))
        for name, column in _READ.items()
    }


def _stated(value: int | None) -> int:
    return NOT_STATED if value is None else value


def _milli(devices: int | None) -> int:
    return NO_LIMIT if devices is None else devices * MILLI


_READ: Mapping[str, Callable[[Offer], int]] = {
    "memory": lambda o: _stated(o.memory_mib),
    "available": lambda o: _milli(o.devices_available),
    "vcpus": lambda o: _stated(o.vcpus),
    "host_memory": lambda o: _stated(o.host_memory_mib),
    "disk": lambda o: _stated(o.disk_mib),
    "isolation": lambda o: ISOLATION_RANK[o.isolation],
    "green": lambda o: _stated(o.green_share_bp),
    "interruptible": lambda o: int(o.interruptible),
    "posted": lambda o: int(o.kind is OfferKind.POSTED),
    "from": lambda o: (o.valid_from or date.min).toordinal(),
    # A price without an end outlives every day that can be asked.
    "to": lambda o: NO_LIMIT if o.valid_to is None else o.valid_to.toordinal(),
}

_NAMES: Mapping[str, Callable[[Offer], object]] = {
    "place": lambda o: o.place,
    "region": lambda o: o.region,
    "jurisdiction": lambda o: o.jurisdiction,
    "pair": lambda o: (o.place, o.device_id),
    "rules": lambda o: o.lease_rules,
}
