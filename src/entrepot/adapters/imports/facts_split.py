"""Facts files → rows, each knowing its line."""

from __future__ import annotations

import csv
import io
from typing import cast

from entrepot.adapters.imports.facts_files import FILE_BYTES_MAX, OFFERS, SCHEMAS
from entrepot.adapters.imports.facts_row import Row, Sources, mapping_of
from entrepot.adapters.imports.yaml_safe import field_text, load_yaml, scalar
from entrepot.adapters.imports.yaml_values import Path
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

_CSV_VALUES = ("memory_gb", "interruptible", "indicative")


def rows_of(name: str, label: str, data: bytes) -> list[Row]:
    """Split a file into its rows.

    Args:
        name: name of the file among the known ones; label: name for messages.
        data: its bytes.

    Raises:
        Invalid: not readable, wrong schema, unknown key at the top, or no rows.
    """
    return _csv_rows(label, data) if name == OFFERS else _yaml_rows(name, label, data)


def _yaml_rows(name: str, label: str, data: bytes) -> list[Row]:
    located = load_yaml(data, label, bytes_max=FILE_BYTES_MAX)
    top = Row(mapping_of(located.value), (), lambda path: located.where(*path), {})
    top.choice("schema", (SCHEMAS[name],))
    sources = _sources(top)
    rows = top.children("rows")
    top.finish()
    for row in rows:
        row.sources = sources
    return rows


def _sources(top: Row) -> Sources:
    box = top.child("sources")
    found: dict[str, tuple[str, str | None]] = {}
    for key in box.values if box else ():
        item = cast(Row, cast(Row, box).child(key))
        found[key] = (item.text("text"), item.text_or_none("url"))
        item.finish()
    return found


def _csv_rows(label: str, data: bytes) -> list[Row]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            "facts.encoding",
            N_("{name} is not UTF-8: byte {offset} cannot be read."),
            hint=N_("Save the file as UTF-8."),
            name=label,
            offset=error.start,
        ) from None
    reader = csv.reader(io.StringIO(text), strict=True)
    rows: list[Row] = []
    header: list[str] = []
    try:
        for cells in reader:
            if not header:
                header = cells
            elif cells:
                rows.append(_csv_row(label, header, cells, reader.line_num))
    except csv.Error as error:
        raise Invalid(
            "facts.csv",
            N_("{name}:{line}: this is not CSV ({problem})."),
            hint=N_("Check the quotes on this line."),
            name=label,
            line=reader.line_num,
            problem=str(error),
        ) from None
    return rows


def _csv_row(label: str, header: list[str], cells: list[str], line: int) -> Row:
    if len(cells) != len(header):
        raise Invalid(
            "facts.columns",
            N_("{name}:{line}: {found} columns, but the heading has {wanted}."),
            hint=N_("Put a text with a comma into quotes."),
            name=label,
            line=line,
            found=len(cells),
            wanted=len(header),
        )
    values: dict[str, object] = {
        key: (scalar(cell) if key in _CSV_VALUES else cell or None)
        for key, cell in zip(header, cells, strict=True)
    }

    def where(path: Path) -> str:
        return f"{label}:{line}:{field_text(path)}"

    return Row(values, (), where, {})
