"""Routes of the public face: for reading only, and of public things only."""

from __future__ import annotations

from typing import Any, cast

from litestar import Litestar, MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from entrepot import __version__
from entrepot.faces.api import problems
from entrepot.faces.api.language import choose
from entrepot.faces.api.page import POLICY, PublicPage, render
from entrepot.kernel.errors import EntrepotError
from entrepot.services import public_view as view
from entrepot.services.app import App
from entrepot.services.public_model import PublicCentres, PublicCheckpoint, PublicOffer

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def exchange_of(state: State) -> App:
    """Return the app that the routes read."""
    return cast("App", state["exchange"])


@get("/", media_type=MediaType.HTML, sync_to_thread=True, include_in_schema=False)
def index(request: Request[Any, Any, Any], state: State) -> Response[str]:
    """Return the public page, in the language of ``?lang=`` or of the browser."""
    header = request.headers.get("accept-language", "")
    lang = choose(request.query_params.get("lang"), header)
    exchange = exchange_of(state)
    shown = PublicPage(
        view.public_centres(exchange),
        view.public_offers(exchange),
        view.public_checkpoint(exchange),
    )
    headers = {
        "Content-Security-Policy": POLICY,
        "Content-Language": lang,
        "Vary": "Accept-Language",
    }
    return Response(render(shown, lang), media_type=MediaType.HTML, headers=headers)


@get("/api/centres", sync_to_thread=True, summary="Centres")
def centres(state: State) -> PublicCentres:
    """Return the centres under contract and those that have been named in public."""
    return view.public_centres(exchange_of(state))


@get("/api/offers", sync_to_thread=True, summary="Posted offers")
def offers(state: State) -> list[PublicOffer]:
    """Return the standing asks of the centres under contract."""
    return list(view.public_offers(exchange_of(state)))


@get("/api/checkpoint", sync_to_thread=True, summary="Journal checkpoint")
def checkpoint(state: State) -> PublicCheckpoint:
    """Return where the journal ends."""
    return view.public_checkpoint(exchange_of(state))


@get("/health", sync_to_thread=False, summary="The process lives")
def health() -> dict[str, str]:
    """Say that the process lives."""
    return {"status": "ok"}


@get("/ready", sync_to_thread=True, summary="The database answers")
def ready(state: State) -> dict[str, str]:
    """Say that the database answers; 503 if it does not."""
    exchange_of(state).store.journal_head()
    return {"status": "ready"}


def create_api(exchange: App) -> Litestar:
    """Return the public face of a home.

    Args:
        exchange: the app over the home.
    """
    return Litestar(
        route_handlers=[index, centres, offers, checkpoint, health, ready],
        state=State({"exchange": exchange}, deep_copy=False),
        exception_handlers={
            EntrepotError: problems.refused,
            HTTPException: problems.not_served,
            Exception: problems.failed,
        },
        openapi_config=OpenAPIConfig(
            title="entrepôt, public face",
            version=__version__,
            description="Centres, posted offers and the journal's checkpoint. Read-only.",
            path="/api/openapi.json",
            render_plugins=[JsonRenderPlugin()],
        ),
        response_headers=HEADERS,
        logging_config=None,
    )
