"""The open position of the house by currency and day of value, from bills, batches and leases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from entrepot.domain.contracts.cut_off import value_date
from entrepot.domain.contracts.plain import from_plain
from entrepot.domain.contracts.price import centre_cost
from entrepot.domain.contracts.price_model import PriceBreakdown
from entrepot.domain.contracts.settlement import LIVE
from entrepot.domain.fx.exposure import ExposureRow, Flow, exposure
from entrepot.kernel.money import CNH, HKD, ExchangeRate
from entrepot.kernel.period import next_business_day
from entrepot.services import records as r
from entrepot.services.fx_rates import RateView, rate_view, today

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Exposure:
    """The position on a day.

    Attributes:
        on: day; view: the rate used.
        rows: by day of value.
        total: of all days; its ``value_date`` is empty.
    """

    on: date
    view: RateView
    rows: tuple[ExposureRow, ...]
    total: ExposureRow


def exposure_of(app: App) -> Exposure:
    """Return the position in CNH as it stands now, at the rate of today."""
    day = today(app)
    view = rate_view(app, CNH, HKD, day)
    with app.store.reading() as uow:
        flows = [*_owed(app, uow), *_batches(uow), *_held(uow, day), *_committed(uow, day)]
    rate = view.rate.value
    whole = [Flow(f.asset, "", f.kind, f.minor, f.carrying_minor) for f in flows]
    total = exposure(whole, rate, CNH.code) or [_nothing()]
    return Exposure(day, view, tuple(exposure(flows, rate, CNH.code)), total[0])


def _nothing() -> ExposureRow:
    return ExposureRow(CNH.code, "", *(0,) * 9)


def _owed(app: App, uow: UnitOfWork) -> list[Flow]:
    """Bills that no batch holds, on the value date that a batch frozen today would have."""
    value = value_date(app.clock.now(), app.settings.cut_off, app.settings.settle_days)
    found = [one for centre in uow.registry.centres() for one in _open(uow, centre.id)]
    return [Flow(CNH.code, value, "owed", owed, carrying) for owed, carrying in found]


def _open(uow: UnitOfWork, centre_id: str) -> list[tuple[int, int]]:
    bills = [
        (one.centre_minor, one.carrying_minor) for one in uow.settlements.open_invoices(centre_id)
    ]
    debts = [
        (one.centre_minor, one.carrying_minor)
        for one in uow.settling.debts(centre_id, open_only=True)
    ]
    return bills + debts


def _batches(uow: UnitOfWork) -> list[Flow]:
    return [
        Flow(CNH.code, one.value_date, "fixed", one.centre_minor, one.mid_minor)
        for one in uow.settlements.batches(LIVE)
    ]


def _held(uow: UnitOfWork, day: date) -> list[Flow]:
    """CNH in the bank that no batch has taken, at what it cost."""
    own = uow.settling.own()
    if not own.cnh_minor:
        return []
    return [Flow(CNH.code, day.isoformat(), "held", own.cnh_minor, own.hkd_minor)]


def _committed(uow: UnitOfWork, day: date) -> list[Flow]:
    value = next_business_day(day, "HK", "CN", days=0).isoformat()
    found = [_most(one) for one in uow.deals.leases(("held", "running"))]
    return [Flow(CNH.code, value, "committed", minor) for minor in found if minor]


def _most(lease: r.Lease) -> int:
    """Return CNH fen that a lease costs at its most."""
    quoted = from_plain(PriceBreakdown, lease.choice["price"])
    rate = from_plain(ExchangeRate, lease.choice["cnh_hkd"])
    cost = centre_cost(quoted.terms.offer_price, quoted.milli_device_seconds, rate, quoted.terms.fx)
    return cost.owed.minor
