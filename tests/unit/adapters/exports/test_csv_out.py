"""A table that leaves the house holds no formula, and is there whole or not at all."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from entrepot.adapters.exports.csv_out import safe_cell, write_csv
from entrepot.adapters.exports.rows_file import write_rows
from entrepot.adapters.exports.whole_file import whole_file
from entrepot.kernel.errors import Fault

FORMULAS = ("=1+1", "+1", "-1+1", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "'=1", "-")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-1", "-0.50", "1", "", "a=b", "F-01", "2026-11-21"])
def test_numbers_and_plain_words_stay(text: str) -> None:
    assert safe_cell(text) == text


def test_rows_are_counted_and_quoted() -> None:
    out = io.BytesIO()
    assert write_csv(out, ["a", "b"], [["x,y", "=z"], ['"', "算"]]) == 2
    rows = list(csv.reader(io.StringIO(out.getvalue().decode(), newline="")))
    assert rows == [["a", "b"], ["x,y", "'=z"], ['"', "算"]]


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "new" / "t.csv"
    assert write_rows(path, ["a", "b"], [{"b": "1"}]) == (path, 1)
    assert path.read_bytes() == b"a,b\r\n,1\r\n"
    before = path.read_bytes()
    with pytest.raises(RuntimeError), whole_file(path) as stream:
        stream.write(b"half")
        raise RuntimeError("the writer dies")
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Fault):
        write_rows(tmp_path / "file" / "t.csv", ["a"], [])
    with pytest.raises(Fault), whole_file(tmp_path / "none" / "t.csv"):
        pass
