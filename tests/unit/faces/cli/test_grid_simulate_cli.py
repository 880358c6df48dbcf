"""The command ``grid simulate``: a small trace, its files, refusals, and the published replay."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.shared_data import shared_data

from entrepot.bootstrap import open_app
from entrepot.faces.cli import main

Cli = Callable[..., tuple[int, str, str]]

TRACE = """id,submit,duration,devices,cluster,firm
a,0,100,8,east,north
b,10,50,4,east,north
c,20,10,8,east,south
d,90000,10,8,west,south
e,90001,10,64,west,south
"""


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
def trace(tmp_path: Path) -> Path:
    """Return a small trace with its clusters beside it."""
    (tmp_path / "virtual_clusters.csv").write_text("cluster,nodes,devices\neast,1,8\nwest,2,8\n")
    path = tmp_path / "jobs.csv"
    path.write_text(TRACE)
    return path


def data_of(spoken: tuple[int, str, str]) -> Any:
    """Return the JSON of a command that went well."""
    assert spoken[0] == 0, spoken[2]
    return json.loads(spoken[1])


def test_figures_of_a_small_trace(cli: Cli, trace: Path) -> None:
    told = data_of(cli("grid", "simulate", "--trace", trace, "--json"))
    assert (told["jobs"], told["average_queue_s"]) == (4, (0 + 90 + 130 + 0) // 4)
    assert told["trace"]["dropped"]["larger_than_cluster"] == 1
    assert told["trace"]["gaps_over_a_day"] == 1
    shortest = data_of(cli("grid", "simulate", "--trace", trace, "--policy", "sjf", "--json"))
    assert shortest["average_queue_s"] == (0 + 100 + 80 + 0) // 4
    assert shortest == data_of(
        cli("grid", "simulate", "--trace", trace, "--policy", "sjf", "--json")
    ), "the same again"


def test_the_table_warns_of_what_is_left_out(cli: Cli, trace: Path) -> None:
    code, out, err = cli("grid", "simulate", "--trace", trace)
    assert code == 0
    assert "east" in out and "all" in out
    assert "1 jobs larger than their cluster are left out." in err
    assert "1 gaps of more than a day" in err


def test_a_row_a_job_and_pictures(cli: Cli, trace: Path, tmp_path: Path) -> None:
    words = ("--trace", trace, "--out", tmp_path / "rows.csv", "--pictures", tmp_path / "p")
    told = data_of(cli("grid", "simulate", *words, "--format", "echarts", "--json"))
    rows = list(csv.DictReader((tmp_path / "rows.csv").open()))
    assert [row["start_s"] for row in rows] == ["0", "100", "150", "90000"]
    assert [row["firm"] for row in rows] == ["north", "north", "south", "south"]
    assert len(told["pictures"]) == 3
    for name in told["pictures"]:
        assert json.loads(Path(name).read_text())["series"]


def test_policies_and_terms_are_taken(cli: Cli, trace: Path) -> None:
    words = ("grid", "simulate", "--trace", trace, "--json")
    for policy in ("srtf", "easy", "conservative", "fair"):
        assert data_of(cli(*words, "--policy", policy))["done"] == 4
    broken = ("--failures", "mtbf=60s,repair=10s,seed=1", "--checkpoint", "20", "--restart", "1s")
    told = data_of(cli(*words, *broken))
    assert told["killed"] > 0
    assert told["lost_device_s"] > 0
    quota = data_of(cli(*words, "--quota", "north=4"))
    assert quota["trace"]["dropped"]["larger_than_quota"] == 1
    assert data_of(cli(*words, "--span", "1h"))["trace"]["dropped"]["after_end"] == 2


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--trace", "none.csv"], 4, "cannot be read"),
        (["--policy", "magic"], 2, "magic"),
        (["--failures", "often"], 2, "does not say how nodes fail"),
        (["--failures", "mtbf=0,repair=4h,seed=1"], 2, "at least a second"),
        (["--quota", "north"], 2, "no name with a number"),
        (["--weight", "north=0"], 2, "no name with a number"),
        (["--span", "soon"], 2, "no length of time"),
        (["--from", "soon"], 2, "no day or time"),
        (["--from", "2030-01-01"], 2, "No job of the trace is left"),
        (["--depth", "0"], 2, "the depth is at least 1"),
        (["--format", "gif"], 2, "gif"),
    ],
)
def test_refusals(cli: Cli, trace: Path, words: list[str], code: int, sentence: str) -> None:
    given = words if words[0] == "--trace" else ["--trace", str(trace), *words]
    found = cli("grid", "simulate", *given)
    assert found[0] == code
    assert sentence in found[2]
    assert "Traceback" not in found[2]


def test_outages_come_from_a_file_or_a_seed(cli: Cli, trace: Path, tmp_path: Path) -> None:
    path = tmp_path / "outages.csv"
    path.write_text("cluster,node,begin_s,end_s\neast,0,40,60\n")
    words = ("grid", "simulate", "--trace", trace, "--outages", path)
    assert data_of(cli(*words, "--json"))["killed"] == 1
    twice = cli(*words, "--failures", "mtbf=1d,repair=1h,seed=1")
    assert (twice[0], "not both" in twice[2]) == (2, True)
    path.write_text("cluster,node,begin_s,end_s\nsouth,0,40,60\n")
    other = cli(*words)
    assert (other[0], "south" in other[2]) == (2, True)


def test_a_trace_without_clusters_says_so(cli: Cli, trace: Path) -> None:
    (trace.parent / "virtual_clusters.csv").unlink()
    code, _out, err = cli("grid", "simulate", "--trace", trace)
    assert (code, "--clusters" in err) == (4, True)


def test_the_published_replay_of_philly(cli: Cli) -> None:
    words = ("grid", "simulate", "--trace", shared_data("philly", "philly.csv.gz"), "--json")
    told = data_of(cli(*words, "--policy", "fifo"))
    found = {each["cluster"]: each for each in told["clusters"]}
    assert {
        name: (found[name]["average_jct_s"], found[name]["average_queue_s"])
        for name in ("6214e9", "11cb48", "2869ce")
    } == {"6214e9": (5_454, 5), "11cb48": (3_110, 240), "2869ce": (97_749, 11_343)}
    fifo = data_of(cli(*words, "--policy", "fifo", "--contended"))
    assert (fifo["average_queue_s"], fifo["average_jct_s"]) == (681_921, 693_401)
    sjf = data_of(cli(*words, "--policy", "sjf", "--contended"))
    assert (sjf["average_queue_s"], sjf["average_jct_s"]) == (50_661, 62_142)
