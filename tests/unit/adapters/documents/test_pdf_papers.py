"""PDF papers: what stands on them, both scripts, no markup from strangers."""

import io
from dataclasses import replace
from fractions import Fraction

import pypdf
import pytest

from entrepot.adapters.documents.pdf import render as render_module
from entrepot.adapters.documents.pdf.glyphs import FOLDER, characters_of, lacking
from entrepot.adapters.documents.pdf.render import PdfDocuments
from entrepot.adapters.documents.pdf.words import LABELS, LINES
from entrepot.domain.contracts import price as price_module
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
from entrepot.domain.contracts.price import price
from entrepot.domain.metering import plan_lines
from entrepot.kernel.money import CNH, HKD, Amount, ExchangeRate, UnitPrice
from entrepot.kernel.period import Period
from entrepot.services import rerate_job

FX = ExchangeRate(CNH, HKD, Fraction("1.0923"), "European Central Bank", "2026-11-20")
DESK = Party("desk", Names("Demo desk", "示範櫃檯", "示范柜台"), "Hong Kong", "DEMO-1")
FIRM = Party("F-1", Names("Demo Pictures", "示範影像", "示范影像"), "Cyberport, Hong Kong")
CENTRE = Party("demo", Names("Demo centre", "示範中心", "示范中心"))
VOUCHER = VoucherDeduction(
    "hk", Names("Subsidy", "資助", "资助"), Payout.AT_PURCHASE, Amount(4000, HKD), 3000, "page", "A"
)
HEAD = InvoiceHead(
    id="I-1",
    number="HK-2026-000007",
    branch="HK",
    issuer=DESK,
    firm=FIRM,
    centre=CENTRE,
    job="idphoto",
    lease="L-7",
    quote="Q-7",
    issued_at=1_795_222_800,
    period=Period(1_795_220_000, 1_795_220_600),
    usage=Usage(600_000, 123_456, 5 << 20, 42),
    outcome=Outcome(OutcomeState.FAILED, "The job ended with code 3."),
    duties=(Duty("processor_contract", "Keep the contract."),),
    journal_hash="ab" * 32,
    facts_digest="cd" * 32,
)


def invoice_of(head: InvoiceHead = HEAD) -> Invoice:
    offer = UnitPrice(Fraction(1_234_500), CNH)
    quoted = price(offer, 600_000, FX, spread_bp=50, vouchers=[VOUCHER], price_version="v1")
    return build_invoice(head, quoted, [RatedUse("R-1", head.period, 600_000, "v1")])


def statement_of() -> CentreStatement:
    lines = [StatementLine("HK-2026-000007", "L-7", 600_000, Amount(205_750, CNH))]
    return build_statement(
        "ST-1", DESK, CENTRE, "B-1", "2026-11-23", 1_795_222_800, lines, FX, "SIM-9", "ab" * 32
    )


def text_of(pdf: bytes) -> str:
    """Text of all pages without blanks: line breaks are the typesetter's affair."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh-Hant", ["發票", "算力券", "匯率", "示範影像"]),
        ("zh-Hans", ["发票", "汇率", "示范影像"]),
    ],
)
def test_an_invoice_says_all_it_must_in_both_languages(lang: str, words: list[str]):
    invoice = invoice_of()
    text = text_of(PdfDocuments().invoice_pdf(invoice, lang))
    stated = [
        "Invoice",
        "HK-2026-000007",
        "HKD2,258.65",
        "DemoPictures",
        "1CNH=1.0923HKD",
        "EuropeanCentralBank",
        "2026-11-20",
        "processor_contract",
        "Thejobendedwithcode3.",
        "Failed",
        "Page",
        HEAD.journal_hash,
        "123.456",
    ]
    assert str(invoice.total) == "HKD 2,258.65"
    assert [word for word in [*stated, *words] if word not in text] == []


def test_a_statement_names_no_firm_and_sums_in_yuan():
    text = text_of(PdfDocuments().statement_pdf(statement_of(), "zh-Hans"))
    assert [w for w in ("CNH2,057.50", "SIM-9", "结算单", "2026年11月23日") if w not in text] == []
    assert "DemoPictures" not in text


def test_the_same_invoice_gives_the_same_bytes():
    maker, invoice = PdfDocuments(), invoice_of()
    assert maker.invoice_pdf(invoice) == maker.invoice_pdf(invoice)


def test_words_of_strangers_are_text_and_never_markup():
    evil = '#panic("x") *b* $1+1$ #read("/etc/passwd") [#(2*3)] \\ "quoted" <a> @b `c` #{6*7}'
    head = replace(
        HEAD,
        firm=Party("F", Names(evil, evil), evil, evil),
        job=evil,
        outcome=Outcome(OutcomeState.FAILED, evil),
    )
    text = text_of(PdfDocuments().invoice_pdf(invoice_of(head)))
    assert text.count("".join(evil.split())) >= 4


def test_direction_and_control_characters_are_left_out():
    head = replace(HEAD, job="a\u202eb\x07c\u200bd")
    assert "abcd" in text_of(PdfDocuments().invoice_pdf(invoice_of(head)))


def test_every_label_has_its_glyphs_in_both_weights():
    bold = characters_of(FOLDER / "EntrepotSans-Bold.otf")
    labels = "".join("".join(words) for words in LABELS.values())
    assert [c for c in labels if ord(c) not in bold] == []
    assert lacking(labels + "".join("".join(words) for words in LINES.values())) == frozenset()
    assert lacking("算力轉口港 智算中心 汉字 ≤ 1,234.50 — 深圳灣埗") == frozenset()


def test_a_character_without_a_font_is_shown_by_its_code_point(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(render_module, "system_characters", frozenset)
    rare = "\U0002a6a5"
    assert lacking(rare) == {rare}
    head = replace(HEAD, firm=replace(FIRM, names=Names(f"Firm {rare}")))
    text = text_of(PdfDocuments().invoice_pdf(invoice_of(head)))
    assert "Firm[U+2A6A5]" in text
    assert "nofontonthismachine" in text


def test_every_line_of_a_price_has_its_chinese():
    texts = {
        value
        for name, value in vars(price_module).items()
        if name.isupper() and name.startswith("_") and isinstance(value, str)
    }
    assert len(texts) == 6
    by_plan = {text for name, text in vars(plan_lines).items() if name.isupper()}
    beside = {text for text in by_plan if isinstance(text, str)} | {rerate_job._TEXT}
    assert texts | beside == set(LINES)
