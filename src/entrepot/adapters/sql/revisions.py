"""Revisions of the schema: plain statements by database, run by alembic in one transaction.

A revision is two lists of statements, there and back, for each database, as text that an
operator can read before it runs: ``entrepot db migrate --dry-run`` prints it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"
STATEMENTS = MIGRATIONS / "statements"

_END = re.compile(r"^;\n", re.MULTILINE)


def statements(name: str) -> list[str]:
    """Return the statements of a file; each ends with a semicolon on a line of its own."""
    text = (STATEMENTS / name).read_text(encoding="utf-8")
    return [part.strip() for part in _END.split(text) if part.strip()]


def revision_statements(revision: str, direction: str, dialect: str) -> list[str]:
    """Return what a revision does.

    Args:
        revision: ``0002``.
        direction: ``upgrade`` or ``downgrade``.
        dialect: ``sqlite`` or ``postgresql``.
    """
    return statements(f"{revision}.{direction}.{dialect}.sql")


def path_between(before: int, after: int, dialect: str) -> list[str]:
    """Return all statements from one schema to another, up or down.

    Args:
        before, after: versions of the schema, at least 1.
        dialect: of the database.
    """
    if after >= before:
        steps = [(number, "upgrade") for number in range(before + 1, after + 1)]
    else:
        steps = [(number, "downgrade") for number in range(before, after, -1)]
    return [
        text
        for number, direction in steps
        for text in revision_statements(f"{number:04d}", direction, dialect)
    ]


def run(conn: Connection, found: Sequence[str]) -> None:
    """Run statements in the connection's transaction."""
    for text in found:
        # The driver of PostgreSQL takes a percent sign for a place of a value.
        driver = text.replace("%", "%%") if conn.dialect.name == "postgresql" else text
        conn.exec_driver_sql(driver)


def run_schema(revision: str) -> None:
    """Make the tables of a schema in an empty database; called by a revision."""
    conn = _bound()
    run(conn, statements(f"{revision}.schema.{conn.dialect.name}.sql"))


def run_revision(revision: str, direction: str) -> None:
    """Run a revision's statements on alembic's connection; called by the revision."""
    conn = _bound()
    run(conn, revision_statements(revision, direction, conn.dialect.name))


def _bound() -> Connection:
    from alembic import op

    return op.get_bind()
