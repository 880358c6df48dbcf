"""Run a command for somebody at another machine: within their rights and inside one folder.

The order matters. The words are read, the paths in them must stay inside the folder of the call,
and the right is asked for on everything that the words name, before the command begins.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from entrepot.domain.access.model import Principal, Resource
from entrepot.domain.access.reach import Reach, reach
from entrepot.faces.cli import errors
from entrepot.faces.cli.lang import ENGLISH, language_of, set_language
from entrepot.faces.cli.remote_table import ROUTES, Route
from entrepot.faces.cli.remote_words import Words, read_words
from entrepot.kernel.errors import EntrepotError, Invalid, Refused
from entrepot.kernel.text import N_
from entrepot.services.access import require
from entrepot.services.owner_of import is_name, owner_of
from entrepot.services.ports_remote import KEEP

if TYPE_CHECKING:
    import click

    from entrepot.services.app import App
    from entrepot.services.settings import Settings


def run_for(app: App, words: Sequence[str], lang: str, folder: Path) -> int:
    """Run one command line for the principal of an app and return its exit code.

    Args:
        app: the exchange, acting for whoever asks.
        words: as typed, options of the root left out.
        lang: language of the answer.
        folder: of the call: current folder, with the files that were sent.

    Returns:
        The exit code; what the command says goes to the standard streams.
    """
    from entrepot.faces.cli.main import cli, run

    os.chdir(folder)
    set_language(language_of(lang) or ENGLISH)
    try:
        given, command = read_words(cli, words)
        _ready_paths(given)
        route = route_of(given.path)
        given, app = judged(app, given, command, route)
    except Exception as error:
        return errors.answer(error, as_json="--json" in words, home=app.home)

    def opened(settings: Settings, *, create: bool = False) -> App:
        return app

    code = run(opened, ["--lang", lang, *given.plain()])
    if route.keeps and code == 0 and any(folder.iterdir()):
        (folder / KEEP).touch()
    return code


def route_of(path: Sequence[str]) -> Route:
    """Return how a command is done at the server.

    Raises:
        Refused: it is done at the machine of the exchange, or where it is typed.
    """
    name = " ".join(path)
    route = ROUTES.get(name, Route("desk"))
    if route.where != "server":
        raise Refused(
            "remote.not_here",
            N_("entrepot {command} is not done by a server for another machine."),
            hint=N_("Run it on the machine of the exchange, without --server."),
            command=name,
        )
    return route


def judged(app: App, given: Words, command: click.Command, route: Route) -> tuple[Words, App]:
    """Ask for the right to a command on all that it names.

    Args:
        app: the exchange, acting for whoever asks.
        given: the words; command: what they call; route: its row of the table.

    Returns:
        The words, with the firm said where only one can be meant, and the app as the principal
        may see it.

    Raises:
        NotFound: what is named is not there, or not theirs.
        Refused: no role gives the right.
    """
    principal = app.principal
    within = reach(principal, route.action)
    given = _with_firm(given, command, within)
    named = _named(app, given, route.action.partition(".")[0])
    for resource in named:
        # Who sees the whole house is told by the command itself that something is not there.
        if not (within.everything and resource == Resource(resource.kind, resource.id)):
            require(app, principal, route.action, resource)
    if within.everything:
        return given, app
    if named and route.own:
        return given, app
    if route.seen and len(within.firms) == 1:
        return given, app.showing(min(within.firms))
    # Nothing is named, so it is about the whole house.
    require(app, principal, route.action, Resource(route.action.partition(".")[0]))
    raise _say_whose(principal, within)


def _with_firm(given: Words, command: click.Command, within: Reach) -> Words:
    takes = any(one.name == "firm" for one in command.params)
    if within.everything or not takes or given.value("firm") is not None:
        return given
    if len(within.firms) != 1:
        return given
    return given.with_option("firm", "--firm", min(within.firms))


def _named(app: App, given: Words, noun: str) -> list[Resource]:
    """Return what the words name, with its owners; a place counts where nothing else is named."""
    things: list[Resource] = []
    places: list[Resource] = []
    with app.store.reading() as uow:
        for name, value in [(one.name, value) for one in given.given for value in one.values]:
            if name == "firm":
                things.append(Resource(noun, value, firm_id=value))
            elif name == "centre":
                places.append(Resource(noun, value, centre_id=value))
            elif name == "programme":
                places.append(Resource(noun, value, programme=value))
            elif is_name(value) and (owner := owner_of(uow, noun, value)):
                things.append(owner)
    return things or places


def _ready_paths(given: Words) -> None:
    for one in given.given:
        for value in one.values if one.is_path else ():
            path = PurePath(value)
            if path.is_absolute() or ".." in path.parts:
                raise Invalid(
                    "remote.path",
                    N_("{path} leaves the folder of the call."),
                    hint=N_("Send the file with the call, under a name inside its folder."),
                    path=value[:200],
                )
            if one.is_output:
                # The folder is there where the command was typed.
                Path(path).parent.mkdir(parents=True, exist_ok=True)


def _say_whose(principal: Principal, within: Reach) -> EntrepotError:
    return Invalid(
        "remote.firm",
        N_("Say for which firm: {actor} acts for {count}."),
        hint=N_("Add --firm, or the id of what is meant."),
        actor=principal.actor,
        count=len(within.firms),
    )
