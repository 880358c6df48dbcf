"""From a token to the PDF of a bill over HTTP, and what goes wrong on the way."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.api_world import Client, client_of, head, job_text, ok, world
from tests.played_home import copy_of

from entrepot.services.finish_job import advance

QUOTES, LEASES, JOBS = "/api/v1/quotes", "/api/v1/leases", "/api/v1/jobs"
BILLS = "/api/v1/invoices"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with client_of(copy_of(world().home, tmp_path), world()) as found:
        yield found


def quoted(client: Client, key: str = "q-1", **more: Any) -> Any:
    body = {"yaml": job_text(), **more}
    return ok(client.post(QUOTES, json=body, headers=head(key=key)), 201)


def leased(client: Client, quote: Any, key: str = "l-1") -> Any:
    body = {"quote_id": quote["quote_id"], "accept_duties": True}
    return ok(client.post(LEASES, json=body, headers=head(key=key)), 201)


def run(client: Client, job_id: str) -> Any:
    """Take a job to its end, as the server's caretaker does."""
    exchange = client.app.state["service"].exchange
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if advance(exchange, job_id).invoice:
            break
        time.sleep(0.05)
    return ok(client.get(f"{JOBS}/{job_id}", headers=head()))


def test_a_job_from_its_quote_to_its_bill(client: Client) -> None:
    quote = quoted(client)
    lease = leased(client, quote)
    job = ok(client.post(JOBS, json={"lease_id": lease["lease_id"]}, headers=head(key="j")), 201)
    done = run(client, job["job_id"])
    assert done["state"] == "succeeded"
    (output,) = done["outputs"]
    assert output["released"] and "path" not in output
    place = f"{JOBS}/{job['job_id']}"
    data = client.get(f"{place}/output?name=out.txt", headers=head())
    assert data.content == b"done\n"
    assert "attachment" in data.headers["content-disposition"]
    assert ok(client.get(f"{place}/usage", headers=head()))["milli_device_seconds"] > 0
    log = ok(client.get(f"{place}/log", headers=head()))
    assert log["next_offset"] >= log["offset"]
    bill = ok(client.get(f"{BILLS}/{done['invoice']}", headers=head()))
    assert bill["number"] == done["invoice"]
    pdf = client.get(f"{BILLS}/{done['invoice']}/pdf?lang=zh-Hans", headers=head())
    assert pdf.headers["content-type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    firm = f"/api/v1/firms/{world().own}"
    held = ok(client.get(f"{firm}/balance", headers=head()))
    (row,) = ok(client.get(BILLS, headers=head()))["items"]
    assert held["balance_minor"] == 50_000 - row["total_minor"] and held["held_minor"] == 0


def test_a_repeated_write_has_one_effect_and_one_answer(client: Client) -> None:
    first, again = quoted(client), quoted(client)
    assert first == again
    lease = leased(client, first)
    assert leased(client, first) == lease
    assert len(ok(client.get(QUOTES, headers=head()))["items"]) == 1
    assert len(ok(client.get(LEASES, headers=head()))["items"]) == 1
    balance = ok(client.get(f"/api/v1/firms/{world().own}/balance", headers=head()))
    assert balance["held_minor"] == lease["hold_minor"]


def test_a_repetition_after_a_restart_has_no_second_effect(tmp_path: Path) -> None:
    home = copy_of(world().home, tmp_path)
    with client_of(home, world()) as client:
        quote = quoted(client)
        lease = leased(client, quote)
    with client_of(home, world()) as client:
        assert quoted(client)["quote_id"] == quote["quote_id"]
        assert leased(client, quote)["lease_id"] == lease["lease_id"]
        assert len(ok(client.get(LEASES, headers=head()))["items"]) == 1


def test_one_key_for_two_requests_is_refused(client: Client) -> None:
    quoted(client, "same")
    body = {"yaml": job_text().replace("1m", "2m")}
    answer = client.post(QUOTES, json=body, headers=head(key="same"))
    assert answer.status_code == 409
    assert answer.json()["code"] == "api.key_used"


def test_two_callers_may_use_one_key(client: Client) -> None:
    quote = quoted(client, "same")
    answer = client.post(QUOTES, json={"yaml": job_text()}, headers=head("other", "same"))
    assert ok(answer, 201)["quote_id"] != quote["quote_id"]


def test_a_quote_of_somebody_else_cannot_be_taken(client: Client) -> None:
    quote = quoted(client)
    body = {"quote_id": quote["quote_id"], "accept_duties": True}
    answer = client.post(LEASES, json=body, headers=head("near", "l"))
    assert answer.status_code == 404
    assert ok(client.get(LEASES, headers=head()))["items"] == []


def test_files_go_along_and_no_path_of_the_server_comes_back(client: Client) -> None:
    text = job_text().replace("outputs:", "files: [in/a.txt]\n  outputs:")
    sent = [{"name": "in/a.txt", "content": base64.b64encode(b"hello").decode()}]
    quote = quoted(client, yaml=text, files=sent)
    assert set(quote["job"]["run"]["files"]["in/a.txt"]) == {"sha256"}
    shown = client.get(f"{QUOTES}/{quote['quote_id']}", headers=head())
    assert "uploads" not in shown.text and str(world().home.parent) not in shown.text


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([], "job.sent_files"),
        ([{"name": "in/a.txt", "content": "!"}], "api.malformed"),
        ([{"name": "../a.txt", "content": ""}], "job.sent_files"),
        ([{"name": "in/a.txt", "content": ""}] * 2, "api.malformed"),
    ],
)
def test_files_that_are_not_those_of_the_job_are_refused(
    files: list[Any], code: str, client: Client
) -> None:
    text = job_text().replace("outputs:", "files: [in/a.txt]\n  outputs:")
    answer = client.post(QUOTES, json={"yaml": text, "files": files}, headers=head(key="q"))
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] == code


def test_a_job_may_be_sent_as_json(client: Client) -> None:
    import yaml

    quote = quoted(client, yaml=None, job=yaml.safe_load(job_text()), explain=True)
    assert quote["candidates"] and quote["centres"]


def test_a_lease_is_given_back(client: Client) -> None:
    lease = leased(client, quoted(client))
    place = f"{LEASES}/{lease['lease_id']}"
    done = ok(client.post(f"{place}/release", json={}, headers=head(key="r")), 200)
    assert done["state"] == "released"
    again = client.post(f"{place}/release", json={}, headers=head(key="r2"))
    assert again.status_code == 409
