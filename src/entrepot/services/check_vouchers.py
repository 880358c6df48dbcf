"""Prove voucher money: what programmes and firms owe, and every counter of cap and fund."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from entrepot.domain.vouchers.claim_life import OVER, Stage
from entrepot.services import records as r
from entrepot.services.claim_money import is_deducted
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_claims import Claim
from entrepot.services.voucher_money import limits_in, step_of

SETTLED = (*OVER, Stage.PAID)


def voucher_problems(uow: UnitOfWork) -> list[str]:
    """Return one sentence a problem of vouchers against the books; none means proven."""
    claims = uow.claims.all()
    return [
        *_programmes(uow, claims),
        *_firms(uow, claims),
        *_counters(uow, claims),
    ]


def _programmes(uow: UnitOfWork, claims: Sequence[Claim]) -> list[str]:
    """What a programme owes = deductions billed less what was paid or withdrawn + redeemed."""
    owed: dict[str, int] = {}
    for programme, minor in _deducted(uow.deals.invoices()):
        owed[programme] = owed.get(programme, 0) + minor
    for claim in claims:
        open_ = 0 if claim.state in SETTLED else claim.amount_minor
        change = open_ - claim.asked_minor if is_deducted(claim) else _redeemed(claim)
        owed[claim.programme] = owed.get(claim.programme, 0) + change
    return [
        f"programme {programme}: receivable stands at {booked} cents, bills and claims say {minor}"
        for programme, minor in owed.items()
        if (booked := uow.ledger.balance(f"voucher_receivable:{programme}").debit_net) != minor
    ]


def _deducted(invoices: Iterable[r.Invoice]) -> Iterable[tuple[str, int]]:
    for invoice in invoices:
        paper = cast(Mapping[str, object], invoice.body.get("document", {}))
        for voucher in cast(Sequence[Mapping[str, object]], paper.get("vouchers", ())):
            if voucher["payout"] == "deducted_at_purchase":
                amount = cast(Mapping[str, int], voucher["amount"])
                yield str(voucher["programme"]), amount["minor"]


def _redeemed(claim: Claim) -> int:
    return claim.amount_minor if claim.state == Stage.REDEEMED else 0


def _firms(uow: UnitOfWork, claims: Sequence[Claim]) -> list[str]:
    """What a firm waits for, and what it owes back, is what its claims say."""
    problems: list[str] = []
    for firm in uow.registry.firms():
        own = [claim for claim in claims if claim.firm_id == firm.id]
        waits = sum(_redeemed(claim) for claim in own if not is_deducted(claim))
        owes = sum(claim.owed_minor - claim.collected_minor for claim in own)
        payable = uow.ledger.balance(f"voucher_payable:{firm.id}").credit_net
        owed = uow.ledger.balance(f"voucher_owed:{firm.id}").debit_net
        if payable != waits:
            problems.append(f"firm {firm.id}: {payable} cents payable, claims redeemed {waits}")
        if owed != owes:
            problems.append(f"firm {firm.id}: {owed} cents owed back, claims say {owes}")
    return problems


def _counters(uow: UnitOfWork, claims: Sequence[Claim]) -> list[str]:
    """Each counter is the sum of the reservations and claims that it holds."""
    held: dict[str, int] = {}
    kept = [
        (one.limits, one.amount_minor if one.state in ("reserved", "applied") else 0)
        for one in uow.vouchers.all()
    ]
    kept += [(claim.limits, claim.amount_minor if claim.held else 0) for claim in claims]
    for limits, minor in kept:
        for limit in limits_in(limits):
            scope = str(limit["scope"])
            held[scope] = held.get(scope, 0) + step_of(limit, minor)
    return [
        f"counter {scope} stands at {used}, reservations and claims hold {minor}"
        for scope, minor in held.items()
        if (used := uow.vouchers.used(scope)) != minor
    ]
