"""What the books do when the bank has moved more, or less, of a batch than they hold.

With total T carried at C, p paid so far, D more, and the batch's own rate r and spread s::

    carried(p)  = [C·p/T]                     up to the total; beyond it, what it cost
    sold        = [r·(n + c)] − [r·n]         c of D is bought, n was bought before
    spread      = [r·s·(n + c)] − [r·s·n]
    cost        = sold + share of our own RMB that is used
    realised    = cost − carried

so any number of part payments adds up to one whole payment, to the cent. A return takes cost,
carrying and result back by its share, and the RMB are our own again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from entrepot.domain.contracts.funding import Booked, Own
from entrepot.domain.contracts.price_model import BP, hkd_per_unit
from entrepot.domain.contracts.settlement import SettlementValues
from entrepot.domain.contracts.shares import share
from entrepot.kernel.errors import Refused
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.kernel.rounding import half_even
from entrepot.kernel.text import N_


@dataclass(frozen=True, slots=True)
class Step:
    """Minor units that one word of the bank moves; a return has negative ones.

    Attributes:
        bought: CNH bought; sold: HKD sold for it at mid; spread: HKD that the bank took.
        paid: CNH to the centre.
        carried: HKD of debt that it discharged.
        realised: HKD of loss (+) or gain (−).
        own: RMB of our own that are free again, with their cost.
    """

    bought: int
    sold: int
    spread: int
    paid: int
    carried: int
    realised: int
    own: Own


@dataclass(frozen=True, slots=True)
class _Debt:
    """What a batch is to pay: nothing once it has failed, for its members have left it."""

    cnh: int
    hkd: int

    def carried(self, paid: int) -> int:
        return share(self.hkd, min(paid, self.cnh), self.cnh) if self.cnh else 0


def bank_step(
    values: SettlementValues, booked: Booked, moved: int, *, failed: bool = False
) -> tuple[Booked, Step]:
    """Bring the books of a batch to what the bank has moved in all.

    Args:
        values: amounts of the frozen batch.
        booked: what the books hold.
        moved: CNH fen that have reached the centre, returns taken off, ≥ 0.
        failed: the members have left the batch; whatever is paid is too much.

    Returns:
        The books afterwards, and what to book.

    Raises:
        Refused: more came back than ever went out.
    """
    if moved < 0:
        raise Refused(
            "settle.back",
            N_("The bank gave back {amount} more than it had paid."),
            hint=N_("Ask the bank what the money is for; nothing was booked."),
            amount=str(Amount(-moved, CNH)),
        )
    debt = _Debt(0, 0) if failed else _Debt(values.total.minor, values.carrying.minor)
    if moved < booked.paid.minor:
        return _back(debt, booked, moved)
    return _pay(values, debt, booked, moved)


def _pay(values: SettlementValues, debt: _Debt, b: Booked, moved: int) -> tuple[Booked, Step]:
    before, delta, held = b.paid.minor, moved - b.paid.minor, b.converted.minor
    own = Own(b.reserved.minor, b.reserved_cost.minor)
    used = own.part(min(delta, own.cnh_minor)) if own.cnh_minor else own
    bought = delta - used.cnh_minor
    rate = hkd_per_unit(CNH, values.fx)
    sold = _difference(rate, held, bought)
    spread = _difference(rate * values.spread_bp / BP, held, bought)
    cost = sold + used.hkd_minor
    over = moved - max(before, debt.cnh)
    over_cost = share(cost, over, delta) if over > 0 else 0
    carried = debt.carried(moved) - debt.carried(before) + over_cost
    after = Booked(
        Amount(moved, CNH),
        Amount(held + bought, CNH),
        b.cost + Amount(cost, HKD),
        b.carried + Amount(carried, HKD),
        b.over_cost + Amount(over_cost, HKD),
    )
    left = Own(own.cnh_minor - used.cnh_minor, own.hkd_minor - used.hkd_minor)
    return after, Step(bought, sold, spread, delta, carried, cost - carried, left)


def _back(debt: _Debt, b: Booked, moved: int) -> tuple[Booked, Step]:
    """Take back what was paid too much first, then what was owed."""
    over = max(b.paid.minor - debt.cnh, 0)
    back = b.paid.minor - moved
    over_back = share(b.over_cost.minor, min(back, over), over) if over else 0
    owed_paid, owed_left = min(b.paid.minor, debt.cnh), min(moved, debt.cnh)
    base = b.cost.minor - b.over_cost.minor
    cost = over_back + (share(base, owed_paid - owed_left, owed_paid) if owed_paid else 0)
    carried = over_back + debt.carried(owed_paid) - debt.carried(owed_left)
    after = replace(
        b,
        paid=Amount(moved, CNH),
        cost=b.cost - Amount(cost, HKD),
        carried=b.carried - Amount(carried, HKD),
        over_cost=b.over_cost - Amount(over_back, HKD),
        reserved=Amount(0, CNH),
        reserved_cost=Amount(0, HKD),
    )
    own = Own(back + b.reserved.minor, cost + b.reserved_cost.minor)
    return after, Step(0, 0, 0, -back, -carried, carried - cost, own)


def _difference(rate: Fraction, before: int, more: int) -> int:
    return half_even((before + more) * rate) - half_even(before * rate)
