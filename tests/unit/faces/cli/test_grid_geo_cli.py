"""The commands ``grid geo`` and ``grid green``: answers, files and refusals."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from entrepot.bootstrap import open_app
from entrepot.faces.cli import main

Cli = Callable[..., tuple[int, str, str]]
SMALL = ("--leases", 30, "--sites", 3, "--seed", 4)


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Return what runs a command line in a home that is not made."""

    def run(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        told = ["--home", str(tmp_path / "home"), "--lang", "en", *map(str, words)]
        code = main.run(open_app, told)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def data_of(spoken: tuple[int, str, str]) -> Any:
    """Return the JSON of a command that went well."""
    assert spoken[0] == 0, spoken[2]
    return json.loads(spoken[1])


def test_a_case_goes_out_to_files_and_comes_back_the_same(cli: Cli, tmp_path: Path) -> None:
    case, plan = tmp_path / "case", tmp_path / "plan.csv"
    made = data_of(cli("grid", "geo", *SMALL, "--write", case, "--out", plan, "--json"))
    assert made["broken"] == {"law": 0, "latency": 0, "deadline": 0, "capacity": 0}
    assert float(made["surplus_hkd"]) <= float(made["bound_hkd"])
    read = data_of(cli("grid", "geo", "--folder", case, "--seed", 4, "--json"))
    for name in ("surplus_hkd", "bound_hkd", "placed", "carbon_kg", "used"):
        assert read[name] == made[name]
    rows = list(csv.DictReader(plan.open()))
    assert sum(1 for row in rows if row["site"]) == made["placed"]
    assert len(rows) == 30


def test_the_exact_answer_stands_between_plan_and_bound(cli: Cli) -> None:
    told = data_of(cli("grid", "geo", *SMALL, "--exact", "--time-limit", 20, "--json"))
    worth = float(told["exact"]["surplus_hkd"])
    assert float(told["surplus_hkd"]) <= worth <= float(told["bound_hkd"])
    assert "HiGHS" in cli("grid", "geo", *SMALL, "--exact")[1]


def test_a_price_of_carbon_lowers_it(cli: Cli) -> None:
    words = ("grid", "geo", *SMALL, "--load", 50, "--json")
    plain = data_of(cli(*words))
    dear = data_of(cli(*words, "--carbon-price", 100_000, "--carbon", "contracted"))
    kilos = [float(told["carbon_kg"]["contracted"]) for told in (plain, dear)]
    assert kilos[1] < kilos[0]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--leases", "30"], "how many leases and sites"),
        (["--leases", "0", "--sites", "2"], "cannot be made up"),
        (["--leases", "3", "--sites", "2", "--seed", "-1"], "cannot be made up"),
        (["--leases", "3", "--sites", "2", "--carbon-price", "nan"], "no price"),
        (["--leases", "3", "--sites", "2", "--carbon-price", "-1"], "no price"),
        (["--leases", "3", "--sites", "2", "--trials", "-1"], "not negative"),
        (["--leases", "3", "--sites", "2", "--time-limit", "0"], "time limit"),
        (["--leases", "3", "--sites", "2", "--folder", "x"], "how many leases and sites"),
    ],
)
def test_refusals(cli: Cli, words: list[str], sentence: str) -> None:
    code, _out, err = cli("grid", "geo", *words)
    assert (code, sentence in err) == (2, True), err


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("leases.csv", "L00001,", "L00002,", "stands in the table twice"),
        ("leases.csv", "home-", "house-", "no such home"),
        ("sites.csv", "S01,", "S09,", "no such site"),
        ("sites.csv", "S02,1", "S02,0", "PUE is at least 1"),
        ("slots.csv", "S01,5,", "S01,50,", "has no slot 5"),
        ("slots.csv", "S01,5,", "S01,-5,", "slots.csv:7:slot"),
        ("latency.csv", "home-1,S01,", "home-4,S01,", "no latency from"),
    ],
)
def test_bad_tables_are_named(
    cli: Cli, tmp_path: Path, file: str, old: str, new: str, words: str
) -> None:
    case = tmp_path / "case"
    assert cli("grid", "geo", *SMALL, "--write", case)[0] == 0
    text = (case / file).read_text()
    assert old in text
    (case / file).write_text(text.replace(old, new, 1))
    code, _out, err = cli("grid", "geo", "--folder", case)
    assert (code, words in err) == (2, True), err


def test_a_lease_that_cannot_end_in_time_is_named(cli: Cli, tmp_path: Path) -> None:
    case = tmp_path / "case"
    cli("grid", "geo", *SMALL, "--write", case)
    rows = list(csv.reader((case / "leases.csv").open()))
    rows[3][2] = "25"
    with (case / "leases.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows(rows)
    code, _out, err = cli("grid", "geo", "--folder", case)
    assert (code, "The lease L00003 cannot be placed" in err) == (2, True), err


def test_a_missing_table_is_not_found(cli: Cli, tmp_path: Path) -> None:
    assert cli("grid", "geo", "--folder", tmp_path)[0] == 4


@pytest.fixture
def carbon(tmp_path: Path) -> Path:
    """Return a series of three days: 100 g by day, 50 g from 03:00 to 06:00, 01:00 at 80 g."""
    rows = ["Time,Carbon Intensity"]
    for day in (1, 2, 3):
        for half in range(48):
            gram = 50 if 6 <= half < 12 else 80 if half == 2 else 100
            rows.append(f"2020-01-0{day} {half // 2:02d}:{half % 2 * 30:02d}:00,{gram}")
    path = tmp_path / "ci.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


def test_green_shifting_of_a_small_series(cli: Cli, carbon: Path) -> None:
    words = ("grid", "green", "--carbon", carbon, "--year", 2020, "--window", "1h,2h")
    told = data_of(cli(*words, "--json"))
    assert [one["saving_percent"] for one in told["windows"]] == ["0.0000", "37.5000"]
    assert told["windows"][1]["jobs"] == 2, "the first day's window begins before the series"
    assert told["windows"][1]["days_left_out"] == 364
    code, out, err = cli(*words)
    assert (code, "37.5 %" in out, "days are left out" in err) == (0, True, True)
    whole = data_of(cli(*words, "--duration", "4h", "--json"))
    parts = data_of(cli(*words, "--duration", "4h", "--interruptible", "--json"))
    assert float(parts["saving_percent"]) >= float(whole["saving_percent"]) > 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--year", "2021"], "covers no day of 2021"),
        (["--year", "2020", "--start", "25:00"], "no time of day"),
        (["--year", "2020", "--window", "soon"], "no length of time"),
        (["--year", "2020", "--window", ","], "one to 20 windows"),
        (["--year", "2020", "--window", "20m"], "no multiple"),
        (["--year", "2020", "--duration", "0"], "lasts a second"),
    ],
)
def test_green_refusals(cli: Cli, carbon: Path, words: list[str], sentence: str) -> None:
    code, _out, err = cli("grid", "green", "--carbon", carbon, *words)
    assert (code, sentence in err) == (2, True), err
