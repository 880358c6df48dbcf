"""Forms of the console without scripts: own pages only, once each, and errors beside the fields."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api_world import open_home
from tests.played_home import EXAMPLES, copy_of, played
from tests.web_world import Client, client_of, fields

from entrepot.faces.web.cookies import csrf_of, is_csrf
from entrepot.faces.web.job_draft import draft_of_text, mark_of, written
from entrepot.faces.web.visit import Visit
from entrepot.services.lease import release_lease

PASSWORD = "correct horse battery staple nine"
JOB = (EXAMPLES / "stars.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home that these tests may change."""
    return copy_of(played().home, tmp_path_factory.mktemp("console"))


@pytest.fixture(scope="module")
def tenant(home: Path) -> Iterator[Client]:
    """Return the tenant's browser."""
    with client_of(home, played(), "tenant") as client:
        yield client


def give_back(home: Path, lease: str) -> None:
    """Release a lease, so that the next test finds the devices free."""
    release_lease(open_home(home), lease, reason="test", key=f"back:{lease}")


def quote(client: Client, **changed: str) -> str:
    """Ask for a quote and return where it leads."""
    html = client.get("/jobs/new", params={"example": "stars"}).text
    script = (EXAMPLES / "stars.py").read_text(encoding="utf-8")
    data = {**fields(html, "/jobs/new"), "yaml": JOB, "script": script, "do": "quote", **changed}
    answer = client.post("/jobs/new", data=data)
    assert answer.status_code == 303, answer.text[:600]
    return answer.headers["location"]


def test_a_form_of_another_site_does_nothing(tenant: Client, home: Path) -> None:
    where = quote(tenant)
    form = fields(tenant.get(where).text, where)
    wrong = [
        ({**form, "csrf": ""}, {}),
        ({**form, "csrf": csrf_of("guessed")}, {}),
        (form, {"Origin": "https://evil.example"}),
        (form, {"Sec-Fetch-Site": "cross-site"}),
    ]
    for data, headers in wrong:
        answer = tenant.post(where, data={**data, "accept": "yes"}, headers=headers)
        assert answer.status_code == 403
    taken = tenant.post(where, data={**form, "accept": "yes"})
    assert taken.status_code == 303, "the same form from the own page is taken"
    lease = taken.headers["location"].rpartition("/")[2]
    give_back(home, lease)


def test_a_form_sent_twice_acts_once(tenant: Client, home: Path) -> None:
    where = quote(tenant)
    form = {**fields(tenant.get(where).text, where), "accept": "yes"}
    first, second = tenant.post(where, data=form), tenant.post(where, data=form)
    assert first.headers["location"] == second.headers["location"]
    other = tenant.post(where, data={**form, "key": "K-other"})
    assert other.status_code == 409, "a second form on the same quote comes too late"
    give_back(home, first.headers["location"].rpartition("/")[2])


def test_duties_have_to_be_accepted(tenant: Client) -> None:
    where = quote(tenant)
    answer = tenant.post(where, data=fields(tenant.get(where).text, where))
    assert answer.status_code == 403 and 'role="alert"' in answer.text


def test_a_changed_form_changes_the_file_and_a_changed_file_the_form(tenant: Client) -> None:
    html = tenant.get("/jobs/new", params={"example": "stars"}).text
    known = {**fields(html, "/jobs/new"), "yaml": JOB}
    by_form = tenant.post("/jobs/new/part", data={**known, "duration": "7m"})
    assert "duration: 7m" in by_form.text and 'id="yaml-side"' in by_form.text
    changed = {**known, "yaml": JOB.replace("duration: 10m", "duration: 9m"), "duration": "7m"}
    by_file = tenant.post("/jobs/new/part", data=changed)
    assert 'value="9m"' in by_file.text and 'id="form-side"' in by_file.text


@pytest.mark.parametrize(
    "text", ["", "job: [", "a: &a [*a]", "job: x", "just words", "job: x\nrun: {command: 3}"]
)
def test_a_bad_file_is_told_in_words(tenant: Client, text: str) -> None:
    html = tenant.get("/jobs/new").text
    sent = {**fields(html, "/jobs/new"), "yaml": text}
    for path, do in (("/jobs/new/part", ""), ("/jobs/new", "check"), ("/jobs/new", "quote")):
        answer = tenant.post(path, data={**sent, "do": do})
        assert answer.status_code in (200, 422) and 'role="alert"' in answer.text


def test_files_that_the_job_names_have_to_come(tenant: Client) -> None:
    html = tenant.get("/jobs/new").text
    sent = {**fields(html, "/jobs/new"), "yaml": JOB, "do": "quote"}
    assert tenant.post("/jobs/new", data=sent).status_code == 422
    with_file = tenant.post(
        "/jobs/new", data=sent, files={"files": ("C:\\work\\stars.py", b"print(1)")}
    )
    assert with_file.status_code == 303


def test_a_large_form_is_refused(tenant: Client) -> None:
    form = {"csrf": "x", "login": "a" * 100_000}
    answer = tenant.post("/sign-in", data=form)
    assert answer.status_code == 413 and "<h1>" in answer.text


def test_a_firm_signs_up_once_and_signs_in(home: Path) -> None:
    client = client_of(home, played())
    html = client.get("/sign-up").text
    form = fields(html, "/sign-up") | {
        "name": "Lantern", "address": "1 Harbour Road", "city": "Hong Kong",
        "registration": "1234", "login": "mei@lantern.example", "password": PASSWORD,
        "again": PASSWORD, "fact.firm.user_hq": "HK",
    }  # fmt: skip
    short = client.post("/sign-up", data={**form, "password": "short", "again": "short"})
    assert short.status_code == 422 and "short" not in short.text.replace("shorter", "")
    differ = client.post("/sign-up", data={**form, "again": PASSWORD + "!"})
    assert differ.status_code == 422 and 'value="Lantern"' in differ.text
    done = client.post("/sign-up", data=form)
    assert done.status_code == 303 and "entses_" in done.headers["set-cookie"]
    assert "HttpOnly" in done.headers["set-cookie"] and "lax" in done.headers["set-cookie"].lower()
    taken = client.post("/sign-up", data={**form, "key": "K-2"})
    assert taken.status_code in (403, 409)


def test_wrong_names_and_passwords_get_one_answer(home: Path) -> None:
    client = client_of(home, played())
    form = fields(client.get("/sign-in").text, "/sign-in")
    texts = set[str]()
    for login in ("nobody", "nobody2"):
        answer = client.post("/sign-in", data={**form, "login": login, "password": "x" * 20})
        assert answer.status_code == 403
        texts.add(answer.text.partition('role="alert"')[2].partition("</div>")[0])
    assert len(texts) == 1


def test_a_browser_without_cookies_is_told(home: Path) -> None:
    client = client_of(home, played())
    form = fields(client.get("/sign-in").text, "/sign-in")
    client.cookies.clear()
    answer = client.post("/sign-in", data={**form, "login": "a", "password": "b"})
    assert answer.status_code == 403 and "cookies" in answer.text


def test_links_lead_nowhere_else(home: Path) -> None:
    client = client_of(home, played())
    for bad in ("//evil.example", "https://evil.example", "/\\evil.example"):
        assert 'name="next" value="/"' in client.get("/sign-in", params={"next": bad}).text
    assert 'value="/jobs?a=1"' in client.get("/sign-in", params={"next": "/jobs?a=1"}).text


def test_forms_are_proven_by_what_the_browser_holds() -> None:
    assert is_csrf("secret", csrf_of("secret"))
    assert not is_csrf("", csrf_of("")) and not is_csrf("secret", csrf_of("other"))


def test_drafts_keep_what_the_form_does_not_know(home: Path) -> None:
    app = open_home(home)
    visit = Visit(app, app)
    draft = draft_of_text(visit, JOB)
    assert draft.plain["vouchers"] == {"use": "hpc"}
    again = draft_of_text(visit, written(draft.plain))
    assert again.plain == draft.plain
    assert mark_of(JOB) == mark_of(JOB.replace("\n", "\r\n"))
