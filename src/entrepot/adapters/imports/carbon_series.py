"""Series of carbon intensity as CSV: a time (UTC) and grams of CO₂ per kWh, at equal steps.

The step is the most frequent distance between two rows. Rows between two steps, as where a series
turns finer, are left out, and a gap of at most six hours keeps the value before it; both are
counted, so that the caller can name them. A longer gap, a time that runs backwards or stands twice
is refused with its line, unless all is to be mended; a strict reader refuses every break.

Source: series of dos-group/lets-wait-awhile, columns ``Time`` and ``Carbon Intensity``, 2026-11-21.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path

from entrepot.adapters.imports.csv_safe import read_table
from entrepot.adapters.imports.packed_file import read_packed
from entrepot.adapters.imports.problems import InvalidFile, Problem
from entrepot.domain.grid.green_series import MICRO, series_of
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services.carbon_file import MEND_ALL, MEND_GAPS, MEND_NONE, CarbonFile

TIMES = ("Time", "time", "timestamp", "datetime")
VALUES = ("Carbon Intensity", "carbon_intensity", "gco2_per_kwh", "carbon")
VALUE_MAX = 10_000
POINTS_MAX = 5_000_000
GAP_S_MAX = 6 * 3600


@dataclass(frozen=True, slots=True)
class _Row:
    """A value with its time and line."""

    when_s: int
    value: int
    line: int


def read_carbon(path: Path, mend: str = MEND_GAPS) -> CarbonFile:
    """Read a series.

    Args:
        path: CSV, or CSV packed by gzip.
        mend: one of :data:`entrepot.services.carbon_file.MENDS`: what is mended and counted
            instead of refused.

    Raises:
        NotFound: the file cannot be read.
        Invalid: a column is missing, a cell is bad, or the series is broken beyond what is mended.
    """
    columns, lines = read_table(read_packed(path), path.name)
    rows = _rows(columns, lines, path.name)
    steps = Counter(b.when_s - a.when_s for a, b in pairwise(rows) if b.when_s > a.when_s)
    if not steps:
        raise _file(path.name, N_("{name} has no two rows one after the other."))
    step = min(steps, key=lambda length: (-steps[length], length))
    problems = [
        Problem(f"{path.name}:{line}:{TIMES[0]}", error)
        for line, error in _breaks(rows, step, mend)
    ]
    if problems:
        raise InvalidFile(problems)
    return _filled(rows, step, path.name)


def _rows(columns: dict[str, list[str]], lines: Sequence[int], name: str) -> list[_Row]:
    time = next((column for column in TIMES if column in columns), None)
    value = next((column for column in VALUES if column in columns), None)
    if time is None or value is None:
        raise _file(name, N_("{name} has no column Time and Carbon Intensity in its first line."))
    found: list[_Row] = []
    problems: list[Problem] = []
    for line, when, gram in zip(lines, columns[time], columns[value], strict=True):
        instant, parts = _moment(when), _micro(gram)
        if instant is None:
            problems.append(Problem(f"{name}:{line}:{time}", _cell(when, N_("{text} is no time."))))
        elif parts is None:
            words = N_("{text} is no carbon intensity from 0 to 10,000 g/kWh.")
            problems.append(Problem(f"{name}:{line}:{value}", _cell(gram, words)))
        else:
            found.append(_Row(instant, parts, line))
    if problems:
        raise InvalidFile(problems)
    if not found:
        raise _file(name, N_("{name} has no row."))
    return found


def _moment(text: str) -> int | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())


def _micro(text: str) -> int | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 <= value <= VALUE_MAX:
        return None
    return round(value * MICRO)


def _breaks(rows: Sequence[_Row], step: int, mend: str) -> Iterator[tuple[int, Invalid]]:
    """Yield the line of every break that is not to be mended, with what is wrong there."""
    if mend == MEND_ALL:
        return
    for before, row in pairwise(rows):
        length, words = row.when_s - before.when_s, ""
        if length == 0:
            words = N_("The time stands there twice.")
        elif length < 0:
            words = N_("The time runs backwards.")
        elif length > GAP_S_MAX or (length > step and mend == MEND_NONE):
            words = N_("There is a gap before this row.")
        elif length < step and mend == MEND_NONE:
            words = N_("The row stands between two steps.")
        if words:
            hint = N_("Correct the series, or let it be mended: --mend all")
            yield row.line, Invalid("grid.carbon_break", words, hint=hint)


def _filled(rows: Sequence[_Row], step: int, name: str) -> CarbonFile:
    """Lay a value on every step from the first to the last, and count what was mended."""
    begin = min(row.when_s for row in rows)
    known: dict[int, int] = {}
    between = twice = 0
    for row in rows:
        if (row.when_s - begin) % step:
            between += 1
        elif row.when_s in known:
            twice += 1
        else:
            known[row.when_s] = row.value
    end = max(known)
    if (end - begin) // step >= POINTS_MAX:
        raise _file(name, N_("{name} spans more steps than can be held."))
    values: list[int] = []
    for when in range(begin, end + 1, step):
        values.append(known[when] if when in known else values[-1])
    backwards = sum(1 for a, b in pairwise(rows) if b.when_s < a.when_s)
    missing = len(values) - len(known)
    return CarbonFile(series_of(begin, step, values), len(rows), backwards, twice, between, missing)


def _cell(text: str, words: str) -> Invalid:
    return Invalid("grid.carbon_cell", words, hint=N_("Correct the cell."), text=repr(text[:40]))


def _file(name: str, words: str) -> Invalid:
    return Invalid(
        "grid.carbon_file",
        words,
        hint=N_("A series has a time and grams of CO₂ per kWh in every row, at equal steps."),
        name=name,
    )
