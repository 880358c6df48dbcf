"""``auction resell``, ``notices`` and interruptible bids: JSON, tables, and what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.e2e.auction_home import HOUR, Life
from tests.e2e.auction_typed import Capture, asked, life_here
from tests.e2e.flow_tools import job_file
from tests.played_home import call

from entrepot.kernel.period import iso_utc
from entrepot.services.call_body import Elastic, read_body
from entrepot.services.call_run import run_call


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Life:
    return life_here(tmp_path, monkeypatch)


def shown(home: Life, capsys: Capture, *words: str) -> tuple[int, str]:
    """Return exit code and all that a command prints."""
    code = call(home.app.home, "auction", *words)
    said = capsys.readouterr()
    return code, said.out + said.err


def test_a_bid_is_interruptible_on_its_terms(home: Life, capsys: Capture, tmp_path: Path) -> None:
    made = home.open(slots=2)
    home.ask(made, "demo-gz", (0, 2, 2, "10"))
    job = str(job_file(tmp_path, duration="1h"))
    words = ("--value", "90 HKD", "--accept-duties", "--firm", home.firms[0].id)
    terms = ("--interruptible", "--notice", "90m", "--credit", "12.5")
    first = asked(home, capsys, "bid", made.id, "--job", job, *words, *terms)
    second = asked(home, capsys, "bid", made.id, "--job", job, *words, "--interruptible")
    plain = asked(home, capsys, "bid", made.id, "--job", job, *words)
    for wrong, said in (
        (("--notice", "90m"), "--interruptible is missing"),
        (("--interruptible", "--notice", "soon"), "not a span of time"),
        (("--interruptible", "--notice", "1s"), "interruptible.notice"),
        (("--interruptible", "--credit", "lots"), "no percentage"),
        (("--interruptible", "--credit", "1000.5"), "interruptible.credit"),
    ):
        code, text = shown(home, capsys, "bid", made.id, "--job", job, *words, *wrong)
        assert (code, said in text) == (2, True), text
    home.close(made)
    with home.app.store.reading() as uow:
        bodies = {one.id: read_body(one.body) for one in uow.market.orders(made.id)}
    found = [getattr(bodies[one["order_id"]], "elastic", 0) for one in (first, second, plain)]
    assert found == [Elastic(5_400, 1_250), Elastic(300, 1_000), None]


def test_a_slot_is_offered_sold_and_told_of(home: Life, capsys: Capture) -> None:
    first = home.open(slots=3, after=2)
    home.ask(first, "demo-gz", (0, 3, 2, "50"))
    home.bid(first, 0, home.order("a", ("demo-gz", 0, 3, 2, "900")))
    home.close(first)
    (lease_id,) = run_call(home.app, first.id).leases
    assert asked(home, capsys, "notices") == []
    assert "No lease gave way" in shown(home, capsys, "notices")[1]

    second = home.open(slots=3, gate_s=300)
    at = iso_utc(first.from_t + HOUR)
    terms = ("--reserve", "40 HKD", "--slot", at, "--whole", "--key", "k")
    told = asked(home, capsys, "resell", second.id, lease_id, *terms)
    assert asked(home, capsys, "resell", second.id, lease_id, *terms) == told
    (ask,) = told["asks"]
    assert (ask["side"], ask["state"], ask["stock"]) == ("ask", "sealed", [])
    assert "40" not in json.dumps({k: v for k, v in ask.items() if k in ("stock", "reason")})
    code, text = shown(home, capsys, "resell", second.id, lease_id, "--reserve", "40 HKD")
    assert (code, "on offer in call" in text) == (5, True)
    home.bid(second, 1, home.order("b", ("demo-gz", 1, 1, 2, "300")))
    home.close(second)
    run_call(home.app, second.id)

    (notice,) = asked(home, capsys, "notices", "--lease", lease_id)
    assert (notice["kind"], notice["ends_at"], notice["brought_minor"]) == ("resale", at, 8_000)
    assert asked(home, capsys, "notices", "--firm", home.firms[1].id) == []
    assert "sold again" in shown(home, capsys, "notices", "--call", second.id)[1]
    why = asked(home, capsys, "explain", ask["order_id"])
    assert (why["why"], why["standing"]["lease_id"]) == ("resold", lease_id)
    assert why["notices"] == [notice]
    assert "less a fee of" in shown(home, capsys, "explain", ask["order_id"])[1]
    assert "sold again" in shown(home, capsys, "results", first.id)[1]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("AC-9", "L-9", "--reserve", "1 HKD"), 4, "has made a lease L-9"),
        (("AC-9", "L-9", "--reserve", "1 CNY"), 2, "in HKD"),
        (("AC-9", "L-9", "--reserve", "-1 HKD"), 2, "HKD"),
        (("AC-9", "L-9", "--reserve", "cheap"), 2, "cheap"),
        (("AC-9", "L-9"), 2, "--reserve"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    home: Life, capsys: Capture, words: tuple[str, ...], code: int, said: str
) -> None:
    found, text = shown(home, capsys, "resell", *words)
    assert (found, said in text) == (code, True), text
