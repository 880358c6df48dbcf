"""Net prices that rank inside the index: exact figures, with bounds that rise with the price.

A voucher may turn the order of two prices round: one that pays from a least price on makes the
dearer job the cheaper one. So a net price states, for offers *alike*, two bounds that never fall
as the gross price g rises:

    low(g) ≤ net of every offer alike at g ≤ high(g)

Then no offer at g or above costs less than low(g), and a search that goes up the prices may stop
as soon as what it has found costs less than low of the next one. Under a price cap offers up to
the last g with high(g) ≤ cap pass, those from the first g with low(g) > cap on fail, and only
those between are priced. The answer is exact whatever the bounds; bounds that lie close together
save work.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol, cast, runtime_checkable

from entrepot.domain.catalogue.model import Offer

ZERO = Fraction(0)


@runtime_checkable
class RankedNet(Protocol):
    """A net price with bounds; all sums are HKD minor units of the whole job."""

    def __call__(self, offer: Offer, milli_devices: int, gross: Fraction) -> Fraction:
        """Return the net price, exact."""
        ...

    def alike(self, place: str, device_id: str) -> Hashable:
        """Return a key that places and devices with the same bounds share."""
        ...

    def bounds(
        self, key: Hashable, asset: str, milli_devices: int, gross: Fraction
    ) -> tuple[Fraction, Fraction]:
        """Return bounds of the net price at a gross price, neither falling as it rises.

        Args:
            key: as :meth:`alike` gave it.
            asset: code of the offer's currency.
            milli_devices: what a lease takes.
            gross: gross price.
        """
        ...


@dataclass(frozen=True, slots=True)
class Grant:
    """A voucher as a share of the price.

    Attributes:
        share: of the price, 0 to 1.
        cap_minor: most it pays; None = no cap.
        from_minor: least price on which it pays.
    """

    share: Fraction
    cap_minor: Fraction | int | None = None
    from_minor: Fraction | int = 0

    def on(self, gross: Fraction) -> Fraction:
        """Return what the voucher pays when the price is high enough."""
        paid = gross * self.share
        return paid if self.cap_minor is None else min(paid, Fraction(self.cap_minor))


@dataclass(frozen=True, slots=True)
class GrantNet:
    """The price less the vouchers of a place: net = max(0, g − Σ min(share · g, cap)).

    Attributes:
        grants: (place, device id) → vouchers there, which a key of offers alike is too.

    Σ min(share · g, cap) is concave, so g less it is convex and 0 at 0; cut off at 0 it never
    falls. So between two least prices the net price rises, and only at one of them may it fall:
    low is the least of the net price here and at every least price above, high the most of it
    here and just below every least price passed.

    >>> half = Grant(Fraction(1, 2), from_minor=400)
    >>> net = GrantNet(lambda place, device: (half,))
    >>> [str(bound) for bound in net.bounds((half,), "HKD", 1000, Fraction(500))]
    ['250', '400']
    """

    grants: Callable[[str, str], Sequence[Grant]]

    def __call__(self, offer: Offer, milli_devices: int, gross: Fraction) -> Fraction:
        """Return the net price, exact."""
        return _net(gross, self.grants(offer.place, offer.device_id))

    def alike(self, place: str, device_id: str) -> Hashable:
        """Return the vouchers there."""
        return tuple(self.grants(place, device_id))

    def bounds(
        self, key: Hashable, asset: str, milli_devices: int, gross: Fraction
    ) -> tuple[Fraction, Fraction]:
        """Return the least net price at this price or above, and the most at it or below."""
        there = cast("tuple[Grant, ...]", key)
        here = _net(gross, there)
        steps = [Fraction(grant.from_minor) for grant in there if grant.from_minor > 0]
        above = [_net(step, there) for step in steps if step > gross]
        below = [_net(step, there, at=False) for step in steps if step <= gross]
        return min([here, *above]), max([here, *below])


def _net(gross: Fraction, grants: Sequence[Grant], *, at: bool = True) -> Fraction:
    """Return the price less vouchers; without ``at``, as it is just below that price."""
    paying = (g for g in grants if g.from_minor < gross or (at and g.from_minor == gross))
    return max(ZERO, gross - sum((grant.on(gross) for grant in paying), ZERO))
