"""One route beside the table of operations: a command typed at another machine.

Its answer is a stream of JSON, one value a line, as the command says it; an empty line now and
then says that the command still runs. Only a token opens it: a page of another site has none.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncGenerator, Iterator
from typing import Annotated, Any

import msgspec
from litestar import Request, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from entrepot.domain.access.model import Principal
from entrepot.faces.api.refusals import HttpRefusal, unknown_caller
from entrepot.faces.api.wire import read_body
from entrepot.kernel.text import N_
from entrepot.services.ports_remote import RemoteCall, RemoteEvent

PATH = "/api/v1/commands"
BODY_MAX = 96 << 20
ALIVE_S = 15.0
"""After so many seconds of silence an empty line is sent."""

_END = object()


class CommandBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A command as sent: words, files by relative name, language, width of the terminal."""

    words: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=500)]
    files: dict[str, bytes] = {}
    lang: Annotated[str, msgspec.Meta(max_length=40)] = "en"
    columns: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0


def commands_route(service: Any) -> HTTPRouteHandler:
    """Return the route.

    Args:
        service: what the routes share: exchange and pipeline.
    """

    @post(PATH, name="commands.run", status_code=200)
    async def run(request: Request[Any, Any, Any], state: State) -> Stream:
        """Run a command within the rights of the token's account."""
        if "authorization" not in request.headers:
            raise unknown_caller()
        # First who it is: nobody else's body is taken in, since it may be large.
        who = await asyncio.to_thread(_who, service, dict(request.headers))
        body = await _read(request)
        events = await asyncio.to_thread(_begin, service, who, body)
        return Stream(_lines(events), media_type="application/x-ndjson")

    return run


def _who(service: Any, headers: dict[str, str]) -> Principal:
    from entrepot.faces.api.pipeline import Incoming

    small = {name.lower(): value for name, value in headers.items()}
    return service.pipeline.who(True, Incoming({}, [], small, {}, b""))


def _begin(service: Any, principal: Principal, body: bytes) -> Iterator[RemoteEvent]:
    asked = read_body(body, CommandBody)
    call = RemoteCall(asked.words, asked.files, asked.lang, asked.columns)
    return service.exchange.commands.run(principal, call)


async def _lines(events: Iterator[RemoteEvent]) -> AsyncGenerator[bytes]:
    """Write the events as lines; whoever goes away ends the command."""
    waiting: asyncio.Future[object] | None = None
    try:
        while True:
            waiting = waiting or asyncio.ensure_future(asyncio.to_thread(next, events, _END))
            done, _ = await asyncio.wait({waiting}, timeout=ALIVE_S)
            if not done:
                yield b"\n"
                continue
            event = waiting.result()
            waiting = None
            if not isinstance(event, RemoteEvent):
                return
            yield line_of(event)
    finally:
        if waiting is not None:
            await asyncio.wait({waiting})
        await asyncio.to_thread(getattr(events, "close", _nothing))


def line_of(event: RemoteEvent) -> bytes:
    """Return an event as one line.

    >>> line_of(RemoteEvent("end", code=3))
    b'{"end":3}\\n'
    """
    if event.kind == "file":
        value = {"file": event.name, "data": b64encode(event.data).decode()}
    else:
        value = {event.kind: event.code if event.kind == "end" else event.text}
    return msgspec.json.encode(value) + b"\n"


def _nothing() -> None:
    pass


async def _read(request: Request[Any, Any, Any]) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > BODY_MAX:
            raise HttpRefusal(
                413,
                "api.too_large",
                N_("The body has more than {most} bytes."),
                hint=N_("Leave large data with the centre, or let the job fetch them."),
                most=BODY_MAX,
            )
        parts.append(part)
    return b"".join(parts)
