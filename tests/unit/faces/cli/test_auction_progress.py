"""The solver's progress: one line on a terminal, nothing elsewhere, nothing before its time."""

from __future__ import annotations

import io

from entrepot.domain.market.solution import Step
from entrepot.faces.cli.auction_progress import line_of, solver_progress

STEP = Step("anneal", 5, 7, 990_000_000, 1_000_000_000)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_a_step_in_words() -> None:
    assert line_of(STEP) == "search: welfare HKD 990.00, gap at most 1.00 %"
    assert line_of(Step("new", 0, 0, 0, 0)) == "new: welfare HKD 0.00, gap at most 0.00 %"


def test_a_line_is_shown_late_and_taken_away() -> None:
    for stream, late, shown in (
        (Terminal(), 3, True),
        (Terminal(), 1, False),
        (io.StringIO(), 3, False),
    ):
        times = iter((0, late, late))
        with solver_progress(stream=stream, clock=lambda t=times: next(t)) as told:
            told(STEP)
            assert ("gap at most" in stream.getvalue()) is shown
        assert stream.getvalue().endswith("\x1b[2K" if shown else "")
