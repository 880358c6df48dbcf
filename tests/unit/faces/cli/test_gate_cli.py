"""The command gate: every place has its verdict, every row its source, every duty its day."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from entrepot.bootstrap import open_app
from entrepot.faces.cli import main

EXAMPLES = Path(__file__).parents[4] / "examples"
JOB = str(EXAMPLES / "idphoto.yaml")
BARE_JOB = """\
job: bare
run: {command: ["true"]}
resources: {device: CPU}
duration: 10m
data: {from: HK, leg_persons: 5}
"""

Cli = Callable[..., "Spoken"]


class Spoken(tuple[int, str, str]):
    """Exit code, standard output, standard error."""

    __slots__ = ()

    @property
    def code(self) -> int:
        """Exit code."""
        return self[0]

    @property
    def out(self) -> str:
        """Standard output."""
        return self[1]

    @property
    def err(self) -> str:
        """Standard error."""
        return self[2]

    @property
    def data(self) -> Any:
        """Standard output as JSON."""
        assert self.code == 0, self.err
        return json.loads(self.out)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the example firm and the example centre."""
    folder = tmp_path_factory.mktemp("gate") / "home"
    words = ["--home", str(folder), "init", "--firm", str(EXAMPLES / "firm.yaml")]
    words += ["--deposit", "2000 HKD", "--centre", str(EXAMPLES / "centre.yaml")]
    assert main.run(open_app, words) == 0
    return folder


@pytest.fixture
def cli(home: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Return what runs a command line in that home."""

    def run(*words: str, lang: str = "en") -> Spoken:
        capsys.readouterr()
        code = main.run(open_app, ["--home", str(home), "--lang", lang, *words])
        captured = capsys.readouterr()
        return Spoken((code, captured.out, captured.err))

    return run


def test_every_place_has_a_verdict_part_by_part(cli: Cli) -> None:
    data = cli("gate", "check", JOB, "--json").data
    places = {row["centre_id"]: row for row in data["places"]}
    assert len(places) == 29
    own = places["demo-gz"]
    assert (own["under_contract"], own["device_id"], own["outcome"]) == (
        True,
        "cpu",
        "allow_with_duties",
    )
    assert set(own["parts"]) == {"inbound", "return", "placement"}
    assert own["deciding"] == [k for p in own["parts"].values() for k in p["deciding"]]
    assert all(row["grade"] and row["basis"] for row in own["parts"]["inbound"]["rows"])
    assert own["sources"]
    other = places["gz-nscc"]
    assert (other["under_contract"], set(other["parts"])) == (False, {"inbound", "return"})


def test_the_table_for_people_names_every_place(cli: Cli) -> None:
    out = cli("gate", "check", JOB).out
    assert "demo-gz" in out
    assert "shaoguan" in out
    assert "allowed with duties" in out


def test_outcomes_are_coloured_on_a_terminal_only(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b[" not in cli("gate", "check", JOB).out
    for name, value in {"FORCE_COLOR": "1", "TERM": "xterm", "COLUMNS": "250"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("entrepot.faces.cli.output.is_rich", lambda: True)
    assert "\x1b[32m✓ duties" in cli("gate", "check", JOB).out


def test_the_matrix_is_the_table_of_check(cli: Cli) -> None:
    table = cli("gate", "matrix", JOB).out
    assert table == cli("gate", "check", JOB).out
    assert cli("gate", "matrix", JOB, "--json").data == cli("gate", "check", JOB, "--json").data
    heads = ("centre", "device", "way in", "placement", "way back", "together", "decided by")
    places = [heads.index(name) for name in heads if name in table.splitlines()[1]]
    assert places == list(range(len(heads)))
    assert max(map(len, table.splitlines())) <= 100
    assert "✓ duties = allowed with duties" in table
    assert cli("gate", "matrix", JOB, "--centre", "demo-gz").code == 2


def test_one_place_is_explained_with_rows_duties_and_days(cli: Cli) -> None:
    out = cli("gate", "check", JOB, "--centre", "demo-gz").out
    for words in ("hk.processor", "cn.transit", "ear.not_advanced", "return leg", "record due"):
        assert words in out
    data = cli("gate", "check", JOB, "--centre", "demo-gz", "--json").data
    (place,) = data["places"]
    assert place["parts"]["return"]["rows"][0]["compared"]
    due = {duty["name"]: duty["due_on"] for duty in place["duties"]}
    assert due["keep_origin_evidence"] > data["as_of"]
    assert due["security_measures"] is None


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh-Hant", "此用途是否收集時所述目的"), ("zh-Hans", "此用途是否收集时告知的目的")],
)
def test_missing_facts_are_asked_in_the_readers_language(
    cli: Cli, tmp_path: Path, lang: str, words: str
) -> None:
    job = tmp_path / "bare.yaml"
    job.write_text(BARE_JOB, "utf-8")
    out = cli("gate", "check", str(job), "--centre", "demo-gz", lang=lang).out
    assert words in out


def test_a_place_that_lacks_facts_says_which(cli: Cli, tmp_path: Path) -> None:
    job = tmp_path / "bare.yaml"
    job.write_text(BARE_JOB, "utf-8")
    (place,) = cli("gate", "check", str(job), "--centre", "demo-gz", "--json").data["places"]
    assert place["outcome"] == "needs_info"
    assert "purpose_compatible" in place["missing"]
    assert {q["fact"] for q in place["questions"]} <= set(place["missing"])


def test_law_as_known_before_anything_was_recorded_allows_nothing(cli: Cli) -> None:
    data = cli("gate", "check", JOB, "--known", "2020-01-01", "--json").data
    assert {row["outcome"] for row in data["places"]} == {"needs_review"}


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("check", JOB, "--centre", "demogz"), 4, "Did you mean demo-gz?"),
        (("check", JOB, "--as-of", "2025-1-1"), 2, "write it as YYYY-MM-DD"),
        (("check", JOB, "--what-if", "ear.remote_bil"), 2, "Did you mean ear.remote_bill?"),
        (("check", "nowhere.yaml"), 4, "cannot be read"),
        (("explain", "ear.locatd"), 4, "Did you mean"),
        (("explain", "table:us_er"), 4, "Did you mean us_ear?"),
        (("facts", "leg_person"), 4, "Did you mean leg_persons?"),
        (("decide", "--facts", "nowhere.yaml"), 4, "cannot be read"),
        (("decide",), 2, "--facts"),
        (("instruments", "add", "gba_contract_h", "--reference", "x"), 2, "gba_contract_hk"),
        (("instruments", "add", "bis_licence", "--reference", " "), 2, "reference"),
        (("instruments", "end", "N-1"), 4, "no instrument N-1"),
        (("done", "D-1"), 4, "no duty D-1"),
        (("duties", "--lease", "L-1"), 4, "no lease L-1"),
    ],
)
def test_mistakes_are_told_in_one_sentence(
    cli: Cli, words: tuple[str, ...], code: int, sentence: str
) -> None:
    spoken = cli("gate", *words)
    assert (spoken.code, spoken.out) == (code, "")
    assert sentence in spoken.err
    assert len(spoken.err.splitlines()) <= 2


def test_decide_prints_one_json_line_a_case(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text(
        "- {name: a, as_of: 2026-11-21, leg: {place_from: HK, place_to: CN, leg_persons: 5}}\n"
        "- {placement: {chip_subject_to_ear: false, chip_in_gp10_guidance: false}}\n",
        "utf-8",
    )
    lines = cli("gate", "decide", "--facts", str(path), "--json").out.splitlines()
    first, second = (json.loads(line) for line in lines)
    assert (first["name"], first["outcome"]) == ("a", "needs_info")
    assert (second["name"], second["outcome"]) == ("case-2", "allow_with_duties")
    assert second["deciding"] == ["chip.none"]


def test_one_bad_case_spoils_no_other(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text("- {leg: {place_from: HK}}\n- {lag: {}}\n", "utf-8")
    spoken = cli("gate", "decide", "--facts", str(path), "--json")
    good, bad = (json.loads(line) for line in spoken.out.splitlines())
    assert (spoken.code, good["outcome"], bad["name"]) == (2, "needs_info", "case-2")
    assert "cases.yaml:2" in next(iter(bad["error"]["fields"]))
    told = cli("gate", "decide", "--facts", str(path))
    assert (told.code, "case-2" in told.err) == (2, True)


def test_the_day_asked_for_goes_before_the_cases_own(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    facts = "chip_subject_to_ear: true, eccn_advanced: true, chip_in_gp10_guidance: false"
    facts += ", chip_location: CN, party_restricted: false, end_use: commercial"
    path.write_text(f"{{as_of: 2026-11-21, placement: {{{facts}}}}}", "utf-8")
    words = ("gate", "decide", "--facts", str(path), "--explain", "--json")
    now, then = cli(*words).data, cli(*words, "--as-of", "2025-01-01").data
    assert (now["as_of"], then["as_of"]) == ("2026-11-21", "2025-01-01")
    assert then["deciding"] == ["ear.located.v1"]
    assert now["missing"] == ["dram_gbs", "tpp"]


def test_a_proposal_counts_where_the_call_or_the_case_assumes_it(cli: Cli, tmp_path: Path) -> None:
    leg = "leg: {place_from: HK, place_to: CN, leg_persons: 5}"
    plain, own = tmp_path / "plain.yaml", tmp_path / "own.yaml"
    plain.write_text(f"{{as_of: 2026-11-21, {leg}}}", "utf-8")
    own.write_text(f"{{as_of: 2026-11-21, {leg}, what_if: [hk.s33]}}", "utf-8")

    def rows(path: Path, *words: str) -> set[str]:
        answer = cli("gate", "decide", "--facts", str(path), "--explain", "--json", *words).data
        return {row["row"] for row in answer["rows"]}

    assert "hk.s33" not in rows(plain)
    assert "hk.s33" in rows(plain, "--what-if", "hk.s33") == rows(own)
    wrong = cli("gate", "decide", "--facts", str(plain), "--what-if", "hk.s3")
    assert (wrong.code, "Did you mean hk.s33?" in wrong.err) == (2, True)


def test_a_fact_from_the_register_cannot_be_stated(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text("placement: {instruments_in_force: [bis_licence]}", "utf-8")
    spoken = cli("gate", "decide", "--facts", str(path))
    assert spoken.code == 2
    assert "register" in spoken.err


def test_facts_are_listed_and_shown_in_the_readers_language(cli: Cli) -> None:
    everything = cli("gate", "facts", "--json").data
    voucher = cli("gate", "facts", "--scope", "voucher", "--json").data
    assert 0 < len(voucher) < len(everything)
    assert all("voucher" in fact["scopes"] for fact in voucher)
    out = cli("gate", "facts", "leg_persons", lang="zh-Hant").out
    assert "本次傳輸涉及多少人" in out
    one = cli("gate", "facts", "purpose", "--json").data
    assert "rendering" in one["values"]


def test_a_row_is_explained_with_dates_parameters_and_sources(cli: Cli) -> None:
    row = cli("gate", "explain", "ear.located_over_limits", "--json").data
    assert (row["outcome"], row["table"], row["grade"]) == ("approval", "us_ear", "B")
    assert (row["from"], row["to"], row["effective"]) == ("2026-01-15", None, True)
    assert row["parameters"]["ear_core_places"]["value"] == ["CN", "HK", "MO"]
    assert row["sources"][0]["retrieved"]
    before = cli("gate", "explain", "ear.located_over_limits", "--as-of", "2025-01-01", "--json")
    assert before.data["effective"] is False
    out = cli("gate", "explain", "ear.located_over_limits").out
    assert "over the limits a licence stays presumed denied" in out
    assert "provenance_file" in out


def test_a_table_is_shown_row_by_row(cli: Cli) -> None:
    out = cli("gate", "explain", "table:us_ear").out
    assert out.index("ear.listed_party") < out.index("ear.open_place")


def test_an_instrument_is_filed_listed_and_ended(cli: Cli) -> None:
    words = ("--reference", "GD-118", "--from", "2026-01-01", "--centre", "demo-gz")
    held = cli("gate", "instruments", "add", "gba_contract_hk", *words, "--json").data
    assert (held["state"], held["centre_id"]) == ("in_force", "demo-gz")
    listed = cli("gate", "instruments", "list", "--json").data
    assert held["instrument_id"] in {one["instrument_id"] for one in listed["instruments"]}
    early = cli("gate", "instruments", "list", "--as-of", "2025-01-01", "--json").data
    assert {one["state"] for one in early["instruments"]} == {"coming"}
    ended = cli("gate", "instruments", "end", held["instrument_id"], "--json").data
    assert ended["state"] == "ended"
    again = cli("gate", "instruments", "end", held["instrument_id"])
    assert again.code == 5
    assert "GD-118" in cli("gate", "instruments", "list").out


def test_the_same_key_files_once(cli: Cli) -> None:
    words = ("bis_licence", "--reference", "7", "--from", "2026-01-01", "--key", "k7", "--json")
    one, two = (cli("gate", "instruments", "add", *words).data for _n in range(2))
    assert one == two


def test_an_instrument_cannot_end_before_it_begins(cli: Cli) -> None:
    words = ("--reference", "7", "--from", "2026-02-01", "--to", "2026-02-01")
    spoken = cli("gate", "instruments", "add", "bis_licence", *words)
    assert spoken.code == 2
    assert "2026-02-01" in spoken.err


def test_duties_of_a_lease_are_listed_and_done_once(cli: Cli) -> None:
    quote = cli("quote", JOB, "--json").data["quote_id"]
    lease = cli("lease", quote, "--accept-duties", "--json").data["lease_id"]
    open_ones = cli("gate", "duties", "--lease", lease, "--json").data
    assert [task["due_on"] for task in open_ones] == sorted(t["due_on"] for t in open_ones)
    first = open_ones[0]["id"]
    assert cli("gate", "done", first, "--json").data["done_at"]
    left = cli("gate", "duties", "--lease", lease, "--json").data
    assert first not in {task["id"] for task in left}
    assert len(left) == len(open_ones) - 1
    every = cli("gate", "duties", "--lease", lease, "--all").out
    assert "done" in every
    again = cli("gate", "done", first)
    assert again.code == 5
