"""A run between its values and the plain form in which it travels to an agent and back."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services.agent_message import NUMBER_MAX
from entrepot.services.backend_port import OutputFile, Phase, Reason, RunSpec, RunState

if TYPE_CHECKING:
    from entrepot.services.ports_agent_desk import Shelf

_NUMBERS = ("started_at", "ended_at", "exit_code")
DEVICES_MAX = 16
"""Devices of a run that are told; more are many machines' matter."""

_COUNTS = ("cpu_ms", "memory_peak_bytes")


def assignment_id(job_id: str, fence: int) -> str:
    """Return the id of a job under a fencing token.

    >>> assignment_id("J-1", 2)
    'J-1:2'
    """
    return f"{job_id}:{fence}"


def plain_spec(spec: RunSpec, shelf: Shelf) -> dict[str, object]:
    """Return a run as it travels; its files are copied to the shelf and named by digest.

    Raises:
        Invalid: a file is not there.
    """
    files: dict[str, object] = {}
    for name, source in spec.files.items():
        try:
            digest, size = shelf.keep_input(spec.job_id, source)
        except OSError as error:
            raise Invalid(
                "agent.input",
                N_("The file {name} of the job cannot be read: {why}."),
                hint=N_("Put it back, then quote and lease again."),
                name=name,
                why=error.strerror or type(error).__name__,
            ) from error
        executable = os.access(source, os.X_OK)
        files[name] = {"sha256": digest, "bytes": size, "executable": executable}
    plain = {field.name: _plain(getattr(spec, field.name)) for field in fields(spec)}
    return {**plain, "files": files}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(cast("tuple[object, ...]", value))
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, object]", value))
    return value


def read_spec(plain: Mapping[str, object], files: Mapping[str, Path]) -> RunSpec:
    """Return the run that travelled.

    Args:
        plain: as :func:`plain_spec` made it; what this version does not know is left out.
        files: name in the work folder → copy of it here.
    """
    known = {field.name for field in fields(RunSpec)}
    values = {name: value for name, value in plain.items() if name in known}
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = tuple(cast("list[object]", value))
    return RunSpec(**{**values, "files": dict(files)})  # type: ignore[arg-type]


def plain_state(state: RunState) -> dict[str, object]:
    """Return the state of a run as it travels."""
    reason = state.reason
    told = None
    if reason is not None:
        told = {
            "code": reason.code,
            "message": reason.message,
            "hint": reason.hint,
            "params": dict(reason.params),
        }
    plain = {field.name: getattr(state, field.name) for field in fields(state)}
    where = {"devices": list(state.devices), "phase": state.phase.value}
    return {**plain, **where, "reason": told}


def read_state(plain: Mapping[str, object]) -> RunState:
    """Return the state that travelled.

    Raises:
        Invalid: it is none.
    """
    try:
        phase = Phase(str(plain["phase"]))
        numbers = {name: _number(plain.get(name)) for name in _NUMBERS}
        counts = {name: _number(plain.get(name, 0)) or 0 for name in _COUNTS}
        reason = _read_reason(plain.get("reason"))
    except (KeyError, TypeError, ValueError):
        raise Invalid(
            "agent.state",
            N_("An agent reports a run in a state that does not exist."),
            hint=N_("Use the same version of the program on both sides."),
        ) from None
    cut = plain.get("log_truncated") is True
    where = {"node": str(plain.get("node", ""))[:128], "devices": _devices(plain)}
    state = RunState(phase, reason=reason, log_truncated=cut, **numbers, **counts)  # type: ignore[arg-type]
    return replace(state, **where) if where["node"] else state  # type: ignore[arg-type]


def _devices(plain: Mapping[str, object]) -> tuple[str, ...]:
    given = plain.get("devices")
    rows = cast("list[object]", given) if isinstance(given, list | tuple) else []
    return tuple(str(one)[:64] for one in rows[:DEVICES_MAX])


def _number(value: object) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not -NUMBER_MAX <= value <= NUMBER_MAX:
        raise ValueError("not a whole number in range")
    return value


def _read_reason(value: object) -> Reason | None:
    if value is None:
        return None
    told = cast("Mapping[str, object]", value)
    params = cast("Mapping[str, str | int]", told["params"])
    texts = [told[name] for name in ("code", "message", "hint")]
    if not all(isinstance(text, str) and len(text) <= 2000 for text in texts):
        raise ValueError("not a text")
    reason = Reason(*cast("list[str]", texts), params=dict(params))
    # A template that its own parameters do not fill is told as it stands, and harms nobody later.
    try:
        _ = reason.text, reason.hint_text
    except (KeyError, IndexError, ValueError, AttributeError):
        return Reason(reason.code, "{text}", params={"text": reason.message})
    return reason


def plain_outputs(files: Sequence[OutputFile]) -> list[dict[str, object]]:
    """Return the names, sizes and digests of outputs; what is in them stays at the centre."""
    return [{"name": one.name, "bytes": one.bytes, "sha256": one.sha256} for one in files]
