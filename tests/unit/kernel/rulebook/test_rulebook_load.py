"""Loading: sound files make a rulebook, a bad line is refused with its place."""

import pytest

from entrepot.kernel.errors import Invalid
from entrepot.kernel.rulebook.load import load_dictionary, load_rulebook
from entrepot.kernel.rulebook.table import Outcome, Status

DICTIONARY = """
schema: entrepot.dictionary/1
retrieved: 2026-11-21
recorded_at: 2026-11-21
is_a:
  kind: {small: big}
facts:
- {name: kind, scope: leg, type: enum, domain: [small, big], ask: null}
- {name: persons, scope: leg, type: int, min: 0, ask: null}
- {name: others, scope: leg, type: int, min: 0, ask: null}
- {name: place, scope: leg, type: place, ask: null}
- {name: origins, scope: leg, type: place_set, ask: null}
- {name: watts, scope: placement, type: int, min: 0, ask: null}
constraints:
- {id: k.one, scope: leg, when: [[persons, gt, {fact: others}]], facts: [persons, others], grade: B}
"""

FLOW = """
schema: entrepot.flow/1
retrieved: 2026-11-21
force_grades: [A, B, C]
sources:
  s1: {url: "http://example.org", what: "a text", grade: B, retrieved: 2026-11-21}
parameters:
  cap:
    unit: persons
    grade: B
    src: [s1]
    series: [{from: 2025-01-01, recorded_at: 2026-11-21, value: 10}]
  near:
    unit: places
    grade: B
    src: [s1]
    series: [{from: 2025-01-01, recorded_at: 2026-11-21, value: ["CN", "HK"]}]
instruments:
  paper: {in_force: "signed"}
tables:
- id: t1
  applies: [[place, in, $near]]
  covered_from: 2025-01-01
  rows:
  - {id: t1.few, from: 2025-01-01, recorded_at: 2026-11-21, grade: B,
     when: [[persons, lt, $cap]], outcome: allow, basis: "few", src: [s1]}
  - {id: t1.many, from: 2025-01-01, recorded_at: 2026-11-21, grade: B,
     when: [], outcome: instrument, any_of: [paper], basis: "many", src: [s1]}
  - {id: t1.bill, from: 2026-01-01, recorded_at: 2026-11-21, grade: A, status: proposed,
     assumed_from: 2026-06-01, insert_after: t1.few,
     when: [], outcome: refuse, basis: "bill", src: [s1]}
"""


def load(dictionary: str = DICTIONARY, flow: str = FLOW):
    return load_rulebook({"d.yaml": dictionary, "f.yaml": flow})


def test_a_sound_rulebook() -> None:
    book = load()
    assert list(book.rows) == ["t1.few", "t1.many", "t1.bill"]
    assert book.rows["t1.bill"].status is Status.PROPOSED
    assert book.rows["t1.many"].outcome is Outcome.INSTRUMENT
    assert book.what_if_rows == frozenset({"t1.bill"})
    assert load().hash == book.hash
    assert load(flow=FLOW + "# a remark\n").hash != book.hash
    assert load(flow=FLOW + "# a remark\n").row_hashes == book.row_hashes


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("outcome: allow,", "outcom: allow,", "outcom"),
        ("[[persons, lt, $cap]]", "[[person, lt, $cap]]", "person is no fact"),
        ("[[persons, lt, $cap]]", "[[watts, lt, $cap]]", "watts is no fact"),
        ("[[persons, lt, $cap]]", "[[persons, less, $cap]]", "no condition"),
        ("[[persons, lt, $cap]]", "[[persons, lt]]", "no condition"),
        ("[[persons, lt, $cap]]", "[[persons, lt, $cup]]", "parameter cup"),
        ("[[persons, lt, $cap]]", "[[persons, lt, $near]]", "compared"),
        ("[[persons, lt, $cap]]", "[[persons, eq, true]]", "compared"),
        ("[[persons, lt, $cap]]", "[[persons, eq, -1]]", "compared"),
        ("[[persons, lt, $cap]]", "[[place, lt, 3]]", "compared"),
        ("[[persons, lt, $cap]]", '[[place, in, "CN"]]', "compared"),
        ("[[persons, lt, $cap]]", "[[place, in, []]]", "compared"),
        ("[[persons, lt, $cap]]", '[[place, eq, "UK"]]', "compared"),
        ("[[persons, lt, $cap]]", '[[place, contains, "CN"]]', "compared"),
        ("[[persons, lt, $cap]]", '[[origins, eq, "CN"]]', "compared"),
        ("[[persons, lt, $cap]]", "[[persons, lt, {fact: place}]]", "compared"),
        ("[[persons, lt, $cap]]", "[[persons, lt, {fact: nobody}]]", "nobody"),
        ("[[persons, lt, $cap]]", "[[kind, eq, tiny]]", "compared"),
        ("outcome: allow,", "outcome: needs_info,", "outcome"),
        ("outcome: allow,", "outcome: perhaps,", "outcome"),
        ("outcome: allow,", "outcome: allow, any_of: [paper],", "instruments"),
        ("any_of: [paper],", "", "instruments"),
        ("any_of: [paper]", "any_of: [papers]", "papers"),
        ('basis: "few", src: [s1]', 'basis: "few", src: [s2]', "s2"),
        ('basis: "few", src: [s1]', 'basis: "few", src: []', "source"),
        ("id: t1.few, from: 2025-01-01", "id: t1.few, from: 2024-12-31", "parameter cap"),
        ("id: t1.few, from: 2025-01-01", "id: t1.few, from: 2025-01-01, to: 2025-01-01", "ends"),
        ("id: t1.few, from: 2025-01-01", "id: t1.few, from: soon", "date"),
        ("2026-11-21, grade: B,\n     when: [[p", "2026-11-20, grade: B,\n     when: [[p", "cap"),
        ("id: t1.many", "id: t1.few", "twice"),
        ("grade: A, status", "grade: Z, status", "A, B, C"),
        ("status: proposed,", "", "what-if"),
        ("insert_after: t1.few", "insert_after: t1.bill", "t1.bill"),
        ("covered_from: 2025-01-01", "covered_from: 2024-01-01", "near"),
        ("applies: [[place, in, $near]]", "applies: []", "condition"),
        ("unit: persons", "unit: 3", "text"),
        ("value: 10}]", "value: ten}]", "whole number"),
        ("entrepot.flow/1", "entrepot.flow/9", "schema"),
    ],
)  # fmt: skip
def test_a_bad_line_is_refused_with_file_line_and_field(old: str, new: str, words: str) -> None:
    line = FLOW[: FLOW.index(old)].count("\n") + 1
    with pytest.raises(Invalid) as caught:
        load(flow=FLOW.replace(old, new, 1))
    error = caught.value
    assert words in str(error) or words in " ".join(error.fields), str(error)
    assert "f.yaml" in str(error)
    (where,) = error.fields.values()
    assert where == f"f.yaml:{line}"
    assert error.render_hint()


def test_an_absent_field_is_refused_at_its_row() -> None:
    with pytest.raises(Invalid, match="basis should be a text") as caught:
        load(flow=FLOW.replace('basis: "few",', "", 1))
    assert caught.value.fields == {"tables[0].rows[0].basis": "f.yaml:25"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("type: int, min: 0, ask: null", "type: int, min: 0", "question"),
        ("scope: placement", "scope: nowhere", "scope"),
        ("domain: [small, big], ", "", "domain"),
        ("{small: big}", "{tiny: big}", "tiny"),
        ("{small: big}", "{small: small}", "small"),
        ("  kind: {small", "  kin: {small", "is_a"),
        ("name: others", "name: persons", "twice"),
        ("facts: [persons, others]", "facts: [persons, nobody]", "facts"),
        ("{fact: others}", "{fact: watts}", "watts"),
        ("retrieved: 2026-11-21", "retrieved: 2026", "retrieved"),
        ("type: place,", "type: plaice,", "type"),
        ("min: 0, ask: null}\n- {name: place,", 'min: "0", ask: null}\n- {name: place,', "min"),
    ],
)
def test_a_bad_dictionary_is_refused(old: str, new: str, words: str) -> None:
    assert old in DICTIONARY
    with pytest.raises(Invalid) as caught:
        load(dictionary=DICTIONARY.replace(old, new, 1))
    assert words in str(caught.value) or words in " ".join(caught.value.fields)


def test_a_rulebook_has_one_dictionary_and_one_file_a_gate() -> None:
    with pytest.raises(Invalid, match="one dictionary"):
        load_rulebook({"f.yaml": FLOW})
    with pytest.raises(Invalid, match="already"):
        load_rulebook({"d.yaml": DICTIONARY, "f.yaml": FLOW, "g.yaml": FLOW})


def test_a_dictionary_alone() -> None:
    assert "persons" in load_dictionary(DICTIONARY).facts


def test_a_wrong_default_is_refused() -> None:
    sound = DICTIONARY.replace("name: others, ", "name: others, default: 3, ")
    assert load_dictionary(sound).check("leg", {}).values == {"others": 3}
    with pytest.raises(Invalid, match="default"):
        load_dictionary(DICTIONARY.replace("name: others, ", "name: others, default: x, "))


def test_a_corrected_row_carries_a_later_day_of_record() -> None:
    later = FLOW + (
        "  - {id: t1.few, from: 2025-01-01, recorded_at: 2026-12-01, grade: B,\n"
        '     when: [[persons, lt, 5]], outcome: allow, basis: "fewer", src: [s1]}\n'
    )
    book = load(flow=later)
    assert book.rows["t1.few"].basis == "fewer"
