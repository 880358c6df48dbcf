"""What every maker of papers and every bank must do, whatever it is made of."""

import io
from collections.abc import Callable
from fractions import Fraction

import pypdf
import pytest

from entrepot.adapters.documents.bank_simulator.bank import SimulatedBank
from entrepot.adapters.documents.iso20022.messages import PaymentMessages
from entrepot.adapters.documents.pdf.render import PdfDocuments
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
from entrepot.domain.contracts.price import price
from entrepot.kernel.money import CNH, HKD, Amount, ExchangeRate, UnitPrice
from entrepot.kernel.period import Period

MAKERS = [PdfDocuments]
BANKS: list[Callable[[bytes], list[bytes]]] = [
    lambda order: [message.xml for message in SimulatedBank().process(order)]
]
SIDE = Party("side", Names("Side", "一方", "一方"))
SPAN = Period(1_795_220_000, 1_795_223_600)
FX = ExchangeRate(CNH, HKD, Fraction("1.1"), "test", "2026-11-20")


def pages_of(pdf: bytes) -> int:
    assert pdf.startswith(b"%PDF-")
    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("lang", ["en", "zh_Hant_HK", "zh_Hans_CN", "zh-Hans", ""])
def test_an_invoice_of_any_length_becomes_a_pdf(maker: type[PdfDocuments], lang: str):
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
def test_a_statement_becomes_a_pdf(maker: type[PdfDocuments]):
    line = StatementLine("HK-2026-000001", "L-1", 1000, Amount(5, CNH))
    paper = build_statement("S-1", SIDE, SIDE, "B-1", "2026-11-23", 0, [line], FX, "", "")
    assert pages_of(maker().statement_pdf(paper, "en")) == 1


@pytest.mark.parametrize("bank", BANKS)
@pytest.mark.parametrize("minor", [1, 99, 100, 123_456_789_01])
def test_an_accepted_order_is_confirmed_to_the_last_fen(
    bank: Callable[[bytes], list[bytes]], minor: int
):
    account = BankAccount("持有人", "1", bic="DEMOHKHHXXX")
    payment = Payment("B-1", Amount(minor, CNH), account, "B-1")
    order = PaymentOrder("B-1", SPAN.start, "2026-11-23", account, (payment,))
    messages = PaymentMessages()
    answers = bank(messages.write_order(order))
    notices = [notice for answer in answers for notice in messages.read_notices(answer)]
    found = match("B-1", payment.amount, notices)
    assert (found.verdict, found.paid) == (Verdict.MATCHED, payment.amount)
