"""Accounts in the console with real sessions: first operator, firm, invitation, token, sign-out."""

from __future__ import annotations

import re
from pathlib import Path

from tests.api_world import open_home
from tests.played_home import copy_of, played
from tests.web_world import SESSION, Client, client_of, fields

from entrepot.services.access import principal_of_token
from entrepot.services.identity_setup import identity_setup

PASSWORD = "correct horse battery staple nine"


def sent(client: Client, page: str, action: str, **given: str) -> str:
    """Fill in the form of a page, send it, and return where it leads or what it shows."""
    form = {**fields(client.get(page).text, action), **given}
    answer = client.post(action, data=form)
    assert answer.status_code in (200, 303), answer.text[-800:]
    return answer.headers.get("location") or answer.text


def test_from_the_first_operator_to_an_invited_member(tmp_path: Path) -> None:
    home = copy_of(played().home, tmp_path)
    link = "/setup/" + identity_setup(open_home(home))
    with client_of(home, played()) as desk:
        new = {"login": "olga", "display": "", "password": PASSWORD, "again": PASSWORD}
        assert sent(desk, link, link, **new) == "/start"
        assert desk.get("/start").headers["location"] == "/desk"
        assert desk.get(link).status_code == 404, "a link works once"
        cookie = desk.cookies[SESSION]
        shown = sent(desk, "/account", "/account/tokens", name="script", scope="read", days="1")
        token = re.search(r"ent_[A-Za-z0-9_-]{51}", shown)
        assert token is not None and token[0] not in desk.get("/account").text
        holder = principal_of_token(open_home(home), token[0])
        assert holder is not None and holder.scopes == frozenset({"read"})
        invite = {"firm": played().firm, "level": "work", "login": ""}
        told = sent(desk, "/account", "/account/invite", **invite)
        assert sent(desk, "/account", "/sign-out") == "/"
        assert desk.get("/desk").status_code == 303
        desk.cookies.set(SESSION, cookie)
        assert desk.get("/desk").status_code == 303, "an ended session is worth nothing"
    found = re.search(r"/invitation/entinv_[A-Za-z0-9_-]+", told)
    assert found is not None
    with client_of(home, played(), lang="zh-Hant") as mei:
        assert sent(mei, found[0], found[0], **{**new, "login": "mei"}) == "/start"
        assert mei.get("/start").headers["location"] == "/firm"
        assert mei.get(f"/jobs/{played().job}").status_code == 200
        assert sent(mei, "/account", "/sign-out") == "/"
        mei.cookies.delete("entrepot_lang")
        known = {"login": "mei", "password": PASSWORD}
        assert sent(mei, "/sign-in", "/sign-in", **known) == "/start"
        assert mei.cookies["entrepot_lang"] == "zh-Hant", "the language of the account"
