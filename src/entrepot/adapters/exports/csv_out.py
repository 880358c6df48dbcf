"""CSV that no spreadsheet takes for a formula, written row by row.

A text that begins like a formula gets an apostrophe before it. A plain number does not, whatever
its sign: a spreadsheet reads it as the number it is, and so does every other program.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import BinaryIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_NUMBER = re.compile(r"-\d+(\.\d+)?\Z")


def safe_cell(text: str) -> str:
    """Return a cell that is no formula.

    >>> safe_cell("=1+1"), safe_cell("-3.50"), safe_cell("-3+cmd"), safe_cell("plain")
    ("'=1+1", '-3.50', "'-3+cmd", 'plain')
    """
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.match(text) else text


def write_csv(stream: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    r"""Write a table in UTF-8; return how many rows it has.

    >>> out = io.BytesIO()
    >>> write_csv(out, ["a"], [["@x"]]), out.getvalue()
    (1, b"a\r\n'@x\r\n")
    """
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(header)
    count = 0
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
        count += 1
    text.flush()
    text.detach()
    return count
