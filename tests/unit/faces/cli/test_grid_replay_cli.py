"""``entrepot grid replay``: the answer as JSON and as a table, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.played_home import call

Capture = pytest.CaptureFixture[str]

NODES = "sn,cpu_milli,memory_mib,gpu,model\na,32000,65536,4,X\nb,32000,65536,2,Y\n"
PODS = (
    "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec\n"
    "p,1000,128,1,500,\nq,1000,128,2,1000,X\nr,1000,128,0,0,\ns,500,1,1,1000,Y\nt,1,1,9,1000,\n"
)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Options that name a small cluster."""
    (tmp_path / "nodes.csv").write_text(NODES, encoding="utf-8")
    (tmp_path / "pods.csv").write_text(PODS, encoding="utf-8")
    return ["--nodes", str(tmp_path / "nodes.csv"), "--pods", str(tmp_path / "pods.csv")]


def test_the_answer_names_points_means_and_seeds(
    tmp_path: Path, files: list[str], capsys: Capture
) -> None:
    words = ["grid", "replay", *files, "--seeds", "3", "--arrived", "50,100", "--json"]
    assert call(tmp_path / "home", *words, "--policy", "fgd", "--repack") == 0
    body = json.loads(capsys.readouterr().out)
    assert set(body["allocated_percent"]) == {"50", "100"}
    seeds = body["per_seed"]
    assert [one["seed"] for one in seeds] == [42, 43, 44]
    mean = sum(one["allocated_percent"]["100"] for one in seeds) / 3
    assert body["allocated_percent"]["100"] == pytest.approx(mean, abs=1e-3)
    assert body["too_large"] == 1
    assert body["placements_per_s"] > 0
    assert body["moved_milli"] == sum(one["moved_milli"] for one in seeds)
    assert all(one["placed"] + one["dropped"] == one["arrived"] for one in seeds)


def test_the_table_ends_with_the_mean(tmp_path: Path, files: list[str], capsys: Capture) -> None:
    words = ["grid", "replay", *files, "--seeds", "2", "--policy", "best_fit"]
    assert call(tmp_path / "home", *words) == 0
    shown = capsys.readouterr()
    assert "mean" in shown.out and "best_fit: " in shown.out
    assert "larger than any node" in shown.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--seeds", "0"], 2),
        (["--arrived", "95,abc"], 2),
        (["--arrived", "0"], 2),
        (["--arrived", ""], 2),
        (["--policy", "worst"], 2),
        (["--first-seed", "-1"], 2),
        (["--nodes", "absent.csv"], 4),
    ],
)
def test_a_question_without_meaning_is_refused(
    tmp_path: Path, files: list[str], words: list[str], code: int, capsys: Capture
) -> None:
    assert call(tmp_path / "home", "grid", "replay", *files, *words) == code
    assert "Traceback" not in capsys.readouterr().err


def test_a_cluster_without_devices_is_refused(
    tmp_path: Path, files: list[str], capsys: Capture
) -> None:
    (tmp_path / "nodes.csv").write_text(
        "sn,cpu_milli,memory_mib,gpu,model\na,32000,65536,0,\n", encoding="utf-8"
    )
    (tmp_path / "pods.csv").write_text(
        "name,cpu_milli,memory_mib,num_gpu,gpu_milli\np,1,1,0,0\n", encoding="utf-8"
    )
    assert call(tmp_path / "home", "grid", "replay", *files) == 2
    assert "no device" in capsys.readouterr().err
