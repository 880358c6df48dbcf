"""The command ask: only what can change the answer, the weightiest first, and until it is done."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from entrepot.bootstrap import open_app
from entrepot.domain.gate.derive import DERIVED
from entrepot.faces.cli import ask, main

EXAMPLES = Path(__file__).parents[4] / "examples"
BARE_JOB = """\
job: bare
run: {command: ["true"]}
resources: {device: CPU}
duration: 10m
data: {from: HK, leg_persons: 5}
"""
KNOWN = {
    "purpose_compatible": "yes",
    "prescribed_consent": "yes",
    "state_secret_or_core": "no",
    "end_use": "commercial",
    "leg_sensitive": "0",
    "collected_in": "HK",
    "mixes_cn_personal": "no",
    "mixes_cn_important": "no",
    "important_declared": "no",
}

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the example firm and the example centre."""
    folder = tmp_path_factory.mktemp("ask") / "home"
    words = ["--home", str(folder), "init", "--firm", str(EXAMPLES / "firm.yaml")]
    words += ["--deposit", "2000 HKD", "--centre", str(EXAMPLES / "centre.yaml")]
    assert main.run(open_app, words) == 0
    return folder


@pytest.fixture
def job(tmp_path: Path) -> str:
    """Return a job that leaves most open."""
    path = tmp_path / "bare.yaml"
    path.write_text(BARE_JOB)
    return str(path)


@pytest.fixture
def cli(home: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Return what runs a command line in that home."""

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main.run(open_app, ["--home", str(home), "--lang", "en", *words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def data_of(spoken: tuple[int, str, str]) -> Any:
    """Return the JSON of a command that went well."""
    assert spoken[0] == 0, spoken[2]
    return json.loads(spoken[1])


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], list[str]]:
    """Return what makes somebody sit at the terminal and answer in order; it keeps the prompts."""

    def sit(lines: list[str]) -> list[str]:
        left, seen = list(lines), list[str]()

        def prompt(text: str, **_: object) -> str:
            seen.append(text)
            return left.pop(0)

        monkeypatch.setattr(ask, "is_person", lambda: True)
        monkeypatch.setattr(ask.click, "prompt", prompt)
        return seen

    return sit


def test_questions_are_ordered_with_their_reason_and_three_languages(cli: Cli, job: str) -> None:
    """Without a terminal the open questions are JSON; the first may decide the most places."""
    data = data_of(cli("ask", job))
    assert data["complete"] is False
    questions = data["questions"]
    weights = [(len(q["decides"]), len(q["places"])) for q in questions]
    assert weights == sorted(weights, reverse=True)
    for question in questions:
        assert set(question["ask"]) == {"en", "zh-Hant", "zh-Hans"}
        assert question["waits"] and all(wait["row"] for wait in question["waits"])


def test_what_a_record_settles_is_never_asked(cli: Cli, tmp_path: Path) -> None:
    """Whatever a job leaves out, no question is about an address or a device."""
    for number, data in enumerate(("{from: CN}", "{from: SG}", "{}")):
        path = tmp_path / f"{number}.yaml"
        path.write_text(BARE_JOB.replace("{from: HK, leg_persons: 5}", data))
        asked = {q["fact"] for q in data_of(cli("ask", str(path)))["questions"]}
        assert asked
        assert not asked & (set(DERIVED) - {"place_from"})
        assert not asked & {"chip_subject_to_ear", "eccn_advanced", "tpp", "dram_gbs"}


def test_each_answer_takes_its_questions_away_until_none_is_open(
    cli: Cli, job: str, tmp_path: Path
) -> None:
    """Answering the first question again and again ends, and no fact is asked twice."""
    asked: list[str] = []
    given: dict[str, str] = {}
    file = tmp_path / "answers.yaml"
    data: Any = {}
    for _round in range(30):
        file.write_text("".join(f"{name}: {value}\n" for name, value in given.items()) or "{}")
        data = data_of(cli("ask", job, "--answers", str(file)))
        if data["complete"]:
            break
        name = data["questions"][0]["fact"]
        assert name not in asked
        asked.append(name)
        value = KNOWN.get(name, "no")
        yaml = {"yes": "true", "no": "false", "HK": "[HK]"}.get(value, value)
        given[name] = yaml
    assert data["complete"], data["questions"]
    assert "needs_info" not in {place["outcome"] for place in data["places"]}
    # A shorter way than the dictionary: what no row waits for was never asked.
    assert len(asked) < 15


def test_a_talk_writes_a_file_that_answers_the_same(
    cli: Cli, job: str, tmp_path: Path, typed: Callable[[list[str]], list[str]]
) -> None:
    """Answers typed, one wrong and one left open, end in a file that the command reads back."""
    first = data_of(cli("ask", job))["questions"][0]["fact"]
    typed(["perhaps", "yes", *[""] * 30])
    out = tmp_path / "facts.yaml"
    code, said, _ = cli("ask", job, "--out", str(out))
    assert code == 0
    assert "perhaps is no value of" in said
    assert "Written to" in said
    text = out.read_text()
    assert f"{first}: true" in text
    assert 'from: "HK"' in text
    again = data_of(cli("ask", job, "--answers", str(out), "--json"))
    assert first not in {q["fact"] for q in again["questions"]}


def test_a_talk_without_a_file_prints_the_facts(
    cli: Cli, job: str, typed: Callable[[list[str]], list[str]]
) -> None:
    """What stands at the end can be pasted into the job file."""
    seen = typed([""] * 30)
    code, said, _ = cli("ask", job)
    assert code == 0
    assert seen
    assert 'data:\n  from: "HK"\n  leg_persons: 5\n' in said
    assert "places wait for it" in said


def test_a_complete_job_has_no_questions(cli: Cli) -> None:
    """The example job leaves nothing open at the centre under contract."""
    data = data_of(cli("ask", str(EXAMPLES / "idphoto.yaml")))
    asked = {name for place in data["questions"] for name in place["places"]}
    assert "demo-gz/cpu" not in asked


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("leg_person: 1\n", "leg_person"),
        ("leg_persons: -1\n", "leg_persons"),
        ("data: {return: {end_use: commercial}}\n", "data.return.end_use"),
        ("data: [1]\n", "data"),
        ("placement:\n  leg_persons: 1\n", "placement.leg_persons"),
    ],
)
def test_wrong_answers_are_refused_with_their_place(
    cli: Cli, job: str, tmp_path: Path, text: str, place: str
) -> None:
    """A fact that is not there, or a value that it cannot have, is exit code 2."""
    file = tmp_path / "answers.yaml"
    file.write_text(text)
    code, _, err = cli("ask", job, "--answers", str(file))
    assert code == 2
    assert f":{place}" in err
