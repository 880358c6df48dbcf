"""The net price of a job, by which offers are ranked: exact, with bounds for the index.

With list price g in HKD, discount d, spread s, egress e and tax t (see ``contracts/price.py``), the
total before vouchers is, but for the rounding of at most four lines,

    total(g) = (g · (1 − d) · (1 + s) + e) · (1 + t)

and each programme p pays at most its highest rate of it, so that

    max(0, (total(g) − 2) · (1 − Σ rate_p)) ≤ net ≤ total(g) + 2

in cents. Both sides rise with g. A list price that is not sold here has no net price; its gross one
is compared.
"""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction

from entrepot.domain.catalogue.model import Offer
from entrepot.domain.contracts.price import GB
from entrepot.domain.contracts.price_model import BP
from entrepot.domain.vouchers.model import Programme
from entrepot.kernel.money import HKD
from entrepot.services.candidate import SALES_TAX, Pricing, net_of

ROUNDED = 2
"""Cents by which four roundings of half a cent may move a total."""


class JobNet:
    """Net prices of one job, as the catalogue ranks by them; see ``catalogue/net.py``.

    Args:
        pricing: prices of the job.
    """

    def __init__(self, pricing: Pricing) -> None:
        app, job = pricing.app, pricing.job
        settings = app.settings
        tax = Fraction(int(app.facts.charges[SALES_TAX].value), BP)
        discounted = Fraction(BP - settings.discount_bp, BP)
        spread = {True: Fraction(settings.fx_spread_bp, BP), False: Fraction(0)}
        self._pricing = pricing
        self._times = {foreign: discounted * (1 + s) * (1 + tax) for foreign, s in spread.items()}
        egress = Fraction(settings.egress_cents_per_gb * job.egress_bytes, GB)
        self._plus = egress * (1 + tax)
        paid = sum((highest_rate(one) for one in app.programmes), Fraction(0))
        self._left = max(Fraction(0), 1 - paid)

    def __call__(self, offer: Offer, milli_devices: int, gross: Fraction) -> Fraction:
        """Return what the whole job costs after every voucher, HKD cents."""
        return net_of(self._pricing, offer, milli_devices, gross)

    def alike(self, place: str, device_id: str) -> Hashable:
        """Say whether a place is a centre here: nothing else changes the bounds."""
        return place in self._pricing.centres

    def bounds(
        self, key: Hashable, asset: str, milli_devices: int, gross: Fraction
    ) -> tuple[Fraction, Fraction]:
        """Return the least and the most that a job at a list price can cost, HKD cents."""
        if not key:
            return gross, gross
        total = gross * self._times[asset != HKD.code] + self._plus
        low = max(Fraction(0), (total - ROUNDED) * self._left)
        return low, total + ROUNDED


def highest_rate(programme: Programme) -> Fraction:
    """Return the largest share of a price in HKD that a programme pays under any version."""
    if programme.currency != HKD.code:
        return Fraction(0)
    rates = [rate.rate_bp for version in programme.versions for rate in version.rates]
    return Fraction(max(rates, default=0), BP)
