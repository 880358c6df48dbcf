"""Records and rows: whatever a record may hold comes back from its table unchanged."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, create_engine, text

from entrepot.adapters.sql import (
    deals,
    registry,
    settlement_tables,
    settlements,
    voucher_book,
)
from entrepot.adapters.sql.metadata import metadata
from entrepot.adapters.sql.rows import RecordTable
from entrepot.services import records as r

TABLES: list[RecordTable[Any]] = [
    registry.FIRMS, registry.CENTRES, registry.POOLS, registry.OFFERS, registry.INSTRUMENTS,
    deals.QUOTES, deals.LEASES, deals.JOBS, deals.USAGE, deals.INVOICES, deals.TASKS,
    settlements.BATCHES, voucher_book.RESERVATIONS,
]  # fmt: skip

WORDS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=12)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
BODY = st.dictionaries(WORDS, PLAIN, max_size=4)
FIELDS: dict[object, st.SearchStrategy[Any]] = {
    str: WORDS,
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    "Body": BODY,
    "Names": st.dictionaries(WORDS, WORDS, max_size=3),
    "tuple[str, ...]": st.lists(WORDS, max_size=3).map(tuple),
    "tuple[Body, ...]": st.lists(BODY, max_size=3).map(tuple),
}


def records_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy for any record of a class, by the types of its fields."""
    hints = get_type_hints(kind)
    parts: dict[str, st.SearchStrategy[Any]] = {}
    for field in dataclasses.fields(kind):
        hint = hints[field.name]
        options = get_args(hint)
        if str(field.type) in FIELDS:
            parts[field.name] = FIELDS[str(field.type)]
        elif type(None) in options:
            parts[field.name] = st.none() | FIELDS[options[0]]
        elif hint in FIELDS:
            parts[field.name] = FIELDS[hint]
        else:  # a state, one of some words
            parts[field.name] = st.sampled_from(options)
    return st.builds(kind, **parts)


FENCED = {"batch": (*settlement_tables._TERMS, "pain_digest")}
"""Table → columns that the database itself keeps from changing."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    made = create_engine(f"sqlite:///{tmp_path_factory.mktemp('rows') / 'rows.db'}")
    metadata.create_all(made)
    return made


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.table.name)
@settings(max_examples=25)
@given(data=st.data())
def test_a_record_comes_back_unchanged(
    table: RecordTable[Any], engine: Engine, data: st.DataObject
) -> None:
    record = data.draw(records_of(table.record))
    with engine.connect() as conn:
        conn.execute(text("PRAGMA foreign_keys = OFF"))
        table.add(conn, record)
        assert table.find(conn) == record
        assert table.all(conn) == [record]
        if "id" in table.names and table.table.name != "usage_event":
            kept = {
                name: getattr(record, name) for name in ("id", *FENCED.get(table.table.name, ()))
            }
            other = dataclasses.replace(data.draw(records_of(table.record)), **kept)
            table.replace(conn, other)
            assert table.all(conn) == [other]
        conn.rollback()


def test_every_record_of_the_business_has_its_table() -> None:
    kinds = {kind for kind in vars(r).values() if dataclasses.is_dataclass(kind)}
    assert {table.record for table in TABLES} == kinds


def test_a_table_that_lacks_a_field_is_found_at_the_start() -> None:
    short = Table("short", MetaData(), Column("id", Text), Column("due_on", Integer))
    with pytest.raises(AssertionError, match="lacks"):
        RecordTable(short, r.DutyTask)


def test_an_absent_row_is_none(engine: Engine) -> None:
    with engine.connect() as conn:
        assert registry.FIRMS.find(conn, registry.FIRMS.table.c.id == "x") is None


def test_bodies_are_kept_as_canonical_text(tmp_path: Path) -> None:
    row = deals.QUOTES.row(r.Quote("Q", "F", 1, 2, {"b": (1, 2), "a": {"算": None}}, "d"))
    assert row["body"] == '{"a":{"算":null},"b":[1,2]}'
