"""The explanation of an order in words and in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.faces.cli.auction_life_words import hkd, order_data, show_dropped, state_of
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, moment, number, show_table
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from entrepot.services.call_explain import Explanation
    from entrepot.services.call_room import OptionView

WHY: Mapping[str, str] = {
    "sealed": N_("The gate is not closed yet; nobody can read the order."),
    "opened": N_("The gate is closed, and the call waits to be run."),
    "withdrawn": N_("The order was withdrawn before the gate closed."),
    "void": N_("The call was declared void."),
    "served": N_("The order is served: at the prices of the call it is worth its cost."),
    "no_room": N_("Not served: no option fits, since fewer devices are on offer than it takes."),
    "too_little": N_(
        "Not served: at the prices of the call every option costs more than its worth."
    ),
    "others_worth_more": N_(
        "Not served although the prices leave a surplus: whoever was served in its place is worth "
        "more together, and prices alone cannot show it for orders that take all or nothing."
    ),
    "own_group": N_(
        "Not served: its own group sells there, nobody buys from himself, and others offer too "
        "little at the price of the call."
    ),
    "ask": N_("An ask: it gets the price of the call for what it sold."),
    "accepted": N_("An ask: it gets the price of the call for what it sold."),
    "rejected": N_("An ask: nobody took its devices at a price that covers them."),
    "kept": N_("Its lease stays: nobody was worth more together in its place. It pays nothing."),
    "yielded": N_("Its lease gave way: others are worth more together, and pay for what it gets."),
    "kept_not_covered": N_(
        "Its lease stays: what others would have paid does not cover its refund and credit."
    ),
    "resold": N_("The slot is sold again; its proceeds are paid when it is delivered."),
    "not_resold": N_("The slot stays: nobody took its devices at the reserve price."),
    "resale_short": N_(
        "The slot stays: for all of its devices together others would not have paid the reserve."
    ),
}
REASONS: Mapping[str, str] = {
    "auction.commitment": N_("it said something else than was committed to"),
    "auction.seal_broken": N_("it did not open with the key of its call"),
    "auction.seal_form": N_("what was sealed is no order"),
    "auction.hold_short": N_("less was held than it is worth"),
    "auction.parent": N_("the order that it hangs on is not in the call"),
    "auction.law": N_("the gate permits none of its places any more"),
    "contract.none": N_("no contract with its firm was in force"),
    "auction.standing_over": N_("its slots were not the lease's own any more"),
    "auction.notice_late": N_("the notice could not be kept any more"),
    "auction.not_covered": N_("others would have paid less than it takes"),
}


def explain_data(found: Explanation) -> dict[str, object]:
    """Return an explanation for ``--json``."""
    from entrepot.services.elastic_yield import notice_data

    return {
        **order_data(found.order),
        "why": found.why,
        "sentence": _(_sentence(found)),
        "result": asdict(found.result) if found.result else None,
        "leases": [lease.lease_id for lease in found.leases],
        "options": [_option(view) for view in found.options],
        "missing_minor": found.missing_minor,
        "others": [asdict(one) for one in found.others],
        "dropped": [dict(row) for row in found.dropped],
        "standing": asdict(found.standing) if found.standing else None,
        "notices": [notice_data(one) for one in found.notices],
    }


def show_explanation(found: Explanation) -> None:
    """Print why, the options at the prices, and what would have won."""
    print(f"{found.order.id}: {state_of(found.order.state)}")
    print(_(_sentence(found)))
    if found.order.state == "refused":
        why = _(REASONS.get(found.order.reason, found.order.reason))
        print(_(N_("It was refused: {why}.")).format(why=why))
    if found.result is not None and found.result.net_minor and found.order.side == "order":
        line = _(N_("It pays {net}: {charge} at the prices, {fee} fee, {whole} made whole."))
        result = found.result
        print(
            line.format(
                net=hkd(result.net_minor),
                charge=hkd(result.charge_minor),
                fee=hkd(result.fee_minor),
                whole=hkd(result.whole_minor),
            )
        )
    _show_options(found)
    _show_missing(found)
    for lease in found.leases:
        line = _(N_("Lease {id}: {devices} devices from {begin} to {end}"))
        begin, end = moment(lease.from_t), moment(lease.to_t)
        print(line.format(id=lease.lease_id, devices=number(lease.devices), begin=begin, end=end))
    _show_elastic(found)
    show_dropped(found.dropped)


def _show_elastic(found: Explanation) -> None:
    if found.standing is not None:
        line = _(N_("It stands for lease {id} of an earlier call, from {begin} to {end}."))
        begin, end = moment(found.standing.from_t), moment(found.standing.to_t)
        print(line.format(id=found.standing.lease_id, begin=begin, end=end))
    for one in found.notices:
        money = {"brought": hkd(one.brought_minor), "refund": hkd(one.refund_minor)}
        money |= {"credit": hkd(one.credit_minor), "fee": hkd(one.fee_minor)}
        line = N_("Lease {id} sold again its slot of {at}: {brought} less a fee of {fee}.")
        if one.kind == "elastic":
            line = N_(
                "Lease {id} gives way from {at}: {refund} given back, {credit} credited, of "
                "{brought} that others pay."
            )
        print(_(line).format(id=one.lease_id, at=moment(one.ends_at), **money))


def _sentence(found: Explanation) -> str:
    if found.order.state == "refused" and found.why not in WHY:
        return N_("The order was not part of what was decided.")
    return WHY.get(found.why, found.why)


def _option(view: OptionView) -> dict[str, object]:
    return {
        **asdict(view.option),
        "share_ppm": view.share_ppm,
        "worth_minor": view.worth_minor,
        "cost_minor": view.cost_minor,
        "surplus_minor": view.surplus_minor,
        "needed": view.needed,
        "offered": view.offered,
        "lawful": view.lawful,
    }


def _show_options(found: Explanation) -> None:
    if not found.options:
        return
    call = found.call
    titles = (N_("devices"), N_("on offer"), N_("worth"), N_("cost"), N_("surplus"), N_("share"))
    columns = [
        *(Column(_(title)) for title in (N_("option"), N_("place"), N_("from"), N_("to"))),
        *(Column(_(title), number=True) for title in titles),
    ]
    rows: list[list[str]] = []
    for view in found.options:
        option = view.option
        begin = call.from_t + option.start * call.slot_s
        end = begin + option.length * call.slot_s
        place = f"{option.zone} / {option.device_class}"
        rows.append(
            [
                *(option.name, place, moment(begin), moment(end)),
                *(number(option.devices), number(view.offered)),
                *(hkd(view.worth_minor), hkd(view.cost_minor), hkd(view.surplus_minor)),
                f"{number(Fraction(view.share_ppm, 10_000), 2)} %" if view.share_ppm else "",
            ]
        )
    show_table(columns, rows)


def _show_missing(found: Explanation) -> None:
    if found.why == "served" or not found.options:
        return
    if found.missing_minor == -1:
        print(_(N_("No worth would have won: there are too few devices.")))
    elif found.missing_minor is not None:
        line = _(N_("It would have won, had every option been worth {more} more."))
        print(line.format(more=hkd(found.missing_minor)))
    for one in found.others:
        begin = found.call.from_t + one.start * found.call.slot_s
        line = _(N_("At {when} in {place} it would have cost {cost}, a surplus of {surplus}."))
        place = f"{one.zone} / {one.device_class}"
        costs = {"cost": hkd(one.cost_minor), "surplus": hkd(one.surplus_minor)}
        print(line.format(when=moment(begin), place=place, **costs))
