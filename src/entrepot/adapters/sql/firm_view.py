"""The database as one firm may see it: its own rows and the catalogue, on either database.

Every connection is given temporary views that carry the names of the tables and hide them: what
is the firm's own and what is shared by the condition of :mod:`entrepot.adapters.sql.row_security`,
anything else as empty. Whatever then reads, by whatever query, reads no row of another firm. Such
connections only read.

Source: SQLite, "CREATE VIEW", https://www.sqlite.org/lang_createview.html, and PostgreSQL 15,
"search_path", https://www.postgresql.org/docs/15/runtime-config-client.html: temporary names are
looked up first; both 2026-11-21.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, Text, event, text
from sqlalchemy.sql.sqltypes import String

from entrepot.adapters.sql.engine import open_engine
from entrepot.adapters.sql.metadata import metadata
from entrepot.adapters.sql.row_security import SETTING, SHARED, rule_of
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_ID = re.compile(r"[A-Za-z0-9-]{1,64}\Z")
_NAMES = ("id", "number")
"""Columns by which people name a row."""


def firm_engine(engine: Engine, firm_id: str) -> Engine:
    """Open the same database so that it shows what one firm may see.

    Args:
        engine: an opened database, in a file or on a server.
        firm_id: the firm; one that is not registered sees the catalogue alone.

    Raises:
        Invalid: that is no id.
    """
    if not _ID.match(firm_id):
        raise Invalid(
            "firm_view.id",
            N_("{id} is no id of a firm."),
            hint=N_("Ids of firms begin with F-."),
            id=firm_id[:60],
        )
    twin = open_engine(engine.url.render_as_string(hide_password=False))
    twin.dispose()  # The first connection was opened before anybody listened.
    is_sqlite = engine.dialect.name == "sqlite"

    def connected(raw: Any, _record: object) -> None:
        cursor = raw.cursor()
        schema = "main" if is_sqlite else _schema(cursor)
        for statement in views(schema, firm_id):
            cursor.execute(statement)
        cursor.close()
        if not is_sqlite:
            raw.commit()

    event.listen(twin, "connect", connected)
    return twin


def views(schema: str, firm_id: str) -> list[str]:
    """Return the statements that hide the tables behind what a firm may see.

    Args:
        schema: where the tables are; firm_id: letters, digits and hyphens only.
    """
    tables = sorted(metadata.tables.values(), key=_after_owners)
    return [
        f"CREATE TEMP VIEW {one.name} AS SELECT * FROM {schema}.{one.name}"
        f" WHERE {_condition(one, firm_id)}"
        for one in tables
    ]


def sees(conn: Connection, name: str) -> bool:
    """Say whether a row of that id or number is to be seen.

    Args:
        conn: of :func:`firm_engine`.
        name: ``L-…``, or the number of a bill.
    """
    parts = [
        f"SELECT 1 FROM {table.name} WHERE {column} = :name"
        for table in metadata.tables.values()
        for column in _NAMES
        if column in table.columns and isinstance(table.columns[column].type, Text | String)
    ]
    query = text(f"SELECT EXISTS ({' UNION ALL '.join(parts)})")
    return bool(conn.execute(query, {"name": name}).scalar_one())


def _condition(table: Table, firm_id: str) -> str:
    if table.name in SHARED:
        return "true"
    rule = rule_of(table) or "false"
    return rule.replace(f"current_setting('{SETTING}', true)", f"'{firm_id}'")


def _after_owners(table: Table) -> tuple[bool, str]:
    # A view on PostgreSQL binds the names it uses when it is made: owners come first.
    return table.name not in {"lease", "job", "invoice"}, table.name


def _schema(cursor: Any) -> str:
    cursor.execute("SELECT quote_ident(current_schema())")
    return str(cursor.fetchone()[0])
