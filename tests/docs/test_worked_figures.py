"""The worked examples of the documentation are what the program computes."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction
from pathlib import Path

import pytest

from entrepot.domain.contracts.price import centre_cost, price, reprice
from entrepot.domain.contracts.price_model import (
    CentreCost,
    LineKind,
    Names,
    Payout,
    PriceBreakdown,
    VoucherDeduction,
)
from entrepot.domain.contracts.settlement import Member, SettlementValues, settlement_values
from entrepot.domain.ledger.chart import CHART
from entrepot.domain.ledger.model import Phase
from entrepot.kernel.money import CNH, CNY, HKD, Amount, ExchangeRate, UnitPrice
from entrepot.services.claim_money import paid_entries, redeemed_entries, withdrawn
from entrepot.services.ports_claims import Claim
from entrepot.services.postings import (
    Entry,
    invoice_entries,
    realised_entry,
    settlement_entries,
    transfers_of,
)

PAGES = Path(__file__).resolve().parents[2] / "docs" / "explanation"
HOUR = 1000 * 3600
GB = 10**9
OFFER = UnitPrice(Fraction(1400), CNY)
MID = ExchangeRate(CNY, HKD, Fraction(11, 10), "worked example", "2026-11-20")
CNH_MID = ExchangeRate(CNH, HKD, Fraction(11, 10), "worked example", "2026-11-20")
CNH_LATER = ExchangeRate(CNH, HKD, Fraction(112, 100), "worked example", "2026-11-27")


def tables(page: str) -> list[list[list[str]]]:
    """Return the tables of a page: rows of cells, without head and without marks."""
    found: list[list[list[str]]] = []
    lines = (PAGES / page).read_text(encoding="utf-8").splitlines()
    for is_table, group in itertools.groupby(lines, key=lambda line: line.startswith("|")):
        if is_table:
            rows = [re.sub(r"[*`]", "", line).strip("|").split("|") for line in group]
            found.append([[cell.strip() for cell in row] for row in rows[2:]])
    return found


def quoted() -> PriceBreakdown:
    """Return the quote of the worked price."""
    voucher = VoucherDeduction(
        "programme", Names("Programme"), Payout.AT_PURCHASE, Amount(7102, HKD), 3000
    )
    return price(
        OFFER,
        16 * HOUR,
        MID,
        spread_bp=50,
        discount_bp=500,
        egress_bytes=3 * GB,
        egress_minor_per_gb=Fraction(50),
        vouchers=[voucher],
    )


def billed() -> PriceBreakdown:
    """Return the invoice of the worked price."""
    return reprice(quoted(), 12 * HOUR, 2 * GB)


def cost() -> CentreCost:
    """Return what the centre of the worked price is owed."""
    return centre_cost(OFFER, 12 * HOUR, CNH_MID, MID)


def settled() -> SettlementValues:
    """Return the settlement of the worked price."""
    owed = cost()
    member = Member("INV-1", "HK-2026-000001", owed.owed, owed.carrying)
    return settlement_values([member], CNH_LATER, 20)


def figures(found: PriceBreakdown) -> list[str]:
    """Return the amounts of a price as a page lists them."""
    kinds = (LineKind.LIST, LineKind.DISCOUNT, LineKind.SPREAD, LineKind.EGRESS)
    lines = [str(found.amount_of(kind)) for kind in kinds]
    voucher = sum(v.amount.minor for v in found.vouchers)
    return [*lines, str(found.total), str(Amount(-voucher, HKD)), str(found.payable_now)]


def test_the_quote_is_as_written() -> None:
    quote, _bill = tables("price.md")
    assert [row[-1] for row in quote] == figures(quoted())


def test_the_bill_is_as_written_and_releases_the_rest() -> None:
    _quote, bill = tables("price.md")
    rest = quoted().payable_now - billed().payable_now
    assert [row[-1] for row in bill] == [*figures(billed()), str(rest)]


def test_the_centre_gets_what_is_written() -> None:
    text = (PAGES / "price.md").read_text(encoding="utf-8")
    assert f"**{cost().owed}**" in text
    assert f"**{cost().carrying}**" in text


def booked(entries: list[Entry]) -> list[list[str]]:
    """Return entries as a page lists them; entries of nought are not booked."""
    ids = (f"T-{n}" for n in itertools.count())
    return [
        [t.debit, t.credit, str(Amount(t.amount, CNH if t.asset == "CNH" else HKD)), t.code]
        for t in transfers_of(entries, lambda: next(ids), "worked", Phase.POSTED)
    ]


def test_the_bill_posts_what_is_written() -> None:
    _accounts, hold, bill, *_rest = tables("settlement.md")
    payment = [
        "prepaid:FIRM",
        "receivable:FIRM",
        str(billed().payable_now),
        "payment",
    ]
    wanted = booked(invoice_entries("FIRM", "CENTRE", billed(), cost()))
    wanted = [[cell.replace(":programme", ":PROGRAMME") for cell in row] for row in wanted]
    assert bill == [*wanted, payment]
    assert hold == [["prepaid:FIRM", "receivable:FIRM", str(quoted().payable_now), "hold, pending"]]


def test_the_settlement_posts_what_is_written() -> None:
    _accounts, _hold, _bill, frozen, confirmed, _claims = tables("settlement.md")
    assert frozen == booked(settlement_entries("CENTRE", settled()))
    assert confirmed == booked(realised_entry(settled()))


def test_the_written_postings_bring_payable_and_clearing_back_to_nought() -> None:
    _accounts, _hold, *facts, _claims = tables("settlement.md")
    net: dict[str, int] = {}
    for debit, credit, amount, _kind in itertools.chain(*facts):
        minor = round(Fraction(amount.split()[1].replace(",", "")) * 100)
        net[debit] = net.get(debit, 0) + minor
        net[credit] = net.get(credit, 0) - minor
    for account in ("fx_clearing_hkd", "fx_clearing_cnh", "payable:CENTRE", "receivable:FIRM"):
        assert net[account] == 0, account


def test_the_claims_post_what_is_written() -> None:
    later, at_once = (Payout.AFTER_CLAIM, Payout.AT_PURCHASE)
    posted = [
        *redeemed_entries(sample_claim(later, "approved")),
        *paid_entries(sample_claim(later, "redeemed")),
        *withdrawn(sample_claim(at_once, "applied"), 1)[0],
        *withdrawn(sample_claim(later, "redeemed"), 1)[0],
        *withdrawn(sample_claim(later, "paid"), 1)[0],
    ]
    written = [[debit, credit, kind] for _fact, debit, credit, kind in tables("settlement.md")[5]]
    collected = ["prepaid:FIRM", "voucher_owed:FIRM", "collected"]
    assert written == [*([one.debit, one.credit, one.code] for one in posted), collected]


def sample_claim(payout: Payout, state: str) -> Claim:
    """Return a claim as it stands in a state."""
    return Claim(
        "ID", "line", "I-1", "L-1", "FIRM", "G-1", "PROGRAMME", "family", "HKD", payout.value,
        state, 1, 1, True, {"limits": []}, "counter", 0, None, None, None, None, "", "", "",
        0, 0, {},
    )  # fmt: skip


def test_the_written_accounts_behave_as_the_chart_says() -> None:
    accounts = tables("settlement.md")[0]
    grows = {"asset": "debits", "cost": "debits", "liability": "credits", "income": "credits"}
    for names, assets, side, _holds in accounts:
        for name, asset in zip(names.split(", "), itertools.cycle(assets.split(", "))):
            kind = CHART[name.partition(":")[0]]
            assert (kind.asset, grows[kind.nature]) == (asset, side), name


def test_a_wrong_figure_would_be_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = (PAGES / "price.md").read_text(encoding="utf-8").replace("HKD 165.73", "HKD 165.74")
    (tmp_path / "price.md").write_text(text, encoding="utf-8")
    monkeypatch.setattr(f"{__name__}.PAGES", tmp_path)
    with pytest.raises(AssertionError):
        test_the_quote_is_as_written()
