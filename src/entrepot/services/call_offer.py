"""Offer a centre's devices in a call: asks by slot, or what its posted offers say.

Quantities are seen at once, since they are bound from then on; prices stay sealed until the gate
closes. A posted price in another currency is converted at the rate of the call.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.domain.contracts.plain import from_plain
from entrepot.kernel import ids
from entrepot.kernel.errors import Refused
from entrepot.kernel.money import HKD, ExchangeRate
from entrepot.kernel.period import local_day
from entrepot.kernel.rounding import half_even
from entrepot.kernel.text import N_
from entrepot.services.call_bid import see_new, the_order
from entrepot.services.call_body import AskBody, AskStep, check_ask
from entrepot.services.call_open import found_call, leasable_offers, see_bids_taken, the_call
from entrepot.services.call_seal import Envelope, seal_body
from entrepot.services.call_stock import free_at, promise_stock, stock_of, stocks_for_sale
from entrepot.services.ports_market import Call, SealedOrder
from entrepot.services.settle_records import the_centre

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body

MICRO_PER_CENT = 10_000


def offer(app: App, call_id: str, centre_id: str, body: AskBody | None, key: str) -> SealedOrder:
    """Seal an ask as its centre's client, and place it.

    Args:
        app: the exchange; call_id: the call; centre_id: who sells.
        body: what is offered; None = what its posted offers say, as far as it is free.
        key: idempotency key.

    Raises:
        NotFound: no such call or centre.
        Invalid: the ask does not fit the call.
        Refused: the gate is closed, or nothing is left to offer.
        Conflict: devices are promised or held by jobs already.
    """
    call = the_call(app, call_id)
    the_centre(app, centre_id)
    with app.store.reading() as uow:
        wanted = body or posted_ask(uow, call, centre_id)
        pools = stocks_for_sale(uow, centre_id)
    check_ask(call, wanted, pools)
    envelope = seal_body(app, call, wanted, key)
    return place_ask(app, call_id, centre_id, envelope, stock_of(call, wanted), key)


def place_ask(
    app: App, call_id: str, centre_id: str, envelope: Envelope, stock: Sequence[Body], key: str
) -> SealedOrder:
    """Place a sealed ask: promise its devices and give it the next number, in one transaction.

    Args:
        app: the exchange; call_id: the call; centre_id: who sells.
        envelope: commitment and sealed body.
        stock: devices promised, by stock and hour.
        key: idempotency key.

    Raises:
        NotFound: no such call or stock.
        Refused: the gate is closed.
        Conflict: devices are promised or held by jobs already.
    """
    now, ask_id = app.clock.now(), app.ids.new(ids.AUCTION_ASK)

    def action(uow: UnitOfWork) -> dict[str, object]:
        see_bids_taken(found_call(uow, call_id), now)
        see_new(uow, call_id, envelope)
        promise_stock(uow, stock)
        seq = uow.market.next_seq(call_id)
        uow.market.add_order(
            SealedOrder(
                id=ask_id,
                call_id=call_id,
                seq=seq,
                side="ask",
                firm_id=None,
                centre_id=centre_id,
                group_id=f"centre:{centre_id}",
                commitment=envelope.commitment,
                sealed=envelope.sealed,
                hold_id="",
                hold_minor=0,
                stock=tuple(stock),
                placed_at=now,
                placed_by=app.actor,
            )
        )
        return {"order_id": ask_id, "seq": seq}

    body: Body = {"call_id": call_id, "centre_id": centre_id}
    body |= {"commitment": envelope.commitment, "stock": [dict(row) for row in stock]}
    answer = app.store.command(app.actor, "auction.offer", key, body, now, action)
    return the_order(app, str(answer["order_id"]))


def posted_ask(uow: UnitOfWork, call: Call, centre_id: str) -> AskBody:
    """Return the ask that a centre's posted offers make: each stock at its cheapest price.

    Raises:
        Refused: nothing that the call sells is left at the centre.
    """
    steps: list[AskStep] = []
    pools = {pool.id: pool for pool in uow.registry.pools() if pool.centre_id == centre_id}
    cheapest: dict[str, tuple[int, str]] = {}
    for posted in leasable_offers(uow, local_day(call.from_t).isoformat()):
        if posted.pool_id in pools and pools[posted.pool_id].device_id in call.classes:
            price = hkd_micro(call, Fraction(posted.price), posted.asset)
            mine = (price, posted.id)
            cheapest[posted.pool_id] = min(mine, cheapest.get(posted.pool_id, mine))
    for pool_id, (price, offer_id) in sorted(cheapest.items()):
        for begin, end, devices in _free_runs(uow, call, pool_id):
            device = pools[pool_id].device_id
            steps.append(AskStep(centre_id, device, pool_id, offer_id, begin, end, price, devices))
    if not steps:
        raise Refused(
            "auction.nothing_left",
            N_("Centre {centre} has no device left that call {call} could sell."),
            hint=N_("entrepot auction show {call} lists what is promised already."),
            centre=centre_id,
            call=call.id,
        )
    return AskBody(tuple(steps))


def hkd_micro(call: Call, minor: Fraction, asset: str) -> int:
    """Return minor units of an asset in millionths of HKD, at the rate of a call.

    One rounding, half to even.

    Raises:
        Refused: the call has fixed no rate for the asset.
    """
    return half_even(minor * rate_of(call, asset) * MICRO_PER_CENT)


def rate_of(call: Call, asset: str) -> Fraction:
    """Return HKD for one unit of an asset, as a call has fixed it.

    Raises:
        Refused: it has fixed none.
    """
    if asset == HKD.code:
        return Fraction(1)
    if asset not in call.rates:
        raise Refused(
            "auction.rate",
            N_("Call {call} converts {known} only, not {asset}."),
            hint=N_("State the value in HKD."),
            call=call.id,
            known=", ".join(["HKD", *call.rates]),
            asset=asset,
        )
    return from_plain(ExchangeRate, call.rates[asset]).value


def cnh_rate(call: Call) -> ExchangeRate:
    """Return the rate at which a call owes centres: HKD for one CNH."""
    return from_plain(ExchangeRate, call.rates["CNH"])


def _free_runs(uow: UnitOfWork, call: Call, pool_id: str) -> list[tuple[int, int, int]]:
    """Return runs of slots with the same number of free devices above nought."""
    runs: list[tuple[int, int, int]] = []
    for slot in range(call.slots):
        free = free_at(uow, pool_id, call.from_t + slot * call.slot_s)
        if runs and runs[-1][1:] == (slot, free):
            runs[-1] = (runs[-1][0], slot + 1, free)
        elif free:
            runs.append((slot, slot + 1, free))
    return runs
