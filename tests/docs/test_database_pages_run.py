"""The pages on backups and on PostgreSQL work as they are written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.contract.ledger_homes import empty
from tests.contract.postgres_server import server_url
from tests.docs.test_pages_run import DOCS, desk, lines_of, type_in
from tests.played_home import copy_of, played

from entrepot.adapters.sql.engine import open_engine, writing

__all__ = ["desk"]

Capture = pytest.CaptureFixture[str]


def test_a_backup_is_made_and_brought_back(desk: Path, capsys: Capture) -> None:
    home = copy_of(played().home, desk)
    lines = lines_of("how-to/back-up-and-restore.md")
    assert len(lines) == 4
    printed = type_in(lines, home, capsys)
    assert "The backup is back and proven" in printed
    assert (desk / "again" / "keys").is_dir()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> str:
    engine = open_engine(server_url())
    empty(engine)
    engine.dispose()
    monkeypatch.setenv("ENTREPOT_DB", server_url())
    return server_url()


def test_the_page_on_postgresql_works_line_by_line(
    desk: Path, server: str, capsys: Capture
) -> None:
    lines = lines_of("how-to/run-on-postgresql.md")
    printed = type_in(lines, desk / "home", capsys)
    assert "Job stars succeeded." in printed
    assert "PostgreSQL" in printed
    statements = re.findall(
        r"```sql\n(.*?)```", (DOCS / "how-to/run-on-postgresql.md").read_text("utf-8"), re.DOTALL
    )[0]
    engine = open_engine(server)
    with writing(engine) as conn, conn.begin():
        firm = conn.exec_driver_sql("SELECT id FROM firm").scalar_one()
        name, role, query = statements.replace("F-…", str(firm)).split(";\n")[1:-2]
        conn.exec_driver_sql(name)
        conn.exec_driver_sql(role)
        assert len(conn.exec_driver_sql(query).all()) == 1
    engine.dispose()
