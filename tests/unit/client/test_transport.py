"""The client: harmless repetitions, refusals as typed errors, no token in the clear."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from entrepot.client.exchange import Exchange
from entrepot.client.transport import Server, Transport
from entrepot.kernel.errors import Conflict, EntrepotError, Fault, Invalid, NotFound, Refused

DONE = (200, b"{}", {})
Answer = tuple[int, bytes, dict[str, str]]


@contextmanager
def playing(*answers: Answer) -> Generator[tuple[str, list[dict[str, Any]]]]:
    """Play a server that gives these answers in turn; yield its address and what it was asked."""
    asked: list[dict[str, Any]] = []
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            pass

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            asked.append({"path": self.path, "body": body, **dict(self.headers)})
            status, data, headers = left.pop(0)
            if status == 0:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = answer

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=lambda: server.serve_forever(0.02))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def problem(status: int, code: str) -> Answer:
    body = {"code": code, "detail": "One sentence {with} braces.", "hint": "Do {this}."}
    return status, json.dumps(body).encode(), {}


@pytest.mark.parametrize("first", [(429, b"", {"Retry-After": "7"}), (503, b"", {}), (0, b"", {})])
def test_a_write_is_repeated_under_its_key(first: Answer) -> None:
    waits: list[float] = []
    with playing(first, DONE) as (address, asked):
        transport = Transport(Server(address, "ent_x"), waits.append)
        assert transport.ask("POST", "/x", b"{}") == b"{}"
        transport.close()
    assert len(asked) == 2
    assert asked[0]["Idempotency-Key"] == asked[1]["Idempotency-Key"]
    assert waits == [7 if first[0] == 429 else 1]


def test_it_gives_up_after_its_tries() -> None:
    with playing(*[(503, b"", {})] * 3) as (address, asked):
        transport = Transport(Server(address, tries=3), lambda _s: None)
        with pytest.raises(Fault):
            transport.ask("GET", "/x")
        transport.close()
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Invalid), (401, Refused), (403, Refused), (404, NotFound), (409, Conflict),
     (422, Invalid), (500, Fault)],
)  # fmt: skip
def test_a_refusal_is_the_error_that_it_is_here(status: int, kind: type[EntrepotError]) -> None:
    with playing(problem(status, "quote.expired")) as (address, _asked):
        exchange = Exchange(address, "ent_x", pause=lambda _s: None)
        with pytest.raises(kind) as caught:
            exchange.job("J-1")
        exchange.close()
    assert type(caught.value) is kind and caught.value.code == "quote.expired"
    assert str(caught.value) == "One sentence {with} braces."
    assert caught.value.render_hint() == "Do {this}."


def test_a_refusal_is_not_sent_again() -> None:
    with playing(problem(409, "x"), DONE) as (address, asked):
        exchange = Exchange(address, pause=lambda _s: None)
        with pytest.raises(Conflict):
            exchange.start("L-1")
        exchange.close()
    assert len(asked) == 1


def test_pages_are_followed_to_the_end() -> None:
    row = {"quote_id": "Q", "firm_id": "F", "job": "j", "created_at": 1, "valid_until": 2,
           "candidates": 0, "cheapest_minor": None}  # fmt: skip
    pages = [{"items": [row, row], "next": "abc"}, {"items": [row], "next": None}]
    answers = [(200, json.dumps(page).encode(), {}) for page in pages]
    with playing(*answers) as (address, asked), Exchange(address) as exchange:
        assert len(list(exchange.quotes())) == 3
    assert [one["path"].partition("cursor=")[2] for one in asked] == ["", "abc"]


@pytest.mark.parametrize(
    "address", ["", "exchange.example", "ftp://x", "http://u:p@localhost", "http://x:99999"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        Exchange(address, "ent_x")


def test_a_token_never_travels_in_the_clear() -> None:
    with pytest.raises(Invalid) as caught:
        Exchange("http://exchange.example", "ent_x")
    assert caught.value.code == "client.plain"
    assert Exchange("http://127.0.0.1:1", "ent_x").address
