"""The command auction: a call made up, run and verified, and what goes wrong on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from entrepot.bootstrap import open_app
from entrepot.faces.cli import main

Cli = Callable[..., tuple[int, str, str]]


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


@pytest.fixture
def orders(tmp_path: Path, cli: Cli) -> Path:
    """Return the folder of a small call."""
    sizes = ("--orders", 30, "--zones", 2, "--classes", 2, "--slots", 6)
    made = cli("auction", "generate", *sizes, "--seed", 4, "--out", tmp_path / "orders")
    assert made[0] == 0, made[2]
    return tmp_path / "orders"


def data_of(spoken: tuple[int, str, str]) -> Any:
    """Return the JSON of a command that went well."""
    assert spoken[0] == 0, spoken[2]
    return json.loads(spoken[1])


def test_a_call_is_run_and_verified(cli: Cli, orders: Path, tmp_path: Path) -> None:
    cert = tmp_path / "cert.json"
    told = data_of(cli("auction", "run", "--orders", orders, "--out", cert, "--json"))
    assert 0 < told["welfare"] <= told["bound"]
    assert told["served"] > 0
    seen = data_of(cli("auction", "verify", cert, orders, "--json"))
    assert seen == {"holds": True} | {
        name: told[name] for name in ("inputs", "welfare", "bound", "gap_percent")
    }
    assert "The certificate holds." in cli("auction", "verify", cert, orders)[1]
    assert not (tmp_path / "home").exists(), "no home is needed"


def test_the_same_iterations_give_the_same_bytes(cli: Cli, orders: Path, tmp_path: Path) -> None:
    first, again = tmp_path / "first.json", tmp_path / "again.json"
    told = data_of(cli("auction", "run", "--orders", orders, "--out", first, "--json"))
    counts = ",".join(f"{stage}={count}" for stage, count in told["budget"].items())
    for cert in (first, again):
        words = ("--orders", orders, "--seed", 9, "--iterations", counts, "--out", cert, "--json")
        data_of(cli("auction", "run", *words))
    assert first.read_bytes() == again.read_bytes()


def test_a_changed_certificate_exits_with_3(cli: Cli, orders: Path, tmp_path: Path) -> None:
    cert = tmp_path / "cert.json"
    data_of(cli("auction", "run", "--orders", orders, "--out", cert, "--json"))
    body = json.loads(cert.read_text())
    body["payments"]["operator"] += 1
    cert.write_text(json.dumps(body))
    code, _out, said = cli("auction", "verify", cert, orders)
    assert code == 3
    assert "payments.operator" in said


def test_the_orders_of_another_call_exit_with_3(cli: Cli, orders: Path, tmp_path: Path) -> None:
    cert = tmp_path / "cert.json"
    data_of(cli("auction", "run", "--orders", orders, "--out", cert, "--json"))
    asks = orders / "asks.csv"
    asks.write_text(asks.read_text().replace("\nA01", "\nB01", 1))
    code, _out, said = cli("auction", "verify", cert, orders)
    assert code == 3, said


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("generate", "--orders", "0"), 2),
        (("generate", "--orders", "5", "--seed", "-1"), 2),
        (("run", "--orders", "nowhere"), 4),
        (("run", "--orders", ".", "--time-limit", "0"), 2),
        (("run", "--orders", ".", "--time-limit", "nan"), 2),
        (("run", "--orders", ".", "--seed", "-1"), 2),
        (("run", "--orders", ".", "--iterations", "dual"), 2),
    ],
)
def test_bad_words_are_refused(cli: Cli, tmp_path: Path, words: tuple[str, ...], code: int) -> None:
    rest: tuple[object, ...] = ("--out", tmp_path / "out")
    if words[0] == "generate":
        rest = (*rest, "--zones", 1, "--classes", 1, "--slots", 1)
        rest = rest if "--seed" in words else (*rest, "--seed", 1)
    spoken = cli("auction", *words, *rest)
    assert spoken[0] == code, spoken
    assert "Traceback" not in spoken[2]
    assert not (tmp_path / "out").exists()


def test_generate_prints_how_lumpy_the_call_is(cli: Cli, tmp_path: Path) -> None:
    sizes = ("--orders", 50, "--zones", 2, "--classes", 2, "--slots", 24, "--kind", "realistic")
    words = (*sizes, "--seed", 1, "--form", "json", "--out", tmp_path / "made")
    told = data_of(cli("auction", "generate", *words, "--json"))
    assert told["portrait"]["orders"] == 50
    assert (tmp_path / "made" / "options.json").exists()
    assert "gangs, share of all value" in cli("auction", "generate", *words)[1]
