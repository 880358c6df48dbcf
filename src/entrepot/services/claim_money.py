"""Money of a claim: its place under cap and fund, its postings, and what a firm owes back.

| fact | debit | credit |
|---|---|---|
| the bill deducts | `voucher_receivable:P` | `receivable:F` |
| redeemed, paid after a claim | `voucher_receivable:P` | `voucher_payable:F` |
| the programme pays | `bank` | `voucher_receivable:P` |
| and passes it on | `voucher_payable:F` | `prepaid:F` |
| not granted, deducted at the bill | `voucher_owed:F` | `voucher_receivable:P` |
| taken back before the payment | `voucher_payable:F` | `voucher_receivable:P` |
| taken back after the payment | `voucher_owed:F` | `bank` |
| collected | `prepaid:F` | `voucher_owed:F` |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import cast

from entrepot.domain.vouchers.claim_life import Stage
from entrepot.domain.vouchers.claims import find_programme
from entrepot.domain.vouchers.model import Payout
from entrepot.domain.vouchers.reserve import limit_keys
from entrepot.domain.vouchers.version import version_on
from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_
from entrepot.services.app import App
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_claims import Claim
from entrepot.services.postings import Entry, open_accounts, transfers_of
from entrepot.services.voucher_money import limits_in, lower_limits, step_of

WAIVED = "soft_cap_waived"
"""Fact that a named decision waives the soft cap of a firm and year."""


def hold(app: App, uow: UnitOfWork, claim: Claim) -> None:
    """Reserve the amount of a claim against every limit of today, or refuse.

    Raises:
        Conflict: a limit has too little left.
    """
    today = limits_today(app, claim)
    for limit in limits_in(claim.limits):
        scope = str(limit["scope"])
        if not uow.vouchers.take(scope, today[scope], step_of(limit, claim.amount_minor)):
            raise _exhausted(claim, str(limit["name"]))


def lower(uow: UnitOfWork, claim: Claim, keep_minor: int) -> None:
    """Give back what a claim holds above ``keep_minor``."""
    if claim.held:
        lower_limits(uow, claim.limits, claim.amount_minor, keep_minor)


def check_room(app: App, uow: UnitOfWork, claim: Claim) -> None:
    """Refuse where a limit was cut, since the reservation, below what it has granted.

    Raises:
        Conflict: a limit holds more than it allows today.
    """
    today = limits_today(app, claim)
    for limit in limits_in(claim.limits):
        scope = str(limit["scope"])
        if uow.vouchers.used(scope) > today[scope]:
            raise _exhausted(claim, str(limit["name"]))


def limits_today(app: App, claim: Claim) -> dict[str, int]:
    """Return counter → limit as the programme's text of today has it; unchanged, as reserved."""
    kept = {str(x["scope"]): cast(int, x["limit_minor"]) for x in limits_in(claim.limits)}
    programme = find_programme({p.id: p for p in app.programmes}, claim.programme)
    version = version_on(programme, date.fromisoformat(str(claim.body["law_day"])), None)
    if version is None:
        return kept
    keys = limit_keys(
        version,
        claim.programme,
        claim.group_id,
        cast(int, claim.body["year"]),
        soft_cap_waived=claim.body[WAIVED] is True,
    )
    return kept | {key.scope: key.limit_minor for key in keys if key.scope in kept}


def _exhausted(claim: Claim, limit: str) -> Conflict:
    return Conflict(
        "voucher.exhausted",
        N_("The {limit} of {programme} has too little left for {amount}."),
        hint=N_("entrepot vouchers fund {programme} shows what is left; grant less or refuse."),
        limit=limit,
        programme=claim.programme,
        amount=str(Amount(claim.amount_minor, HKD)),
    )


def is_deducted(claim: Claim) -> bool:
    """Say whether the bill deducted the voucher, so that the programme owes the branch."""
    return claim.payout == Payout.DEDUCTED_AT_PURCHASE


def redeemed_entries(claim: Claim) -> list[Entry]:
    """Entries of a redemption: a claim after the purchase becomes a debt; a deduction was one."""
    if is_deducted(claim):
        return []
    return [_entry(_due(claim), f"voucher_payable:{claim.firm_id}", claim, "redeemed")]


def paid_entries(claim: Claim) -> list[Entry]:
    """Entries of the programme's payment; a claim after the purchase is passed on to the firm."""
    entries = [_entry("bank", _due(claim), claim, "voucher_paid")]
    if not is_deducted(claim):
        payable, prepaid = f"voucher_payable:{claim.firm_id}", f"prepaid:{claim.firm_id}"
        entries.append(_entry(payable, prepaid, claim, "passed_on"))
    return entries


def withdrawn(claim: Claim, minor: int) -> tuple[list[Entry], int]:
    """Return the entries of what the programme does not pay, and what the firm owes by them.

    Args:
        claim: as it stands before.
        minor: part of it that is not paid, or taken back.
    """
    owed = f"voucher_owed:{claim.firm_id}"
    if claim.state == Stage.PAID:
        return [Entry(owed, "bank", minor, HKD, "clawed_back")], minor
    if is_deducted(claim):
        return [Entry(owed, _due(claim), minor, HKD, "not_granted")], minor
    if claim.state == Stage.REDEEMED:
        payable = f"voucher_payable:{claim.firm_id}"
        return [Entry(payable, _due(claim), minor, HKD, "clawed_back")], 0
    return [], 0


def _due(claim: Claim) -> str:
    return f"voucher_receivable:{claim.programme}"


def _entry(debit: str, credit: str, claim: Claim, code: str) -> Entry:
    return Entry(debit, credit, claim.amount_minor, HKD, code)


def book(app: App, uow: UnitOfWork, entries: Sequence[Entry], cause: str) -> None:
    """Post entries as one link group; nothing where there are none."""
    transfers = transfers_of(entries, lambda: app.ids.new(ids.TRANSFER), cause)
    if transfers:
        open_accounts(uow.ledger, transfers)
        uow.ledger.post(transfers)


def collect(app: App, uow: UnitOfWork, firm_id: str, cause: str) -> int:
    """Take what a firm owes for vouchers from its prepaid account, as far as that is free.

    The oldest claim first; what is not covered stays owed, and the next collection takes it.

    Returns:
        What was taken, HKD cents.
    """
    free = max(0, uow.ledger.balance(f"prepaid:{firm_id}").credit_free)
    taken = 0
    for claim in uow.claims.all():
        part = min(free - taken, claim.owed_minor - claim.collected_minor)
        if claim.firm_id == firm_id and part > 0:
            uow.claims.replace(replace(claim, collected_minor=claim.collected_minor + part))
            taken += part
    entry = Entry(f"prepaid:{firm_id}", f"voucher_owed:{firm_id}", taken, HKD, "collected")
    book(app, uow, [entry], cause)
    return taken
