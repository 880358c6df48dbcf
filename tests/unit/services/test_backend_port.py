"""Progress lines and phases."""

from __future__ import annotations

from fractions import Fraction

import pytest

from entrepot.services.backend_port import Phase, Progress, parse_progress


@pytest.mark.parametrize(
    ("line", "done", "text"),
    [
        ("progress: 0.42", Fraction(21, 50), ""),
        ("progress: 42%", Fraction(21, 50), ""),
        ("progress: 42 % half way", Fraction(21, 50), "half way"),
        ("PROGRESS 42/100 fold the curves", Fraction(21, 50), "fold the curves"),
        ("  Progress: 1\r\n", Fraction(1), ""),
        ("PROGRESS 0/7", Fraction(0), ""),
        ("PROGRESS 3 / 4 頁", Fraction(3, 4), "頁"),
    ],
)
def test_progress_is_read(line: str, done: Fraction, text: str) -> None:
    assert parse_progress(line) == Progress(done, text)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "progress",
        "progress:",
        "progress: much",
        "progress: 1.5",
        "progress: -1",
        "PROGRESS 5/4",
        "PROGRESS 1/0",
        "in progress 1/2",
        "progress: 1e9",
        "progress: " + "9" * 500,
    ],
)
def test_other_lines_are_no_progress(line: str) -> None:
    assert parse_progress(line) is None


def test_two_phases_are_not_final() -> None:
    assert [phase for phase in Phase if not phase.is_final] == [Phase.QUEUED, Phase.RUNNING]
