"""Write the statements of the newest schema's revision, or say which of them are missing.

    python tools/write_revision.py            write them
    python tools/write_revision.py --check    compare them with the tables in the code
    python tools/write_revision.py --freeze   keep the schema as the baseline of the next one

A revision leads from the schema before it, frozen in ``statements/NNNN.schema.DIALECT.sql``, to
the tables of the code, and back. Freeze a schema when it is released, before its tables change;
then raise ``SCHEMA_VERSION`` and add a revision beside the others.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import create_mock_engine

from entrepot.adapters.sql.metadata import SCHEMA_VERSION, metadata
from entrepot.adapters.sql.migrate import load_tables
from entrepot.adapters.sql.revisions import STATEMENTS, statements
from tools.schema_diff import Schema, difference, read_schema

DIALECTS = {"sqlite": "sqlite://", "postgresql": "postgresql+psycopg://"}
DIRECTIONS = ("upgrade", "downgrade")


def made_by_code(dialect: str) -> list[str]:
    """Return the statements by which the code makes an empty database its own."""
    load_tables()
    found: list[str] = []

    def note(ddl: object, *_: object, **__: object) -> None:
        text = str(ddl.compile(dialect=engine.dialect))  # type: ignore[attr-defined]
        lines = [line.rstrip().replace("\t", "    ") for line in text.strip().splitlines()]
        found.append("\n".join(lines))

    engine = create_mock_engine(DIALECTS[dialect], note)
    # In one order always, whatever module was imported first.
    metadata.create_all(engine, tables=metadata.sorted_tables, checkfirst=False)
    return found


def frozen(version: int, dialect: str) -> Schema:
    """Return the schema of a version that was released."""
    name = f"{version:04d}.schema.{dialect}.sql"
    return read_schema(statements(name)) if version else Schema()


def wanted() -> dict[str, list[str]]:
    """Return the files of the newest revision: name → statements."""
    files: dict[str, list[str]] = {}
    for dialect in DIALECTS:
        old, new = frozen(SCHEMA_VERSION - 1, dialect), read_schema(made_by_code(dialect))
        for direction, (start, end) in zip(DIRECTIONS, ((old, new), (new, old)), strict=True):
            files[f"{SCHEMA_VERSION:04d}.{direction}.{dialect}.sql"] = difference(
                start, end, dialect
            )
    return files


def missing(files: dict[str, list[str]]) -> list[str]:
    """Return what the files on disk lack or have too much, a sentence each."""
    found: list[str] = []
    for name, right in files.items():
        there = statements(name) if (STATEMENTS / name).exists() else []
        found += [f"{name} lacks: {_short(text)}" for text in right if text not in there]
        found += [f"{name} has too much: {_short(text)}" for text in there if text not in right]
        if not found and there != right:
            found.append(f"{name} has its statements in another order")
    return found


def _short(text: str) -> str:
    return " ".join(text.split())[:120]


def write(name: str, found: list[str]) -> None:
    """Write a file of statements, each ended by a semicolon on a line of its own."""
    path: Path = STATEMENTS / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{text}\n;\n" for text in found), encoding="utf-8")


def main(words: list[str]) -> int:
    """Do what the words say; return the exit code."""
    if words == ["--freeze"]:
        for dialect in DIALECTS:
            write(f"{SCHEMA_VERSION:04d}.schema.{dialect}.sql", made_by_code(dialect))
        return 0
    problems = missing(wanted())
    if words == ["--check"]:
        print("\n".join(problems) or f"revision {SCHEMA_VERSION:04d} is complete")
        return 1 if problems else 0
    for name, found in wanted().items():
        write(name, found)
    print(f"revision {SCHEMA_VERSION:04d} is written; it differed in {len(problems)} statements")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
