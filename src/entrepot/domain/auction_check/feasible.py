"""Whether an allocation may be: shares, choices, parents, devices, links and runs of asks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from entrepot.domain.auction_check.model import GANG, MINIMUM, PPM, Call, Claim, Finding
from entrepot.kernel.text import N_


def order_findings(call: Call, claim: Claim) -> Iterator[Finding]:
    """Check each order by itself, each choice row, and children against their parents."""
    totals = [0] * len(call.orders)
    rows: dict[str, int] = {}
    for at, ppm in claim.share.items():
        order = call.orders[call.options[at].order]
        totals[call.options[at].order] += ppm
        rows[order.row] = rows.get(order.row, 0) + ppm
        if order.kind == GANG and ppm != PPM:
            text = N_("Order {order} is all or nothing and got a part.")
            yield Finding("allocation", text, {"order": order.name})
        if order.kind == MINIMUM and ppm < order.min_share:
            text = N_("Order {order} got less than its least share.")
            yield Finding("allocation", text, {"order": order.name})
    for name, total in rows.items():
        if total > PPM:
            text = N_("More than one whole choice was given to the {row}.")
            yield Finding("allocation", text, {"row": name})
    for at, order in enumerate(call.orders):
        if order.parent >= 0 and totals[at] > totals[order.parent]:
            text = N_("Order {order} got more than its parent.")
            yield Finding("allocation", text, {"order": order.name})


def place_findings(call: Call, claim: Claim) -> Iterator[Finding]:
    """Check devices and bandwidth, slot by slot."""
    taken = _taken(call, claim, [(o.pool, o.devices) for o in call.options], len(call.pools))
    given = _given(call, claim, None)
    for (zone, device), pool in call.pools.items():
        wrong = [slot for slot in range(call.slots) if taken[pool][slot] != given[pool][slot]]
        if wrong:
            text = N_("In {zone} {device}, slot {slot}, asks give other than orders take.")
            names: dict[str, object] = {"zone": zone, "device": device, "slot": wrong[0]}
            yield Finding("supply", text, names)
    over = _taken(call, claim, [(o.link, o.mbps) for o in call.options], len(call.links))
    for name, link in call.links.items():
        wide = call.capacity[link]
        wrong = [slot for slot in range(call.slots) if over[link][slot] > wide[slot] * PPM]
        if wrong:
            text = N_("Link {link} carries more than it can in slot {slot}.")
            yield Finding("allocation", text, {"link": name, "slot": wrong[0]})


def group_findings(call: Call, claim: Claim) -> Iterator[Finding]:
    """Check that in every pool and slot each group takes at most what others give."""
    groups = {ask.party for ask in call.asks} & {order.party for order in call.orders} - {""}
    if not groups:
        return
    everybody, zero = _given(call, claim, None), [(-1, 0)] * len(call.options)
    for group in sorted(groups):
        needs = list(zero)
        for at in claim.share:
            option = call.options[at]
            if call.orders[option.order].party == group:
                needs[at] = (option.pool, option.devices)
        taken, own = _taken(call, claim, needs, len(call.pools)), _given(call, claim, group)
        for (zone, device), pool in call.pools.items():
            rows = zip(taken[pool], everybody[pool], own[pool], strict=True)
            wrong = [slot for slot, (t, v, g) in enumerate(rows) if t and t > v - g]
            if wrong:
                text = N_("In {zone} {device}, slot {slot}, the group {group} buys from itself.")
                names = {"zone": zone, "device": device, "slot": wrong[0], "group": group}
                yield Finding("supply", text, dict[str, object](names))


def _given(call: Call, claim: Claim, group: str | None) -> list[list[int]]:
    """Return what a group's asks give in every pool and slot; None = all asks."""
    given = [[0] * call.slots for _ in call.pools]
    for ask, used in zip(call.asks, claim.used, strict=True):
        if group is None or ask.party == group:
            for slot, much in enumerate(used, ask.begin):
                given[ask.pool][slot] += much
    return given


def ask_findings(call: Call, claim: Claim) -> Iterator[Finding]:
    """Check that no ask gives more than it offers, or for a shorter run than it asks for."""
    for ask, used in zip(call.asks, claim.used, strict=True):
        if max(used, default=0) > ask.devices * PPM:
            text = N_("Ask {ask} gives more devices than it offers.")
            yield Finding("supply", text, {"ask": ask.name})
        if any(end - begin < ask.min_slots for begin, end in runs_in_use(used)):
            text = N_("Ask {ask} is in use for fewer slots than its least run.")
            yield Finding("supply", text, {"ask": ask.name})


def runs_in_use(used: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the runs of slots in which something is used.

    >>> list(runs_in_use([0, 3, 1, 0, 2]))
    [(1, 3), (4, 5)]
    """
    begin = -1
    for slot, much in enumerate([*used, 0]):
        if much and begin < 0:
            begin = slot
        elif not much and begin >= 0:
            yield begin, slot
            begin = -1


def _taken(call: Call, claim: Claim, needs: list[tuple[int, int]], places: int) -> list[list[int]]:
    change = [[0] * (call.slots + 1) for _ in range(places)]
    for at, ppm in claim.share.items():
        place, much = needs[at]
        if place >= 0:
            change[place][call.options[at].begin] += much * ppm
            change[place][call.options[at].end] -= much * ppm
    return [list(accumulate(row))[:-1] for row in change]
