"""What moving a nightly job to a greener time would have saved, over the days of a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from entrepot.domain.grid.green_series import MICRO, Series
from entrepot.domain.grid.green_shift import DAY_S, Shifted, shift_each
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services.app import App
from entrepot.services.carbon_file import MEND_GAPS, CarbonFile


@dataclass(frozen=True, slots=True)
class GreenAsk:
    """Which job is moved.

    Attributes:
        carbon: file of the series.
        start_s: seconds after midnight at which it is asked for every day, in the series' time.
        length_s: seconds that it runs.
        windows_s: most seconds that it may be moved, either way; each is looked at.
        year: whose days count; a day whose window the series does not cover is left out.
        every_s: starts are looked at so many seconds apart, from the one asked for; 0 = any.
        interruptible: whether it may be broken up.
        mend: what is mended of a broken series.
    """

    carbon: Path
    start_s: int
    length_s: int
    windows_s: Sequence[int]
    year: int
    every_s: int = 1800
    interruptible: bool = False
    mend: str = MEND_GAPS


@dataclass(frozen=True, slots=True)
class GreenWindow:
    """What one window saved.

    Attributes:
        window_s: either way; shifted: the sums; left_out: days that the series does not cover.
    """

    window_s: int
    shifted: Shifted
    left_out: int

    @property
    def asked_g(self) -> Fraction:
        """Mean grams per kWh at the times asked for."""
        return Fraction(self.shifted.asked, self.shifted.seconds * MICRO)

    @property
    def best_g(self) -> Fraction:
        """Mean grams per kWh at the best times."""
        return Fraction(self.shifted.best, self.shifted.seconds * MICRO)


@dataclass(frozen=True, slots=True)
class Greened:
    """A series with what its windows saved."""

    file: CarbonFile
    windows: tuple[GreenWindow, ...]


def shift_nightly(app: App, ask: GreenAsk) -> Greened:
    """Move a job of every day of a year.

    Args:
        app: the exchange; no home is needed.
        ask: series, job and windows.

    Raises:
        NotFound: the file is not there.
        Invalid: the series is broken, the terms have no meaning, or no day is covered.
    """
    if not 0 <= ask.start_s < DAY_S or not ask.length_s >= 1 or not 1970 <= ask.year <= 9998:
        raise Invalid(
            "grid.green_terms",
            N_("A job begins within a day, lasts a second or more, and has a year."),
            hint=N_("For example: --start 01:00 --duration 30m --year 2020"),
        )
    file = app.read_carbon(ask.carbon, ask.mend)
    return Greened(file, tuple(_window(file.series, ask, window) for window in ask.windows_s))


def _window(series: Series, ask: GreenAsk, window_s: int) -> GreenWindow:
    every = [midnight + ask.start_s for midnight in _days(ask.year)]
    covered = [
        start
        for start in every
        if series.begin_s <= start - window_s and start + ask.length_s + window_s <= series.end_s
    ]
    if not covered:
        raise Invalid(
            "grid.green_year",
            N_("The series covers no day of {year} with its window."),
            hint=N_("Name a year of the series: --year, or a shorter window."),
            year=str(ask.year),
        )
    if not ask.interruptible and ask.every_s and window_s % ask.every_s:
        raise Invalid(
            "grid.green_every",
            N_("The window is no multiple of the distance between starts."),
            hint=N_("For example: --window 8h --every 30m, or --every 0 for any instant."),
        )
    shifted = shift_each(
        series,
        covered,
        ask.length_s,
        window_s,
        every_s=ask.every_s,
        interruptible=ask.interruptible,
    )
    return GreenWindow(window_s, shifted, len(every) - len(covered))


def _days(year: int) -> list[int]:
    first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    days = (last - first).days
    return [int((first + timedelta(days=n)).timestamp()) for n in range(days)]
