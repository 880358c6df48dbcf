"""The stored form of where a run stands."""

from __future__ import annotations

from typing import cast

from entrepot.adapters.backends.local.folder import Body, JobFolder, read_json, whole, write_json
from entrepot.services.backend_port import Phase, Reason, RunState


def write_state(folder: JobFolder, state: RunState) -> None:
    """Write a state for good: it survives a crash and a loss of power."""
    reason = state.reason
    body: Body = {
        "phase": state.phase.value,
        "exit_code": state.exit_code,
        "started_at": state.started_at,
        "ended_at": state.ended_at,
        "cpu_ms": state.cpu_ms,
        "memory_peak_bytes": state.memory_peak_bytes,
        "log_truncated": state.log_truncated,
        "node": state.node,
        "devices": list(state.devices),
    }
    if reason:
        body["reason"] = {
            "code": reason.code,
            "message": reason.message,
            "hint": reason.hint,
            "params": dict(reason.params),
        }
    write_json(folder.state, body)


def read_state(folder: JobFolder) -> RunState:
    """Return the stored state; a folder without one waits for its start."""
    body = read_json(folder.state)
    if body is None:
        return RunState(Phase.QUEUED)
    return RunState(
        phase=Phase(str(body["phase"])),
        exit_code=cast(int | None, body.get("exit_code")),
        reason=_reason(body.get("reason")),
        started_at=cast(int | None, body.get("started_at")),
        ended_at=cast(int | None, body.get("ended_at")),
        cpu_ms=whole(body, "cpu_ms"),
        memory_peak_bytes=whole(body, "memory_peak_bytes"),
        log_truncated=bool(body.get("log_truncated")),
        node=str(body.get("node", "")),
        devices=tuple(cast("list[str]", body.get("devices", []))),
    )


def _reason(stored: object) -> Reason | None:
    if not isinstance(stored, dict):
        return None
    fields = cast(Body, stored)
    params = cast("dict[str, str | int]", fields["params"])
    return Reason(str(fields["code"]), str(fields["message"]), str(fields["hint"]), params)
