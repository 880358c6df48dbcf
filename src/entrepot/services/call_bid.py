"""Bid in a call: place a sealed order under a hold, or take it back before the gate closes.

The hold is on prepaid money, whatever the firm's contract says of jobs: a call pays when it clears.
It covers the order's worth, which is the most it can cost. Who wants to hide what an order is worth
holds more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.domain.ledger.model import Phase, Transfer
from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict, Invalid, NotFound, Refused
from entrepot.kernel.money import HKD, MINOR_MAX, Amount
from entrepot.kernel.period import local_day
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services.budget_guard import note_alerts, see_budgets
from entrepot.services.call_body import OrderBody, check_order, worth_minor
from entrepot.services.call_open import found_call, see_bids_taken, the_call
from entrepot.services.call_seal import Envelope, seal_body
from entrepot.services.call_stock import take_back_stock
from entrepot.services.contracts import see_contract
from entrepot.services.dunning import see_not_suspended
from entrepot.services.ports_market import SealedOrder

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body

CLEARING = "auction_clearing"
"""Account through which the money of a call passes; it is nought before and after."""


def bid(
    app: App, call_id: str, firm: r.Firm, body: OrderBody, hold: Amount | None, key: str
) -> SealedOrder:
    """Seal an order as its firm's client, and place it.

    Args:
        app: the exchange; call_id: the call.
        firm: who orders.
        body: what is ordered.
        hold: HKD to hold; None = what the order is worth.
        key: idempotency key; the same key and order give the same answer.

    Raises:
        NotFound: no such call.
        Invalid: the order does not fit the call, or the hold is short of its worth.
        Refused: the gate is closed, the firm is suspended or lacks the money.
    """
    call = the_call(app, call_id)
    check_order(call, body)
    worth = worth_minor(body)
    minor = worth if hold is None else hold.minor
    if minor < worth or minor > MINOR_MAX or (hold is not None and hold.asset != HKD):
        raise Invalid(
            "auction.hold",
            N_("The order is worth up to {worth}, so at least that has to be held, in HKD."),
            hint=N_("Leave --hold out, or hold more."),
            worth=str(Amount(worth, HKD)),
        )
    return place_order(app, call_id, firm.id, seal_body(app, call, body, key), minor, key)


def place_order(
    app: App, call_id: str, firm_id: str, envelope: Envelope, hold_minor: int, key: str
) -> SealedOrder:
    """Place a sealed order: hold its money and give it the next number, in one transaction.

    Args:
        app: the exchange; call_id: the call; firm_id: who orders.
        envelope: commitment and sealed body; the house cannot read it.
        hold_minor: HKD cents to hold.
        key: idempotency key.

    Raises:
        NotFound: no such call or firm.
        Refused: the gate is closed, the firm is suspended or lacks money or a contract.
        Conflict: the same order was placed under another key.
    """
    now = app.clock.now()
    order_id, hold_id = app.ids.new(ids.AUCTION_ORDER), app.ids.new(ids.TRANSFER)

    def action(uow: UnitOfWork) -> dict[str, object]:
        see_bids_taken(found_call(uow, call_id), now)
        see_not_suspended(uow, firm_id, local_day(now))
        see_contract(uow, firm_id, now)
        firm = _firm(uow, firm_id)
        see_new(uow, call_id, envelope)
        order = SealedOrder(
            id=order_id,
            call_id=call_id,
            seq=uow.market.next_seq(call_id),
            side="order",
            firm_id=firm_id,
            centre_id=None,
            group_id=firm.group_id,
            commitment=envelope.commitment,
            sealed=envelope.sealed,
            hold_id=hold_id if hold_minor else "",
            hold_minor=hold_minor,
            stock=(),
            placed_at=now,
            placed_by=app.actor,
        )
        _hold(uow, order)
        uow.market.add_order(order)
        see_budgets(uow, firm_id, hold_minor, now)
        return {"order_id": order_id, "seq": order.seq}

    body: Body = {"call_id": call_id, "firm_id": firm_id}
    body |= {"commitment": envelope.commitment, "hold_minor": hold_minor}
    answer = app.store.command(app.actor, "auction.bid", key, body, now, action)
    return note_alerts(app, the_order(app, str(answer["order_id"])))


def _firm(uow: UnitOfWork, firm_id: str) -> r.Firm:
    firm = uow.registry.firm(firm_id)
    if firm is None:
        raise NotFound("firm.unknown", N_("No firm {id} is registered here."), id=firm_id)
    return firm


def withdraw(app: App, order_id: str, key: str) -> SealedOrder:
    """Take an order or ask back before the gate closes: its hold or its devices are free again.

    Raises:
        NotFound: no such order.
        Refused: the gate is closed.
        Conflict: it was withdrawn already.
    """
    now = app.clock.now()
    order = the_order(app, order_id)

    def action(uow: UnitOfWork) -> dict[str, object]:
        see_bids_taken(found_call(uow, order.call_id), now)
        if not uow.market.set_order(order_id, "sealed", "withdrawn"):
            raise Conflict(
                "auction.order_over",
                N_("Order {id} was withdrawn already."),
                hint=N_("Bid anew: entrepot auction bid CALL …"),
                id=order_id,
            )
        let_go(app, uow, order)
        return {"order_id": order_id}

    app.store.command(app.actor, "auction.withdraw", key, {"order_id": order_id}, now, action)
    return the_order(app, order_id)


def let_go(app: App, uow: UnitOfWork, order: SealedOrder) -> None:
    """Give back what an order holds: its money, or the devices that an ask has promised."""
    if order.hold_minor:
        uow.ledger.post([hold_transfer(order, app.ids.new(ids.TRANSFER), Phase.VOID)])
    take_back_stock(uow, order)


def hold_transfer(
    order: SealedOrder, transfer_id: str, phase: Phase, minor: int | None = None, group: str = ""
) -> Transfer:
    """Return the transfer that makes, posts or voids the hold of an order.

    Args:
        order: whose; transfer_id: of the transfer; phase: what is done.
        minor: HKD cents posted; the rest is released. None = the whole hold.
        group: link group of which it is part.
    """
    codes = {Phase.PENDING: "auction_hold", Phase.POST: "auction_payment"}
    return Transfer(
        id=transfer_id,
        debit=f"prepaid:{order.firm_id}",
        credit=CLEARING,
        amount=order.hold_minor if minor is None else minor,
        asset=HKD.code,
        code=codes.get(phase, "auction_hold_void"),
        phase=phase,
        pending_id="" if phase is Phase.PENDING else order.hold_id,
        link_group=group,
        cause=f"auction:{order.id}",
    )


def the_order(app: App, order_id: str) -> SealedOrder:
    """Return an order or ask.

    Raises:
        NotFound: no such order.
    """
    with app.store.reading() as uow:
        found = uow.market.order(order_id)
        known = [] if found else [one.id for one in uow.market.orders()]
    if found is None:
        guess = did_you_mean(order_id, known)
        raise NotFound(
            "auction.order_unknown",
            N_("There is no order {id}."),
            hint=N_("Did you mean {guess}?") if guess else N_("See: entrepot auction show CALL"),
            id=order_id[:60],
            guess=guess or "",
        )
    return found


def see_new(uow: UnitOfWork, call_id: str, envelope: Envelope) -> None:
    """Refuse an envelope that a call has already.

    Raises:
        Conflict: it has.
    """
    known = uow.market.committed(call_id, envelope.commitment)
    if known is not None:
        raise Conflict(
            "auction.order_twice",
            N_("The same order is placed already, as {id}."),
            hint=N_("Repeat it under the key that it was placed under, or take a new key."),
            id=known,
        )


def _hold(uow: UnitOfWork, order: SealedOrder) -> None:
    account = f"prepaid:{order.firm_id}"
    for code in (account, CLEARING):
        uow.ledger.ensure_account(code)
    free = uow.ledger.balance(account).credit_free
    if free < order.hold_minor:
        raise Refused(
            "funds.short",
            N_("The order may cost {needed}, but the prepaid account has {free} free."),
            hint=N_('Pay in: entrepot ledger deposit {firm} "{short} HKD"'),
            needed=str(Amount(order.hold_minor, HKD)),
            free=str(Amount(free, HKD)),
            short=Amount(order.hold_minor - free, HKD).major,
            firm=order.firm_id,
        )
    if order.hold_minor:
        uow.ledger.post([hold_transfer(order, order.hold_id, Phase.PENDING)])
