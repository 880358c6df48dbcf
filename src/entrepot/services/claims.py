"""Apply for a voucher: one claim on one metered and paid invoice line, reserved in one transaction.

What a lease reserved and its bill used goes over to the claim. Without such a reservation the
programme is judged again on what was paid, with the counters of now.
"""

from __future__ import annotations

from dataclasses import asdict

from entrepot.domain.vouchers.claim_life import Move, Stage, claimed_before, next_stage
from entrepot.domain.vouchers.claims import find_programme
from entrepot.domain.vouchers.model import Payout
from entrepot.domain.vouchers.reserve import may_reserve
from entrepot.kernel import ids
from entrepot.kernel.errors import NotFound
from entrepot.kernel.period import local_day
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.claim_judgement import (
    TAKEN,
    Application,
    ClaimedLine,
    claimable_minor,
    purchase_of,
)
from entrepot.services.claim_money import WAIVED, hold
from entrepot.services.claim_proof import proven_line
from entrepot.services.entitle_job import judge_purchase, limits_of
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_claims import Claim
from entrepot.services.stored_invoice import the_invoice


def apply_claim(app: App, asked: Application, key: str) -> Claim:
    """Apply for a voucher on a paid invoice.

    Args:
        app: the exchange; its actor is the applicant's desk.
        asked: invoice, programme, facts.
        key: idempotency key; the same key gives the same claim.

    Returns:
        The claim, applied for; reserved if no authority has to confirm the amount first.

    Raises:
        NotFound: no such invoice or programme.
        Invalid: an unknown fact, or another currency than the invoice's.
        Refused: not metered, not paid, or the programme does not pay.
        Conflict: the line is claimed in the family, or a cap or fund is used up.
    """
    record, paper = the_invoice(app, asked.invoice)
    programme = find_programme({p.id: p for p in app.programmes}, asked.programme)
    line = ClaimedLine(record, paper, proven_line(app, record, paper), programme)
    now, claim_id = app.clock.now(), app.ids.new(ids.CLAIM)

    def action(uow: UnitOfWork) -> dict[str, object]:
        _check_family(app, uow, line)
        claim = _inherited(app, uow, line, claim_id, now)
        if claim is None:
            claim = _judged(app, uow, line, asked, claim_id, now)
            if claim.held:
                hold(app, uow, claim)
        uow.claims.add(claim)
        return {"claim_id": claim.id, "amount_minor": claim.amount_minor, "held": claim.held}

    body: dict[str, object] = {
        "invoice": record.id,
        "programme": programme.id,
        "facts": dict(asked.facts),
    }
    answer = app.store.command(app.actor, "voucher.claim", key, body, now, action)
    return the_claim(app, str(answer["claim_id"]))


def the_claim(app: App, claim_id: str) -> Claim:
    """Return a claim.

    Raises:
        NotFound: there is none; the hint names the nearest one.
    """
    with app.store.reading() as uow:
        return claim_in(uow, claim_id)


def claim_in(uow: UnitOfWork, claim_id: str) -> Claim:
    """Return a claim inside a transaction; see :func:`the_claim`."""
    found = uow.claims.find(claim_id)
    if found is None:
        near = did_you_mean(claim_id, [claim.id for claim in uow.claims.all()])
        raise NotFound(
            "claim.unknown",
            N_("There is no claim {id}."),
            hint=N_("Did you mean {near}?") if near else N_("See: entrepot vouchers claims"),
            id=claim_id,
            near=near or "",
        )
    return found


def all_claims(app: App) -> list[Claim]:
    """Return all claims in order of application."""
    with app.store.reading() as uow:
        return uow.claims.all()


def _check_family(app: App, uow: UnitOfWork, line: ClaimedLine) -> None:
    """Refuse a second voucher of one family on a line, claimed or deducted."""
    own = line.programme
    kin = [claim.programme for claim in uow.claims.of_line(line.proof.id)
           if claim.family == own.family]  # fmt: skip
    kin += [
        held.programme
        for held in uow.vouchers.of_lease(line.record.lease_id)
        if held.state in TAKEN and held.family == own.family and held.programme != own.id
    ]
    if kin:
        raise claimed_before(own.family)


def _inherited(
    app: App, uow: UnitOfWork, line: ClaimedLine, claim_id: str, now: int
) -> Claim | None:
    """Take over what the bill of this line used of the lease's reservation."""
    lease = uow.deals.lease(line.record.lease_id)
    assert lease is not None
    used = {voucher.programme: voucher for voucher in line.paper.vouchers}.get(line.programme.id)
    for held in uow.vouchers.of_lease(lease.id):
        if used is None or held.programme != line.programme.id or held.state != "applied":
            continue
        uow.vouchers.set_state(held.id, "claimed", held.amount_minor)
        day = local_day(lease.created_at)
        firm = uow.registry.firm(held.firm_id)
        assert firm is not None
        body: dict[str, object] = {
            "reservation": held.id,
            "law_day": day.isoformat(),
            "year": day.year,
            WAIVED: firm.profile.get(WAIVED) is True,
        }
        payout = Payout(used.payout.value)
        return _claim(
            app, line, claim_id, now, held.group_id, held.amount_minor, True, payout, held.limits,
            body,
        )  # fmt: skip
    return None


def _judged(
    app: App, uow: UnitOfWork, line: ClaimedLine, asked: Application, claim_id: str, now: int
) -> Claim:
    firm = uow.registry.firm(line.record.firm_id)
    assert firm is not None
    purchase = purchase_of(app, uow, line, asked, firm, now)
    answer = judge_purchase(app, uow, line.programme, purchase)
    amount = claimable_minor(line, answer)
    assert answer.version is not None
    waived = purchase.facts.get(WAIVED) is True
    body: dict[str, object] = {
        "law_day": answer.version.validity.from_day.isoformat(),
        "year": answer.year,
        "version": answer.version.id,
        "row_hash": answer.version.row_hash,
        WAIVED: waived,
        "facts": dict(purchase.facts),
        "entitlement": answer.as_dict(),
        "lines": [f"{one.step}: {one.outcome}: {one.render()}" for one in answer.lines],
    }
    limits = {"limits": [asdict(limit) for limit in limits_of(answer, firm, waived)]}
    return _claim(
        app, line, claim_id, now, firm.group_id, amount, may_reserve(answer),
        Payout.CLAIM_THEN_REDEEM, limits, body,
    )  # fmt: skip


def _claim(
    app: App,
    line: ClaimedLine,
    claim_id: str,
    now: int,
    group_id: str,
    amount_minor: int,
    held: bool,
    payout: Payout,
    limits: r.Body,
    body: r.Body,
) -> Claim:
    moves = (Move.RESERVE, Move.APPLY) if held else (Move.APPLY,)
    return Claim(
        id=claim_id,
        invoice_line=line.proof.id,
        invoice_id=line.record.id,
        lease_id=line.record.lease_id,
        firm_id=line.record.firm_id,
        group_id=group_id,
        programme=line.programme.id,
        family=line.programme.family,
        asset=line.programme.currency,
        payout=payout.value,
        state=next_stage(claim_id, Stage.ENTITLED, *moves).value,
        asked_minor=amount_minor,
        amount_minor=amount_minor,
        held=held,
        limits=limits,
        applied_by=app.actor,
        applied_at=now,
        approved_by=None,
        approved_at=None,
        expires_on=None,
        paid_at=None,
        reference="",
        reason="",
        evidence="",
        owed_minor=0,
        collected_minor=0,
        body=body,
    )
