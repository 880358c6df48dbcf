"""The page of promises names tests, planted mistakes and sizes that are really there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from tests.faults.sim_bugs import BUGS
from tools.release_tests import ROWS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "invariants.md").read_text("utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
INVARIANTS = 24


def rows() -> dict[int, list[str]]:
    """Return number → cells of the table of invariants."""
    found = re.findall(r"^\| (\d+) \|(.*)\|$", PAGE, re.MULTILINE)
    return {int(number): cells.split("|") for number, cells in found}


@cache
def names_in(path: str) -> frozenset[str]:
    """Return the functions and classes of a test file, inner ones included."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


def missing(text: str) -> list[str]:
    """Return what a text names and nobody has written."""
    return [f"{path}::{name}" for path, name in NAMED.findall(text) if name not in names_in(path)]


def test_every_invariant_has_a_test_and_a_planted_mistake_that_exist() -> None:
    assert list(rows()) == list(range(1, INVARIANTS + 1))
    assert missing(PAGE) == []
    for number, (_sentence, tests, planted) in rows().items():
        held_by = [name for _, name in NAMED.findall(tests)]
        assert held_by and all(name.startswith("test_") for name in held_by), number
        assert NAMED.findall(planted), number


def test_a_name_that_nobody_has_written_would_be_noticed() -> None:
    path = "tests/docs/test_invariants_page.py"
    assert missing(f"`{path}::missing`") == []
    assert missing(f"`{path}::test_of_nothing`") == [f"{path}::test_of_nothing"]


def sizes_of_tests() -> dict[str, tuple[int, int]]:
    """Return name → (usual, release) as the tests ask for them."""
    asked = re.compile(r'size\("(\w+)", ([\d_]+), ([\d_]+)\)')
    text = "".join(path.read_text("utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py")))
    return {
        name: (int(usual), int(release))
        for name, usual, release in asked.findall(text)
        if not name.endswith("_SEED")  # Where chance begins is no size.
    }


def test_the_page_the_tests_and_the_release_have_the_same_sizes() -> None:
    line = re.compile(r"^\| `(\w+)` \| (\w+) \|[^|]*\| ([\d,]+) \| ([\d,]+) \|$", re.MULTILINE)
    told = {
        name: (row, int(usual.replace(",", "")), int(release.replace(",", "")))
        for name, row, usual, release in line.findall(PAGE)
    }
    kept = sizes_of_tests()
    released = {name: (row.name, count) for row in ROWS for name, count in row.sizes.items()}
    assert {name: (usual, release) for name, (_, usual, release) in told.items()} == kept
    assert {name: (row, release) for name, (row, _, release) in told.items()} == released


def test_every_row_of_the_release_names_tests_that_exist() -> None:
    assert all((ROOT / path).is_file() for row in ROWS for path in row.tests)


def test_every_planted_mistake_of_the_simulator_is_told() -> None:
    told = {name for path, name in NAMED.findall(PAGE) if path.endswith("sim_bugs.py")}
    assert told == {bug.__name__ for bug in BUGS}
