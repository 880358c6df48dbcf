"""One operation of the API: what it is called, what it needs, who may do it, what it answers.

Routes, checks and the OpenAPI document are all made from a table of these, so that none of the
three can say something else than the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

import msgspec

from entrepot.domain.access.model import Principal, Resource
from entrepot.domain.access.reach import Reach
from entrepot.services.app import App
from entrepot.services.ports import UnitOfWork

Method = Literal["GET", "POST"]
Kind = Literal["json", "pdf", "file", "feed", "text"]

BODY_MAX = 64 * 1024
"""Bytes of a request's body; an operation that takes files says more."""

B = TypeVar("B")
Q = TypeVar("Q")


class NoQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """No parameters."""


@dataclass(frozen=True, slots=True)
class Call(Generic[B, Q]):
    """One call of an operation, after everything about it has been checked.

    Attributes:
        app: the exchange, acting as the principal.
        principal: who asks.
        path: names in the path → their texts.
        query: parameters; body: what was sent; None where the operation takes none.
        key: idempotency key of a write, unique to account and operation; empty for a read.
        reach: whose things a list may show.
    """

    app: App
    principal: Principal
    path: Mapping[str, str]
    query: Q
    body: B
    key: str
    reach: Reach


@dataclass(frozen=True, slots=True)
class Download:
    """An answer that is a file: bytes, or a path that the house itself wrote.

    Attributes:
        data: bytes or where they lie; media_type; name: offered to whoever saves it.
    """

    data: bytes | Path
    media_type: str
    name: str


Handler = Callable[[Call[Any, Any]], object]
Resolver = Callable[[App, UnitOfWork, Mapping[str, str], Any], Resource]
"""(app, transaction, path, body) → the thing asked for with its owners, or NotFound."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation.

    Attributes:
        id: ``operationId``; method and path: below the address of the server.
        summary: one line; tag: chapter of the reference.
        handle: does it.
        response: type of the answer; of one page's item for a list.
        action: word of :mod:`entrepot.domain.access`; None = public, no account needed.
        resource: finds the thing and its owners; None for a list, which is filtered.
        kind: form of the answer; noun: kind of thing that a list shows.
        request: type of the body; None = no body. query: type of the parameters.
        status: of success; listed: answers pages with a cursor.
        body_max: bytes of the body; timeout_s: seconds until the caller is told to come back.
        example: body, as plain values; answer: example of the answer.
    """

    id: str
    method: Method
    path: str
    summary: str
    tag: str
    handle: Handler
    response: Any
    action: str | None = None
    resource: Resolver | None = None
    kind: Kind = "json"
    noun: str = ""
    request: Any = None
    query: Any = NoQuery
    status: int = 200
    listed: bool = False
    body_max: int = BODY_MAX
    timeout_s: int = 30
    example: Mapping[str, object] = field(default_factory=dict[str, object])
    answer: object = None

    @property
    def writes(self) -> bool:
        """Whether it may change something, so that it takes an idempotency key."""
        return self.method != "GET"

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters in the path.

        >>> from types import SimpleNamespace
        >>> Operation.names.fget(SimpleNamespace(path="/a/{b}/c/{d}"))
        ('b', 'd')
        """
        parts = self.path.split("/")
        return tuple(part[1:-1] for part in parts if part.startswith("{"))
