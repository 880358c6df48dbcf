"""Instruments step by step, manifests, mix checks, counts and policies at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from entrepot.bootstrap import open_app
from entrepot.faces.cli import main

EXAMPLES = Path(__file__).parents[4] / "examples"
JOB = str(EXAMPLES / "idphoto.yaml")
CASE = "- {name: out, as_of: 2026-11-21, leg: {place_from: CN, place_to: HK}}\n"

Told = tuple[int, str, str]
Cli = Callable[..., Told]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the example firm and the example centre."""
    folder = tmp_path_factory.mktemp("records") / "home"
    words = ["--home", str(folder), "init", "--firm", str(EXAMPLES / "firm.yaml")]
    assert main.run(open_app, [*words, "--centre", str(EXAMPLES / "centre.yaml")]) == 0
    return folder


@pytest.fixture
def cli(home: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Return what runs a command line in that home."""

    def run(*words: str) -> Told:
        capsys.readouterr()
        code = main.run(open_app, ["--home", str(home), "--lang", "en", "gate", *words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def data(cli: Cli, *words: str) -> Any:
    """Return what a command prints with ``--json``."""
    code, out, err = cli(*words, "--json")
    assert code == 0, err
    return json.loads(out)


def test_an_empty_list_says_what_to_do_next(cli: Cli) -> None:
    for kind in ("manifest", "mixcheck"):
        code, out, _err = cli(kind, "list")
        assert (code, len(out.splitlines())) == (0, 1)
        assert f"entrepot gate {kind} add" in out


def test_an_instrument_is_drafted_signed_and_reminded_of(cli: Cli) -> None:
    add = ("instruments", "add", "gba_contract_hk", "--reference", "d", "--draft")
    held = data(cli, *add)
    number = held["instrument_id"]
    assert (held["state"], held["counts"]) == ("drafted", False)
    code, _out, err = cli("instruments", "advance", number, "filed")
    assert code == 5
    assert "signed" in err
    signed = data(cli, "instruments", "advance", number, "signed", "--on", "2026-01-05")
    assert signed["filing_due"] == "2026-01-19"
    assert (signed["state"], signed["counts"]) == ("overdue", False)
    early = data(cli, "instruments", "due", "--as-of", "2026-01-09")
    assert [(one["ask"], one["days_left"]) for one in early["due"]] == [("file", 10)]
    assert "file it" in cli("instruments", "due")[1]
    filed = ("instruments", "advance", number, "filed", "--reference", "GD-1")
    assert data(cli, *filed)["counts"] is True
    assert "GD-1" in cli("instruments", "list")[1]


def test_a_manifest_is_recorded_shown_and_used(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"abc")
    words = ("--path", str(tmp_path), "--collected-in", "HK", "--controller", "影 Studio")
    kept = data(cli, "manifest", "add", "portraits", *words, "--persons", "40")
    assert (kept["files"], kept["size_bytes"], kept["sensitive"]) == (1, 3, 0)
    assert kept["id"] in cli("manifest", "list")[1]
    assert "影 Studio" in cli("manifest", "show", kept["id"])[1]
    assert data(cli, "manifest", "show", kept["id"]) == kept
    checked = data(cli, "check", JOB, "--centre", "demo-gz", "--manifest", kept["id"])
    compared = json.dumps(checked["places"][0]["parts"]["inbound"])
    assert '"found": 40' in compared
    assert cli("check", JOB, "--manifest", "M-0")[0] == 4


def test_a_mix_check_is_recorded_and_used(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "model").write_bytes(b"weights")
    words = ("--path", str(tmp_path / "model"), "--by", "A. Chan")
    kept = data(cli, "mixcheck", "add", "base", *words, "--personal", "--no-important")
    assert (kept["mixes_cn_personal"], kept["mixes_cn_important"]) == (True, False)
    assert "A. Chan" in cli("mixcheck", "list")[1]
    place = data(cli, "check", JOB, "--centre", "demo-gz", "--mix-check", kept["id"])["places"][0]
    assert place["parts"]["return"]["deciding"] != ["cn.transit"]
    assert cli("mixcheck", "add", "base", *words, "--no-important")[0] == 2


def test_the_count_is_stated_and_shown(cli: Cli) -> None:
    assert "--persons" in cli("counts", "--year", "2025")[1]
    found = data(cli, "counts", "--year", "2025", "--persons", "4000")
    assert found["tally"] == {"persons": 4000, "sensitive": 0}
    assert "4,000" in cli("counts", "--year", "2025")[1]
    code, _out, err = cli("counts", "--persons", "-1")
    assert code == 2
    assert "Traceback" not in err


def test_decisions_are_exported_as_policies(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(CASE + CASE.replace("out", "again"), "utf-8")
    code, out, _err = cli("export-odrl", "--facts", str(path))
    policies = [json.loads(line) for line in out.splitlines()]
    assert (code, [policy["gate:name"] for policy in policies]) == (0, ["out", "again"])
    assert all("prohibition" in policy for policy in policies)
    code, out, _err = cli("export-odrl", JOB, "--centre", "demo-gz")
    assert (code, "permission" in json.loads(out)) == (0, True)
    assert cli("export-odrl", JOB, "--centre", "demo-gz")[1] == out


@pytest.mark.parametrize("words", [(), (JOB,), ("--facts", "x.yaml", "--centre", "demo-gz")])
def test_an_export_of_nothing_in_particular_is_refused(cli: Cli, words: tuple[str, ...]) -> None:
    code, _out, err = cli("export-odrl", *words)
    assert code == 2
    assert "--facts" in err
