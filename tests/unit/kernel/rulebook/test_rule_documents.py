"""Rule files as text: what is refused, and where."""

import pytest

from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.document import TEXT_CHARACTERS_MAX, parse_document, show_path


def refusal(text: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        parse_document(text, "t.yaml")
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\na: 2", 2, "twice"),
        ("a: &x [1]\nb: *x", 2, "alias"),
        ("a: !!python/object:os.system x", 1, "tag"),
        ("a: 1\nb: NO", 2, "disagree"),
        ("a: yes", 1, "disagree"),
        ("a: 1.5", 1, "disagree"),
        ("a: 0x10", 1, "disagree"),
        ("a: 010", 1, "disagree"),
        ("a: 1_000", 1, "disagree"),
        ("a: 1:30", 1, "disagree"),
        ("a: True", 1, "disagree"),
        ("a: 99999999999999999999", 1, "disagree"),
        ("a: 2026-02-30", 1, "calendar"),
        ("? [1, 2]\n: 3", 1, "key"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("a: [1\nb: 2", 2, "no YAML"),
    ],
)
def test_doubtful_text_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    error = refusal(text)
    assert f"line {line}" in str(error) and words in str(error) and error.render_hint()


@pytest.mark.parametrize("text", ["[" * 200_000, "- " * 200_000, "{a: " * 100_000])
def test_deep_nesting_is_refused_before_it_hurts(text: str) -> None:
    assert "nested" in str(refusal(text))


def test_a_bomb_of_aliases_is_refused() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40)]
    assert "alias" in str(refusal("\n".join(lines)))


def test_a_long_text_is_refused() -> None:
    assert refusal("a" * (TEXT_CHARACTERS_MAX + 1)).code == "rulefile.too_long"


def test_quoted_words_stay_words_and_empty_is_null() -> None:
    data = parse_document('a: "NO"\nb: "1.5"\nc:\nd: null\ne: v1.2x', "t").data
    assert data == {"a": "NO", "b": "1.5", "c": None, "d": None, "e": "v1.2x"}
    assert parse_document("", "t").data is None


def test_lines_and_paths() -> None:
    document = parse_document("a:\n  - b: 1\n  - c:\n      d: 2", "t")
    assert document.line(("a", 1, "c", "d")) == 4
    assert document.line(("a", 1, "gone")) == 3
    assert show_path(("a", 1, "c")) == "a[1].c" and show_path(()) == "file"
