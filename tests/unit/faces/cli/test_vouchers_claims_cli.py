"""The commands of claims: what they answer, refuse, and leave as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.services.claim_desk import LATER, As, claim_desk, programme
from tests.unit.services.desk import Desk, billed

from entrepot.faces.cli import main
from entrepot.services.settings import Settings


class Counter:
    """The program at two desks over one home.

    Args:
        desk: the exchange.
        capsys: what was printed.
    """

    def __init__(self, desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
        self.desk, self.capsys = desk, capsys

    def say(self, *words: str, actor: str = "counter") -> tuple[int, str, str]:
        """Run a command; return exit code, output and what went to standard error."""

        def open_app(settings: Settings, *, create: bool = False) -> Any:
            return As(self.desk, actor)

        code = main.run(open_app, ["vouchers", *words])
        out, err = self.capsys.readouterr()
        return code, out, err

    def ask(self, *words: str, actor: str = "counter") -> Any:
        """Run a command that succeeds; return its JSON."""
        code, out, err = self.say(*words, "--json", actor=actor)
        assert code == 0, err
        return json.loads(out)


@pytest.fixture
def counter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Counter:
    """Return the program over a home with one paid bill."""
    desk = claim_desk(tmp_path, programme())
    billed(desk)
    return Counter(desk, capsys)


def applied(counter: Counter) -> str:
    """Apply on the paid bill; return the claim's id."""
    return counter.ask("claim", "HK-2026-000001", "--programme", LATER)["id"]


def test_the_whole_life_by_commands(counter: Counter) -> None:
    claim = applied(counter)
    granted = counter.ask("approve", claim, "--until", "2027-01-01", actor="authority")
    assert (granted["state"], granted["expires_on"]) == ("approved", "2027-01-01")
    assert counter.ask("redeem", claim)["state"] == "redeemed"
    paid = counter.ask("pay", claim, "--amount", "5.53 HKD", "--reference", "TT-1")
    assert (paid["state"], paid["amount_minor"]) == ("paid", 553)
    fund = counter.ask("fund", LATER)
    assert (fund["paid_minor"], fund["left_minor"]) == (553, 99_447)
    back = counter.ask("clawback", claim, "--reason", "resold")
    assert (back["state"], back["collected_minor"]) == ("clawed_back", 553)
    assert [one["state"] for one in counter.ask("claims")["claims"]] == ["clawed_back"]
    assert counter.ask("collect") == {"firm": counter.desk.firm.id, "taken_minor": 0}


def test_people_read_stage_amount_and_desk(counter: Counter) -> None:
    claim = applied(counter)
    code, out, _err = counter.say("approve", claim, actor="authority")
    assert code == 0 and "is approved: HKD 5.53" in out and "authority" in out
    assert "not stated" in counter.say("claims", claim)[1]
    assert LATER in counter.say("claims")[1]
    table = counter.say("fund")[1]
    assert "994.47" in table and "approved HKD 5.53" in table
    assert "more programmes state no fund" in table
    assert "not stated" in counter.say("fund", "hk.bud.general")[1]
    assert "There is no claim." in counter.say("expire")[1]


def test_refusals_have_their_exit_codes(counter: Counter, tmp_path: Path) -> None:
    claim = applied(counter)
    assert counter.say("approve", claim)[0] == 3
    assert counter.say("claims", "C-1")[0] == 4
    assert counter.say("redeem", claim)[0] == 5
    assert counter.say("approve", claim, "--amount", "9 CNY", actor="authority")[0] == 2
    assert counter.say("claim", "HK-2026-000009", "--programme", LATER)[0] == 4
    facts = tmp_path / "facts.yaml"
    facts.write_text("regsitered_in: hong_kong\n", "utf-8")
    words = ("claim", "HK-2026-000001", "--programme", "cn.beijing.ai_voucher", "--facts")
    assert counter.say(*words, str(facts))[0] == 2
    facts.write_text("- {registered_in: hong_kong}\n- {registered_in: hong_kong}\n", "utf-8")
    assert counter.say(*words, str(facts))[0] == 2
    refused = counter.ask("refuse", claim, "--reason", "no contract", actor="authority")
    assert (refused["state"], refused["held"]) == ("refused", False)
