"""What ``entrepot vouchers claim`` … ``fund`` print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, moment, number, show_table
from entrepot.faces.cli.vouchers_words import (
    amount_text,
    bare_amount,
    not_stated,
    short_amount,
)
from entrepot.kernel.text import N_
from entrepot.services.fund_view import FundView
from entrepot.services.ports_claims import Claim

STAGES: Mapping[str, str] = {
    "reserved": N_("reserved"),
    "applied": N_("applied for"),
    "approved": N_("approved"),
    "evidenced": N_("proven"),
    "redeemed": N_("redeemed"),
    "paid": N_("paid"),
    "refused": N_("refused"),
    "expired": N_("expired"),
    "clawed_back": N_("clawed back"),
}


def claim_data(claim: Claim) -> dict[str, object]:
    """Return a claim for ``--json``, whole."""
    return asdict(claim)


def show_claim(claim: Claim) -> None:
    """Print one claim: where it stands, what it holds, who decided."""
    amount = amount_text(claim.amount_minor, claim.asset)
    text = _(N_("Claim {id} is {stage}: {amount} under {programme}."))
    done(
        text.format(
            id=claim.id, stage=_(STAGES[claim.state]), amount=amount, programme=claim.programme
        )
    )
    rows = (
        (N_("invoice"), claim.invoice_id),
        (N_("asked"), amount_text(claim.asked_minor, claim.asset)),
        (N_("applied by"), f"{claim.applied_by}, {moment(claim.applied_at)}"),
        (N_("decided by"), _decided(claim)),
        (N_("redeem before"), claim.expires_on or not_stated()),
        (N_("held under cap and fund"), _(N_("yes")) if claim.held else _(N_("no"))),
        (N_("reference"), claim.reference),
        (N_("reason"), claim.reason),
        (N_("owed back"), _owed(claim)),
    )
    for title, value in rows:
        if value:
            print(f"  {_(title)}: {value}")


def _decided(claim: Claim) -> str:
    if claim.approved_by is None or claim.approved_at is None:
        return ""
    return f"{claim.approved_by}, {moment(claim.approved_at)}"


def _owed(claim: Claim) -> str:
    open_ = claim.owed_minor - claim.collected_minor
    return amount_text(open_, claim.asset) if open_ else ""


def show_claims(claims: Sequence[Claim]) -> None:
    """Print a list of claims."""
    titles = (N_("claim"), N_("programme"), N_("amount"), N_("stage"), N_("applied by"))
    rows = [
        [
            one.id,
            one.programme,
            amount_text(one.amount_minor, one.asset),
            _(STAGES[one.state]),
            one.applied_by,
        ]
        for one in claims
    ]
    none = N_("There is no claim. To apply: entrepot vouchers claim INVOICE --programme ID")
    columns = [Column(_(title), title == "amount", whole=title == "claim") for title in titles]
    show_table(columns, rows, empty=_(none))


def show_funds(funds: Sequence[FundView]) -> None:
    """Print funds; what no text states is not stated, and never nought.

    Of many programmes, one without a stated fund is listed only once something moved in it.
    """
    shown = [one for one in funds if one.limit_minor is not None or _moved(one)] or list(funds)
    titles = (N_("programme"), N_("fund"), N_("taken"), N_("left"), N_("months left"))
    columns = [Column(_(t), t in titles[1:], whole=True) for t in titles]
    show_table(columns, [_fund_row(one) for one in shown])
    for one in shown:
        if len(shown) == 1 or _moved(one):
            print(_fund_line(one))
    if len(shown) < len(funds):
        text = _(N_("{count} more programmes state no fund, and nothing was asked of them here."))
        print(text.format(count=len(funds) - len(shown)))


def _moved(one: FundView) -> bool:
    return any((one.asked_minor, one.reserved_minor, one.approved_minor, one.paid_minor))


def _fund_row(one: FundView) -> list[str]:
    return [
        one.programme,
        short_amount(one.limit_minor, one.asset),
        bare_amount(one.reserved_minor + one.approved_minor + one.paid_minor),
        not_stated() if one.left_minor is None else bare_amount(one.left_minor),
        "–" if one.months_left is None else number(one.months_left),
    ]


def _fund_line(one: FundView) -> str:
    """Write what was taken from a fund, by how far each part has come."""
    amounts = (
        (N_("not yet reserved"), one.asked_minor),
        (N_("reserved"), one.reserved_minor),
        (N_("approved"), one.approved_minor),
        (N_("paid"), one.paid_minor),
        (N_("spent a month"), one.burn_month_minor),
    )
    told = [
        f"{_(title)} {amount_text(minor, one.asset)}"
        for title, minor in amounts
        if minor is not None
    ]
    return f"  {one.programme}: {', '.join(told)}"
