"""Commands run at a server: words and files go there, text, files and the exit code come back."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from entrepot.client.transport import Server, Transport
from entrepot.kernel.errors import Fault
from entrepot.kernel.text import N_

PATH = "/api/v1/commands"


@dataclass(frozen=True, slots=True)
class Event:
    """A piece of the answer; see the route ``POST /api/v1/commands``.

    Attributes:
        kind: ``out`` or ``err`` text, ``file`` that was made, ``end`` with the exit code.
        text: of a stream, or name of a file; data: of a file; code: exit code.
    """

    kind: Literal["out", "err", "file", "end"]
    text: str = ""
    data: bytes = b""
    code: int = 0


def run_command(
    server: Server,
    words: Sequence[str],
    files: Mapping[str, bytes],
    lang: str = "en",
    columns: int = 0,
) -> Iterator[Event]:
    """Run a command at a server.

    Args:
        server: which one, and who asks.
        words: as typed, options of the root left out.
        files: relative name → content.
        lang: language of the answer; columns: width of the terminal, 0 for none.

    Returns:
        What the command says, as it says it; the exit code is last.

    Raises:
        Invalid: the address is none, or would send the token in the clear.
        Refused: the server refuses the token, or has too much to do.
        Fault: the server does not answer, or breaks off.
    """
    body = {
        "words": list(words),
        "files": {name: b64encode(data).decode() for name, data in files.items()},
        "lang": lang,
        "columns": columns,
    }
    headers = {"Content-Type": "application/json"}
    for line in Transport(server).lines(PATH, headers, json.dumps(body).encode()):
        # An empty line says that the command still runs.
        if line.strip():
            event = _read(line)
            yield event
            if event.kind == "end":
                return
    raise Fault(
        "client.broken_off",
        N_("{address} broke off before the end."),
        hint=N_("See whether the server runs; a command that was begun may have been done."),
        address=server.address,
    )


def _read(line: bytes) -> Event:
    value = cast("dict[str, object]", json.loads(line))
    if "end" in value:
        return Event("end", code=cast("int", value["end"]))
    if "file" in value:
        return Event("file", str(value["file"]), b64decode(str(value["data"])))
    kind: Literal["out", "err"] = "out" if "out" in value else "err"
    return Event(kind, str(value[kind]))
