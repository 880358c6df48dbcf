"""A tenant's whole way in a real browser: from the link of the first run to the PDF of the bill."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser import CODE, ROOT, Looked, browser, faults, look, reader, served

PASSWORD = "correct horse battery staple nine"
FIRM = {
    "name": "Lantern Research",
    "address": "1 Harbour Road, Hong Kong",
    "city": "Hong Kong",
    "registration": "12345678-000",
    "login": "mei@lantern.example",
    "display": "Mei",
    "password": PASSWORD,
    "again": PASSWORD,
}
NO = (
    "customer_us_nexus", "party_restricted", "ciio", "gdpr_applies", "uk_gdpr_applies",
    "ftz_eligible_exporter",
)  # fmt: skip
TENANT = ("/firm", "/quotes", "/jobs", "/invoices", "/balance", "/vouchers", "/instruments")
DESK = ("/desk", "/desk/settlement", "/desk/approvals", "/desk/firms", "/account")
PUBLIC = (
    "/", "/centres", "/offers", "/checkpoint", "/sign-in", "/nothing", "/law", "/law/cn.transit",
    "/law/facts", "/auction",
)  # fmt: skip


@pytest.mark.slow
def test_from_the_first_run_to_the_bill(tmp_path: Path) -> None:
    home, looked = tmp_path / "home", Looked()
    _program(home, "init", "--centre", str(ROOT / "examples" / "centre.yaml"))
    with served(home) as said, browser() as chromium:
        base = said["url"].rstrip("/")
        _, desk = reader(chromium, looked)
        _set_up(desk, said["setup"], looked)
        context, mei = reader(chromium, looked)
        _sign_up(mei, base, looked)
        _pay_in(desk, base, looked)
        _quote_and_lease(mei, base, looked)
        number = _run(mei, looked)
        pdf = context.request.get(f"{base}/invoices/{number}/pdf")
        assert pdf.status == 200 and pdf.body().startswith(b"%PDF-")
        for page, paths in ((mei, TENANT), (desk, DESK), (mei, PUBLIC)):
            for path in paths:
                page.goto(base + path)
                look(page, looked, path.strip("/").replace("/", "-") or "home")
        _on_a_phone(mei, base, looked)
    assert not looked.faults, "\n".join(looked.faults)
    assert looked.outside == []
    assert [e for e in looked.errors if "404" not in e] == []
    assert looked.pages > 20


def _program(home: Path, *words: str) -> None:
    line = [sys.executable, "-c", CODE, "--home", str(home), *words]
    env = {"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"}
    subprocess.run(line, env=env, check=True, capture_output=True, timeout=120)


def _set_up(page: Page, link: str, looked: Looked) -> None:
    page.goto(link)
    look(page, looked, "setup")
    for name, text in {"login": "olga", "password": PASSWORD, "again": PASSWORD}.items():
        page.fill(f"#f-{name}", text)
    page.click("main form button")
    page.wait_for_url("**/desk")


def _sign_up(page: Page, base: str, looked: Looked) -> None:
    page.goto(base + "/sign-up")
    look(page, looked, "sign-up")
    for name, text in FIRM.items():
        page.fill(f"#f-{name}", text)
    page.fill("[name='fact.firm.user_hq']", "HK")
    for fact in NO:
        page.select_option(f"[name='fact.firm.{fact}']", "false")
    page.click("main form button")
    page.wait_for_url("**/firm")


def _pay_in(page: Page, base: str, looked: Looked) -> None:
    page.goto(base + "/desk/firms")
    page.fill("#f-amount", "1000 HKD")
    page.fill("#f-reference", "FPS 1")
    page.click("text=Book the payment")
    page.wait_for_selector("text=Booked HKD 1,000.00")
    look(page, looked, "firms")


def _quote_and_lease(page: Page, base: str, looked: Looked) -> None:
    page.goto(base + "/jobs/new")
    look(page, looked, "job-new")
    page.goto(base + "/jobs/new?example=stars")
    with page.expect_response("**/jobs/new/part"):
        page.fill("#f-duration", "5m")
        page.press("#f-duration", "Tab")
    expect(page.locator("#yaml")).to_have_value(re.compile("duration: 5m"))
    text = page.input_value("#yaml").replace("200000", "20000").replace("5m", "6m")
    page.fill("#yaml", text)
    expect(page.locator("#f-duration")).to_have_value("6m")
    look(page, looked, "job-written")
    page.click("text=Ask for a binding quote")
    page.wait_for_url("**/quotes/*")
    look(page, looked, "quote")
    page.check("#accept")
    page.click("text=Lease the devices")
    page.wait_for_url("**/leases/*")
    look(page, looked, "lease")


def _run(page: Page, looked: Looked) -> str:
    page.click("text=Start the job")
    page.wait_for_url("**/jobs/*")
    page.wait_for_selector("text=the rest of the hold is released", timeout=90_000)
    look(page, looked, "job")
    page.click("dl.facts a[href^='/invoices/']")
    page.wait_for_url("**/invoices/*")
    look(page, looked, "invoice")
    return page.url.rpartition("/")[2]


def _on_a_phone(page: Page, base: str, looked: Looked) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    for path in ("/", "/jobs/new", "/invoices", "/offers"):
        page.goto(f"{base}{path}?lang=zh-Hant")
        look(page, looked, f"phone-{path.strip('/').replace('/', '-') or 'home'}")


def test_a_planted_fault_of_access_is_found() -> None:
    with browser() as chromium:
        page = chromium.new_page()
        page.set_content("<main><h1>x</h1><input type='text'></main>")
        assert any(fault.startswith("label") for fault in faults(page))
        page.set_content("<main><h1>x</h1><label>y <input type='text'></label></main>")
        assert not any(fault.startswith("label") for fault in faults(page))
