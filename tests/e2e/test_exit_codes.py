"""The exit code of a command that runs a job says how the job ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.e2e.flow_tools import EXAMPLES, job_file

from entrepot.bootstrap import open_app
from entrepot.faces.cli.main import run


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("desk") / "home"
    words = ["init", "--home", str(place), "--firm", str(EXAMPLES / "firm.yaml")]
    words += ["--deposit", "500 HKD", "--centre", str(EXAMPLES / "centre.yaml")]
    assert run(open_app, words) == 0
    return place


@pytest.mark.parametrize(("code", "state", "exit_code"), [(0, "succeeded", 0), (3, "failed", 1)])
def test_launch_tells_whether_the_job_succeeded(
    home: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    code: int,
    state: str,
    exit_code: int,
) -> None:
    path = job_file(tmp_path, command=f'[sh, -c, "echo x > out.txt; exit {code}"]')
    capsys.readouterr()
    assert run(open_app, ["launch", str(path), "-y", "--json", "--home", str(home)]) == exit_code
    answer = json.loads(capsys.readouterr().out)
    assert answer["state"] == state
    assert answer["invoice"].startswith("HK-")
