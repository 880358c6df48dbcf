"""Files of cases: one, a list, or one a line."""

from __future__ import annotations

import pytest

from entrepot.adapters.imports.case_file import read_cases
from entrepot.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "- {name: a}\n- {name: b}\n"),
        ("a.json", '[{"name": "a"}, {"name": "b"}]'),
        ("a.jsonl", '{"name": "a"}\n\n{"name": "b"}\n'),
        ("a.ndjson", '{"name": "a"}\r\n{"name": "b"}'),
    ],
)
def test_every_form_gives_the_same_cases(name: str, text: str) -> None:
    assert read_cases(text.encode(), name) == [{"name": "a"}, {"name": "b"}]


def test_one_case_needs_no_list() -> None:
    assert read_cases(b"leg: {leg_persons: 5}", "a.yaml") == [{"leg": {"leg_persons": 5}}]


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("a.yaml", "", "a.yaml"),
        ("a.yaml", "[]", "a.yaml"),
        ("a.yaml", "words", "a.yaml"),
        ("a.yaml", "- {a: 1}\n- 7\n", "a.yaml:2"),
        ("a.jsonl", '{"a": 1}\n[1]\n', "a.jsonl:2"),
        ("a.jsonl", "\n", "a.jsonl"),
        ("a.yaml", "{}", "a.yaml"),
    ],
)
def test_what_is_no_case_is_refused_with_its_place(name: str, text: str, where: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_cases(text.encode(), name)
    assert refused.value.render().startswith(where)
    assert refused.value.code == "cases.form"


def test_a_bomb_is_refused() -> None:
    with pytest.raises(Invalid):
        read_cases(b"a: &x [1]\nb: *x\n", "a.yaml")
