"""Move work to the greenest time inside its window, knowing the series beforehand.

A *whole* job runs without a break. The intensity is a step function, so the integral over its stay
is piecewise linear in its start, and least where the start or the end meets a step of the series or
an end of the window: only those starts are looked at. An *interruptible* job takes the greenest
steps of the window until its time is filled, and of the last one only what it needs.

The saving of many jobs is that of their sums:

    saving = 1 − Σ emitted at the best time / Σ emitted at the time asked for

Source: P. Wiesner et al., "Let's wait awhile", Middleware 2021, for the question; data as named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from entrepot.domain.grid.green_series import Series, not_covered
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Stay:
    """When a job runs.

    Attributes:
        parts: (begin, end) in Unix seconds, in order.
        emitted: microgram-seconds per kWh; over the seconds, the mean intensity.
    """

    parts: tuple[tuple[int, int], ...]
    emitted: int


@dataclass(frozen=True, slots=True)
class Shifted:
    """What moving a job every day saved.

    Attributes:
        jobs: how many.
        asked, best: integrals at the times asked for and at the best, microgram-seconds per kWh.
        seconds: that all of them ran.
        stays: the best stay of each.
    """

    jobs: int
    asked: int
    best: int
    seconds: int
    stays: tuple[Stay, ...]

    @property
    def saving(self) -> Fraction:
        """Share of the emissions that is saved; 0 where there are none."""
        return 1 - Fraction(self.best, self.asked) if self.asked else Fraction(0)


def best_whole(
    series: Series, earliest_s: int, deadline_s: int, length_s: int, every_s: int = 0
) -> Stay:
    """Return the greenest stay without a break; of equals the first.

    Args:
        series: carbon intensity.
        earliest_s: first instant at which the job may begin.
        deadline_s: instant by which it has ended.
        length_s: seconds.
        every_s: starts are looked at so many seconds apart from the earliest on; 0 = any instant.

    Raises:
        Invalid: the window is shorter than the job, or the series does not cover it.

    >>> from entrepot.domain.grid.green_series import series_of
    >>> best_whole(series_of(0, 10, [5, 1, 3, 9]), 0, 40, 15)
    Stay(parts=((10, 25),), emitted=25)
    """
    _check(series, earliest_s, deadline_s, length_s)
    latest = deadline_s - length_s
    starts = set(range(earliest_s, latest + 1, every_s)) if every_s else {earliest_s, latest}
    for offset in () if every_s else (0, length_s):
        # Starts at a step of the series, then those that end at one.
        edge = earliest_s + offset
        first = edge + (series.begin_s - edge) % series.step_s
        starts.update(range(first - offset, latest + 1, series.step_s))
    until = series.until
    emitted, start = min((until(at + length_s) - until(at), at) for at in starts)
    return Stay(((start, start + length_s),), emitted)


def best_parts(series: Series, earliest_s: int, deadline_s: int, length_s: int) -> Stay:
    """Return the greenest stay of a job that may be interrupted; arguments as :func:`best_whole`.

    >>> from entrepot.domain.grid.green_series import series_of
    >>> best_parts(series_of(0, 10, [5, 1, 9, 3]), 0, 40, 15)
    Stay(parts=((10, 20), (30, 35)), emitted=25)
    """
    _check(series, earliest_s, deadline_s, length_s)
    step = series.step_s
    row, last = (earliest_s - series.begin_s) // step, -(-(deadline_s - series.begin_s) // step)
    ranked = sorted(range(row, last), key=lambda n: (series.values[n], n))
    chosen: list[tuple[int, int]] = []
    left = length_s
    for n in ranked:
        begin = max(series.begin_s + n * step, earliest_s)
        end = min(series.begin_s + (n + 1) * step, deadline_s)
        taken = min(left, end - begin)
        if taken > 0:
            chosen.append((begin, begin + taken))
            left -= taken
        if not left:
            break
    return Stay(_joined(chosen), sum(series.emitted(*part) for part in chosen))


def shift_each(
    series: Series,
    starts: Iterable[int],
    length_s: int,
    window_s: int,
    *,
    every_s: int = 0,
    interruptible: bool = False,
) -> Shifted:
    """Move each of many jobs of one length by at most a window, earlier or later.

    Args:
        series: carbon intensity.
        starts: when each job is asked for, Unix seconds.
        length_s: seconds of a job.
        window_s: most seconds by which its begin moves, either way; an interruptible job has the
            same time, from that long before to that long after what was asked for.
        every_s: as for :func:`best_whole`.
        interruptible: whether it may be broken up.

    Raises:
        Invalid: the series does not cover a window.
    """
    stays: list[Stay] = []
    asked = 0
    for start in starts:
        end = start + length_s
        asked += series.emitted(start, end)
        earliest, deadline = start - window_s, end + window_s
        if interruptible:
            stays.append(best_parts(series, earliest, deadline, length_s))
        else:
            stays.append(best_whole(series, earliest, deadline, length_s, every_s))
    best = sum(stay.emitted for stay in stays)
    return Shifted(len(stays), asked, best, length_s * len(stays), tuple(stays))


def _joined(parts: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for begin, end in sorted(parts):
        if found and found[-1][1] == begin:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return tuple(found)


def _check(series: Series, earliest_s: int, deadline_s: int, length_s: int) -> None:
    if length_s < 1 or earliest_s + length_s > deadline_s:
        raise Invalid(
            "grid.green_window",
            N_("The window is shorter than the job."),
            hint=N_("Give the job a later deadline, or a length above nought."),
        )
    if not series.begin_s <= earliest_s <= deadline_s <= series.end_s:
        raise not_covered()
