"""Holds the rule that no float touches money, by reading the syntax tree.

In the files where money passes it refuses: a float constant, the name ``float``,
a NumPy float type, and a true division of two whole numbers (whose result is a float).
A line that must use one for something that is not money ends with ``# not money: why``.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACES = (
    "kernel/canonical.py",
    "kernel/compute.py",
    "kernel/money.py",
    "kernel/rounding.py",
    "domain/contracts",
    "domain/ledger",
    "domain/metering",
    "domain/oversight",
    "domain/vouchers",
    "services",
    "adapters/sql",
    "adapters/documents",
)
"""Folders and files below ``src/entrepot`` where money passes."""

MARK = "# not money:"
_WHOLE_CALLS = {"int", "len", "sum", "round"}
_WHOLE_ENDINGS = ("minor", "_bp", "_s", "_seconds", "_count", "_cents", "_milli", "milli")


def problems_of(name: str, source: str) -> list[str]:
    """Return where a source text lets a float near money, a sentence each.

    >>> problems_of("x.py", "tax = amount.minor * 0.05")
    ['x.py:1: float constant 0.05']
    >>> problems_of("x.py", "half = Fraction(amount.minor, 2)")
    []
    """
    lines = source.splitlines()
    return [
        f"{name}:{line}: {what}"
        for line, what in sorted(_walk(ast.parse(source)))
        if MARK not in lines[line - 1]
    ]


def _walk(tree: ast.AST) -> Iterator[tuple[int, str]]:
    checks = _type_checks(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield node.lineno, f"float constant {node.value}"
        elif isinstance(node, ast.Name) and node.id == "float" and node not in checks:
            yield node.lineno, "the type float"
        elif isinstance(node, ast.Attribute) and node.attr.startswith("float"):
            yield node.lineno, f"{node.attr} is a float type"
        elif isinstance(node, ast.BinOp | ast.AugAssign) and _divides(node):
            yield node.lineno, "true division of whole numbers; use Fraction or //"


def _type_checks(tree: ast.AST) -> set[ast.AST]:
    """Return what stands in the types of ``isinstance``, which is how a float is refused."""
    return {
        part
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "isinstance"
        for part in ast.walk(call.args[-1])
    }


def _divides(node: ast.BinOp | ast.AugAssign) -> bool:
    if not isinstance(node.op, ast.Div):
        return False
    left, right = (
        (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
    )
    return _whole(left) and _whole(right)


def _whole(node: ast.expr) -> bool:
    """Say whether an expression is a whole number as far as its form tells."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in _WHOLE_CALLS
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Add | ast.Sub):
        return _whole(node.left) and _whole(node.right)
    name = getattr(node, "attr", getattr(node, "id", ""))
    return isinstance(name, str) and name.endswith(_WHOLE_ENDINGS)


def money_files(root: Path = ROOT) -> list[Path]:
    """Return every Python file where money passes."""
    base = root / "src" / "entrepot"
    named = [base / place for place in PLACES]
    return sorted(
        path for place in named for path in ([place] if place.is_file() else place.rglob("*.py"))
    )


def main() -> int:
    """Check every file; return 1 if a float comes near money."""
    files = money_files()
    found = [
        problem
        for path in files
        for problem in problems_of(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
    ]
    print("\n".join(found) or f"money: no float in {len(files)} files")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
