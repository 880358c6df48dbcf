"""The console's routes: every page out of the tables of its modules, and the files they use."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, cast

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler

from entrepot.domain.access.model import Principal
from entrepot.faces.web.render import FILES, MEDIA_TYPES, static_file
from entrepot.faces.web.serve import Entry, Who, lost_route, route_of
from entrepot.faces.web.visit import Page
from entrepot.services.app import App

MODULES = (
    "public_pages",
    "sign_pages",
    "account_pages",
    "job_pages",
    "deal_pages",
    "run_pages",
    "paper_pages",
    "house_pages",
    "others_pages",
    "law_pages",
    "auction_pages",
    "spend",
)
"""Modules of this package with a table ``PAGES``."""

CACHE = {"Cache-Control": "public, max-age=31536000, immutable"}


def pages() -> tuple[Page, ...]:
    """Return every page of the console."""
    found: list[Page] = []
    for name in MODULES:
        found += cast("tuple[Page, ...]", import_module(f"entrepot.faces.web.{name}").PAGES)
    return tuple(found)


def routes(exchange: App, who: Who | None = None) -> Sequence[HTTPRouteHandler]:
    """Return the routes of the console.

    Args:
        exchange: the app over the home.
        who: finds the holder of a session; by default that of the services.
    """
    entry = Entry(exchange, who or _by_session)
    return [*(route_of(page, entry) for page in pages()), static, lost_route(entry)]


def _by_session(app: App, session: str) -> Principal | None:
    from entrepot.services.access import principal_of_session

    return principal_of_session(app, session)


@get("/static/{name:path}", include_in_schema=False, sync_to_thread=False)
def static(request: Request[Any, Any, Any]) -> Response[Any]:
    """Return a file that pages use; its address changes with its content, so it is kept long."""
    known = str(request.path_params["name"]).lstrip("/")
    if known not in FILES:
        raise NotFoundException()
    kind = MEDIA_TYPES[known.rpartition(".")[2]]
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    headers = {**CACHE, "X-Content-Type-Options": "nosniff"}
    return Response(static_file(known), media_type=kind, headers=headers)
