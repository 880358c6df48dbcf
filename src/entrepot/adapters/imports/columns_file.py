"""Files of columns: CSV, or Parquet where pyarrow is installed.

A column of numbers is held as numbers, any other as codes of its few distinct values.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from entrepot.adapters.imports.csv_safe import ROWS_MAX, write_rows
from entrepot.adapters.imports.problems import InvalidFile, Problem
from entrepot.domain.vouchers.bulk_columns import Coded, Column, Numbers, encode
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

BYTES_MAX = 1_000_000_000
PARQUET = ".parquet"
ROWS_AT_ONCE = 50_000


def read_columns(data: bytes, name: str, numbers: Collection[str]) -> dict[str, Column]:
    r"""Read a file of columns.

    Args:
        data: bytes of the file: Parquet if the name ends in ``.parquet``, else CSV in UTF-8 with
            a header.
        name: file name for messages.
        numbers: names of the columns that hold whole numbers.

    Returns:
        The columns, in the order of the file; an empty cell is a missing value.

    Raises:
        Invalid: too large, of another form, or a cell of a column of numbers that is none.

    >>> found = read_columns(b"n,w\n7,a\n,b\n", "x.csv", {"n"})
    >>> [found["n"].value(0), found["n"].value(1), found["w"].value(1)]
    [7, None, 'b']
    """
    if len(data) > BYTES_MAX:
        raise _refusal(name, N_("{name} is larger than {most} bytes."), most=f"{BYTES_MAX:,}")
    if name.endswith(PARQUET):
        return _read_parquet(data, name, numbers)
    return _read_csv(data, name, numbers)


def write_columns(table: Mapping[str, Column], name: str) -> bytes:
    r"""Write columns as Parquet if the name ends in ``.parquet``, else as CSV.

    >>> write_columns({"a": encode(["x", None]), "n": Numbers(np.array([1, 2]))}, "x.csv")
    b'a,n\r\nx,1\r\n,2\r\n'
    """
    if name.endswith(PARQUET):
        return _write_parquet(table)
    columns = [list(_texts(column)) for column in table.values()]
    return write_rows(list(table), zip(*columns, strict=True))


def _read_csv(data: bytes, name: str, numbers: Collection[str]) -> dict[str, Column]:
    reader = csv.reader(io.StringIO(_decode(data, name), newline=""), strict=True)
    no_line: list[str] = []
    try:
        header = [cell.strip() for cell in next(reader, no_line)]
        _check_header(header, name)
        cells: list[list[str]] = [[] for _ in header]
        while rows := list(islice(reader, ROWS_AT_ONCE)):
            _extend(cells, [row for row in rows if row], name, reader.line_num)
    except csv.Error as error:
        where = f"{name}:{reader.line_num}"
        raise InvalidFile([Problem(where, _syntax(str(error)))]) from None
    pairs = zip(header, cells, strict=True)
    return {
        column: _numbers(texts, name, column) if column in numbers else _coded(texts)
        for column, texts in pairs
    }


def _extend(cells: list[list[str]], rows: list[list[str]], name: str, line: int) -> None:
    wide = next((row for row in rows if len(row) != len(cells)), None)
    if wide is not None:
        text = N_("{name}: a row before line {line} has {found} cells, the header {wanted}.")
        raise _refusal(name, text, line=line + 1, found=len(wide), wanted=len(cells))
    for column, more in zip(cells, zip(*rows, strict=True), strict=False):
        column.extend(more)
    if len(cells[0]) > ROWS_MAX:
        raise _refusal(name, N_("{name} has more than {most} rows."), most=f"{ROWS_MAX:,}")


def _coded(texts: Sequence[str]) -> Coded:
    """Code a column; each distinct text is looked at once."""
    distinct = dict.fromkeys(texts)
    words = encode(map(_plain, distinct))
    codes = dict(zip(distinct, words.codes.tolist(), strict=True))
    found = np.fromiter(map(codes.__getitem__, texts), words.codes.dtype, len(texts))
    return Coded(found, words.values)


def _plain(cell: str) -> str | None:
    text = cell.strip()
    if text.startswith("'") and text[1:].startswith(("=", "+", "-", "@", "'")):
        return text[1:]
    return text or None


def _numbers(texts: Sequence[str], name: str, column: str) -> Numbers:
    """Read whole numbers.

    Raises:
        Invalid: a cell is no whole number, or none that 64 bits hold; its row is named.
    """
    try:
        return Numbers(np.array([int(text) for text in texts], np.int64))
    except (ValueError, OverflowError):
        pass
    found, known = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.bool_)
    for row, text in enumerate(texts):
        value = _plain(text)
        if value is None:
            continue
        try:
            found[row] = int(value)
        except (ValueError, OverflowError):
            where = f"{name}, row {row + 1}, {column}"
            raise InvalidFile([Problem(where, _no_number(value))]) from None
        known[row] = True
    return Numbers(found, known)


def _texts(column: Column) -> Iterator[str]:
    if isinstance(column, Coded):
        codes: list[int] = column.codes.tolist()
        words = ["", *("" if value is None else str(value) for value in column.values)]
        return (words[code] for code in codes)
    numbers: list[int] = column.numbers.tolist()
    if column.known is None:
        return map(str, numbers)
    known: list[bool] = column.known.tolist()
    return (str(n) if there else "" for n, there in zip(numbers, known, strict=True))


def _read_parquet(data: bytes, name: str, numbers: Collection[str]) -> dict[str, Column]:
    arrow, parquet = _pyarrow()
    try:
        table = parquet.read_table(arrow.BufferReader(data))
    except (arrow.ArrowException, OSError, ValueError) as error:
        text = N_("{name} is not a Parquet file ({problem}).")
        raise _refusal(name, text, problem=str(error)[:80]) from None
    if table.num_rows > ROWS_MAX:
        raise _refusal(name, N_("{name} has more than {most} rows."), most=f"{ROWS_MAX:,}")
    _check_header(list(table.column_names), name)
    return {
        str(column): _from_arrow(arrow, table.column(column), column in numbers, f"{name}:{column}")
        for column in table.column_names
    }


def _from_arrow(arrow: Any, values: Any, number: bool, where: str) -> Column:
    types = arrow.types
    if number or (types.is_integer(values.type) and not types.is_dictionary(values.type)):
        if not types.is_integer(values.type):
            raise InvalidFile([Problem(where, _no_number(str(values.type)))])
        known = None if values.null_count == 0 else ~values.is_null().to_numpy()
        whole = values.fill_null(0).cast(arrow.int64(), safe=True)
        return Numbers(whole.to_numpy(), known)
    if not types.is_dictionary(values.type):
        values = values.dictionary_encode()
    values = values.unify_dictionaries().combine_chunks()
    coded = values.chunk(0) if isinstance(values, arrow.ChunkedArray) else values
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False) + 1
    distinct = tuple(coded.dictionary.to_pylist())
    return Coded(codes.astype(np.min_scalar_type(len(distinct))), distinct)


def _write_parquet(table: Mapping[str, Column]) -> bytes:
    arrow, parquet = _pyarrow()
    columns = {name: _to_arrow(arrow, column) for name, column in table.items()}
    out = io.BytesIO()
    parquet.write_table(arrow.table(columns), out)
    return out.getvalue()


def _to_arrow(arrow: Any, column: Column) -> Any:
    if isinstance(column, Numbers):
        missing = None if column.known is None else ~column.known
        return arrow.array(column.numbers, mask=missing)
    codes = np.asarray(column.codes, np.int64) - 1
    indices = arrow.array(codes, mask=codes < 0)
    return arrow.DictionaryArray.from_arrays(indices, arrow.array(list(column.values)))


def _pyarrow() -> tuple[Any, Any]:
    """Return pyarrow and its Parquet part.

    Raises:
        Invalid: it is not installed.
    """
    import importlib

    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise Invalid(
            "columns.parquet",
            N_("Parquet files need pyarrow, which is not installed."),
            hint=N_("Install entrepot[parquet], or use a CSV file."),
        ) from None


def _decode(data: bytes, name: str) -> str:
    if b"\0" in data:
        raise _refusal(name, N_("{name} is not a text file."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = N_("{name} is not UTF-8: byte {offset} cannot be read.")
        raise _refusal(name, text, offset=error.start) from None


def _check_header(header: Sequence[str], name: str) -> None:
    if not header or not all(header):
        raise _refusal(name, N_("{name} has no header that names every column."))
    if len(set(header)) != len(header):
        raise _refusal(name, N_("{name} has two columns of one name."))


def _refusal(name: str, message: str, **params: str | int) -> Invalid:
    return Invalid(
        "columns.file",
        message,
        hint=N_("Export the table again as CSV in UTF-8 or as Parquet, one name a column."),
        fields=None,
        name=name,
        **params,
    )


def _syntax(problem: str) -> Invalid:
    return Invalid(
        "columns.syntax",
        N_("this is not CSV ({problem})."),
        hint=N_("Check the quotes near this line."),
        problem=problem[:80],
    )


def _no_number(value: str) -> Invalid:
    return Invalid(
        "columns.number",
        N_("{value} is not a whole number of at most 64 bits."),
        hint=N_("Write whole numbers without signs of thousands; leave an unknown one empty."),
        value=repr(value[:40]),
    )
