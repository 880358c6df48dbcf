"""What a call decided on each order and ask, in money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from entrepot.kernel.rounding import largest_remainder
from entrepot.services.call_folder import ask_of
from entrepot.services.call_share import Shared, earned_of, paid_of, rows_of
from entrepot.services.ports_market import Call, OrderResult, SealedOrder

if TYPE_CHECKING:
    from entrepot.services.records import Body


def results_of(
    call: Call, opened: Sequence[SealedOrder], certificate: Body, shared: Shared
) -> list[OrderResult]:
    """Return the result of every opened order and ask.

    Args:
        call: which; opened: its orders; certificate: as issued; shared: leases and fractions.
    """
    paid, earned = paid_of(certificate), _by_ask(certificate)
    fractions = _ask_fractions(opened, earned, shared.centre_fraction)
    allocation = _by_order(certificate)
    results: list[OrderResult] = []
    standing = _standing(shared)
    for order in opened:
        if order.id in standing:
            money = standing[order.id]
        elif order.side == "ask":
            credit, whole = earned.get(order.id, (0, 0))
            part = fractions.get(order.id, 0)
            money = (credit, whole, 0, part, credit + whole - part)
        else:
            charge, whole, fee = paid.get(order.id, (0, 0, 0))
            part = shared.order_fraction.get(order.id, 0)
            money = (charge, whole, fee, part, charge + fee - whole - part)
        body: Body = {"allocation": allocation.get(order.id, [])}
        who = (order.firm_id, order.centre_id)
        results.append(OrderResult(order.id, call.id, *who, *money, body))
    return results


def _standing(shared: Shared) -> dict[str, tuple[int, int, int, int, int]]:
    """Return the money of leases that stood in the call: nought, or what they brought."""
    found = {order: (0, 0, 0, 0, 0) for unit in shared.stakes.units for order in unit.orders}
    for gave in shared.gave:
        if gave.unit.is_elastic:
            found[gave.unit.ask_id] = (gave.brought_minor, 0, 0, 0, gave.brought_minor)
            continue
        net = gave.brought_minor - gave.fee_minor
        found[gave.unit.ask_id] = (gave.brought_minor, 0, gave.fee_minor, 0, net)
    return found


def _by_ask(certificate: Body) -> dict[str, tuple[int, int]]:
    """Return ask → credit and made whole of all its steps."""
    found: dict[str, tuple[int, int]] = {}
    for name, (credit, whole) in earned_of(certificate).items():
        ask = ask_of(name)[0]
        before = found.get(ask, (0, 0))
        found[ask] = (before[0] + credit, before[1] + whole)
    return found


def _ask_fractions(
    opened: Sequence[SealedOrder],
    earned: Mapping[str, tuple[int, int]],
    fractions: Mapping[str, int],
) -> dict[str, int]:
    """Part what a centre does not get for fractions over its asks, by what they earn."""
    found: dict[str, int] = {}
    for centre, cents in fractions.items():
        asks = [o.id for o in opened if o.side == "ask" and o.centre_id == centre]
        weights = [sum(earned.get(ask, (0, 0))) for ask in asks]
        if cents and any(weights):
            found |= dict(zip(asks, largest_remainder(cents, weights), strict=True))
    return found


def _by_order(certificate: Body) -> dict[str, list[list[object]]]:
    """Return order → options with their shares, ask → runs of slots with its micro-devices."""
    found: dict[str, list[list[object]]] = {}
    for order, option, share in rows_of(certificate, "allocation"):
        found.setdefault(str(order), []).append([option, share])
    for name, begin, end, micro in rows_of(certificate, "supply"):
        ask, step = ask_of(str(name))
        found.setdefault(ask, []).append([step, begin, end, micro])
    return found
