"""The command agent: a token, an agent that asks, the roll, and what is refused with a way out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from entrepot.bootstrap import open_app
from entrepot.faces.cli import main
from entrepot.faces.cli.agent_show import tell_event

EXAMPLES = Path(__file__).parents[4] / "examples"
Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with a centre of agents and one that runs its jobs itself."""
    folder = tmp_path_factory.mktemp("agents")
    text = (EXAMPLES / "centre.yaml").read_text("utf-8")
    path = folder / "centre.yaml"
    path.write_text(text.replace("backend: local", "backend: agent").replace("demo-gz", "gz"))
    for words in (
        ["init", "--centre", str(EXAMPLES / "centre.yaml")],
        ["centres", "add", str(path)],
    ):
        assert main.run(open_app, ["--home", str(folder / "home"), *words]) == 0
    return folder / "home"


@pytest.fixture
def cli(home: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Return what runs a command line in that home."""

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main.run(open_app, ["--home", str(home), "--lang", "en", "agent", *words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def data_of(spoken: tuple[int, str, str]) -> Any:
    """Return the JSON of a command that went well."""
    assert spoken[0] == 0, spoken[2]
    return json.loads(spoken[1])


def test_from_the_token_to_the_end(cli: Cli, tmp_path: Path) -> None:
    folder = str(tmp_path / "agent")
    token = data_of(cli("token", "gz", "--valid", "60", "--json"))
    assert token["token"].startswith("entrepot-agent:gz:")
    noted = data_of(cli("enrol", token["token"], "--folder", folder, "--name", "hall 2", "--json"))
    assert noted["folder"] == folder and noted["exchange_key"] in token["token"]
    told = cli("run", "--folder", folder, "--polls", "1", "--json")
    events = [json.loads(line) for line in told[1].splitlines()]
    assert told[0] == 0 and events[-1] == {
        "event": "ready", "agent": noted["agent_id"], "centre": "gz",
    }  # fmt: skip
    (one,) = data_of(cli("list", "--centre", "gz", "--json"))
    assert (one["name"], one["state"], one["running"], one["given"]) == ("hall 2", "active", [], 0)
    assert data_of(cli("list", "--centre", "demo-gz", "--json")) == []
    assert "hall 2" in cli("list")[1]
    assert "It was given no run yet." in cli("show", noted["agent_id"])[1]
    assert data_of(cli("drain", noted["agent_id"], "--json"))["state"] == "drained"
    assert data_of(cli("drain", noted["agent_id"], "--undo", "--json"))["state"] == "active"
    assert data_of(cli("watch", "--json")) == {"jobs": []}
    assert data_of(cli("revoke", noted["agent_id"], "--json"))["state"] == "revoked"
    code, _, said = cli("run", "--folder", folder, "--polls", "1")
    assert code == 3 and "was revoked; nothing of it counts any more." in said


def test_what_happens_is_told_in_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    tell_event("started", {"run": "J-1:1"})
    tell_event("over", {"run": "J-1:1"})
    tell_event("refused", {"id": "L-1:1:2", "why": "not_held"})
    told = {"template": "Nobody answers at {where}.", "params": {"where": "home"}}
    tell_event("trouble", {"message": "x", "wait_s": 5, **told})
    tell_event("warning", {"message": "Jobs are not kept apart."})
    said = capsys.readouterr()
    assert said.out.splitlines() == ["✓ Run J-1:1 started.", "✓ Run J-1:1 is over."]
    assert said.err.splitlines() == [
        "! Usage report L-1:1:2 does not count: not_held.",
        "! Nobody answers at home. Next try in 5 s.",
        "! Jobs are not kept apart.",
    ]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["token", "nowhere"], 4, "nowhere"),
        (["token", "demo-gz"], 3, "run on the backend local, not through agents"),
        (["token", "gz", "--valid", "0"], 2, "cannot be valid for 0 s"),
        (["enrol", "nonsense", "--folder", "x"], 2, "This is no token of an agent."),
        (["run", "--folder", "nothing-here", "--polls", "1"], 4, "holds no agent that enrolled"),
        (["run", "--slots", "-1"], 2, "-1"),
        (["show", "AG-9"], 4, "There is no agent AG-9."),
        (["drain", "AG-9"], 4, "There is no agent AG-9."),
        (["revoke", "AG-9"], 4, "There is no agent AG-9."),
    ],
)
def test_what_is_refused_says_why(
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    words: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    found = cli(*words)
    assert found[0] == code and said in found[2] and "Traceback" not in found[2]


def test_a_damaged_note_is_told(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "agent.json").write_text("{")
    code, _, said = cli("run", "--folder", str(tmp_path), "--polls", "1")
    assert code == 70 and "notes" in said and "To fix: Enrol anew in an empty folder" in said


def test_without_a_folder_it_is_the_one_in_the_own_home(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    token = data_of(cli("token", "gz", "--json"))["token"]
    assert data_of(cli("enrol", token, "--json"))["folder"] == str(tmp_path / ".entrepot-agent")
