"""The root command and the one place where a call of the program begins and ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from entrepot import __version__
from entrepot.faces.cli import errors
from entrepot.faces.cli.frame import LazyGroup, OpenApp, Session
from entrepot.faces.cli.lang import choose_language, set_language, tag
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.text import N_
from entrepot.services.settings import read_settings

GLOBAL_OPTIONS = ("--home", "--lang", "--server")
"""Options of the root that may stand anywhere on the line."""

FRONT_OPTIONS = (*GLOBAL_OPTIONS, "--facts")
"""Options of the root: --facts stands before the command, since commands have one of their own."""

_SETTINGS_OF = {"--home": "ENTREPOT_HOME", "--lang": "ENTREPOT_LANG", "--facts": "ENTREPOT_FACTS"}


@click.group(
    "entrepot",
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=N_(
        "entrepôt takes a job for compute from its declaration to the settled bill: where it may "
        "lawfully run, what it costs in HKD, what a voucher pays, and proof of every step."
    ),
    examples=(
        "entrepot demo",
        "entrepot quote examples/stars.yaml",
        "entrepot launch examples/idphoto.yaml",
        "entrepot --lang zh-Hant centres",
    ),
)
@click.option("--home", metavar="DIR", help=N_("Folder of the state (ENTREPOT_HOME)."))
@click.option("--lang", metavar="TAG", help=N_("Language: en, zh-Hant or zh-Hans."))
@click.option("--facts", metavar="DIR", help=N_("Folder of your own facts (ENTREPOT_FACTS)."))
@click.option(
    "--server", metavar="URL", help=N_("Do it at this server (ENTREPOT_SERVER, ENTREPOT_TOKEN).")
)
@click.version_option(
    __version__, "--version", message="entrepot %(version)s", help=N_("Print the version.")
)
@click.pass_context
def cli(
    context: click.Context,
    home: str | None,
    lang: str | None,
    facts: str | None,
    server: str | None,
) -> None:
    """Read the options of the root and make the session of this call."""
    asked = {"--home": home, "--lang": lang, "--facts": facts}
    chosen = {_SETTINGS_OF[name]: value for name, value in asked.items() if value is not None}
    settings = read_settings({**os.environ, **chosen})
    context.obj = Session(settings, context.obj)


def run(open_app: OpenApp, arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return the exit code; no traceback ever leaves.

    Args:
        open_app: makes the app from settings; called when a command first asks for it.
        arguments: words after the program's name; those of the process by default.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that cannot write 算 shows ?, and the command goes on.
            stream.reconfigure(errors="replace")  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        words = hoist(words)
        set_language(choose_language(value_of("--lang", words), os.environ))
        code = _at_server(words)
        if code is None:
            code = cli.main(words, prog_name="entrepot", obj=open_app, standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except BrokenPipeError:
        # The reader of our output has gone, as with ``| head``; that is no fault.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (Exception, KeyboardInterrupt) as error:
        is_ours = isinstance(error, EntrepotError | click.ClickException | click.exceptions.Abort)
        if os.environ.get("ENTREPOT_DEBUG") == "1" and not is_ours:
            raise
        return errors.answer(error, as_json="--json" in words, home=_home(words))


def _at_server(words: Sequence[str]) -> int | None:
    """Do a command at the server that is named; None if it is to be done here."""
    if "--server" not in " ".join(words) and not os.environ.get("ENTREPOT_SERVER"):
        return None
    # Read late: most calls name no server.
    from entrepot.faces.cli import remote

    server, rest = remote.server_of(words)
    command = remote.command_words(rest, FRONT_OPTIONS)
    if not server or not remote.is_for_server(cli, command):
        return None
    return remote.run_at(server, cli, command, tag())


def hoist(words: Sequence[str]) -> list[str]:
    """Move the options of the root to the front, so that they may stand anywhere.

    ``--facts`` after the command is the command's own. Words after ``--`` belong to the job.

    >>> hoist(["quote", "job.yaml", "--lang", "zh", "--json"])
    ['--lang', 'zh', 'quote', 'job.yaml', '--json']
    >>> hoist(["--facts", "mine", "gate", "decide", "--facts", "case.yaml"])
    ['--facts', 'mine', 'gate', 'decide', '--facts', 'case.yaml']
    """
    front: list[str] = []
    rest: list[str] = []
    queue = list(words)
    while queue and queue[0] != "--":
        word = queue.pop(0)
        options = GLOBAL_OPTIONS if rest else FRONT_OPTIONS
        if word in options and queue:
            front += [word, queue.pop(0)]
        elif word.partition("=")[0] in options:
            front.append(word)
        else:
            rest.append(word)
    return front + rest + queue


def value_of(option: str, words: Sequence[str]) -> str:
    """Return the last value of an option among hoisted words; empty if it is not there.

    >>> value_of("--lang", ["--lang=zh", "quote"])
    'zh'
    """
    found = ""
    for index, word in enumerate(words):
        if word == option and index + 1 < len(words):
            found = words[index + 1]
        elif word.startswith(option + "="):
            found = word.partition("=")[2]
    return found


def _home(words: Sequence[str]) -> Path:
    named = value_of("--home", words) or os.environ.get("ENTREPOT_HOME") or "~/.entrepot"
    return Path(named).expanduser()
