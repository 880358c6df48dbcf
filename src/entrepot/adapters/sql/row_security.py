"""Row-level security of PostgreSQL: a tenant reads its own rows, whatever the program asks.

Each table is one of three. *Shared*: every tenant reads it (the catalogue). *Owned*: it has a
``firm_id``, or hangs on a lease, job or invoice; a tenant sees the rows of the firm that
``entrepot.firm`` names, and none if nothing is named. *Closed*: all others; no tenant sees them.
The role ``entrepot_tenant`` may read and not write; the policies bind writes all the same, should
a role of the operator's own be let write. Who owns the tables, the desk, is not bound by them:
that is why none is FORCEd.

A table made later is fenced by the same rule without a line of its own.

Source: PostgreSQL 15, "Row Security Policies",
https://www.postgresql.org/docs/15/ddl-rowsecurity.html, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import DDL, Connection, MetaData, Table, event, text

from entrepot.adapters.sql.metadata import metadata
from entrepot.kernel.errors import Fault
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from sqlalchemy import Engine

ROLE = "entrepot_tenant"
SETTING = "entrepot.firm"
SHARED = frozenset(
    {"centre", "pool", "pool_terms", "device_unit", "offer", "market_offer"}
    | {"auction_call", "auction_clearing"}
)
"""Tables of the catalogue and what calls decided, which every tenant may read."""

_ITS_FIRM = f"current_setting('{SETTING}', true)"
_WAYS = (("lease_id", "lease"), ("job_id", "job"), ("invoice_id", "invoice"))
"""Column → table whose own policy says which of its rows a tenant sees."""


def rule_of(table: Table) -> str | None:
    """Return the condition under which a row is a tenant's own; None for a closed table.

    >>> from sqlalchemy import Column, Text
    >>> rule_of(Table("bill", MetaData(), Column("firm_id", Text)))
    "firm_id = current_setting('entrepot.firm', true)"
    >>> rule_of(Table("event", MetaData(), Column("lease_id", Text)))
    'lease_id IN (SELECT id FROM lease)'
    """
    if table.name == "firm":
        return f"id = {_ITS_FIRM}"
    if "firm_id" in table.columns:
        return f"firm_id = {_ITS_FIRM}"
    for column, owner in _WAYS:
        if column in table.columns:
            return f"{column} IN (SELECT id FROM {owner})"
    return None


def fence(table: Table) -> list[str]:
    """Return the statements that fence a table on PostgreSQL.

    Args:
        table: with its columns.
    """
    found = [f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY"]
    if table.name in SHARED:
        return [
            *found,
            f"CREATE POLICY {table.name}_shared ON {table.name} FOR SELECT USING (true)",
        ]
    rule = rule_of(table)
    if rule:
        policy = f"CREATE POLICY {table.name}_tenant ON {table.name}"
        found.append(f"{policy} USING ({rule}) WITH CHECK ({rule})")
    return found


def _fence_created(
    _target: MetaData, connection: Connection, tables: Iterable[Table] = (), **_more: Any
) -> None:
    # After all tables, since a rule may name a table that is made later than its own.
    if connection.dialect.name == "postgresql":
        for table in tables:
            for statement in fence(table):
                connection.execute(DDL(statement))


def _unfence_dropped(
    _target: MetaData, connection: Connection, tables: Iterable[Table] = (), **_more: Any
) -> None:
    # Before all tables, since a rule holds fast the table that it names.
    if connection.dialect.name == "postgresql":
        for table in tables:
            if table.name not in SHARED and rule_of(table):
                name = f"{table.name}_tenant"
                connection.execute(DDL(f"DROP POLICY IF EXISTS {name} ON {table.name}"))


event.listen(metadata, "after_create", _fence_created)
event.listen(metadata, "before_drop", _unfence_dropped)

_MAKE_ROLE = f"""
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
    CREATE ROLE {ROLE} NOLOGIN;
  END IF;
  IF NOT pg_has_role(current_user, '{ROLE}', 'MEMBER') THEN
    GRANT {ROLE} TO CURRENT_USER;
  END IF;
EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
  NULL;
END $$
"""
"""Roles belong to the whole server: another home may have made it, or the user may not."""


def grant_reading(conn: Connection) -> None:
    """Make the tenants' role if there is none, and let it read what is shared or owned.

    Args:
        conn: a writing connection; nothing happens on SQLite, which has no roles. Nothing
            happens either where the user may make no roles; ``entrepot db check`` says so.
    """
    if conn.dialect.name != "postgresql":
        return
    conn.exec_driver_sql(_MAKE_ROLE)
    if not has_role(conn):
        return
    schema = str(conn.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one())
    names = ", ".join(sorted(t.name for t in metadata.tables.values() if _is_seen(t)))
    conn.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {ROLE}")
    conn.exec_driver_sql(f"GRANT SELECT ON {names} TO {ROLE}")


def _is_seen(table: Table) -> bool:
    return table.name in SHARED or rule_of(table) is not None


def has_role(conn: Connection) -> bool:
    """Say whether the tenants' role is there and may be taken by the present user."""
    query = (
        f"SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = '{ROLE}'"
    )
    return bool(conn.exec_driver_sql(query).scalar_one_or_none())


@contextmanager
def tenant_view(engine: Engine, firm_id: str) -> Generator[Connection]:
    """Open one consistent view in which a firm sees its own rows and the catalogue.

    Args:
        engine: an opened PostgreSQL database.
        firm_id: the firm; empty sees the catalogue alone.

    Raises:
        Fault: the database has no role for tenants.
    """
    with engine.connect() as conn, conn.begin():
        if conn.dialect.name != "postgresql" or not has_role(conn):
            raise Fault(
                "store.no_tenants",
                N_("The database has no role {role}, so firms cannot be told apart there."),
                hint=N_("Let an administrator run CREATE ROLE {role} NOLOGIN and grant it."),
                role=ROLE,
            )
        conn.execute(
            text("SELECT set_config(:name, :firm, true)"), {"name": SETTING, "firm": firm_id}
        )
        conn.exec_driver_sql(f"SET LOCAL ROLE {ROLE}")
        yield conn
