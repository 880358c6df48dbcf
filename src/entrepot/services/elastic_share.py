"""What a certificate means for the leases that stand in its call.

An elastic lease whose own order is served stays as it is. Its order is charged Σπ and its devices
earn the same Σπ: both are left out of the books, and it pays nothing more. Its devices are taken
out of what may be placed. All other leases at stake have given way, or are sold again, as far as
their asks supply anything; what they bring is their part of what the new leases owe, by supply
(``domain/market/resale.py``). Of an elastic lease it stays the centre's, whose devices they are and
which bears the credit; of a resale it is the seller's, less the fee.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from entrepot.domain.market.resale import bases_of, by_supply, fee_of
from entrepot.services.call_folder import ask_of

if TYPE_CHECKING:
    from entrepot.services.call_share import Made
    from entrepot.services.elastic_units import Unit
    from entrepot.services.ports_market import SealedOrder
    from entrepot.services.records import Body

PPM = 1_000_000
CENTRE = ""
Pool = tuple[str, str, int]
"""Zone, class and slot of the call."""


@dataclass(frozen=True, slots=True)
class SoldPart:
    """What a slot of a new lease owes a firm that sold devices again.

    Attributes:
        slot: of the call; ask: his; firm: who.
        minor: HKD cents for him; basis_minor: what the centre is owed by the first sale.
    """

    slot: int
    ask: str
    firm: str
    minor: int
    basis_minor: int


@dataclass(frozen=True, slots=True)
class Gave:
    """A lease that has given way or was sold again.

    Attributes:
        unit: which; brought_minor: HKD cents that others pay for its devices; fee_minor: of that.
    """

    unit: Unit
    brought_minor: int
    fee_minor: int

    @property
    def is_covered(self) -> bool:
        """Whether its devices bring what it costs to take them, or its reserve."""
        return self.brought_minor >= self.unit.least_minor


@dataclass(frozen=True, slots=True)
class Stakes:
    """The leases at stake in a call, as its certificate leaves them.

    Attributes:
        units: all; kept: those that stay; taken: those that gave way or are sold again.
        charges: zone → cents that own orders of kept leases are charged, and nobody pays.
    """

    units: tuple[Unit, ...] = ()
    kept: tuple[Unit, ...] = ()
    taken: tuple[Unit, ...] = ()
    charges: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def still(self) -> tuple[Unit, ...]:
        """All that are not taken: kept ones, and slots on offer again that nobody bought."""
        return tuple(unit for unit in self.units if unit not in self.taken)

    @property
    def orders(self) -> frozenset[str]:
        """Own orders of elastic leases, which make no lease and pay nothing."""
        return frozenset(u.standing.order_id for u in self.units if u.standing.order_id)


def stakes_of(
    units: Sequence[Unit], certificate: Body, charged: Mapping[str, tuple[int, int, int]]
) -> Stakes:
    """Say which leases stay and which are taken.

    Args:
        units: at stake; certificate: as issued.
        charged: order → charge, made whole, fee, in cents.
    """
    served = {str(row[0]) for row in _rows(certificate, "allocation")}
    selling = {ask_of(str(row[0]))[0] for row in _rows(certificate, "supply") if row[3]}
    kept = [u for u in units if u.is_elastic and u.standing.order_id in served]
    taken = [u for u in units if (u not in kept if u.is_elastic else u.ask_id in selling)]
    charges: dict[str, int] = {}
    for unit in kept:
        own = charged.get(str(unit.standing.order_id), (0, 0, 0))[0]
        charges[unit.step.zone] = charges.get(unit.step.zone, 0) + own
    return Stakes(tuple(units), tuple(kept), tuple(taken), charges)


def less_kept(
    room: dict[tuple[str, str], dict[str, list[int]]], still: Sequence[Unit]
) -> dict[tuple[str, str], dict[str, list[int]]]:
    """Take the devices of leases that stay out of what may be placed."""
    for unit in still:
        step = unit.step
        for slot in range(step.begin, step.end):
            room[step.zone, step.device_class][step.pool_id][slot] -= step.devices
    return room


def earned_less(
    earned: Mapping[str, int], charges: Mapping[str, int], zones: set[str]
) -> dict[str, int]:
    """Take what leases that stay are charged off what the asks of their zone earn.

    A cent of rounding between both sides is the operator's, and so is all of a zone in which
    nobody else was served.

    Args:
        earned: zone → cents; charges: the same; zones: in which leases are made or fractions left.
    """
    found: dict[str, int] = {}
    for zone, cents in earned.items():
        left = cents - charges.get(zone, 0)
        found[zone] = max(0, left) if zone in zones or zone not in charges else 0
    return found


def with_sellers(
    made: Sequence[Made],
    stakes: Stakes,
    orders: Sequence[SealedOrder],
    certificate: Body,
) -> tuple[tuple[Made, ...], tuple[Gave, ...]]:
    """Part what new leases owe between centres and firms that sell again.

    Args:
        made: new leases with their money, all of it owed to centres.
        stakes: leases at stake; orders: that were solved; certificate: as issued.

    Returns:
        The leases with their sellers' parts, and every lease that was taken with what it brings.
    """
    if not stakes.units:
        return tuple(made), ()
    supply = _supply(stakes, certificate, orders)
    gross: dict[tuple[str, int, int], int] = {}
    for number, lease in enumerate(made):
        for money in lease.slots:
            place = (lease.zone, lease.option.device_class, money.slot)
            for name, cents in by_supply(money.owed_minor, supply.get(place, {})).items():
                if name != CENTRE:
                    gross[name, number, money.slot] = cents
    parts, fees = _parts(stakes, gross)
    gave = tuple(
        Gave(
            unit,
            sum(c for key, c in gross.items() if key[0] == unit.ask_id),
            fees.get(unit.ask_id, 0),
        )
        for unit in stakes.taken
    )
    return tuple(
        _with_parts(lease, parts.get(n, []), gross, n) for n, lease in enumerate(made)
    ), gave


def _parts(
    stakes: Stakes, gross: Mapping[tuple[str, int, int], int]
) -> tuple[dict[int, list[SoldPart]], dict[str, int]]:
    """Return lease → parts of sellers, and ask → fee."""
    parts: dict[int, list[SoldPart]] = {}
    fees: dict[str, int] = {}
    for unit in stakes.taken:
        if unit.is_elastic:
            continue
        keys = sorted(key for key in gross if key[0] == unit.ask_id)
        owed = sum(slot.owed_minor for slot in unit.slots)
        bases = bases_of(owed, [gross[key] for key in keys]) if keys else []
        for key, basis in zip(keys, bases, strict=True):
            fee = fee_of(gross[key])
            fees[unit.ask_id] = fees.get(unit.ask_id, 0) + fee
            part = SoldPart(key[2], unit.ask_id, unit.lease.firm_id, gross[key] - fee, basis)
            parts.setdefault(key[1], []).append(part)
    return parts, fees


def _with_parts(
    lease: Made, parts: Sequence[SoldPart], gross: Mapping[tuple[str, int, int], int], number: int
) -> Made:
    """Take what goes to sellers off what a lease owes its centre; the fee is left as rent."""
    if not parts:
        return lease
    off: dict[int, int] = {}
    for part in parts:
        off[part.slot] = off.get(part.slot, 0) + gross[part.ask, number, part.slot]
    slots = tuple(
        replace(money, owed_minor=money.owed_minor - off.get(money.slot, 0))
        for money in lease.slots
    )
    return replace(lease, slots=slots, resold=tuple(parts))


def _supply(
    stakes: Stakes, certificate: Body, orders: Sequence[SealedOrder]
) -> dict[Pool, dict[str, int]]:
    """Return pool and slot → who supplied how many micro-devices to others than kept leases."""
    from entrepot.services.call_body import AskBody, read_body

    steps = {
        (order.id, number): step
        for order in orders
        if order.side == "ask" and isinstance(body := read_body(order.body), AskBody)
        for number, step in enumerate(body.steps, 1)
    }
    taken, kept = ({u.ask_id for u in some} for some in (stakes.taken, stakes.kept))
    found: dict[Pool, dict[str, int]] = {}
    for name, begin, end, micro in _rows(certificate, "supply"):
        ask, number = ask_of(str(name))
        step = steps[ask, number]
        who = ask if ask in taken else CENTRE
        for slot in range(cast("int", begin), cast("int", end)):
            pool = found.setdefault((step.zone, step.device_class, slot), {})
            pool[who] = pool.get(who, 0) + cast("int", micro)
    for unit in stakes.kept if kept else ():
        step = unit.step
        for slot in range(step.begin, step.end):
            pool = found.setdefault((step.zone, step.device_class, slot), {})
            pool[CENTRE] = max(0, pool.get(CENTRE, 0) - step.devices * PPM)
    return found


def _rows(certificate: Body, name: str) -> list[list[object]]:
    return cast("list[list[object]]", certificate[name])
