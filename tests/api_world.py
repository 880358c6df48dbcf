"""A home with three firms, two centres and everybody who may ask, for tests of the API."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient
from tests.played_home import EXAMPLES, JOB

from entrepot.bootstrap import EmbeddedApp, open_app
from entrepot.domain.access.can import can
from entrepot.domain.access.model import Grant, Principal, Resource
from entrepot.faces.api.app import create_api
from entrepot.faces.api.limits import Limits
from entrepot.kernel.errors import NotFound, Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.services.app import App
from entrepot.services.register import deposit, register_centre, register_firm
from entrepot.services.settings import read_settings

Client = TestClient[Litestar]

ACTORS = ("anonymous", "tenant", "supplier", "operator", "voucher_authority", "auditor")
PROGRAMME = "sz-training-voucher-2025"
FORM = "form-of-mei"
COOKIE = "cookie-of-mei"


@dataclass(frozen=True, slots=True)
class World:
    """A home before anybody has done anything.

    Attributes:
        own: firm of the tenant; near: of the same group; other: of another one.
        centre: of the supplier; far: of another one.
    """

    home: Path
    own: str
    near: str
    other: str
    centre: str
    far: str


class PlayedGuard:
    """The port ``Guard`` with principals that a test makes up, and the house's own rights."""

    def __init__(self, principals: dict[str, Principal]) -> None:
        self.principals = principals
        self.denied: list[tuple[str, str]] = []

    def by_token(self, app: App, text: str) -> Principal | None:
        return self.principals.get(text)

    def by_session(self, app: App, cookie: str) -> Principal | None:
        mei = self.principals["tenant"]
        return replace(mei, via="session") if cookie == COOKIE else None

    def is_own_form(self, app: App, cookie: str, token: str) -> bool:
        return (cookie, token) == (COOKIE, FORM)

    def require(self, app: App, principal: Principal, action: str, resource: Resource) -> None:
        verdict = can(principal, action, resource)
        if verdict.allowed:
            return
        self.denied.append((principal.actor, action))
        kind = NotFound if verdict.rule == "hidden" else Refused
        raise kind(f"access.{verdict.rule}", verdict.reason)


def open_home(home: Path) -> EmbeddedApp:
    """Open a home in this process."""
    given = {"ENTREPOT_HOME": str(home), "ENTREPOT_FX_REFUSE_DAYS": "3650"}
    return open_app(read_settings(given), create=True)


@cache
def world() -> World:
    """Return the home of this test process; whoever changes it copies it first."""
    folder = Path(tempfile.mkdtemp(prefix="entrepot-api-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    app = open_home(folder / "home")
    stated = app.read_firm(EXAMPLES / "firm.yaml")
    own = register_firm(app, replace(stated, name="Own firm", group="G-1"), "own").id
    near = register_firm(app, replace(stated, name="Near firm", group="G-1"), "near").id
    other = register_firm(app, replace(stated, name="Other firm", group="G-2"), "other").id
    deposit(app, own, Amount(50_000, HKD), "first", "deposit")
    centre = app.read_centre(EXAMPLES / "centre.yaml")
    register_centre(app, centre, "centre")
    register_centre(app, replace(centre, id="far-gz"), "far")
    app.store.engine.dispose()
    return World(folder / "home", own, near, other, "demo-gz", "far-gz")


def principals(found: World) -> dict[str, Principal]:
    """Return token → who holds it: one of each role, and a tenant of every firm."""

    def one(name: str, *grants: Grant) -> Principal:
        return Principal(f"U-{name}", name, grants, "token")

    return {
        "tenant": one("mei", Grant("tenant", "firm", found.own, "lead")),
        "near": one("ning", Grant("tenant", "firm", found.near, "lead")),
        "other": one("olga", Grant("tenant", "firm", found.other, "lead")),
        "supplier": one("su", Grant("supplier", "centre", found.centre, "lead")),
        "operator": one("oz", Grant("operator", "house", "", "lead")),
        "second": one("sam", Grant("operator", "house", "", "lead")),
        "voucher_authority": one("vo", Grant("voucher_authority", "programme", PROGRAMME, "lead")),
        "auditor": one("au", Grant("auditor", "house", "", "lead")),
    }


def client_of(home: Path, found: World, limits: Limits | None = None) -> Client:
    """Return a client of a home's API."""
    guard = PlayedGuard(principals(found))
    return TestClient(create_api(open_home(home), guard, limits), raise_server_exceptions=False)


def head(token: str = "tenant", key: str = "") -> dict[str, str]:
    """Return the headers of a caller, with an idempotency key for a write."""
    named = {} if token == "anonymous" else {"Authorization": f"Bearer {token}"}
    return {**named, **({"Idempotency-Key": key} if key else {})}


def job_text() -> str:
    """Return a small job as YAML."""
    return JOB


def ok(answer: Any, status: int = 200) -> Any:
    """Return the JSON of an answer that has to have a status."""
    assert answer.status_code == status, answer.text
    return answer.json()
