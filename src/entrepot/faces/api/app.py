"""The face over HTTP: routes made from the table of operations, and the public page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar, cast

from litestar import Litestar, MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import ClientException, HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.response import File, Stream

from entrepot.faces.api import problems
from entrepot.faces.api.commands_route import commands_route
from entrepot.faces.api.feed import Feed, Feeds
from entrepot.faces.api.guard import Guard, HouseGuard
from entrepot.faces.api.language import choose
from entrepot.faces.api.limits import Limits
from entrepot.faces.api.openapi import document
from entrepot.faces.api.operation import Operation
from entrepot.faces.api.operations import OPERATIONS
from entrepot.faces.api.page import POLICY, PublicPage, render
from entrepot.faces.api.pipeline import COOKIE, Incoming, Outgoing, Pipeline
from entrepot.faces.api.refusals import HttpRefusal, unknown_caller
from entrepot.faces.api.wire import encode
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.text import N_
from entrepot.services import public_view as view
from entrepot.services.app import App

HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
OPENAPI_PATH = "/api/openapi.json"
PAGES = ("/", OPENAPI_PATH)
"""Routes beside the table: what people read, and the table itself."""

Asked = Request[Any, Any, Any]
T = TypeVar("T")


class Service:
    """What the routes share: the pipeline, its threads, its limits.

    Args:
        exchange: the app over the home.
        guard: knows tokens and rights.
        limits: bounds of the server.
    """

    def __init__(self, exchange: App, guard: Guard, limits: Limits) -> None:
        self.exchange, self.limits = exchange, limits
        self.pipeline = Pipeline(exchange, guard, limits)
        self._threads = ThreadPoolExecutor(limits.threads, thread_name_prefix="api")
        self._busy = 0
        self.feeds = Feeds(limits, self.in_thread)

    async def run(self, operation: Operation, asked: Incoming) -> Outgoing:
        """Do a call in a thread, or refuse it when too many wait or it takes too long."""
        if self._busy >= self.limits.threads + self.limits.waiting_max:
            raise _busy(503)
        self._busy += 1
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._threads, self.pipeline.answer, operation, asked)
        work.add_done_callback(self._ended)
        try:
            return await asyncio.wait_for(asyncio.shield(work), operation.timeout_s)
        except TimeoutError:
            raise _busy(504) from None

    def _ended(self, work: asyncio.Future[Outgoing]) -> None:
        self._busy -= 1
        if not work.cancelled():
            work.exception()  # Seen here, so that one after its time is not reported as lost.

    async def in_thread(self, function: Callable[..., T], *values: Any) -> T:
        """Run a blocking call in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, function, *values)

    async def incoming(self, operation: Operation, request: Asked) -> Incoming:
        """Take a request in; nothing of its body is read of whoever shows no credentials."""
        if operation.action is not None and not _has_credentials(request):
            raise unknown_caller()
        body = b""
        if operation.writes:
            try:
                body = await asyncio.wait_for(_read(request, operation), self.limits.body_s)
            except TimeoutError:
                raise HttpRefusal(
                    408, "api.slow", N_("The body took too long to arrive.")
                ) from None
        return Incoming(
            {name: str(value) for name, value in request.path_params.items()},
            [(name, str(value)) for name, value in request.query_params.multi_items()],
            {name.lower(): value for name, value in request.headers.items()},
            request.cookies,
            body,
        )

    def close(self) -> None:
        """Let feeds and threads end; what they do now is finished first."""
        self.feeds.stopped = True
        self._threads.shutdown(wait=True, cancel_futures=True)


def create_api(
    exchange: App,
    guard: Guard | None = None,
    limits: Limits | None = None,
    operations: Sequence[Operation] = OPERATIONS,
    pages: Sequence[HTTPRouteHandler] = (),
) -> Litestar:
    """Return the face of a home over HTTP.

    Args:
        exchange: the app over the home.
        guard: knows tokens and rights; None = the house's own.
        limits: bounds of the server; None = the usual ones.
        operations: the table that is served.
        pages: further routes, for people; one at ``/`` takes the place of the public page.
    """
    service = Service(exchange, guard or HouseGuard(), limits or Limits())
    return Litestar(
        route_handlers=[
            *([] if any("/" in page.paths for page in pages) else [index]),
            openapi,
            commands_route(service),
            *pages,
            *map(route_of, operations),
        ],
        state=State({"service": service, "exchange": exchange}, deep_copy=False),
        exception_handlers={
            EntrepotError: problems.refused,
            HTTPException: problems.not_served,
            Exception: problems.failed,
        },
        openapi_config=None,
        response_headers=HEADERS,
        on_shutdown=[service.close],
        request_max_body_size=None,
        logging_config=None,
    )


def service_of(state: State) -> Service:
    """Return what the routes share."""
    return cast("Service", state["service"])


def route_of(operation: Operation) -> HTTPRouteHandler:
    """Return the route of an operation."""

    async def handle(request: Request[Any, Any, Any], state: State) -> Response[Any]:
        service = service_of(state)
        asked = await service.incoming(operation, request)
        answer = await service.run(operation, asked)
        return _response(service, asked, answer)

    path = operation.path.replace("}", ":str}")
    return HTTPRouteHandler(path, http_method=[operation.method], name=operation.id)(handle)


def _response(service: Service, asked: Incoming, answer: Outgoing) -> Response[Any]:
    headers = dict(answer.headers)
    if isinstance(answer.body, Feed):
        service.feeds.admit(answer.body)
        events = service.feeds.events(answer.body, lambda: service.pipeline.knows(asked))
        return Stream(events, media_type=answer.media_type, headers=headers)
    if isinstance(answer.body, Path):
        return File(answer.body, media_type=answer.media_type, headers=headers)
    known: Mapping[str, Any] = {"status_code": answer.status, "headers": headers}
    return Response(answer.body, media_type=answer.media_type, **known)


@get("/", media_type=MediaType.HTML, sync_to_thread=True)
def index(request: Request[Any, Any, Any], state: State) -> Response[str]:
    """Return the public page, in the language of ``?lang=`` or of the browser."""
    header = request.headers.get("accept-language", "")
    lang = choose(request.query_params.get("lang"), header)
    exchange = service_of(state).exchange
    shown = PublicPage(
        view.public_centres(exchange),
        view.public_offers(exchange),
        view.public_checkpoint(exchange),
    )
    headers = {
        "Content-Security-Policy": POLICY,
        "Content-Language": lang,
        "Vary": "Accept-Language",
        "Cache-Control": "no-cache",
    }
    return Response(render(shown, lang), media_type=MediaType.HTML, headers=headers)


@get(OPENAPI_PATH, sync_to_thread=False)
def openapi() -> Response[bytes]:
    """Return the table of operations as an OpenAPI document."""
    body = encode(document())
    return Response(body, media_type="application/vnd.oai.openapi+json")


def _has_credentials(request: Asked) -> bool:
    return "authorization" in request.headers or COOKIE in request.cookies


async def _read(request: Asked, operation: Operation) -> bytes:
    """Read a body, and stop as soon as it is too long."""
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > operation.body_max:
                raise _too_large(operation.body_max)
            parts.append(part)
    except ClientException as error:
        raise HttpRefusal(400, "api.cut_off", N_("The body was cut off.")) from error
    return b"".join(parts)


def _too_large(most: int) -> HttpRefusal:
    return HttpRefusal(
        413,
        "api.too_large",
        N_("The body has more than {most} bytes."),
        hint=N_("Leave large data with the centre, or let the job fetch them."),
        most=most,
    )


def _busy(status: int) -> HttpRefusal:
    return HttpRefusal(
        status,
        "api.busy",
        N_("The exchange is busy; a write that was begun is finished all the same."),
        hint=N_("Repeat the request under the same Idempotency-Key."),
        headers={"Retry-After": "2"},
    )
