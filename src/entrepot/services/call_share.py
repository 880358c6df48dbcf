"""From a certificate to leases: who gets which devices, and what each slot of them costs.

The certificate counts in shares; a lease counts in whole devices. A fraction of a device that a
divisible order was given is leased to nobody and charged to nobody: its part of the charge, and
of the credit to its centre, is taken off. With N what an order pays in all and w(p) = Σπ·a + Σμ·b
over the slots of a part p::

    paid(p)  = N · w(p) / Σ w        largest remainder, over all parts and fractions of the order
    owed(p)  = C · v(p) / Σ v        the same for a centre's credit C, with v = Σπ·a
    rent     = Σ (paid − owed)       what congestion, fees and residue leave to the operator

Sums are exact to the cent, whatever the prices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from entrepot.domain.market.assign import Placed, Wanted, assign
from entrepot.kernel.rounding import largest_remainder
from entrepot.services.call_body import AskBody, OptionBody, OrderBody, read_body
from entrepot.services.call_folder import ask_of
from entrepot.services.elastic_share import (
    Gave,
    SoldPart,
    Stakes,
    earned_less,
    less_kept,
    stakes_of,
    with_sellers,
)
from entrepot.services.elastic_units import Unit
from entrepot.services.ports_market import Call, SealedOrder
from entrepot.services.records import Body

PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Given:
    """An option that the call has given an order.

    Attributes:
        order: id; option: which; ppm: share.
    """

    order: str
    option: OptionBody
    ppm: int

    @property
    def micro_devices(self) -> int:
        """Devices given in every slot, in millionths."""
        return self.option.devices * self.ppm

    @property
    def whole(self) -> int:
        """Whole devices given; a share is known to a millionth only, so that much is forgiven."""
        return (self.micro_devices + self.option.devices - 1) // PPM


@dataclass(frozen=True, slots=True)
class Part:
    """Devices in one slot: of a lease, or a fraction that no lease holds.

    Attributes:
        given: place in the list of options given; slot: which.
        micro_devices: how many, in millionths.
        lease: place in the list of leases; -1 = a fraction.
        pays, earns: weights of its charge and of its centre's credit.
    """

    given: int
    slot: int
    micro_devices: int
    lease: int
    pays: int
    earns: int


@dataclass(frozen=True, slots=True)
class SlotMoney:
    """HKD cents of one slot of a lease: paid by the firm, owed to the centre."""

    slot: int
    paid_minor: int
    owed_minor: int


@dataclass(frozen=True, slots=True)
class Made:
    """A lease to be made.

    Attributes:
        order, option: whose; zone, stock: where; begin, end: slots; devices: whole ones.
        slots: money of each slot; resold: parts of firms that sell again.
    """

    order: str
    option: OptionBody
    zone: str
    stock: str
    begin: int
    end: int
    devices: int
    slots: tuple[SlotMoney, ...] = ()
    resold: tuple[SoldPart, ...] = ()

    @property
    def paid_minor(self) -> int:
        """HKD cents of all slots."""
        return sum(slot.paid_minor for slot in self.slots)

    @property
    def owed_minor(self) -> int:
        """HKD cents of all slots for the centre."""
        return sum(slot.owed_minor for slot in self.slots)


@dataclass(frozen=True, slots=True)
class Shared:
    """What a call comes to.

    Attributes:
        leases: to be made.
        order_fraction, centre_fraction: HKD cents taken off for fractions, by order and centre.
        gave: leases that gave way or were sold again; stakes: all that stood in the call.
    """

    leases: tuple[Made, ...]
    order_fraction: Mapping[str, int]
    centre_fraction: Mapping[str, int]
    gave: tuple[Gave, ...] = ()
    stakes: Stakes = field(default_factory=Stakes)


class Prices:
    """Prices of a certificate, slot by slot."""

    def __init__(self, certificate: Body) -> None:
        self._pi: dict[tuple[str, str, int], int] = {}
        self._mu: dict[tuple[str, int], int] = {}
        for zone, device, begin, end, price in rows_of(certificate, "prices"):
            for slot in range(cast("int", begin), cast("int", end)):
                self._pi[str(zone), str(device), slot] = cast("int", price)
        for link, begin, end, price in rows_of(certificate, "congestion"):
            for slot in range(cast("int", begin), cast("int", end)):
                self._mu[str(link), slot] = cast("int", price)

    def device(self, zone: str, device: str, slot: int) -> int:
        """Return the price of a device in a slot, micro-HKD."""
        return self._pi.get((zone, device, slot), 0)

    def link(self, link: str, slot: int) -> int:
        """Return the price of one Mb/s in a slot, micro-HKD; 0 without a link."""
        return self._mu.get((link, slot), 0)


def share_out(
    call: Call, orders: Sequence[SealedOrder], certificate: Body, units: Sequence[Unit] = ()
) -> Shared:
    """Turn what a certificate decides into leases with their money.

    Args:
        call: which.
        orders: its opened orders and asks.
        certificate: as issued.
        units: leases of earlier calls that stand in this one.

    Raises:
        ValueError: a centre earns money though nothing at it is given to anybody.
    """
    stakes = stakes_of(units, certificate, paid_of(certificate))
    given = [one for one in given_of(orders, certificate) if one.order not in stakes.orders]
    made = _place_all(given, less_kept(_room(call, orders), stakes.still))
    prices = Prices(certificate)
    parts = list(_parts(given, made, prices))
    nets = {who: cents for who, cents in _nets(certificate).items() if who not in stakes.orders}
    earned = earned_less(
        _earned(orders, certificate), stakes.charges, {one.option.zone for one in given}
    )
    paid, owed = _split_orders(given, parts, nets), _split_centres(given, parts, earned)
    whole = _with_money(made, parts, paid, owed)
    leases, gave = with_sellers(whole, stakes, orders, certificate)
    return Shared(
        leases,
        _sums((given[p.given].order, c) for p, c in zip(parts, paid, strict=True) if p.lease < 0),
        _sums(
            (given[p.given].option.zone, c) for p, c in zip(parts, owed, strict=True) if p.lease < 0
        ),
        gave,
        stakes,
    )


def given_of(orders: Sequence[SealedOrder], certificate: Body) -> list[Given]:
    """Return the options that a certificate gives, in its order."""
    options = {
        (order.id, option.name): option
        for order in orders
        if order.side == "order" and isinstance(body := read_body(order.body), OrderBody)
        for option in body.options
    }
    return [
        Given(str(order), options[str(order), str(name)], cast("int", ppm))
        for order, name, ppm in rows_of(certificate, "allocation")
    ]


def paid_of(certificate: Body) -> dict[str, tuple[int, int, int]]:
    """Return order → charge, made whole, fee of a certificate, HKD cents."""
    rows = _money(certificate, "orders")
    return {str(name): cast("tuple[int, int, int]", tuple(cells)) for name, *cells in rows}


def earned_of(certificate: Body) -> dict[str, tuple[int, int]]:
    """Return step of an ask → credit, made whole of a certificate, HKD cents."""
    rows = _money(certificate, "asks")
    return {str(name): cast("tuple[int, int]", tuple(cells)) for name, *cells in rows}


def _nets(certificate: Body) -> dict[str, int]:
    found = paid_of(certificate).items()
    return {name: charge + fee - whole for name, (charge, whole, fee) in found}


def _earned(orders: Sequence[SealedOrder], certificate: Body) -> dict[str, int]:
    """Return zone → what its asks earn in all, HKD cents."""
    zone_of = {order.id: str(order.centre_id) for order in orders if order.side == "ask"}
    rows = earned_of(certificate).items()
    return _sums((zone_of[ask_of(name)[0]], sum(both)) for name, both in rows)


def _place_all(
    given: Sequence[Given], room: Mapping[tuple[str, str], dict[str, list[int]]]
) -> list[Made]:
    made: list[Made] = []
    for place, stocks in room.items():
        wanted = [
            Wanted(str(at), one.option.start, one.option.start + one.option.length, one.whole)
            for at, one in enumerate(given)
            if (one.option.zone, one.option.device_class) == place and one.whole
        ]
        made += [_made(given[int(part.key)], part) for part in assign(wanted, stocks)]
    return made


def _made(given: Given, part: Placed) -> Made:
    option = given.option
    return Made(given.order, option, option.zone, part.stock, part.begin, part.end, part.devices)


def _room(call: Call, orders: Sequence[SealedOrder]) -> dict[tuple[str, str], dict[str, list[int]]]:
    """Return pool of the call → stock → devices on offer by slot."""
    room: dict[tuple[str, str], dict[str, list[int]]] = {}
    for order in orders:
        body = read_body(order.body) if order.side == "ask" else None
        for step in body.steps if isinstance(body, AskBody) else ():
            stocks = room.setdefault((step.zone, step.device_class), {})
            slots = stocks.setdefault(step.pool_id, [0] * call.slots)
            for slot in range(step.begin, step.end):
                slots[slot] += step.devices
    return room


def _parts(given: Sequence[Given], made: Sequence[Made], prices: Prices) -> Iterator[Part]:
    """Yield the slots of all leases, then the fractions that no lease holds."""
    places = {(one.order, one.option.name): at for at, one in enumerate(given)}
    left = {
        (at, slot): one.micro_devices
        for at, one in enumerate(given)
        for slot in range(one.option.start, one.option.start + one.option.length)
    }
    for number, lease in enumerate(made):
        at = places[lease.order, lease.option.name]
        for slot in range(lease.begin, lease.end):
            # A share is known to a millionth only: no part counts more than was given.
            micro = min(lease.devices * PPM, left[at, slot])
            left[at, slot] -= micro
            yield _part(given[at], at, slot, micro, number, prices)
    for (at, slot), micro in left.items():
        if micro:
            yield _part(given[at], at, slot, micro, -1, prices)


def _part(one: Given, at: int, slot: int, micro: int, lease: int, prices: Prices) -> Part:
    option = one.option
    earns = prices.device(option.zone, option.device_class, slot) * micro
    # Bandwidth in proportion to the devices of the part.
    carried = prices.link(option.link, slot) * option.mbps * micro // option.devices
    return Part(at, slot, micro, lease, earns + carried, earns)


def _split_orders(
    given: Sequence[Given], parts: Sequence[Part], nets: Mapping[str, int]
) -> list[int]:
    groups = [given[part.given].order for part in parts]
    return _split(groups, [part.pays for part in parts], parts, nets)


def _split_centres(
    given: Sequence[Given], parts: Sequence[Part], earned: Mapping[str, int]
) -> list[int]:
    groups = [given[part.given].option.zone for part in parts]
    return _split(groups, [part.earns for part in parts], parts, earned)


def _split(
    groups: Sequence[str], weights: Sequence[int], parts: Sequence[Part], sums: Mapping[str, int]
) -> list[int]:
    """Split the sum of each group over its parts by weight, or by devices where all are nought."""
    found = [0] * len(parts)
    places: dict[str, list[int]] = {}
    for at, group in enumerate(groups):
        places.setdefault(group, []).append(at)
    missing = [name for name, cents in sums.items() if cents and name not in places]
    if missing:
        raise ValueError(f"{missing[0]} has money but no devices in the call")
    for group, members in places.items():
        own = [weights[at] for at in members]
        if not any(own):
            own = [parts[at].micro_devices for at in members]
        for at, cents in zip(members, largest_remainder(sums.get(group, 0), own), strict=True):
            found[at] = cents
    return found


def _with_money(
    made: Sequence[Made], parts: Sequence[Part], paid: Sequence[int], owed: Sequence[int]
) -> tuple[Made, ...]:
    money: list[list[SlotMoney]] = [[] for _ in made]
    for part, cents, due in zip(parts, paid, owed, strict=True):
        if part.lease >= 0:
            money[part.lease].append(SlotMoney(part.slot, cents, due))
    return tuple(
        replace(one, slots=tuple(sorted(slots, key=lambda slot: slot.slot)))
        for one, slots in zip(made, money, strict=True)
    )


def _sums(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, cents in pairs:
        found[name] = found.get(name, 0) + cents
    return found


def rows_of(certificate: Body, name: str) -> list[list[object]]:
    """Return the rows of a list of a certificate."""
    return cast("list[list[object]]", certificate[name])


def _money(certificate: Body, side: str) -> list[list[object]]:
    return cast("dict[str, list[list[object]]]", certificate["payments"])[side]
