"""Loading facts: the operator's folder, bad rows, and the compiled copy."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

import pytest

from entrepot.adapters.imports.facts import check_facts, load_facts
from entrepot.kernel.errors import EntrepotError, Invalid, NotFound

SHIPPED = Path(str(resources.files("entrepot") / "facts"))
CHARGES = """\
schema: entrepot.charges/1
sources:
  notice: {text: an official notice, url: "https://example.org"}
rows:
- id: hk-sales-tax-services
  text: Tax on the sale of services
  value: 0
  unit: basis_points
  source: notice
  date: 2026-11-01
  grade: A
- {id: own-levy, text: A levy, value: 1.5, unit: basis_points, source: notice, date: 2026, grade: B}
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "charges.yaml").write_text(CHARGES)
    return folder


def test_rows_of_the_operator_replace_and_join_the_shipped_ones(own: Path) -> None:
    shipped, facts = load_facts(SHIPPED), load_facts(SHIPPED, own)
    assert shipped.charges["hk-sales-tax-services"].provenance.grade == "K"
    replaced = facts.charges["hk-sales-tax-services"].provenance
    assert (replaced.grade, replaced.url) == ("A", "https://example.org")
    assert str(facts.charges["own-levy"].value) == "1.5"
    assert facts.centres == shipped.centres
    assert facts.content_digest != shipped.content_digest


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("  grade: A\n", "", ":5:rows[0].grade"),
        ("  grade: A\n", "  grade: Z\n", ":11:rows[0].grade"),
        ("  date: 2026-11-01\n", "", ":5:rows[0].date"),
        ("  date: 2026-11-01\n", "  date: 2026-11-31\n", ":10:rows[0].date"),
        ("  date: 2026-11-01\n", "  date: lately\n", ":10:rows[0].date"),
        ("  source: notice\n", "", ":5:rows[0].source"),
        ("  source: notice\n", "  source: notise\n", ":9:rows[0].source"),
        ("  value: 0\n", "  value: none at all\n", ":7:rows[0].value"),
        ("  value: 0\n", "  value: 1e400\n", ":7:rows[0].value"),
        ("  value: 0\n", "  valeu: 0\n", ":5:rows[0].value"),
        ("  unit: basis_points\n", "  unit: [a]\n", ":8:rows[0].unit"),
        ("  unit: basis_points\n", "  unit: bp\n  colour: red\n", ":9:rows[0].colour"),
        ("id: own-levy", "id: hk-sales-tax-services", ":12:rows[1].id"),
        ("id: own-levy", 'id: "../etc"', ":12:rows[1].id"),
        ("entrepot.charges/1", "entrepot.charges/2", ":1:schema"),
        ("rows:\n", "rows: {}\nrest:\n", ":4:rows"),
    ],
)
def test_a_bad_row_is_refused_with_file_line_and_field(
    own: Path, before: str, after: str, place: str
) -> None:
    assert before in CHARGES
    (own / "charges.yaml").write_text(CHARGES.replace(before, after, 1))
    with pytest.raises(Invalid) as caught:
        load_facts(SHIPPED, own)
    assert f"{own / 'charges.yaml'}{place}" in str(caught.value)
    assert caught.value.render_hint()
    assert list(caught.value.fields) == [f"{own / 'charges.yaml'}{place}"]


def test_a_bad_cell_of_the_price_list_names_line_and_column(own: Path) -> None:
    lines = (SHIPPED / "offers_public.csv").read_text().splitlines()
    cells = lines[7].split(",")
    cells[8] = "cheap"
    (own / "offers_public.csv").write_text("\n".join([lines[0], lines[1], ",".join(cells)]))
    with pytest.raises(Invalid, match=r"offers_public\.csv:3:usd_per_device_hour"):
        load_facts(SHIPPED, own)


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        (2, "h1000-sxm", "no device is called"),
        (9, "false", "always indicative"),
        (8, "-1", "outside 0"),
        (4, "1.5", "whole number"),
        (7, "perhaps", "true or false"),
        (12, "", "missing"),
    ],
)
def test_an_offer_must_make_sense(own: Path, cell: int, value: str, words: str) -> None:
    heading, first = (SHIPPED / "offers_public.csv").read_text().splitlines()[:2]
    cells = first.split(",")
    cells[cell] = value
    (own / "offers_public.csv").write_text("\n".join([heading, ",".join(cells)]))
    with pytest.raises(Invalid, match=words):
        load_facts(SHIPPED, own)


def test_a_file_that_cannot_be_read_as_csv_says_which_line(own: Path) -> None:
    (own / "offers_public.csv").write_text('id,provider\na,"b\n')
    with pytest.raises(Invalid, match=r"offers_public\.csv"):
        load_facts(SHIPPED, own)
    (own / "offers_public.csv").write_text("id,provider\na,b,c\n")
    with pytest.raises(Invalid, match="3 columns, but the heading has 2"):
        load_facts(SHIPPED, own)


def test_a_check_reports_all_problems_at_once_and_goes_on(own: Path) -> None:
    bad = CHARGES.replace("grade: A", "grade: Z").replace("value: 1.5", "value: much")
    (own / "charges.yaml").write_text(bad)
    (own / "rules").mkdir()
    (own / "rules" / "tax.yaml").write_text(
        (SHIPPED / "rules" / "tax.yaml").read_text().replace("grade: B", "grade: Q", 2)
    )
    report = check_facts(SHIPPED, own)
    text = "\n".join(str(problem) for problem in report.problems)
    assert not report.sound
    assert "rows[0].grade" in text
    assert "rows[1].value" in text
    assert "tax.yaml" in text
    assert report.counts["centres"] == 28


def test_a_check_finds_a_broken_rule_file(own: Path) -> None:
    (own / "rules").mkdir()
    flow = (SHIPPED / "rules" / "flow.yaml").read_text()
    (own / "rules" / "flow.yaml").write_text(flow.replace("important_declared", "importent", 1))
    problems = check_facts(SHIPPED, own).problems
    assert any("flow.yaml" in str(problem) for problem in problems)


def test_unknown_files_and_missing_folders_are_said_so(own: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no folder"):
        load_facts(SHIPPED, tmp_path / "gone")
    (own / "centers.yaml").write_text("")
    with pytest.raises(Invalid) as caught:
        load_facts(SHIPPED, own)
    assert caught.value.render_hint() == "Did you mean centres.yaml?"


def test_the_compiled_copy_gives_the_same_facts(tmp_path: Path) -> None:
    first = load_facts(SHIPPED, None, tmp_path)
    (copy,) = tmp_path.glob("facts-*.bin")
    written = copy.stat().st_mtime_ns
    assert load_facts(SHIPPED, None, tmp_path) == first == load_facts(SHIPPED)
    assert copy.stat().st_mtime_ns == written


@pytest.mark.parametrize("position", [0, 63, 64, 500, -1])
def test_a_damaged_copy_is_thrown_away_and_made_again(tmp_path: Path, position: int) -> None:
    first = load_facts(SHIPPED, None, tmp_path)
    (copy,) = tmp_path.glob("facts-*.bin")
    sound = copy.read_bytes()
    damaged = bytearray(sound)
    damaged[position] ^= 1
    copy.write_bytes(bytes(damaged))
    assert load_facts(SHIPPED, None, tmp_path) == first
    assert copy.read_bytes() == sound


def test_the_copy_of_other_files_is_not_taken(own: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    load_facts(SHIPPED, None, cache)
    facts = load_facts(SHIPPED, own, cache)
    assert "own-levy" in facts.charges
    assert "own-levy" not in load_facts(SHIPPED, None, cache).charges


def test_a_cache_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    assert len(load_facts(SHIPPED, None, tmp_path / "cache").centres) == 28


def test_a_damaged_shipped_file_is_refused_and_its_neighbours_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    shutil.copytree(SHIPPED, folder)
    text = (folder / "devices.yaml").read_text()
    (folder / "devices.yaml").write_text(text.replace('tflops: "9.7"', 'tflops: "9,7"', 1))
    with pytest.raises(EntrepotError, match=r"devices\.yaml:\d+:rows\[0\]\.ratings\[0\]\.tflops"):
        load_facts(folder)
