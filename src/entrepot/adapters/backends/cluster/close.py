"""One look at a run on a cluster: does it go on, has it ended, was it lost; and its account."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace

from entrepot.adapters.backends.cluster.account import Account, beat_of, fair_wall_s
from entrepot.adapters.backends.cluster.endings import ending_of, node_lost
from entrepot.adapters.backends.cluster.heard import heard
from entrepot.adapters.backends.cluster.scheduler import Look, Stage
from entrepot.adapters.backends.cluster.seat import ask_to_end, hand_over, leave, place_of
from entrepot.adapters.backends.local import limits
from entrepot.adapters.backends.local.folder import Body, JobFolder, read_json, whole, write_json
from entrepot.adapters.backends.local.limits import Ending
from entrepot.adapters.backends.local.states import read_state, write_state
from entrepot.services.backend_port import Phase, RunState

SILENT_S = 45
"""Silence of a heartbeat after which a node counts as lost, whatever its scheduler still says."""

CLOSING_S = 3600
"""The same while a keeper hands over outputs, which may be large."""


class Closing:
    """A run as its seat and its scheduler show it now.

    Args:
        folder: of the job, here; its lock held.
        seat: of the run.
        spec: stored spec.
        settle_s: how long last words may travel, seconds.
    """

    def __init__(self, folder: JobFolder, seat: JobFolder, spec: Body, settle_s: float) -> None:
        self._folder = folder
        self._seat = seat
        self._spec = spec
        self._settle_s = settle_s
        self._now = int(time.time())
        # Read once: a second look could find an end that the first one did not close.
        self._seen = heard(seat)

    def ended(self, look: Look, asked: bool) -> RunState | None:
        """Return the end of a run, stored and signed; None while it goes on.

        Args:
            look: what the scheduler says.
            asked: whether its end was asked for.
        """
        seen = self._seen
        if seen.phase.is_final:
            return self._told(seen, look)
        if look.stage in (Stage.ENDED, Stage.GONE):
            if not self._is_settled():
                return None
            limit = whole(self._spec, "memory_bytes_max")
            started = seen.started_at is not None
            return self._lost(
                ending_of(look, asked=asked, started=started, memory_bytes_max=limit), look
            )
        if seen.phase is Phase.RUNNING and self._is_silent():
            return self._lost(node_lost(look.node or place_of(self._seat)[0]), look)
        return None

    def going_on(self, look: Look) -> RunState:
        """Return the state of a run that goes on, and sign what it has used if it is time."""
        seen = self._seen
        node, devices = place_of(self._seat)
        if seen.started_at is None:
            return RunState(Phase.QUEUED, node=look.node)
        beat = beat_of(self._seat)
        Account(self._folder, self._spec, self._start(seen, look)).so_far(beat)
        now = replace(
            seen,
            started_at=self._start(seen, look),
            cpu_ms=whole(beat, "cpu_ms"),
            memory_peak_bytes=whole(beat, "memory_peak_bytes"),
            node=node,
            devices=devices,
        )
        if read_state(self._folder).phase is Phase.QUEUED:
            write_state(self._folder, now)
        return now

    def _start(self, seen: RunState, look: Look) -> int:
        """Return the start that counts: the first one told, unless the scheduler knows better."""
        known = read_state(self._folder).started_at
        told = seen.started_at if known is None else known
        assert told is not None
        if look.started_at is None or abs(told - look.started_at) <= SILENT_S or known is not None:
            return told
        return look.started_at

    def _told(self, seen: RunState, look: Look) -> RunState:
        """Close a run as its keeper told."""
        names = [str(name) for name in _list(self._spec["outputs"])]
        missing = hand_over(self._seat, self._folder, names, self._log_max)
        if seen.phase is Phase.SUCCEEDED and missing:
            phase, reason = limits.output_missing(missing[0])
            seen = replace(seen, phase=phase, reason=reason)
        node, devices = place_of(self._seat)
        state = replace(seen, node=node, devices=devices)
        if seen.started_at is not None:
            told_s = max(0, (seen.ended_at or seen.started_at) - seen.started_at)
            state = self._signed(state, look, fair_wall_s(told_s, self._limit_s, self._held(look)))
        write_state(self._folder, state)
        leave(self._seat)
        return state

    def _lost(self, ending: Ending, look: Look) -> RunState:
        """Close a run whose keeper is silent: billed is what its last heartbeat had measured."""
        self._seat.root.mkdir(exist_ok=True)
        # A keeper that still lives behind a cut line reads this, and ends its job.
        ask_to_end(self._seat)
        seen, beat = self._seen, beat_of(self._seat)
        node, devices = place_of(self._seat)
        hand_over(self._seat, self._folder, [], self._log_max)
        phase, reason = ending
        state = RunState(
            phase,
            reason=reason,
            started_at=seen.started_at,
            ended_at=self._now,
            cpu_ms=whole(beat, "cpu_ms"),
            memory_peak_bytes=whole(beat, "memory_peak_bytes"),
            node=node or look.node,
            devices=devices,
        )
        if seen.started_at is not None:
            wall_s = min(whole(beat, "wall_seconds"), self._limit_s)
            state = self._signed(state, look, wall_s, recovered=True)
        write_state(self._folder, state)
        for part in (self._seat.work, self._seat.tmp, self._seat.outputs):
            shutil.rmtree(part, ignore_errors=True)
        return state

    def _signed(
        self, state: RunState, look: Look, wall_s: int, *, recovered: bool = False
    ) -> RunState:
        started_at = self._start(state, look)
        account = Account(self._folder, self._spec, started_at)
        wall_s = account.close(wall_s, state, beat_of(self._seat), recovered=recovered)
        return replace(state, started_at=started_at, ended_at=started_at + wall_s)

    @property
    def _limit_s(self) -> int:
        return whole(self._spec, "time_limit_s")

    @property
    def _log_max(self) -> int:
        return whole(self._spec, "log_bytes_max")

    def _held(self, look: Look) -> int | None:
        if look.started_at is None or look.stage not in (Stage.RUNNING, Stage.ENDED):
            return None
        return max(0, (look.ended_at or self._now) - look.started_at)

    def _is_settled(self) -> bool:
        """Say whether last words had time to travel since the end was seen first."""
        mark = self._folder.root / "ended"
        if not mark.exists():
            mark.touch()
        return time.time() - mark.stat().st_mtime >= self._settle_s

    def _is_silent(self) -> bool:
        """Say whether a heartbeat has not changed for long, by the clock here."""
        path = self._folder.root / "pulse.json"
        beat = beat_of(self._seat)
        known = read_json(path) or {}
        if known.get("beat") != beat:
            write_json(path, {"beat": beat, "since": self._now}, durable=False)
            return False
        patience_s = CLOSING_S if beat.get("closing") else SILENT_S
        return self._now - whole(known, "since") > patience_s


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
