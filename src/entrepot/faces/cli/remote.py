"""``--server``: the command is typed here and done at a server; its files travel both ways."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING, cast

from entrepot.faces.cli.remote_table import ROUTES, Route
from entrepot.faces.cli.remote_words import JOBS, Given, read_words
from entrepot.kernel.errors import Invalid, Refused
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    import click

SERVER = "ENTREPOT_SERVER"
TOKEN = "ENTREPOT_TOKEN"
STDIN = "-"


@dataclass(slots=True)
class Parcel:
    """The files of a call.

    Attributes:
        sent: name in the folder of the call → content.
        places: name in the folder → where the file of that name belongs here.
    """

    sent: dict[str, bytes] = field(default_factory=dict[str, bytes])
    places: dict[str, Path] = field(default_factory=dict[str, Path])


def is_for_server(root: click.Group, words: Sequence[str]) -> bool:
    """Say whether a command is done at a server; those that ask nothing of a home are done here.

    Args:
        root: of the tree of commands; words: the command, options of the root left out.
    """
    if not words or words[0].startswith("-") or {"--help", "-h"} & set(words):
        return False
    given, _ = read_words(root, words)
    return ROUTES.get(" ".join(given.path), Route("server")).where != "here"


def run_at(
    server: str, root: click.Group, words: Sequence[str], lang: str, token: str | None = None
) -> int:
    """Run a command at a server and return its exit code.

    Args:
        server: address; token: of the account, by default from the environment.
        root: of the tree of commands; words: as typed, options of the root left out.
        lang: language of the answer.

    Raises:
        Refused: there is no token.
        Invalid: a file that is named cannot be read.
        EntrepotError: what the server or the way to it refuses.
    """
    from entrepot.client.commands import run_command
    from entrepot.client.transport import Server, Transport

    Transport(Server(server))  # An address that is none is told before a token is asked for.
    token = token if token is not None else os.environ.get(TOKEN, "")
    if not token:
        raise Refused(
            "remote.no_token",
            N_("{server} asks who you are, and there is no token."),
            hint=N_("Set {name} to a token of your account; it is made on your account page."),
            server=server,
            name=TOKEN,
        )
    given, _ = read_words(root, words)
    parcel = Parcel()
    renamed = given.with_paths(lambda one, value: _pack(parcel, one, value))
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    for event in run_command(Server(server, token), renamed.plain(), parcel.sent, lang, columns):
        if event.kind == "end":
            return event.code
        if event.kind == "file":
            _unpack(parcel, event.text, event.data)
        else:
            stream = sys.stdout if event.kind == "out" else sys.stderr
            stream.write(event.text)
            stream.flush()
    return 70


def _pack(parcel: Parcel, one: Given, value: str) -> str:
    """Put what a path names into the parcel; return its name there."""
    if value == STDIN and not one.is_output:
        parcel.sent["stdin"] = sys.stdin.buffer.read()
        return "stdin"
    path = Path(value)
    if one.name in JOBS and not path.is_file():
        return value  # An id, or a name that the server shall refuse.
    name = _name(parcel, value)
    parcel.places[name] = path
    if one.is_output:
        return name
    if path.is_dir():
        for part in sorted(path.rglob("*")):
            if part.is_file():
                inner = (PurePosixPath(name) / part.relative_to(path).as_posix()).as_posix()
                parcel.sent[inner] = _read(part)
    elif path.exists():
        parcel.sent[name] = _read(path)
        if one.name in JOBS:
            _pack_job(parcel, path, PurePosixPath(name).parent)
    return name


def _name(parcel: Parcel, value: str) -> str:
    """Return the name of a path in the folder of the call: its own, unless it leaves a folder."""
    path = PurePath(value)
    if not path.is_absolute() and ".." not in path.parts and path.parts:
        return path.as_posix()
    return f"sent{len(parcel.places)}/{path.name or 'folder'}"


def _pack_job(parcel: Parcel, job: Path, folder: PurePosixPath) -> None:
    """Add the files that a job file names."""
    for name in _files_of(job):
        path = job.parent / name
        inside = not PurePath(name).is_absolute() and ".." not in PurePath(name).parts
        if inside and path.is_file():
            parcel.sent[(folder / name).as_posix()] = _read(path)


def _files_of(job: Path) -> list[str]:
    import yaml

    try:
        body: object = yaml.safe_load(job.read_bytes())
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        return []  # The server says what is wrong with it, and where.
    run = cast("Mapping[str, object]", body).get("run") if isinstance(body, dict) else None
    files = cast("Mapping[str, object]", run).get("files") if isinstance(run, dict) else None
    return [str(name) for name in cast("list[object]", files)] if isinstance(files, list) else []


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Invalid(
            "remote.file",
            N_("{path} cannot be read: {why}."),
            hint=N_("Check the name and the rights of the file."),
            path=str(path),
            why=error.strerror or str(error),
        ) from error


def _unpack(parcel: Parcel, name: str, data: bytes) -> None:
    """Write a file that came back where it belongs; one that nobody asked for goes here."""
    inner = PurePosixPath(name)
    if inner.is_absolute() or ".." in inner.parts or not inner.parts:
        return
    target = Path(*inner.parts)
    for known, place in parcel.places.items():
        if inner == PurePosixPath(known):
            target = place
        elif PurePosixPath(known) in inner.parents:
            target = place.joinpath(*inner.relative_to(known).parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def server_of(words: Sequence[str]) -> tuple[str, list[str]]:
    """Take ``--server`` out of hoisted words; else the environment names the server.

    Returns:
        The address, empty for none, and the other words.
    """
    found, rest = os.environ.get(SERVER, ""), list[str]()
    queue = list(words)
    while queue:
        word = queue.pop(0)
        if word == "--server" and queue:
            found = queue.pop(0)
        elif word.startswith("--server="):
            found = word.partition("=")[2]
        else:
            rest.append(word)
        if word == "--":
            break
    return found, rest + queue


def command_words(words: Sequence[str], options: Sequence[str]) -> list[str]:
    """Return the words from the command on; options of the root with their values come before."""
    queue = list(words)
    while queue and queue[0].partition("=")[0] in options:
        word = queue.pop(0)
        if "=" not in word and queue:
            queue.pop(0)
    return queue
