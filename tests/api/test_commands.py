"""Every command gives one answer, typed at the machine of the exchange or at another one."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.api.command_lines import LINES
from tests.played_home import CODE, EXAMPLES, JOB, ROOT, Played, copy_of, played

from entrepot.bootstrap import open_app
from entrepot.domain.access.model import Grant
from entrepot.domain.access.table import ACTIONS, RULES
from entrepot.faces.cli import main
from entrepot.faces.cli.commands import available
from entrepot.faces.cli.frame import load
from entrepot.faces.cli.main import cli
from entrepot.faces.cli.remote_table import ROUTES
from entrepot.faces.cli.remote_words import read_words
from entrepot.services.identity_accounts import create_account
from entrepot.services.identity_grants import give_grant
from entrepot.services.identity_setup import identity_setup, use_setup
from entrepot.services.identity_tokens import make_token
from entrepot.services.settings import read_settings

PASSWORD = "a-long-enough-phrase-7"
FILES = {
    "tiny.yaml": JOB,
    "other.yaml": (EXAMPLES / "centre.yaml").read_text("utf-8").replace("demo-gz", "other-gz"),
    "prices.csv": "no,such,columns\n1,2,3\n",
    "answers.yaml": "{}\n",
    "rates.csv": "day,pair,rate\n",
    "camt.xml": "<not-a-statement/>",
    "events.json": "[]",
    "plan.yaml": "plan: x\n",
    "posting.yaml": "lines: []\n",
    "order.yaml": "order: x\n",
    "ask.yaml": "ask: x\n",
    "k.key": "0",
}
_CHANGING = (
    (re.compile(r"\b[A-Z]{1,3}-[0-9A-HJKMNP-TV-Z]{26}\b"), "<id>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<digest>"),
    (re.compile(r"\b1[789]\d{8}\b"), "<second>"),
    (re.compile(r"\b\d\d?:\d\d(:\d\d)?( [AP]M)?"), "<time>"),
    (re.compile(r"\b(ada|desk|mei|sue)\b"), "<who>"),
    (re.compile(r"(?<=is proven: )\d+|(?<=\"seq\": )\d+"), "<count>"),
    (re.compile(r"\bent_\w+|\bena_\w+|[A-Za-z0-9_-]{40,}"), "<secret>"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A server with its home, a twin of that home, and a folder of files beside each.

    Attributes:
        there, here: folders in which commands are typed, for the server and for the twin.
        twin: home of the commands that are not sent.
        played: what is in both homes; address: of the server; tokens: role → token.
    """

    there: Path
    here: Path
    twin: Path
    played: Played
    address: str
    tokens: dict[str, str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("commands")
    one = played()
    home = copy_of(one.home, folder)
    tokens = people(home, one.firm)
    twin = folder / "twin"
    shutil.copytree(home, twin)
    for name in ("there", "here"):
        (folder / name).mkdir()
        for file, text in FILES.items():
            (folder / name / file).write_text(text, "utf-8")
    line = [sys.executable, "-c", CODE, "--home", str(home), "serve", "--port", "0", "--json"]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=env) as server:
        assert server.stdout is not None
        address = ""
        for text in server.stdout:
            found = re.search(r"http://[0-9.:]+", text)
            if found:
                address = found.group(0)
                break
        yield Place(folder / "there", folder / "here", twin, one, address, tokens)
        server.terminate()
        server.wait(20)


def people(home: Path, firm: str) -> dict[str, str]:
    """Give the home an operator, a tenant and a stranger; return the token of each."""
    app = open_app(read_settings({"ENTREPOT_HOME": str(home)}))
    use_setup(app, identity_setup(app), "ada", "Ada", "en", PASSWORD)
    create_account(app, "mei", "Mei", "en", "mei", PASSWORD)
    give_grant(app, "mei", Grant("tenant", "firm", firm, "lead"), "mei-firm")
    create_account(app, "eve", "Eve", "en", "eve", PASSWORD)
    create_account(app, "sue", "Sue", "en", "sue", PASSWORD)
    give_grant(app, "sue", Grant("supplier", "centre", "demo-gz", "lead"), "sue-centre")
    found = {
        name: make_token(app, name, "tests", ["*"])[0] for name in ("ada", "mei", "eve", "sue")
    }
    app.store.engine.dispose()
    return found


def typed(folder: Path, words: list[str]) -> tuple[int, str, str]:
    """Type a line in a folder; return exit code and what both streams say."""
    out, err, before = io.StringIO(), io.StringIO(), Path.cwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main.run(open_app, words)
    finally:
        os.chdir(before)
    return code, out.getvalue(), err.getvalue()


def plain(text: str, *paths: Path) -> str:
    """Put marks in place of what differs from call to call."""
    for path in paths:
        text = text.replace(f"{path}/", "")
    for pattern, mark in _CHANGING:
        text = pattern.sub(mark, text)
    return text


def words_of(line: str, one: Played) -> list[str]:
    places = {"firm": one.firm, "lease": one.lease, "job": one.job, "invoice": one.invoice}
    return shlex.split(line.format(**places))


def who_for(words: list[str]) -> str:
    """Return whose token a command takes: the operator's where that role may do it."""
    given, _ = read_words(cli, words)
    rule = RULES[ROUTES[" ".join(given.path)].action]
    if "operator" in rule.roles or rule.open_to:
        return "ada"
    return "mei" if "tenant" in rule.roles else "sue"


@pytest.mark.parametrize("line", LINES)
def test_the_answer_is_the_same_at_the_server(
    place: Place, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = words_of(line, place.played)
    here = typed(place.here, ["--home", str(place.twin), *words])
    monkeypatch.setenv("ENTREPOT_TOKEN", place.tokens[who_for(words)])
    there = typed(place.there, [*words, "--server", place.address])
    if "or it is not yours" in there[2]:
        # What is absent and what is somebody else's must look alike, so the sentence is another.
        assert (there[0], here[0]) == (4, 4)
        return
    assert [plain(str(one), place.twin, place.here) for one in there] == [
        plain(str(one), place.twin, place.here) for one in here
    ]


def test_every_command_has_a_line_and_a_route() -> None:
    import click

    def leaves(command: click.Command, path: list[str]) -> Iterator[str]:
        if not isinstance(command, click.Group):
            yield " ".join(path)
            return
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from leaves(below, [*path, name])

    commands = {name for row in available() for name in leaves(load(row), [row.name])}
    assert commands == set(ROUTES)
    assert {route.action for route in ROUTES.values()} - {""} <= set(ACTIONS)
    one = Played(Path(), "F-0100000", "L-0100000", "J-0100000", "HK-2026-000001")
    lines = {" ".join(read_words(cli, words_of(line, one))[0].path) for line in LINES}
    assert lines == {name for name, route in ROUTES.items() if route.where == "server"}


def sent(place: Place, who: str, line: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """Type a line for the server as somebody; return exit code and both streams."""
    monkeypatch.setenv("ENTREPOT_TOKEN", place.tokens.get(who, who))
    monkeypatch.setenv("ENTREPOT_SERVER", place.address)
    code, out, err = typed(place.there, words_of(line, place.played))
    return code, out + err


def test_a_stranger_sees_nothing_of_a_firm(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = sent(place, "mei", "jobs --json", monkeypatch)
    assert place.played.job in mine[1] and place.played.invoice in mine[1]
    for line in ("jobs {job}", "logs {job}", "invoice show {invoice}", "usage show {lease}",
                 "lease show {lease}", "quote tiny.yaml --firm {firm}", "cancel {job}",
                 "gate duties --lease {lease}", "invoice pdf {invoice} --out x.pdf"):  # fmt: skip
        code, said = sent(place, "eve", line, monkeypatch)
        assert code == 4 and "or it is not yours" in said, line
    for line in ("jobs", "invoice list", "ledger check", "audit list", "contracts list"):
        code, said = sent(place, "eve", line, monkeypatch)
        assert place.played.job not in said and place.played.invoice not in said, line
    assert not (place.there / "x.pdf").exists()


def test_a_view_that_forgets_the_firm_would_be_seen(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = sent(place, "ada", "jobs --json", monkeypatch)
    assert code == 0 and place.played.job in said


def test_files_go_there_and_come_back(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said = sent(place, "mei", "invoice pdf {invoice} --out papers/bill.pdf", monkeypatch)
    assert code == 0, said
    assert (place.there / "papers" / "bill.pdf").read_bytes().startswith(b"%PDF")
    far = place.there.parent / "far"
    far.mkdir()
    code, said = sent(place, "mei", f"invoice pdf {{invoice}} --out {far}/b.pdf", monkeypatch)
    assert code == 0 and (far / "b.pdf").read_bytes().startswith(b"%PDF"), said


def test_a_job_is_bought_and_run_from_another_machine(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place.there / "part").mkdir()
    (place.there / "part" / "say.py").write_text("open('out.txt', 'w').write('from afar')")
    text = JOB.replace(
        """command: [python3, -c, "print('done', file=open('out.txt', 'w'))"]""",
        "command: [python3, say.py]\n  files: [say.py]",
    )
    (place.there / "part" / "far.yaml").write_text(text.replace("job: tiny", "job: far"))
    code, said = sent(place, "mei", "quote part/far.yaml --json", monkeypatch)
    assert code == 0, said
    quote = re.findall(r"Q-[0-9A-Z]{26}", said)[0]
    code, said = sent(place, "mei", f"lease {quote} --accept-duties --json", monkeypatch)
    assert code == 0, said
    lease = re.findall(r"L-[0-9A-Z]{26}", said)[0]
    code, said = sent(place, "mei", f"run {lease} --json", monkeypatch)
    assert code == 0 and "succeeded" in said, said
    assert sent(place, "eve", f"run {lease}", monkeypatch)[0] == 4


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        ("db info", 3, "is not done by a server for another machine"),
        ("accounts token mei --name x --scope read", 3, "is not done by a server"),
        ("nonsense", 2, "There is no command nonsense"),
        ("quote", 2, "Missing argument"),
        ("quote absent.yaml", 4, "absent.yaml"),
    ],
)
def test_what_cannot_be_done_is_said(
    place: Place, line: str, code: int, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, said = sent(place, "mei", line, monkeypatch)
    assert found == code and sentence in said, said


def test_what_needs_no_home_is_done_here(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_SERVER", "http://127.0.0.1:9")
    assert typed(place.there, ["facts", "kinds"])[0] == 0
    assert typed(place.there, ["jobs", "--help"])[0] == 0
    assert sent_nowhere(place, monkeypatch, "http://127.0.0.1:9") == (70, "does not answer")
    assert sent_nowhere(place, monkeypatch, "http://exchange.example")[0] == 2
    assert sent_nowhere(place, monkeypatch, "exchange")[0] == 2


def sent_nowhere(place: Place, monkeypatch: pytest.MonkeyPatch, address: str) -> tuple[int, str]:
    monkeypatch.setenv("ENTREPOT_TOKEN", "ent_x")
    code, _, err = typed(place.there, ["jobs", "--server", address])
    return code, "does not answer" if "does not answer" in err else err


def test_without_a_good_token_nothing_is_done(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sent(place, "ent_stolen", "jobs", monkeypatch)[0] == 3
    monkeypatch.delenv("ENTREPOT_TOKEN")
    code, _, err = typed(place.there, ["jobs", "--server", place.address])
    assert code == 3 and "there is no token" in err
