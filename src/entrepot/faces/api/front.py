"""What stands before every route: request ids, headers, the rate of an address, the drain.

It wraps the whole application, so that it also holds for paths that do not exist.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from entrepot.faces.api.limits import Buckets, Limits
from entrepot.faces.api.metrics import METRICS
from entrepot.faces.api.problems import problem_body
from entrepot.faces.api.refusals import HttpRefusal, too_many
from entrepot.kernel.text import N_

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Any, Any, Any], Awaitable[None]]

SAFE: Mapping[bytes, bytes] = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"cross-origin-resource-policy": b"same-origin",
    b"cache-control": b"no-store",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}
"""Headers of every answer that does not set them itself."""


class Front:
    """The application as it is served.

    Args:
        app: the application behind.
        limits: how fast an address may ask, and how long a stop may take.
    """

    def __init__(self, app: Asgi, limits: Limits | None = None) -> None:
        self._app, self._limits = app, limits or Limits()
        self._addresses = Buckets(self._limits.address_rate, self._limits.address_burst)
        self._open = 0
        self.draining = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send)
        began = time.monotonic()
        self._open += 1
        METRICS.open.inc()
        try:
            refusal = self._refusal(scope)
            if refusal is not None:
                await answer.refuse(refusal)
            else:
                await self._app(scope, receive, answer.send)
        finally:
            self._open -= 1
            METRICS.open.dec()
            name = _operation_of(scope)
            METRICS.requests.labels(name, str(answer.status)).inc()
            METRICS.seconds.labels(name).observe(time.monotonic() - began)

    def _refusal(self, scope: Scope) -> HttpRefusal | None:
        if self.draining:
            return HttpRefusal(
                503,
                "api.stopping",
                N_("The exchange is being stopped."),
                hint=N_("Repeat the request under the same key in a moment."),
                headers={"Retry-After": "5", "Connection": "close"},
            )
        client = scope.get("client")
        wait_s = self._addresses.take(str(client[0]) if client else "")
        return too_many(wait_s) if wait_s else None

    async def drain(self) -> None:
        """Refuse what comes from now on, and wait for what is being answered, but not for ever."""
        self.draining = True
        until = time.monotonic() + self._limits.drain_s
        while self._open and time.monotonic() < until:
            await asyncio.sleep(0.02)


class _Answer:
    """One answer on its way out: it gets the headers that every answer has."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self._id = secrets.token_hex(8).encode()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            sent = list(message.get("headers", ()))
            names = {name.lower() for name, _ in sent}
            sent += [(name, value) for name, value in SAFE.items() if name not in names]
            message["headers"] = [*sent, (b"x-request-id", self._id)]
        await self._send(message)

    async def refuse(self, error: HttpRefusal) -> None:
        body, headers = problem_body(error)
        await self.send(
            {
                "type": "http.response.start",
                "status": error.http_status,
                "headers": [
                    (name.lower().encode(), value.encode()) for name, value in headers.items()
                ],
            }
        )
        await self.send({"type": "http.response.body", "body": body})


def _operation_of(scope: Scope) -> str:
    """Return the name of the operation that answered; never a part of what was asked."""
    handler = scope.get("route_handler")
    return str(getattr(handler, "name", None) or "none")
