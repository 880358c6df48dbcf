"""``entrepot centres``: the network as stated, contracts, and a measurement kept in its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from entrepot.bootstrap import EmbeddedApp, open_app
from entrepot.faces.cli.main import run
from entrepot.kernel.compute import Basis, Density, Engine, Precision, Rating
from entrepot.services.network_view import centre_views
from entrepot.services.settings import read_settings

EXAMPLE = Path(__file__).resolve().parents[4] / "examples" / "centre.yaml"
MEASURED = Rating(90_000, Precision.FP64, Density.DENSE, Engine.VECTOR, Basis.MEASURED, "a test")


@pytest.fixture
def home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert _run("--home", str(tmp_path), "init", "--centre", str(EXAMPLE)) == 0
    capsys.readouterr()
    return tmp_path


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure nothing, and answer at once."""
    monkeypatch.setattr(EmbeddedApp, "measure", lambda self, seconds: [MEASURED])


def _run(*words: str) -> int:
    return run(open_app, list(words))


def _json(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert _run(*words, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_the_network_is_listed_without_a_home(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _json(capsys, "--home", str(tmp_path / "none"), "centres", "list")
    assert len(told) == 28
    assert not any(row["under_contract"] for row in told)
    assert not (tmp_path / "none").exists()


def test_centres_under_contract_come_first(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = _json(capsys, "--home", str(home), "centres", "list")
    assert [row["id"] for row in told][:2] == ["demo-gz", "hk-cyberport-aisc"]
    only = _json(capsys, "--home", str(home), "centres", "list", "--contract")
    assert [row["id"] for row in only] == ["demo-gz"]


def test_a_list_for_people(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--home", str(home), "centres", "list") == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line}
    assert "implausible" in lines["shaoguan"]
    assert "3,000 (precision not stated) peak" in lines["hk-cyberport-aisc"]
    assert "not stated" in lines["hk-hetao"]
    assert "101 FP64" in lines["gz-nscc"]
    assert "441.9" in lines["demo-gz"]
    assert "~3.5 ms" in lines["demo-gz"]


def test_names_follow_the_reader(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--lang", "zh-Hant", "centres", "list") == 0
    out = capsys.readouterr().out
    _run("--lang", "en", "version")  # the language of this process
    assert "全港算力" in out


def test_what_is_in_use_is_found_in_the_notes() -> None:
    views = {view.id: view for view in centre_views(open_app(read_settings({})))}
    assert [note.text for note in views["hk-cyberport-aisc"].use] == [
        "use about 80 %.",
        "Over 90 % of the capacity then in service was used.",
    ]
    # 170 GWh used, and 60 % of something else, are no share in use.
    assert views["shaoguan"].use == ()


def test_every_figure_of_a_centre_has_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("centres", "show", "hk-cyberport-aisc") == 0
    out = capsys.readouterr().out
    assert "[stheadline 3529684; 2025-12-24; C]" in out
    assert "No contract with this centre" in out
    told = _json(capsys, "centres", "show", "hk-cyberport-aisc")
    assert [row["p"] for row in told["ratings"]] == ["1300.000000000"] + ["3000.000000000"] * 2
    assert all(row["said"]["grade"] in "ABCSKX" for row in told["ratings"])


def test_an_unknown_centre_is_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("centres", "show", "shaogaun") == 4
    assert "Did you mean shaoguan?" in capsys.readouterr().err


def test_a_centre_is_added_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--home", str(tmp_path), "init") == 0
    assert _run("--home", str(tmp_path), "centres", "add", str(EXAMPLE)) == 0
    assert "demo-gz is under contract: 1 pools, 3 offers" in capsys.readouterr().out
    assert _run("--home", str(tmp_path), "centres", "add", str(EXAMPLE)) == 5
    assert "registered already" in capsys.readouterr().err


def test_a_bad_file_leaves_no_centre(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = home / "bad.yaml"
    bad.write_text(
        EXAMPLE.read_text().replace("demo-gz", "other").replace("device: cpu", "device: cqu")
    )
    assert _run("--home", str(home), "centres", "add", str(bad)) == 2
    assert "bad.yaml" in capsys.readouterr().err
    assert len(_json(capsys, "--home", str(home), "centres", "list", "--contract")) == 1


@pytest.mark.usefixtures("quick")
def test_a_measurement_stands_beside_the_peaks(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _json(capsys, "--home", str(home), "centres", "measure", "demo-gz")
    assert told["kept"]
    assert told["ratings"][0]["p"] == "0.000090000"
    shown = _json(capsys, "--home", str(home), "centres", "show", "demo-gz")
    assert shown["ratings"][0]["rating"]["basis"] == "measured"
    assert _run("--home", str(home), "centres", "measure", "demo-gz") == 0
    assert "FP64 measured" in capsys.readouterr().out


@pytest.mark.usefixtures("quick")
def test_without_a_centre_nothing_is_kept(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not _json(capsys, "--home", str(home), "centres", "measure")["kept"]
    assert _json(capsys, "--home", str(home), "centres", "show", "demo-gz")["ratings"] == []


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("centre", "code"), [("gz-nscc", 4), ("gpu-gz", 3)])
def test_this_machine_rates_no_other_centre(
    home: Path, centre: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    other = home / "gpu.yaml"
    text = (
        EXAMPLE.read_text().replace("demo-gz", "gpu-gz").replace("device: cpu", "device: h100-sxm")
    )
    other.write_text(text)
    assert _run("--home", str(home), "centres", "add", str(other)) == 0
    assert _run("--home", str(home), "centres", "measure", centre) == code
    assert "✗" in capsys.readouterr().err
