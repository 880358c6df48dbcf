"""A played home behind the console, for tests without a browser."""

from __future__ import annotations

import re
import zlib
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.testing import TestClient
from tests.played_home import Played

from entrepot.bootstrap import open_app
from entrepot.domain.access.model import Grant, Principal
from entrepot.faces.web.routes import routes
from entrepot.services.access import principal_of_session
from entrepot.services.app import App
from entrepot.services.identity_secrets import COOKIE
from entrepot.services.settings import read_settings

Client = TestClient[Litestar]
SESSION = "entrepot_session"
ROLES = ("tenant", "stranger", "supplier", "operator", "second", "voucher_authority", "auditor")
VOID = {"meta", "link", "br", "input", "img", "hr", "source"}


class Outline(HTMLParser):
    """Collects tags, addresses, fields and text, and checks that every tag is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "option" and self.open[-1] != "option":
            return
        while self.open[-1] == "option" and tag != "option":
            self.open.pop()  # an option may stay open in HTML
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of every element of a kind."""
        return [attrs for name, attrs in self.tags if name == tag]


def who(played: Played) -> dict[str, Principal]:
    """Return session → who holds it: one of each role, and a tenant of no firm here."""

    def one(name: str, *grants: Grant) -> Principal:
        return Principal(f"U-{name}", name, grants, "session")

    return {
        "tenant": one("mei", Grant("tenant", "firm", played.firm, "lead")),
        "stranger": one("xu", Grant("tenant", "firm", "F-other", "lead")),
        "supplier": one("su", Grant("supplier", "centre", "demo-gz", "lead")),
        "operator": one("oz", Grant("operator", "house", "", "lead")),
        "second": one("sam", Grant("operator", "house", "", "lead")),
        "voucher_authority": one("vo", Grant("voucher_authority", "programme", "cn.shenzhen")),
        "auditor": one("au", Grant("auditor", "house")),
    }


def session_of(role: str) -> str:
    """Return the cookie of a made-up session: whole as a secret, and kept nowhere."""
    body = COOKIE + role.ljust(43, "-")
    return body + f"{zlib.crc32(body.encode()):08x}"


@cache
def console(home: Path, played: Played) -> Litestar:
    """Return the console alone over a home, made once."""
    app = open_app(read_settings({"ENTREPOT_HOME": str(home)}), create=True)
    known = who(played)

    def find(app: App, session: str) -> Principal | None:
        by_role = {session_of(role): principal for role, principal in known.items()}
        return by_role.get(session) or principal_of_session(app, session)

    state: Any = State({}, deep_copy=False)
    return Litestar(list(routes(app, find)), state=state, openapi_config=None, logging_config=None)


def client_of(home: Path, played: Played, role: str = "", lang: str = "en") -> Client:
    """Return a browser without scripts, signed in in a role; empty = nobody."""
    client = TestClient(console(home, played), raise_server_exceptions=False)
    client.cookies.set("entrepot_lang", lang)
    if role:
        client.cookies.set(SESSION, session_of(role))
    client.follow_redirects = False
    return client


def fields(html: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the form that goes to an address."""
    found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', html, re.DOTALL)
    assert found, action
    hidden = [a for a in Outline(found[0]).all("input") if a.get("type") == "hidden"]
    return {attrs["name"]: attrs.get("value", "") for attrs in hidden}
