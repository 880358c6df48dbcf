"""Commands run at a server: words and files go there, text, files and the exit code come back."""

from __future__ import annotations

import http.client
import json
import ssl
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import urlsplit

from entrepot.kernel.errors import Fault, Invalid, NotFound, Refused
from entrepot.kernel.text import N_

PATH = "/api/v1/commands"
CONNECT_S = 10
SILENT_S = 60
"""A server that says nothing for so long, not even that it is alive, is gone."""

LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Server:
    """A server of the exchange.

    Attributes:
        address: ``https://exchange.example``; token: ``ent_…`` of the account.
    """

    address: str
    token: str


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
    connection, base = _connect(server.address)
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
    try:
        connection.request("POST", base + PATH, json.dumps(body).encode(), headers)
        answer = connection.getresponse()
        if answer.status != 200:
            raise _refusal(answer.status, answer.read(1 << 16), server.address)
        yield from _events(answer, server.address)
    except (OSError, http.client.HTTPException) as error:
        raise _silent(server.address, error) from error
    finally:
        connection.close()


def _connect(address: str) -> tuple[http.client.HTTPConnection, str]:
    parts = urlsplit(address)
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.username:
        raise Invalid(
            "client.address",
            N_("{address} is no address of a server."),
            hint=N_("Write https://host or http://127.0.0.1:8080."),
            address=address[:200],
        )
    base = parts.path.rstrip("/")
    if parts.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=SILENT_S, context=context), base
    if host not in LOCAL:
        raise Invalid(
            "client.plain",
            N_("{address} would send the token in the clear."),
            hint=N_("Use https; plain http is for this machine alone."),
            address=address[:200],
        )
    return http.client.HTTPConnection(host, port, timeout=SILENT_S), base


def _events(answer: http.client.HTTPResponse, address: str) -> Iterator[Event]:
    while line := answer.readline():
        if not line.strip():
            continue
        value = cast("dict[str, object]", json.loads(line))
        if "end" in value:
            yield Event("end", code=cast("int", value["end"]))
            return
        if "file" in value:
            yield Event("file", str(value["file"]), b64decode(str(value["data"])))
        else:
            kind: Literal["out", "err"] = "out" if "out" in value else "err"
            yield Event(kind, str(value[kind]))
    raise _silent(address, None)


def _refusal(status: int, body: bytes, address: str) -> Exception:
    try:
        told = cast("dict[str, object]", json.loads(body))
    except ValueError:
        told = {}
    detail, hint = str(told.get("detail", "")), str(told.get("hint", ""))
    kind = {404: NotFound, 400: Invalid, 413: Invalid}.get(status, Refused)
    if status >= 500 or not detail:
        kind, detail = Fault, detail or f"HTTP {status}"
    return kind(
        str(told.get("code", "client.refused")),
        N_("{address} answers: {detail}"),
        hint="{advice}" if hint else "",
        address=address,
        detail=detail,
        advice=hint,
    )


def _silent(address: str, error: Exception | None) -> Fault:
    return Fault(
        "client.silent",
        N_("{address} does not answer, or broke off: {why}."),
        hint=N_("See whether the server runs; a command that was begun may have been done."),
        address=address,
        why=str(error) if error else "no end",
    )
