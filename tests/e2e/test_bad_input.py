"""Bad input through the real command line: one sentence, a way out, an exit code, same books."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.flow_tools import EXAMPLES, digest_of, furnish, job_file, open_home, sums

from entrepot.bootstrap import EmbeddedApp
from entrepot.faces.cli.main import run
from entrepot.kernel.money import HKD, Amount
from entrepot.services import register
from entrepot.services.app import App
from entrepot.services.check import check_books
from entrepot.services.settings import Settings


class Standing:
    """A clock that stands where it is put."""

    def __init__(self, second: int) -> None:
        self.second = second

    def now(self) -> int:
        return self.second


@dataclass
class Desk:
    """A home, the program over it, and what the program said last."""

    home: Path
    capsys: pytest.CaptureFixture[str]
    clock: Standing | None = None
    out: str = field(default="", init=False)
    err: str = field(default="", init=False)

    def open_app(self, settings: Settings, *, create: bool = False) -> App:
        app = EmbeddedApp(settings, create=create)
        if self.clock is not None:
            vars(app)["_parts"]["clock"] = self.clock
        return app

    def say(self, *words: str) -> int:
        """Run one command line in this process; keep what it printed."""
        self.capsys.readouterr()
        code = run(self.open_app, ["--home", str(self.home), *words])
        self.out, self.err = self.capsys.readouterr()
        return code

    def json(self, *words: str) -> Any:
        """Run a command that must succeed and return its answer."""
        assert self.say(*words, "--json") == 0, self.err
        return json.loads(self.out)

    def refused(self, code: int, name: str, *words: str) -> Mapping[str, Any]:
        """Run a command that must be refused, for people and for programs."""
        before = self.state()
        assert self.say(*words) == code, self.out + self.err
        check_sentence(self.err)
        assert self.say(*words, "--json") == code
        error = json.loads(self.err)["error"]
        assert (error["exit_code"], error["code"]) == (code, name), error
        assert "Traceback" not in self.err and error["message"] and error["hint"]
        assert self.state() == before
        return error

    def state(self) -> object:
        """Return a digest of all that is kept, after proving the books; None without a home."""
        if not (self.home / "entrepot.db").is_file():
            return None
        app = open_home(self.home, EmbeddedApp)
        assert check_books(app) == []
        return digest_of(app)


def check_sentence(text: str) -> None:
    """See that a refusal is one sentence and a way out."""
    lines = text.strip().splitlines()
    assert lines[0].startswith("✗ ") and lines[-1].startswith("To fix: "), text
    assert all(line.startswith("  · ") for line in lines[1:-1]), text
    assert len(lines[0]) < 400 and "Traceback" not in text


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    desk = Desk(tmp_path / "home", capsys)
    app = open_home(desk.home, EmbeddedApp)
    firm = furnish(app, devices=1)
    register.deposit(app, firm.id, Amount(5_000, HKD), "payment", "deposit")
    job_file(tmp_path)
    return desk


def changed(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


MUTANTS: dict[str, tuple[Callable[[str], str], str]] = {
    "unknown key": (lambda text: text + "latncy: {from: HK, max_ms: 60}\n", "latency"),
    "unknown key below": (changed("command:", "comand:"), "comand"),
    "missing key": (changed("duration: 10m\n", ""), "duration"),
    "wrong unit": (changed("10m", "10 parsecs"), "10m"),
    "no unit": (changed("10m", "10"), "10m"),
    "size in seconds": (changed("egress: 1MB", "egress: 10s"), "MB"),
    "negative span": (changed("10m", "-5m"), "above zero"),
    "no devices": (changed('"CPU"', '"CPU:0"'), "count"),
    "negative devices": (changed('"CPU"', '"CPU:-3"'), "count"),
    "absurd count": (changed('"CPU"', '"CPU:99999999999"'), "100,000"),
    "range the wrong way": (changed('"CPU"', '"CPU:8..2"'), "8"),
    "unknown device": (changed('"CPU"', "H1000"), "H100"),
    "unknown isolation": (changed("exclusive", "exclusiv"), "exclusive"),
    "cap in another money": (lambda text: text + "price_cap: 5.00 XYZ\n", "HKD"),
    "negative cap": (lambda text: text + "price_cap: -5.00 HKD\n", "above zero"),
    "output above the folder": (changed("[out.txt]", "[../out.txt]"), "folder"),
    "output at the root": (changed("[out.txt]", "[/etc/passwd]"), "folder"),
    "input that is not there": (changed("  outputs:", "  files: [no.py]\n  outputs:"), "no.py"),
    "unknown fact": (changed("leg_persons", "leg_person"), "leg_persons"),
    "key twice": (lambda text: text + "job: other\n", "job"),
    "name with a slash": (changed("job: small", "job: ../small"), "job"),
    "aliases": (lambda text: text + "x: &a [1, 2]\ny: [*a, *a]\n", "anchors"),
    "python object": (lambda text: text + "x: !!python/object:os.system {}\n", "2"),
    "deep nesting": (lambda text: text + "x: " + "[" * 5_000 + "]" * 5_000 + "\n", ""),
    "not a mapping": (lambda text: "- 1\n- 2\n", "mapping"),
    "only a comment": (lambda text: "# nothing\n", "mapping"),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_bad_job_file_gets_one_sentence(desk: Desk, tmp_path: Path, name: str) -> None:
    change, word = MUTANTS[name]
    path = tmp_path / "bad.yaml"
    path.write_text(change((tmp_path / "small.yaml").read_text("utf-8")), "utf-8")
    assert desk.say("quote", str(path)) in (2, 4), desk.out + desk.err
    check_sentence(desk.err)
    assert word in desk.err
    assert desk.say("quote", str(path), "--json") in (2, 4)
    assert json.loads(desk.err)["error"]["hint"]


FILES: dict[str, tuple[bytes | None, int]] = {
    "empty": (b"", 2),
    "not UTF-8": (b"\xff\xfe\x00job: x", 2),
    "ten megabytes": (b"a" * 10_000_000, 2),
    "nul bytes": (b"job: \x00\n", 2),
    "binary": (bytes(range(256)) * 40, 2),
    "a folder": (None, 4),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_job_gets_one_sentence(desk: Desk, tmp_path: Path, name: str) -> None:
    data, code = FILES[name]
    path = tmp_path / "odd.yaml"
    if data is None:
        path.mkdir()
    else:
        path.write_bytes(data)
    assert desk.say("quote", str(path)) == code
    check_sentence(desk.err)


def test_dates_that_are_reversed_are_refused(desk: Desk, tmp_path: Path) -> None:
    text = (EXAMPLES / "centre.yaml").read_text("utf-8").replace("demo-gz", "demo-two")
    path = tmp_path / "reversed.yaml"
    day = 'from: "2026-01-01"'
    path.write_text(text.replace(day, f'{day}, to: "2025-01-01"'), "utf-8")
    assert desk.say("init", "--centre", str(path)) == 2
    check_sentence(desk.err)
    assert "before it begins" in desk.err


def test_a_fact_of_the_wrong_kind_opens_no_gate(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    text = path.read_text("utf-8").replace("important_declared: false", "important_declared: maybe")
    path.write_text(text, "utf-8")
    code = desk.say("quote", str(path), "--json")
    assert code == 2 or json.loads(desk.out)["candidates"] == []


def quoted(desk: Desk, tmp_path: Path) -> str:
    return str(desk.json("quote", str(tmp_path / "small.yaml"))["quote_id"])


def test_what_does_not_exist_is_not_found(desk: Desk) -> None:
    nothing = "00000000000000000000000001"
    desk.refused(4, "quote.unknown", "lease", f"Q-{nothing}")
    desk.refused(4, "lease.unknown", "run", f"L-{nothing}")
    desk.refused(4, "job.unknown", "cancel", f"J-{nothing}")
    desk.refused(4, "batch.unknown", "settle", "show", f"B-{nothing}")


def test_a_candidate_that_is_none_is_refused(desk: Desk, tmp_path: Path) -> None:
    quote = quoted(desk, tmp_path)
    for choice in ("0", "-1", "99"):
        desk.refused(2, "quote.choice", "lease", quote, "--accept-duties", "--choice", choice)


def test_duties_have_to_be_accepted(desk: Desk, tmp_path: Path) -> None:
    desk.refused(3, "gate.duties", "lease", quoted(desk, tmp_path))


def test_an_expired_quote_is_refused(desk: Desk, tmp_path: Path) -> None:
    quote = quoted(desk, tmp_path)
    now = open_home(desk.home).clock.now()
    desk.clock = Standing(now + 901)
    desk.refused(3, "quote.expired", "lease", quote, "--accept-duties")


def test_a_clock_that_went_back_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    quote = quoted(desk, tmp_path)
    desk.clock = Standing(open_home(desk.home).clock.now() - 3_600)
    desk.refused(3, "clock.back", "lease", quote, "--accept-duties")
    desk.clock = None
    assert desk.say("lease", quote, "--accept-duties") == 0


def test_an_empty_account_is_refused_with_what_is_missing(desk: Desk, tmp_path: Path) -> None:
    path = job_file(tmp_path, duration="1h")
    quote = str(desk.json("quote", str(path))["quote_id"])
    error = desk.refused(3, "funds.short", "lease", quote, "--accept-duties")
    assert "entrepot ledger deposit F-" in error["hint"]


def test_a_device_sold_meanwhile_is_refused(desk: Desk, tmp_path: Path) -> None:
    first, second = quoted(desk, tmp_path), quoted(desk, tmp_path)
    assert desk.say("lease", first, "--accept-duties") == 0
    desk.refused(5, "capacity.sold", "lease", second, "--accept-duties")


def test_a_key_cannot_mean_two_things(desk: Desk, tmp_path: Path) -> None:
    quote = quoted(desk, tmp_path)
    assert desk.say("lease", quote, "--accept-duties", "--key", "k") == 0
    again = ("lease", quote, "--accept-duties", "--key", "k", "--choice", "2")
    desk.refused(5, "command.key_used", *again)
    desk.refused(2, "command.key", "lease", quote, "--accept-duties", "--key", "x" * 300)


def test_a_lease_that_waited_too_long_goes_back(desk: Desk, tmp_path: Path) -> None:
    lease = desk.json("lease", quoted(desk, tmp_path), "--accept-duties")["lease_id"]
    desk.clock = Standing(open_home(desk.home).clock.now() + 901)
    desk.refused(3, "lease.late", "run", str(lease))
    assert desk.json("run", "--resume")["released"] == [lease]
    desk.refused(3, "lease.late", "run", str(lease))
    found = sums(open_home(desk.home))
    assert (found.free, found.held, found.busy_milli) == (5_000, 0, 0)


def test_a_lease_given_back_cannot_run(desk: Desk, tmp_path: Path) -> None:
    lease = str(desk.json("lease", quoted(desk, tmp_path), "--accept-duties")["lease_id"])
    assert desk.json("lease", lease, "--release")["state"] == "released"
    desk.refused(5, "lease.released", "run", lease)


def test_a_file_changed_since_the_quote_is_refused(desk: Desk, tmp_path: Path) -> None:
    path = job_file(tmp_path, command="[sh, a.sh]")
    path.write_text(path.read_text("utf-8").replace("  outputs:", "  files: [a.sh]\n  outputs:"))
    (tmp_path / "a.sh").write_text("echo done > out.txt\n", "utf-8")
    quote = str(desk.json("quote", str(path))["quote_id"])
    lease = str(desk.json("lease", quote, "--accept-duties")["lease_id"])
    (tmp_path / "a.sh").write_text("echo other > out.txt\n", "utf-8")
    desk.refused(3, "job.file_changed", "run", lease)
    (tmp_path / "a.sh").unlink()
    desk.refused(4, "job.file", "run", lease)


HOMES: dict[str, tuple[str, int]] = {"a file": ("file", 70), "a folder of the kernel": ("proc", 70)}


@pytest.mark.parametrize("name", HOMES)
def test_a_home_that_cannot_be_made_is_refused(desk: Desk, tmp_path: Path, name: str) -> None:
    kind, code = HOMES[name]
    (tmp_path / "file").write_text("", "utf-8")
    desk.home = tmp_path / "file" if kind == "file" else Path("/proc/entrepot")
    assert desk.say("init") == code, desk.out + desk.err
    check_sentence(desk.err)


def test_a_place_without_a_home_is_not_found(desk: Desk, tmp_path: Path) -> None:
    desk.home = tmp_path / "nowhere"
    desk.refused(4, "home.missing", "jobs")
    assert not desk.home.exists()


def edit_database(home: Path, sql: str) -> None:
    with sqlite3.connect(home / "entrepot.db") as conn:
        conn.execute(sql)
    conn.close()


def test_a_home_of_a_newer_program_is_refused(desk: Desk) -> None:
    edit_database(desk.home, "UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    assert desk.say("jobs", "--json") == 3
    assert json.loads(desk.err)["error"]["code"] == "home.newer"
    assert desk.say("jobs") == 3
    check_sentence(desk.err)


@pytest.mark.parametrize("at", [0, 4_096])
def test_a_damaged_database_is_told_from_an_empty_one(desk: Desk, at: int) -> None:
    edit_database(desk.home, "PRAGMA wal_checkpoint(TRUNCATE)")
    with (desk.home / "entrepot.db").open("r+b") as file:
        file.seek(at)
        file.write(os.urandom(8) * 60_000)
    for words in (("jobs",), ("quote", str(desk.home.parent / "small.yaml"))):
        assert desk.say(*words) == 70, desk.out + desk.err
        check_sentence(desk.err)
        assert "damaged" in desk.err


def test_a_corrupted_row_of_the_operators_facts_is_refused(desk: Desk, tmp_path: Path) -> None:
    facts = tmp_path / "facts"
    facts.mkdir()
    shipped = Path(str(sys.modules["entrepot"].__path__[0])) / "facts" / "devices.yaml"
    text = shipped.read_text("utf-8")
    (facts / "devices.yaml").write_text(text.replace("grade:", "graed:", 1), "utf-8")
    assert desk.say("--facts", str(facts), "quote", str(tmp_path / "small.yaml")) == 2
    check_sentence(desk.err)
    assert "devices.yaml" in desk.err and "grade" in desk.err


def test_an_unknown_setting_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTREPOT_HOEM", "x")
    desk.refused(2, "settings.unknown", "jobs")
    monkeypatch.delenv("ENTREPOT_HOEM")
    monkeypatch.setenv("ENTREPOT_QUOTE_VALID_S", "-1")
    desk.refused(2, "settings.range", "jobs")


def test_words_that_mean_nothing_are_refused(desk: Desk) -> None:
    for words in (("qoute",), ("quote",), ("quote", "--jsn"), ("settle", "rnu"), ("run",)):
        assert desk.say(*words) == 2, words
        check_sentence(desk.err)
    assert desk.say("settle", "run", "--bank", "steal") == 2
    assert "accept" in desk.err


def test_the_program_itself_leaves_with_the_same_codes(desk: Desk, tmp_path: Path) -> None:
    """As a process of its own, with nothing in between."""

    def program(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "entrepot", "--home", str(desk.home), *words],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            timeout=60,
        )

    shutil.copy(tmp_path / "small.yaml", tmp_path / "bad.yaml")
    (tmp_path / "bad.yaml").write_text("job: [", "utf-8")
    for code, words in (
        (2, ("quote", str(tmp_path / "bad.yaml"))),
        (4, ("lease", "Q-00000000000000000000000001")),
    ):
        done = program(*words)
        assert done.returncode == code, done.stderr
        check_sentence(done.stderr)
        assert done.stdout == ""
