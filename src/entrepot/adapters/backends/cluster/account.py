"""Usage of a run on a cluster: measured on the node, bounded by the scheduler, signed here.

The keeper measures. What it claims above the time for which the scheduler held the devices is cut,
and a claim that lies a minute below it is raised to it: a job that forged its keeper's word would
gain nothing by it.
"""

from __future__ import annotations

from pathlib import Path

from entrepot.adapters.backends.local.folder import Body, JobFolder, read_json, whole
from entrepot.adapters.backends.local.usage import Meter
from entrepot.adapters.identity.signing import load
from entrepot.services.backend_port import RunState

SLACK_S = 60
"""What starting a keeper and handing over outputs may take, seconds."""

COUNT_MAX = 1 << 50
"""No count of a run comes near it; a report with a larger one could not be read."""


def beat_of(seat: JobFolder) -> Body:
    """Return the last measurement of a keeper; what cannot be one is left out."""
    try:
        told = read_json(seat.heartbeat)
    except ValueError:
        return {}
    if not isinstance(told, dict):
        return {}
    return {key: value for key, value in told.items() if _is_measured(value)}


def _is_measured(value: object) -> bool:
    return isinstance(value, int) and 0 <= value < COUNT_MAX


def fair_wall_s(told_s: int, limit_s: int, held_s: int | None) -> int:
    """Return the seconds to bill.

    Args:
        told_s: what the keeper measured.
        limit_s: longest that the lease allows.
        held_s: how long the scheduler held the devices; None if it does not say.

    >>> fair_wall_s(30, 600, 31), fair_wall_s(300, 600, 31), fair_wall_s(1, 600, 400)
    (30, 32, 400)
    """
    wall_s = told_s
    if held_s is not None:
        # Both count whole seconds, so that one may be told above what the other held.
        wall_s = min(wall_s, held_s + 1)
        if held_s - wall_s > SLACK_S:
            wall_s = held_s
    return min(wall_s, limit_s)


def waited_of(beat: Body) -> int | None:
    """Return how long the job stood ready but waited, milliseconds; None if it is not measured."""
    value = beat.get("waited_ms")
    return value if isinstance(value, int) else None


class Account:
    """Signer of the usage of one run.

    Args:
        folder: of the job, here; its reports are the chain.
        spec: stored spec of the run.
        started_at: Unix second at which it began.
    """

    def __init__(self, folder: JobFolder, spec: Body, started_at: int) -> None:
        self._spec = spec
        self._meter = Meter(folder.reports, spec, load(Path(str(spec["key"]))), started_at)

    def so_far(self, beat: Body) -> None:
        """Sign what a keeper has measured, if the time for another report has come."""
        told_s = min(whole(beat, "wall_seconds"), whole(self._spec, "time_limit_s"))
        if told_s - self._meter.wall_seconds >= whole(self._spec, "report_every_s"):
            cpu_ms, peak = whole(beat, "cpu_ms"), whole(beat, "memory_peak_bytes")
            self._meter.report(told_s, cpu_ms, peak, waited_ms=waited_of(beat))

    def close(self, wall_s: int, state: RunState, beat: Body, *, recovered: bool = False) -> int:
        """Sign the last report, once; return the seconds that it bills.

        Args:
            wall_s: seconds to bill.
            state: what the run used; beat: the last measurement, for what only that tells.
            recovered: whether the keeper could not tell the end.
        """
        if not self._meter.is_final:
            self._meter.report(
                wall_s,
                state.cpu_ms,
                state.memory_peak_bytes,
                waited_ms=waited_of(beat),
                final=True,
                recovered=recovered,
            )
        return self._meter.wall_seconds
