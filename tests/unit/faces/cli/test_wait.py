"""Waiting: silent when short or unwatched, visible when long, and errors come through."""

from __future__ import annotations

import io
import threading

import pytest

from entrepot.faces.cli import lang
from entrepot.faces.cli.wait import wait_for


class Terminal(io.StringIO):
    """A stream that says it is a terminal, and lets the work end once it was written to."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.written.set()
        return super().write(text)


def test_long_work_is_shown_and_wiped() -> None:
    out = Terminal()
    assert wait_for("Proving", lambda: out.written.wait(20), stream=out, patience_s=0) is True
    assert "Proving … 0 s" in out.getvalue()
    assert out.getvalue().endswith("\r\x1b[2K")


def test_short_work_is_not_shown() -> None:
    out = Terminal()
    assert wait_for("Proving", lambda: 7, stream=out) == 7
    assert out.getvalue() == ""


def test_nothing_is_written_where_no_terminal_is() -> None:
    out = io.StringIO()
    name = wait_for("x", lambda: threading.current_thread().name, stream=out, patience_s=0)
    assert name == threading.current_thread().name
    assert out.getvalue() == ""


def test_what_the_work_raises_comes_through() -> None:
    def fail() -> None:
        raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        wait_for("x", fail, stream=Terminal())


def test_the_work_keeps_the_language_of_the_reader() -> None:
    before = lang.language()
    lang.set_language(lang.TRADITIONAL)
    try:
        assert wait_for("x", lang.language, stream=Terminal()) == lang.TRADITIONAL
    finally:
        lang.set_language(before)
