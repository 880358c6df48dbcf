"""What a keeper wrote, read as from a stranger: the job beside it may have written it."""

from __future__ import annotations

import string

from entrepot.adapters.backends.local import limits
from entrepot.adapters.backends.local.folder import JobFolder
from entrepot.adapters.backends.local.states import read_state
from entrepot.kernel.text import N_
from entrepot.services.backend_port import Reason, RunState

TEXT_MAX = 500
SECOND_MAX = 1 << 40
_UNREADABLE = N_("the end that its node wrote down cannot be read")


def heard(seat: JobFolder) -> RunState:
    """Return the state that a keeper wrote; what cannot be one is a failure of the run."""
    try:
        state = read_state(seat)
        numbers = (state.started_at, state.ended_at, state.cpu_ms, state.memory_peak_bytes)
        sound = all(one is None or _is_count(one) for one in numbers)
        if sound and _is_code(state.exit_code) and (not state.reason or _is_plain(state.reason)):
            return state
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    return _unreadable(seat)


def _unreadable(seat: JobFolder) -> RunState:
    phase, reason = limits.fault(_UNREADABLE)
    started = int(seat.spec.stat().st_mtime) if seat.spec.exists() else None
    return RunState(phase, reason=reason, started_at=started, ended_at=started)


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < SECOND_MAX


def _is_code(value: object) -> bool:
    return value is None or (type(value) is int and 0 <= value < 512)


def _is_plain(reason: Reason) -> bool:
    """Say whether the sentence takes nothing but its own short parameters."""
    texts = [reason.code, reason.message, reason.hint]
    texts += [value for value in reason.params.values() if isinstance(value, str)]
    if any(type(text) is not str or len(text) > TEXT_MAX for text in texts):
        return False
    fields = [
        (name, spec, turn)
        for text in (reason.message, reason.hint)
        for _, name, spec, turn in string.Formatter().parse(text)
        if name is not None
    ]
    return all(name in reason.params and not spec and not turn for name, spec, turn in fields)
