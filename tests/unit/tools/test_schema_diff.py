"""The statements from one schema to another do what they say, and keep the rows."""

from __future__ import annotations

import sqlite3

import pytest
from tools.schema_diff import Schema, SchemaError, difference, read_schema

from entrepot.adapters.sql.schema_compare import _items

OLD = """CREATE TABLE bill (
    id TEXT NOT NULL,
    job TEXT NOT NULL,
    total INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_bill PRIMARY KEY (id),
    CONSTRAINT uq_bill_job UNIQUE (job)
)
 STRICT"""
LINE = """CREATE TABLE line (
    id TEXT NOT NULL,
    bill TEXT NOT NULL,
    CONSTRAINT pk_line PRIMARY KEY (id),
    CONSTRAINT fk_line_bill FOREIGN KEY(bill) REFERENCES bill (id)
)
 STRICT"""
INDEX = "CREATE INDEX ix_bill_total ON bill (total)"
FENCE = """CREATE TRIGGER IF NOT EXISTS bill_no_delete
BEFORE DELETE ON bill
BEGIN SELECT RAISE(ABORT, 'bill is append-only'); END"""
EXTRA = """CREATE TABLE extra (
    id TEXT NOT NULL,
    CONSTRAINT pk_extra PRIMARY KEY (id)
)
 STRICT"""

CASES = {
    "nothing": [OLD, LINE, INDEX, FENCE],
    "a new table": [OLD, LINE, EXTRA, INDEX, FENCE],
    "a table less": [OLD, INDEX, FENCE],
    "a column that may be empty": [
        OLD.replace("    CONSTRAINT pk_bill", "    note TEXT,\n    CONSTRAINT pk_bill"),
        LINE,
        INDEX,
        FENCE,
    ],
    "a column with a default": [
        OLD.replace(
            "    CONSTRAINT pk_bill",
            "    kind TEXT DEFAULT 'job' NOT NULL,\n    CONSTRAINT pk_bill",
        ),
        LINE,
        INDEX,
        FENCE,
    ],
    "a column that may be empty now": [OLD.replace("job TEXT NOT NULL", "job TEXT"), LINE, FENCE],
    "a key less": [OLD.replace(",\n    CONSTRAINT uq_bill_job UNIQUE (job)", ""), LINE, INDEX],
    "a check more": [
        OLD.replace("UNIQUE (job)", "UNIQUE (job),\n    CONSTRAINT ck_bill CHECK (total >= 0)"),
        LINE,
        INDEX,
        FENCE,
    ],
    "another index": [OLD, LINE, INDEX.replace("(total)", "(total, job)"), FENCE],
    "another fence": [OLD, LINE, INDEX, FENCE.replace("DELETE", "UPDATE")],
}
START = [OLD, LINE, INDEX, FENCE]


def made(statements: list[str]) -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    for statement in statements:
        db.execute(statement)
    return db


def parts(db: sqlite3.Connection) -> set[str]:
    """Return what the database says of itself, without the way in which it was written."""
    found: set[str] = set()
    for kind, name, sql in db.execute("SELECT type, name, sql FROM sqlite_master WHERE sql <> ''"):
        if kind == "table":
            found |= {f"{part}: {definition}" for part, definition in _items(name, sql)}
        else:
            found.add(sql.replace("IF NOT EXISTS ", ""))
    return found


@pytest.mark.parametrize("name", list(CASES))
def test_there_and_back_on_sqlite(name: str) -> None:
    old, new = read_schema(START), read_schema(CASES[name])
    db = made(START)
    db.execute("INSERT INTO bill VALUES ('B-1', 'J-1', 5)")
    db.execute("INSERT INTO line VALUES ('L-1', 'B-1')")
    for statement in difference(old, new, "sqlite"):
        db.execute(statement)
    assert parts(db) == parts(made(CASES[name]))
    assert db.execute("SELECT id, job, total FROM bill").fetchall() == [("B-1", "J-1", 5)]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    for statement in difference(new, old, "sqlite"):
        db.execute(statement)
    assert parts(db) == parts(made(START))
    assert db.execute("SELECT id, job, total FROM bill").fetchall() == [("B-1", "J-1", 5)]
    db.close()


def test_only_what_has_to_be_is_made_anew() -> None:
    old = read_schema(START)
    rebuilt = {
        name
        for name, new in CASES.items()
        if any("new__bill" in text for text in difference(old, read_schema(new), "sqlite"))
    }
    assert rebuilt == {"a column that may be empty now", "a key less", "a check more"}
    assert difference(old, old, "sqlite") == difference(old, old, "postgresql") == []


def test_columns_and_rules_of_postgresql() -> None:
    before = OLD.removesuffix("\n STRICT").replace("INTEGER", "BIGINT")
    after = before.replace("job TEXT NOT NULL", "job TEXT").replace("DEFAULT '0'", "DEFAULT '1'")
    rule = "CREATE POLICY bill_tenant ON bill USING (id = 'x') WITH CHECK (id = 'x')"
    secured = "ALTER TABLE bill ENABLE ROW LEVEL SECURITY"
    old, new = read_schema([before]), read_schema([after, secured, rule])
    assert difference(old, new, "postgresql") == [
        "ALTER TABLE bill ALTER COLUMN job DROP NOT NULL",
        "ALTER TABLE bill ALTER COLUMN total SET DEFAULT '1'",
        secured,
        rule,
    ]
    assert difference(new, old, "postgresql") == [
        "DROP POLICY bill_tenant ON bill",
        "ALTER TABLE bill ALTER COLUMN job SET NOT NULL",
        "ALTER TABLE bill ALTER COLUMN total SET DEFAULT '0'",
        "ALTER TABLE bill DISABLE ROW LEVEL SECURITY",
    ]


def test_a_statement_that_is_not_known_stops_the_tool() -> None:
    with pytest.raises(SchemaError, match="CREATE VIEW"):
        read_schema(["CREATE VIEW v AS SELECT 1"])
    assert difference(Schema(), read_schema([EXTRA]), "sqlite") == [EXTRA]
