"""Judge what may be claimed on an invoice line, by the counters of now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from entrepot.domain.contracts.model import Invoice
from entrepot.domain.vouchers.case import CaseDates, Entitlement, OtherClaim, Status
from entrepot.domain.vouchers.claim_life import OVER
from entrepot.domain.vouchers.model import Payout, Programme
from entrepot.kernel.errors import Invalid, Refused
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.claim_proof import ProvenLine
from entrepot.services.entitle_job import COMPUTE_BASES, Purchase
from entrepot.services.gate_job import facts_of
from entrepot.services.ports import UnitOfWork

CONFIRMED_BY_APPROVAL = ("discretionary", "not_stated: ")
"""Doubts that the authority's own approval settles; a weak grade takes a review record."""

TAKEN = ("reserved", "applied", "claimed")
"""States of a lease's reservation in which its voucher lies on the line."""


@dataclass(frozen=True, slots=True)
class Application:
    """What a firm asks for.

    Attributes:
        invoice: number or id.
        programme: id.
        facts: facts of scope voucher that neither firm nor device states.
    """

    invoice: str
    programme: str
    facts: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class ClaimedLine:
    """A line that is claimed: the invoice as kept, its paper, what proves it, the programme."""

    record: r.Invoice
    paper: Invoice
    proof: ProvenLine
    programme: Programme


def purchase_of(
    app: App, uow: UnitOfWork, line: ClaimedLine, asked: Application, firm: r.Firm, now: int
) -> Purchase:
    """Return the purchase of a claimed line, with the other vouchers that lie on it."""
    record, today = line.record, local_day(now)
    lease, centre = uow.deals.lease(record.lease_id), uow.registry.centre(record.centre_id)
    assert lease is not None and centre is not None
    device = app.facts.devices.get(str(lease.choice["device_id"]))
    known = app.rulebook.dictionary.only("voucher", facts_of(firm))
    others = {
        held.programme: held.amount_minor
        for held in uow.vouchers.of_lease(record.lease_id)
        if held.state in TAKEN
    } | {
        claim.programme: claim.amount_minor
        for claim in uow.claims.of_line(line.proof.id)
        if claim.state not in OVER
    }
    return Purchase(
        firm,
        {**known, **(device.voucher_facts() if device else {}), **asked.facts},
        centre,
        line.paper.total,
        today,
        CaseDates(local_day(lease.created_at), today, local_day(record.issued_at)),
        tuple(OtherClaim(programme, minor) for programme, minor in sorted(others.items())),
    )


def claimable_minor(line: ClaimedLine, answer: Entitlement) -> int:
    """Return what may be applied for: what pays, or what an approval would confirm.

    Raises:
        Invalid: the programme pays another currency.
        Refused: it pays nothing on this line now.
    """
    if "currency_mismatch" in answer.reasons:
        raise Invalid(
            "claim.currency",
            N_("{programme} pays {theirs}, and invoice {number} is in {ours}."),
            hint=N_("Amounts are never converted silently; claim it with the programme itself."),
            fields={"programme": "currency_mismatch"},
            programme=answer.programme,
            theirs=answer.currency,
            number=line.record.number,
            ours=line.paper.total.asset.code,
        )
    amount = answer.amount_minor if answer.status is Status.PAYS else answer.advice_minor
    doubts = answer.reasons if answer.status is Status.NEEDS_REVIEW else ()
    settled = all(doubt.startswith(CONFIRMED_BY_APPROVAL) for doubt in doubts)
    open_ = answer.status in (Status.PAYS, Status.NEEDS_REVIEW)
    if not (open_ and settled and amount):
        raise Refused(
            "claim.not_entitled",
            N_("{programme} pays nothing on invoice {number} now: {why}."),
            hint=N_("State what is missing with --facts; entrepot vouchers show {programme}"),
            programme=answer.programme,
            number=line.record.number,
            why=", ".join((*answer.reasons, *answer.missing)) or answer.status.value,
        )
    _check_kind(line, answer)
    return amount


def _check_kind(line: ClaimedLine, answer: Entitlement) -> None:
    version = answer.version
    assert version is not None
    if version.base not in COMPUTE_BASES:
        raise Refused(
            "claim.base",
            N_("{programme} does not pay on a bill for compute; its base is: {base}."),
            programme=answer.programme,
            base=version.base or "not_stated",
        )
    if version.payout is Payout.DEDUCTED_AT_PURCHASE:
        raise Refused(
            "claim.at_purchase",
            N_("{programme} is deducted at the purchase, and invoice {number} deducts nothing."),
            hint=N_("Quote the next job with the facts that the programme asks for."),
            programme=answer.programme,
            number=line.record.number,
        )
