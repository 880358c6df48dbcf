"""The frame of the command line: lazy, translated, and clear about every mistake."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from entrepot.faces.cli import commands, main
from entrepot.faces.cli.frame import (
    Command,
    Session,
    cli_command,
    cli_group,
    json_option,
    load,
    unknown_command,
)
from entrepot.kernel.errors import Conflict, Fault, Invalid, NotFound, Refused
from entrepot.kernel.text import N_


def _never(settings: object, *, create: bool = False) -> Any:
    raise AssertionError("no command here opens the app")


def _run(*words: str) -> int:
    return main.run(_never, list(words))


def _with_command(monkeypatch: pytest.MonkeyPatch, body: Any) -> None:
    """Put ``body`` in the place of the command ``version``."""
    made = cli_command("version", help=N_("Test."), examples=("entrepot version",))(body)
    monkeypatch.setattr("entrepot.faces.cli.version.command", made)


@pytest.mark.parametrize("row", commands.available(), ids=lambda row: row.name)
def test_every_listed_command_imports(row: commands.Row) -> None:
    command = load(row)
    assert command.name == row.name
    assert command.help


def test_help_imports_no_command_and_nothing_heavy() -> None:
    code = (
        "import sys; from entrepot.faces.cli.main import run; run(None, ['--help']);"
        "heavy = {'rich', 'numpy', 'sqlalchemy', 'babel', 'holidays', 'typst', 'yaml'};"
        "own = {'entrepot.faces.cli.' + n for n in ('version', 'quote', 'demo')};"
        "bad = (heavy | own) & set(sys.modules); sys.exit(str(bad) if bad else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Verify and operate" in done.stdout or "Start" in done.stdout


def test_version_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("version", "--json") == 0
    assert json.loads(capsys.readouterr().out)["entrepot"]


def test_root_options_may_stand_last(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("version", "--lang=en", "--home", "/tmp/x") == 0
    assert capsys.readouterr().err == ""


def test_words_after_the_dashes_stay() -> None:
    assert main.hoist(["run", "--", "--home", "x"]) == ["run", "--", "--home", "x"]


def test_facts_after_the_command_are_the_commands_own() -> None:
    words = ["--lang=en", "--facts=mine", "gate", "decide", "--facts", "case.yaml", "--home", "x"]
    wanted = ["--lang=en", "--facts=mine", "--home", "x", "gate", "decide", "--facts", "case.yaml"]
    assert main.hoist(words) == wanted


def test_mistyped_command_is_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("verison") == 2
    err = capsys.readouterr().err
    assert "✗" in err
    assert "Did you mean version?" in err
    assert "To fix: entrepot --help" in err


def test_unknown_language_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("version", "--lang", "xx") == 2
    assert "does not speak xx" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "code"), [(Invalid, 2), (Refused, 3), (NotFound, 4), (Conflict, 5), (Fault, 70)]
)
def test_each_refusal_has_its_exit_code(
    kind: type[Invalid],
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def body() -> None:
        raise kind("x.y", "No {what}.", hint="Bring {what}.", what="luck")

    _with_command(monkeypatch, body)
    assert _run("version") == code
    assert capsys.readouterr().err == "✗ No luck.\nTo fix: Bring luck.\n"


def test_refusal_as_json_names_code_and_fields(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def body() -> None:
        raise Refused("x.y", "No.", fields={"a.b": "why"})

    _with_command(monkeypatch, json_option(body))
    assert _run("version", "--json") == 3
    out, err = capsys.readouterr()
    assert out == ""
    told = json.loads(err)["error"]
    assert (told["code"], told["exit_code"], told["fields"]) == ("x.y", 3, {"a.b": "why"})


def test_several_faults_are_all_listed_without_control_characters(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def body() -> None:
        raise Invalid("x", "Bad {v}.", v="a\x1b[31m", fields={"one": "1", "two": "2\x07"})

    _with_command(monkeypatch, body)
    assert _run("version") == 2
    err = capsys.readouterr().err
    assert "· one: 1" in err
    assert "· two: 2" in err
    assert "\x1b" not in err
    assert "\x07" not in err


def test_internal_fault_says_so_and_writes_the_details(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def body() -> None:
        raise ZeroDivisionError("secret detail")

    _with_command(monkeypatch, body)
    assert _run("--home", str(tmp_path / "h"), "version") == 70
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert "internal fault" in err
    log = tmp_path / "h" / "fault.log"
    assert "secret detail" in log.read_text(encoding="utf-8")
    assert log.stat().st_mode & 0o077 == 0


def test_internal_fault_without_a_writable_home_still_answers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def body() -> None:
        raise ZeroDivisionError

    (tmp_path / "file").write_text("x")
    _with_command(monkeypatch, body)
    assert _run("--home", str(tmp_path / "file" / "below"), "version") == 70
    assert "ENTREPOT_DEBUG" in capsys.readouterr().err


def test_debug_shows_the_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def body() -> None:
        raise ZeroDivisionError

    _with_command(monkeypatch, body)
    monkeypatch.setenv("ENTREPOT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        _run("version")


def test_stop_by_the_reader_is_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def body() -> None:
        raise KeyboardInterrupt

    _with_command(monkeypatch, body)
    assert _run("version") == 130
    assert "Stopped" in capsys.readouterr().err


def test_exit_code_of_a_command_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def body() -> None:
        click.get_current_context().exit(3)

    _with_command(monkeypatch, body)
    assert _run("version") == 3


def test_completion_knows_the_commands_without_importing_one() -> None:
    code = (
        "import sys; from entrepot.faces.cli import main;"
        "import click; c = click.Context(main.cli);"
        "print(*(i.value for i in main.cli.shell_complete(c, 'ver')));"
        "sys.exit('entrepot.faces.cli.version' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=_env(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "version"), done.stderr


def test_closed_pipe_is_quiet() -> None:
    code = (
        "import sys; from entrepot.faces.cli import main, version;"
        "from entrepot.faces.cli.frame import cli_command;"
        "version.command = cli_command('version', help='x', examples=())("
        "lambda: [print('y' * 4000) for _ in range(2000)] and None);"
        "sys.exit(main.run(None, ['version']))"
    )
    line = f'"{sys.executable}" -c "$CODE" | head -n 1 >/dev/null'
    done = subprocess.run(
        ["sh", "-c", line], env=_env(CODE=code), capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


def _env(**more: str) -> dict[str, str]:
    src = str(Path(main.__file__).resolve().parents[3])
    return {"PATH": "/usr/bin:/bin", "PYTHONPATH": src, **more}


def test_output_that_the_terminal_cannot_write_does_not_fail() -> None:
    words = "['--lang', 'zh', '--help']"
    code = f"import sys; from entrepot.faces.cli.main import run; sys.exit(run(None, {words}))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=_env(PYTHONIOENCODING="latin-1"),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"--home" in done.stdout
    assert b"??" in done.stdout


def test_app_opens_once_and_only_when_asked() -> None:
    opened: list[object] = []

    def open_app(settings: object, *, create: bool = False) -> Any:
        opened.append(settings)
        return "app"

    session = Session("settings", open_app)  # pyright: ignore[reportArgumentType]
    assert opened == []
    assert session.app is session.app
    assert opened == ["settings"]


def test_a_group_lists_its_commands_and_guesses() -> None:
    @cli_group("books", help=N_("Books."), examples=("entrepot books check",))
    def books() -> None: ...

    @books.command("check", help=N_("Prove the books."), examples=("entrepot books check",))
    def check() -> None: ...

    assert isinstance(check, Command)
    context = click.Context(books, info_name="books")
    assert "Prove the books." in books.get_help(context)
    refusal = unknown_command(context, "chekc", ["check"])
    assert "Did you mean check?" in refusal.format_message()
