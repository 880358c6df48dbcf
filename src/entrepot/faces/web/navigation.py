"""The ways through the console: which pages a reader may come to, in groups."""

from __future__ import annotations

from dataclasses import dataclass

from entrepot.faces.web.visit import Visit
from entrepot.kernel.text import N_


@dataclass(frozen=True, slots=True)
class Way:
    """A way to a page: its address, its word, and the action that opens it (empty = everybody)."""

    to: str
    word: str
    action: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Ways under one word, for holders of one role (empty = everybody)."""

    word: str
    role: str
    ways: tuple[Way, ...]


GROUPS: tuple[Group, ...] = (
    Group(
        N_("Your firm"),
        "tenant",
        (
            Way("/firm", N_("Overview"), "quote.read"),
            Way("/jobs/new", N_("New job"), "quote.make"),
            Way("/quotes", N_("Quotes"), "quote.read"),
            Way("/jobs", N_("Leases and jobs"), "lease.read"),
            Way("/invoices", N_("Invoices"), "invoice.read"),
            Way("/balance", N_("Balance"), "firm.read"),
            Way("/vouchers", N_("Vouchers"), "voucher.read"),
            Way("/instruments", N_("Instruments"), "instrument.read"),
        ),
    ),
    Group(
        N_("Your centre"),
        "supplier",
        (
            Way("/centre", N_("Pools and offers"), "pool.read"),
            Way("/statements", N_("RMB statements"), "statement.read"),
        ),
    ),
    Group(
        N_("The exchange"),
        "operator",
        (
            Way("/desk", N_("Overview"), "settlement.read"),
            Way("/desk/settlement", N_("Settlement"), "settlement.read"),
            Way("/desk/approvals", N_("Second signature"), "approval.read"),
            Way("/desk/firms", N_("Firms"), "account.read"),
        ),
    ),
    Group(
        N_("Voucher funds"), "voucher_authority", (Way("/funds", N_("Programmes"), "fund.read"),)
    ),
    Group(
        N_("Audit"),
        "auditor",
        (
            Way("/audit/journal", N_("Journal"), "journal.read"),
            Way("/audit/ledger", N_("Ledger"), "ledger.read"),
        ),
    ),
    Group(
        N_("Public"),
        "",
        (
            Way("/centres", N_("Centres")),
            Way("/offers", N_("Offers")),
            Way("/checkpoint", N_("Checkpoint")),
            Way("/auction", N_("Auction room"), "auction.read"),
            Way("/law", N_("Rules of the gate"), "rule.read"),
        ),
    ),
)


def navigation(visit: Visit) -> list[tuple[str, list[Way]]]:
    """Return the groups that a reader may use, each with its ways."""
    roles = {grant.role for grant in visit.principal.grants}
    found: list[tuple[str, list[Way]]] = []
    for group in GROUPS:
        if group.role and group.role not in roles:
            continue
        ways = [way for way in group.ways if not way.action or visit.may(way.action)]
        if ways:
            found.append((group.word, ways))
    return found


def is_here(way: Way, path: str) -> bool:
    """Say whether a way leads to the page that is shown."""
    return path == way.to
