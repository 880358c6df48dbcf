"""What an order or an ask of a call says: the body that is sealed, committed to, and opened.

Figures are integers: HKD in millionths, shares in millionths of the whole, slots counted from the
first of the call. A zone is a centre under contract, a class is a kind of device.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from entrepot.domain.contracts.plain import from_plain, to_plain
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services.ports_market import Call
from entrepot.services.records import Body

KINDS = ("gang", "divisible", "minimum")
PPM = 1_000_000
MICRO_PER_CENT = 10_000
OPTIONS_MAX = 10_000
VALUE_MAX = 10**17
"""Most micro-HKD of one option, a hundred thousand million dollars."""
DEVICES_MAX = 1_000_000_000
MBPS_MAX = 10**12
NAME_MAX = 40
NOTICE_S_MIN = 60
NOTICE_S_MAX = 31 * 86_400
CREDIT_BP_MAX = 100_000
"""Most credit for slots that are given up, ten times their price."""


@dataclass(frozen=True, slots=True)
class OptionBody:
    """One way to serve an order.

    Attributes:
        name: within the order; zone, device_class: where and on what.
        start, length: slots; devices: in each of them.
        value_micro: worth of the whole option, HKD millionths.
        link, mbps: link of the call that it loads; empty and 0 = none.
    """

    name: str
    zone: str
    device_class: str
    start: int
    length: int
    devices: int
    value_micro: int
    link: str = ""
    mbps: int = 0


@dataclass(frozen=True, slots=True)
class Elastic:
    """Terms on which the leases of an order give way to higher value in a later call.

    Attributes:
        notice_s: seconds of notice, at least; credit_bp: credit beside the refund, basis points
            of the price of the slots that are given up.
    """

    notice_s: int
    credit_bp: int


@dataclass(frozen=True, slots=True)
class OrderBody:
    """An order to buy.

    Attributes:
        name: of the firm's own; other orders of the firm in the call name it as their parent.
        kind: one of :data:`KINDS`; min_share_ppm: least share of a ``minimum`` order.
        group: of the firm's own orders that exclude each other; parent: order that bounds this.
        options: at least one.
        accept_duties: the firm accepts the duties of the gate's verdict.
        law: decisions on zones as of the table ``law``, without the order's name.
        job: what runs, as kept with a quote; empty if it is given later.
        money: how the values were found; dropped: zones left out, with their reasons.
        elastic: terms on which its leases may be interrupted; None = they may not.
    """

    name: str
    kind: str
    min_share_ppm: int
    group: str
    parent: str
    options: tuple[OptionBody, ...]
    accept_duties: bool = False
    law: tuple[tuple[str, ...], ...] = ()
    job: Body = field(default_factory=dict[str, object])
    money: Body = field(default_factory=dict[str, object])
    dropped: tuple[Body, ...] = ()
    elastic: Elastic | None = None


@dataclass(frozen=True, slots=True)
class AskStep:
    """Devices of one stock at one price, in a run of slots.

    Attributes:
        zone, device_class: the pool of the auction; pool_id, offer_id: stock and posted offer.
        begin, end: slots, half-open; price_micro: HKD millionths a device and slot.
        devices: in every slot; start_cost_micro: of every run in use; min_slots: least run.
    """

    zone: str
    device_class: str
    pool_id: str
    offer_id: str
    begin: int
    end: int
    price_micro: int
    devices: int
    start_cost_micro: int = 0
    min_slots: int = 0


@dataclass(frozen=True, slots=True)
class AskBody:
    """An ask to sell; steps at rising prices are several steps."""

    steps: tuple[AskStep, ...]


@dataclass(frozen=True, slots=True)
class _Core:
    """The part of an order whose form is fixed."""

    name: str
    kind: str
    min_share_ppm: int
    group: str
    parent: str
    options: tuple[OptionBody, ...]
    accept_duties: bool
    law: tuple[tuple[str, ...], ...]


_LOOSE = ("job", "money", "dropped")


def plain_body(body: OrderBody | AskBody) -> dict[str, object]:
    """Return a body as plain values; :func:`read_body` reads them back."""
    if isinstance(body, AskBody):
        return {"side": "ask", **cast("dict[str, object]", to_plain(body))}
    core = _Core(*(getattr(body, name) for name in _Core.__dataclass_fields__))
    plain = cast("dict[str, object]", to_plain(core))
    loose: dict[str, object] = {"job": dict(body.job), "money": dict(body.money)}
    loose["dropped"] = list(body.dropped)
    if body.elastic is not None:
        loose["elastic"] = cast("dict[str, object]", to_plain(body.elastic))
    return {"side": "order", **plain, **loose}


def read_body(data: object) -> OrderBody | AskBody:
    """Read a body back.

    Raises:
        Invalid: it is none.
    """
    if not isinstance(data, Mapping):
        raise _no_body("body")
    fields = dict(cast("Mapping[str, object]", data))
    side = fields.pop("side", None)
    if side == "ask":
        return from_plain(AskBody, fields)
    if side != "order":
        raise _no_body("side")
    job, money = (fields.pop(name, {}) for name in _LOOSE[:2])
    dropped, elastic = fields.pop(_LOOSE[2], []), fields.pop("elastic", None)
    if not isinstance(job, dict) or not isinstance(money, dict) or not isinstance(dropped, list):
        raise _no_body("job")
    core = from_plain(_Core, fields)
    parts = {name: getattr(core, name) for name in _Core.__dataclass_fields__}
    return OrderBody(
        **parts,
        job=cast("Body", job),
        money=cast("Body", money),
        dropped=tuple(cast("list[Body]", dropped)),
        elastic=None if elastic is None else from_plain(Elastic, elastic),
    )


def worth_minor(body: OrderBody) -> int:
    """Return the most that an order can pay, HKD cents: nobody pays more than its worth.

    An order charged above its worth is made whole, a fee never exceeds its surplus, and shares of
    several options make at most one whole.
    """
    most = max((option.value_micro for option in body.options), default=0)
    return -(-most // MICRO_PER_CENT)


def check_order(call: Call, body: OrderBody) -> None:
    """Refuse an order that does not fit its call.

    Raises:
        Invalid: every field that is wrong is named.
    """
    wrong: dict[str, str] = {}
    if body.kind not in KINDS:
        wrong["kind"] = "gang, divisible or minimum"
    if not 0 <= body.min_share_ppm <= PPM or (body.min_share_ppm > 0) != (body.kind == "minimum"):
        wrong["min_share"] = "above 0 and at most 100 percent, for an order of kind minimum"
    for name in ("name", "group", "parent"):
        text = str(getattr(body, name))
        if (name == "name" and not text) or not _is_name(text):
            wrong[name] = "1 to 40 printable characters without blanks"
    if body.parent and body.parent == body.name:
        wrong["parent"] = "another order than this one"
    if not 0 < len(body.options) <= OPTIONS_MAX:
        wrong["options"] = "1 to 10,000 options"
    if len({option.name for option in body.options}) != len(body.options):
        wrong["options"] = "each option has a name of its own"
    if any(len(row) != 8 for row in body.law):
        wrong["law"] = "eight cells a decision"
    wrong |= _elastic(body.elastic) if body.elastic else {}
    links = {str(row["link"]) for row in call.links}
    for number, option in enumerate(body.options, 1):
        wrong |= {f"options[{number}].{k}": w for k, w in _option(call, option, links).items()}
    _refuse(wrong)


def check_ask(call: Call, body: AskBody, pools: Mapping[str, tuple[str, str]]) -> None:
    """Refuse an ask that does not fit its call.

    Args:
        call: which; body: the ask.
        pools: stock → (centre, device), of the centre that sells.

    Raises:
        Invalid: every field that is wrong is named.
    """
    wrong: dict[str, str] = {}
    if not 0 < len(body.steps) <= OPTIONS_MAX:
        wrong["steps"] = "1 to 10,000 steps"
    for number, step in enumerate(body.steps, 1):
        found = _place(call, step.zone, step.device_class)
        if not 0 <= step.begin < step.end <= call.slots:
            found["from"] = f"slots from 0 to {call.slots}"
        if pools.get(step.pool_id) != (step.zone, step.device_class):
            found["pool"] = "a stock of this device at this centre"
        if not 0 < step.devices <= DEVICES_MAX:
            found["devices"] = "1 to 1,000,000,000"
        if not abs(step.price_micro) <= VALUE_MAX or not 0 <= step.start_cost_micro <= VALUE_MAX:
            found["price"] = "less than a hundred thousand million dollars"
        if not 0 <= step.min_slots <= step.end - step.begin:
            found["min_slots"] = "not more slots than the step has"
        wrong |= {f"steps[{number}].{key}": what for key, what in found.items()}
    _refuse(wrong)


def _elastic(terms: Elastic) -> dict[str, str]:
    found: dict[str, str] = {}
    if not NOTICE_S_MIN <= terms.notice_s <= NOTICE_S_MAX:
        found["interruptible.notice"] = "one minute to 31 days"
    if not 0 <= terms.credit_bp <= CREDIT_BP_MAX:
        found["interruptible.credit"] = "0 to 1,000 percent"
    return found


def _option(call: Call, option: OptionBody, links: Sequence[str] | set[str]) -> dict[str, str]:
    found = _place(call, option.zone, option.device_class)
    if not option.name or not _is_name(option.name):
        found["name"] = "1 to 40 printable characters without blanks"
    if option.start < 0 or option.length < 1 or option.start + option.length > call.slots:
        found["start"] = f"slots within the {call.slots} of the call"
    if not 0 < option.devices <= DEVICES_MAX:
        found["devices"] = "1 to 1,000,000,000"
    if not 0 <= option.value_micro <= VALUE_MAX:
        found["value"] = "0 to a hundred thousand million dollars"
    if (option.link and option.link not in links) or not 0 <= option.mbps <= MBPS_MAX:
        found["link"] = "a link of the call"
    if option.mbps and not option.link:
        found["mbps"] = "none, as no link is named"
    return found


def _place(call: Call, zone: str, device_class: str) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if zone not in call.zones:
        wrong["zone"] = "one of: " + ", ".join(call.zones)[:200]
    if device_class not in call.classes:
        wrong["class"] = "one of: " + ", ".join(call.classes)[:200]
    return wrong


def _is_name(text: str) -> bool:
    return len(text) <= NAME_MAX and text.isprintable() and not any(map(str.isspace, text))


def _refuse(wrong: Mapping[str, str]) -> None:
    if wrong:
        first = next(iter(wrong))
        raise Invalid(
            "auction.body",
            N_("The order does not fit the call: {field} should be {what} ({count} faults)."),
            hint=N_("entrepot auction show CALL lists its zones, classes and slots."),
            fields=dict(wrong),
            field=first,
            what=wrong[first],
            count=len(wrong),
        )


def _no_body(path: str) -> Invalid:
    return Invalid(
        "auction.body_form",
        N_("This is not the body of an order: {path} is wrong."),
        hint=N_("docs/how-to/bid-in-an-auction.md has the form."),
        fields={path: "missing or of the wrong type"},
        path=path,
    )
