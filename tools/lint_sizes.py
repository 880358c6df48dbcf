"""Holds the house's sizes and that every public name is documented.

File: 500 lines at most (300 is the aim). Function: 50 lines at most, its docstring counted.
Every public module, class, function and method has a docstring.
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE_LINES_MAX = 500
FILE_LINES_AIM = 300
FUNCTION_LINES_MAX = 50
SIZED = ("src", "tests", "tools", "benchmarks", "examples")
DOCUMENTED = ("src", "tools", "benchmarks")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def length_of(function: Function) -> int:
    """Return the lines of a function with its docstring, without its decorators.

    >>> length_of(ast.parse("def f():\\n  'Say.'\\n  return 1").body[0])
    3
    """
    return (function.end_lineno or function.lineno) - function.lineno + 1


def size_problems(name: str, source: str) -> list[str]:
    """Return what is too long in a source text, a sentence each."""
    lines = source.count("\n")
    found: list[str] = []
    if lines > FILE_LINES_MAX:
        found.append(f"{name}: {lines} lines, more than {FILE_LINES_MAX}")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function) and length_of(node) > FUNCTION_LINES_MAX:
            found.append(
                f"{name}:{node.lineno}: {node.name} has {length_of(node)} lines, "
                f"more than {FUNCTION_LINES_MAX}"
            )
    return found


def undocumented(name: str, source: str) -> list[str]:
    """Return the public names of a source text that have no docstring, a sentence each.

    >>> undocumented("x.py", "'Doc.'\\ndef open_door(): ...")
    ['x.py:2: open_door has no docstring']
    """
    tree = ast.parse(source)
    found = [] if ast.get_docstring(tree) or not source.strip() else [f"{name}: no docstring"]
    for node in _public(tree):
        if ast.get_docstring(node) is None:
            found.append(f"{name}:{node.lineno}: {node.name} has no docstring")
    return found


def _public(parent: ast.Module | ast.ClassDef) -> Iterator[Function | ast.ClassDef]:
    for node in parent.body:
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        if any(_is_exempt(decorator) for decorator in node.decorator_list):
            continue
        yield node
        if isinstance(node, ast.ClassDef):
            yield from _public(node)


def _is_exempt(decorator: ast.expr) -> bool:
    # The second half of a property, an overload and an override say nothing new.
    name = getattr(decorator, "attr", getattr(decorator, "id", ""))
    return name in {"overload", "override", "setter"}


def main() -> int:
    """Check every file; return 1 if one is too long or a public name has no docstring."""
    found: list[str] = []
    lengths: list[int] = []
    above_aim: list[str] = []
    for folder in SIZED:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name, source = str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
            found += size_problems(name, source)
            found += undocumented(name, source) if folder in DOCUMENTED else []
            if folder == "src":
                lengths += _lengths(source)
                above_aim += [name] * (source.count("\n") > FILE_LINES_AIM)
    median = statistics.median(lengths) if lengths else 0
    for name in above_aim:
        print(f"note: {name} is above {FILE_LINES_AIM} lines")
    print("\n".join(found) or f"sizes: {len(lengths)} functions, median {median:g} lines")
    return int(bool(found))


def _lengths(source: str) -> list[int]:
    return [length_of(n) for n in ast.walk(ast.parse(source)) if isinstance(n, Function)]


if __name__ == "__main__":
    sys.exit(main())
