"""Traces of jobs as CSV, in the form of the Philly copy or with columns of our own.

Columns by any of their names: the time of submission (``timestamp``, ``submit``), the length
(``duration``) or begin and end (``start``, ``end``), devices (``num_gpus``, ``devices``), the
virtual cluster (``cluster``, ``vc``), and, where there are any, ``firm`` or ``user``, ``limit``,
``leave``, and ``id`` or ``job``. Times are ``YYYY-MM-DD HH:MM:SS`` in UTC or whole Unix seconds.

Source: the copy of the Philly trace in pkusys/ElasticFlow, CC BY 4.0, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from entrepot.adapters.imports.csv_safe import read_table
from entrepot.adapters.imports.packed_file import read_packed
from entrepot.adapters.imports.problems import InvalidFile, Problem
from entrepot.domain.grid.events_model import NEVER
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_, Phrase
from entrepot.services.grid_trace import PHILLY_COLUMNS, RawTrace

NAMES: Mapping[str, tuple[str, ...]] = {
    "submit": ("timestamp", "submit", "submit_time", "submit_s"),
    "duration": ("duration", "duration_s"),
    "begin": ("start", "start_time", "begin"),
    "end": ("end", "end_time"),
    "devices": ("num_gpus", "devices", "gpus", "gpu_num"),
    "cluster": ("cluster", "vc"),
    "firm": ("firm", "user"),
    "limit": ("limit", "limit_s"),
    "leave": ("leave", "leave_s"),
    "id": ("id", "job", "job_id"),
}
T = TypeVar("T")
Job = tuple[int, int, int, str, str, int, int]

DEVICES_MAX = 1_000_000
SECONDS_MAX = 1 << 40


@dataclass(slots=True)
class _Reading:
    """Cells of a trace by meaning, and what came of them."""

    name: str
    cells: Mapping[str, Sequence[str]]
    lines: Sequence[int]
    rows: list[Job] = field(default_factory=list[Job])
    problems: list[Problem] = field(default_factory=list[Problem])
    seen: set[str] = field(default_factory=set[str])


class _Bad(ValueError):
    """A cell that cannot be taken: meaning of its column, and why."""


def read_trace(path: Path, *, skip_bad: bool = False) -> RawTrace:
    """Read a trace.

    Args:
        path: CSV, or CSV packed by gzip.
        skip_bad: leave bad rows out and count them.

    Raises:
        NotFound: the file cannot be read.
        Invalid: a column is missing, or rows are bad: a missing or unreadable cell, a time that
            runs backwards, a length or a number of devices below one, an id used twice.
    """
    columns, lines = read_table(read_packed(path), path.name)
    reading = _Reading(path.name, _meanings(columns, path.name), lines)
    for row in range(len(lines)):
        _take(reading, row)
    if reading.problems and not skip_bad:
        raise InvalidFile(reading.problems)
    return _sorted(reading, columns.keys() == PHILLY_COLUMNS)


def _meanings(columns: Mapping[str, list[str]], name: str) -> Mapping[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {}
    for meaning, names in NAMES.items():
        given = next((one for one in names if one in columns), None)
        if given is not None:
            found[meaning] = columns[given]
    if "submit" not in found and "begin" in found:
        found["submit"] = found["begin"]
    missing = [meaning for meaning in ("submit", "devices", "cluster") if meaning not in found]
    if "duration" not in found and not {"begin", "end"} <= found.keys():
        missing.append("duration")
    if missing:
        raise Invalid(
            "grid.trace_columns",
            N_("{name} has no column for {missing} in its first line."),
            hint=N_("A trace needs timestamp, duration, num_gpus and cluster."),
            name=name,
            missing=", ".join(NAMES[meaning][0] for meaning in missing),
        )
    return found


def _take(reading: _Reading, row: int) -> None:
    try:
        reading.rows.append(_job(reading, row))
    except _Bad as bad:
        meaning, why = bad.args
        column = NAMES[meaning][0]
        where = f"{reading.name}:{reading.lines[row]}:{column}"
        reading.problems.append(Problem(where, _problem(reading.cells[meaning][row], why)))


def _job(reading: _Reading, row: int) -> Job:
    cells = reading.cells
    submit = _cell(cells, row, "submit", _moment)
    if "duration" in cells:
        duration = _cell(cells, row, "duration", _seconds)
    else:
        duration = _cell(cells, row, "end", _moment) - _cell(cells, row, "begin", _moment)
        if duration < 0:
            raise _Bad("end", N_("the job ends before it begins"))
    if duration < 1:
        raise _Bad("duration" if "duration" in cells else "end", N_("a job lasts a second or more"))
    devices = _cell(cells, row, "devices", _devices)
    cluster = _cell(cells, row, "cluster", _word)
    firm = _cell(cells, row, "firm", _word) if "firm" in cells else cluster
    limit = _cell(cells, row, "limit", _seconds) if _has(cells, row, "limit") else duration
    leave = _cell(cells, row, "leave", _moment) if _has(cells, row, "leave") else NEVER
    if "id" in cells:
        name = _cell(cells, row, "id", _word)
        if name in reading.seen:
            raise _Bad("id", N_("an earlier job has this id"))
        reading.seen.add(name)
    # A job is stopped at its limit, so it never runs longer than its owner said.
    return submit, min(duration, max(limit, 1)), devices, cluster, firm, max(limit, 1), leave


def _sorted(reading: _Reading, philly: bool) -> RawTrace:
    rows = reading.rows
    reordered = sum(1 for n in range(1, len(rows)) if rows[n][0] < rows[n - 1][0])
    ordered = sorted(rows, key=lambda row: row[0])
    return RawTrace(
        [row[0] for row in ordered],
        [row[1] for row in ordered],
        [row[2] for row in ordered],
        [row[3] for row in ordered],
        [row[4] for row in ordered],
        [row[5] for row in ordered],
        [row[6] for row in ordered],
        philly,
        len(reading.problems),
        reordered,
        len(rows) - len(set(rows)),
    )


def _has(cells: Mapping[str, Sequence[str]], row: int, meaning: str) -> bool:
    return meaning in cells and cells[meaning][row] != ""


def _cell(
    cells: Mapping[str, Sequence[str]], row: int, meaning: str, read: Callable[[str], T]
) -> T:
    text = cells[meaning][row]
    if not text:
        raise _Bad(meaning, N_("the cell is empty"))
    try:
        return read(text)
    except ValueError as error:
        raise _Bad(meaning, str(error)) from None


def _moment(text: str) -> int:
    """Read a time: ISO 8601, UTC where it names no zone, or Unix seconds."""
    if text.isdecimal() and len(text) < 14:
        return int(text)
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(N_("a time is YYYY-MM-DD HH:MM:SS or whole seconds")) from None
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())


def _seconds(text: str) -> int:
    """Read a length of time, cut off to whole seconds."""
    whole, _point, part = text.partition(".")
    if whole.startswith("-") and whole[1:].isdecimal():
        raise ValueError(N_("a length of time is not negative"))
    if not (whole.isdecimal() and whole.isascii() and len(whole) < 13):
        raise ValueError(N_("this is no number of seconds"))
    if part and not (part.isdecimal() and part.isascii()):
        raise ValueError(N_("this is no number of seconds"))
    if int(whole) > SECONDS_MAX:
        raise ValueError(N_("this is no number of seconds"))
    return int(whole)


def _devices(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and 0 < int(text[:9]) <= DEVICES_MAX):
        raise ValueError(N_("a number of devices is whole and above zero"))
    return int(text)


def _word(text: str) -> str:
    return text[:200]


def _problem(text: str, why: str) -> Invalid:
    return Invalid(
        "grid.trace_cell",
        N_("{text} cannot be taken: {why}."),
        hint=N_("Correct the cell, or leave such rows out: --skip-bad"),
        text=repr(text[:40]),
        why=Phrase(why),
    )
