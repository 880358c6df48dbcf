"""Errors as problem documents.

Source: RFC 9457, Problem Details for HTTP APIs, https://www.rfc-editor.org/rfc/rfc9457, 2023-07.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

from entrepot.faces.api.refusals import HttpRefusal
from entrepot.faces.api.wire import encode
from entrepot.kernel.errors import EntrepotError

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("entrepot.api")


def problem(
    status: int, code: str, detail: str, headers: Mapping[str, str] | None = None, **more: object
) -> Response[dict[str, object]]:
    """Return a problem document.

    Args:
        status: HTTP status.
        code: stable machine name.
        detail: one sentence.
        headers: of the answer.
        more: further members.
    """
    body: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }
    return Response(body, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def problem_body(error: HttpRefusal) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of a refusal that is answered before any route."""
    said = error.as_dict()
    body = {
        "type": "about:blank",
        "title": HTTPStatus(error.http_status).phrase,
        "status": error.http_status,
        "code": error.code,
        "detail": error.render(),
        "hint": said["hint"],
        "fields": error.fields,
    }
    return encode(body), {"Content-Type": MEDIA_TYPE, **error.headers}


def refused(_request: Request[Any, Any, Any], error: EntrepotError) -> Response[dict[str, object]]:
    """Answer a refusal of the house; a fault of the machine keeps its details to itself."""
    headers = error.headers if isinstance(error, HttpRefusal) else None
    if error.http_status >= 500 and headers is None:
        _log.error("%s: %s", error.code, error)
        return problem(503, error.code, "The exchange cannot answer at the moment.")
    said = error.as_dict()
    more = {"hint": said["hint"], "fields": error.fields}
    return problem(error.http_status, error.code, error.render(), headers, **more)


def not_served(
    _request: Request[Any, Any, Any], error: HTTPException
) -> Response[dict[str, object]]:
    """Answer a request that the server itself refuses: no such path, another method than GET."""
    status = error.status_code
    phrase = HTTPStatus(status).phrase
    code = "http." + phrase.lower().replace(" ", "_").replace("-", "_")
    detail = error.detail if status < 500 else phrase
    return problem(status, code, detail, error.headers)


def failed(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, object]]:
    """Answer an internal fault without its details, which go to the log."""
    _log.error("fault at %s", request.url.path, exc_info=error)
    return problem(500, "internal.fault", "An internal fault; the books are unchanged.")
