"""Which opened orders of a call may be solved: judged by the house, whatever was sealed.

What a bidder has sealed of the law is his word. The gate judges again when the call is run, by the
law of each day of the call, and an option that is shut is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import EntrepotError, Refused
from entrepot.kernel.text import N_
from entrepot.services.call_body import OrderBody, plain_body, read_body
from entrepot.services.contracts import see_contract
from entrepot.services.order_gate import Judged, judge_again
from entrepot.services.places import places

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_market import Call, SealedOrder


@dataclass(frozen=True, slots=True)
class Admitted:
    """The orders of a call that may be solved.

    Attributes:
        orders: with the options and decisions that the house permits now.
        refused: id → code of the reason, of those that may not.
    """

    orders: tuple[SealedOrder, ...]
    refused: Mapping[str, str]


class Judge:
    """The gate over one call; orders of a firm that declare the same are judged once."""

    def __init__(self, app: App, uow: UnitOfWork, call: Call) -> None:
        self._app, self._uow, self._call = app, uow, call
        self._spots = places(app, uow)
        self._known: dict[str, Judged] = {}

    def of(self, firm_id: str, body: OrderBody) -> Judged:
        """Return what the gate says of an order at the places of its options."""
        asked = sorted({(option.zone, option.device_class) for option in body.options})
        said = [firm_id, body.job.get("data"), asked, body.accept_duties]
        key = digest(said)
        if key not in self._known:
            firm = self._uow.registry.firm(firm_id)
            assert firm is not None
            sealed = (body.job, asked, self._spots, body.accept_duties)
            self._known[key] = judge_again(self._app, self._uow, firm, self._call, sealed)
        return self._known[key]


def admit(app: App, uow: UnitOfWork, call: Call, opened: Sequence[SealedOrder]) -> Admitted:
    """Return the opened orders as the house permits them now.

    An order without a contract in force is refused, and so is one that no lawful option is left
    of; a child whose parent is refused goes with it.
    """
    judge, now = Judge(app, uow, call), app.clock.now()
    refused: dict[str, str] = {}
    kept: list[SealedOrder] = []
    for order in opened:
        try:
            kept.append(_admitted(uow, judge, order, now))
        except EntrepotError as error:
            refused[order.id] = error.code
    while True:
        names = {
            (order.firm_id, body.name)
            for order in kept
            if isinstance(body := read_body(order.body), OrderBody)
        }
        orphans = {
            order.id
            for order in kept
            if isinstance(body := read_body(order.body), OrderBody)
            and body.parent
            and (order.firm_id, body.parent) not in names
        }
        if not orphans:
            return Admitted(tuple(kept), refused)
        refused |= dict.fromkeys(orphans, "auction.parent")
        kept = [order for order in kept if order.id not in orphans]


def _admitted(uow: UnitOfWork, judge: Judge, order: SealedOrder, now: int) -> SealedOrder:
    """Return an order with the options that are lawful now.

    Raises:
        EntrepotError: none is left, or a contract is missing.
    """
    see_contract(uow, str(order.firm_id or order.centre_id), now)
    body = read_body(order.body)
    if not isinstance(body, OrderBody):
        return order
    judged = judge.of(str(order.firm_id), body)
    options = tuple(
        option
        for option in body.options
        if judged.permits(
            (option.zone, option.device_class), option.start, option.start + option.length
        )
    )
    if not options:
        raise Refused("auction.law", N_("No lawful option is left."))
    return replace(order, body=plain_body(replace(body, options=options, law=judged.rows)))
