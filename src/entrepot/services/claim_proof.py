"""What a claim rests on: use that the centre's meters signed, and a bill that is paid."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.domain.contracts.model import Invoice
from entrepot.kernel.canonical import digest
from entrepot.kernel.errors import Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.metered import LeaseUsage, lease_usage
from entrepot.services.open_items import paid_of_bill


@dataclass(frozen=True, slots=True)
class ProvenLine:
    """An invoice line that may be claimed.

    Attributes:
        id: id of the rated line.
        evidence: digest of reports, invoice and payment.
    """

    id: str
    evidence: str


def proven_line(app: App, record: r.Invoice, paper: Invoice) -> ProvenLine:
    """Return the metered and paid line of an invoice, every signature verified again.

    Args:
        app: the exchange.
        record, paper: the invoice as kept.

    Raises:
        Refused: nothing was metered, a report is forged, or the bill is not paid.
    """
    usage = lease_usage(app, record.lease_id)
    line = _metered(record, paper, usage)
    with app.store.reading() as uow:
        by_documents = paid_of_bill(uow, record.id)
    # A hold on credit is used by the bill and paid only by money that comes in.
    taken = usage.paid_minor or 0
    paid = taken if by_documents is None else min(taken, by_documents)
    if paid != paper.payable.minor:
        raise Refused(
            "claim.unpaid",
            N_("Invoice {number} asks {payable}, and {paid} of it is paid."),
            hint=N_("A voucher is claimed once the invoice is paid."),
            number=record.number,
            payable=str(paper.payable),
            paid=str(Amount(paid, HKD)),
        )
    evidence: dict[str, object] = {
        "invoice": record.digest,
        "line": line,
        "reports": [item.digest for item in usage.reports],
        "paid_minor": paid,
    }
    return ProvenLine(line, digest(evidence))


def _metered(record: r.Invoice, paper: Invoice, usage: LeaseUsage) -> str:
    billed = {line.cause for line in paper.lines if line.cause}
    if usage.forged:
        raise Refused(
            "claim.forged",
            N_("The signature of usage report {numbers} of lease {lease} does not verify."),
            hint=N_(
                "entrepot usage {lease} shows all reports; ask the centre for its meter's log."
            ),
            numbers=", ".join(map(str, usage.forged)),
            lease=record.lease_id,
        )
    if usage.line is None or usage.line.id not in billed:
        raise Refused(
            "claim.unmetered",
            N_("Invoice {number} bills no metered use, so there is nothing to claim."),
            hint=N_("A voucher pays for use that a centre's meters signed."),
            number=record.number,
        )
    return usage.line.id
