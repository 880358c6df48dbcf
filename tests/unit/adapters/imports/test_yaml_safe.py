"""YAML of strangers: values, lines, and refusals in one sentence."""

from __future__ import annotations

from decimal import Decimal

import pytest

from entrepot.adapters.imports.yaml_safe import load_yaml, load_yaml_plain
from entrepot.kernel.errors import Invalid

JOB = b"""\
job: stars
run:
  command: [python3, stars.py]
  files:
  - stars.py
  - catalogue.csv
regions: [NO, CN-GD]
price_cap: 5.00
opened: 2026-11-21
count: -7
quoted: "12"
on: yes
off: true
none: ~
"""


def test_words_mean_what_the_core_schema_says() -> None:
    value = load_yaml(JOB, "job.yaml").value
    assert value == {
        "job": "stars",
        "run": {"command": ["python3", "stars.py"], "files": ["stars.py", "catalogue.csv"]},
        "regions": ["NO", "CN-GD"],
        "price_cap": Decimal("5.00"),
        "opened": "2026-11-21",
        "count": -7,
        "quoted": "12",
        "on": "yes",
        "off": True,
        "none": None,
    }
    assert load_yaml_plain(JOB, "job.yaml") == value


def test_every_value_knows_its_line() -> None:
    located = load_yaml(JOB, "job.yaml")
    assert located.line("run", "files", 1) == 6
    assert located.line("price_cap") == 8
    assert located.where("run", "files", 1) == "job.yaml:6:run.files[1]"
    assert located.where("run", "outputs") == "job.yaml:2:run.outputs"


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"a: &x [1]\nb: *x\n", "yaml.alias", "f.yaml:1"),
        (b"a: 1\nb:\n  c: 1\n  c: 2\n", "yaml.key_twice", "f.yaml:4:b.c"),
        (b"a:\n- !!python/object:os.system x\n", "yaml.tag", "f.yaml:2"),
        (b"a: !!str 1\n", "yaml.tag", "f.yaml:1"),
        (b"[" * 40, "yaml.depth", "32"),
        (b"{a: " * 50_000, "yaml.depth", "32"),
        (b"a: 1\n---\nb: 2\n", "yaml.documents", "f.yaml:2"),
        (b"a: [1\nb: 2\n", "yaml.syntax", "f.yaml:"),
        (b"a: \x07\n", "yaml.syntax", "f.yaml:1"),
        (b"? [a]\n: 1\n", "yaml.key_form", "f.yaml:1"),
        (b"name: \xe9t\xe9\n", "yaml.encoding", "byte 6"),
        (b"x" * 1_000_001, "yaml.size", "1,000,001"),
        (b"[" + b"1," * 200_001 + b"]", "yaml.nodes", "200,000"),
    ],
)
def test_bad_documents_get_one_clear_sentence(data: bytes, code: str, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        load_yaml(data, "f.yaml")
    assert caught.value.code == code
    assert words in str(caught.value)
    assert caught.value.render_hint()


def test_laughing_entities_are_refused_before_they_grow() -> None:
    lines = [b"a0: &a0 [ha, ha]"]
    lines += [b"a%d: &a%d [*a%d, *a%d]" % (n, n, n - 1, n - 1) for n in range(1, 40)]
    with pytest.raises(Invalid, match="anchors"):
        load_yaml(b"\n".join(lines), "f.yaml")


def test_numbers_too_long_to_be_numbers_stay_text() -> None:
    assert load_yaml(b"a: " + b"9" * 5000, "f.yaml").value == {"a": "9" * 5000}
    assert load_yaml(b"a: 1e999999999", "f.yaml").value == {"a": "1e999999999"}


def test_empty_document_is_none_and_a_byte_order_mark_is_skipped() -> None:
    assert load_yaml(b"", "f.yaml").value is None
    assert load_yaml(b"\xef\xbb\xbfa: 1", "f.yaml").value == {"a": 1}
