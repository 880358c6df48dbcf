"""Faults that a loader cannot see: rows never reached, chains that overlap or gape."""

from __future__ import annotations

import pytest

from entrepot.kernel.rulebook.dictionary import FactDictionary
from entrepot.kernel.rulebook.document import parse_document
from entrepot.kernel.rulebook.lint import Finding, Weight, lint_founding
from entrepot.kernel.rulebook.lint_tables import lint_gate
from entrepot.kernel.rulebook.load import load_dictionary
from entrepot.kernel.rulebook.read_gate import read_gate

WORDS = """\
schema: entrepot.dictionary/1
retrieved: 2026-01-02
recorded_at: 2026-01-02
is_a: {}
facts:
- {name: cross_border, scope: leg, type: bool, ask: null}
- {name: leg_persons, scope: leg, type: int, min: 0, ask: null}
constraints: []
"""
HEAD = """\
schema: entrepot.flow/1
retrieved: 2026-01-02
force_grades: ["A"]
not_researched: []
sources: {law: {grade: A, retrieved: 2026-01-02, url: "https://example.org", what: text}}
parameters: {}
instruments: {}
tables:
- id: out
  applies: [[cross_border, eq, true]]
  covered_from: 2020-01-01
  rows:
"""
ALWAYS = "[]"
SOME = "[[leg_persons, eq, 0]]"


@pytest.fixture(scope="module")
def dictionary() -> FactDictionary:
    return load_dictionary(WORDS)


def row(name: str, start: str, end: str = "null", when: str = SOME, outcome: str = "allow") -> str:
    return (
        f"  - {{id: {name}, from: {start}, to: {end}, recorded_at: 2026-01-02, when: {when}, "
        f"outcome: {outcome}, basis: text, grade: A, src: [law]}}\n"
    )


def linted(dictionary: FactDictionary, *rows: str) -> list[Finding]:
    document = parse_document(HEAD + "".join(rows), "mine.yaml")
    return lint_gate(document, read_gate(document, dictionary))


def codes(found: list[Finding]) -> list[str]:
    return [item.code for item in found]


def test_a_sound_chain_is_not_touched(dictionary: FactDictionary) -> None:
    rows = (row("a.v1", "2020-01-01", "2021-01-01"), row("a.v2", "2021-01-01"))
    assert linted(dictionary, *rows, row("rest", "2020-01-01", when=ALWAYS)) == []


def test_an_overlap_is_an_error_with_its_place(dictionary: FactDictionary) -> None:
    rows = (row("a.v1", "2020-01-01", "2021-01-02"), row("a.v2", "2021-01-01"))
    (found,) = linted(dictionary, *rows)
    assert (found.code, found.weight) == ("lint.overlap", Weight.ERROR)
    assert found.where == "mine.yaml:14:tables[0].rows[1].from"
    assert found.render() == "a.v2 begins on 2021-01-01 while a.v1 still holds."


def test_a_gap_is_a_warning(dictionary: FactDictionary) -> None:
    rows = (row("a.v1", "2020-01-01", "2020-12-31"), row("a.v2", "2021-01-01"))
    (found,) = linted(dictionary, *rows)
    assert (found.code, found.weight) == ("lint.gap", Weight.WARNING)
    assert "2020-12-31" in found.render()


@pytest.mark.parametrize(
    ("earlier", "later", "reached"),
    [
        (row("all", "2020-01-01", when=ALWAYS), row("a", "2020-01-01"), False),
        (row("all", "2020-01-01", "2021-01-01", ALWAYS), row("a", "2020-01-01"), True),
        (row("all", "2020-01-02", when=ALWAYS), row("a", "2020-01-01"), True),
        (row("same", "2020-01-01"), row("a", "2022-01-01"), False),
        (row("other", "2020-01-01", when="[[leg_persons, gt, 0]]"), row("a", "2020-01-01"), True),
    ],
)
def test_a_row_that_another_covers_is_never_reached(
    earlier: str, later: str, reached: bool, dictionary: FactDictionary
) -> None:
    assert codes(linted(dictionary, earlier, later)) == ([] if reached else ["lint.unreached"])


def test_several_rows_cover_one_together(dictionary: FactDictionary) -> None:
    halves = (
        row("one", "2020-01-01", "2021-01-01", ALWAYS),
        row("two", "2021-01-01", when=ALWAYS),
    )
    assert codes(linted(dictionary, *halves, row("a", "2020-06-01"))) == ["lint.unreached"]


def test_before_the_table_is_covered_only_a_refusal_decides(dictionary: FactDictionary) -> None:
    early = ("2010-01-01", "2019-01-01")
    assert codes(linted(dictionary, row("a", *early))) == ["lint.uncovered"]
    assert linted(dictionary, row("a", *early, outcome="refuse")) == []


def test_every_row_without_grade_or_source_is_told() -> None:
    text = HEAD + "  - {id: a, src: [law]}\n  - {id: b, grade: A}\n  - {id: c}\n"
    found = lint_founding(parse_document(text, "mine.yaml"))
    assert [(item.line, item.render()) for item in found] == [
        (13, "a states no grade."),
        (14, "b states no src."),
        (15, "c states no grade."),
        (15, "c states no src."),
    ]
