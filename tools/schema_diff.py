"""The statements that lead from one schema to another, worked out from the text of both.

SQLAlchemy writes its tables in one regular form, one column or constraint a line, so text is
enough: no server is asked. What the result does on both databases is shown by the tests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_TABLE = re.compile(r"CREATE TABLE (\w+) \(\n(.*)\n\)(.*)", re.DOTALL)
_LATE = re.compile(r"ALTER TABLE (\w+) ADD (CONSTRAINT (\w+) .*)", re.DOTALL)
_INDEX = re.compile(r"CREATE (?:UNIQUE )?INDEX (\w+) ON (\w+) .*", re.DOTALL)
_TRIGGER = re.compile(
    r"CREATE (?:OR REPLACE )?TRIGGER (?:IF NOT EXISTS )?(\w+)\s.*?\bON (\w+)\b", re.DOTALL
)
_FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION (\w+)\(\)")
_POLICY = re.compile(r"CREATE POLICY (\w+) ON (\w+) ")
_SECURED = re.compile(r"ALTER TABLE (\w+) ENABLE ROW LEVEL SECURITY")
_COLUMN = re.compile(r"(\w+) (.+?)(?: DEFAULT (.+?))?( NOT NULL)?")


class SchemaError(Exception):
    """A statement that this tool does not know how to carry over."""


@dataclass(slots=True)
class TableText:
    """A table: column → definition, constraint → definition, and the whole statement."""

    columns: dict[str, str]
    constraints: dict[str, str]
    text: str


@dataclass(slots=True)
class Schema:
    """A schema read from its statements; named parts as name → (table, statement)."""

    tables: dict[str, TableText] = field(default_factory=dict[str, TableText])
    indexes: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    triggers: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    policies: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    functions: dict[str, str] = field(default_factory=dict[str, str])
    secured: dict[str, str] = field(default_factory=dict[str, str])
    late: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])


def read_schema(statements: list[str]) -> Schema:
    """Read the statements that make a schema.

    Raises:
        SchemaError: one of them is of no known kind.
    """
    schema = Schema()
    for text in statements:
        if found := _TABLE.fullmatch(text):
            schema.tables[found[1]] = _table(found[2], text)
        elif found := _FUNCTION.match(text):
            schema.functions[found[1]] = text
        elif found := _SECURED.match(text):
            schema.secured[found[1]] = text
        elif found := _LATE.fullmatch(text):
            schema.late[found[3]] = (found[1], text)
            schema.tables[found[1]].constraints[found[3]] = found[2]
        else:
            _named_part(schema, text)
    # SQLAlchemy keeps the indexes of a table in no order.
    schema.indexes = dict(sorted(schema.indexes.items()))
    return schema


def _named_part(schema: Schema, text: str) -> None:
    kinds = ((_INDEX, schema.indexes), (_TRIGGER, schema.triggers), (_POLICY, schema.policies))
    for pattern, parts in kinds:
        if found := pattern.match(text):
            parts[found[1]] = (found[2], text)
            return
    raise SchemaError(f"no rule for this statement: {text[:200]}")


def _table(body: str, text: str) -> TableText:
    columns: dict[str, str] = {}
    constraints: dict[str, str] = {}
    for line in re.split(r",\n", body):
        item = line.strip()
        name = item.split()[1 if item.startswith("CONSTRAINT ") else 0]
        (constraints if item.startswith("CONSTRAINT ") else columns)[name] = item
    return TableText(columns, constraints, text)


def difference(old: Schema, new: Schema, dialect: str) -> list[str]:
    """Return the statements that turn ``old`` into ``new``.

    Args:
        old: the schema that is there.
        new: the schema wanted.
        dialect: ``sqlite`` or ``postgresql``.
    """
    changed = {
        name
        for name in old.tables.keys() & new.tables.keys()
        if _items(old.tables[name]) != _items(new.tables[name])
    }
    if dialect == "sqlite":
        return _sqlite(old, new, changed)
    return _postgresql(old, new, changed)


def _items(table: TableText) -> tuple[dict[str, str], dict[str, str]]:
    return table.columns, table.constraints


Parts = Mapping[str, tuple[str, str]]


def _gone(old: Parts, new: Parts, kept: set[str]) -> list[tuple[str, str]]:
    """Return (name, table) of parts that vanish or change on tables that stay as they are."""
    return [
        (name, table)
        for name, (table, text) in old.items()
        if table in kept and new.get(name) != (table, text)
    ]


def _come(old: Parts, new: Parts, fresh: set[str]) -> list[str]:
    """Return the statements of parts that are new, changed, or on tables that were made anew."""
    return [
        text
        for name, (table, text) in new.items()
        if table in fresh or old.get(name) != (table, text)
    ]


def _sqlite(old: Schema, new: Schema, changed: set[str]) -> list[str]:
    rebuilt = {name for name in changed if not _only_adds(old.tables[name], new.tables[name])}
    kept = (old.tables.keys() & new.tables.keys()) - rebuilt
    made = (new.tables.keys() - old.tables.keys()) | rebuilt
    found = [f"DROP TRIGGER {name}" for name, _ in _gone(old.triggers, new.triggers, kept)]
    found += [f"DROP INDEX {name}" for name, _ in _gone(old.indexes, new.indexes, kept)]
    found += [f"DROP TABLE {name}" for name in reversed(old.tables) if name not in new.tables]
    for name, table in new.tables.items():
        if name not in old.tables:
            found.append(table.text)
        elif name in rebuilt:
            found += _rebuild(name, old.tables[name], table)
        elif name in changed:
            added = [c for c in table.columns if c not in old.tables[name].columns]
            found += [f"ALTER TABLE {name} ADD COLUMN {table.columns[c]}" for c in added]
    found += _come(old.indexes, new.indexes, made)
    return found + _come(old.triggers, new.triggers, made)


def _only_adds(old: TableText, new: TableText) -> bool:
    added = [text for name, text in new.columns.items() if name not in old.columns]
    return (
        old.constraints == new.constraints
        and all(new.columns.get(name) == text for name, text in old.columns.items())
        and all("NOT NULL" not in text or " DEFAULT " in text for text in added)
    )


def _rebuild(name: str, old: TableText, new: TableText) -> list[str]:
    """Return SQLite's way of changing a table: make it anew, move the rows, change the name.

    Source: SQLite, "Making Other Kinds Of Table Schema Changes",
    https://www.sqlite.org/lang_altertable.html, 2026-11-21.
    """
    common = ", ".join(column for column in new.columns if column in old.columns)
    fresh = f"new__{name}"
    return [
        new.text.replace(f"CREATE TABLE {name} ", f"CREATE TABLE {fresh} ", 1),
        f"INSERT INTO {fresh} ({common}) SELECT {common} FROM {name}",
        f"DROP TABLE {name}",
        f"ALTER TABLE {fresh} RENAME TO {name}",
    ]


def _postgresql(old: Schema, new: Schema, changed: set[str]) -> list[str]:
    both = set(old.tables.keys() & new.tables.keys())
    made = set(new.tables.keys() - old.tables.keys())
    # A rule may name a table that goes, so all rules that go are gone first, on every table.
    found = [
        f"DROP POLICY {name} ON {table}"
        for name, table in _gone(old.policies, new.policies, set(old.tables))
    ]
    found += [f"DROP TRIGGER {n} ON {t}" for n, t in _gone(old.triggers, new.triggers, both)]
    found += [f"DROP INDEX {name}" for name, _ in _gone(old.indexes, new.indexes, both)]
    for name in sorted(changed):
        found += _constraints_gone(name, old.tables[name], new.tables[name])
    found += [f"DROP TABLE {name}" for name in reversed(old.tables) if name not in new.tables]
    found += [f"DROP FUNCTION {name}()" for name in old.functions if name not in new.functions]
    found += [table.text for name, table in new.tables.items() if name in made]
    for name in sorted(changed):
        found += _columns(name, old.tables[name], new.tables[name])
    for name in sorted(changed):
        found += _constraints_come(name, old.tables[name], new.tables[name])
    found += [text for table, text in new.late.values() if table in made]
    return found + _postgresql_parts(old, new, made, both)


def _postgresql_parts(old: Schema, new: Schema, made: set[str], both: set[str]) -> list[str]:
    found = _come(old.indexes, new.indexes, made)
    found += [text for name, text in new.functions.items() if old.functions.get(name) != text]
    found += _come(old.triggers, new.triggers, made)
    found += [text for name, text in new.secured.items() if name not in old.secured]
    found += [
        f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY"
        for name in old.secured
        if name in both and name not in new.secured
    ]
    return found + _come(old.policies, new.policies, made)


def _constraints_gone(name: str, old: TableText, new: TableText) -> list[str]:
    gone = [c for c, text in old.constraints.items() if new.constraints.get(c) != text]
    return [f"ALTER TABLE {name} DROP CONSTRAINT {constraint}" for constraint in gone]


def _constraints_come(name: str, old: TableText, new: TableText) -> list[str]:
    come = [text for c, text in new.constraints.items() if old.constraints.get(c) != text]
    return [f"ALTER TABLE {name} ADD {text}" for text in come]


def _columns(table: str, old: TableText, new: TableText) -> list[str]:
    found: list[str] = []
    for name, text in new.columns.items():
        if name not in old.columns:
            found.append(f"ALTER TABLE {table} ADD COLUMN {text}")
        elif old.columns[name] != text:
            found += _altered(f"ALTER TABLE {table} ALTER COLUMN {name}", old.columns[name], text)
    gone = [name for name in old.columns if name not in new.columns]
    return found + [f"ALTER TABLE {table} DROP COLUMN {name}" for name in gone]


def _altered(start: str, old: str, new: str) -> list[str]:
    before, after = _COLUMN.fullmatch(old), _COLUMN.fullmatch(new)
    if before is None or after is None:
        raise SchemaError(f"no rule for this column: {new}")
    found: list[str] = []
    if before[2] != after[2]:
        found.append(f"{start} TYPE {after[2]}")
    if before[3] != after[3]:
        found.append(f"{start} " + (f"SET DEFAULT {after[3]}" if after[3] else "DROP DEFAULT"))
    if before[4] != after[4]:
        found.append(f"{start} " + ("SET NOT NULL" if after[4] else "DROP NOT NULL"))
    return found
