"""An ask as a centre writes it, held against a call: the body that is sealed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services.call_body import AskBody, AskStep
from entrepot.services.call_offer import hkd_micro
from entrepot.services.call_stock import stocks_for_sale

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports_market import Call

Price = tuple[Fraction, str]
"""Minor units, exact, and their asset."""


@dataclass(frozen=True, slots=True)
class WrittenStep:
    """One step of an ask.

    Attributes:
        device_class: device; stock: which of the centre's, empty if it has one only.
        begin, end: slots, half-open; devices: in each of them.
        price: a device and slot; start_cost: of every run in use, None = none.
        min_slots: least run in use.
    """

    device_class: str
    stock: str
    begin: int
    end: int
    devices: int
    price: Price
    start_cost: Price | None
    min_slots: int


@dataclass(frozen=True, slots=True)
class AskFile:
    """An ask as written; centre: who sells, empty = named elsewhere."""

    centre: str
    steps: tuple[WrittenStep, ...]


def ask_body(app: App, call: Call, centre_id: str, written: AskFile) -> AskBody:
    """Hold an ask against a call; figures are checked when it is placed.

    Raises:
        Invalid: the centre has no stock, or several, of a device.
    """
    with app.store.reading() as uow:
        stocks = stocks_for_sale(uow, centre_id)
    return AskBody(tuple(_step(call, centre_id, one, stocks) for one in written.steps))


def _step(
    call: Call, centre_id: str, one: WrittenStep, stocks: dict[str, tuple[str, str]]
) -> AskStep:
    own = [name for name, place in stocks.items() if place == (centre_id, one.device_class)]
    if one.stock:
        own = [name for name in own if name == one.stock]
    if len(own) != 1:
        raise Invalid(
            "auction.ask_stock",
            N_("Centre {centre} has {count} stocks of {device} on offer; name one of them."),
            hint=N_("Its stocks are: {known}."),
            fields={"pool": "one stock of the centre"},
            centre=centre_id,
            count=len(own),
            device=one.device_class[:60],
            known=", ".join(stocks) or "–",
        )
    start = hkd_micro(call, *one.start_cost) if one.start_cost else 0
    price = hkd_micro(call, *one.price)
    return AskStep(
        centre_id, one.device_class, own[0], "", one.begin, one.end, price, one.devices,
        start, one.min_slots,
    )  # fmt: skip
