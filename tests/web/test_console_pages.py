"""Every page of the console: whole in three languages, safe, and shut to whoever it is not for."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from tests.api_world import open_home
from tests.played_home import copy_of, played
from tests.web_world import ROLES, Client, Outline, client_of

from entrepot.faces.web import render
from entrepot.faces.web.errors import error_answer
from entrepot.faces.web.reader import LANGUAGES, Reader
from entrepot.faces.web.routes import pages
from entrepot.faces.web.visit import Page, Visit
from entrepot.kernel.errors import NotFound

HTMX_SHA384 = "2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"
"""Of htmx.org 2.0.11, dist/htmx.min.js, as published on npm."""

HOLDER = {
    "/firm": "tenant", "/jobs": "tenant", "/quotes": "tenant", "/leases": "tenant",
    "/invoices": "tenant", "/balance": "tenant", "/vouchers": "tenant", "/instruments": "tenant",
    "/centre": "supplier", "/statements": "supplier", "/desk": "operator",
    "/funds": "voucher_authority", "/audit": "auditor",
}  # fmt: skip
"""First part of a path → the role whose page it is."""


def holder(page: Page) -> str:
    """Return the role whose page it is; empty for everybody's."""
    return HOLDER.get("/" + page.path.split("/")[1], "tenant" if page.action is not None else "")


def address(page: Page) -> str:
    """Return a page's address with ids of the played home in it."""
    ids = {"job": played().job, "lease": played().lease, "number": played().invoice}
    ids |= {"quote": quote_id(), "secret": "entinv_none", "row": "cn.transit", "call": "AC-0"}
    return page.path.format_map(
        ids | {"claim": "C-0", "batch": "B-0", "proposal": "PR-0", "task": "D-0"}
    )


@cache
def quote_id() -> str:
    """Return the quote behind the played lease."""
    with open_home(played().home).store.reading() as uow:
        lease = uow.deals.lease(played().lease)
    assert lease is not None
    return lease.quote_id


SHOWN = [page for page in pages() if page.method == "GET"]
FILES = {
    "/jobs/{job}/log",
    "/jobs/{job}/output",
    "/invoices/{number}/pdf",
    "/invoices/{number}/json",
    "/firm/billed.svg",
    "/auction/{call}/prices.svg",
}
MOVES = {"/start"}
LINKS = {"/setup/{secret}", "/invitation/{secret}", "/password/{secret}"}
OPENED = {"/auction/{call}"}
"""Pages of things that the played home does not hold; a test of their own makes one."""

WHOLE = [p for p in SHOWN if p.path not in FILES | MOVES | LINKS | OPENED]


@pytest.fixture(scope="module")
def clients() -> Iterator[dict[str, Client]]:
    """Return a browser for each role."""
    with ExitStack() as stack:
        yield {
            role: stack.enter_context(client_of(played().home, played(), role))
            for role in ("", *ROLES)
        }


@pytest.fixture(scope="module")
def addresses() -> dict[str, str]:
    """Return path → address in the played home."""
    return {page.path: address(page) for page in pages()}


@pytest.mark.parametrize("page", WHOLE, ids=lambda page: page.path)
def test_a_page_is_whole_in_three_languages(
    page: Page, clients: dict[str, Client], addresses: dict[str, str]
) -> None:
    client = clients[holder(page)]
    for lang in LANGUAGES:
        answer = client.get(addresses[page.path], params={"lang": lang})
        assert answer.status_code == 200, answer.text[-300:]
        assert answer.headers["content-language"] == lang
        assert answer.headers["content-security-policy"] == render.POLICY
        _is_sound(answer.text, lang, whole=not page.path.endswith("/state"))
    client.get("/", params={"lang": "en"})


def _is_sound(html: str, lang: str, *, whole: bool) -> None:
    outline = Outline(html)
    assert outline.open == []
    for tag, attrs in outline.tags:
        assert "style" not in attrs and not any(name.startswith("on") for name in attrs), tag
        for name in ("src", "action", "hx-get", "hx-post"):
            assert attrs.get(name, "/").startswith("/"), attrs
    assert not outline.all("style")
    assert all(script.get("src") for script in outline.all("script"))
    ids = [attrs["id"] for _tag, attrs in outline.tags if attrs.get("id")]
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)
    if whole:
        assert outline.all("html")[0]["lang"] == lang
        assert len(outline.all("h1")) == 1 and len(outline.all("main")) == 1
        assert outline.all("a")[0]["href"] == "#content"


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.path)
def test_a_page_is_shut_to_whoever_it_is_not_for(
    page: Page, clients: dict[str, Client], addresses: dict[str, str]
) -> None:
    if page.action is None or page.path == "/start":
        return
    answer = clients[""].get(addresses[page.path])
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
    names = {"job", "lease", "quote", "number"} & set(page.names)
    if names or "jobs/new" in page.path:
        # Another firm's tenant sees what nobody has: nothing.
        strange = clients["stranger"].get(addresses[page.path])
        assert strange.status_code == 404
        assert played().firm not in strange.text and "demo-gz" not in strange.text


def test_a_page_that_forgets_its_owner_would_be_found(
    clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bug: without the question for the right, another firm's page opens."""
    path = f"/jobs/{played().job}"
    assert clients["stranger"].get(path).status_code == 404
    monkeypatch.setattr(Visit, "require", lambda *_: None)
    assert clients["stranger"].get(path).status_code == 200


def test_unknown_things_and_paths_look_alike(clients: dict[str, Client]) -> None:
    tenant = clients["tenant"]
    texts = {
        re.search(r"<main.*</main>", tenant.get(path).text, re.DOTALL)[0]  # type: ignore[index]
        for path in ("/jobs/J-none", "/leases/L-none", "/quotes/Q-none", "/nothing", "/a/b/c")
    }
    assert len(texts) == 1
    assert tenant.get("/nothing").status_code == 404


def test_vendored_scripts_are_what_was_published() -> None:
    data = render.static_file("vendor/htmx-2.0.11.min.js")
    assert base64.b64encode(hashlib.sha384(data).digest()).decode() == HTMX_SHA384
    changed = base64.b64encode(hashlib.sha384(data + b" ").digest()).decode()
    assert changed != HTMX_SHA384
    licence = (render.STATIC / "vendor" / "htmx.LICENSE").read_text(encoding="utf-8")
    assert "Zero-Clause BSD" in licence


def test_files_of_pages_are_kept_long_and_no_other_is_served(clients: dict[str, Client]) -> None:
    link = render.static_link("console.css")
    answer = clients[""].get(link)
    assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]
    for path in ("/static/../routes.py", "/static/frame.html", "/static/vendor/htmx.LICENSE"):
        assert clients[""].get(path).status_code == 404


def test_hostile_names_are_shown_as_text(tmp_path: Path) -> None:
    hostile = "<script>alert('x')</script>\"&"
    house = open_home(copy_of(played().home, tmp_path))
    error = NotFound("a.b", "{name} is not here.", name=hostile)
    reply = error_answer(error)
    visit = Visit(house, house, reader=Reader())
    html = render.render(visit, reply.template, reply.values)
    assert "<script>alert" not in html and "&lt;script&gt;" in html


def test_theme_and_language_are_kept(clients: dict[str, Client]) -> None:
    client = client_of(played().home, played())
    answer = client.get("/", params={"theme": "dark", "lang": "zh-HK"})
    assert 'data-theme="dark"' in answer.text and 'lang="zh-Hant"' in answer.text
    again = client.get("/offers")
    assert 'data-theme="dark"' in again.text and again.headers["content-language"] == "zh-Hant"
    client.get("/", params={"theme": "pink"})
    assert 'data-theme="auto"' in client.get("/", params={"theme": "pink"}).text
