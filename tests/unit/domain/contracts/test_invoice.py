"""Invoices: lines from rated use, parties, statement of a centre."""

from dataclasses import replace
from fractions import Fraction

import pytest

from entrepot.domain.contracts.invoice import build_invoice, build_statement
from entrepot.domain.contracts.model import (
    CentreStatement,
    Duty,
    Invoice,
    InvoiceHead,
    Names,
    Outcome,
    OutcomeState,
    Party,
    Payout,
    RatedUse,
    StatementLine,
    Usage,
    VoucherDeduction,
)
from entrepot.domain.contracts.number import format_number, parse_number
from entrepot.domain.contracts.plain import from_plain, to_plain
from entrepot.domain.contracts.price import price
from entrepot.kernel.errors import Conflict, Invalid
from entrepot.kernel.money import CNH, HKD, Amount, ExchangeRate, UnitPrice
from entrepot.kernel.period import Period

HOUR = 3_600_000
FX = ExchangeRate(CNH, HKD, Fraction("1.1"), "test", "2026-11-20")
DESK = Party("desk", Names("Desk", "港檯", "港台"))
HEAD = InvoiceHead(
    id="I-1",
    number="HK-2026-000001",
    branch="HK",
    issuer=DESK,
    firm=replace(DESK, id="F-1"),
    centre=replace(DESK, id="demo"),
    job="stars",
    lease="L-1",
    quote="Q-1",
    issued_at=1_800_000_000,
    period=Period(1_799_990_000, 1_799_999_000),
    usage=Usage(HOUR, 1, 1, 0),
    outcome=Outcome(OutcomeState.SUCCEEDED, "The job ended with code 0."),
    duties=(Duty("record", "Keep a record."),),
    journal_hash="00",
    facts_digest="11",
)
CLAIM = VoucherDeduction("hk", Names("HK"), Payout.AFTER_CLAIM, Amount(10, HKD), 1000)
QUOTED = price(UnitPrice(Fraction(100), HKD), HOUR, None, vouchers=[CLAIM], price_version="v1")


def use(n: int, quantity: int, version: str = "v1") -> RatedUse:
    return RatedUse(f"R-{n}", Period(0, 1), quantity, version)


def test_lines_follow_the_rated_pieces_and_sum_to_the_total():
    invoice = build_invoice(HEAD, QUOTED, [use(n, HOUR // 3) for n in range(3)])
    assert [line.amount.minor for line in invoice.lines] == [34, 33, 33]
    assert [line.number for line in invoice.lines] == [1, 2, 3]
    assert [line.cause for line in invoice.lines] == ["R-0", "R-1", "R-2"]
    assert sum(line.milli_device_seconds or 0 for line in invoice.lines) == HOUR
    assert invoice.lines[0].render() == "Compute: 0.333333 device-hours at HKD 1"
    assert (invoice.total.minor, invoice.due.minor) == (100, 0)
    assert invoice.expected_claims == Amount(10, HKD)


def test_a_job_that_never_ran_costs_nothing():
    invoice = build_invoice(HEAD, QUOTED, [])
    assert (invoice.total.minor, invoice.payable.minor) == (0, 0)


def test_part_paid_from_the_hold_leaves_the_rest_due():
    invoice = build_invoice(HEAD, QUOTED, [use(1, HOUR)], Amount(60, HKD))
    assert invoice.due == Amount(40, HKD)
    with pytest.raises(Invalid):
        build_invoice(HEAD, QUOTED, [use(1, HOUR)], Amount(101, HKD))


def test_use_of_another_price_version_or_billed_twice_is_refused():
    with pytest.raises(Conflict) as refusal:
        build_invoice(HEAD, QUOTED, [use(1, HOUR, "v2")])
    assert refusal.value.code == "contracts.price_version"
    with pytest.raises(Conflict):
        build_invoice(HEAD, QUOTED, [use(1, 1), use(1, 1)])


def test_an_invoice_reads_back_and_its_json_is_canonical():
    invoice = build_invoice(HEAD, QUOTED, [use(1, HOUR)])
    assert from_plain(Invoice, invoice.as_dict()) == invoice
    assert b'"number":"HK-2026-000001"' in invoice.as_json()


def test_a_statement_sums_its_lines_in_yuan():
    lines = [StatementLine("HK-2026-000001", "L-1", HOUR, Amount(n, CNH)) for n in (5, 7)]
    paper = build_statement("S-1", DESK, DESK, "B-1", "2026-11-23", 0, lines, FX, "REF", "00")
    assert paper.total == Amount(12, CNH)
    assert from_plain(CentreStatement, paper.as_dict()) == paper
    wrong = replace(lines[0], amount=Amount(1, HKD))
    with pytest.raises(Invalid):
        build_statement("S-1", DESK, DESK, "B-1", "2026-11-23", 0, [wrong], FX, "", "")


def test_numbers_are_written_and_read():
    assert parse_number(format_number("HK", 2026, 1_234_567)) == ("HK", 2026, 1_234_567)
    for text in ("HK-2026-1", "hk-2026-000001", "HK-2026-000000", ""):
        with pytest.raises(Invalid):
            parse_number(text)
    with pytest.raises(Invalid):
        format_number("HK", 2026, 0)


def test_a_float_has_no_plain_form():
    with pytest.raises(TypeError):
        to_plain(0.5)
