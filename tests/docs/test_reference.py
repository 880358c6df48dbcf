"""The documentation tells of every command, setting, refusal, key and room, and of nothing else."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from tools import write_reference
from tools.find_refusals import refusals

from entrepot.adapters.imports.job_schema import job_schema
from entrepot.faces.cli.commands import TABLE, available
from entrepot.faces.cli.default_group import DefaultGroup
from entrepot.faces.cli.frame import load
from entrepot.faces.cli.main import cli, hoist
from entrepot.services.settings import OTHER_NAMES, SETTINGS

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
ROOMS = sorted(p for p in (ROOT / "src/entrepot/domain").iterdir() if (p / "__init__.py").exists())
HEADINGS = ("why", "equations", "sources")


def commands() -> list[tuple[str, click.Command]]:
    """Return every command with the words that call it."""
    return [
        pair for row in available() for pair in write_reference.walk_commands(row.name, load(row))
    ]


@pytest.mark.parametrize("page", sorted(write_reference.WRITERS))
def test_written_tables_match_the_code(page: str) -> None:
    wanted = write_reference.page_with(page, write_reference.WRITERS[page]())
    assert (REFERENCE / page).resolve().read_text(encoding="utf-8") == wanted, "run make docs"


@pytest.mark.parametrize(
    ("path", "command"), commands(), ids=lambda v: v if isinstance(v, str) else ""
)
def test_every_command_explains_itself(path: str, command: click.Command) -> None:
    assert command.help, f"{path} has no help"
    assert getattr(command, "examples", ()), f"{path} has no examples"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{path} {parameter.opts} has no help"


@pytest.mark.parametrize(
    ("path", "command"), commands(), ids=lambda v: v if isinstance(v, str) else ""
)
def test_every_command_that_answers_can_answer_in_json(path: str, command: click.Command) -> None:
    options = [word for p in command.params for word in p.opts]
    assert isinstance(command, click.Group) or "--json" in options, path


def test_every_setting_is_documented() -> None:
    page = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    names = {setting.env for setting in SETTINGS} | OTHER_NAMES
    assert {name for name in names if f"`{name}`" not in page} == set()


def test_every_key_of_the_job_file_is_documented() -> None:
    page = (REFERENCE / "job-file.md").read_text(encoding="utf-8")
    assert {key.path for key in job_schema() if f"| `{key.path}` |" not in page} == set()


def test_refusals_are_found_in_the_code() -> None:
    codes = {refusal.code for refusal in refusals(write_reference.SOURCE)}
    assert {"money.form", "lang.unknown", "ledger.funds", "ledger.id_used"} <= codes


def test_a_refusal_that_is_a_value_has_its_sentence_way_out_and_exit_code() -> None:
    by_code = {refusal.code: refusal for refusal in refusals(write_reference.SOURCE)}
    used = by_code["ledger.id_used"]
    assert (used.exit_code, bool(used.message), bool(used.hint)) == (5, True, True)
    assert by_code["ledger.hold_differs"].hint, "a hint behind a name is resolved"


def test_a_refusal_made_by_a_function_and_the_end_of_a_job_are_found() -> None:
    by_code = {refusal.code: refusal for refusal in refusals(write_reference.SOURCE)}
    assert by_code["yaml.syntax"].exit_code == 2
    assert by_code["facts.kind"].exit_code == 4
    assert by_code["job.time_limit"].exit_code is None


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.name)
def test_every_room_says_what_why_and_whence(room: Path) -> None:
    text = (room / "README.md").read_text(encoding="utf-8")
    headings = [line.strip("# ").lower() for line in text.splitlines() if line.startswith("#")]
    missing = [name for name in HEADINGS if not any(h.startswith(name) for h in headings)]
    assert missing == []


def examples() -> Iterator[tuple[str, str]]:
    """Yield every line of the documentation that calls the program."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
            for line in block.splitlines():
                if line.startswith("$ entrepot"):
                    yield str(page.relative_to(ROOT)), line.removeprefix("$ ").partition(" #")[0]


def problem_of(line: str) -> str | None:
    """Return what does not exist in a line that calls the program, or None."""
    words = hoist(shlex.split(line)[1:])
    command: click.Command = cli
    while words:
        word = words.pop(0)
        names = {name for p in command.params for name in (*p.opts, *p.secondary_opts)}
        if word.startswith("-"):
            if word.partition("=")[0] not in names | {"--help", "-h"}:
                return f"{command.name} has no {word}"
            if command is cli and "=" not in word and word not in {"--help", "-h", "--version"}:
                words.pop(0)
        elif command is cli and word in {row.name for row in TABLE}:
            rows = [row for row in available() if row.name == word]
            if not rows:
                return None  # stands in the table, and its module is not installed
            command = load(rows[0])
            words = command.named(words) if isinstance(command, DefaultGroup) else words
        elif command is cli:
            return f"there is no {word}"
        elif isinstance(command, click.Group):
            below = command.commands.get(word)
            if below is None:
                return f"{command.name} has no {word}"
            command = below
    return None


@pytest.mark.parametrize(("page", "line"), sorted(set(examples())))
def test_every_example_calls_what_exists(page: str, line: str) -> None:
    assert problem_of(line) is None, page


@pytest.mark.parametrize(
    "line", ["entrepot quoet x", "entrepot version --nosuch", "entrepot --no x"]
)
def test_a_planted_example_is_found(line: str) -> None:
    assert problem_of(line) is not None


def test_every_link_leads_to_a_file() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_page_is_in_the_table_of_contents() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    pages = [p.relative_to(ROOT / "docs").with_suffix("") for p in (ROOT / "docs").rglob("*.md")]
    lost = [str(p) for p in pages if p.name != "index" and f"\n{p}\n" not in index]
    assert lost == []


def test_glossary_gives_three_languages() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 40
    assert [row for row in rows if len(row) != 4 or not all(cell.strip() for cell in row)] == []
