"""Commands for other machines, each in a process of its own, forked from one that is ready.

A process for each call keeps what a command sets (language, current folder, streams) from every
other, and one that runs wild ends alone. It is forked from a server of forks that has read the
modules already, so a call costs milliseconds and not a start of Python.

Source: Python 3.11, "multiprocessing", start method ``forkserver``,
https://docs.python.org/3.11/library/multiprocessing.html, 2026-11-21.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import multiprocessing
import os
import secrets
import shutil
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path, PurePosixPath

from entrepot.domain.access.model import Principal
from entrepot.kernel.errors import Fault, Invalid, Refused
from entrepot.kernel.text import N_
from entrepot.services.ports_remote import KEEP, RemoteCall, RemoteEvent
from entrepot.services.settings import Settings

CALLS_MAX = 8
"""Commands that run at once."""

CALLS_OF_ONE_MAX = 3
"""The same of one account."""

FILES_MAX = 1_000
SENT_BYTES_MAX = 64 << 20
BACK_BYTES_MAX = 256 << 20
PRELOAD = ["entrepot.bootstrap", "entrepot.faces.cli.remote_run", "entrepot.adapters.sql.store"]

Target = Callable[[Settings, Principal, Sequence[str], str, Path], int]
"""What runs in the process: settings, who asks, words, language, folder → exit code."""


class CommandHost:
    """The port ``Commands``.

    Args:
        settings: of the home.
        home: its folder.
        target: see :data:`Target`; a function that a fresh process finds by its name.
    """

    def __init__(self, settings: Settings, home: Path, target: Target) -> None:
        self._settings, self._home, self._target = settings, home, target
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(PRELOAD)
        self._lock = threading.Lock()
        self._running: dict[str, int] = {}

    def run(self, principal: Principal, call: RemoteCall) -> Iterator[RemoteEvent]:
        """Run a command within the rights of a principal; closing the iterator ends it.

        Raises:
            Invalid: the call is too large, or a name leaves its folder.
            Refused: too many commands are running.
        """
        see_files(call.files)
        return self._events(principal, call)

    def _events(self, principal: Principal, call: RemoteCall) -> Generator[RemoteEvent]:
        with self._place(principal.account_id or principal.actor):
            folder = self._home / "calls" / secrets.token_hex(12)
            _lay_out(folder, call.files)
            try:
                code = yield from self._process(principal, call, folder)
                yield from _made(folder, call.files)
                yield RemoteEvent("end", code=code)
            finally:
                if not (folder / KEEP).exists():
                    shutil.rmtree(folder, ignore_errors=True)

    @contextlib.contextmanager
    def _place(self, who: str) -> Generator[None]:
        with self._lock:
            mine = self._running.get(who, 0)
            if mine >= CALLS_OF_ONE_MAX or sum(self._running.values()) >= CALLS_MAX:
                raise Refused(
                    "remote.busy",
                    N_("The server runs as many commands as it takes at once."),
                    hint=N_("Wait for one to end, then try again."),
                )
            self._running[who] = mine + 1
        try:
            yield
        finally:
            with self._lock:
                self._running[who] -= 1
                if not self._running[who]:
                    del self._running[who]

    def _process(
        self, principal: Principal, call: RemoteCall, folder: Path
    ) -> Generator[RemoteEvent, None, int]:
        ours, theirs = self._context.Pipe(duplex=False)
        given = (self._target, self._settings, principal, call.words, call.lang, folder)
        process = self._context.Process(
            target=_serve, args=(theirs, call.columns, *given), daemon=True
        )
        process.start()
        theirs.close()
        try:
            code = yield from _heard(ours, f"{folder}/")
        finally:
            ours.close()
            if process.is_alive():
                process.join(1)
                process.kill()
            process.join()
        return code


def see_files(files: Mapping[str, bytes]) -> None:
    """See that the files of a call are few, small and named within its folder.

    Raises:
        Invalid: as said.
    """
    if len(files) > FILES_MAX or sum(map(len, files.values())) > SENT_BYTES_MAX:
        raise Invalid(
            "remote.too_large",
            N_("The call brings more than {files} files or {mib} MiB."),
            hint=N_("Send less, or run the command on the machine of the exchange."),
            files=FILES_MAX,
            mib=SENT_BYTES_MAX >> 20,
        )
    for name in files:
        path = PurePosixPath(name)
        bad = path.is_absolute() or not path.parts or "\0" in name or len(name) > 300
        if bad or any(part in ("..", ".") for part in name.split("/")):
            raise Invalid(
                "remote.name",
                N_("{name} is no name of a file within the folder of the call."),
                hint=N_("Use relative names without . and .. between the slashes."),
                name=name[:200],
            )


def _lay_out(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, mode=0o700)
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise Fault(
            "remote.folder",
            N_("The files of the call cannot be kept: {why}."),
            hint=N_("Let the operator look after the disk of the server."),
            why=error.strerror or str(error),
        ) from error


def _made(folder: Path, sent: Mapping[str, bytes]) -> Generator[RemoteEvent]:
    """Return the files that the command made or changed."""
    left = BACK_BYTES_MAX
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file() or name == KEEP:
            continue
        data = path.read_bytes()
        if sent.get(name) == data:
            continue
        left -= len(data)
        if left < 0:
            yield RemoteEvent("err", text=f"{name}: too large to send back\n")
            return
        yield RemoteEvent("file", name=name, data=data)


def _heard(ours: Connection, inside: str) -> Generator[RemoteEvent, None, int]:
    """Return what the process says; the folder of the call is nobody's business outside."""
    decoders = {name: codecs.getincrementaldecoder("utf-8")("replace") for name in ("out", "err")}
    while True:
        try:
            kind, data = ours.recv()
        except (EOFError, OSError):
            return 70
        if kind == "end":
            return int(data)
        text = decoders[kind].decode(data)
        if text:
            yield RemoteEvent(kind, text=text.replace(inside, ""))


class _Stream(io.RawIOBase):
    """A stream whose bytes go to another process."""

    def __init__(self, pipe: Connection, kind: str) -> None:
        super().__init__()
        self._pipe, self._kind = pipe, kind

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, data: object) -> int:
        """Send bytes."""
        sent = bytes(data)  # type: ignore[call-overload]
        self._pipe.send((self._kind, sent))
        return len(sent)


def _serve(
    pipe: Connection,
    columns: int,
    target: Target,
    settings: Settings,
    principal: Principal,
    words: Sequence[str],
    lang: str,
    folder: Path,
) -> None:
    """Run one call in a fresh process."""
    out, err = (io.TextIOWrapper(io.BufferedWriter(_Stream(pipe, k)), "utf-8", "replace",
                                 line_buffering=True) for k in ("out", "err"))  # fmt: skip
    sys.stdout, sys.stderr, sys.stdin = out, err, io.StringIO("")
    # The server of a server: a command that came here is done here.
    os.environ.pop("ENTREPOT_SERVER", None)
    if columns:
        os.environ["COLUMNS"] = str(columns)
    code = 70
    try:
        code = target(settings, principal, words, lang, folder)
    finally:
        out.flush()
        err.flush()
        pipe.send(("end", code))
        pipe.close()
