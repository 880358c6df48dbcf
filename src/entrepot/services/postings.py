"""Transfers of each business fact: what a bill, a settlement and its confirmation book.

One link group a fact, so that all of it stands in the books or none. Amounts of nought are left
out: a transfer moves something.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from entrepot.domain.contracts.price_model import CentreCost, LineKind, Payout, PriceBreakdown
from entrepot.domain.contracts.settlement import SettlementValues
from entrepot.domain.ledger.model import Phase, Transfer
from entrepot.kernel.money import CNH, HKD, Asset
from entrepot.services import records as r
from entrepot.services.ports import Ledger

NewId = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a fact: debit, credit, minor units, asset, kind."""

    debit: str
    credit: str
    minor: int
    asset: Asset
    code: str


def transfers_of(
    entries: Sequence[Entry], new_id: NewId, cause: str, phase: Phase = Phase.POSTED
) -> list[Transfer]:
    """Make one linked group of transfers; entries of nought are left out.

    >>> entry = Entry("bank", "prepaid:F", 100, HKD, "deposit")
    >>> [t.amount for t in transfers_of([entry], lambda: "T-1", "deposit:x")]
    [100]
    """
    return [
        Transfer(
            id=new_id(),
            debit=entry.debit,
            credit=entry.credit,
            amount=entry.minor,
            asset=entry.asset.code,
            code=entry.code,
            phase=phase,
            link_group=cause,
            cause=cause,
        )
        for entry in entries
        if entry.minor
    ]


def invoice_entries(
    firm_id: str, centre_id: str, billed: PriceBreakdown, cost: CentreCost
) -> list[Entry]:
    """Entries of a bill: income, vouchers at the purchase, and the debt to the centre.

    The debt stands in CNH; its HKD value at the quote's rate is the cost. Both sides of the
    currency meet in the clearing accounts, which a settlement brings back to nought.
    """
    receivable = f"receivable:{firm_id}"
    spread = billed.amount_of(LineKind.SPREAD).minor
    tax = billed.amount_of(LineKind.TAX).minor
    revenue = billed.total.minor - spread - tax
    entries = [
        Entry(receivable, "revenue", revenue, HKD, "charge"),
        Entry(receivable, "spread_income", spread, HKD, "spread"),
        Entry(receivable, "tax", tax, HKD, "tax"),
    ]
    for voucher in billed.vouchers:
        if voucher.payout == Payout.AT_PURCHASE:
            owed_by = f"voucher_receivable:{voucher.programme}"
            entries.append(Entry(owed_by, receivable, voucher.amount.minor, HKD, "voucher"))
    entries.append(Entry("cost_of_compute", "fx_clearing_hkd", cost.carrying.minor, HKD, "cost"))
    entries.append(Entry("fx_clearing_cnh", f"payable:{centre_id}", cost.owed.minor, CNH, "debt"))
    return entries


def hold_end(
    lease: r.Lease,
    minor: int,
    transfer_id: str,
    cause: str,
    side: tuple[str, str] | None = None,
) -> list[Transfer]:
    """Post what was used of the hold and release the rest; void it when nothing was used.

    Args:
        lease: with its hold; minor: HKD cents used; transfer_id, cause: of the transfer.
        side: accounts of the hold; None = prepaid money, which pays the bill.
    """
    if not lease.hold_minor:
        return []
    debit, credit = side or (f"prepaid:{lease.firm_id}", f"receivable:{lease.firm_id}")
    return [
        Transfer(
            id=transfer_id,
            debit=debit,
            credit=credit,
            amount=minor or lease.hold_minor,
            asset=HKD.code,
            code="payment" if minor else "hold_void",
            phase=Phase.POST if minor else Phase.VOID,
            pending_id=lease.hold_id,
            link_group=cause,
            cause=cause,
        )
    ]


def settlement_entries(centre_id: str, values: SettlementValues) -> list[Entry]:
    """Entries of a settlement, pending until the bank confirms: buy CNH, pay the centre.

    The bank's spread is a cost of its own, never hidden in the rate.
    """
    sold, spread, bought = values.at_mid.minor, values.spread.minor, values.converted.minor
    paid = payout_entries(centre_id, values.total.minor)
    return [*conversion_entries(sold, spread, bought), *paid]


def conversion_entries(sold: int, spread: int, bought: int) -> list[Entry]:
    """Entries of an exchange at the bank: HKD cents sold at mid, its spread, CNH fen bought."""
    return [
        Entry("fx_clearing_hkd", "bank", sold, HKD, "fx_sold"),
        Entry("fx_spread_cost", "bank", spread, HKD, "fx_spread"),
        Entry("bank_cnh", "fx_clearing_cnh", bought, CNH, "fx_bought"),
    ]


def payout_entries(centre_id: str, minor: int) -> list[Entry]:
    """Entries of RMB paid to a centre; below nought, of a payment that came back."""
    debt = f"payable:{centre_id}"
    if minor < 0:
        return [Entry("bank_cnh", debt, -minor, CNH, "payout_return")]
    return [Entry(debt, "bank_cnh", minor, CNH, "payout")]


def realised_entry(values: SettlementValues) -> list[Entry]:
    """Gain or loss of a settlement: HKD paid at mid against the carrying amount."""
    return result_entry(values.realised.minor)


def result_entry(loss: int) -> list[Entry]:
    """Entry of an exchange loss in HKD cents; below nought, of a gain."""
    if loss >= 0:
        return [Entry("fx_realised", "fx_clearing_hkd", loss, HKD, "fx_loss")]
    return [Entry("fx_clearing_hkd", "fx_realised", -loss, HKD, "fx_gain")]


def resolve(pending: Sequence[Transfer], new_id: NewId, phase: Phase) -> list[Transfer]:
    """Post or void every pending transfer of a fact, as one linked group."""
    return [
        Transfer(
            id=new_id(),
            debit=held.debit,
            credit=held.credit,
            amount=held.amount,
            asset=held.asset,
            code=held.code,
            phase=phase,
            pending_id=held.id,
            link_group=f"{held.cause}:{phase.value}",
            cause=held.cause,
        )
        for held in pending
    ]


def open_accounts(ledger: Ledger, transfers: Sequence[Transfer]) -> None:
    """Open every account that the transfers touch; the bank and prepaid accounts never overdraw."""
    for transfer in transfers:
        for code in (transfer.debit, transfer.credit):
            ledger.ensure_account(code, credit_bound=True if code == "bank" else None)
