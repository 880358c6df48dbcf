"""Requests to a server of the exchange: one connection, typed refusals, harmless repetitions."""

from __future__ import annotations

import http.client
import json
import secrets
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from entrepot.kernel.errors import Conflict, EntrepotError, Fault, Invalid, NotFound, Refused
from entrepot.kernel.text import N_

LOCAL = ("localhost", "127.0.0.1", "::1")
AGAIN = (408, 429, 502, 503, 504)
"""Statuses after which the same request may be sent again: nothing was done, or under its key."""
WAIT_S_MAX = 30
_KINDS = {400: Invalid, 404: NotFound, 409: Conflict, 413: Invalid, 415: Invalid, 422: Invalid}


@dataclass(frozen=True, slots=True)
class Server:
    """Where the exchange is and who asks.

    Attributes:
        address: ``https://exchange.example``; token: ``ent_…`` of the account, empty for none.
        timeout_s: longest silence of the server.
        tries: how often a request is sent at most.
    """

    address: str
    token: str = ""
    timeout_s: int = 90
    tries: int = 4


class Transport:
    """Sends requests and reads answers.

    Args:
        server: where to.
        pause: waits some seconds between two tries.
    """

    def __init__(self, server: Server, pause: Callable[[float], None] = time.sleep) -> None:
        self._server, self._pause = server, pause
        self._parts = _parts_of(server)
        self._kept: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """Close the connection."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def ask(
        self, method: str, path: str, body: bytes | None = None, key: str | None = None
    ) -> bytes:
        """Send a request, again if need be under the same key, and return the answer.

        Args:
            method, path: with the query.
            body: JSON; None = none.
            key: idempotency key of a write; None makes one.

        Raises:
            EntrepotError: what the server refuses, by its kind; Fault when it does not answer.
        """
        headers = self._headers()
        if method != "GET":
            headers |= {
                "Content-Type": "application/json",
                "Idempotency-Key": key or secrets.token_hex(16),
            }
        for left in range(self._server.tries - 1, -1, -1):
            try:
                status, told, data = self._once(method, path, body, headers)
            except (OSError, http.client.HTTPException) as error:
                self.close()
                if not left:
                    raise self._silent(str(error) or type(error).__name__) from error
                self._pause(1)
                continue
            if status < 400:
                return data
            if status not in AGAIN or not left:
                raise refusal(status, data)
            self._pause(_wait_s(told))
        raise AssertionError("a loop of one try or more ends inside")

    def lines(
        self, path: str, more: Mapping[str, str], body: bytes | None = None
    ) -> Iterator[bytes]:
        """Open a stream, with a body to be posted if there is one, and yield its lines."""
        connection = self._connect()
        method, headers = "GET" if body is None else "POST", {**self._headers(), **more}
        try:
            connection.request(method, self._parts[2] + path, body, headers)
            answer = connection.getresponse()
            if answer.status != 200:
                raise refusal(answer.status, answer.read(1 << 16))
            while line := answer.readline():
                yield line.rstrip(b"\r\n")
        except (OSError, http.client.HTTPException) as error:
            raise self._silent(str(error)) from error
        finally:
            connection.close()

    def _once(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        self._kept = self._kept or self._connect()
        self._kept.request(method, self._parts[2] + path, body, dict(headers))
        answer = self._kept.getresponse()
        data = answer.read()
        if answer.will_close:
            self.close()
        return answer.status, dict(answer.getheaders()), data

    def _headers(self) -> dict[str, str]:
        token = self._server.token
        return {"Authorization": f"Bearer {token}"} if token else {}

    def _connect(self) -> http.client.HTTPConnection:
        secure, host, _, port = self._parts
        timeout_s = self._server.timeout_s
        if secure:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=timeout_s, context=context)
        return http.client.HTTPConnection(host, port, timeout=timeout_s)

    def _silent(self, why: str) -> Fault:
        return Fault(
            "client.silent",
            N_("{address} does not answer: {why}."),
            hint=N_("See whether the server runs; a write may be repeated under its key."),
            address=self._server.address,
            why=why,
        )


def refusal(status: int, body: bytes) -> EntrepotError:
    """Return the refusal that a server told, as the kind of error it is here."""
    told: dict[str, object] = {}
    with suppress(ValueError):
        told = cast("dict[str, object]", json.loads(body))
    fields = cast("Mapping[str, str]", told.get("fields") or {})
    kind = _KINDS.get(status, Refused if status < 500 else Fault)
    return kind(
        str(told.get("code", "client.refused")),
        "{detail}",
        hint="{advice}" if told.get("hint") else "",
        fields=fields,
        detail=str(told.get("detail", f"HTTP {status}")),
        advice=str(told.get("hint", "")),
    )


def _wait_s(headers: Mapping[str, str]) -> int:
    text = {name.lower(): value for name, value in headers.items()}.get("retry-after", "1")
    return min(int(text), WAIT_S_MAX) if text.isdecimal() else 1


def _parts_of(server: Server) -> tuple[bool, str, str, int | None]:
    parts = urlsplit(server.address)
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.username:
        raise Invalid(
            "client.address",
            N_("{address} is no address of a server."),
            hint=N_("Write https://host or http://127.0.0.1:8765."),
            address=server.address[:200],
        )
    if parts.scheme == "http" and server.token and host not in LOCAL:
        raise Invalid(
            "client.plain",
            N_("{address} would send the token in the clear."),
            hint=N_("Use https; plain http is for this machine alone."),
            address=server.address[:200],
        )
    return parts.scheme == "https", host, parts.path.rstrip("/"), port
