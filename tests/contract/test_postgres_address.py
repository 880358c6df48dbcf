"""What a wrong address, server or password of PostgreSQL is answered with; no password is shown."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from tests.contract.ledger_homes import fresh
from tests.contract.postgres_server import server_url

from entrepot.adapters.sql import postgres_engine, sql_faults
from entrepot.adapters.sql.engine import open_engine, writing
from entrepot.adapters.sql.postgres_engine import refused_connection
from entrepot.kernel.errors import EntrepotError


def changed(**parts: object) -> str:
    url = make_url(server_url()).set(**parts)  # type: ignore[arg-type]
    return url.render_as_string(hide_password=False)


def refusal(url: str) -> EntrepotError:
    with pytest.raises(EntrepotError) as caught:
        open_engine(url)
    said = f"{caught.value} {caught.value.render_hint()} {caught.value.as_dict()}"
    assert "s3cret" not in said
    return caught.value


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"database": "none_such", "password": "s3cret"}, "store.no_database"),
        ({"username": "none_such", "password": "s3cret"}, "store.login"),
    ],
)
def test_a_server_that_lets_nobody_in(parts: dict[str, object], code: str) -> None:
    assert refusal(changed(**parts)).code == code


def test_an_option_that_does_not_exist() -> None:
    host = make_url(server_url()).query["host"]
    assert refusal(changed(query={"host": host, "colour": "red"})).code == "store.option"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://desk:s3cret@127.0.0.1:1/books",
        "postgresql://desk:s3cret@/books?host=/nowhere",
        "postgresql://desk@127.0.0.1:1/books?password=s3cret",
    ],
)
def test_nobody_answers(url: str) -> None:
    assert refusal(url).code == "store.unreachable"


def test_a_port_that_is_no_number_is_no_address() -> None:
    assert refusal("postgresql://desk:s3cret@host:port/books").code == "store.url"


def test_a_wrong_password_is_said_without_repeating_it() -> None:
    error = OperationalError(
        "", {}, Exception('FATAL:  password authentication failed for user "desk"')
    )
    found = refused_connection(error, make_url("postgresql://desk:s3cret@db/books"))
    assert found is not None
    assert found.code == "store.login"
    assert "s3cret" not in str(found)
    assert "postgresql://desk@db/books" in str(found)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((13, "UTF8", "on"), "store.version"),
        ((15, "LATIN1", "on"), "store.encoding"),
        ((15, "UTF8", "off"), "store.fsync"),
    ],
)
def test_a_server_that_cannot_keep_the_books(answer: tuple[object, ...], code: str) -> None:
    with pytest.raises(EntrepotError) as caught:
        postgres_engine._judge(*answer)
    assert caught.value.code == code


@pytest.fixture
def store(tmp_path: Path) -> Engine:
    return fresh("postgresql", tmp_path)


def test_a_commit_is_synchronous_whatever_the_server_says() -> None:
    query = dict(make_url(server_url()).query)
    engine = open_engine(changed(query={**query, "options": "-c synchronous_commit=off"}))
    with engine.connect() as conn:
        assert conn.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
    engine.dispose()


def test_a_writer_that_waits_too_long_is_told_that_the_books_are_busy(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = postgres_engine._LOOK.replace(f"'{sql_faults.BUSY_TIMEOUT_MS}'", "'50'")
    monkeypatch.setattr(postgres_engine, "_LOOK", quick)
    store.dispose()
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with writing(store) as conn, conn.begin():
            held.set()
            done.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(20)
    try:
        with (
            pytest.raises(EntrepotError) as caught,
            sql_faults.sql_errors(),
            writing(store) as conn,
            conn.begin(),
        ):
            pass
    finally:
        done.set()
        holder.join()
    assert caught.value.code == "store.busy"


def test_a_connection_that_the_server_ends_is_a_fault_and_the_next_one_works(
    store: Engine,
) -> None:
    with pytest.raises(EntrepotError) as caught, sql_faults.sql_errors(), store.connect() as conn:
        conn.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert caught.value.code == "store.lost"
    with store.connect() as conn:
        assert conn.execute(text("SELECT 1")).scalar_one() == 1
