"""Frame of every command: session, lazy commands, help with examples in three languages.

A command module looks like this::

    @cli_command("quote", help=N_("Price a job."), examples=("entrepot quote job.yaml",))
    @click.argument("job")
    @json_option
    @pass_session
    def command(session: Session, job: str) -> None: ...
"""

from __future__ import annotations

import copy
import importlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from entrepot.faces.cli.commands import Row, available
from entrepot.faces.cli.lang import _
from entrepot.kernel.suggest import did_you_mean
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from entrepot.services.app import App
    from entrepot.services.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


class OpenApp(Protocol):
    """Makes the exchange from settings; the roof hands it in."""

    def __call__(self, settings: Settings, *, create: bool = False) -> App:
        """Return the exchange; ``create`` makes its home if it is not there."""
        ...


class Session:
    """One call of the program: settings, form of the output, and the app.

    Args:
        settings: as read from options and environment.
        open_app: makes the app; called once, when a command first asks for it.

    Attributes:
        json: whether the command answers in JSON.
    """

    def __init__(self, settings: Settings, open_app: OpenApp) -> None:
        self.settings = settings
        self.json = False
        self._open_app = open_app
        self._app: App | None = None

    @property
    def app(self) -> App:
        """The exchange behind the services, opened at the first use."""
        if self._app is None:
            self._app = self._open_app(self.settings)
        return self._app

    def create_app(self) -> App:
        """Open the exchange and make its home if it is not there."""
        self._app = self._open_app(self.settings, create=True)
        return self._app


pass_session = click.make_pass_decorator(Session)
"""Gives the command its :class:`Session` as first argument."""


def json_option(function: F) -> F:
    """Add ``--json`` to a command; it sets ``session.json``."""

    def note(context: click.Context, _option: click.Parameter, value: bool) -> None:
        session = context.find_object(Session)
        if session is not None and value:
            session.json = True

    option = click.option(
        "--json",
        is_flag=True,
        expose_value=False,
        callback=note,
        help=N_("Answer in JSON, for programs."),
    )
    return option(function)


def _translated(parameters: Sequence[click.Parameter]) -> list[click.Parameter]:
    """Return copies of the parameters whose help is in the reader's language."""
    result: list[click.Parameter] = []
    for parameter in parameters:
        twin = copy.copy(parameter)
        if isinstance(twin, click.Option) and twin.help:
            twin.help = _(twin.help)
        result.append(twin)
    return result


class _Worded(click.Command):
    """Help in the reader's language, with examples at the end."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)

    def _words(self) -> str:
        return _(self.help) if self.help else ""

    def get_short_help_str(self, limit: int = 45) -> str:
        first = self._words().strip().partition("\n")[0]
        return first if len(first) <= max(limit, 90) else first[: limit - 1] + "…"

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self._words())

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [p.get_help_record(ctx) for p in _translated(self.get_params(ctx))]
        rows = [record for record in records if record is not None]
        if rows:
            with formatter.section(_("Options")):
                formatter.write_dl(rows)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.examples:
            with formatter.section(_("Examples")):
                for line in self.examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


class Command(_Worded):
    """A command that does one thing."""


class Group(_Worded, click.Group):
    """A command that has commands below it."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the words name, or refuse with the nearest that exists."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise unknown_command(ctx, args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)


class LazyGroup(Group):
    """The root: it lists the commands from the table and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the table, in its order."""
        return [row.name for row in available()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command and return it; None if there is no such command."""
        for row in available():
            if row.name == cmd_name:
                return load(row)
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table by section; nothing is imported."""
        rows = available()
        for section in dict.fromkeys(row.section for row in rows):
            with formatter.section(_(section)):
                formatter.write_dl([(r.name, _(r.summary)) for r in rows if r.section == section])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete from the table, since completion runs at every press of a key."""
        from click.shell_completion import CompletionItem

        names = [
            CompletionItem(row.name, help=_(row.summary))
            for row in available()
            if row.name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)


def load(row: Row) -> click.Command:
    """Import the module of a row and return its command."""
    found = importlib.import_module(row.module).command
    if not isinstance(found, click.Command):
        raise TypeError(f"{row.module}.command is not a click command")
    return found


def unknown_command(ctx: click.Context, name: str, known: Sequence[str]) -> click.UsageError:
    """Return the refusal of a command that does not exist, with the nearest one that does."""
    guess = did_you_mean(name, list(known))
    sentence = _("There is no command {name}.").format(name=name)
    if guess:
        sentence += " " + _("Did you mean {guess}?").format(guess=guess)
    return click.UsageError(sentence, ctx)


def cli_command(
    name: str, *, help: str, examples: Sequence[str]
) -> Callable[[Callable[..., Any]], Command]:
    """Make a command.

    Args:
        name: as typed.
        help: what it does, marked with ``N_``.
        examples: lines that a reader can type.
    """

    def make(function: Callable[..., Any]) -> Command:
        return click.command(name, cls=Command, help=help, examples=examples)(function)

    return make


def cli_group(
    name: str, *, help: str, examples: Sequence[str] = (), **more: Any
) -> Callable[[Callable[..., Any]], Group]:
    """Make a command that has commands below it; arguments as :func:`cli_command`."""

    def make(function: Callable[..., Any]) -> Group:
        return click.group(name, cls=Group, help=help, examples=examples, **more)(function)

    return make
