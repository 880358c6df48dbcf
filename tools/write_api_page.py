"""Write the table of operations into the reference of the API, from the code."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from entrepot.faces.api.operation import Operation
from entrepot.faces.api.operations import OPERATIONS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "api.md"
BEGIN, END = "<!-- operations -->", "<!-- end of operations -->"


def row(operation: Operation) -> str:
    """Return the line of an operation."""
    right = f"`{operation.action}`" if operation.action else "anybody"
    method = f"`{operation.method}`"
    return f"| {method} | `{operation.path}` | `{operation.id}` | {operation.summary} | {right} |"


def table() -> str:
    """Return all operations by chapter."""
    parts: list[str] = []
    for tag in dict.fromkeys(one.tag for one in OPERATIONS):
        parts += [f"### {tag}", ""]
        parts += ["| method | path | operation | what it does | right |", "|---|---|---|---|---|"]
        parts += [row(one) for one in OPERATIONS if one.tag == tag] + [""]
    return "\n".join(parts)


def filled(text: str) -> str:
    """Return the page with the table of the code in its place."""
    inner = f"{BEGIN}\n\n{table()}\n{END}"
    return re.sub(f"{BEGIN}.*?{END}", lambda _: inner, text, flags=re.DOTALL)


def main() -> int:
    """Write the page."""
    PAGE.write_text(filled(PAGE.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
