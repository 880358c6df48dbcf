"""The public API: public things only, for reading only, with problem documents for all else."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from tests.played_home import copy_of, edit, played

from entrepot.bootstrap import open_app
from entrepot.faces.api.app import create_api
from entrepot.services import public_view
from entrepot.services.app import App
from entrepot.services.public_model import PublicCheckpoint
from entrepot.services.settings import read_settings

PATHS = ("/", "/api/centres", "/api/offers", "/api/checkpoint", "/health", "/ready")
OPENAPI = "/api/openapi.json"
LANGUAGES = ("en", "zh-Hant", "zh-Hans")
METHODS = ("POST", "PUT", "PATCH", "DELETE")

Client = TestClient[Litestar]


def app_of(home: Path) -> App:
    return open_app(read_settings({"ENTREPOT_HOME": str(home)}))


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with TestClient(create_api(app_of(played().home))) as found:
        yield found


def everything(client: Client) -> str:
    """Return all that the server ever says."""
    pages = [client.get(f"/?lang={lang}").text for lang in LANGUAGES]
    answers = [client.get(path).text for path in (*PATHS, OPENAPI)]
    return "\n".join(pages + answers)


def secrets() -> dict[str, str]:
    """Return what no answer may hold, by what it is; read from the home itself."""
    db = sqlite3.connect(played().home / "entrepot.db")
    found: dict[str, str] = {}
    for table, columns in {
        "firm": ("id", "name", "address", "registration"),
        "quote": ("id", "digest"),
        "lease": ("id", "hold_id"),
        "job": ("id", "name"),
        "invoice": ("id", "number", "digest"),
        "ledger_transfer": ("id",),
        "ledger_account": ("code",),
    }.items():
        for column in columns:
            for (value,) in db.execute(f"SELECT {column} FROM {table}"):
                found[f"{table}.{column}={value}"] = str(value)
    for (account,) in db.execute("SELECT account FROM centre"):
        found |= {f"account {text}": text for text in re.findall(r'"(\w{9,})"', account)}
    db.close()
    common = {"bank", "revenue", "tax"}  # words of everyday
    return {name: value for name, value in found.items() if value not in common}


def leaks(text: str) -> list[str]:
    return [
        name for name, value in secrets().items() if re.search(rf"\b{re.escape(value)}\b", text)
    ]


@pytest.mark.parametrize("path", (*PATHS, OPENAPI))
def test_every_public_path_answers(path: str, client: Client) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_public_routes_only_read(client: Client) -> None:
    routes = {route.path: set(route.methods) for route in client.app.routes}  # pyright: ignore[reportAttributeAccessIssue]
    public = {path: methods for path, methods in routes.items() if "/v1/" not in path}
    assert set(PATHS) <= set(public)
    for methods in public.values():
        assert methods <= {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", PATHS)
def test_nothing_can_be_written(method: str, path: str, client: Client) -> None:
    answer = client.request(method, path, json={})
    assert answer.status_code == 405
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["status"] == 405


@pytest.mark.parametrize(
    "path",
    ["firms", "quotes", "leases", "jobs", "invoices", "ledger", "journal", "usage", "instruments"],
)
def test_there_is_no_path_to_what_is_not_public(path: str, client: Client) -> None:
    for prefix in ("/", "/api/"):
        answer = client.get(prefix + path)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json()["code"] == "http.not_found"


def test_no_answer_holds_anything_of_firms_or_deals(client: Client) -> None:
    assert len(secrets()) > 15
    assert leaks(everything(client)) == []


def test_a_leak_would_be_found(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted bug: the checkpoint names the firm."""
    point = PublicCheckpoint(played().firm, 1, 1, "0")
    monkeypatch.setattr(public_view, "public_checkpoint", lambda _app: point)
    assert leaks(everything(client))


def test_centres_show_what_is_public(client: Client) -> None:
    body = client.get("/api/centres").json()
    (centre,) = body["under_contract"]
    assert centre["id"] == "demo-gz"
    assert centre["demonstration"] is True
    assert "account" not in centre
    assert len(body["named_in_public"]) == 28
    for known in body["named_in_public"]:
        assert known["grade"] in "ABCSKX"


def test_offers_are_exact(client: Client) -> None:
    offers = client.get("/api/offers").json()
    assert [offer["price"] for offer in offers] == ["120", "80", "160"]
    assert {offer["asset"] for offer in offers} == {"CNY"}


def test_the_checkpoint_is_the_head_of_the_journal(client: Client) -> None:
    head = app_of(played().home).store.journal_head()
    assert client.get("/api/checkpoint").json() == dict(head)


def test_the_document_describes_every_path(client: Client) -> None:
    document = client.get(OPENAPI).json()
    assert document["openapi"].startswith("3.1")
    assert set(PATHS) - {"/"} <= set(document["paths"])
    for path in PATHS[1:]:
        assert set(document["paths"][path]) == {"get"}


@pytest.mark.parametrize(
    ("path", "header", "lang"),
    [
        ("/", "zh-CN,zh;q=0.9,en;q=0.1", "zh-Hans"),
        ("/", "en;q=0.1, zh-HK", "zh-Hant"),
        ("/", "fr", "en"),
        ("/", "zh;q=9, ;;,q=", "en"),
        ("/?lang=zh-Hant", "en", "zh-Hant"),
        ("/?lang=tlh", "zh-CN", "zh-Hans"),
    ],
)
def test_the_page_speaks_the_language_asked_for(
    path: str, header: str, lang: str, client: Client
) -> None:
    answer = client.get(path, headers={"Accept-Language": header})
    assert answer.headers["content-language"] == lang
    assert f'<html lang="{lang}">' in answer.text
    assert answer.headers["vary"].lower().count("accept-language") == 1


def test_a_home_that_is_damaged_is_not_ready_and_says_nothing_of_why(tmp_path: Path) -> None:
    home = copy_of(played().home, tmp_path)
    edit(home, "ALTER TABLE journal RENAME TO gone")
    with TestClient(create_api(app_of(home)), raise_server_exceptions=False) as client:
        assert client.get("/health").status_code == 200
        answer = client.get("/ready")
        assert answer.status_code >= 500
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert "journal" not in answer.text
        assert str(home) not in answer.text
