"""A real server: from a token to a PDF by the typed client, its feed, and how it stops."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.api_world import job_text, open_home, world
from tests.played_home import CODE, ROOT, copy_of

from entrepot.client.exchange import Exchange
from entrepot.domain.access.model import Grant
from entrepot.kernel.errors import Fault, NotFound, Refused
from entrepot.services.identity_accounts import create_account
from entrepot.services.identity_grants import give_grant
from entrepot.services.identity_tokens import make_token


@dataclass(frozen=True, slots=True)
class Served:
    """A running server with the tokens of two tenants."""

    url: str
    process: subprocess.Popen[str]
    own: str
    other: str


def token_of(home: Path, login: str, firm: str) -> str:
    """Make an account of a firm and return a token of it."""
    app = open_home(home)
    create_account(app, login, login.title(), "en", f"make:{login}")
    give_grant(app, login, Grant("tenant", "firm", firm, "lead"), f"grant:{login}")
    text, _ = make_token(app, login, "test", ["*"])
    app.store.engine.dispose()
    return text


@contextmanager
def serving(home: Path, own: str, other: str) -> Generator[Served]:
    words = ["--home", str(home), "serve", "--port", "0", "--json"]
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        while line and not line.startswith("{"):
            line = process.stdout.readline()
        assert line, process.communicate()[1]
        yield Served(json.loads(line)["url"], process, own, other)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of(world().home, tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def served(home: Path) -> Generator[Served]:
    own, other = token_of(home, "mei", world().own), token_of(home, "olga", world().other)
    with serving(home, own, other) as found:
        yield found


def test_a_tenant_goes_from_a_token_to_a_pdf(served: Served) -> None:
    with Exchange(served.url, served.own) as exchange:
        found = exchange.quote(job_text(), key="k1")
        lease = exchange.lease(found.quote_id, accept_duties=True, key="k2")
        assert exchange.lease(found.quote_id, accept_duties=True, key="k2") == lease
        job = exchange.wait(exchange.start(lease.lease_id).job_id, looks=60)
        assert job.state == "succeeded" and job.invoice is not None
        assert exchange.output(job.job_id, "out.txt") == b"done\n"
        assert exchange.invoice_pdf(job.invoice).startswith(b"%PDF")
        assert exchange.usage(job.job_id).milli_device_seconds > 0
        (bill,) = exchange.invoices()
        assert exchange.balance(world().own).balance_minor == 50_000 - bill.total_minor
        assert [one.quote_id for one in exchange.quotes()] == [found.quote_id]
    with Exchange(served.url, served.other) as other:
        assert list(other.quotes()) == []
        with pytest.raises(NotFound):
            other.invoice(job.invoice)


def test_many_at_once_under_one_key_take_one_lease(served: Served) -> None:
    with Exchange(served.url, served.own) as exchange:
        found = exchange.quote(job_text(), key="race")
        taken: list[str] = []

        def take() -> None:
            with Exchange(served.url, served.own) as one:
                lease = one.lease(found.quote_id, accept_duties=True, key="race")
                taken.append(lease.lease_id)

        threads = [threading.Thread(target=take) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(taken) == 8 and len(set(taken)) == 1
        held = [one for one in exchange.leases() if one.quote_id == found.quote_id]
        assert len(held) == 1
        exchange.release(held[0].lease_id, "the race is over")
        assert exchange.balance(world().own).held_minor == 0


def test_the_feed_tells_as_it_happens_and_goes_on_where_it_was(served: Served) -> None:
    with Exchange(served.url, served.own) as exchange:
        heard: list[str] = []
        ready = threading.Event()

        def listen() -> None:
            for event in Exchange(served.url, served.own).feed(0):
                heard.append(event.command)
                ready.set()
                if heard[-1] == "lease.release":
                    return

        thread = threading.Thread(target=listen)
        thread.start()
        assert ready.wait(20)
        found = exchange.quote(job_text(), key="f1")
        lease = exchange.lease(found.quote_id, accept_duties=True)
        exchange.release(lease.lease_id, "no more need")
        thread.join(20)
    assert not thread.is_alive() and heard[-3:] == ["quote.make", "lease.take", "lease.release"]


def test_without_a_good_token_there_is_one_sentence(served: Served) -> None:
    spoiled = served.own[:-1] + ("0" if served.own[-1] != "0" else "1")
    for token in ("", "ent_none", spoiled):
        with Exchange(served.url, token) as exchange, pytest.raises(Refused) as caught:
            list(exchange.jobs())
        assert caught.value.code == "api.unauthenticated"


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /health HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /api/v1/quotes HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
        b"Content-Length: 9\r\n\r\nhello",
        b"GET /" + b"a" * 900_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_a_request_that_is_none_does_no_harm(sent: bytes, served: Served) -> None:
    port = int(served.url.rstrip("/").rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), 20) as wire:
        try:
            wire.sendall(sent)
            wire.shutdown(socket.SHUT_WR)
            answer = wire.recv(65_536)
        except OSError:
            answer = b""
    status = int(answer.split(b" ", 2)[1]) if answer else 400
    assert 200 <= status < 500
    assert Exchange(served.url).address and served.process.poll() is None


def test_a_server_that_is_stopped_finishes_what_it_does(home: Path, served: Served) -> None:
    """A quote that is under way when the server is told to stop is answered all the same."""
    with serving(home, served.own, served.other) as second:
        exchange = Exchange(second.url, second.own, tries=1)
        exchange.balance(world().own)  # the connection is open
        answers: list[object] = []

        def ask() -> None:
            try:
                answers.append(exchange.quote(job_text(), explain=True, key="stop").quote_id)
            except Fault as error:
                answers.append(error.code)

        thread = threading.Thread(target=ask)
        thread.start()
        second.process.send_signal(signal.SIGTERM)
        thread.join(30)
        _, err = second.process.communicate(timeout=30)
        assert second.process.returncode == 0 and err == ""
    with Exchange(served.url, served.own) as again:
        repeated = again.quote(job_text(), explain=True, key="stop").quote_id
    assert answers[0] in (repeated, "api.stopping", "client.silent")
    assert [one.quote_id for one in again.quotes()].count(repeated) == 1
