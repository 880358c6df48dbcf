"""Price lists into the market and back out: whole or not at all, once, and never leasable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from entrepot.bootstrap import open_app
from entrepot.faces.cli.main import run
from entrepot.services.settings import read_settings

HEAD = "instance_name,location,price,cpu,memory,gpu_count,gpu_name,gpu_memory,spot,disk_size\n"
GOOD = (
    "big,ap-southeast-1,8.00,64,512,8,H100,80,False,100\n"
    "small,us-west-9,0.90,8,64,1,H100,80,False,100\n"
    "plain,ap-southeast-1,0.10,8,64,0,,,False,100\n"
)
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


class Desk:
    """A home and its command line."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self._capsys = home, capsys

    def run(self, *words: str) -> int:
        return run(open_app, ["--home", str(self.home), *words])

    def json(self, *words: str) -> Any:
        assert self.run(*words, "--json") == 0
        return json.loads(self._capsys.readouterr().out)

    def refused(self, *words: str) -> dict[str, Any]:
        self._capsys.readouterr()
        assert self.run(*words, "--json") != 0
        return json.loads(self._capsys.readouterr().err)["error"]

    def file(self, text: str, name: str = "cloud.csv") -> str:
        path = self.home / name
        path.write_text(text)
        return str(path)

    def commands(self) -> list[str]:
        """Return the names of the journalled commands, newest first."""
        store = open_app(read_settings({"ENTREPOT_HOME": str(self.home)})).store
        return [str(entry["command"]) for entry in store.journal_entries(50)]

    def imported(self) -> list[dict[str, Any]]:
        return self.json("offers", "list", "--origin", "imported")


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    made = Desk(tmp_path, capsys)
    files = ("--firm", str(EXAMPLES / "firm.yaml"), "--centre", str(EXAMPLES / "centre.yaml"))
    made.json("init", *files, "--deposit", "500 HKD")
    return made


def _import(desk: Desk, text: str, *more: str) -> tuple[str, ...]:
    return ("offers", "import", desk.file(text), "--format", "gpuhunt", *more)


def test_a_list_is_imported_searched_and_never_leased(desk: Desk) -> None:
    done = desk.json(*_import(desk, HEAD + GOOD, "--as-of", "2026-11-01"))
    assert (done["read"], done["added"], done["repeated"]) == (3, 3, False)
    told = desk.json("offers", "search", "H100:8", "--latency-max", "40")
    assert [row["offer_id"] for row in told["offers"]] == [
        "cloud:big:ap-southeast-1:list@2026-11-01"
    ]
    best = told["offers"][0]
    assert (best["jurisdiction"], best["round_trip_us"], best["leasable"]) == ("SG", 34_010, False)
    assert best["price_per_device_hour"] == "1"
    assert desk.json("offers", "search", "H100:8", "--leasable")["offers"] == []
    quote = desk.json("quote", str(EXAMPLES / "stars.yaml"))
    removed = {row["offer_id"]: row["filter"] for row in quote["removed_offers"]}
    assert removed["cloud:big:ap-southeast-1:list@2026-11-01"] == "device"
    assert removed["cloud:plain:ap-southeast-1:list@2026-11-01"] == "kind"
    short = desk.json("quote", str(EXAMPLES / "stars.yaml"), "--limit", "2")
    assert len(short["removed_offers"]) == 2
    assert short["removed"] == quote["removed"], "counts are of all offers"


def test_the_same_list_again_changes_nothing(desk: Desk) -> None:
    words = _import(desk, HEAD + GOOD, "--as-of", "2026-11-01")
    desk.json(*words)
    before = desk.commands()
    again = desk.json(*words)
    assert (again["added"], again["known"], again["repeated"]) == (0, 3, True)
    assert desk.commands() == before
    assert before.count("offers.import") == 1


def test_a_newer_list_replaces_the_older_one_row_by_row(desk: Desk) -> None:
    desk.json(*_import(desk, HEAD + GOOD, "--as-of", "2026-11-01"))
    newer = GOOD.replace("8.00", "6.00")
    assert desk.json(*_import(desk, HEAD + newer, "--as-of", "2026-11-15"))["added"] == 3
    prices = {row["offer_id"]: row["price_per_device_hour"] for row in desk.imported()}
    assert len(prices) == 3
    assert prices["cloud:big:ap-southeast-1:list@2026-11-15"] == "3/4"


def test_other_figures_of_one_day_are_refused_whole(desk: Desk) -> None:
    desk.json(*_import(desk, HEAD + GOOD, "--as-of", "2026-11-01"))
    other = HEAD + GOOD.replace("8.00", "6.00") + "new,us-west-9,1.00,8,64,1,H100,80,False,1\n"
    error = desk.refused(*_import(desk, other, "--as-of", "2026-11-01"))
    assert (error["code"], error["exit_code"]) == ("offers.changed", 5)
    assert len(desk.imported()) == 3


def test_one_bad_row_keeps_the_whole_file_out(desk: Desk) -> None:
    bad = HEAD + GOOD + "odd,us-west-9,-1,8,64,1,H100,80,False,100\n"
    error = desk.refused(*_import(desk, bad))
    assert error["exit_code"] == 2
    assert "cloud.csv:5:price" in error["message"]
    assert desk.imported() == []
    assert "offers.import" not in desk.commands()
    done = desk.json(*_import(desk, bad, "--skip-bad"))
    assert (done["added"], [row["where"] for row in done["skipped"]]) == (3, ["cloud.csv:5:price"])


@pytest.mark.parametrize(
    ("form", "text", "code"),
    [
        ("gpuhunt", HEAD, "offers.none"),
        ("skypilot", HEAD + GOOD, "csv.file"),
        ("entrepot", "offer_id\nx\n", "csv.file"),
        ("gpuhunt", "", "csv.file"),
    ],
)
def test_a_file_of_another_kind_is_refused(desk: Desk, form: str, text: str, code: str) -> None:
    error = desk.refused("offers", "import", desk.file(text), "--format", form)
    assert (error["code"], error["exit_code"]) == (code, 2)
    assert error["hint"]


def test_our_own_form_keeps_what_it_states_but_sells_nothing(desk: Desk) -> None:
    head = (
        "offer_id,provider,device,region,price,currency,source,as_of,kind,isolation,"
        "green_share_bp,valid_to\n"
    )
    row = "o1,House,H100 SXM,HK,30.5,HKD,a list,2026-11-01,posted,mig,2500,2030-01-01\n"
    desk.json("offers", "import", desk.file(head + row), "--format", "entrepot")
    (kept,) = desk.imported()
    assert (kept["leasable"], kept["isolation"], kept["green_share_bp"]) == (False, "mig", 2_500)
    assert (kept["valid_to"], kept["currency"]) == ("2030-01-01", "HKD")
    assert kept["ratings"], "ratings come from the data sheet of the device"


def test_a_day_that_is_none(desk: Desk) -> None:
    error = desk.refused(*_import(desk, HEAD + GOOD, "--as-of", "2026-13-01"))
    assert (error["code"], error["exit_code"]) == ("offers.day", 2)
