"""Files of cases: every case with its place, and a bad line that spoils no other."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from entrepot.adapters.imports import case_stream
from entrepot.adapters.imports.case_stream import read_stated_cases
from entrepot.kernel.errors import Invalid
from entrepot.services.gate_batch import StatedCase


def read(text: str | bytes, name: str) -> list[StatedCase]:
    return list(read_stated_cases(text if isinstance(text, bytes) else text.encode(), name))


def places(cases: list[StatedCase], *path: str) -> list[str]:
    return [case.where(path) for case in cases]


def test_one_case_and_a_list_in_yaml_know_their_lines() -> None:
    one = read("name: a\nleg:\n  place_from: HK\n", "a.yaml")
    assert [case.body for case in one] == [{"name": "a", "leg": {"place_from": "HK"}}]
    assert places(one, "leg", "place_from") == ["a.yaml:3:leg.place_from"]
    many = read("- name: a\n- name: b\n  leg: {ciio: true}\n", "many.yaml")
    assert places(many, "leg", "ciio") == ["many.yaml:1:[0].leg.ciio", "many.yaml:3:[1].leg.ciio"]


def test_json_gives_the_index_and_json_lines_the_line() -> None:
    found = read('[{"name": "a"}, {"name": "b"}]', "cases.json")
    assert places(found, "leg") == ["cases.json:[0].leg", "cases.json:[1].leg"]
    assert places(read('{"name": "a"}', "case.json"), "leg") == ["case.json:leg"]
    lines = read('{"name": "a"}\r\n\n {"name": "b", "n": 2.50}\n', "cases.jsonl")
    assert places(lines) == ["cases.jsonl:1", "cases.jsonl:3"]
    assert lines[1].body == {"name": "b", "n": Decimal("2.50")}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{'name': 1}", "property name"),
        ('{"a": 1, "a": 2}', "the key a stands twice"),
        ('{"leg": {"n": 1, "n": 2}}', "the key n stands twice"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": -Infinity}', "is no number"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": 1} x', "Extra data"),
        ('{"a": ' + "9" * 5_000 + "}", "digits"),
        (b'{"a": "\xff"}', "utf-8"),
    ],
)
def test_a_bad_line_is_told_alone(line: str | bytes, problem: str) -> None:
    bad = line if isinstance(line, bytes) else line.encode()
    first, second, third = read(b'{"name": "a"}\n' + bad + b'\n{"name": "c"}\n', "c.ndjson")
    assert (first.body, third.body) == ({"name": "a"}, {"name": "c"})
    assert second.body is None and second.refusal is not None
    assert "c.ndjson:2" in str(second.refusal) and problem in str(second.refusal)


def test_a_line_too_long_is_told_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_stream, "LINES_SUFFIXES", (".lines",))
    found = read(b'{"a": "' + b"x" * 1_000_001 + b'"}\n{"b": 1}\n', "c.lines")
    assert found[0].refusal is not None and found[1].body == {"b": 1}


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("", "c.jsonl", "cases.form"),
        ("\n \n", "c.jsonl", "cases.form"),
        ("[]", "c.json", "cases.form"),
        ("", "c.yaml", "cases.form"),
        ("[]", "c.yaml", "cases.form"),
        ("{", "c.json", "cases.json"),
        ("a: &x 1\nb: *x\n", "c.yaml", "yaml.alias"),
        ("x" * 16_000_001, "c.yaml", "cases.size"),
    ],
)
def test_a_file_without_cases_is_refused(text: str, name: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read(text, name)
    assert caught.value.code == code


def test_torn_files_are_read_or_refused_and_nothing_else() -> None:
    rng = random.Random("torn")
    whole = b'[{"name": "a", "leg": {"place_from": "HK", "leg_persons": 12, "x": [1, null]}}]\n'
    refused = 0
    for _ in range(1_500):
        torn = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            torn[rng.randrange(len(torn))] = rng.randrange(256)
        for name in ("c.jsonl", "c.json", "c.yaml"):
            try:
                refused += any(case.refusal for case in read(bytes(torn), name))
            except Invalid:
                refused += 1
    assert refused > 1_000
