"""Bad input to rules, gate and vouchers at the command line: one sentence, its place, no effect."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.flow_tools import furnish, job_file, open_home
from tests.e2e.test_bad_input import Desk, check_sentence
from tests.unit.services.claim_desk import HEAD, IN_YUAN, LATER, As, claim_desk, programme, state
from tests.unit.services.desk import billed

from entrepot.bootstrap import DATABASE, EmbeddedApp
from entrepot.faces.cli import main
from entrepot.kernel.canonical import sha256_hex
from entrepot.services.settings import Settings

HUGE = "99999999999999999999"
"""More than any 64-bit number."""
BEIJING = "programme: cn.beijing.ai_voucher\nas_of: 2025-06-01\ncurrency: CNY\n"


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    desk = Desk(tmp_path / "home", capsys)
    furnish(open_home(desk.home, EmbeddedApp), devices=1)
    return desk


def written(folder: Path, name: str, text: str) -> str:
    """Write a file and return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return str(path)


def dump_of(home: Path) -> str:
    """Return a digest of every row of every table."""
    with sqlite3.connect(f"file:{home / DATABASE}?mode=ro", uri=True) as conn:
        text = "\n".join(conn.iterdump())
    conn.close()
    return sha256_hex(text.encode())


def told(desk: Desk, words: tuple[str, ...], place: str, says: str) -> None:
    """Run a command that is refused for a file: its line and field are told, nothing is kept."""
    before = dump_of(desk.home)
    assert desk.say(*words) == 2, desk.out
    assert place in desk.err and says in desk.err, desk.err
    assert "Traceback" not in desk.err and "To fix: " in desk.err
    assert len(desk.err.strip().splitlines()) <= 4, desk.err
    assert dump_of(desk.home) == before


# --- facts


def test_contradictory_facts_are_named_and_asked_again(desk: Desk, tmp_path: Path) -> None:
    text = '{name: one, as_of: 2026-11-21, leg: {place_from: "HK", place_to: "HK", '
    file = written(tmp_path, "c.yaml", text + "cross_border: true}}\n")
    before = dump_of(desk.home)
    assert desk.say("gate", "decide", "--facts", file) == 0
    assert "place_from, place_to, cross_border (k.border_without_move)" in desk.out
    answer = desk.json("gate", "decide", "--facts", file)
    assert answer["outcome"] == "needs_info" and "k.border_without_move" in answer["deciding"]
    assert {"place_from", "place_to", "cross_border"} <= set(answer["missing"])
    assert dump_of(desk.home) == before


CASES: Mapping[str, tuple[str, str, str]] = {
    "an impossible day": (
        "- {name: a, as_of: 2026-02-30, leg: {}}\n",
        "g.yaml:1:[0].as_of",
        "date YYYY-MM-DD",
    ),
    "an unknown fact": (
        '- name: a\n  as_of: 2026-11-21\n  leg:\n    place_frm: "HK"\n',
        "g.yaml:4:[0].leg.place_frm",
        "Did you mean place_from?",
    ),
    "a fact of the register": (
        "- {name: a, as_of: 2026-11-21, leg: {instruments_in_force: []}}\n",
        "g.yaml:1:[0].leg.instruments_in_force",
        "register",
    ),
    "an unknown row": (
        "- {name: a, as_of: 2026-11-21, leg: {}, what_if: [hk.s34]}\n",
        "g.yaml:1:",
        "hk.s33",
    ),
    "neither leg nor placement": ("- {name: a, as_of: 2026-11-21}\n", "g.yaml:1", "placement"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_bad_gate_case_is_told_with_its_place(desk: Desk, tmp_path: Path, name: str) -> None:
    text, place, says = CASES[name]
    file = written(tmp_path, "g.yaml", text)
    told(desk, ("gate", "decide", "--facts", file), place, says)
    assert desk.say("gate", "decide", "--facts", file, "--json") == 2
    error = json.loads(desk.out)["error"]
    assert error["message"] and error["hint"] and error["fields"]


def test_a_bad_case_among_good_ones_keeps_nothing(desk: Desk, tmp_path: Path) -> None:
    good = '{"name": "good", "as_of": "2026-11-21", "leg": {"place_from": "HK"}}\n'
    file = written(tmp_path, "m.jsonl", good + good.replace("place_from", "plaice_from"))
    desk.refused(2, "rulebook.unknown_fact", "gate", "decide", "--facts", file, "--keep")


VOUCHERS: Mapping[str, tuple[str, str, str]] = {
    "an impossible day": (
        BEIJING.replace("06-01", "06-31") + "facts: {}\namount_minor: 1\n",
        "v.yaml:2:as_of",
        "date YYYY-MM-DD",
    ),
    "an unknown fact": (
        BEIJING + "facts:\n  registered_inn: beijing\namount_minor: 1\n",
        "v.yaml:5:facts.registered_inn",
        "Did you mean registered_in?",
    ),
    "an amount beyond 64 bits": (
        BEIJING + f"facts: {{}}\namount_minor: '{HUGE}'\n",
        "v.yaml:5:amount_minor",
        "whole number",
    ),
    "an amount below zero": (
        BEIJING + "facts: {}\namount_minor: -1\n",
        "v.yaml:5:amount_minor",
        "0 to 9000000000000000",
    ),
    "an unknown key": (
        BEIJING + "facts: {}\namount_minr: 1\n",
        "v.yaml:5:amount_minr",
        "Did you mean amount_minor?",
    ),
}


@pytest.mark.parametrize("name", VOUCHERS)
def test_a_bad_voucher_case_is_told_with_its_place(desk: Desk, tmp_path: Path, name: str) -> None:
    text, place, says = VOUCHERS[name]
    file = written(tmp_path, "v.yaml", text)
    told(desk, ("vouchers", "entitle", "--facts", file), place, says)


@pytest.mark.parametrize("form", ["yaml", "json", "jsonl"])
def test_an_amount_beyond_64_bits_is_refused_in_every_form(
    desk: Desk, tmp_path: Path, form: str
) -> None:
    case = f'{{"programme": "cn.beijing.ai_voucher", "facts": {{}}, "amount_minor": {HUGE}}}\n'
    file = written(tmp_path, f"big.{form}", case)
    told(desk, ("vouchers", "entitle", "--facts", file), f"big.{form}", HUGE)


def test_amounts_beyond_64_bits_are_refused_in_options_and_files(
    desk: Desk, tmp_path: Path
) -> None:
    facts = written(tmp_path, "f.yaml", "registered_in: beijing\n")
    given = ("vouchers", "entitle", "--facts", facts, "--programme", "cn.beijing.ai_voucher")
    data = written(tmp_path, "data.txt", "x")
    lines = [
        (*given, "--amount", HUGE, "--asset", "CNY"),
        ("gate", "counts", "--persons", HUGE, "--sensitive", "0"),
        ("gate", "manifest", "add", "p", "--path", data, "--collected-in", "HK",
         "--controller", "X", "--persons", HUGE),
        ("ledger", "deposit", "F-X", f"{HUGE} HKD"),
    ]  # fmt: skip
    for words in lines:
        before = dump_of(desk.home)
        assert desk.say(*words) == 2, (words, desk.err)
        check_sentence(desk.err)
        assert dump_of(desk.home) == before


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("leg_persons: 0", f"leg_persons: {HUGE}", "data.leg_persons"),
        ("duration: 10m\n", f"duration: 10m\nprice_cap: {HUGE} HKD\n", "price_cap"),
        ("leg_persons: 0", "leg_person: 0", "data.leg_person"),
    ],
)
def test_a_job_file_with_such_facts_is_told_with_line_and_field(
    desk: Desk, tmp_path: Path, old: str, new: str, field: str
) -> None:
    path = job_file(tmp_path)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    written_as = new.strip().splitlines()[-1]
    lines = [one.strip() for one in path.read_text("utf-8").splitlines()]
    line = lines.index(written_as) + 1
    told(desk, ("quote", str(path)), f":{line}:{field}", "")


# --- rule files of an operator


FAULTS: Mapping[str, tuple[str, str, str]] = {
    "a rate above the whole": ("rate_bp: 5000", "rate_bp: 10001", "not 1 to 10000"),
    "a rate of nothing": ("rate_bp: 5000", "rate_bp: 0", "not 1 to 10000"),
    "an impossible day": ("from: 2020-01-01", "from: 2020-02-30", "no calendar date"),
    "an end before the beginning": ("to: null", "to: 2019-01-01", "does not lie after from"),
    "a ceiling beyond 64 bits": ("fund_total: 1000", f"fund_total: {HUGE}", HUGE),
    "an unknown fact": (
        "fact: registered_in",
        "fact: registered_inn",
        "Did you mean registered_in?",
    ),
    "an unknown key": ("discretionary:", "discretionery:", "Did you mean discretionary?"),
    "a currency that is none": ("currency: HKD", "currency: HKX", "HKX"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_programme_is_refused_by_check_and_by_use(
    desk: Desk, tmp_path: Path, name: str
) -> None:
    old, new, says = FAULTS[name]
    text = HEAD + programme()
    assert old in text
    text = text.replace(old, new, 1)
    line = next(n for n, one in enumerate(text.splitlines(), 1) if new in one)
    file = written(tmp_path, "own/rules/vouchers.yaml", text)
    told(desk, ("rules", "check", file), f"vouchers.yaml:{line}", says)
    own = ("--facts", str(tmp_path / "own"))
    job = str(job_file(tmp_path))
    for use in (("vouchers", "list"), ("quote", job), ("rules", "test")):
        told(desk, (*own, *use), f"vouchers.yaml, line {line}" if use[0] != "rules" else
             f"vouchers.yaml:{line}", says)  # fmt: skip


def test_versions_that_overlap_are_refused_by_check_and_by_use(desk: Desk, tmp_path: Path) -> None:
    head, _, version = programme().partition("  versions:\n")
    second = version.replace("from: 2020-01-01", "from: 2025-06-01")
    text = HEAD + head + "  versions:\n" + version + second
    file = written(tmp_path, "own/rules/vouchers.yaml", text)
    told(desk, ("rules", "check", file), "vouchers.yaml:", "overlaps that of 2020-01-01")
    for use in (("vouchers", "list"), ("quote", str(job_file(tmp_path)))):
        told(desk, ("--facts", str(tmp_path / "own"), *use), "line ", "overlaps that of 2020-01-01")


def test_rows_of_one_chain_that_overlap_are_refused_by_check(desk: Desk, tmp_path: Path) -> None:
    shipped = Path(main.__file__).parents[2] / "facts" / "rules" / "flow.yaml"
    text = shipped.read_text("utf-8")
    old = "{id: dom.cn_secret.v1, from: 2021-09-01, to: 2024-05-01,"
    assert old in text
    text = text.replace(old, old.replace("to: 2024-05-01", "to: 2024-06-01"))
    file = written(tmp_path, "flow.yaml", text)
    told(desk, ("rules", "check", file), "flow.yaml:", "dom.cn_secret")


# --- reviews and claims


class Counter:
    """The program at the desks of several persons over one home."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], *texts: str) -> None:
        self.folder, self.capsys = folder, capsys
        self.desk = claim_desk(folder, *texts)

    def say(self, actor: str, *words: str) -> tuple[int, str, str]:
        def open_app(settings: Settings, *, create: bool = False) -> Any:
            return As(self.desk, actor)

        self.capsys.readouterr()
        code = main.run(open_app, list(words))
        out, err = self.capsys.readouterr()
        return code, out, err

    def ask(self, actor: str, *words: str) -> Any:
        code, out, err = self.say(actor, *words, "--json")
        assert code == 0, err
        return json.loads(out)

    def refused(self, actor: str, code: int, name: str, *words: str) -> None:
        before = dump_of(self.desk.home)
        found, _, err = self.say(actor, *words)
        assert found == code, err
        check_sentence(err)
        assert json.loads(self.say(actor, *words, "--json")[2])["error"]["code"] == name
        assert dump_of(self.desk.home) == before


@pytest.fixture
def counter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Counter:
    counter = Counter(tmp_path, capsys, programme())
    billed(counter.desk)
    return counter


def claimed(counter: Counter, programme_id: str = LATER) -> str:
    """Apply on the paid bill; return the claim's id."""
    words = ("vouchers", "claim", "HK-2026-000001", "--programme", programme_id)
    return str(counter.ask("counter", *words)["id"])


def test_two_approvals_by_one_person_are_refused(counter: Counter) -> None:
    claim = claimed(counter)
    counter.refused("counter", 3, "claim.four_eyes", "vouchers", "approve", claim)
    counter.refused(" Counter ", 3, "claim.four_eyes", "vouchers", "approve", claim)
    review = counter.ask(
        "one", "rules", "sign", "oo.sg", "--counsel", "Counsel", "--expires", "2027-11-21"
    )["review_id"]
    counter.refused("one", 3, "review.same_person", "rules", "approve", review)
    assert counter.ask("two", "rules", "approve", review)["state"] == "in_force"
    counter.refused("three", 5, "review.approved", "rules", "approve", review)


def test_redeeming_twice_is_refused(counter: Counter) -> None:
    claim = claimed(counter)
    counter.ask("authority", "vouchers", "approve", claim)
    counter.refused("authority", 5, "claim.stage", "vouchers", "approve", claim)
    counter.ask("counter", "vouchers", "redeem", claim)
    counter.refused("counter", 5, "claim.stage", "vouchers", "redeem", claim)


def test_a_fund_exhausted_between_reservation_and_approval_is_refused(counter: Counter) -> None:
    claim = claimed(counter)
    state(counter.desk, counter.folder, programme(fund=5))
    counter.refused("authority", 5, "voucher.exhausted", "vouchers", "approve", claim)
    part = ("vouchers", "approve", claim, "--amount", "5.00 HKD")
    assert counter.ask("authority", *part)["amount_minor"] == 500


def test_another_currency_is_never_converted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counter = Counter(tmp_path, capsys, programme(id=IN_YUAN, currency="CNY"))
    billed(counter.desk)
    claim = ("vouchers", "claim", "HK-2026-000001", "--programme", IN_YUAN)
    counter.refused("counter", 2, "claim.currency", *claim)
    facts = written(tmp_path, "f.yaml", "registered_in: hong_kong\n")
    asked = ("vouchers", "entitle", "--facts", facts, "--programme", IN_YUAN)
    answer = counter.ask("counter", *asked, "--amount", "100", "--asset", "HKD")
    assert (answer["status"], answer["amount_minor"]) == ("needs_info", 0)
    assert "currency_mismatch" in answer["reasons"]
