"""Why an order was served or not, which prices it faced, and what would have won.

At the prices of the call an option costs Σ π a + Σ μ w; its surplus is its worth less that. An
order that was not served is told by how much each of its options would have to be worth more, and
at which other hours it would have had a surplus. In calls of moderate size the first is found by
solving once more: with W the welfare of the call and W(D) that of the same call where each option
of the order is worth D more, D so large that the order is served if anything can serve it::

    missing = W − (W(D) − D)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from entrepot.services.auction_folder import AuctionFolder, RawTable
from entrepot.services.auction_run import Terms, clear
from entrepot.services.call_bid import the_order
from entrepot.services.call_body import MICRO_PER_CENT, PPM, OptionBody, OrderBody, read_body
from entrepot.services.call_folder import read_folder
from entrepot.services.call_open import found_call
from entrepot.services.call_room import OptionView, in_own_group, offered_in, party_of, room_of
from entrepot.services.call_share import Prices, rows_of
from entrepot.services.elastic_explain import elastic_story, why_standing

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports_elastic import Notice, Standing
    from entrepot.services.ports_market import (
        AuctionLease,
        Call,
        Clearing,
        OrderResult,
        SealedOrder,
    )
    from entrepot.services.records import Body

WHAT_IF_OPTIONS_MAX = 2_000
"""Up to this size a call is solved again to tell what would have won."""
WHAT_IF_S = 10
OTHERS_MAX = 5
MICRO_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Elsewhen:
    """Another start at which an option's worth would have left a surplus at the prices."""

    zone: str
    device_class: str
    start: int
    length: int
    cost_minor: int
    surplus_minor: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """An order explained.

    Attributes:
        order, call: which; why: a code, see :func:`explain`.
        result: money, once the call has cleared; leases: that it got.
        options: at the prices; dropped: places left out when it was made, with reasons.
        missing_minor: by how many HKD cents each option would have to be worth more to be
            served; None = not worked out; -1 = no worth would do.
        others: other hours that would have left a surplus, best first.
        standing: the earlier lease that the order or ask stands for, if it does.
        notices: that leases of the order, or the lease that it stands for, gave way.
    """

    order: SealedOrder
    call: Call
    why: str
    result: OrderResult | None
    leases: tuple[AuctionLease, ...]
    options: tuple[OptionView, ...]
    dropped: tuple[Body, ...]
    missing_minor: int | None
    others: tuple[Elsewhen, ...]
    standing: Standing | None = None
    notices: tuple[Notice, ...] = ()


def explain(app: App, order_id: str) -> Explanation:
    """Explain what became of an order.

    ``why`` is the state of an order whose call has not cleared, or ``withdrawn``, ``refused``,
    ``void``; else ``served``, ``no_room`` (no option fits its pool), ``too_little`` (the prices
    leave no option a surplus), ``others_worth_more`` (the prices leave a surplus, but whoever was
    served in its place is worth more together), ``own_group`` (nobody buys from his own group, and
    others offer too little), or ``ask`` for an ask. A lease of an earlier call that stands in the
    call is ``kept`` or has ``yielded``, a slot on offer again is ``resold`` or ``not_resold``.

    Args:
        app: the exchange; order_id: ``AO-…`` or ``AA-…``.

    Raises:
        NotFound: no such order.
    """
    order = the_order(app, order_id)
    with app.store.reading() as uow:
        call = found_call(uow, order.call_id)
        clearing = uow.market.clearing(call.id)
        result = uow.market.result(order_id)
        leases = tuple(uow.market.leases(order_id=order_id))
        standing, notices = elastic_story(uow, order_id, [one.lease_id for one in leases])
    body = read_body(order.body) if order.body else None
    plain = Explanation(order, call, order.state, result, leases, (), (), None, ())
    plain = replace(plain, standing=standing, notices=notices)
    if standing is not None and clearing is not None:
        told = replace(plain, why=why_standing(order, standing))
        if not isinstance(body, OrderBody) or order.state == "refused":
            return told
        folder = read_folder(clearing.folder)
        return replace(told, options=_options(order, body, clearing, folder))
    if not isinstance(body, OrderBody):
        return replace(plain, why="ask" if order.side == "ask" and clearing else order.state)
    plain = replace(plain, dropped=body.dropped)
    if clearing is None or order.state == "refused":
        return plain
    folder = read_folder(clearing.folder)
    options = _options(order, body, clearing, folder)
    why = _why(order, options)
    if why != "served" and in_own_group(order, options, clearing, folder):
        why = "own_group"
    if why == "served":
        return replace(plain, why=why, options=options)
    missing = _missing(call, order, body, clearing, folder)
    others = _others(call, body, clearing, folder)
    return replace(plain, why=why, options=options, missing_minor=missing, others=others)


def _why(order: SealedOrder, options: Sequence[OptionView]) -> str:
    if order.state == "accepted":
        return "served"
    if not any(view.fits and view.lawful for view in options):
        return "no_room"
    best = max(view.surplus_minor for view in options if view.fits and view.lawful)
    return "others_worth_more" if best > 0 else "too_little"


def _options(
    order: SealedOrder, body: OrderBody, clearing: Clearing, folder: AuctionFolder
) -> tuple[OptionView, ...]:
    prices, offered = Prices(clearing.certificate), offered_in(folder, party_of(order, folder))
    rows = cast("list[list[object]]", clearing.certificate["allocation"])
    shares = {str(name): cast("int", ppm) for who, name, ppm in rows if who == order.id}
    columns = folder.tables["options"].columns
    lawful = {
        name for who, name in zip(columns["order"], columns["option"], strict=True)
        if who == order.id
    }  # fmt: skip
    least = {"gang": PPM, "divisible": 1, "minimum": body.min_share_ppm}[body.kind]
    return tuple(
        OptionView(
            option,
            shares.get(option.name, 0),
            option.value_micro // MICRO_PER_CENT,
            -(-_cost(option, option.start, prices) // MICRO_PER_CENT),
            -(-option.devices * least // PPM),
            room_of(option, option.start, offered),
            option.name in lawful,
        )
        for option in body.options
    )


def _cost(option: OptionBody, start: int, prices: Prices) -> int:
    """Return what an option costs at the prices from a start on, micro-HKD."""
    slots = range(start, start + option.length)
    place = (option.zone, option.device_class)
    devices = sum(prices.device(*place, slot) for slot in slots) * option.devices
    return devices + sum(prices.link(option.link, slot) for slot in slots) * option.mbps


def _others(
    call: Call, body: OrderBody, clearing: Clearing, folder: AuctionFolder
) -> tuple[Elsewhen, ...]:
    """Return other starts at the order's own places that leave a surplus, best first.

    Counted are devices that nobody has bought. Each would cost the price of the call, or the price
    of the dearest ask that is needed, whichever is higher.
    """
    prices, unsold = Prices(clearing.certificate), _unsold(clearing, folder)
    own = {(o.zone, o.device_class, o.start, o.length) for o in body.options}
    found: dict[tuple[str, str, int, int], Elsewhen] = {}
    for option in body.options:
        for start in range(call.slots - option.length + 1):
            key = (option.zone, option.device_class, start, option.length)
            cost = None if key in own else _cost_unsold(option, start, prices, unsold)
            if cost is None:
                continue
            cents = -(-cost // MICRO_PER_CENT)
            surplus = option.value_micro // MICRO_PER_CENT - cents
            if surplus > 0 and (key not in found or surplus > found[key].surplus_minor):
                found[key] = Elsewhen(*key, cents, surplus)
    ranked = sorted(found.values(), key=lambda one: (-one.surplus_minor, one.start, one.zone))
    return tuple(ranked[:OTHERS_MAX])


Unsold = Mapping[tuple[str, str, int], Sequence[tuple[int, int]]]
"""(zone, class, slot) → (price in micro-HKD, micro-devices) of what is left, cheapest first."""


def _unsold(clearing: Clearing, folder: AuctionFolder) -> Unsold:
    sold: dict[tuple[str, int], int] = {}
    for name, begin, end, micro in rows_of(clearing.certificate, "supply"):
        for slot in range(cast("int", begin), cast("int", end)):
            sold[str(name), slot] = cast("int", micro)
    found: dict[tuple[str, str, int], list[tuple[int, int]]] = {}
    columns = folder.tables["asks"].columns
    names = ("ask", "zone", "class", "from", "to", "price", "devices")
    for ask, zone, device, begin, end, price, devices in zip(
        *(columns[name] for name in names), strict=True
    ):
        for slot in range(int(begin), int(end)):
            left = int(devices) * PPM - sold.get((ask, slot), 0)
            if left:
                found.setdefault((zone, device, slot), []).append((max(0, _micro(price)), left))
    return {key: sorted(steps) for key, steps in found.items()}


def _cost_unsold(option: OptionBody, start: int, prices: Prices, unsold: Unsold) -> int | None:
    """Return what an option would cost on devices that are left, micro-HKD; None if too few are."""
    total = 0
    for slot in range(start, start + option.length):
        place = (option.zone, option.device_class, slot)
        needed, dearest = option.devices * PPM, 0
        for price, micro in unsold.get(place, ()):
            dearest, needed = price, needed - micro
            if needed <= 0:
                break
        if needed > 0:
            return None
        total += max(dearest, prices.device(*place)) * option.devices
        total += prices.link(option.link, slot) * option.mbps
    return total


def _missing(
    call: Call, order: SealedOrder, body: OrderBody, clearing: Clearing, folder: AuctionFolder
) -> int | None:
    """Return by how many cents an order would have to be worth more, by solving again."""
    if len(folder.tables["options"].columns["order"]) > WHAT_IF_OPTIONS_MAX:
        return None
    welfare, bound = (cast("int", clearing.certificate[n]) for n in ("welfare", "bound"))
    dearest = max(map(_micro, folder.tables["asks"].columns["price"]), default=0)
    whole = max(option.devices * option.length for option in body.options)
    more = bound + max(0, dearest) * whole + PPM
    raised = _raised(folder, order.id, more)
    terms = Terms(call.seed, WHAT_IF_S, None, call.fee_ppm_max)
    again = clear(raised, terms).certificate
    served = [row for row in cast("list[list[object]]", again["allocation"]) if row[0] == order.id]
    if not served:
        return -1
    share = sum(cast("int", row[2]) for row in served)
    lost = welfare - (cast("int", again["welfare"]) - more * share // PPM)
    return max(0, -(-lost // MICRO_PER_CENT))


def _raised(folder: AuctionFolder, order_id: str, more: int) -> AuctionFolder:
    """Return a folder in which every option of an order is worth more."""
    table = folder.tables["options"]
    values = [
        _text(_micro(value) + more) if who == order_id else value
        for who, value in zip(table.columns["order"], table.columns["value"], strict=True)
    ]
    columns = {**table.columns, "value": values}
    return replace(folder, tables={**folder.tables, "options": RawTable(table.name, columns)})


def _micro(text: str) -> int:
    whole, _point, part = text.lstrip("-").partition(".")
    value = int(whole) * 10**MICRO_DIGITS + int(part.ljust(MICRO_DIGITS, "0") or 0)
    return -value if text.startswith("-") else value


def _text(micro: int) -> str:
    return f"{micro // 10**MICRO_DIGITS}.{micro % 10**MICRO_DIGITS:0{MICRO_DIGITS}d}"
