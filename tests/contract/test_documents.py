"""What every maker of papers and every bank must do, whatever it is made of."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import cast

import pypdf
import pytest

from entrepot.adapters.documents.iso20022.pain001 import write_pain001
from entrepot.adapters.documents.paper import PaperMaker
from entrepot.domain.contracts import settlement as net
from entrepot.domain.contracts.invoice import build_invoice, build_statement
from entrepot.domain.contracts.matching import Verdict, match
from entrepot.domain.contracts.model import (
    InvoiceHead,
    Names,
    Outcome,
    OutcomeState,
    Party,
    RatedUse,
    StatementLine,
    Usage,
)
from entrepot.domain.contracts.payment import BankAccount, Payment, PaymentOrder
from entrepot.domain.contracts.plain import to_plain
from entrepot.domain.contracts.price import price
from entrepot.kernel.errors import Conflict, Invalid
from entrepot.kernel.money import CNH, HKD, Amount, ExchangeRate, UnitPrice
from entrepot.kernel.period import Period
from entrepot.services import records as r
from entrepot.services.app import Documents

MAKERS: list[Callable[[], Documents]] = [lambda: PaperMaker("Demo desk")]
SIDE = Party("side", Names("Side", "一方", "一方"))
SPAN = Period(1_795_220_000, 1_795_223_600)
FX = ExchangeRate(CNH, HKD, Fraction("1.1"), "test", "2026-11-20")


def pages_of(pdf: bytes) -> int:
    assert pdf.startswith(b"%PDF-")
    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("lang", ["en", "zh_Hant_HK", "zh_Hans_CN", "zh-Hans", ""])
def test_an_invoice_of_any_length_becomes_a_pdf(maker: Callable[[], Documents], lang: str):
    done = Outcome(OutcomeState.SUCCEEDED, "The job ended with code 0.")
    head = InvoiceHead(
        "I-1", "HK-2026-000001", "HK", SIDE, SIDE, SIDE, "stars", "L", "Q", SPAN.end, SPAN,
        Usage(0, 0, 0, 0), done, (), "", "",
    )  # fmt: skip
    quoted = price(UnitPrice(Fraction(100), HKD), 3_600_000, None, price_version="v")
    few = [RatedUse("R-1", SPAN, 3_600_000, "v")]
    many = [RatedUse(f"R-{n}", SPAN, 30_000, "v") for n in range(120)]
    assert pages_of(maker().invoice_pdf(build_invoice(head, quoted, few), lang)) == 1
    assert pages_of(maker().invoice_pdf(build_invoice(head, quoted, many), lang)) > 1
    assert pages_of(maker().invoice_pdf(build_invoice(head, quoted, []), lang)) == 1


@pytest.mark.parametrize("maker", MAKERS)
def test_a_statement_becomes_a_pdf(maker: Callable[[], Documents]):
    line = StatementLine("HK-2026-000001", "L-1", 1000, Amount(5, CNH))
    paper = build_statement("S-1", SIDE, SIDE, "B-1", "2026-11-23", 0, [line], FX, "", "")
    assert pages_of(maker().statement_pdf(paper, "en")) == 1


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("minor", [1, 99, 100, 123_456_789_01])
def test_an_accepted_order_is_confirmed_to_the_last_fen(maker: Callable[[], Documents], minor: int):
    account = BankAccount("持有人", "1", bic="DEMOHKHHXXX")
    payment = Payment("B-1", Amount(minor, CNH), account, "B-1")
    order = PaymentOrder("B-1", SPAN.start, "2026-11-23", account, (payment,))
    papers = maker()
    answers = papers.simulated_bank(write_pain001(order), "accept", date(2026, 11, 23))
    found = match("B-1", payment.amount, papers.bank_notices(answers))
    assert (found.verdict, found.paid) == (Verdict.MATCHED, payment.amount)


def centre_of(account: dict[str, object]) -> r.Centre:
    names = {"en": "Demo centre", "zh-Hant": "示範中心", "zh-Hans": "示范中心"}
    return r.Centre(
        "demo", names, "CN", "CN-GD", "Guangzhou", 0, 0, "CN", "local", "", account, None, True,
        "test", 0,
    )  # fmt: skip


def batch_of(state: net.BatchState) -> r.Batch:
    member = net.Member("I-1", "HK-2026-000001", Amount(1234, CNH), Amount(1300, HKD))
    frozen = net.freeze(net.NettingBatch("B-1", "demo", "2026-11-23", (member,)), FX, 10, 1)
    body = replace(frozen, state=state)
    return r.Batch(
        "B-1", "demo", "2026-11-23", "frozen", SPAN.start, 1234, 1357, 1, 1300, "", "", "",
        cast(r.Body, to_plain(body)),
    )  # fmt: skip


@pytest.mark.parametrize("maker", MAKERS)
def test_a_batch_is_paid_by_one_file_however_often_it_is_written(
    maker: Callable[[], Documents],
):
    centre = centre_of({"name": "示範中心", "number": "1", "cnaps": "000000000013"})
    first = maker().payment_file(batch_of(net.BatchState.FROZEN), centre)
    assert maker().payment_file(batch_of(net.BatchState.INSTRUCTED), centre) == first
    answers = maker().simulated_bank(first, "accept", date(2026, 11, 23))
    found = match("B-1", Amount(1234, CNH), maker().bank_notices(answers))
    assert found.verdict == Verdict.MATCHED
    with pytest.raises(Conflict):
        maker().payment_file(batch_of(net.BatchState.SETTLED), centre)


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("account", [{}, {"number": "1"}, {"number": "1", "cnaps": "x"}])
def test_a_centre_without_an_account_is_not_paid(
    maker: Callable[[], Documents], account: dict[str, object]
):
    with pytest.raises(Invalid):
        maker().payment_file(batch_of(net.BatchState.FROZEN), centre_of(account))
