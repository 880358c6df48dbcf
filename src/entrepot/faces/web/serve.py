"""From the table of pages to routes: one way in for every page, so that none forgets a check."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from anyio import to_thread
from litestar import HttpMethod, MediaType, Request, Response, route
from litestar.datastructures import Cookie, UploadFile
from litestar.exceptions import HTTPException, NotFoundException
from litestar.handlers import HTTPRouteHandler

from entrepot.domain.access.model import ANONYMOUS, Principal
from entrepot.faces.web import cookies
from entrepot.faces.web.errors import error_answer, http_error
from entrepot.faces.web.reader import LANGUAGES, Reader, choose, tag_of
from entrepot.faces.web.render import POLICY, render
from entrepot.faces.web.visit import (
    Answer,
    Download,
    Move,
    Page,
    Reply,
    Sent,
    Visit,
    absent,
    stale_form,
)
from entrepot.kernel.errors import EntrepotError
from entrepot.services.app import App
from entrepot.services.identity_sessions import csrf_token, is_csrf, is_due, rotate_session

THEMES = ("auto", "light", "dark")
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
Who = Callable[[App, str], Principal | None]
WebRequest = Request[Any, Any, Any]
_log = logging.getLogger("entrepot.web")


@dataclass(frozen=True, slots=True)
class Entry:
    """The way in: the exchange, and how the holder of a session is found."""

    exchange: App
    who: Who


def route_of(page: Page, entry: Entry) -> HTTPRouteHandler:
    """Return the route of a page.

    Args:
        page: a row of the table.
        entry: the way in.
    """

    async def handle(request: Request[Any, Any, Any]) -> Response[Any]:
        form: dict[str, list[str]] = {}
        files: dict[str, list[Sent]] = {}
        if page.method == "POST":
            form, files = await _form(request)
        return await to_thread.run_sync(lambda: _answer(page, entry, request, form, files))

    path = page.path
    for name in page.names:
        path = path.replace(f"{{{name}}}", f"{{{name}:str}}")
    make = route(
        path,
        http_method=[HttpMethod(page.method)],
        include_in_schema=False,
        request_max_body_size=page.body_max,
        exception_handlers={HTTPException: error_page(entry), Exception: error_page(entry)},
    )
    return make(handle)


def error_page(entry: Entry) -> Callable[[WebRequest, Exception], Response[Any]]:
    """Return what answers an error that the server itself found: a page, told as to a stranger.

    Nobody is looked up for it: where this is needed the database may be what failed.
    """

    def answer(request: WebRequest, error: Exception) -> Response[Any]:
        if not isinstance(error, HTTPException):
            _log.error("fault at %s", request.url.path, exc_info=error)
        visit = _visit(request, Entry(entry.exchange, lambda _app, _session: None), {}, {})
        return _html(request, visit, http_error(error), "")

    return answer


def lost_route(entry: Entry) -> HTTPRouteHandler:
    """Return the route of every path that nothing else serves."""

    async def handle(request: Request[Any, Any, Any]) -> Response[Any]:
        if request.url.path.startswith("/api/"):
            raise NotFoundException()
        return await to_thread.run_sync(lambda: _answer(_LOST, entry, request, {}, {}))

    return route("/{rest:path}", http_method=[HttpMethod.GET], include_in_schema=False)(handle)


def _lose(_visit: Visit) -> Reply:
    raise absent()


_LOST = Page("GET", "/", _lose)


async def _form(
    request: WebRequest,
) -> tuple[dict[str, list[str]], dict[str, list[Sent]]]:
    form: dict[str, list[str]] = {}
    files: dict[str, list[Sent]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                data = await value.read()
                files.setdefault(name, []).append(Sent(_file_name(value.filename), data))
        else:
            form.setdefault(name, []).append(str(value).replace("\r\n", "\n"))
    return form, files


def _file_name(name: str) -> str:
    """Return the name of a file without the folders that some browsers send along."""
    return name.replace("\\", "/").rpartition("/")[2]


def _answer(
    page: Page,
    entry: Entry,
    request: WebRequest,
    form: Mapping[str, Sequence[str]],
    files: Mapping[str, Sequence[Sent]],
) -> Response[Any]:
    visit = _visit(request, entry, form, files)
    said = cookies.read_said(request.cookies) if page.method == "GET" and not visit.partial else ""
    try:
        reply = _reply(page, request, visit)
    except EntrepotError as error:
        if error.http_status >= 500:
            _log.error("%s: %s", error.code, error)
        reply = error_answer(error)
    except Exception as error:
        _log.error("fault at %s", visit.path, exc_info=error)
        reply = http_error(error)
    if isinstance(reply, Answer):
        return _html(request, visit, reply, said)
    return _other(request, reply)


def _reply(page: Page, request: WebRequest, visit: Visit) -> Reply:
    if page.method == "POST" and not _is_own_form(request, visit):
        raise stale_form()
    if page.action is not None:
        if not visit.signed_in:
            here = quote(request.url.path) if page.method == "GET" else ""
            return Move(f"/sign-in?next={here}" if here else "/sign-in")
        if page.action and not visit.may(page.action):
            raise absent()
    return page.handle(visit)


def _is_own_form(request: WebRequest, visit: Visit) -> bool:
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        return False
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    if visit.session:
        return is_csrf(visit.house, visit.session, visit.given("csrf"))
    return cookies.is_csrf(request.cookies.get(cookies.FORM, ""), visit.given("csrf"))


def _visit(
    request: WebRequest,
    entry: Entry,
    form: Mapping[str, Sequence[str]],
    files: Mapping[str, Sequence[Sent]],
) -> Visit:
    session = request.cookies.get(cookies.SESSION, "")
    principal = entry.who(entry.exchange, session) if session else None
    if principal is None:
        principal, session = ANONYMOUS, ""
    request.state.rotated = ""
    if session and request.method == "GET" and is_due(entry.exchange, session):
        session = request.state.rotated = rotate_session(entry.exchange, session).cookie
    query: dict[str, list[str]] = {}
    for name, text in request.query_params.multi_items():
        query.setdefault(name, []).append(str(text))
    secret = request.cookies.get(cookies.FORM) or cookies.new_secret()
    request.state.form_secret = "" if session else secret
    form_text = csrf_token(entry.exchange, session) if session else cookies.csrf_of(secret)
    return Visit(
        app=entry.exchange.acting(principal),
        house=entry.exchange,
        principal=principal,
        reader=_reader(request, query),
        path=request.url.path,
        names={name: str(text) for name, text in request.path_params.items()},
        query=query,
        form=form,
        files=files,
        csrf=form_text,
        session=session,
        address=request.client.host if request.client else "",
        agent=request.headers.get("user-agent", "")[:200],
        partial=request.headers.get("hx-request") == "true",
    )


def _reader(request: WebRequest, query: Mapping[str, Sequence[str]]) -> Reader:
    asked = next(iter(query.get("lang", ())), None)
    header = request.headers.get("accept-language", "")
    lang = choose([asked, request.cookies.get(cookies.LANG)], header)
    wished = next(iter(query.get("theme", ())), request.cookies.get(cookies.THEME, "auto"))
    return Reader(lang, wished if wished in THEMES else "auto")


def _html(request: WebRequest, visit: Visit, reply: Answer, said: str) -> Response[Any]:
    html = render(visit, reply.template, {"said": said, **reply.values})
    headers = {**HEADERS, "Content-Language": visit.reader.lang}
    status = 286 if reply.stop_polling and visit.partial else reply.status
    made = Response(html, media_type=MediaType.HTML, status_code=status, headers=headers)
    return _with_cookies(made, _lasting(request, visit, said))


def _lasting(request: WebRequest, visit: Visit, said: str) -> list[Cookie]:
    """Return the cookies that a page leaves: wishes just made, and a secret for its forms."""
    secure = request.url.scheme == "https"
    found: list[Cookie] = []
    if tag_of(visit.asked("lang")) if visit.asked("lang") else None:
        lang = visit.reader.lang
        found.append(cookies.cookie(cookies.LANG, lang, secure=secure, age_s=cookies.YEAR_S))
    if visit.asked("theme") in THEMES:
        theme = visit.reader.theme
        found.append(cookies.cookie(cookies.THEME, theme, secure=secure, age_s=cookies.YEAR_S))
    if said:
        found.append(cookies.cookie(cookies.SAID, "", secure=secure, age_s=0))
    rotated: str = request.state.rotated
    if rotated:
        found.append(cookies.cookie(cookies.SESSION, rotated, secure=secure))
    secret: str = request.state.form_secret
    if secret and secret != request.cookies.get(cookies.FORM):
        found.append(cookies.cookie(cookies.FORM, secret, secure=secure))
    return found


def _other(request: WebRequest, reply: Move | Download) -> Response[Any]:
    if isinstance(reply, Download):
        place = "inline" if reply.inline else "attachment"
        name = f"{place}; filename*=UTF-8''{quote(reply.name, safe='')}"
        # A file shown in the browser has no business with scripts, frames or forms of ours.
        headers = {**HEADERS, "Content-Disposition": name, "Content-Security-Policy": "sandbox"}
        return Response(reply.data, media_type=reply.media_type, headers=headers)
    secure = request.url.scheme == "https"
    found: list[Cookie] = []
    if reply.said:
        said = cookies.write_said(reply.said)
        found.append(cookies.cookie(cookies.SAID, said, secure=secure, age_s=60))
    if reply.lang in LANGUAGES and cookies.LANG not in request.cookies:
        found.append(cookies.cookie(cookies.LANG, reply.lang, secure=secure, age_s=cookies.YEAR_S))
    if reply.session is not None:
        age_s = None if reply.session else 0
        found.append(cookies.cookie(cookies.SESSION, reply.session, secure=secure, age_s=age_s))
    headers = {**HEADERS, "Location": reply.to}
    if request.headers.get("hx-request") == "true":
        headers["HX-Redirect"] = reply.to
        return _with_cookies(Response(b"", status_code=200, headers=headers), found)
    return _with_cookies(Response(b"", status_code=303, headers=headers), found)


def _with_cookies(response: Response[Any], found: list[Cookie]) -> Response[Any]:
    for one in found:
        response.set_cookie(one)
    return response


def safe_path(text: str) -> str:
    """Return a path on this server to go to, or the first page: never another server's.

    >>> [safe_path(t) for t in ("/jobs?a=1", "//evil", "https://evil", "/\\\\evil", "")]
    ['/jobs?a=1', '/', '/', '/', '/']
    """
    good = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if good and "\\" not in text else "/"
