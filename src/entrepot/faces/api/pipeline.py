"""One call from its bytes to its answer: who, how often, what, may they, done before, do it.

Plain and blocking, so that it runs in a thread and can be tested without a server. The order
matters: nothing of a stranger's body is read before it is known who sends it, and nothing is
looked up before it is known whether it may be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from entrepot.domain.access.can import in_scopes
from entrepot.domain.access.model import ANONYMOUS, Principal, Resource
from entrepot.domain.access.reach import Reach, reach
from entrepot.domain.access.table import RULES
from entrepot.faces.api import wire
from entrepot.faces.api.feed import Feed, FeedFrom, resumed
from entrepot.faces.api.guard import Guard
from entrepot.faces.api.limits import Buckets, Limits
from entrepot.faces.api.operation import Call, Download, Operation
from entrepot.faces.api.refusals import HttpRefusal, absent, too_many, unknown_caller
from entrepot.faces.api.replay import Kept, Replays
from entrepot.kernel.errors import NotFound, Refused
from entrepot.kernel.text import N_
from entrepot.services.app import App

COOKIE = "entrepot_session"
FORM_TOKEN = "x-csrf-token"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request: parameters of the path and query, headers in small letters, cookies, body."""

    path: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An answer: bytes, or the path of a file that the house wrote."""

    status: int
    body: bytes | Path | Feed
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class Pipeline:
    """Does calls.

    Args:
        app: the exchange, acting for nobody yet.
        guard: knows tokens and rights.
        limits: how fast an account may ask.
    """

    def __init__(self, app: App, guard: Guard, limits: Limits) -> None:
        self.app, self.guard = app, guard
        self._accounts = Buckets(limits.account_rate, limits.account_burst)
        self._replays = Replays()

    def answer(self, operation: Operation, asked: Incoming) -> Outgoing:
        """Do a call.

        Raises:
            EntrepotError: whatever is refused, with its status.
        """
        if operation.action is None:
            return self._done(operation, asked, ANONYMOUS, self.app)
        principal = self.who(operation.writes, asked)
        app = self.app.acting(principal)
        return self._done(operation, asked, principal, app)

    def who(self, writes: bool, asked: Incoming) -> Principal:
        """Return who asks.

        Raises:
            HttpRefusal: 401 nobody known, 403 a form of another site, 429 too often.
        """
        principal = self._by_credentials(writes, asked)
        if principal is None:
            raise unknown_caller()
        wait_s = self._accounts.take(principal.account_id or principal.actor)
        if wait_s:
            raise too_many(wait_s)
        return principal

    def knows(self, asked: Incoming) -> bool:
        """Say whether the credentials of a request still hold; no token of any bucket is taken."""
        return self._by_credentials(False, asked) is not None

    def _by_credentials(self, writes: bool, asked: Incoming) -> Principal | None:
        header = asked.headers.get("authorization")
        if header is not None:
            kind, _, token = header.partition(" ")
            good = kind.lower() == "bearer" and 0 < len(token) <= 512 and token.isascii()
            return self.guard.by_token(self.app, token.strip()) if good else None
        cookie = asked.cookies.get(COOKIE, "")
        if not cookie or len(cookie) > 512:
            return None
        principal = self.guard.by_session(self.app, cookie)
        if principal is not None and writes:
            self._see_own_form(cookie, asked.headers)
        return principal

    def _see_own_form(self, cookie: str, headers: Mapping[str, str]) -> None:
        token = headers.get(FORM_TOKEN, "")
        own_site = headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
        if not own_site or not token or not self.guard.is_own_form(self.app, cookie, token):
            raise HttpRefusal(
                403,
                "api.form",
                N_("This write does not come from a page of the exchange."),
                hint=N_("Reload the page and send again; programs use a token in place of it."),
            )

    def _done(
        self, operation: Operation, asked: Incoming, principal: Principal, app: App
    ) -> Outgoing:
        if not all(map(wire.is_name, asked.path.values())):
            raise absent()
        query = wire.read_query(asked.query, operation.query)
        body = self._body(operation, asked)
        within = self._may(operation, principal, app, asked.path, body)
        if isinstance(query, FeedFrom):
            query = resumed(asked.headers, query)
        if not operation.writes:
            call = Call(app, principal, asked.path, query, body, "", within)
            return answered(operation, operation.handle(call), asked.headers)
        sent = wire.check_key(asked.headers.get("idempotency-key"))
        key = f"api:{operation.id}:{principal.account_id}:{sent}"
        call = Call(app, principal, asked.path, query, body, key, within)
        return self._once(operation, call, asked)

    def _once(self, operation: Operation, call: Call[Any, Any], asked: Incoming) -> Outgoing:
        parts = (operation.id, sorted(asked.path.items()), asked.body)
        digest = hashlib.sha256(repr(parts).encode()).hexdigest()
        kept = self._replays.find(call.key, digest)
        again = {} if kept is None else {"Idempotent-Replayed": "true"}
        if kept is None:
            body = wire.encode(operation.handle(call))
            kept = self._replays.keep(call.key, Kept(digest, operation.status, body))
        return Outgoing(kept.status, kept.body, headers={**PRIVATE, **again})

    def _body(self, operation: Operation, asked: Incoming) -> Any:
        if operation.request is None:
            return None
        media_type = asked.headers.get("content-type", JSON).partition(";")[0].strip().lower()
        if media_type != JSON:
            raise HttpRefusal(
                415,
                "api.media_type",
                N_("This takes a body of type {wanted}."),
                hint=N_("Send the header Content-Type: {wanted}"),
                wanted=JSON,
            )
        return wire.read_body(asked.body or b"{}", operation.request)

    def _may(
        self,
        operation: Operation,
        principal: Principal,
        app: App,
        path: Mapping[str, str],
        body: Any,
    ) -> Reach:
        """Return whose things the call may show; whatever is not the caller's looks absent."""
        action = operation.action
        if action is None:
            return Reach()
        within = reach(principal, action)
        if not in_scopes(principal.scopes, RULES[action]):
            # Before anything is looked up, so that the answer does not depend on what there is.
            self.guard.require(app, principal, action, Resource(operation.noun))
        if operation.resource is None:
            if within.nothing:
                self._require(app, principal, action, Resource(operation.noun))
            return within
        try:
            with app.store.reading() as uow:
                resource = operation.resource(app, uow, path, body)
        except NotFound as error:
            raise absent() from error
        self._require(app, principal, action, resource)
        return within

    def _require(self, app: App, principal: Principal, action: str, resource: Resource) -> None:
        try:
            self.guard.require(app, principal, action, resource)
        except NotFound as error:
            raise absent() from error
        except Refused:
            if not resource.id:
                raise absent() from None
            raise


PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}


def answered(operation: Operation, value: object, headers: Mapping[str, str]) -> Outgoing:
    """Return what a reading handler gave as an answer, with its ETag; 304 if it is known."""
    told = {} if operation.action is None else PRIVATE
    if isinstance(value, Download):
        return Outgoing(operation.status, value.data, value.media_type, {**told, **saved_as(value)})
    if isinstance(value, Feed):
        return Outgoing(operation.status, value, "text/event-stream", told)
    body = wire.encode(value)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    told = {**told, "ETag": tag}
    if tag in known_tags(headers.get("if-none-match", "")):
        return Outgoing(304, b"", JSON, told)
    return Outgoing(operation.status, body, JSON, told)


def saved_as(file: Download) -> dict[str, str]:
    """Return the header that names a file for whoever saves it.

    >>> saved_as(Download(b"", "x/y", 'a"\\nb.txt'))
    {'Content-Disposition': 'attachment; filename="a__b.txt"'}
    """
    if not file.name:
        return {}
    name = "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in file.name)
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return {"Content-Disposition": f'attachment; filename="{plain}"'}


def known_tags(header: str) -> set[str]:
    """Return the tags of an ``If-None-Match``; a weak one names the same bytes here.

    >>> sorted(known_tags('W/"a", "b"'))
    ['"a"', '"b"']
    """
    return {tag.strip().removeprefix("W/") for tag in header.split(",")[:20]}
