"""The words of a command, taken apart and put together again: which of them name files.

A command that is typed here and run at a server brings the files that it names, and takes back
those that it makes. Both sides read the same words by the same tree of commands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast

import click

from entrepot.faces.cli.default_group import DefaultGroup
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

OUTPUTS = frozenset({"out", "write", "pictures"})
"""Names of the options that say where an answer goes."""

JOBS = frozenset({"job"})
"""Names of the arguments that may be a job file, which brings further files."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was given for one parameter of a command.

    Attributes:
        name: of the parameter; option: how it is typed, empty for an argument.
        values: as typed, in order; a flag has none.
        is_path: whether the values name files or folders; is_output: that the command makes.
    """

    name: str
    option: str
    values: tuple[str, ...]
    is_path: bool = False
    is_output: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A command with what was given.

    Attributes:
        path: names of groups and command: ``("invoice", "pdf")``.
        given: its parameters as typed.
    """

    path: tuple[str, ...]
    given: tuple[Given, ...]

    def plain(self) -> list[str]:
        """Return the words as they may be typed again.

        >>> given = (Given("firm", "--firm", ("F-1",)), Given("job", "", ("-x",)))
        >>> Words(("quote",), given).plain()
        ['quote', '--firm=F-1', '--', '-x']
        """
        found = list(self.path)
        for one in self.given:
            if one.option and not one.values:
                found.append(one.option)
            elif one.option:
                found += [f"{one.option}={value}" for value in one.values]
        arguments = [value for one in self.given if not one.option for value in one.values]
        return [*found, "--", *arguments] if arguments else found

    def value(self, name: str) -> str | None:
        """Return the last value given for a parameter; None if there is none."""
        values = [value for one in self.given if one.name == name for value in one.values]
        return values[-1] if values else None

    def with_paths(self, rename: Callable[[Given, str], str]) -> Words:
        """Return the words with every path in them renamed."""
        return replace(
            self,
            given=tuple(
                replace(one, values=tuple(rename(one, value) for value in one.values))
                if one.is_path
                else one
                for one in self.given
            ),
        )

    def with_option(self, name: str, option: str, value: str) -> Words:
        """Return the words with one more option."""
        return replace(self, given=(*self.given, Given(name, option, (value,))))


def read_words(root: click.Group, words: Sequence[str]) -> tuple[Words, click.Command]:
    """Take the words of a command apart, those of the root left out.

    Args:
        root: of the tree of commands.
        words: the command and what follows.

    Raises:
        Invalid: no command is named.
        click.UsageError: there is no such command or option.
    """
    context = click.Context(root, info_name="entrepot")
    command: click.Command = root
    rest = list(words)
    path: list[str] = []
    while isinstance(command, click.Group):
        rest = command.named(rest) if isinstance(command, DefaultGroup) else rest
        if not rest or rest[0].startswith("-"):
            if command is not root and command.invoke_without_command:
                break
            raise _no_command(path)
        name, found, rest = command.resolve_command(context, rest)
        if found is None:
            raise _no_command(path)
        path.append(str(name))
        context = click.Context(found, info_name=name, parent=context)
        command = found
    opts, _, _ = command.make_parser(context).parse_args(list(rest))
    given = [_given(one, opts.get(str(one.name))) for one in command.get_params(context)]
    return Words(tuple(path), tuple(one for one in given if one is not None)), command


def _given(parameter: click.Parameter, raw: object) -> Given | None:
    name = str(parameter.name)
    option = parameter.opts[-1] if isinstance(parameter, click.Option) else ""
    if _is_nothing(raw):
        return None
    if isinstance(parameter, click.Option) and (parameter.is_flag or parameter.count):
        return Given(name, _flag(parameter, raw), ())
    is_path = isinstance(parameter.type, click.Path) or name in JOBS
    return Given(name, option, _texts(raw), is_path, is_path and name in OUTPUTS)


def _is_nothing(raw: object) -> bool:
    """Say whether a parameter was left out; Click marks it by a value of its own or by None."""
    return raw is None or type(raw).__name__ == "Sentinel" or raw in ((), [])


def _flag(option: click.Option, raw: object) -> str:
    if raw is False and option.secondary_opts:
        return option.secondary_opts[-1]
    return option.opts[-1]


def _texts(raw: object) -> tuple[str, ...]:
    if isinstance(raw, list | tuple):
        found: list[str] = []
        for one in cast("Sequence[object]", raw):
            found += _texts(one)
        return tuple(found)
    return (str(raw),)


def _no_command(path: Sequence[str]) -> Invalid:
    return Invalid(
        "remote.no_command",
        N_("No command is named."),
        hint=N_("See what there is: {command}"),
        command=" ".join(["entrepot", *path, "--help"]),
    )
