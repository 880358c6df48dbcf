"""What a call books: holds become payments, and wait for the slots that they pay for.

====================================  =============================  ==============================
when                                  debit                          credit
====================================  =============================  ==============================
order placed (held)                   prepaid:F                      auction_clearing
call cleared, what it pays            prepaid:F                      auction_clearing
call cleared, part of each centre     auction_clearing               auction_owed:C
call cleared, part of a reseller S    auction_clearing               auction_owed:S
call cleared, part of the operator    auction_clearing               auction_rent
slots delivered, centre's part        auction_owed:C                 receivable:F
slots delivered, a reseller's part    auction_owed:S                 receivable:F
slots delivered, his proceeds         auction_resale                 prepaid:S
slots delivered, operator's part      auction_rent                   receivable:F
slots delivered, the bill             receivable:F                   revenue, auction_income
slots delivered, debt to the centre   cost_of_compute → clearing     clearing → payable:C (CNH)
slot failed, refund                   auction_owed:*, auction_rent   prepaid:F
slot failed, credit                   auction_credit                 prepaid:F
slot failed, a reseller made good     auction_credit                 prepaid:S
slot yielded, refund and credit       as of a slot that failed       prepaid:F
====================================  =============================  ==============================

``auction_clearing`` is nought before and after every call. A part of the operator may be negative
where an order was made whole; its entry is then turned round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from entrepot.domain.ledger.model import Phase, Transfer
from entrepot.domain.market.resale import made_good
from entrepot.kernel import ids
from entrepot.kernel.money import HKD
from entrepot.services.call_bid import CLEARING, hold_transfer
from entrepot.services.postings import Entry, open_accounts, transfers_of

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.call_share import Made
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_elastic import SellerPart
    from entrepot.services.ports_market import LeaseSlot, SealedOrder

RENT, INCOME, CREDIT = "auction_rent", "auction_income", "auction_credit"
RESALE = "auction_resale"


def owed_account(seller_id: str) -> str:
    """Return the account of what a centre, or a firm that sold again, will be owed for slots."""
    return f"auction_owed:{seller_id}"


def book_clearing(
    app: App,
    uow: UnitOfWork,
    call_id: str,
    orders: Sequence[SealedOrder],
    nets: Mapping[str, int],
    leases: Sequence[Made],
) -> None:
    """Turn holds into payments and part them between centres and operator, as one linked group.

    Args:
        app: the exchange; uow: the clearing's transaction; call_id: which.
        orders: opened orders to buy.
        nets: order → HKD cents that it pays.
        leases: with their money; Σ paid of them is Σ nets.
    """
    group = f"auction:{call_id}"
    transfers: list[Transfer] = []
    for order in orders:
        if order.hold_minor:
            minor = nets.get(order.id, 0)
            phase = Phase.POST if minor else Phase.VOID
            made = app.ids.new(ids.TRANSFER)
            transfers.append(hold_transfer(order, made, phase, minor or None, group))
    entries = _parts(leases)
    transfers += transfers_of(entries, lambda: app.ids.new(ids.TRANSFER), group)
    if transfers:
        open_accounts(uow.ledger, transfers)
        uow.ledger.post(transfers)


def _parts(leases: Sequence[Made]) -> list[Entry]:
    owed: dict[str, int] = {}
    for lease in leases:
        owed[lease.zone] = owed.get(lease.zone, 0) + lease.owed_minor
        for part in lease.resold:
            owed[part.firm] = owed.get(part.firm, 0) + part.minor
    rent = sum(lease.paid_minor for lease in leases) - sum(owed.values())
    entries = [
        Entry(CLEARING, owed_account(seller), minor, HKD, "auction_part")
        for seller, minor in sorted(owed.items())
    ]
    return [*entries, either_way(CLEARING, RENT, rent, "auction_part")]


def delivery_entries(
    firm_id: str,
    centre_id: str,
    slots: Sequence[LeaseSlot],
    parts: Sequence[SellerPart] = (),
) -> list[Entry]:
    """Entries by which delivered slots pay their bill; the bill itself is booked as any other.

    What stood in ``revenue`` for the operator's part is his income of the auction. What firms get
    that sold again is a cost beside the revenue, as what centres get is.
    """
    receivable = f"receivable:{firm_id}"
    owed = sum(slot.owed_minor for slot in slots)
    resold = [entry for part in parts for entry in _proceeds(part, receivable)]
    rent = sum(slot.paid_minor for slot in slots) - owed - sum(part.minor for part in parts)
    return [
        Entry(owed_account(centre_id), receivable, owed, HKD, "auction_delivery"),
        *resold,
        either_way(RENT, receivable, rent, "auction_delivery"),
        either_way("revenue", INCOME, rent, "auction_rent"),
    ]


def _proceeds(part: SellerPart, receivable: str) -> list[Entry]:
    seller = part.firm_id
    return [
        Entry(owed_account(seller), receivable, part.minor, HKD, "auction_delivery"),
        Entry(RESALE, f"prepaid:{seller}", part.minor, HKD, "auction_resale"),
    ]


def failure_entries(
    firm_id: str,
    centre_id: str,
    slots: Sequence[LeaseSlot],
    credit_minor: int,
    parts: Sequence[SellerPart] = (),
) -> list[Entry]:
    """Entries by which slots that were not delivered are given back, with a credit.

    A firm that sold devices of them again is made good (``domain/market/resale.py``).
    """
    prepaid = f"prepaid:{firm_id}"
    owed = sum(slot.owed_minor for slot in slots)
    rent = sum(slot.paid_minor for slot in slots) - owed - sum(part.minor for part in parts)
    found = [
        Entry(owed_account(centre_id), prepaid, owed, HKD, "auction_refund"),
        either_way(RENT, prepaid, rent, "auction_refund"),
        Entry(CREDIT, prepaid, credit_minor, HKD, "auction_credit"),
    ]
    for part in parts:
        seller, good = part.firm_id, made_good(part.minor, part.basis_minor)
        found.append(Entry(owed_account(seller), prepaid, part.minor, HKD, "auction_refund"))
        found.append(Entry(CREDIT, f"prepaid:{seller}", good, HKD, "auction_credit"))
    return found


def either_way(debit: str, credit: str, minor: int, code: str) -> Entry:
    """Return an entry of HKD cents, turned round if they are below nought."""
    if minor < 0:
        return Entry(credit, debit, -minor, HKD, code)
    return Entry(debit, credit, minor, HKD, code)


def post_entries(app: App, uow: UnitOfWork, entries: Sequence[Entry], cause: str) -> None:
    """Book entries as one linked group; those of nought are left out."""
    transfers = transfers_of(entries, lambda: app.ids.new(ids.TRANSFER), cause)
    if transfers:
        open_accounts(uow.ledger, transfers)
        uow.ledger.post(transfers)
