"""The command auction pictures, and what goes wrong on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from entrepot.bootstrap import open_app
from entrepot.faces.cli import main

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Return what runs a command line beside a call that has been run."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> tuple[int, str, str]:
        capsys.readouterr()
        told = ["--home", str(tmp_path / "home"), "--lang", "en", *map(str, words)]
        code = main.run(open_app, told)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    sizes = ("--orders", 12, "--zones", 2, "--classes", 2, "--slots", 4, "--seed", 2)
    assert run("auction", "generate", *sizes, "--out", "orders")[0] == 0
    assert run("auction", "run", "--orders", "orders", "--out", "cert.json")[0] == 0
    return run


def pictures(*more: object) -> tuple[object, ...]:
    return ("auction", "pictures", "cert.json", "orders", "--out", "out", *more)


def test_all_pictures_are_drawn_in_the_forms_asked(cli: Cli) -> None:
    code, out, err = cli(*pictures("--pool", "Z2/C1", "--slot", 3, "--format", "svg,echarts"))
    assert code == 0, err
    names = {path.name for path in Path("out").iterdir()}
    kinds = ("supply-demand-Z2-C1-3", "prices-C1", "prices-C2", "gap")
    assert names == {kind + ending for kind in kinds for ending in (".svg", ".echarts.json")}
    assert "Supply and demand of C1 in Z2, slot 3" in out
    told = json.loads(Path("out/gap.echarts.json").read_text())
    assert told["series"][0]["data"][-1][1] is not None


def test_json_lists_the_files(cli: Cli) -> None:
    code, out, err = cli(*pictures("--format", "png", "--json"))
    assert code == 0, err
    titles = [one["title"] for one in json.loads(out)["pictures"]]
    assert titles[-1] == "Gap over time" and len(titles) == 4


def test_without_its_history_a_call_has_no_curve_of_the_gap(cli: Cli) -> None:
    Path("cert.history.json").unlink()
    assert cli(*pictures("--format", "svg"))[0] == 0
    assert not Path("out/gap.svg").exists() and Path("out/prices-C1.svg").exists()


def test_the_history_of_another_certificate_exits_with_5(cli: Cli) -> None:
    kept = json.loads(Path("cert.history.json").read_text())
    Path("cert.history.json").write_text(json.dumps(kept | {"certificate": "00"}))
    code, _out, said = cli(*pictures())
    assert code == 5 and "another certificate" in said


def test_other_orders_exit_with_5(cli: Cli) -> None:
    asks = Path("orders/asks.csv")
    asks.write_text(asks.read_text().replace("\nA01", "\nB01", 1))
    code, _out, said = cli(*pictures())
    assert code == 5 and "no certificate of the orders" in said


@pytest.mark.parametrize(
    ("more", "code", "sentence"),
    [
        (("--pool", "Z2/C9"), 4, "no pool Z2/C9"),
        (("--slot", 4), 4, "Its slots are 0 to 3."),
        (("--slot", -1), 4, "no slot -1"),
        (("--format", "gif"), 2, "no picture of the form 'gif'"),
        (("--format", ","), 2, "Forms are echarts, svg and png"),
        (("--history", "none.json"), 4, "none.json"),
        (("--history", "cert.json"), 2, "not the history of a run"),
    ],
)
def test_a_wish_that_cannot_be_met_is_one_clear_sentence(
    cli: Cli, more: tuple[object, ...], code: int, sentence: str
) -> None:
    found, _out, said = cli(*pictures(*more))
    assert found == code and sentence in said and "Traceback" not in said
    assert not Path("out").exists(), "no half effect"


@pytest.mark.parametrize(
    "change",
    [
        {"prices": [["Z9", "C1", 0, 1, 5]]},
        {"prices": [["Z1", "C1", 0, 99, 5]]},
        {"prices": [["Z1", "C1", 0, 1, 10**30]]},
        {"prices": [["Z1", "C1", 0]]},
        {"prices": 7},
        {"allocation": [["O9999", "1", 5]]},
        {"allocation": [["x"]]},
        {"digest": None, "gap_percent": {}},
    ],
)
def test_a_certificate_that_was_tampered_with_is_one_clear_sentence(
    cli: Cli, change: dict[str, object]
) -> None:
    body = json.loads(Path("cert.json").read_text())
    Path("cert.json").write_text(json.dumps(body | change))
    code, _out, said = cli(*pictures())
    assert code in (2, 5) and "Traceback" not in said
