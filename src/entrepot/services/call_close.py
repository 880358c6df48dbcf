"""Close the gate of a call and open its sealed orders; or declare it void.

Each order is held against its commitment, its form, its hold and, for a child, its parent. One that
fails is refused by itself, with its reason in the journal, and gets its money or devices back; it
never stops the call. The private key of the seal is published with the call, so that anybody can
open the boxes again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from entrepot.kernel.errors import Conflict, EntrepotError, Refused
from entrepot.kernel.period import iso_utc
from entrepot.kernel.text import N_
from entrepot.services.call_bid import let_go
from entrepot.services.call_body import (
    AskBody,
    OrderBody,
    check_ask,
    check_order,
    plain_body,
    worth_minor,
)
from entrepot.services.call_open import found_call, the_call
from entrepot.services.call_seal import open_sealed
from entrepot.services.call_stock import hours_of, stock_of, stocks_for_sale
from entrepot.services.elastic_enter import enter_standing
from entrepot.services.ports_market import CLEARED, CLOSED, OPEN, VOID, Call, SealedOrder
from entrepot.services.resale_check import see_resale

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body


@dataclass(frozen=True, slots=True)
class Closed:
    """What closing a gate found.

    Attributes:
        call: as it stands; opened: orders and asks that count; refused: id → code of its reason.
    """

    call: Call
    opened: int
    refused: Mapping[str, str]


def close_call(app: App, call_id: str, key: str, secret: str = "") -> Closed:
    """Close the gate of a call and open its orders, in one transaction.

    Args:
        app: the exchange.
        call_id: which.
        key: idempotency key.
        secret: private key of the seal, hexadecimal; empty = the one kept beside the database.

    Raises:
        NotFound: no such call.
        Refused: it is not time yet, or the key is missing or another one's.
        Conflict: it is closed already.
    """
    now = app.clock.now()
    call = the_call(app, call_id)
    secret = _secret(app, call, secret)

    def action(uow: UnitOfWork) -> dict[str, object]:
        found = found_call(uow, call_id)
        _see_time(found, now)
        if not uow.market.move_call(call_id, OPEN, CLOSED, now, key=secret):
            raise wrong_state(found, OPEN)
        opened, refused = _open_all(app, uow, found, secret)
        standing = enter_standing(app, uow, found, now)
        told = {"opened": opened, "refused": refused, "standing": standing}
        return {"call_id": call_id, **told}

    answer = app.store.command(app.actor, "auction.close", key, {"call_id": call_id}, now, action)
    refused = cast("Mapping[str, str]", answer["refused"])
    return Closed(the_call(app, call_id), cast("int", answer["opened"]), refused)


def void_call(app: App, call_id: str, reason: str, key: str) -> Call:
    """Declare a call void that has not cleared: every hold and every device is free again.

    Raises:
        NotFound: no such call.
        Conflict: it has cleared, or is void.
    """
    now = app.clock.now()
    the_call(app, call_id)

    def action(uow: UnitOfWork) -> dict[str, object]:
        found = found_call(uow, call_id)
        live = found.state in (OPEN, CLOSED)
        if not live or not uow.market.move_call(call_id, found.state, VOID, now, note=reason):
            raise wrong_state(found, CLOSED)
        for order in uow.market.orders(call_id, ("sealed", "opened")):
            uow.market.set_order(order.id, order.state, "void")
            let_go(app, uow, order)
        return {"call_id": call_id}

    body: Body = {"call_id": call_id, "reason": reason}
    app.store.command(app.actor, "auction.void", key, body, now, action)
    return the_call(app, call_id)


def wrong_state(call: Call, wanted: str) -> Conflict:
    """Return the refusal of a step for which a call is in the wrong state."""
    hints = {
        OPEN: N_("Close its gate first: entrepot auction close {id}"),
        CLOSED: N_("Run it: entrepot auction run {id}"),
        CLEARED: N_("See: entrepot auction results {id}"),
        VOID: N_("entrepot auction list shows other calls."),
    }
    return Conflict(
        "auction.state",
        N_("Call {id} is {state}, not {wanted}."),
        hint=hints[call.state],
        id=call.id,
        state=call.state,
        wanted=wanted,
    )


def _secret(app: App, call: Call, secret: str) -> str:
    found = secret or app.seal_secret(call.id)
    if not found or app.seal_public(found) != call.seal_key:
        raise Refused(
            "auction.seal_key",
            N_("The private key of the seal of call {id} is not here."),
            hint=N_("Close it where it was opened, or give the key: --key-file FILE"),
            id=call.id,
        )
    return found.lower()


def _see_time(call: Call, now: int) -> None:
    if now < call.gate_closure:
        raise Refused(
            "auction.gate_open",
            N_("The gate of call {id} stays open until {at}."),
            hint=N_("Whoever bids relies on it. Close it then."),
            id=call.id,
            at=iso_utc(call.gate_closure),
        )


def _open_all(app: App, uow: UnitOfWork, call: Call, secret: str) -> tuple[int, dict[str, object]]:
    orders = uow.market.orders(call.id, ("sealed",))
    bodies: dict[str, OrderBody | AskBody] = {}
    refused: dict[str, object] = {}
    for order in orders:
        try:
            body = open_sealed(app, order, secret)
            _check(uow, call, order, body)
            bodies[order.id] = body
        except EntrepotError as error:
            refused[order.id] = error.code
    refused |= dict.fromkeys(_orphans(orders, bodies), "auction.parent")
    for order in orders:
        if order.id in refused:
            uow.market.set_order(order.id, "sealed", "refused", str(refused[order.id]))
            let_go(app, uow, order)
        else:
            uow.market.open_order(order.id, plain_body(bodies[order.id]))
    return len(orders) - len(refused), refused


def _check(uow: UnitOfWork, call: Call, order: SealedOrder, body: OrderBody | AskBody) -> None:
    """Refuse what does not fit its call or what it was placed with.

    Raises:
        EntrepotError: with the code of the reason.
    """
    if isinstance(body, AskBody) != (order.side == "ask"):
        raise Refused("auction.side", N_("An order to buy is no ask."))
    if isinstance(body, OrderBody):
        check_order(call, body)
        if worth_minor(body) > order.hold_minor:
            raise Refused("auction.hold_short", N_("The hold is less than the order is worth."))
        return
    check_ask(call, body, stocks_for_sale(uow, str(order.centre_id)))
    if order.firm_id is not None:
        see_resale(uow, call, order, body)
        return
    if hours_of(stock_of(call, body)) != hours_of(order.stock):
        raise Refused("auction.stock_other", N_("The ask offers other devices than it promised."))


def _orphans(orders: Sequence[SealedOrder], bodies: Mapping[str, OrderBody | AskBody]) -> list[str]:
    """Return orders whose parent is not there, is refused, or hangs on them in a circle."""
    named = {
        (order.firm_id, body.name): order.id
        for order in orders
        if isinstance(body := bodies.get(order.id), OrderBody)
    }
    parents = {
        order.id: named.get((order.firm_id, body.parent), "")
        for order in orders
        if isinstance(body := bodies.get(order.id), OrderBody) and body.parent
    }
    wrong: list[str] = []
    for order_id in parents:
        seen, at = {order_id}, parents[order_id]
        while at in parents and at not in seen:
            seen.add(at)
            at = parents[at]
        if at == "" or at in seen:
            wrong.append(order_id)
    return wrong
