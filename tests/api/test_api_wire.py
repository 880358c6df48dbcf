"""Bad input over HTTP: the right status, one sentence, no leak, no effect."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from tests.api_world import (
    COOKIE,
    FORM,
    Client,
    PlayedGuard,
    client_of,
    head,
    job_text,
    open_home,
    principals,
    world,
)
from tests.played_home import copy_of

from entrepot.domain.access.model import Grant, Principal
from entrepot.faces.api.app import create_api
from entrepot.faces.api.front import Front
from entrepot.faces.api.limits import Limits
from entrepot.faces.api.operations import OPERATIONS
from entrepot.faces.api.pipeline import COOKIE as SESSION

QUOTES = "/api/v1/quotes"
JSON = {"Content-Type": "application/json"}
WRITES = [one for one in OPERATIONS if one.writes]
READS = [one for one in OPERATIONS if not one.writes and one.kind == "json"]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with client_of(copy_of(world().home, tmp_path_factory.mktemp("wire")), world()) as found:
        yield found


def refused(answer: Any, status: int) -> str:
    """Return the code of a refusal, which is a problem document of one sentence."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    body = answer.json()
    assert body["status"] == status and body["detail"]
    assert "Traceback" not in answer.text and str(world().home.parent) not in answer.text
    return body["code"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"[]", 422),
        (b"null", 422),
        (b"\xff\xfe", 400),
        (b'{"yaml": "a\\u0000b"}', 400),
        (b'{"yaml": "\\ud800"}', 400),
        (b'{"job": {"n": 18446744073709551616}}', 400),
        (b'{"job": {"n": 1e400}}', 400),
        (b'{"job": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", 413),
        (b'{"yaml": "' + b"[" * 5000 + b'"}', 422),
        (b'{"job": {"a": ' + b"[" * 200 + b"]" * 200 + b"}}", 400),
        (b'{"yaml": "a: 1", "more": 1}', 422),
        (b'{"candidates_max": 0, "yaml": "a: 1"}', 422),
        (b'{"candidates_max": "20", "yaml": "a: 1"}', 422),
        (b'{"yaml": "job: x"}', 422),
        (b'{"yaml": "a: 1", "job": {}}', 422),
        (b'{"job": {"run": {"command": [1, {}]}}}', 422),
        (b'{"yaml": "a: &a [*a]"}', 422),
        (b'{"yaml": "!!python/object:os.system {}"}', 422),
    ],
)
def test_a_bad_body_is_refused(body: bytes, status: int, client: Client) -> None:
    place = QUOTES if status != 413 else "/api/v1/leases"
    refused(client.post(place, content=body, headers={**head(key="k"), **JSON}), status)


@pytest.mark.parametrize("key", ["", " ", "ä", "x" * 101, "a\tb", "a,b"])
def test_a_write_needs_a_sound_key(key: str, client: Client) -> None:
    headers: Any = {**head(), **({"Idempotency-Key": key.encode()} if key else {})}
    answer = client.post(QUOTES, json={"yaml": job_text()}, headers=headers)
    assert refused(answer, 400) == "api.key"


@pytest.mark.parametrize("operation", WRITES, ids=lambda one: one.id)
def test_every_write_asks_for_a_key(operation: Any) -> None:
    names = [one["name"] for one in described(operation)["parameters"]]
    assert "Idempotency-Key" in names


def described(operation: Any) -> Any:
    from entrepot.faces.api.openapi import document

    return document()["paths"][operation.path][operation.method.lower()]


@pytest.mark.parametrize(
    "query",
    ["?limit=0", "?limit=201", "?limit=x", "?limit=1&limit=2", "?cursor=%00", "?cursor=zzz",
     "?cursor=WyJxIiwiUSJd", "?more=1", "?limit=" + "9" * 400, "?cursor=" + "A" * 299],
)  # fmt: skip
def test_a_bad_query_is_refused(query: str, client: Client) -> None:
    answer = client.get(QUOTES + query, headers=head())
    assert refused(answer, answer.status_code) and answer.status_code in (400, 422)


@pytest.mark.parametrize(
    "path", ["Q-1", "%00", "..%2f..%2fetc", "a%20b", "Q-" + "0" * 400, "%ff", "'; drop", "算"]
)
def test_a_strange_id_is_not_found(path: str, client: Client) -> None:
    refused(client.get(f"{QUOTES}/{path}", headers=head()), 404)


@pytest.mark.parametrize(
    "value", ["Bearer", "Bearer ", "Basic bWVp", "Bearer nobody", "Bearer " + "x" * 600, "tenant"]
)
def test_a_token_that_is_none_lets_nobody_in(value: str, client: Client) -> None:
    answer = client.get(QUOTES, headers={"Authorization": value})
    assert refused(answer, 401) == "api.unauthenticated"
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_another_type_of_body_is_refused(client: Client) -> None:
    headers = {**head(key="k"), "Content-Type": "text/plain"}
    assert refused(client.post(QUOTES, content=b"{}", headers=headers), 415) == "api.media_type"


def test_a_path_or_method_that_is_not_there_is_a_problem_document(client: Client) -> None:
    refused(client.get("/api/v1/teapots", headers=head()), 404)
    refused(client.delete(QUOTES, headers=head()), 405)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_of_another_site_writes_nothing(site: str, client: Client) -> None:
    client.cookies.set(SESSION, COOKIE)
    try:
        key = {"Idempotency-Key": "k"}
        body = {"quote_id": "Q-1"}
        without = client.post("/api/v1/leases", json=body, headers=key)
        assert refused(without, 403) == "api.form"
        wrong = {**key, "X-CSRF-Token": "guessed"}
        assert refused(client.post("/api/v1/leases", json=body, headers=wrong), 403) == "api.form"
        foreign = {**key, "X-CSRF-Token": FORM, "Sec-Fetch-Site": site}
        assert refused(client.post("/api/v1/leases", json=body, headers=foreign), 403) == "api.form"
        own = {**key, "X-CSRF-Token": FORM, "Sec-Fetch-Site": "same-origin"}
        assert refused(client.post("/api/v1/leases", json=body, headers=own), 404)
        assert client.get(QUOTES).status_code == 200
    finally:
        client.cookies.clear()


def test_a_narrowed_token_is_refused_alike_for_what_is_there_and_what_is_not(
    client: Client,
) -> None:
    service = client.app.state["service"]
    grant = Grant("tenant", "firm", world().own, "lead")
    narrow = Principal("U-n", "nan", (grant,), "token", frozenset({"quote.read"}))
    service.pipeline.guard.principals["narrow"] = narrow
    there = client.get(f"/api/v1/firms/{world().other}", headers=head("narrow"))
    not_there = client.get("/api/v1/firms/F-1", headers=head("narrow"))
    assert refused(there, 403) == refused(not_there, 403)
    assert there.text == not_there.text
    assert client.get(QUOTES, headers=head("narrow")).status_code == 200


def test_a_page_that_is_known_is_not_sent_again(client: Client) -> None:
    place = f"/api/v1/firms/{world().own}"
    first = client.get(place, headers=head())
    tag = first.headers["etag"]
    again = client.get(place, headers={**head(), "If-None-Match": f'"x", W/{tag}'})
    assert again.status_code == 304 and again.content == b""
    other = client.get(place, headers={**head(), "If-None-Match": '"x"'})
    assert other.status_code == 200
    assert first.headers["cache-control"] == "private, no-cache"
    assert "Authorization" in first.headers["vary"]


def test_pages_follow_each_other_without_gap_or_repetition(client: Client) -> None:
    made = [
        client.post(QUOTES, json={"yaml": job_text()}, headers=head(key=f"p{n}")).json()
        for n in range(5)
    ]
    seen: list[str] = []
    cursor = ""
    while True:
        page = client.get(f"{QUOTES}?limit=2&cursor={cursor}", headers=head()).json()
        seen += [one["quote_id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert len(seen) == len(set(seen))
    assert [one["quote_id"] for one in made] == seen[4::-1]
    refused(client.get(f"/api/v1/leases?cursor={cursor}", headers=head()), 400)


def fronted(limits: Limits) -> TestClient[Any]:
    api: Any = create_api(open_home(world().home), PlayedGuard(principals(world())), limits)
    front: Any = Front(api, limits)
    return TestClient(front, raise_server_exceptions=False)


def test_an_address_that_asks_too_fast_waits() -> None:
    client = fronted(Limits(address_rate=1, address_burst=3))
    answers = [client.get("/health") for _ in range(5)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
    assert refused(answers[-1], 429) == "api.too_many"
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_an_account_that_asks_too_fast_waits_and_others_do_not() -> None:
    client = fronted(Limits(account_rate=1, account_burst=2))
    answers = [client.get(QUOTES, headers=head()) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 429, 429]
    assert client.get(QUOTES, headers=head("near")).status_code == 200


def test_every_answer_has_safe_headers_and_an_id_of_its_own() -> None:
    client = fronted(Limits())
    ids: set[str] = set()
    for path in ("/", "/health", "/nowhere", QUOTES):
        answer = client.get(path, headers={"X-Request-Id": "a\\nSet-Cookie: b"})
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        ids.add(answer.headers["x-request-id"])
    assert len(ids) == 4


def test_a_server_that_stops_takes_nothing_new() -> None:
    api: Any = create_api(open_home(world().home), PlayedGuard({}))
    front: Any = Front(api, Limits())
    client: TestClient[Any] = TestClient(front, raise_server_exceptions=False)
    assert client.get("/health").status_code == 200
    front.draining = True
    assert refused(client.get("/health"), 503) == "api.stopping"


def test_figures_count_and_name_no_caller(tmp_path: Path) -> None:
    client = fronted(Limits())
    client.get("/api/v1/quotes/Q-secret", headers=head())
    text = client.get("/metrics", headers=head("operator")).text
    assert 'entrepot_requests_total{operation="quote.read",status="404"}' in text
    assert "Q-secret" not in text
    assert client.get("/metrics", headers=head()).status_code == 404
    assert client.get("/metrics").status_code == 401


def test_a_drain_waits_for_what_is_under_way_but_not_for_ever() -> None:
    async def play() -> tuple[list[str], bool]:
        told: list[str] = []
        began, go_on = asyncio.Event(), asyncio.Event()

        async def slow(_scope: Any, _receive: Any, _send: Any) -> None:
            began.set()
            await go_on.wait()
            told.append("answered")

        front = Front(slow, Limits(drain_s=30))
        request = asyncio.create_task(front({"type": "http"}, nothing, nothing))
        await began.wait()
        drained = asyncio.create_task(front.drain())
        await asyncio.sleep(0.05)
        waits = not drained.done()
        go_on.set()
        await drained
        told.append("drained")
        await request
        stuck = Front(slow, Limits(drain_s=0))
        go_on.clear()
        request = asyncio.create_task(stuck({"type": "http"}, nothing, nothing))
        await asyncio.sleep(0)
        await stuck.drain()
        request.cancel()
        return told, waits

    assert asyncio.run(play()) == (["answered", "drained"], True)


async def nothing(*_: Any) -> Any:
    return {}
