"""The commands of a call: JSON beside every table, one clear sentence for what is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.auction_home import HOUR, Life
from tests.e2e.auction_typed import Capture, asked, life_here
from tests.played_home import call

from entrepot.services.call_run import run_call


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Life:
    return life_here(tmp_path, monkeypatch)


def refused(home: Life, capsys: Capture, *words: str) -> tuple[int, str]:
    """Return exit code and sentence of a command that is refused."""
    code = call(home.app.home, "auction", *words)
    return code, capsys.readouterr().err


def test_calls_are_opened_listed_and_rolled(home: Life, capsys: Capture) -> None:
    one = asked(home, capsys, "open", "--key", "k")
    assert (one["kind"], one["slots"], one["state"]) == ("hourly", 1, "open")
    assert asked(home, capsys, "open", "--key", "k") == one
    assert refused(home, capsys, "open")[0] == 5  # the same hour again
    rolled = asked(home, capsys, "open", "--rolling", "hourly", "--through", "2026-11-22")
    hours = [row["from"] for row in [one, *rolled]]
    assert hours == sorted(set(hours))
    assert (hours[-1], len(hours)) == ("2026-11-22T15:00:00Z", 21)  # to midnight in Hong Kong
    assert asked(home, capsys, "open", "--rolling", "hourly", "--through", "2026-11-22") == []
    (day,) = asked(home, capsys, "open", "--rolling", "day-ahead", "--through", "2026-11-23")
    assert (day["from"], day["slots"]) == ("2026-11-22T16:00:00Z", 24)
    assert day["gate_closure"] == "2026-11-22T04:00:00Z"  # noon in Hong Kong, the day before
    assert len(asked(home, capsys, "list")) == 22
    assert call(home.app.home, "auction", "list") == 0
    assert "HKT" in capsys.readouterr().out


def test_links_are_sold_and_their_rent_is_the_operators(home: Life, capsys: Capture) -> None:
    when = ("--from", "2026-11-22T04:00", "--to", "2026-11-22T05:00", "--kind", "other")
    opened = asked(home, capsys, "open", *when, "--link", "gs=demo-gz:demo-sz:10")
    assert opened["links"][0]["mbps"] == 10
    kept = home.app
    (found,) = [one for one in _calls(kept) if one.id == opened["call_id"]]
    home.ask(found, "demo-sz", (0, 1, 3, "10"))

    for firm, name, value in ((0, "a", "100"), (1, "b", "90")):
        order = home.order(name, ("demo-sz", 0, 1, 1, value))
        option = replace(order.options[0], link="gs", mbps=10)
        home.bid(found, firm, replace(order, options=(option,)))
    home.close(found)
    run_call(kept, found.id)
    told = asked(home, capsys, "results", found.id)
    assert told["congestion"][0][0] == "gs"
    paid = sum(row.get("net_minor", 0) for row in told["orders"] if row["side"] == "order")
    owed = sum(row["owed_minor"] for row in told["leases"])
    assert paid - owed == told["payments"]["operator"] > 0
    with kept.store.reading() as uow:
        assert uow.ledger.balance("auction_rent").credit_net == paid - owed


def _calls(app: Any) -> Any:
    with app.store.reading() as uow:
        return uow.market.calls()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("show", "AC-9"), 4, "There is no call AC-9"),
        (("results", "AC-9"), 4, "There is no call"),
        (("explain", "AO-9"), 4, "There is no order AO-9"),
        (("withdraw", "AO-9"), 4, "There is no order"),
        (("close", "AC-9"), 4, "There is no call"),
        (("run", "AC-9"), 4, "There is no call"),
        (("run",), 2, "which call"),
        (("verify", "cert.json"), 2, "which call"),
        (("bid", "AC-9"), 4, "There is no call"),
        (("offer", "AC-9"), 2, "--centre is missing"),
        (("fail", "L-9", "--reason", "x", "--reference", "y"), 4, "made a lease L-9"),
        (("open", "--kind", "other"), 2, "--from is missing"),
        (("open", "--rolling", "hourly"), 2, "--through is missing"),
        (("open", "--gate-in", "-5"), 3, "would have closed"),
        (("open", "--link", "x"), 2, "is no link"),
        (("open", "--link", "x=demo-gz:nowhere:5"), 2, "joins two places"),
        (("open", "--zones", "teapot"), 2, "teapot is not offered"),
        (("open", "--from", "soon"), 2, "not soon"),
        (("open", "--credit-bp", "10001"), 2, "between nothing and the whole price"),
        (("open", "--rolling", "hourly", "--through", "2020-01-01"), 2, "1 to 744 calls"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    home: Life, capsys: Capture, words: tuple[str, ...], code: int, said: str
) -> None:
    found, err = refused(home, capsys, *words)
    assert (found, said in err) == (code, True), err


def test_an_order_is_followed_to_its_end(home: Life, capsys: Capture) -> None:
    made = home.open()
    asked(home, capsys, "offer", made.id, "--centre", "demo-gz")
    order = home.bid(made, 0, home.order("a", ("demo-gz", 0, 1, 1, "500")))
    shown = asked(home, capsys, "show", made.id)
    assert [row["state"] for row in shown["orders"]] == ["sealed", "sealed"]
    assert "sealed" not in shown["orders"][0] and "body" not in shown["orders"][0]
    assert asked(home, capsys, "explain", order.id)["why"] == "sealed"
    code, said = refused(home, capsys, "close", made.id)
    assert (code, "stays open until" in said) == (3, True)
    home.set(made.gate_closure)
    Path("wrong.key").write_text("00" * 32, encoding="utf-8")
    code, said = refused(home, capsys, "close", made.id, "--key-file", "wrong.key")
    assert (code, "is not here" in said) == (3, True)
    assert asked(home, capsys, "close", made.id)["opened"] == 2
    code, said = refused(home, capsys, "results", made.id)
    assert (code, "is closed, not cleared" in said) == (5, True)
    ran = asked(home, capsys, "run", made.id)
    assert [row["state"] for row in ran["orders"]] == ["accepted", "accepted"]
    again = asked(home, capsys, "run", made.id)
    assert again["digest"] == ran["digest"]
    lease = ran["leases"][0]
    assert (lease["devices"], len(lease["slots"])) == (1, 1)
    told = asked(home, capsys, "explain", order.id)
    assert (told["why"], told["leases"]) == ("served", [lease["lease_id"]])
    words = ("fail", lease["lease_id"], "--reason", "fire", "--reference", "I-1")
    failed = asked(home, capsys, *words)
    assert failed["refund_minor"] == lease["paid_minor"]
    for name in ("results", "show"):
        assert call(home.app.home, "auction", name, made.id) == 0
    assert "not delivered" in capsys.readouterr().out
    home.set(made.to_t + HOUR)
    code, said = refused(home, capsys, "void", made.id, "--reason", "x")
    assert (code, "is cleared" in said) == (5, True)
