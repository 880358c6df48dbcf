"""The whole product on PostgreSQL: the demonstration, the proofs, and a lease from another home."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import make_url
from tests.contract.ledger_homes import empty
from tests.contract.postgres_server import server_url
from tests.played_home import EXAMPLES, JOB, call

from entrepot.adapters.sql.engine import open_engine
from entrepot.adapters.sql.row_security import _MAKE_ROLE, tenant_view

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty database, which the program is told of."""
    engine = open_engine(server_url())
    empty(engine)
    engine.dispose()
    # A password that trust does not ask for: it must never be printed.
    url = make_url(server_url()).set(password="s3cret").render_as_string(hide_password=False)
    monkeypatch.setenv("ENTREPOT_DB", url)
    return url


def asked(capsys: Capture, home: Path, *words: str) -> Any:
    code = call(home, *words, "--json")
    said = capsys.readouterr()
    assert "s3cret" not in said.out + said.err
    assert code == 0, said.err
    return json.loads(said.out)


def test_the_demonstration_plays_on_postgresql(
    server: str, tmp_path: Path, capsys: Capture
) -> None:
    home = tmp_path / "home"
    played = asked(capsys, home, "demo")
    assert [job["state"] for job in played["jobs"]] == ["succeeded", "succeeded"]
    assert [batch["state"] for batch in played["settlement"]] == ["settled"]
    assert played["problems"] == []
    assert not (home / "entrepot.db").exists()
    for words in (("ledger", "check"), ("audit", "verify"), ("db", "check")):
        assert asked(capsys, home, *words)["proven"] is True
    info = asked(capsys, home, "db", "info")
    assert info["server"].startswith("PostgreSQL 1")
    assert info["address"].startswith("postgresql://postgres@")
    firm, neighbour = (one["firm_id"] for one in played["shared"])
    assert len({(one["pool_id"], one["device"]) for one in played["shared"]}) == 1
    assert [one["neighbours"] for one in played["shared"]] == [1, 1]
    assert len({one["invoice"] for one in played["shared"]}) == 2
    again = asked(capsys, home, "quote", str(EXAMPLES / "idphoto.yaml"), "--firm", firm)
    assert asked(capsys, home, "lease", again["quote_id"], "--accept-duties")["state"] == "held"
    assert call(tmp_path / "other", "demo") == 3
    assert "holds a home" in capsys.readouterr().err
    engine = open_engine(server)
    for seen_by, leases in ((firm, 4), (neighbour, 1)):
        with tenant_view(engine, seen_by) as conn:
            assert conn.exec_driver_sql("SELECT count(*) FROM lease").scalar_one() == leases
    with tenant_view(engine, "F-NONE") as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM lease").scalar_one() == 0
    engine.dispose()


def test_a_home_moves_to_the_server_and_back(
    server: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, file, job = tmp_path / "home", tmp_path / "b.tar", tmp_path / "tiny.yaml"
    job.write_text(JOB, encoding="utf-8")
    monkeypatch.delenv("ENTREPOT_DB")
    files = ("--firm", str(EXAMPLES / "firm.yaml"), "--centre", str(EXAMPLES / "centre.yaml"))
    asked(capsys, home, "init", *files, "--deposit", "500 HKD")
    asked(capsys, home, "db", "copy", server)
    monkeypatch.setenv("ENTREPOT_DB", server)
    asked(capsys, home, "launch", str(job), "-y")
    saved = asked(capsys, home, "db", "backup", str(file))
    monkeypatch.delenv("ENTREPOT_DB")
    back = tmp_path / "back"
    asked(capsys, back, "db", "restore", str(file))
    info = asked(capsys, back, "db", "info")
    assert info["contents"] == saved["contents"]
    assert info["server"].startswith("SQLite")
    asked(capsys, back, "settle", "run")
    assert asked(capsys, back, "db", "check")["proven"] is True


def test_an_empty_database_is_no_home(server: str, tmp_path: Path, capsys: Capture) -> None:
    assert server
    for words in (("jobs",), ("ledger", "check"), ("db", "check")):
        assert call(tmp_path / "home", *words) == 4
        assert "s3cret" not in capsys.readouterr().err
    asked(capsys, tmp_path / "home", "init")
    assert asked(capsys, tmp_path / "home", "jobs") == []


def test_a_user_who_may_make_no_roles_works_and_is_told(
    server: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = open_engine(server).execution_options(isolation_level="AUTOCOMMIT")
    url = make_url(server).set(username="plain_desk", database="plain_books")
    with admin.connect() as conn:
        for statement in (
            "DROP DATABASE IF EXISTS plain_books",
            "DROP ROLE IF EXISTS plain_desk",
            "CREATE ROLE plain_desk LOGIN",
            "CREATE DATABASE plain_books OWNER plain_desk ENCODING 'UTF8' TEMPLATE template0",
        ):
            conn.exec_driver_sql(statement)
    monkeypatch.setenv("ENTREPOT_DB", url.render_as_string(hide_password=False))
    home = tmp_path / "home"
    files = ("--firm", str(EXAMPLES / "firm.yaml"), "--centre", str(EXAMPLES / "centre.yaml"))
    firm = asked(capsys, home, "init", *files, "--deposit", "500 HKD")["firm_id"]
    proof = asked(capsys, home, "db", "check")
    assert proof["proven"] is True
    assert "entrepot_tenant" in proof["notes"][0]
    assert asked(capsys, home, "ledger", "balance", "bank")["balance_minor"] == 500_00
    with admin.connect() as conn:
        conn.exec_driver_sql(_MAKE_ROLE)
        conn.exec_driver_sql("GRANT entrepot_tenant TO plain_desk")
    asked(capsys, home, "db", "migrate")
    assert asked(capsys, home, "db", "check")["notes"] == []
    engine = open_engine(url.render_as_string(hide_password=False))
    with tenant_view(engine, firm) as conn:
        assert conn.exec_driver_sql("SELECT id FROM firm").scalar_one() == firm
    engine.dispose()
    admin.dispose()
