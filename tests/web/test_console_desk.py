"""The desk in the console: payments, a batch with two signatures, and proofs that bite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.api_world import open_home
from tests.played_home import copy_of, edit, played
from tests.web_world import Client, client_of, fields

from entrepot.services import four_eyes


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home that these tests may change."""
    return copy_of(played().home, tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def desk(home: Path) -> Iterator[Client]:
    """Return the operator's browser."""
    with client_of(home, played(), "operator") as client:
        yield client


def test_a_payment_is_booked_once(desk: Client, home: Path) -> None:
    action = "/desk/firms/payment"
    form = fields(desk.get("/desk/firms").text, action)
    form |= {"firm": played().firm, "amount": "250 HKD", "reference": "FPS 77"}
    before = _free(home)
    for _ in range(2):
        assert desk.post(action, data=form).status_code == 303
    assert _free(home) == before + 25_000
    again = desk.post(action, data={**form, "key": "K-other"})
    assert again.status_code == 409, "the bank's reference is booked once a firm"
    bad = desk.post(action, data={**form, "key": "K-3", "amount": "lots"})
    assert bad.status_code == 422 and 'role="alert"' in bad.text


def _free(home: Path) -> int:
    with open_home(home).store.reading() as uow:
        return uow.ledger.balance(f"prepaid:{played().firm}").credit_free


def test_a_batch_is_made_and_shown(desk: Client) -> None:
    shown = desk.get("/desk/settlement").text
    form = fields(shown, "/desk/settlement/pay")
    assert form["centre"] == "demo-gz"
    assert desk.post("/desk/settlement/pay", data=form).status_code == 303
    after = desk.get("/desk/settlement").text
    assert "Nothing is owed." in after and "demo-gz" in after
    again = desk.post("/desk/settlement/pay", data=form)
    assert again.status_code in (303, 403, 409), "the same form makes no second batch"
    assert desk.get("/desk/settlement").text.count("B-") == after.count("B-")


def test_a_role_of_the_house_takes_two_persons(desk: Client, home: Path) -> None:
    new = {"login": "ada", "display": "Ada"}
    made = _send(desk, "/desk/firms", "/desk/firms/account", **new)
    assert "/password/entinv_" in made.text
    asked = {"account": "ada", "role": "auditor", "level": "work"}
    assert _send(desk, "/desk/firms", "/desk/firms/role", **asked).status_code == 303
    (waiting,) = four_eyes.open_proposals(open_home(home), ("role_grant",))
    action = f"/desk/approvals/{waiting.proposal.id}"
    page = desk.get("/desk/approvals").text
    assert "another person has to sign" in page and action not in page
    csrf = fields(desk.get("/account").text, "/sign-out")["csrf"]
    own = desk.post(action, data={"csrf": csrf, "key": "K-1", "do": "approve"})
    assert own.status_code == 403, "nobody approves the own proposal, form or no form"
    assert four_eyes.the_proposal(open_home(home), waiting.proposal.id).state == "open"
    with client_of(home, played(), "second") as second:
        done = _send(second, "/desk/approvals", action, do="approve")
        assert done.status_code == 303
    assert "auditor" in desk.get("/desk/firms").text.partition("ada")[2][:400]


def _send(client: Client, page: str, action: str, **given: str) -> Any:
    return client.post(action, data={**fields(client.get(page).text, action), **given})


def test_a_tenant_reaches_no_desk(home: Path) -> None:
    with client_of(home, played(), "tenant") as tenant:
        for path in ("/desk", "/desk/firms", "/audit/journal", "/funds", "/centre"):
            assert tenant.get(path).status_code == 404
        form = fields(tenant.get("/account").text, "/sign-out")
        for path in ("/desk/firms/payment", "/desk/settlement/pay"):
            sent = tenant.post(path, data={**form, "key": "K", "firm": played().firm})
            assert sent.status_code == 404


def test_proofs_bite(tmp_path: Path) -> None:
    home = copy_of(played().home, tmp_path)
    with client_of(home, played(), "auditor") as auditor:
        good = auditor.get("/audit/journal/proof").text
        assert 'class="note good"' in good
        assert 'class="note good"' in auditor.get("/audit/ledger/proof").text
        edit(home, "UPDATE journal SET actor = 'nobody' WHERE seq = 2")
        assert 'class="note bad"' in auditor.get("/audit/journal/proof").text
