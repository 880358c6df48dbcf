"""Calls and orders of the auction in words and in JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, moment, money, number, show_table
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.period import iso_utc
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.call_body import OrderBody
    from entrepot.services.call_view import CallView
    from entrepot.services.ports_market import Call, SealedOrder

STATES: Mapping[str, str] = {
    "open": N_("open"),
    "closed": N_("gate closed"),
    "cleared": N_("cleared"),
    "void": N_("void"),
    "sealed": N_("sealed"),
    "withdrawn": N_("withdrawn"),
    "opened": N_("opened"),
    "refused": N_("refused"),
    "accepted": N_("served"),
    "rejected": N_("not served"),
    "due": N_("to come"),
    "delivered": N_("delivered"),
    "failed": N_("not delivered"),
    "yielded": N_("given way"),
    "resold": N_("sold again"),
}
KINDS: Mapping[str, str] = {
    "hourly": N_("hourly"),
    "day-ahead": N_("day-ahead"),
    "other": N_("other"),
}
SIDES: Mapping[str, str] = {"order": N_("order"), "ask": N_("ask")}
DIGITS_SHOWN = 12


def state_of(code: str) -> str:
    """Return a state in the reader's language.

    >>> state_of("accepted"), state_of("moored")
    ('served', 'moored')
    """
    return _(STATES.get(code, code))


def hkd(minor: int) -> str:
    """Return HKD cents with their code."""
    return money(Amount(minor, HKD))


def missing(field: str, hint: str) -> Invalid:
    """Return the refusal of a command that lacks something."""
    return Invalid(
        "auction.missing",
        N_("{field} is missing."),
        hint=hint,
        fields={field: "missing"},
        field=field,
    )


def basis_points(option: str, text: str) -> int:
    """Read a percentage with at most two decimals as basis points.

    Raises:
        Invalid: it is none.

    >>> basis_points("--credit", "12.5"), basis_points("--credit", "25 %")
    (1250, 2500)
    """
    from decimal import Decimal, InvalidOperation

    try:
        exact = Decimal(text.removesuffix("%").strip()) * 100
        if not exact.is_finite() or exact < 0 or exact != exact.to_integral_value():
            raise InvalidOperation
    except InvalidOperation:
        raise Invalid(
            "auction.percent",
            N_("{text} is no percentage."),
            hint=N_("Write, for example, {option} 25"),
            fields={option: "a percentage"},
            text=text[:60],
            option=option,
        ) from None
    return int(exact)


def call_data(call: Call) -> dict[str, object]:
    """Return a call for ``--json``; moments are UTC."""
    return {
        "call_id": call.id,
        "kind": call.kind,
        "state": call.state,
        "from": iso_utc(call.from_t),
        "to": iso_utc(call.to_t),
        "slots": call.slots,
        "slot_s": call.slot_s,
        "gate_closure": iso_utc(call.gate_closure),
        "zones": list(call.zones),
        "classes": list(call.classes),
        "links": [dict(row) for row in call.links],
        "seed": call.seed,
        "fee_ppm_max": call.fee_ppm_max,
        "credit_bp": call.credit_bp,
        "rates": dict(call.rates),
        "seal_key": call.seal_key,
        "released_key": call.released_key or None,
        "note": call.note,
    }


def order_data(order: SealedOrder) -> dict[str, object]:
    """Return an order for ``--json``: what everybody at the desk may see of it."""
    return {
        "order_id": order.id,
        "call_id": order.call_id,
        "seq": order.seq,
        "side": order.side,
        "firm_id": order.firm_id,
        "centre_id": order.centre_id,
        "commitment": order.commitment,
        "hold_minor": order.hold_minor,
        "stock": [dict(row) for row in order.stock],
        "state": order.state,
        "reason": order.reason,
        "placed_at": iso_utc(order.placed_at),
    }


def show_calls(calls: Sequence[Call]) -> None:
    """Print calls as a table; moments in Hong Kong time."""
    columns = [
        Column(_(N_("call")), whole=True),
        *(Column(_(title)) for title in (N_("kind"), N_("state"), N_("first slot"))),
        Column(_(N_("slots")), number=True),
        *(Column(_(title)) for title in (N_("gate closes"), N_("places"), N_("devices"))),
    ]
    rows = [
        [
            *(call.id, _(KINDS.get(call.kind, call.kind)), state_of(call.state)),
            *(moment(call.from_t), number(call.slots), moment(call.gate_closure)),
            *(", ".join(call.zones), ", ".join(call.classes)),
        ]
        for call in calls
    ]
    show_table(columns, rows, empty=_(N_("No call is open: entrepot auction open")))


def show_one(view: CallView) -> None:
    """Print a call with its orders and what is on offer."""
    call = view.call
    show_calls([call])
    if call.note:
        print(_(N_("Void: {why}")).format(why=call.note))
    columns = [
        Column(_(N_("number")), number=True),
        Column(_(N_("order")), whole=True),
        *(Column(_(title)) for title in (N_("side"), N_("party"), N_("state"))),
        Column(_(N_("held")), number=True),
        Column(_(N_("commitment"))),
    ]
    rows = [
        [
            *(number(one.seq), one.id, _(SIDES[one.side]), one.firm_id or one.centre_id),
            *(state_of(one.state), hkd(one.hold_minor) if one.hold_minor else ""),
            one.commitment[:DIGITS_SHOWN] + "…",
        ]
        for one in view.orders
    ]
    show_table(columns, rows, empty=_(N_("Nobody has ordered yet.")))
    _show_offered(view)


def show_placed(order: SealedOrder, body: OrderBody | None) -> None:
    """Print what was placed, and what was left out of it."""
    line = N_("{id} is number {seq} of its call, sealed as {commitment}…")
    shown = order.commitment[:DIGITS_SHOWN]
    done(_(line).format(id=order.id, seq=number(order.seq), commitment=shown))
    if order.hold_minor:
        print(_(N_("Held on the prepaid account: {amount}")).format(amount=hkd(order.hold_minor)))
    for row in order.stock:
        said = _(N_("Promised: {devices} devices of {stock} from {begin} to {end}"))
        begin, end = (moment(int(str(row[name]))) for name in ("from_t", "to_t"))
        print(said.format(devices=row["devices"], stock=row["pool_id"], begin=begin, end=end))
    if body is not None:
        print(_(N_("{count} options")).format(count=number(len(body.options))))
        show_dropped(body.dropped)


def show_dropped(dropped: Sequence[Mapping[str, object]]) -> None:
    """Print the places that were left out of an order, each with its reason."""
    from entrepot.services.order_reasons import sentence_of

    for row in dropped:
        where = f"{row['zone']} / {row['class']}"
        print(_(N_("  left out: {where}: {why}")).format(where=where, why=sentence_of(row, _)))


def _show_offered(view: CallView) -> None:
    found: dict[tuple[str, str], list[int]] = {}
    for (zone, device, _slot), devices in view.offered.items():
        found.setdefault((zone, device), []).append(devices)
    columns = [
        *(Column(_(title)) for title in (N_("place"), N_("device"))),
        *(Column(_(title), number=True) for title in (N_("fewest"), N_("most"))),
    ]
    rows = [
        [zone, device, number(min(counts)), number(max(counts))]
        for (zone, device), counts in sorted(found.items())
    ]
    title = _(N_("Devices on offer in a slot"))
    show_table(columns, rows, title, _(N_("No devices are on offer yet.")))
