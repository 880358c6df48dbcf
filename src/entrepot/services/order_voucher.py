"""Vouchers of an order that counts on them: judged on what the call charges, reserved, and claimed.

A call is paid in full when it clears. What vouchers pay of it comes back by a claim on the bill, so
every deduction here is one after a claim, whatever its programme does at a purchase elsewhere. The
money is reserved against caps and funds in the clearing's own transaction; a programme that has
run out by then is left out, since no firm's voucher may stop the call of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, cast

from entrepot.domain.contracts.plain import from_plain, to_plain
from entrepot.domain.contracts.price_model import Payout, VoucherDeduction
from entrepot.kernel import ids
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.period import local_day
from entrepot.services import records as r
from entrepot.services.entitle_job import Applied, vouchers_on
from entrepot.services.gate_job import facts_of
from entrepot.services.voucher_money import limits_in, step_of

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.order_reasons import Place
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_market import AuctionLease

DEDUCTION = "deduction"
"""Key under which a reservation keeps what it pays, as the bill shows it."""


def reserve_at_clearing(
    app: App, uow: UnitOfWork, lease: AuctionLease, money: r.Body, now: int
) -> None:
    """Reserve the vouchers of a lease that a call has made, if its order counts on any.

    Args:
        app: the exchange; uow: the transaction of the clearing.
        lease: with what it was charged; its pool is sold at its centre.
        money: of the order, as :func:`.order_worth.money_body` made it.
        now: Unix second.
    """
    firm, pool = uow.registry.firm(lease.firm_id), uow.registry.pool(lease.pool_id)
    assert firm is not None and pool is not None
    place, charged = (lease.centre_id, pool.device_id), Amount(lease.paid_minor, HKD)
    applied = vouchers_at_clearing(app, uow, firm, money, (place, charged, local_day(now)))
    for held in _reservations(app, lease, firm, applied):
        if _take(uow, held):
            uow.vouchers.add(held)


def vouchers_at_clearing(
    app: App,
    uow: UnitOfWork,
    firm: r.Firm,
    money: r.Body,
    charged: tuple[Place, Amount, date],
) -> Applied:
    """Judge vouchers on what a call charges.

    Args:
        app, uow, money: as :func:`reserve_at_clearing`; firm: who pays.
        charged: zone and class, HKD charged there, and the day.

    Returns:
        All answers with the deductions; nothing where the order does not count on vouchers.
    """
    place, total, day = charged
    centre = uow.registry.centre(place[0])
    if not money.get("net_of_vouchers") or centre is None or total.minor <= 0:
        return Applied((), (), {})
    device = app.facts.devices.get(place[1])
    own = cast("Mapping[str, object]", money.get("voucher_facts", {}))
    known = app.rulebook.dictionary.only("voucher", facts_of(firm))
    facts = {**known, **(device.voucher_facts() if device else {}), **own}
    return vouchers_on(app, uow, firm, facts, centre, total, day)


def kept_deductions(
    uow: UnitOfWork, lease_id: str, billed_minor: int, paid_minor: int
) -> tuple[VoucherDeduction, ...]:
    """Return what the vouchers of a lease pay of its bill.

    Of slots that were not delivered nothing is billed, and a voucher pays the same part less,
    rounded down: [reserved · billed / paid].

    Args:
        uow: a transaction; lease_id: which.
        billed_minor: HKD cents of the slots delivered; paid_minor: of all slots.
    """
    found: list[VoucherDeduction] = []
    for held in uow.vouchers.of_lease(lease_id):
        if DEDUCTION in held.limits and paid_minor:
            minor = held.amount_minor * billed_minor // paid_minor
            whole = from_plain(VoucherDeduction, held.limits[DEDUCTION])
            found.append(replace(whole, amount=Amount(minor, HKD)))
    return tuple(found)


def _reservations(
    app: App, lease: AuctionLease, firm: r.Firm, applied: Applied
) -> Iterator[r.VoucherReservation]:
    answers = {answer.programme: answer for answer in applied.answers}
    for part in applied.deductions:
        answer = answers[part.programme]
        later = replace(part, payout=Payout.AFTER_CLAIM, rate_bp=None)
        limits = [asdict(limit) for limit in applied.limits.get(part.programme, ())]
        yield r.VoucherReservation(
            app.ids.new(ids.CLAIM),
            lease.lease_id,
            firm.id,
            firm.group_id,
            part.programme,
            answer.family,
            answer.currency,
            part.amount.minor,
            "reserved",
            {"limits": limits, DEDUCTION: to_plain(later)},
        )


def _take(uow: UnitOfWork, held: r.VoucherReservation) -> bool:
    """Take a reservation from all its limits, or from none."""
    taken: list[tuple[str, int]] = []
    for limit in limits_in(held.limits):
        scope, step = str(limit["scope"]), step_of(limit, held.amount_minor)
        if not uow.vouchers.take(scope, cast("int", limit["limit_minor"]), step):
            for before, back in taken:
                uow.vouchers.give_back(before, back)
            return False
        taken.append((scope, step))
    return True
