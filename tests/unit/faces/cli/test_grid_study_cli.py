"""The command ``grid study``: report, tables, resumption and refusals."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.study_small import small_text

from entrepot.bootstrap import open_app
from entrepot.faces.cli import main

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Return what runs a command line in a home that is not made."""

    def run(*words: object, lang: str = "en") -> tuple[int, str, str]:
        capsys.readouterr()
        told = ["--home", str(tmp_path / "home"), "--lang", lang, *map(str, words)]
        code = main.run(open_app, told)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(small_text(), encoding="utf-8")
    return path


def study(cli: Cli, scenario: object, out: Path, *more: object) -> Any:
    code, printed, told = cli(
        "grid", "study", scenario, "--out", out, "--workers", 1, "--json", *more
    )
    assert code == 0, told
    return json.loads(printed)


def test_shipped_scenarios_are_listed_and_written_out(cli: Cli, tmp_path: Path) -> None:
    assert "gba-west-green" in cli("grid", "study")[1]
    copy = tmp_path / "my.yaml"
    assert cli("grid", "study", "gba-west", "--write", copy)[0] == 0
    assert copy.read_text(encoding="utf-8").startswith("# Greater Bay Area")


def test_a_study_is_finished_from_what_is_kept(cli: Cli, scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = study(cli, scenario, out)
    cells = sorted((out / "cells").iterdir())
    assert first["cells"] == {"computed": 6, "kept": 0}
    table = (out / "measures.csv").read_bytes()
    cells[0].unlink()
    cells[1].write_bytes(cells[1].read_bytes()[:40])
    again = study(cli, scenario, out)
    assert again["cells"] == {"computed": 2, "kept": 4}, "one was lost, one was cut off"
    assert again["points"] == first["points"]
    assert (out / "measures.csv").read_bytes() == table


def test_more_seeds_compute_only_what_is_new(cli: Cli, scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    study(cli, scenario, out)
    assert study(cli, scenario, out, "--seeds", 3)["cells"] == {"computed": 3, "kept": 6}


def test_a_grid_that_nobody_joins_is_as_without(cli: Cli, scenario: Path, tmp_path: Path) -> None:
    told = study(cli, scenario, tmp_path / "out")
    none = next(p for p in told["points"] if (p["vary"], p["value"]) == ("joined_percent", "0"))
    for row in none["measures"]:
        assert row["alone"] == row["shared"]
        assert not row["difference"]["mean"].strip("0.-")


def test_tables_and_report_say_the_same(cli: Cli, scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = study(cli, scenario, out)
    rows = list(csv.DictReader((out / "measures.csv").open(encoding="utf-8")))
    mean = {
        (row["scheme"], row["measure"]): row["mean"]
        for row in rows
        if row["vary"] == "base" and row["where"] == "all"
    }
    for row in told["points"][0]["measures"]:
        if row["where"] == "all":
            assert row["shared"]["mean"] == mean["shared", row["measure"]]
    assert told["synthetic"] is True
    law = list(csv.DictReader((out / "law.csv").open(encoding="utf-8")))
    said = {(row["class"], row["centre"]): row["outcome"] for row in law}
    assert said["training", "qingyang"].startswith("allow")
    assert said["eu-clients", "qingyang"] == "instrument"


def test_the_report_needs_nothing_beside_it(cli: Cli, scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    text = small_text().replace("title: Two centres", 'title: "<b>Two & centres</b>"')
    scenario.write_text(text, encoding="utf-8")
    study(cli, scenario, out)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img|iframe)|(src|href)=\"(?!#)|url\(|@import", page)
    assert "&lt;b&gt;Two &amp; centres" in page
    assert "<b>Two" not in page
    assert page.count("<svg ") == 7
    names = re.findall(r' id="([^"]+)"', page)
    assert len(names) == len(set(names))
    assert "synthetic" in page


def test_the_report_speaks_chinese_where_the_scenario_does(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "out"
    copy = tmp_path / "my.yaml"
    cli("grid", "study", "gba-west", "--write", copy)
    text = copy.read_text(encoding="utf-8")
    text = re.sub(r"series:\n(- .*\n)+", "", text).replace("scale: 20", "scale: 400")
    text = text.replace("seeds: 5", "seeds: 1").replace("hours: 168", "hours: 24")
    copy.write_text(text, encoding="utf-8")
    assert cli("grid", "study", copy, "--out", out, "--workers", 1, lang="zh-Hant")[0] == 0
    page = (out / "report.html").read_text(encoding="utf-8")
    assert '<html lang="zh-Hant">' in page
    assert "大灣區與西部樞紐共用一網" in page


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("nowhere.yaml",), 4, "no scenario nowhere.yaml"),
        (("small.yaml", "--seeds", 0), 2, "1 to 200 seeds"),
        (("small.yaml", "--workers", 0), 2, "workers"),
    ],
)
def test_bad_input_is_one_sentence(
    cli: Cli,
    scenario: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[object, ...],
    code: int,
    sentence: str,
) -> None:
    monkeypatch.chdir(scenario.parent)
    found, _out, told = cli("grid", "study", *words, "--out", scenario.parent / "out")
    assert found == code
    assert sentence in told
    assert "Traceback" not in told
    assert not (scenario.parent / "out").exists()


def test_a_scale_that_leaves_no_device_is_refused(cli: Cli, scenario: Path) -> None:
    scenario.write_text(small_text().replace("scale: 50", "scale: 5000"), encoding="utf-8")
    code, _out, told = cli("grid", "study", scenario, "--out", scenario.parent / "out")
    assert code == 2
    assert "hk-cyberport-aisc" in told


def test_a_trace_of_the_wrong_unit_is_refused(cli: Cli, scenario: Path) -> None:
    text = small_text().replace("length: pai-2020-length", "length: philly-2017-devices", 1)
    scenario.write_text(text, encoding="utf-8")
    code, _out, told = cli("grid", "study", scenario, "--out", scenario.parent / "out")
    assert code == 2
    assert "counts devices" in told
