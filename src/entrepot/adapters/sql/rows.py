"""Between frozen records and rows: one mapper for every table of the business.

A field that is a mapping or a tuple is kept as canonical JSON text, a truth as 0 or 1, every
other field as it is. Columns and fields have the same names.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar, cast

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, insert, select, update

from entrepot.kernel.canonical import canonical_json

R = TypeVar("R")

_JSON_TYPES = ("Body", "Names", "tuple[Body, ...]", "tuple[str, ...]")


class RecordTable(Generic[R]):
    """Insert, read and update records of one class in one table.

    Args:
        table: SQLAlchemy table with a column for each field.
        record: frozen dataclass.
    """

    def __init__(self, table: Table, record: type[R]) -> None:
        self.table = table
        self.record = record
        fields = dataclasses.fields(record)  # pyright: ignore[reportArgumentType]
        self.names = [field.name for field in fields]
        self.flags = [field.name for field in fields if str(field.type) == "bool"]
        self.json = {f.name: str(f.type) for f in fields if str(f.type) in _JSON_TYPES}
        missing = [name for name in self.names if name not in table.c]
        assert not missing, f"{table.name} lacks {missing}"

    def row(self, record: R) -> dict[str, Any]:
        """Return the row of a record."""
        values = {name: getattr(record, name) for name in self.names}
        for name in self.json:
            values[name] = canonical_json(_plain(values[name])).decode()
        for name in self.flags:
            values[name] = int(values[name])
        return values

    def read(self, row: Any) -> R:
        """Return the record of a row."""
        values = {name: getattr(row, name) for name in self.names}
        for name, kind in self.json.items():
            value = msgspec.json.decode(values[name])
            values[name] = tuple(value) if kind.startswith("tuple") else value
        for name in self.flags:
            values[name] = bool(values[name])
        return self.record(**values)

    def add(self, conn: Connection, record: R) -> None:
        """Insert a record."""
        conn.execute(insert(self.table).values(self.row(record)))

    def find(self, conn: Connection, *where: ColumnElement[bool]) -> R | None:
        """Return the first record that fits, or None."""
        row = conn.execute(select(self.table).where(*where)).first()
        return None if row is None else self.read(row)

    def all(
        self, conn: Connection, *where: ColumnElement[bool], order: Sequence[Any] = ()
    ) -> list[R]:
        """Return the records that fit, in the order given."""
        statement = select(self.table).where(*where).order_by(*order)
        return [self.read(row) for row in conn.execute(statement)]

    def replace(self, conn: Connection, record: R) -> None:
        """Write every field of a record over the row of its id."""
        values = self.row(record)
        changed = conn.execute(
            update(self.table).where(self.table.c.id == values["id"]).values(values)
        )
        assert changed.rowcount == 1, f"{self.table.name} {values['id']} is not there"


def _plain(value: object) -> object:
    """Make mappings and tuples of any kind plain, so that JSON takes them."""
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        return {str(key): _plain(member) for key, member in members.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in cast("Sequence[object]", value)]
    return value
