"""Writes the tables of the reference pages from the code, between two marks on each page.

What stands outside the marks is written by hand and stays. With ``--check`` it writes
nothing and fails if a page does not match the code.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "entrepot"
PAGES = ROOT / "docs" / "reference"
for folder in (str(ROOT), str(SOURCE.parent)):
    if folder not in sys.path:
        sys.path.insert(0, folder)

from tools.find_refusals import refusals  # noqa: E402 - the path is set above

BEGIN, END = "<!-- written from the code: do not edit -->", "<!-- end of what is written -->"


def cli_tables() -> str:
    """Return one section a command: what it does, arguments, options, examples."""
    from entrepot.faces.cli.commands import available
    from entrepot.faces.cli.frame import load

    parts: list[str] = []
    for row in available():
        for path, command in walk_commands(row.name, load(row)):
            parts.append(_command_section(path, command))
    return "\n".join(parts)


def walk_commands(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Yield a command and every command below it, with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from walk_commands(f"{path} {name}", below)


def _command_section(path: str, command: click.Command) -> str:
    lines = [f"## entrepot {path}", "", (command.help or "").strip(), ""]
    context = click.Context(command, info_name=f"entrepot {path}")
    pieces = " ".join(command.collect_usage_pieces(context))
    lines += ["```text", f"entrepot {path} {pieces}".rstrip(), "```", ""]
    options = [p for p in command.params if isinstance(p, click.Option) and not p.hidden]
    if options:
        lines += ["| option | meaning |", "|---|---|"]
        lines += [
            f"| `{_option_names(option)}` | {_cell(option.help or '')} |" for option in options
        ]
        lines.append("")
    examples: tuple[str, ...] = getattr(command, "examples", ())
    if examples:
        lines += ["```console", *(f"$ {example}" for example in examples), "```", ""]
    return "\n".join(lines)


def _option_names(option: click.Option) -> str:
    names = ", ".join([*option.opts, *option.secondary_opts])
    return names if option.is_flag else f"{names} {option.make_metavar(_bare())}"


def _bare() -> click.Context:
    return click.Context(click.Command("entrepot"))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def settings_table() -> str:
    """Return the table of settings, and the table of names that are read elsewhere."""
    from entrepot.services.settings import OTHER_MEANINGS, SETTINGS

    lines = ["| environment | default | range | meaning |", "|---|---|---|---|"]
    for s in SETTINGS:
        default = f"`{s.default}` {s.unit}".strip() if s.default else "none"
        span = "" if s.least is None else f"{s.least:,} to {s.most:,}"
        lines.append(f"| `{s.env}` | {default} | {span} | {_cell(s.meaning)} |")
    lines += ["", "Read elsewhere:", "", "| environment | meaning |", "|---|---|"]
    lines += [f"| `{name}` | {_cell(said)} |" for name, said in OTHER_MEANINGS.items()]
    lines.append("| `NO_COLOR` | any value turns colour off |")
    return "\n".join([*lines, ""])


def errors_table() -> str:
    """Return the table of refusals."""
    lines = ["| code | exit | sentence | to fix |", "|---|---|---|---|"]
    for r in refusals(SOURCE):
        code = "–" if r.exit_code is None else r.exit_code
        sentence = _cell(r.message) or "*differs from case to case*"
        lines.append(f"| `{r.code}` | {code} | {sentence} | {_cell(r.hint)} |")
    return "\n".join([*lines, ""])


def job_table() -> str:
    """Return the table of the keys of a job file."""
    from entrepot.adapters.imports.job_schema import job_schema

    lines = ["| key | example | needed | unit | meaning |", "|---|---|---|---|---|"]
    for key in job_schema():
        needed = ("yes" if not key.parent else f"in `{key.parent}`") if key.required else ""
        example = f"`{key.example}`" if key.example else ""
        without = "" if key.default is None else f" Without it: {key.default}."
        lines.append(
            f"| `{key.path}` | {_cell(example)} | {needed} | {key.unit} "
            f"| {_cell(key.description)}{without} |"
        )
    return "\n".join([*lines, ""])


def services_table() -> str:
    """Return the table of the services: file, and the sentence of its docstring."""
    lines = ["| file | does |", "|---|---|"]
    for path in sorted((SOURCE / "services").glob("*.py")):
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        if path.stem != "__init__":
            first = _cell(said.partition("\n\n")[0]).rstrip(".")
            lines.append(f"| `{path.name}` | {first} |")
    return "\n".join([*lines, ""])


WRITERS: dict[str, Callable[[], str]] = {
    "cli.md": cli_tables,
    "settings.md": settings_table,
    "errors.md": errors_table,
    "job-file.md": job_table,
    "../../src/entrepot/services/README.md": services_table,
}
"""Page, from the folder of reference pages → what writes its table."""


def page_with(name: str, table: str) -> str:
    """Return the text of a page with its table replaced."""
    text = (PAGES / name).read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{name} has no marks to write between")
    return f"{before}{BEGIN}\n\n{table}\n{END}{after}"


def _shown(name: str) -> Path:
    return (PAGES / name).resolve().relative_to(ROOT)


def main(arguments: list[str]) -> int:
    """Write the pages, or check them; return 1 if a check fails."""
    stale = 0
    for name, writer in WRITERS.items():
        text = page_with(name, writer())
        if text == (PAGES / name).read_text(encoding="utf-8"):
            continue
        stale += 1
        if "--check" in arguments:
            print(f"{_shown(name)} does not match the code: run make docs")
        else:
            (PAGES / name).write_text(text, encoding="utf-8")
            print(f"wrote {_shown(name)}")
    return int(bool(stale and "--check" in arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
