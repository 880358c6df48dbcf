"""Files of columns: CSV and Parquet in and out, and what is refused."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pytest

from entrepot.adapters.imports import columns_file
from entrepot.adapters.imports.columns_file import read_columns, write_columns
from entrepot.domain.vouchers.bulk_columns import Coded, Column, Numbers, encode
from entrepot.kernel.errors import Invalid

NEEDS_ARROW = pytest.mark.skipif(
    importlib.util.find_spec("pyarrow") is None, reason="pyarrow is an optional extra"
)
TABLE: dict[str, Column] = {
    "name": encode(["=1+1", "b", None]),
    "n": Numbers(np.array([7, 0, -3]), np.array([True, False, True])),
    "all": Numbers(np.array([1, 2, 9 * 10**15])),
}


def values(table: dict[str, Column]) -> dict[str, list[object]]:
    return {name: [c.value(row) for row in range(len(c))] for name, c in table.items()}


@pytest.mark.parametrize("name", ["t.csv", pytest.param("t.parquet", marks=NEEDS_ARROW)])
def test_columns_come_back_as_they_were(name: str) -> None:
    read = read_columns(write_columns(TABLE, name), name, {"n", "all"})
    assert values(read) == values(TABLE)


def test_a_formula_is_written_as_text() -> None:
    assert b"'=1+1" in write_columns(TABLE, "t.csv")


@NEEDS_ARROW
def test_parquet_keeps_truths_and_days() -> None:
    from datetime import date

    table: dict[str, Column] = {
        "t": encode([True, None, False]),
        "d": encode([date(2025, 6, 1), date(2025, 6, 1), None]),
    }
    read = read_columns(write_columns(table, "t.parquet"), "t.parquet", set())
    assert values(read) == values(table)


def test_blank_lines_and_a_byte_order_mark_are_passed_over() -> None:
    read = read_columns(b"\xef\xbb\xbfa\nx\n\ny\n", "t.csv", set())
    assert values(read) == {"a": ["x", "y"]}


def test_a_few_words_take_a_byte_a_row() -> None:
    column = read_columns(b"a\n" + b"x\ny\n" * 50, "t.csv", set())["a"]
    assert isinstance(column, Coded)
    assert column.codes.dtype == np.uint8


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no header"),
        (b"a,a\n1,2\n", "two columns of one name"),
        (b"a,b\n1\n", "1 cells, the header 2"),
        (b'a\n"x\n', "not CSV"),
        (b"a\0b\n", "not a text file"),
        (b"a\n\xff\n", "not UTF-8"),
        (b"n\n1.5\n", "row 1, n: '1.5' is not a whole number"),
        (b"n\n1\n99999999999999999999\n", "row 2, n"),
    ],
)
def test_bad_files_are_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_columns(data, "t.csv", {"n"})
    assert words in str(caught.value)


@NEEDS_ARROW
def test_what_is_no_parquet_is_refused() -> None:
    with pytest.raises(Invalid, match="not a Parquet file"):
        read_columns(b"a,b\n", "t.parquet", set())


def test_without_pyarrow_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    blocked: Any = None
    monkeypatch.setitem(sys.modules, "pyarrow", blocked)
    with pytest.raises(Invalid) as caught:
        write_columns(TABLE, "t.parquet")
    assert "entrepot[parquet]" in caught.value.render_hint()


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns_file, "ROWS_MAX", 2)
    with pytest.raises(Invalid, match="more than 2 rows"):
        read_columns(b"a\n1\n2\n3\n", "t.csv", set())
