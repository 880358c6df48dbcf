r"""What an order is worth in a call, in HKD: converted once, and before vouchers if it was net.

A value in CNY is converted at the rate that the call fixed when it was opened, rounded down to the
cent, so that nobody pays more than he said. A value net of vouchers becomes a price at that place
of which vouchers leave no more than the value, since they are judged on the price:

    gross(v) = P ≥ v  with  P − d(P) ≤ v < P + 1 − d(P + 1),   cents

Since d is made of rates and caps, a handful of judgements finds it. The vouchers themselves are
judged again, and reserved, on what the call really charges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from entrepot.domain.contracts.plain import from_plain, to_plain
from entrepot.domain.fx.model import snapshot_id
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import HKD, Amount, ExchangeRate
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services.candidate import Pricing
from entrepot.services.order_reasons import Place
from entrepot.services.quote import exchange_rates

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.order_model import OrderFile
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_market import Call

STEPS_MAX = 12
GROSS_MAX = 10**13
"""Greater prices are looked for by nobody, HKD cents."""
Deduct = Callable[[int], int]
"""HKD cents of a price → HKD cents that vouchers take off it."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What an order is worth at a place, HKD cents.

    Attributes:
        net: what it may cost the firm in the end; gross: what it may pay in the call.
        vouchers: programme → what each would pay on the gross.
    """

    net: int
    gross: int
    vouchers: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(slots=True)
class Worths:
    """Worths of one order, each place and value judged once.

    Attributes:
        rates: asset → rate of the call; used: rate that was used, if any.
        deduct: place → what vouchers take off a price there; None = vouchers do not count.
        known: (value, place) → worth.
    """

    rates: Mapping[str, ExchangeRate]
    deduct: Callable[[Place], Callable[[int], Mapping[str, int]]] | None
    used: ExchangeRate | None = None
    known: dict[tuple[Amount, Place], Worth] = field(
        default_factory=dict[tuple[Amount, Place], Worth]
    )

    def of(self, value: Amount, place: Place) -> Worth:
        """Return what a stated value is worth at a place.

        Raises:
            Invalid: the call has no rate for its currency.
        """
        key = (value, place)
        if key not in self.known:
            self.known[key] = self._find(value, place)
        return self.known[key]

    def _find(self, value: Amount, place: Place) -> Worth:
        net = self.hkd(value)
        if self.deduct is None:
            return Worth(net, net)
        parts = self.deduct(place)
        gross = gross_of(net, lambda price: sum(parts(price).values()))
        return Worth(net, gross, parts(gross))

    def hkd(self, value: Amount) -> int:
        """Convert into HKD cents, rounded down.

        Raises:
            Invalid: the call has no rate for the currency.
        """
        if value.asset == HKD:
            return value.minor
        rate = self.rates.get(value.asset.code)
        if rate is None:
            raise Invalid(
                "order.currency",
                N_("The call has no rate for {code}."),
                hint=N_("State the value in HKD."),
                code=value.asset.code,
            )
        self.used = rate
        return rate.convert(value, "floor").minor


def gross_of(net: int, deduct: Deduct) -> int:
    """Return a price whose rest after vouchers is at most ``net``, and a cent more would not do.

    Where several vouchers round, a few cents above it there may be another such price.

    Args:
        net: what may be left to pay.
        deduct: vouchers on a price; nothing on nothing, never falling.

    >>> gross_of(100, lambda price: min(price // 2, 70))
    170
    >>> gross_of(100, lambda price: price // 2), gross_of(100, lambda price: 0)
    (200, 100)
    """
    low, high = net, GROSS_MAX
    left = net - deduct(net)
    guess = net * net // left if left > 0 else net  # exact where all vouchers are rates
    if low < guess < high:
        low, high = (guess, high) if guess - deduct(guess) <= net else (low, guess)
    for _ in range(STEPS_MAX):  # exact where all vouchers are at their caps
        more = min(net + deduct(low), high - 1)
        if more <= low:
            break
        low = more
    step = 1
    while high - low > 1:
        price = low + step if low + step < high else (low + high) // 2
        if price - deduct(price) <= net:
            low, step = price, 2 * step
        else:
            high, step = price, 1
    return low


def worths_of(app: App, uow: UnitOfWork, firm: r.Firm, call: Call, written: OrderFile) -> Worths:
    """Return what values of an order are worth in a call.

    Raises:
        Invalid: a value net of vouchers without a job, or of an order that is not all or nothing.
    """
    rates = {code: from_plain(ExchangeRate, plain) for code, plain in call.rates.items()}
    if not written.net_of_vouchers:
        return Worths(rates, None)
    if written.job is None or written.kind != "gang":
        where = written.place("net_of_vouchers")
        raise Invalid(
            "order.net",
            N_("{where}: a value net of vouchers needs a job and kind: gang."),
            hint=N_(
                "Vouchers are judged on the whole price of a job; state the value before them."
            ),
            fields={where: "needs a job"},
            where=where,
        )
    day = local_day(app.clock.now())
    pricing = Pricing(app, uow, firm, written.job, exchange_rates(app, day), day)
    return Worths(rates, lambda place: lambda minor: _parts(pricing, place, minor))


def _parts(pricing: Pricing, place: Place, minor: int) -> dict[str, int]:
    applied = pricing.vouchers_at(*place, Amount(minor, HKD))
    return {part.programme: part.amount.minor for part in applied.deductions}


def money_body(written: OrderFile, worths: Worths) -> dict[str, object]:
    """Return how the values of an order were found, as it is kept with it."""
    rate, job = worths.used, written.job
    found = {
        f"{place[0]}/{place[1]}": {
            "net_minor": worth.net,
            "gross_minor": worth.gross,
            "vouchers": dict(worth.vouchers),
        }
        for (value, place), worth in worths.known.items()
        if value == stated_value(written)
    }
    value = stated_value(written)
    return {
        "value": None if value is None else to_plain(value),
        "net_of_vouchers": written.net_of_vouchers,
        "voucher_facts": dict(job.vouchers) if job is not None else {},
        "rate": None if rate is None else to_plain(rate),
        "fx_quote": None if rate is None else snapshot_id(rate),
        "worth": found,
    }


def stated_value(written: OrderFile) -> Amount | None:
    """Return the value of the whole order: its own, or the price cap of its job."""
    job = written.job
    return written.value or (job.demand.price_cap if job is not None else None)
