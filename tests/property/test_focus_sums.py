"""Invariant 22: the rows of FOCUS sum to the invoice, and its model accepts them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from tests.unit.services.desk import NOW, Desk, busy_desk

from entrepot.domain.contracts import focus_charges
from entrepot.domain.contracts.focus_charges import Charge, charges_of
from entrepot.domain.contracts.invoice import build_invoice
from entrepot.domain.contracts.model import (
    Invoice,
    InvoiceHead,
    Names,
    Outcome,
    OutcomeState,
    Party,
    Payout,
    RatedUse,
    Usage,
    VoucherDeduction,
)
from entrepot.domain.contracts.price import price_at, vouchers_for
from entrepot.domain.contracts.price_model import PriceTerms
from entrepot.kernel.errors import Fault
from entrepot.kernel.money import CNY, HKD, ExchangeRate, UnitPrice
from entrepot.kernel.period import Period
from entrepot.services.focus import export_focus
from entrepot.services.focus_documents import check_sums
from entrepot.services.ports_contracts import KeptCredit, MonthBill
from entrepot.services.ports_decisions import Proposal

Case = tuple[Invoice, PriceTerms, int]
Charges = Callable[[Invoice, PriceTerms, int], tuple[Charge, ...]]
PARTY = Party("P", Names("=party"))
UNSHRUNK = settings(max_examples=2_000, phases=(Phase.explicit, Phase.generate))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """An invoice of any price, pieces of use and vouchers."""
    rate = ExchangeRate(CNY, HKD, draw(st.fractions(Fraction(1, 2), 2)), "test", "2026-11-20")
    terms = PriceTerms(
        UnitPrice(draw(st.fractions(0, 50_000, max_denominator=997)), CNY),
        rate,
        draw(st.integers(0, 300)),
        draw(st.integers(0, 10_000)),
        draw(st.fractions(0, 500, max_denominator=97)),
        draw(st.integers(0, 2_000)),
        "O-1@2026-01-01",
    )
    pieces = draw(st.lists(st.integers(0, 10_000_000), max_size=4))
    sent = draw(st.integers(0, 10**11))
    bare = price_at(terms, sum(pieces), sent)
    wanted = [
        VoucherDeduction("p", Names("Voucher"), draw(st.sampled_from(Payout)), bare.total, bp)
        for bp in draw(st.lists(st.integers(0, 10_000), max_size=2))
    ]
    quoted = price_at(terms, sum(pieces), sent, vouchers_for(wanted, bare.total, bare.total))
    uses = [RatedUse(f"R{n}", Period(0, 9), q, "O-1@2026-01-01") for n, q in enumerate(pieces)]
    head = InvoiceHead(
        "I-1", "HK-2026-000001", "HK", PARTY, PARTY, PARTY, "J-1", "L-1", "Q-1", 0, Period(0, 9),
        Usage(sum(pieces), 0, 0, sent), Outcome(OutcomeState.SUCCEEDED, ""), (), "", "",
    )  # fmt: skip
    return build_invoice(head, quoted, uses), terms, draw(st.integers(0, 10**9))


def differs(case: Case, charges: Charges) -> bool:
    """Say whether the rows do not sum to what is payable, or their prices to their costs."""
    paper, terms, owed = case
    made = charges(paper, terms, owed)
    try:
        check_sums(paper, made, owed)
    except Fault:
        return True
    if len({one.detail_id for one in made}) != len(made):
        return True
    used = any(one.centre_minor for one in made)
    return used and sum(one.centre_minor for one in made) != owed


@settings(max_examples=150)
@given(cases())
def test_the_rows_of_an_invoice_sum_to_it(case: Case) -> None:
    assert not differs(case, charges_of)
    for one in charges_of(*case):
        if one.unit == focus_charges.SECONDS:
            # Line and discount are rounded, then each spread over the pieces to the cent.
            slack = Decimal("0.03") + (one.quantity or 0) * Decimal("1e-12")
            assert abs(one.contracted_cost - one.billed) <= slack
            assert one.contracted_cost <= one.list_cost


def discount_left_out(paper: Invoice, terms: PriceTerms, owed: int) -> tuple[Charge, ...]:
    lines = tuple(x for x in paper.lines if x.kind != "discount")
    return charges_of(replace(paper, lines=lines), terms, owed)


def claims_deducted(paper: Invoice, terms: PriceTerms, owed: int) -> tuple[Charge, ...]:
    now = tuple(replace(v, payout=Payout.AT_PURCHASE) for v in paper.vouchers)
    return charges_of(replace(paper, vouchers=now), terms, owed)


def credits_added(paper: Invoice, terms: PriceTerms, owed: int) -> tuple[Charge, ...]:
    made = charges_of(paper, terms, owed)
    return tuple(
        replace(one, billed_minor=-one.billed_minor) if one.category == "Credit" else one
        for one in made
    )


def first_line_twice(paper: Invoice, terms: PriceTerms, owed: int) -> tuple[Charge, ...]:
    made = charges_of(paper, terms, owed)
    return (*made, *made[:1])


@pytest.mark.parametrize(
    "wrong", [discount_left_out, claims_deducted, credits_added, first_line_twice]
)
def test_a_wrong_export_is_found_out(wrong: Charges) -> None:
    find(cases(), lambda case: differs(case, wrong), settings=UNSHRUNK)


NAMES = {
    "cost_and_usage": "Cost and Usage",
    "invoice_detail": "Invoice Detail",
    "contract_commitment": "Contract Commitment",
    "billing_period": "Billing Period",
}


def exported(desk: Desk, folder: Path) -> dict[str, list[dict[str, str]]]:
    """Export the month and read the four files back."""
    export_focus(desk, folder, date(2026, 11, 1), date(2026, 11, 30))
    found: dict[str, list[dict[str, str]]] = {}
    for name, title in NAMES.items():
        with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            found[title] = list(csv.DictReader(file))
    return found


def complaints(sets: dict[str, list[dict[str, str]]]) -> list[Any]:
    """Return what the toolkit's model of FOCUS 1.4 says against the data sets."""
    from focus_data_toolkit.model import lint_focus_1_4_structure
    from focus_data_toolkit.validate import validate_dataset_bundle

    conditions = ("SupportsMultiplePricingCategories", "SupportsUnitPricing")
    found: list[Any] = []
    for name, rows in sets.items():
        report = lint_focus_1_4_structure(name, rows, supported_conditions=conditions)
        found.extend(report.violations)
    found.extend(validate_dataset_bundle(sets, invoice_detail_authoritative=True).diagnostics)
    return found


def test_the_model_of_focus_accepts_four_files(tmp_path: Path) -> None:
    desk = busy_desk(tmp_path / "home")
    sets = exported(desk, tmp_path / "focus")
    assert complaints(sets) == []
    with desk.store.reading() as uow:
        invoices = {one.number: one for one in uow.deals.invoices()}
    assert len(invoices) == 3
    for number, invoice in invoices.items():
        rows = [row for row in sets["Cost and Usage"] if row["InvoiceId"] == number]
        assert sum(Decimal(row["BilledCost"]) for row in rows) * 100 == invoice.total_minor
        details = [row for row in sets["Invoice Detail"] if row["InvoiceId"] == number]
        owed = sum(Decimal(row["PaymentCurrencyBilledCost"]) for row in details)
        assert owed * 100 == invoice.centre_minor
        assert {row["x_NettingBatchId"] for row in rows} == {invoice.batch_id or ""}
    assert len(sets["Contract Commitment"]) == 3
    assert [row["BillingPeriodStatus"] for row in sets["Billing Period"]] == ["Open"]


def test_the_model_of_focus_sees_a_wrong_file(tmp_path: Path) -> None:
    sets = exported(busy_desk(tmp_path / "home"), tmp_path / "focus")
    for name, column, value in (
        ("Cost and Usage", "BilledCost", "1,5"),
        ("Cost and Usage", "ListCost", "123456"),
        ("Cost and Usage", "InvoiceDetailId", "gone"),
        ("Invoice Detail", "BilledCost", "123456"),
        ("Billing Period", "BillingPeriodStatus", "Shut"),
        ("Contract Commitment", "ContractCommitmentUnit", "7"),
    ):
        first, *rest = sets[name]
        assert complaints({**sets, name: [{**first, column: value}, *rest]}), column


def test_an_invoice_of_another_month_stays_out(tmp_path: Path) -> None:
    desk = busy_desk(tmp_path / "home")
    files = export_focus(desk, tmp_path / "f", date(2026, 10, 1), date(2026, 10, 31))
    assert [one.rows for one in files] == [0, 0, 0, 0]


def by_month_and_note(desk: Desk) -> tuple[MonthBill, KeptCredit]:
    """Gather the first bill into a month's invoice with 5.00 HKD more, leave the second open for
    the next month, and credit 0.30 HKD on the third."""
    with desk.store.reading() as uow:
        first, second, third = uow.deals.invoices()
        item = uow.receivables.find(first.id)
    assert item is not None
    desk.sql("DROP TRIGGER receivable_item_no_update")
    for bill in (first, second):
        desk.sql("UPDATE receivable_item SET kind = 'bill' WHERE document_id = :id", id=bill.id)
    made = MonthBill(
        "I-M", "HK-2026-000009", "HK", 2026, 9, first.firm_id, item.contract_id, "2026-11",
        NOW + 60, "2026-12-31", first.total_minor + 500, 500, {}, "d",
    )  # fmt: skip
    note = KeptCredit(
        "CN-1", "HK-CN-2026-000001", "HK-CN", 2026, 1, third.firm_id, third.id, third.id, 1, 1,
        30, 30, third.centre_id, 10, 11, NOW + 60, "PR-1", {}, "d",
    )  # fmt: skip

    def keep(uow: Any) -> None:
        uow.receivables.add_month(made, [(first.job_id, first.id)])
        uow.four_eyes.propose(Proposal("PR-1", "credit_note", "x", "one", 1, "two", 2, {}))
        uow.receivables.add_credit(note)

    desk.write(keep, "keep")
    return made, note


def test_months_and_credit_notes_are_documents_of_their_own(tmp_path: Path) -> None:
    desk = busy_desk(tmp_path / "home")
    month, note = by_month_and_note(desk)
    sets = exported(desk, tmp_path / "focus")
    assert complaints(sets) == []
    with desk.store.reading() as uow:
        first, second, third = uow.deals.invoices()
    sums: dict[str, Decimal] = {}
    for row in sets["Cost and Usage"]:
        sums[row["InvoiceId"]] = sums.get(row["InvoiceId"], Decimal(0)) + Decimal(row["BilledCost"])
    assert {name: int(total * 100) for name, total in sums.items()} == {
        month.number: first.total_minor + 500,
        "": second.total_minor,
        third.number: third.total_minor,
        note.number: -30,
    }
    details = {row["InvoiceId"]: row for row in sets["Invoice Detail"]}
    assert set(details) == {month.number, third.number, note.number}
    assert details[note.number]["ReferenceInvoiceId"] == third.number
    assert details[note.number]["PaymentCurrencyBilledCost"] == "-0.1"
    assert details[month.number]["PaymentTerms"] == "Due 2026-12-31"
    (back,) = [row for row in sets["Cost and Usage"] if row["InvoiceId"] == note.number]
    assert (back["ChargeClass"], back["ChargeCategory"]) == ("Correction", "Usage")
