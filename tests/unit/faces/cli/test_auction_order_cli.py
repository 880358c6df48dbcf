"""Order files at the desk: a sound one is placed, a bad one named by file, line and field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.auction_home import Life
from tests.e2e.auction_typed import Capture, life_here
from tests.e2e.flow_tools import job_file
from tests.played_home import call

from entrepot.services.ports_market import Call


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Life:
    job_file(tmp_path, duration="1h").rename(tmp_path / "job.yaml")
    return life_here(tmp_path, monkeypatch)


def bid(home: Life, capsys: Capture, opened: Call, fields: dict[str, Any]) -> tuple[int, str, str]:
    """Place an order of fields; return exit code and what was printed."""
    Path("order.json").write_text(json.dumps({"order": "o", "job": "job.yaml", **fields}))
    capsys.readouterr()
    words = ("bid", opened.id, "order.json", "--firm", home.firms[0].id, "--json")
    code = call(home.app.home, "auction", *words)
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return code, said.out, said.err


SOUND: dict[str, tuple[dict[str, Any], int]] = {
    "every place and start": ({}, 4),
    "a window": ({"window": {"from": 1, "to": 2}}, 2),
    "in yuan": ({"value": "90 CNY"}, 4),
    "net of vouchers": ({"net_of_vouchers": True}, 4),
    "a least share": ({"kind": "minimum", "min_share": 25}, 4),
    "an exclusive group": ({"group": "g"}, 4),
    "one place": (
        {"options": [{"zone": "demo-sz", "class": "cpu", "starts": [0, 1], "length": 1}]},
        2,
    ),
}


@pytest.mark.parametrize("what", SOUND)
def test_a_sound_order_is_placed(home: Life, capsys: Capture, what: str) -> None:
    fields, options = SOUND[what]
    base = {"value": "90 HKD", "accept_duties": True}
    code, out, err = bid(home, capsys, home.open(slots=2), base | fields)
    assert code == 0, err
    assert json.loads(out)["options"] == options


BAD: dict[str, tuple[dict[str, Any], int, str]] = {
    "no value": ({"value": None}, 2, "order.json:1:value"),
    "NaN": ({"value": "nan"}, 2, "order.json:1:value"),
    "too much": ({"value": "1e40 HKD"}, 2, "order.json:1:value"),
    "dollars of another country": ({"value": "5 USD"}, 2, "order.json:1:value"),
    "an unknown word": ({"colour": 1}, 2, "order.json:1:colour"),
    "an unknown zone": (
        {"options": [{"zone": "Q", "class": "cpu", "from": 0, "to": 1}]},
        2,
        "order.json:1:options[0]",
    ),
    "a slot beyond the call": ({"window": {"from": 0, "to": 9}}, 2, "order.json:1:window.to"),
    "devices beyond 64 bits": (
        {"options": [{"zone": "demo-sz", "class": "cpu", "from": 0, "to": 1, "devices": 2**63}]},
        2,
        "order.json:1:options[0].devices",
    ),
    "duties not accepted": ({"accept_duties": False}, 3, "accept_duties"),
    "a job that is not there": ({"job": "none.yaml"}, 4, "none.yaml"),
    "a voucher for a share": (
        {"kind": "divisible", "net_of_vouchers": True},
        2,
        "order.json:1:net_of_vouchers",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_order_is_named_by_its_place(home: Life, capsys: Capture, what: str) -> None:
    fields, code, words = BAD[what]
    base = {"value": "90 HKD", "accept_duties": True}
    opened = home.open(slots=2)
    found, out, err = bid(home, capsys, opened, base | fields)
    assert (found, out) == (code, ""), err
    assert words in err
    with home.app.store.reading() as uow:
        assert uow.market.orders(opened.id) == [], "nothing is placed"
