"""Papers of contracts: every amount and both languages stand on them, and no sign is lacking."""

from __future__ import annotations

import io

import pypdf
import pytest

from entrepot.adapters.documents.paper import PaperMaker
from entrepot.adapters.documents.pdf.contract_views import month_view, reminder_view
from entrepot.adapters.documents.pdf.glyphs import lacking
from entrepot.adapters.documents.pdf.words import NOTES
from entrepot.domain.contracts.centre_month import AccountEntry, CentreMonth, Entry
from entrepot.domain.contracts.credit_note import CreditNote
from entrepot.domain.contracts.model import InvoiceLine, LineKind, Names, Party
from entrepot.domain.contracts.monthly import MonthHead, MonthInvoice, MonthJob
from entrepot.domain.contracts.reminder import Reminder
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.kernel.period import Period

AT = 1_795_222_800
DESK = Party("HK", Names("Demo desk", "示範櫃檯", "示范柜台"), "Hong Kong")
FIRM = Party("F-1", Names("Demo Pictures", "示範影像", "示范影像"), "Cyberport, Hong Kong")
CENTRE = Party("demo", Names("Demo centre", "示範中心", "示范中心"))
PAPERS = PaperMaker("Demo desk")


def line(number: int, minor: int, text: str = "Tax {percent} %") -> InvoiceLine:
    return InvoiceLine(
        number, LineKind.TAX, text, (("percent", "5"),), None, "", Amount(minor, HKD)
    )


def job(number: int, first: int) -> MonthJob:
    period = Period(AT, AT + 600)
    amount = Amount(300, HKD)
    return MonthJob(
        f"HK-JB-2026-{number:06d}", "d", first, f"J-{number}", "L-1", CENTRE.names, period,
        600_000, (line(1, 100), line(2, 200)), (), amount, amount, Amount(0, HKD), None,
    )  # fmt: skip


def month(jobs: int = 2) -> MonthInvoice:
    head = MonthHead(
        "I-1", "HK-2026-000004", "HK", DESK, FIRM, "UC-1", "2026-11", AT, "2026-12-31", "ab" * 32
    )
    kept = tuple(job(n + 1, 1 + 2 * n) for n in range(jobs))
    total = Amount(300 * jobs + 55, HKD)
    extra = (line(2 * jobs + 1, 55),)
    return MonthInvoice(head, kept, extra, total, total, Amount(0, HKD))


NOTE = CreditNote(
    "CN-1", "HK-CN-2026-000001", "HK", DESK, FIRM, "HK-2026-000004", 3, "Tax {percent} %",
    (("percent", "5"),), Amount(500, HKD), Amount(300, HKD), Amount(200, HKD), "Device was down",
    (Names("Subsidy", "資助", "资助"),), AT, "cd" * 32,
)  # fmt: skip
STATEMENT = CentreMonth(
    "HK-ST-2026-000001", DESK, CENTRE, "2026-11", "payable:demo", AT, Amount(100, CNH),
    (
        AccountEntry("2026-11-02", Entry.NEW, "HK-2026-000001", Amount(900, CNH)),
        AccountEntry("2026-11-09", Entry.PAID, "B-1", Amount(-1000, CNH)),
        AccountEntry("2026-11-10", Entry.RETURNED, "B-1", Amount(40, CNH)),
    ),
    Amount(40, CNH), "ef" * 32,
)  # fmt: skip


def letter(level: int) -> Reminder:
    return Reminder(
        "HK-2026-000004", level, DESK, FIRM, AT, AT, "2026-12-31", 7 * level, Amount(900, HKD),
        Amount(400, HKD), Amount(500, HKD), "2027-01-30",
    )  # fmt: skip


def text_of(data: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("lang", ["zh-Hant", "zh-Hans"])
def test_every_amount_and_number_stands_on_its_paper(lang: str) -> None:
    papers = {
        PAPERS.month_pdf(month(), lang): (
            *("HK-2026-000004", "HK-JB-2026-000002", "HKD 6.55", "HKD 0.55", "UC-1", "2026-12-31"),
        ),
        PAPERS.credit_note_pdf(NOTE, lang): (
            *("HK-CN-2026-000001", "HK-2026-000004", "HKD 5.00", "HKD 3.00", "HKD 2.00"),
            *("Device was down", "Subsidy"),
        ),
        PAPERS.centre_month_pdf(STATEMENT, lang): (
            *("HK-ST-2026-000001", "CNH 1.00", "CNH 9.00", "CNH -10.00", "CNH 0.40", "B-1"),
        ),
        PAPERS.reminder_pdf(letter(2), lang): ("HKD 5.00", "HKD 9.00", "14 days", "2027-01-30"),
    }
    for data, words in papers.items():
        found = text_of(data)
        assert [word for word in words if word not in found] == []


def test_the_chinese_is_of_the_script_that_was_asked_for() -> None:
    title = {lang: month_view(month(), lang)["title"] for lang in ("zh-Hant", "zh-Hans")}
    assert title == {
        "zh-Hant": ["Invoice of the month", "月結發票"],
        "zh-Hans": ["Invoice of the month", "月结发票"],
    }


def test_the_same_paper_gives_the_same_bytes_and_a_long_one_more_pages() -> None:
    assert PAPERS.month_pdf(month(), "zh-Hant") == PAPERS.month_pdf(month(), "zh-Hant")
    long = PAPERS.month_pdf(month(60), "zh-Hant")
    assert len(pypdf.PdfReader(io.BytesIO(long)).pages) > 3
    assert "HKD 180.55" in text_of(long)


def test_each_letter_says_what_comes_next_and_every_sign_is_in_the_font() -> None:
    said = [reminder_view(letter(level), "zh-Hant")["paragraphs"] for level in (1, 2, 3)]
    assert len({str(one) for one in said}) == 3
    assert "{" not in str(said)
    assert lacking("".join("".join(words) for words in NOTES.values())) == frozenset()
