"""Credit: what a firm may still take without paying first, on an account whose bound is kept.

``credit_line:F`` holds what is left of the limit; ``credit_lines`` is its counterpart, so that both
together are nought on every balance sheet. With limit L, what is open on credit o, and the holds of
open leases h::

    credit_line = L − o (at least 0)        free = credit_line − h

A hold is pending on the account, a bill posts it, and a payment gives back. The account is bound
like prepaid money: no two leases can take the same credit, whoever asks first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.domain.contracts.agreement import Terms, covers, last_day
from entrepot.domain.ledger.model import Phase, Transfer
from entrepot.kernel import ids
from entrepot.kernel.errors import Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services.open_items import open_of_firm
from entrepot.services.postings import open_accounts

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork

LINES = "credit_lines"


@dataclass(frozen=True, slots=True)
class HoldSide:
    """Accounts over which a lease holds money: debit is bound, credit takes what is used."""

    debit: str
    credit: str


def hold_side(terms: str, firm_id: str) -> HoldSide:
    """Return the accounts of a hold by the terms of the contract.

    >>> hold_side("credit", "F-1").debit
    'credit_line:F-1'
    """
    if terms == Terms.CREDIT:
        return HoldSide(f"credit_line:{firm_id}", LINES)
    return HoldSide(f"prepaid:{firm_id}", f"receivable:{firm_id}")


def terms_of_lease(uow: UnitOfWork, lease_id: str) -> str:
    """Return on which terms a lease was taken; prepaid before there were contracts."""
    member = uow.contracts.member(lease_id)
    return member.terms if member else Terms.PREPAID.value


def hold_money(app: App, uow: UnitOfWork, lease: r.Lease, terms: str) -> None:
    """Hold the most that a lease can cost, on the firm's prepaid money or on its credit line.

    Raises:
        Refused: less than that is free.
    """
    side = hold_side(terms, lease.firm_id)
    if terms == Terms.CREDIT:
        # A contract may have come into force overnight, without anybody acting.
        adjust_line(app, uow, lease.firm_id, f"credit_line:{lease.firm_id}")
    for code in (side.debit, side.credit, f"receivable:{lease.firm_id}"):
        uow.ledger.ensure_account(code)
    free = uow.ledger.balance(side.debit).credit_free
    if free < lease.hold_minor:
        raise _short(terms, lease, free)
    if lease.hold_minor:
        uow.ledger.post([_hold(lease, side, lease.hold_id, Phase.PENDING, "hold")])


def void_hold(uow: UnitOfWork, lease: r.Lease, void_id: str) -> None:
    """Give back the whole hold of a lease that never ran."""
    if lease.hold_minor:
        side = hold_side(terms_of_lease(uow, lease.id), lease.firm_id)
        uow.ledger.post([_hold(lease, side, void_id, Phase.VOID, "hold_void")])


def move_hold(uow: UnitOfWork, before: r.Lease, after: r.Lease, void_id: str) -> None:
    """Hold another sum for a lease that was changed, in place of the sum held before.

    Args:
        uow: the transaction of the change.
        before, after: the lease; the hold of the second has an id of its own.
        void_id: id of the transfer that ends the first hold.

    Raises:
        Refused: the firm has less free than the change may cost.
    """
    side = hold_side(terms_of_lease(uow, before.id), before.firm_id)
    free, more = uow.ledger.balance(side.debit).credit_free, after.hold_minor - before.hold_minor
    if free < more:
        raise Refused(
            "lease.funds",
            N_("The change may cost {more} more, but {free} is free."),
            hint=N_("Pay in, or pay an invoice, or change the lease by less."),
            more=str(Amount(more, HKD)),
            free=str(Amount(free, HKD)),
        )
    # The old hold ends first, so that the same money can be held again.
    ended = [_hold(before, side, void_id, Phase.VOID, "hold_void")] if before.hold_minor else []
    begun = [_hold(after, side, after.hold_id, Phase.PENDING, "hold")] if after.hold_minor else []
    uow.ledger.post([*ended, *begun])


def adjust_line(app: App, uow: UnitOfWork, firm_id: str, cause: str) -> None:
    """Bring a firm's credit line to limit − open: after a signature, a payment, a credit note.

    What open leases hold is not taken from them: a lower limit waits until they are billed.
    """
    limit = limit_of(uow, firm_id, app.clock.now())
    code = f"credit_line:{firm_id}"
    balance = uow.ledger.balance(code)
    wanted = max(0, limit - open_of_firm(uow, firm_id, on_credit=True))
    change = max(wanted - balance.credit_net, -balance.credit_free)
    if change:
        debit, credit = (LINES, code) if change > 0 else (code, LINES)
        made = app.ids.new(ids.TRANSFER)
        amount, asset = abs(change), HKD.code
        moved = [Transfer(made, debit, credit, amount, asset, "credit_line", cause=cause)]
        open_accounts(uow.ledger, moved)
        uow.ledger.post(moved)


def limit_of(uow: UnitOfWork, firm_id: str, now: int) -> int:
    """Return the credit limit of a firm today, HKD cents; 0 without a contract on credit."""
    day = local_day(now)
    return max(
        (
            one.limit_minor
            for one in uow.contracts.users(firm_id)
            if one.state == "active"
            and covers(one.from_day, last_day(one.to_day, one.ended_on), day)
        ),
        default=0,
    )


def _hold(lease: r.Lease, side: HoldSide, transfer_id: str, phase: Phase, code: str) -> Transfer:
    return Transfer(
        id=transfer_id,
        debit=side.debit,
        credit=side.credit,
        amount=lease.hold_minor,
        asset=HKD.code,
        code=code,
        phase=phase,
        pending_id="" if phase is Phase.PENDING else lease.hold_id,
        cause=f"lease:{lease.id}",
    )


def _short(terms: str, lease: r.Lease, free: int) -> Refused:
    if terms == Terms.CREDIT:
        return Refused(
            "credit.short",
            N_("The job may cost {needed}, but {free} is left of the firm's credit."),
            hint=N_("Pay an invoice first: entrepot invoice overdue --all lists what is open."),
            needed=str(Amount(lease.hold_minor, HKD)),
            free=str(Amount(free, HKD)),
        )
    return Refused(
        "funds.short",
        N_("The job may cost {needed}, but the prepaid account has {free} free."),
        hint=N_('Pay in: entrepot ledger deposit {firm} "{short} HKD"'),
        needed=str(Amount(lease.hold_minor, HKD)),
        free=str(Amount(free, HKD)),
        short=Amount(lease.hold_minor - free, HKD).major,
        firm=lease.firm_id,
    )
