"""Take a claim on: approve, refuse, redeem, pay, expire, claw back — each in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from entrepot.domain.vouchers.claim_life import (
    Move,
    check_four_eyes,
    granted_minor,
    has_lapsed,
    next_stage,
)
from entrepot.kernel.errors import Invalid, Refused
from entrepot.kernel.money import Amount, asset_of
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services.app import App
from entrepot.services.claim_money import (
    book,
    check_room,
    collect,
    hold,
    lower,
    paid_entries,
    redeemed_entries,
    withdrawn,
)
from entrepot.services.claim_proof import proven_line
from entrepot.services.claims import claim_in, the_claim
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_claims import Claim
from entrepot.services.stored_invoice import the_invoice

Act = Callable[[UnitOfWork, Claim], Claim]


def approve_claim(
    app: App,
    claim_id: str,
    key: str,
    *,
    amount: Amount | None = None,
    expires_on: date | None = None,
) -> Claim:
    """Grant a claim, whole or in part; what is not granted goes back to cap and fund.

    An amount that was not reserved is reserved now. A limit that was cut since the reservation
    below what it has granted stops the approval.

    Args:
        app: the exchange; its actor must not be the applicant's desk.
        claim_id: ``C-…``.
        key: idempotency key.
        amount: what is granted; None = all that was asked.
        expires_on: first day on which it cannot be redeemed any more; None = not stated.

    Raises:
        NotFound: no such claim.
        Invalid: another currency, nothing, or more than was asked.
        Refused: decided by the desk that applied.
        Conflict: not waiting for a decision, or a cap or fund is used up.
    """
    given = None if amount is None else _minor(the_claim(app, claim_id), amount)
    expires = expires_on.isoformat() if expires_on else None
    now = app.clock.now()

    def act(uow: UnitOfWork, claim: Claim) -> Claim:
        state = next_stage(claim.id, claim.state, Move.APPROVE)
        check_four_eyes(claim.applied_by, app.actor)
        granted = granted_minor(claim.asked_minor, given)
        lower(uow, claim, granted)
        owed = _withdraw(app, uow, claim, claim.amount_minor - granted, Move.APPROVE)
        approved = replace(
            claim, state=state.value, amount_minor=granted, held=True, owed_minor=owed,
            approved_by=app.actor, approved_at=now, expires_on=expires,
        )  # fmt: skip
        if claim.held:
            check_room(app, uow, approved)
        else:
            hold(app, uow, approved)
        return approved

    more: dict[str, object] = {"granted_minor": given, "expires_on": expires}
    return _step(app, "approve", claim_id, key, act, more)


def refuse_claim(app: App, claim_id: str, reason: str, key: str) -> Claim:
    """Refuse a claim; all it holds goes back to cap and fund.

    A deduction that the bill has made is then owed by the firm; see ``claim_money``.

    Raises:
        NotFound: no such claim.
        Refused: decided by the desk that applied.
        Conflict: not waiting for a decision.
    """

    def act(uow: UnitOfWork, claim: Claim) -> Claim:
        check_four_eyes(claim.applied_by, app.actor)
        return _ended(app, uow, claim, Move.REFUSE, reason)

    return _step(app, "refuse", claim_id, key, act, {"reason": reason})


def redeem_claim(app: App, claim_id: str, key: str) -> Claim:
    """Prove an approved claim by its metered use and paid invoice, and redeem it.

    Raises:
        NotFound: no such claim.
        Refused: lapsed; or the use or the payment cannot be proven any more.
        Conflict: not approved, or redeemed before.
    """
    claim = the_claim(app, claim_id)
    next_stage(claim.id, claim.state, Move.EVIDENCE)
    record, paper = the_invoice(app, claim.invoice_id)
    proof = proven_line(app, record, paper)
    today = local_day(app.clock.now())

    def act(uow: UnitOfWork, claim: Claim) -> Claim:
        state = next_stage(claim.id, claim.state, Move.EVIDENCE, Move.REDEEM)
        if has_lapsed(claim.expires_on, today):
            raise Refused(
                "claim.lapsed",
                N_("Claim {id} could be redeemed until before {day}."),
                hint=N_("Give its money back to the fund: entrepot vouchers expire"),
                id=claim.id,
                day=claim.expires_on,
            )
        if proof.id != claim.invoice_line:
            raise Refused(
                "claim.evidence",
                N_("What was metered for claim {id} is not what it was made for."),
                hint=N_("entrepot usage {lease} shows the reports."),
                id=claim.id,
                lease=claim.lease_id,
            )
        book(app, uow, redeemed_entries(claim), _cause(claim, Move.REDEEM))
        return replace(claim, state=state.value, evidence=proof.evidence)

    return _step(app, "redeem", claim_id, key, act, {"evidence": proof.evidence})


def pay_claim(app: App, claim_id: str, amount: Amount, reference: str, key: str) -> Claim:
    """Take note that the programme has paid; a claim after the purchase is passed on to the firm.

    Args:
        app: the exchange.
        claim_id: ``C-…``.
        amount: what arrived at the bank.
        reference: of the payment, as the bank gives it.
        key: idempotency key.

    Raises:
        NotFound: no such claim.
        Invalid: another currency than the claim's.
        Refused: another amount than was granted.
        Conflict: not redeemed, or paid before.
    """
    minor, now = _minor(the_claim(app, claim_id), amount), app.clock.now()

    def act(uow: UnitOfWork, claim: Claim) -> Claim:
        state = next_stage(claim.id, claim.state, Move.PAY)
        if minor != claim.amount_minor:
            raise Refused(
                "claim.paid",
                N_("{paid} arrived for claim {id}, which was granted {granted}."),
                hint=N_("Ask the authority to correct its payment; nothing was booked."),
                paid=str(amount),
                id=claim.id,
                granted=str(Amount(claim.amount_minor, asset_of(claim.asset))),
            )
        book(app, uow, paid_entries(claim), _cause(claim, Move.PAY))
        return replace(claim, state=state.value, paid_at=now, reference=reference)

    return _step(app, "pay", claim_id, key, act, {"paid_minor": minor, "reference": reference})


def expire_claim(app: App, claim_id: str) -> Claim:
    """Let an approved claim expire whose last day to redeem is over.

    Raises:
        NotFound: no such claim.
        Refused: its day is not over, or none was stated.
        Conflict: it does not wait to be redeemed.
    """
    today = local_day(app.clock.now())

    def act(uow: UnitOfWork, claim: Claim) -> Claim:
        next_stage(claim.id, claim.state, Move.EXPIRE)
        if not has_lapsed(claim.expires_on, today):
            raise Refused(
                "claim.not_lapsed",
                N_("Claim {id} can still be redeemed; it expires on: {day}."),
                hint=N_("Refuse it before its approval, or claw it back after."),
                id=claim.id,
                day=claim.expires_on or "–",
            )
        return _ended(app, uow, claim, Move.EXPIRE, "")

    return _step(app, "expire", claim_id, f"expire:{claim_id}", act, {})


def expire_all(app: App) -> list[Claim]:
    """Let every claim expire whose last day to redeem is over; return them."""
    today = local_day(app.clock.now())
    with app.store.reading() as uow:
        late = [c.id for c in uow.claims.all(("approved",)) if has_lapsed(c.expires_on, today)]
    return [expire_claim(app, claim_id) for claim_id in late]


def claw_back(app: App, claim_id: str, reason: str, key: str) -> Claim:
    """Take a granted claim back: its postings are reversed, cap and fund have it again.

    Raises:
        NotFound: no such claim.
        Conflict: it was never approved, or is over.
        Refused: the branch's bank account is short of what the programme takes back.
    """

    def act(uow: UnitOfWork, claim: Claim) -> Claim:
        return _ended(app, uow, claim, Move.CLAW_BACK, reason)

    return _step(app, "clawback", claim_id, key, act, {"reason": reason})


def collect_owed(app: App, firm_id: str, key: str) -> int:
    """Take what a firm owes for vouchers from its prepaid account, as far as that is free.

    Returns:
        What was taken, HKD cents.
    """

    def action(uow: UnitOfWork) -> dict[str, object]:
        return {"taken_minor": collect(app, uow, firm_id, f"collect:{key}")}

    body: dict[str, object] = {"firm_id": firm_id}
    answer = app.store.command(app.actor, "voucher.collect", key, body, app.clock.now(), action)
    return int(str(answer["taken_minor"]))


def _ended(app: App, uow: UnitOfWork, claim: Claim, move: Move, reason: str) -> Claim:
    """End a claim before it is spent, or after: cap and fund have its amount again."""
    state = next_stage(claim.id, claim.state, move)
    lower(uow, claim, 0)
    owed = _withdraw(app, uow, claim, claim.amount_minor, move)
    return replace(
        claim,
        state=state.value,
        held=False,
        reason=reason,
        owed_minor=claim.owed_minor + owed,
    )


def _withdraw(app: App, uow: UnitOfWork, claim: Claim, minor: int, move: Move) -> int:
    entries, owed = withdrawn(claim, minor)
    book(app, uow, entries, _cause(claim, move))
    return owed if minor else 0


def _step(app: App, name: str, claim_id: str, key: str, act: Act, more: dict[str, object]) -> Claim:
    def action(uow: UnitOfWork) -> dict[str, object]:
        claim = act(uow, claim_in(uow, claim_id))
        uow.claims.replace(claim)
        taken = 0
        if claim.owed_minor > claim.collected_minor:
            cause = f"claim:{claim_id}:{name}:collect"
            taken = collect(app, uow, claim.firm_id, cause)
        return {"claim_id": claim_id, "state": claim.state, "collected_minor": taken}

    body: dict[str, object] = {"claim_id": claim_id, **more}
    app.store.command(app.actor, f"voucher.{name}", key, body, app.clock.now(), action)
    return the_claim(app, claim_id)


def _cause(claim: Claim, move: Move) -> str:
    return f"claim:{claim.id}:{move.value}"


def _minor(claim: Claim, amount: Amount) -> int:
    if amount.asset.code != claim.asset:
        raise Invalid(
            "claim.currency",
            N_("Claim {id} is in {theirs}, not in {ours}."),
            hint=N_("Amounts are never converted silently."),
            fields={"amount": "currency_mismatch"},
            id=claim.id,
            theirs=claim.asset,
            ours=amount.asset.code,
        )
    return amount.minor
