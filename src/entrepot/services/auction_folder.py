"""Orders of a call as they lie in a folder: text, not yet believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entrepot.domain.market.instance import Instance
    from entrepot.domain.market.orders_check import Frame, Tables

TABLES = ("asks", "orders", "options", "links")
"""Names of the tables; each is a file of that name."""

LAW = "law"
"""The decisions of the law filter, a table that a call may have beside the others."""

FORMS = ("csv", "json", "parquet")
"""Forms of a table, by the end of its file's name."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table of text.

    Attributes:
        name: of the file.
        columns: name → cells, all of one length.
        lines: line of each row in the file; empty = rows counted from 1.
    """

    name: str
    columns: Mapping[str, Sequence[str]]
    lines: Sequence[int] = field(default_factory=tuple[int, ...])


@dataclass(frozen=True, slots=True)
class AuctionFolder:
    """A call as files.

    Attributes:
        slots, slot_s: number and seconds of slots.
        zones, classes: names.
        tables: one of each of :data:`TABLES`, and :data:`LAW` where there are decisions.
    """

    slots: int
    slot_s: int
    zones: tuple[str, ...]
    classes: tuple[str, ...]
    tables: Mapping[str, RawTable]


def folder_of(instance: Instance, form: str = "csv") -> AuctionFolder:
    """Return an instance as tables of text that :func:`instance_of` reads back to the same."""
    from entrepot.domain.market.order_law import LAW_COLUMNS
    from entrepot.domain.market.plain import HEADERS, tables_of

    tables: dict[str, RawTable] = {}
    found = tables_of(instance)
    if instance.law_rows:
        found[LAW] = list(instance.law_rows)
    for name, rows in found.items():
        header = LAW_COLUMNS if name == LAW else HEADERS[name]
        cells = zip(*rows, strict=True) if rows else ((),) * len(header)
        columns = {column: list(texts) for column, texts in zip(header, cells, strict=True)}
        tables[name] = RawTable(f"{name}.{form}", columns)
    return AuctionFolder(instance.slots, instance.slot_s, instance.zones, instance.classes, tables)


def instance_of(folder: AuctionFolder) -> Instance:
    """Check a folder and lay it out.

    Raises:
        Invalid: something is wrong; its file, line and field are named.
    """
    from entrepot.domain.market.orders_check import build

    frame, tables = _read(folder)
    return build(frame, tables)


def _read(folder: AuctionFolder) -> tuple[Frame, Tables]:
    from entrepot.domain.market.orders_check import Frame, Tables
    from entrepot.domain.market.rows import TextTable

    frame = Frame(folder.slots, folder.slot_s, folder.zones, folder.classes)
    found = [folder.tables[name] for name in TABLES]
    if LAW in folder.tables:
        found.append(folder.tables[LAW])
    return frame, Tables(*(TextTable(raw.name, raw.columns, raw.lines) for raw in found))
