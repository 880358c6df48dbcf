"""Bill a job that is over: rated use, invoice, payment from the hold — one transaction.

The transaction closes everything at once: the job's end, the lease, the devices, the vouchers, the
number, the postings. A process killed before it bills again; one killed after it finds the bill.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from entrepot.domain.contracts.invoice import build_invoice
from entrepot.domain.contracts.model import (
    Duty,
    Invoice,
    InvoiceHead,
    Outcome,
    OutcomeState,
    Usage,
)
from entrepot.domain.contracts.plain import from_plain
from entrepot.domain.contracts.price import centre_cost, reprice
from entrepot.domain.contracts.price_model import (
    CentreCost,
    PriceBreakdown,
)
from entrepot.domain.gate.duties import duty_of
from entrepot.domain.metering.model import RatedLine
from entrepot.domain.metering.model import Usage as Metered
from entrepot.domain.metering.rate import rate
from entrepot.kernel import ids
from entrepot.kernel.canonical import digest
from entrepot.kernel.money import CNH, HKD, ExchangeRate
from entrepot.kernel.period import Period
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.bill_terms import (
    bill_number,
    keep_bill,
    paid_at_once,
    side_of,
    under_contract,
)
from entrepot.services.call_bill import deliver, delivered_cost, delivered_price
from entrepot.services.call_mark import is_auction
from entrepot.services.lease_due import due_quantity, due_uses
from entrepot.services.lease_terms import terms_in
from entrepot.services.meter import usage_so_far
from entrepot.services.parties import branch_party, centre_party, firm_party
from entrepot.services.ports import UnitOfWork
from entrepot.services.postings import hold_end, invoice_entries, open_accounts, transfers_of
from entrepot.services.stored_invoice import paper_of
from entrepot.services.voucher_money import apply_vouchers


def bill_job(app: App, ended: r.Job) -> r.Invoice:
    """Bill a job for what it used and release the rest; the same job gives the same bill.

    Args:
        app: the exchange.
        ended: the job with its final state, times, outcome and gated outputs.

    Returns:
        The invoice; a job that failed or was cancelled gets one for what it used.
    """
    now = app.clock.now()
    invoice_id = app.ids.new(ids.INVOICE)

    def action(uow: UnitOfWork) -> dict[str, object]:
        known = uow.deals.invoice_of_job(ended.id)
        if known is not None:
            return {"invoice_id": known.id}
        record, billed, cost = _make(app, uow, ended, invoice_id, now)
        uow.deals.update_job(ended)
        uow.deals.add_invoice(record)
        keep_bill(uow, record, paper_of(record))
        _book(app, uow, record, billed, cost)
        uow.deals.set_lease(ended.lease_id, "running", "closed")
        uow.capacity.release(ended.lease_id)
        apply_vouchers(uow, ended.lease_id, billed)
        return {"invoice_id": invoice_id, "number": record.number}

    body: dict[str, object] = {"job_id": ended.id, "state": ended.state}
    answer = app.store.command(app.actor, "job.bill", f"bill:{ended.id}", body, now, action)
    with app.store.reading() as uow:
        found = uow.deals.invoice(str(answer["invoice_id"]))
    assert found is not None
    return found


def _make(
    app: App, uow: UnitOfWork, ended: r.Job, invoice_id: str, now: int
) -> tuple[r.Invoice, PriceBreakdown, CentreCost]:
    lease = uow.deals.lease(ended.lease_id)
    assert lease is not None
    metered = usage_so_far(app, uow, lease, ended)
    quoted = from_plain(PriceBreakdown, lease.choice["price"])
    line = _rated(lease, quoted, metered)
    used = line.milli_device_seconds
    quantity = due_quantity(lease, ended, metered, used)
    if is_auction(lease):  # paid by the slot, however much of it was used
        quoted, used = delivered_price(uow, lease)
        quantity = used
    egress = sum(cast(int, o["bytes"]) for o in ended.outputs if o["released"])
    head = _head(app, uow, ended, lease, invoice_id, now, metered, egress)
    head = under_contract(uow, head)
    uses = due_uses(lease, line.id, used, quantity, head.period, quoted.price_version)
    paper = build_invoice(head, quoted, uses, paid_at_once(uow, lease.id))
    billed = reprice(quoted, quantity, egress)
    cost = _cost(uow, lease, quoted, min(quantity, quoted.milli_device_seconds))
    return _record(paper, ended, lease, cost), billed, cost


def _rated(lease: r.Lease, quoted: PriceBreakdown, metered: Metered) -> RatedLine:
    return rate(
        metered,
        quoted.terms.offer_price,
        lease_id=lease.id,
        milli_devices=lease.milli_devices,
        price_version=quoted.price_version,
    )


def _cost(uow: UnitOfWork, lease: r.Lease, quoted: PriceBreakdown, quantity: int) -> CentreCost:
    cnh_hkd = from_plain(ExchangeRate, lease.choice["cnh_hkd"])
    if is_auction(lease):
        return delivered_cost(uow, lease, cnh_hkd)
    return centre_cost(quoted.terms.offer_price, quantity, cnh_hkd, quoted.terms.fx)


def _record(paper: Invoice, ended: r.Job, lease: r.Lease, cost: CentreCost) -> r.Invoice:
    head = paper.head
    branch, year, seq = head.number.rsplit("-", 2)
    document = paper.as_dict()
    body: dict[str, object] = {
        "document": document,
        "amounts": [{"kind": line.kind.value, "minor": line.amount.minor} for line in paper.lines],
    }
    assert cost.owed.asset == CNH and paper.total.asset == HKD
    return r.Invoice(
        id=head.id,
        number=head.number,
        branch=branch,
        year=int(year),
        seq=int(seq),
        firm_id=ended.firm_id,
        centre_id=ended.centre_id,
        lease_id=lease.id,
        job_id=ended.id,
        issued_at=head.issued_at,
        total_minor=paper.total.minor,
        centre_minor=cost.owed.minor,
        carrying_minor=cost.carrying.minor,
        batch_id=None,
        body=body,
        digest=digest(document),
    )


def _head(
    app: App,
    uow: UnitOfWork,
    ended: r.Job,
    lease: r.Lease,
    invoice_id: str,
    now: int,
    metered: Metered,
    egress: int,
) -> InvoiceHead:
    branch, number = app.settings.branch, bill_number(app, uow, lease.id, now)
    quote = uow.deals.quote(lease.quote_id)
    assert quote is not None
    period = metered.period or Period(ended.created_at, ended.created_at)
    return InvoiceHead(
        id=invoice_id,
        number=number,
        branch=branch,
        issuer=branch_party(app),
        firm=firm_party(uow, ended.firm_id),
        centre=centre_party(uow, ended.centre_id),
        job=ended.id,
        lease=lease.id,
        quote=lease.quote_id,
        issued_at=now,
        period=period,
        usage=Usage(
            metered.milli_device_seconds,
            metered.cpu_ms,
            metered.memory_peak_bytes,
            egress,
            metered.energy_j,
            metered.waited_ms,
        ),
        outcome=_outcome(ended),
        duties=_duties(lease),
        journal_hash=uow.journal_head(),
        facts_digest=str(quote.body["facts_digest"]),
        milli_devices=lease.milli_devices,
        isolation=lease.isolation,
        lease_kind=terms_in(lease).kind.value,
    )


def _outcome(ended: r.Job) -> Outcome:
    states = {"succeeded": OutcomeState.SUCCEEDED, "cancelled": OutcomeState.CANCELLED}
    return Outcome(states.get(ended.state, OutcomeState.FAILED), ended.message)


def _duties(lease: r.Lease) -> tuple[Duty, ...]:
    verdict = cast(Mapping[str, object], lease.choice["verdict"])
    return tuple(Duty(d, duty_of(d).title) for d in cast(list[str], verdict["duties"]))


def _book(
    app: App, uow: UnitOfWork, record: r.Invoice, billed: PriceBreakdown, cost: CentreCost
) -> None:
    lease = uow.deals.lease(record.lease_id)
    assert lease is not None
    cause = f"invoice:{record.id}"
    entries = invoice_entries(record.firm_id, record.centre_id, billed, cost)
    if is_auction(lease):
        entries += deliver(uow, lease, record)
    transfers = transfers_of(entries, lambda: app.ids.new(ids.TRANSFER), cause)
    ended_hold = (lease, billed.payable_now.minor, app.ids.new(ids.TRANSFER), cause)
    transfers += hold_end(*ended_hold, side_of(uow, lease))
    open_accounts(uow.ledger, transfers)
    uow.ledger.post(transfers)


def with_state(job: r.Job, state: r.JobState, **changes: object) -> r.Job:
    """Return the job in another state with other fields changed."""
    return replace(job, state=state, **changes)  # type: ignore[arg-type]
