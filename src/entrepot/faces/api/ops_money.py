"""Operations about money: firms, balances, bills, vouchers, claims."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import msgspec

from entrepot.client import shapes_money as s
from entrepot.faces.api import owners
from entrepot.faces.api.operation import Call, Download, Operation
from entrepot.faces.api.paging import Page, PageOf, page_of
from entrepot.faces.api.refusals import malformed
from entrepot.faces.api.wire import plain
from entrepot.kernel.money import Amount, asset_of
from entrepot.kernel.period import local_day
from entrepot.services import records as r
from entrepot.services.books import account_line
from entrepot.services.claim_judgement import Application
from entrepot.services.claim_steps import approve_claim, refuse_claim
from entrepot.services.claims import apply_claim, the_claim
from entrepot.services.entitle_case import programmes_on
from entrepot.services.firms import the_firm
from entrepot.services.papers import the_paper
from entrepot.services.ports_claims import Claim

_TAG = "Bills and balances"
_VOUCHERS = "Vouchers and claims"


def list_firms(call: Call[Any, Page]) -> PageOf[s.FirmOut]:
    """List firms."""
    with call.app.store.reading() as uow:
        return page_of(call, "firm.list", uow.pages.firms, lambda one: one.id, _firm)


def read_firm(call: Call[Any, Any]) -> s.FirmOut:
    """Show a firm."""
    return _firm(the_firm(call.app, call.path["firm_id"]))


def _firm(firm: r.Firm) -> s.FirmOut:
    known = (firm.id, firm.name, firm.address, firm.registration, firm.group_id)
    return s.FirmOut(*known, cast("s.Plain", plain(firm.profile)), firm.registered_at)


def read_balance(call: Call[Any, Any]) -> s.BalanceOut:
    """Show the prepaid account of a firm."""
    firm_id = call.path["firm_id"]
    code = f"prepaid:{firm_id}"
    with call.app.store.reading() as uow:
        opened = uow.ledger.account(code) is not None
    if not opened:
        return s.BalanceOut(firm_id, code, "HKD", 0, 0, 0)
    line = account_line(call.app, code, None)
    free = line.balance - line.held if line.free is None else line.free
    return s.BalanceOut(firm_id, code, line.asset, line.balance, line.held, free)


def list_invoices(call: Call[Any, Page]) -> PageOf[s.InvoiceRow]:
    """List bills of jobs, newest first; what a centre is owed for them is not shown."""
    with call.app.store.reading() as uow:
        return page_of(call, "invoice.list", uow.pages.invoices, lambda one: one.id, _invoice)


def _invoice(bill: r.Invoice) -> s.InvoiceRow:
    return s.InvoiceRow(
        bill.number,
        bill.id,
        bill.firm_id,
        bill.centre_id,
        bill.lease_id,
        bill.job_id,
        bill.issued_at,
        bill.total_minor,
        bill.digest,
    )


def read_invoice(call: Call[Any, Any]) -> s.InvoiceOut:
    """Show a paper, held against its digest."""
    paper = the_paper(call.app, call.path["number"])
    return s.InvoiceOut(paper.number, paper.digest, msgspec.json.decode(paper.json))


def read_pdf(call: Call[Any, s.Lang]) -> Download:
    """Return a paper as PDF."""
    paper = the_paper(call.app, call.path["number"])
    lang = call.query.lang
    return Download(paper.pdf(lang), "application/pdf", f"{paper.number}.{lang}.pdf")


def list_vouchers(call: Call[Any, Page]) -> PageOf[s.VoucherOut]:
    """List what programmes keep for leases."""
    with call.app.store.reading() as uow:
        return page_of(call, "voucher.list", uow.pages.vouchers, lambda one: one.id, _voucher)


def _voucher(held: r.VoucherReservation) -> s.VoucherOut:
    money = (held.asset, held.amount_minor, held.state)
    return s.VoucherOut(held.id, held.lease_id, held.programme, held.family, *money)


def list_programmes(call: Call[Any, Any]) -> list[s.ProgrammeOut]:
    """List the voucher programmes as of today."""
    today = local_day(call.app.clock.now())
    return [
        s.ProgrammeOut(
            view.programme.id,
            dict(view.programme.name),
            view.programme.currency,
            view.standing.value,
        )
        for view in programmes_on(call.app, today)
    ]


def make_claim(call: Call[s.AskClaim, Any]) -> s.ClaimOut:
    """Apply for a voucher on a paid bill."""
    asked = call.body
    wanted = Application(asked.invoice, asked.programme, asked.facts)
    return claim_out(apply_claim(call.app, wanted, call.key))


def list_claims(call: Call[Any, Page]) -> PageOf[s.ClaimOut]:
    """List claims, newest first."""
    with call.app.store.reading() as uow:
        return page_of(call, "claim.list", uow.pages.claims, lambda one: one.id, claim_out)


def read_claim(call: Call[Any, Any]) -> s.ClaimOut:
    """Show a claim."""
    return claim_out(the_claim(call.app, call.path["claim_id"]))


def grant_claim(call: Call[s.GrantClaim, Any]) -> s.ClaimOut:
    """Grant a claim, whole or in part."""
    claim, asked = the_claim(call.app, call.path["claim_id"]), call.body
    amount = None
    if asked.amount_minor is not None:
        amount = Amount(asked.amount_minor, asset_of(claim.asset))
    try:
        ends = date.fromisoformat(asked.expires_on) if asked.expires_on else None
    except ValueError as error:
        raise malformed("expires_on", "it is no day") from error
    return claim_out(approve_claim(call.app, claim.id, call.key, amount=amount, expires_on=ends))


def deny_claim(call: Call[s.Because, Any]) -> s.ClaimOut:
    """Refuse a claim."""
    claim_id, reason = call.path["claim_id"], call.body.reason
    return claim_out(refuse_claim(call.app, claim_id, reason, call.key))


def claim_out(claim: Claim) -> s.ClaimOut:
    """Return a claim as it is sent."""
    names = s.ClaimOut.__struct_fields__[1:]
    return s.ClaimOut(claim.id, *(getattr(claim, name) for name in names))


_FIRMS, _BILLS, _CLAIMS = "/api/v1/firms", "/api/v1/invoices", "/api/v1/claims"
_CLAIM = _CLAIMS + "/{claim_id}"
_EXAMPLE = {"invoice": "HK-2020-000007", "programme": "sz-training-voucher-2025"}

OPERATIONS = (
    Operation(
        "firm.list", "GET", _FIRMS, "List firms", _TAG, list_firms, s.FirmOut, "firm.read",
        noun="firm", query=Page, listed=True,
    ),
    Operation(
        "firm.read", "GET", _FIRMS + "/{firm_id}", "Show a firm", _TAG, read_firm, s.FirmOut,
        "firm.read", owners.firm,
    ),
    Operation(
        "balance.read", "GET", _FIRMS + "/{firm_id}/balance", "Show the prepaid account of a firm",
        _TAG, read_balance, s.BalanceOut, "credit.read", owners.firm,
    ),
    Operation(
        "invoice.list", "GET", _BILLS, "List bills of jobs", _TAG, list_invoices, s.InvoiceRow,
        "invoice.read", noun="invoice", query=Page, listed=True,
    ),
    Operation(
        "invoice.read", "GET", _BILLS + "/{number}", "Show a bill, month's invoice or credit note",
        _TAG, read_invoice, s.InvoiceOut, "invoice.read", owners.invoice,
    ),
    Operation(
        "invoice.pdf", "GET", _BILLS + "/{number}/pdf", "Fetch a paper as PDF", _TAG, read_pdf,
        bytes, "invoice.read", owners.invoice, kind="pdf", query=s.Lang,
    ),
    Operation(
        "voucher.list", "GET", "/api/v1/vouchers", "List what programmes keep for leases",
        _VOUCHERS, list_vouchers, s.VoucherOut, "voucher.read", noun="voucher", query=Page,
        listed=True,
    ),
    Operation(
        "programme.list", "GET", "/api/programmes", "List the voucher programmes as of today",
        _VOUCHERS, list_programmes, list[s.ProgrammeOut],
    ),
    Operation(
        "claim.make", "POST", _CLAIMS, "Apply for a voucher on a paid bill", _VOUCHERS, make_claim,
        s.ClaimOut, "claim.make", owners.claimed_invoice, request=s.AskClaim, status=201,
        example=_EXAMPLE,
    ),
    Operation(
        "claim.list", "GET", _CLAIMS, "List claims", _VOUCHERS, list_claims, s.ClaimOut,
        "claim.read", noun="claim", query=Page, listed=True,
    ),
    Operation(
        "claim.read", "GET", _CLAIM, "Show a claim", _VOUCHERS, read_claim, s.ClaimOut,
        "claim.read", owners.claim,
    ),
    Operation(
        "claim.grant", "POST", _CLAIM + "/grant", "Grant a claim, whole or in part", _VOUCHERS,
        grant_claim, s.ClaimOut, "claim.decide", owners.claim, request=s.GrantClaim,
    ),
    Operation(
        "claim.refuse", "POST", _CLAIM + "/refuse", "Refuse a claim", _VOUCHERS, deny_claim,
        s.ClaimOut, "claim.decide", owners.claim, request=s.Because,
        example={"reason": "the purpose is not one of the programme"},
    ),
)  # fmt: skip
"""Firms, bills, vouchers and claims."""
