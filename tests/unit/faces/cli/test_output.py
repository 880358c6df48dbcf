"""What people and programs read."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from entrepot.faces.cli import output
from entrepot.faces.cli.lang import set_language
from entrepot.faces.cli.output import Column
from entrepot.kernel.money import HKD, Amount


@dataclass
class Call:
    """A stand-in for the session."""

    json: bool


@dataclass(frozen=True)
class Bill:
    """A value of a service."""

    total: Amount
    share: Fraction
    at: Path


def test_an_empty_table_says_so_in_place_of_its_head(capsys: pytest.CaptureFixture[str]) -> None:
    output.show_table([Column("place")], [], empty="There is no place.")
    assert capsys.readouterr().out == "There is no place.\n"
    output.show_table([Column("place")], [])
    assert capsys.readouterr().out == "place\n"


def test_json_keeps_money_exact(capsys: pytest.CaptureFixture[str]) -> None:
    bill = Bill(Amount(101, HKD), Fraction(1, 3), Path("/a"))
    output.emit(Call(json=True), {"bill": bill, "算": (1, None)}, lambda: print("never"))
    text = capsys.readouterr().out
    assert json.loads(text) == {
        "bill": {
            "total": {"asset": "HKD", "amount": "1.01", "minor": 101},
            "share": "1/3",
            "at": "/a",
        },
        "算": [1, None],
    }
    assert "算" in text


def test_people_get_the_rendering(capsys: pytest.CaptureFixture[str]) -> None:
    output.emit(Call(json=False), {}, lambda: print("table"))
    assert capsys.readouterr().out == "table\n"


def test_columns_of_chinese_text_line_up() -> None:
    text = output.table_text(
        [Column("地點"), Column("HKD", number=True)], [["香港", "1.00"], ["Nansha", "12.50"]]
    )
    assert {output.width_of(line) for line in text.splitlines()} == {13}


def test_cells_cannot_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    output.show_table([Column("name")], [["a\x1b[2Jb\nc\x9b"]])
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\x9b" not in shown
    assert "b c" in shown


def test_a_terminal_gets_a_ruled_table_with_brackets_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "is_rich", lambda: True)
    output.show_table([Column("name")], [["[red]x[/red]"]], title="T")
    assert "[red]x[/red]" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_colour_when_asked(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for other in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(other, raising=False)
    assert output.is_rich(Terminal())
    monkeypatch.setenv(name, value)
    assert not output.is_rich(Terminal())


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_waits_then_shows_then_clears() -> None:
    now = [0.0]
    screen = Terminal()
    with output.progress("Match", 10, stream=screen, clock=lambda: now[0]) as step:
        now[0] = 1.0
        step(1)
        assert screen.getvalue() == ""
        now[0] = 4.0
        step(5)
        assert "50 %" in screen.getvalue()
        assert "about 4 s left" in screen.getvalue()
    assert screen.getvalue().endswith("\x1b[2K")


def test_progress_is_silent_off_a_terminal() -> None:
    stream = io.StringIO()
    with output.progress("Match", 1, stream=stream, clock=iter([0.0, 9.0]).__next__) as step:
        step(1)
    assert stream.getvalue() == ""


def test_dates_follow_the_language() -> None:
    try:
        set_language("zh_Hant_HK")
        assert output.day(date(2026, 11, 21)) == "2026年11月21日"
        assert output.moment(0).endswith("HKT")
    finally:
        set_language("en")
    assert output.day(date(2026, 11, 21)) == "Nov 21, 2026"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (90061, "1 d 1 h 1 min 1 s")]
)
def test_durations(seconds: int, text: str) -> None:
    assert output.duration(seconds) == text
