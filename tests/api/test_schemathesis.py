"""The API never breaks: cases made from its own document, sent under the token of every role.

Each answer has to be one that the document names, of the form that it names, and never a fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import ServerError
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.api_things import things
from tests.api_world import ACTORS, PlayedGuard, head, open_home, principals, world
from tests.played_home import copy_of
from tests.sizes import figure, size

from entrepot.faces.api.app import OPENAPI_PATH, create_api
from entrepot.faces.api.limits import Limits
from entrepot.faces.api.operation import Call, Operation
from entrepot.faces.api.operations import OPERATIONS

CASES = size("API_CASES", 0, 30_000)
"""Cases in all, each operation with its share under each role; 0 = one an operation, whose role
goes round."""

CHECKS: Any = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
FAST = Limits(account_rate=10**6, account_burst=10**6, feed_s=0, poll_s=0.001)


def served(folder: Any, operations: Any = OPERATIONS) -> Litestar:
    app = open_home(copy_of(things().home, folder))
    return create_api(app, PlayedGuard(principals(world())), FAST, operations)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Litestar]:
    yield served(tmp_path_factory.mktemp("cases"))


def lasting(api: Litestar) -> Any:
    """Return the application without its end: the client would stop it after every case."""

    async def call(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await api(scope, receive, send)
            return
        for word in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{word}.complete"})

    return call


def play(api: Litestar, actor: str, wanted: set[str], count: int) -> int:
    """Send ``count`` cases to each wanted operation; return how many were sent."""
    schema: Any = schemathesis.openapi.from_asgi(OPENAPI_PATH, app=lasting(api))
    sent = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.definition.raw["operationId"] not in wanted:
            continue
        known = st.sampled_from(["own", "random", "made"])

        @settings(
            max_examples=count,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
            database=None,
        )
        @given(case=operation.as_strategy(), whose=known)
        def one(case: Any, whose: str) -> None:
            nonlocal sent
            sent += 1
            if whose != "made" and case.path_parameters:
                case.path_parameters = {n: things().ids[whose][n] for n in case.path_parameters}
            answer = case.call(headers=head(actor))
            case.validate_response(answer, checks=CHECKS)

        one()
    return sent


@pytest.mark.parametrize("actor", ACTORS)
def test_no_case_breaks_the_api(actor: str, api: Litestar) -> None:
    begin = 0 if CASES else ACTORS.index(actor)
    wanted = {one.id for one in OPERATIONS[begin :: 1 if CASES else len(ACTORS)]}
    count = max(1, CASES // (len(OPERATIONS) * len(ACTORS)))
    sent = play(api, actor, wanted, count)
    figure("api_cases", actor=actor, cases=sent)
    assert sent >= len(wanted)


def planted(call: Call[Any, Any]) -> object:
    raise ZeroDivisionError


def test_a_fault_would_be_found(tmp_path: Any) -> None:
    """Planted bug: an operation divides by nothing."""
    table = [_broken(one) if one.id == "firm.list" else one for one in OPERATIONS]
    with pytest.raises(BaseExceptionGroup) as caught:
        play(served(tmp_path, table), "tenant", {"firm.list"}, 3)
    assert caught.group_contains(ServerError)


def _broken(operation: Operation) -> Operation:
    from dataclasses import replace

    return replace(operation, handle=planted)
