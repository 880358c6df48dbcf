"""``entrepot contracts`` and the money side of ``entrepot invoice``, from command line to books."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.played_home import EXAMPLES, call, copy_of, edit, played

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return copy_of(played().home, tmp_path)


def asked(capsys: Capture, home: Path, *words: str) -> Any:
    code = call(home, *words, "--json")
    said = capsys.readouterr()
    assert code == 0, said.err
    return json.loads(said.out)


def refused(capsys: Capture, home: Path, code: int, *words: str) -> str:
    assert call(home, *words) == code
    return capsys.readouterr().err


def by_two(monkeypatch: pytest.MonkeyPatch, capsys: Capture, home: Path, *words: str) -> Any:
    """Act as the second person."""
    monkeypatch.setenv("ENTREPOT_ACTOR", "second.person")
    found = asked(capsys, home, *words)
    monkeypatch.delenv("ENTREPOT_ACTOR")
    return found


def lend(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, home: Path, *more: str
) -> dict[str, Any]:
    """Put the firm on credit from the first day of this month on."""
    terms = ("--terms", "credit", "--limit", "5000 HKD", "--days", "30", *more)
    days = ("--from", "2026-01-01")
    draft = asked(capsys, home, "contracts", "new", "--firm", played().firm, *terms, *days)
    signed = by_two(monkeypatch, capsys, home, "contracts", "sign", draft["id"])
    return dict(signed)


def test_contracts_of_the_house_are_listed_shown_and_traced(home: Path, capsys: Capture) -> None:
    user, purchase = asked(capsys, home, "contracts", "list")
    assert (user["firm_id"], user["terms"], user["standing"]) == (played().firm, "prepaid", True)
    assert purchase["currency"] == "CNH"
    assert call(home, "contracts", "list") == 0
    assert "of the house" in capsys.readouterr().out
    for contract in (user, purchase):
        assert asked(capsys, home, "contracts", "show", contract["id"])["leases"] == 1
        assert call(home, "contracts", "show", contract["id"]) == 0
        assert contract["digest"] in capsys.readouterr().out
    (link,) = asked(capsys, home, "contracts", "trace", played().invoice)
    assert (link["lease_id"], link["job_id"]) == (played().lease, played().job)
    assert call(home, "contracts", "trace", played().lease) == 0
    assert user["id"] in capsys.readouterr().out
    assert "Nothing of the name" in refused(capsys, home, 4, "contracts", "trace", "HK-1")


def test_a_contract_is_drafted_signed_by_two_and_ended(
    home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    priced = ("--billing", "monthly", "--plan", "steady")
    new = ("contracts", "new", "--firm", played().firm, "--from", "2026-01-01", *priced)
    assert "no price plan steady" in refused(capsys, home, 4, *new)
    plan = home / "plan.yaml"
    version = "{version: v1, from: 2026-01-01, tiers: [{percent_of_list: 90}]}"
    plan.write_text(f"plan: steady\nprices:\n  - {version}\n")
    asked(capsys, home, "plans", "add", str(plan))
    signed = lend(monkeypatch, capsys, home, *priced)
    assert (signed["state"], signed["signed_by"]) == ("active", "second.person")
    assert call(home, "contracts", "show", signed["id"]) == 0
    shown = capsys.readouterr().out
    for words in ("credit", "an invoice a month", "HKD 5,000.00", "steady"):
        assert words in shown
    ended = asked(capsys, home, "contracts", "end", signed["id"])
    assert ended["state"] == "ended"
    assert "ended already" in refused(capsys, home, 5, "contracts", "end", signed["id"])


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--firm", "F", "--centre", "gz"),
        ("--firm", "F", "--terms", "credit"),
        ("--firm", "F", "--limit", "5 HKD"),
        ("--firm", "F", "--terms", "credit", "--limit", "5 CNH"),
        ("--firm", "F", "--from", "tomorrow"),
        ("--firm", "F", "--from", "2026-12-02", "--to", "2026-12-01"),
        ("--centre", "gz", "--commit", "h100"),
        ("--centre", "gz", "--commit", "h100:0"),
        ("--centre", "gz", "--commit", "h100:5", "--commit", "h100:6"),
        ("--centre", "gz", "--days", "-1"),
    ],
)
def test_terms_that_make_no_sense_are_refused(
    home: Path, capsys: Capture, words: tuple[str, ...]
) -> None:
    assert refused(capsys, home, 2, "contracts", "new", *words)
    assert len(asked(capsys, home, "contracts", "list")) == 2


def test_nobody_unknown_gets_a_contract(home: Path, capsys: Capture) -> None:
    for words in (("--firm", "F-0"), ("--centre", "nowhere")):
        assert refused(capsys, home, 4, "contracts", "new", *words)
    assert refused(capsys, home, 4, "contracts", "sign", "UC-0")


def test_a_centre_commits_hours_and_gets_its_statement(home: Path, capsys: Capture) -> None:
    centre = asked(capsys, home, "contracts", "list")[1]["centre_id"]
    made = asked(
        capsys, home, "contracts", "new", "--centre", centre, "--days", "10",
        "--commit", "x:5", "--commit", "h100:7200",
    )  # fmt: skip
    assert made["commitments"] == [
        {"device": "h100", "device_hours": 7200},
        {"device": "x", "device_hours": 5},
    ]
    (stated,) = asked(capsys, home, "contracts", "statement", "2026-01")
    assert stated["opening"]["minor"] == stated["closing"]["minor"] == 0
    assert all(Path(path).stat().st_size for path in stated["papers"])
    assert asked(capsys, home, "contracts", "statement", "2026-01")[0] == stated
    assert "not over" in refused(capsys, home, 3, "contracts", "statement", "2999-01")
    assert refused(capsys, home, 2, "contracts", "statement", "soon")
    assert refused(capsys, home, 4, "contracts", "statement", "2026-01", "--centre", "x")


def test_a_credit_note_from_proposal_to_paper(
    home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    credit = ("invoice", "credit", played().invoice, "--line", "1", "--reason", "device down")
    asked_for = asked(capsys, home, *credit, "--amount", "0.01 HKD")
    assert asked(capsys, home, "invoice", "credits") == []
    by_two(monkeypatch, capsys, home, "approvals", "approve", asked_for["proposal_id"])
    (note,) = asked(capsys, home, "invoice", "credits")
    assert (note["invoice"], note["amount_minor"]) == (played().invoice, 1)
    assert call(home, "invoice", "credits") == 0
    assert note["number"] in capsys.readouterr().out
    out = tmp_path / "note.pdf"
    assert call(home, "invoice", "pdf", note["number"], "--out", str(out)) == 0
    assert out.read_bytes().startswith(b"%PDF")
    capsys.readouterr()
    assert call(home, "invoice", "json", note["number"]) == 0
    assert json.loads(capsys.readouterr().out)["reason"] == "device down"
    assert "is left" in refused(capsys, home, 3, *credit, "--amount", "5000 HKD")
    assert refused(capsys, home, 2, *credit, "--amount", "0.01 CNH")
    assert refused(capsys, home, 4, *credit[:4], "99", *credit[5:], "--amount", "0.01 HKD")
    assert asked(capsys, home, "ledger", "check")["proven"]


def test_a_payment_of_what_is_paid_goes_to_the_prepaid_account(home: Path, capsys: Capture) -> None:
    pay = ("invoice", "pay", played().invoice, "--reference", "TT-1", "--amount", "3 HKD")
    receipt = asked(capsys, home, *pay)
    assert (receipt["applied_minor"], receipt["excess_minor"], receipt["open_minor"]) == (0, 300, 0)
    assert asked(capsys, home, *pay)["id"] == receipt["id"]
    other = ("invoice", "pay", played().invoice, "--reference", "TT-1", "--amount", "4 HKD")
    assert "TT-1" in refused(capsys, home, 5, *other)
    assert refused(capsys, home, 4, "invoice", "pay", "HK-1", "--reference", "A")
    assert asked(capsys, home, "ledger", "check")["proven"]


def test_a_month_without_monthly_billing_has_no_invoice(home: Path, capsys: Capture) -> None:
    assert asked(capsys, home, "invoice", "month", "2026-01") == []
    assert "not over" in refused(capsys, home, 3, "invoice", "month", "2999-01")
    assert refused(capsys, home, 2, "invoice", "month", "2026-1")
    assert refused(capsys, home, 4, "invoice", "month", "2026-01", "--firm", "F-0")


def test_an_overdue_invoice_is_reminded_stops_leases_and_is_paid(
    home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    lend(monkeypatch, capsys, home)
    job = str(EXAMPLES / "idphoto.yaml")
    quote = asked(capsys, home, "quote", job)["quote_id"]
    # The played bill as it would be, had it been on credit and long unpaid.
    edit(
        home,
        "UPDATE receivable_item SET prepaid_minor = 0, due_on = '2026-01-31', terms = 'credit'",
    )
    (row,) = asked(capsys, home, "invoice", "overdue")
    assert (row["number"], row["stage"]) == (played().invoice, "suspended")
    assert call(home, "invoice", "overdue", "--all") == 0
    assert "no new lease" in capsys.readouterr().out
    (letter,) = asked(capsys, home, "invoice", "remind")
    assert (letter["level"], len(letter["papers"])) == (3, 3)
    assert asked(capsys, home, "invoice", "remind") == []
    lease = ("lease", quote, "--accept-duties")
    assert played().invoice in refused(capsys, home, 3, *lease)
    write_off = ("invoice", "write-off", played().invoice, "--reason", "gone")
    assert asked(capsys, home, *write_off)["kind"] == "write_off"
    assert call(home, "invoice", "pay", played().invoice, "--reference", "TT-9") == 0
    assert "is booked" in capsys.readouterr().out
    assert asked(capsys, home, "invoice", "overdue") == []
    assert asked(capsys, home, *lease)["state"] == "held"
