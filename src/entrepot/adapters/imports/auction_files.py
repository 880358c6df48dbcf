"""A call of the auction in a folder: ``auction.yaml`` and four tables as CSV, JSON or Parquet.

Every cell is read as text, so that no number passes through a float on its way in.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from entrepot.adapters.exports.csv_out import write_csv
from entrepot.adapters.imports.csv_safe import BYTES_MAX, ROWS_MAX, read_table
from entrepot.adapters.imports.problems import InvalidFile, Problem
from entrepot.adapters.imports.user_file import read_file
from entrepot.adapters.imports.yaml_safe import load_yaml
from entrepot.adapters.system import write_whole
from entrepot.kernel.errors import Fault, Invalid, NotFound
from entrepot.kernel.text import N_
from entrepot.services.auction_folder import FORMS, LAW, TABLES, AuctionFolder, RawTable

FRAME = "auction.yaml"
OPTIONAL = {
    "links": ("link", "from_zone", "to_zone", "from", "to", "mbps"),
    LAW: ("order", "zone", "class", "from", "to", "outcome", "day", "rules", "decision"),
}
"""Tables that may be left out, with their columns."""


def read_auction(folder: Path) -> AuctionFolder:
    """Read a folder.

    Args:
        folder: holds ``auction.yaml``, and each table as one file; links and law may be left out.

    Raises:
        NotFound: the folder or one of its files is not there.
        Invalid: a file is none of its form; its place is named.
    """
    slots, slot_s, zones, classes = _frame(read_bounded(folder / FRAME), FRAME)
    tables = {name: _table(folder, name) for name in (*TABLES, LAW)}
    return AuctionFolder(slots, slot_s, zones, classes, tables)


def read_bounded(path: Path, most: int = BYTES_MAX) -> bytes:
    """Read a file, unless it is larger than what is read at all.

    Raises:
        NotFound: it is not there.
        Invalid: it is larger.
    """
    if path.is_file() and path.stat().st_size > most:
        raise Invalid(
            "auction.bytes",
            N_("{path} is larger than {most} bytes."),
            hint=N_("Split the call by place or by day, or write its tables as Parquet."),
            path=str(path),
            most=f"{most:,}",
        )
    return read_file(path)


def write_auction(folder: Path, auction: AuctionFolder) -> list[Path]:
    """Write a folder, each file whole or not at all; return the files.

    Args:
        folder: made if need be.
        auction: its tables name their files, and so their form.

    Raises:
        Fault: the folder or a file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Fault(
            "auction.folder",
            N_("The folder {path} cannot be made: {why}."),
            hint=N_("Choose another place: --out …"),
            path=str(folder),
            why=error.strerror or str(error),
        ) from error
    frame = {
        "slots": auction.slots,
        "slot_s": auction.slot_s,
        "zones": list(auction.zones),
        "classes": list(auction.classes),
    }
    text = "".join(
        f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in frame.items()
    )
    paths = [write_whole(folder / FRAME, text.encode())]
    for table in auction.tables.values():
        paths.append(write_whole(folder / table.name, _bytes_of(table)))
    return paths


def _frame(data: bytes, name: str) -> tuple[int, int, tuple[str, ...], tuple[str, ...]]:
    document = load_yaml(data, name)
    value = document.value
    fields = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    unknown = [key for key in fields if key not in ("slots", "slot_s", "zones", "classes")]
    if not isinstance(value, dict) or unknown:
        raise _bad(document.where(*unknown[:1]), N_("slots, slot_s, zones and classes are needed."))
    slots, slot_s = fields.get("slots"), fields.get("slot_s", 3600)
    for key, number in (("slots", slots), ("slot_s", slot_s)):
        if not isinstance(number, int) or isinstance(number, bool):
            raise _bad(document.where(key), N_("A whole number is needed."))
    zones, classes = (_names(fields.get(key), document.where(key)) for key in ("zones", "classes"))
    return cast("int", slots), cast("int", slot_s), zones, classes


def _names(value: object, where: str) -> tuple[str, ...]:
    names = cast("list[object]", value) if isinstance(value, list) else []
    plain = [name for name in names if isinstance(name, str) and name and not name.split()[1:]]
    if not names or len(plain) != len(names) or any(name != name.strip() for name in plain):
        raise _bad(where, N_("A list of names without blanks is needed."))
    return tuple(plain)


def _table(folder: Path, name: str) -> RawTable:
    found = [form for form in FORMS if (folder / f"{name}.{form}").is_file()]
    if len(found) > 1:
        raise Invalid(
            "auction.twice",
            N_("The table {name} stands in the folder in more than one form: {forms}."),
            hint=N_("Keep one of them."),
            name=name,
            forms=", ".join(found),
        )
    if found:
        path = folder / f"{name}.{found[0]}"
        return _READERS[found[0]](read_bounded(path), path.name)
    if name in OPTIONAL:
        return RawTable(f"{name}.csv", {column: [] for column in OPTIONAL[name]})
    raise NotFound(
        "auction.table",
        N_("There is no table {name} in {folder}."),
        hint=N_("Put {name}.csv, {name}.json or {name}.parquet there."),
        name=name,
        folder=str(folder),
    )


def _from_csv(data: bytes, name: str) -> RawTable:
    columns, lines = read_table(data, name)
    if not any(columns):
        raise _bad(name, N_("A header that names the columns is needed."))
    return RawTable(name, columns, lines)


def _from_json(data: bytes, name: str) -> RawTable:
    try:
        rows: object = json.loads(data, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise _bad(name, N_("This is not JSON.")) from None
    if not isinstance(rows, list):
        raise _bad(name, N_("A list of rows is needed."))
    found = cast("list[object]", rows)
    _see_rows(len(found), name)
    columns: dict[str, list[str]] = {}
    for number, row in enumerate(found, 1):
        if not isinstance(row, dict):
            raise _bad(f"{name}:{number}", N_("A row is an object with one member a column."))
        cells = cast("dict[str, object]", row)
        for column, cell in cells.items():
            if cell is not None and not isinstance(cell, str):
                raise _bad(f"{name}:{number}:{column[:40]}", N_("A text or a number is needed."))
            texts = columns.setdefault(column, [])
            texts += [""] * (number - 1 - len(texts))
            texts.append(cell or "")
    return RawTable(name, {c: t + [""] * (len(found) - len(t)) for c, t in columns.items()})


def _from_parquet(data: bytes, name: str) -> RawTable:
    arrow, parquet = _pyarrow()
    try:
        file = parquet.ParquetFile(arrow.BufferReader(data))
        _see_rows(file.metadata.num_rows, name)  # a few bytes may stand for very many rows
        table = file.read()
    except (arrow.ArrowException, OSError, ValueError):
        raise _bad(name, N_("This is not a Parquet file.")) from None
    columns = {
        str(column): [
            "" if cell is None else str(cell) for cell in table.column(column).to_pylist()
        ]
        for column in table.column_names
    }
    return RawTable(name, columns)


_READERS = {"csv": _from_csv, "json": _from_json, "parquet": _from_parquet}


def _bytes_of(table: RawTable) -> bytes:
    form = table.name.rpartition(".")[2]
    if form == "json":
        return _to_json(table.columns)
    if form == "parquet":
        return _to_parquet(table.columns)
    out = io.BytesIO()
    write_csv(out, list(table.columns), zip(*table.columns.values(), strict=True))
    return out.getvalue()


def _to_json(columns: Mapping[str, Sequence[str]]) -> bytes:
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n".encode()


def _to_parquet(columns: Mapping[str, Sequence[str]]) -> bytes:
    arrow, parquet = _pyarrow()
    text = arrow.string()
    table = arrow.table({name: arrow.array(list(cells), text) for name, cells in columns.items()})
    out = io.BytesIO()
    parquet.write_table(table, out)
    return out.getvalue()


def _pyarrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise Invalid(
            "auction.parquet",
            N_("Parquet files need pyarrow, which is not installed."),
            hint=N_("Install entrepot[parquet], or use CSV or JSON."),
        ) from None


def _see_rows(count: int, name: str) -> None:
    if count > ROWS_MAX:
        raise _bad(name, N_("There are more rows than the 2,000,000 that are read."))


def _bad(where: str, what: str) -> Invalid:
    error = Invalid("auction.file", what, hint=N_("docs/reference/auction-files.md has the form."))
    return InvalidFile([Problem(where, error)])
