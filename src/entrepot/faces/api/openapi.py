"""The OpenAPI document: the table of operations in the words of OpenAPI 3.1.

Source: OpenAPI Specification 3.1.1, https://spec.openapis.org/oas/v3.1.1, 2024-10-24.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

import msgspec

from entrepot import __version__
from entrepot.faces.api.operation import Operation
from entrepot.faces.api.operations import OPERATIONS
from entrepot.faces.api.paging import PageOf

Json = dict[str, Any]
_REF = "#/components/schemas/{name}"
_MEDIA = {
    "json": "application/json",
    "pdf": "application/pdf",
    "file": "application/octet-stream",
    "feed": "text/event-stream",
    "text": "text/plain",
}
_NAME = {"type": "string", "minLength": 1, "maxLength": 80, "pattern": "^[A-Za-z0-9._:-]+$"}


class Problem(msgspec.Struct, frozen=True):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    hint: str = ""
    fields: dict[str, str] = {}


@cache
def document() -> Json:
    """Return the document as plain values."""
    types = [one for operation in OPERATIONS for one in _types(operation)]
    schemas, components = msgspec.json.schema_components([*types, Problem], ref_template=_REF)
    known = dict(zip(map(repr, [*types, Problem]), schemas, strict=True))
    paths: dict[str, Json] = {}
    for operation in OPERATIONS:
        described = _operation(operation, known)
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "entrepôt",
            "version": __version__,
            "description": "Everything that the exchange does for a firm, a centre, a voucher "
            "authority, its operators and auditors. Money in minor units, time in Unix seconds. "
            "What is not yours looks as if it were not there.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(one.tag for one in OPERATIONS)],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {"Problem": _problem(known)},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "ent_…"},
                "session": {"type": "apiKey", "in": "cookie", "name": "entrepot_session"},
            },
        },
    }


def _types(operation: Operation) -> list[Any]:
    asked = [operation.request] if operation.request is not None else []
    return [*asked, operation.query, answer_type(operation)]


def answer_type(operation: Operation) -> Any:
    """Return the type of an operation's answer."""
    return PageOf[operation.response] if operation.listed else operation.response


def _operation(operation: Operation, known: Mapping[str, Json]) -> Json:
    described: Json = {
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": _parameters(operation),
        "responses": _responses(operation, known),
        "security": [{"token": []}, {"session": []}] if operation.action else [],
    }
    if operation.action:
        described["x-action"] = operation.action
    if operation.request is not None:
        media: Json = {"schema": known[repr(operation.request)], "example": operation.example}
        described["requestBody"] = {"required": True, "content": {"application/json": media}}
    return described


def _parameters(operation: Operation) -> list[Json]:
    found: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": _NAME} for name in operation.names
    ]
    schema, parts = msgspec.json.schema_components([operation.query])
    name = str(schema[0]["$ref"]).rpartition("/")[2]
    for key, value in cast("Json", parts[name]).get("properties", {}).items():
        required = key in cast("Json", parts[name]).get("required", [])
        found.append({"name": key, "in": "query", "required": required, "schema": value})
    if operation.writes:
        schema_of_key = {"type": "string", "minLength": 1, "maxLength": 100}
        schema_of_key["pattern"] = "^[A-Za-z0-9._:/+=-]+$"
        note = "One a write; repeat it only to repeat that write."
        found.append(
            {"name": "Idempotency-Key", "in": "header", "required": True, "description": note,
             "schema": schema_of_key, "example": "0f8fad5b-d9cb-469f-a165-70867728950e"}
        )  # fmt: skip
    return found


def statuses(operation: Operation) -> Sequence[int]:
    """Return the refusals that an operation may answer with."""
    found = {400, 422, 429, 503}
    if operation.action:
        found |= {401, 403, 404}
    if operation.writes:
        found |= {408, 409, 413, 415}
    return sorted(found | {504})


def _responses(operation: Operation, known: Mapping[str, Json]) -> Json:
    media: Json = {}
    if operation.kind == "json":
        media = {"schema": known[repr(answer_type(operation))]}
    done: Json = {"description": "Done.", "content": {_MEDIA[operation.kind]: media}}
    if operation.kind == "json" and not operation.writes:
        done["headers"] = {"ETag": {"schema": {"type": "string"}}}
    refused = {str(one): {"$ref": "#/components/responses/Problem"} for one in statuses(operation)}
    known_already: Json = {}
    if operation.kind == "json" and not operation.writes:
        known_already["304"] = {"description": "As If-None-Match says."}
    return {str(operation.status): done, **known_already, **refused}


def _problem(known: Mapping[str, Json]) -> Json:
    example: Json = {
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
        "code": "quote.expired",
        "detail": "Quote Q-… was valid until 2026-11-21T08:15:00Z.",
        "hint": "Ask again.",
        "fields": {},
    }
    media: Json = {"schema": known[repr(Problem)], "example": example}
    return {
        "description": "A refusal, in one clear sentence with what to do.",
        "content": {"application/problem+json": media},
    }
