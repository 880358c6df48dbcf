"""What a cluster's node wrote is read as from a stranger, and bounded by its scheduler."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from entrepot.adapters.backends.cluster import kit
from entrepot.adapters.backends.cluster.account import beat_of, fair_wall_s, waited_of
from entrepot.adapters.backends.cluster.endings import ending_of
from entrepot.adapters.backends.cluster.heard import heard
from entrepot.adapters.backends.cluster.keeper import TAKEN
from entrepot.adapters.backends.cluster.scheduler import How, Look, Stage
from entrepot.adapters.backends.cluster.seat import ask_to_end, fill, hand_over, place_of
from entrepot.adapters.backends.local.folder import JobFolder, read_log, write_json
from entrepot.adapters.backends.local.states import read_state
from entrepot.services.backend_port import Phase, RunSpec

SPEC = RunSpec(
    "J-1", "L-1", 1, "gz", ("python3", "-c", "print('hello')"), {}, (), {}, 30, 1000
)  # fmt: skip
STATE: dict[str, object] = {
    "phase": "succeeded", "exit_code": 0, "started_at": 10, "ended_at": 20, "cpu_ms": 5,
    "memory_peak_bytes": 7, "log_truncated": False,
}  # fmt: skip


@pytest.fixture
def seat(tmp_path: Path) -> JobFolder:
    folder = JobFolder(tmp_path / "seats" / "J-1.1")
    fill(folder, SPEC, "limits")
    return folder


def test_a_seat_runs_once_with_nothing_but_the_kit(seat: JobFolder) -> None:
    tools = kit.lay_out(seat.root.parent, kit.kit_name(), kit.kit_files())
    command = kit.command(sys.executable, str(tools), str(seat.root))
    first = subprocess.run(command, cwd="/", env={}, capture_output=True)
    assert first.returncode == 0, first.stderr
    assert read_state(seat).phase is Phase.SUCCEEDED and seat.log.read_text() == "hello\n"
    second = subprocess.run(command, cwd="/", env={}, capture_output=True)
    assert second.returncode == TAKEN and seat.log.read_text() == "hello\n"
    assert not seat.reports.exists()  # no key is there to sign with


def test_a_kit_is_laid_out_once_and_whole(tmp_path: Path) -> None:
    first = kit.lay_out(tmp_path, "kit-1", {"a/b.py": b"1"})
    assert kit.lay_out(tmp_path, "kit-1", {"a/b.py": b"2"}) == first
    assert (first / "a/b.py").read_bytes() == b"1" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("told", "held", "fair"),
    [(30, 31, 30), (30, None, 30), (300, 31, 32), (1, 400, 400), (350, 400, 350), (900, 900, 600)],
)
def test_what_a_keeper_tells_is_bounded_by_the_scheduler(
    told: int, held: int | None, fair: int
) -> None:
    assert fair_wall_s(told, 600, held) == fair


def test_a_sound_state_is_taken_as_it_is(seat: JobFolder) -> None:
    write_json(seat.state, STATE)
    assert heard(seat) == read_state(seat)
    reason = {"code": "job.exit_code", "message": "It ended with {code}.", "hint": "Look.",
              "params": {"code": 3}}  # fmt: skip
    write_json(seat.state, STATE | {"phase": "failed", "reason": reason})
    assert heard(seat).reason is not None and heard(seat) == read_state(seat)


FORGED: list[object] = [
    [],
    {"phase": "rich"},
    STATE | {"started_at": "yesterday"},
    STATE | {"started_at": -5},
    STATE | {"ended_at": 1 << 70},
    STATE | {"cpu_ms": -1},
    STATE | {"exit_code": "0"},
    STATE | {"reason": {"code": "x", "message": "{code.__class__}", "hint": "", "params": {}}},
    STATE | {"reason": {"code": "x", "message": "{a!r}", "hint": "", "params": {"a": 1}}},
    STATE | {"reason": {"code": "x", "message": "{a:9999999}", "hint": "", "params": {"a": 1}}},
    STATE | {"reason": {"code": "x", "message": "y" * 5000, "hint": "", "params": {}}},
]


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_state_is_a_failure_and_breaks_nothing(seat: JobFolder, forged: object) -> None:
    seat.state.write_text(json.dumps(forged))
    state = heard(seat)
    assert state.phase is Phase.FAILED and state.reason is not None
    assert state.reason.code == "backend.fault" and "{" not in state.reason.text


@pytest.mark.parametrize("forged", ["[]", "5", "{", '{"cpu_ms": -1, "wall_seconds": "9"}'])
def test_a_forged_heartbeat_measures_nothing(seat: JobFolder, forged: str) -> None:
    seat.heartbeat.write_text(forged)
    assert beat_of(seat) == {}


def test_a_link_in_a_seat_hands_out_no_file_of_another(seat: JobFolder, tmp_path: Path) -> None:
    secret, folder = tmp_path / "secret", JobFolder(tmp_path / "jobs" / "J-1")
    folder.root.mkdir(parents=True)
    secret.write_text('{"cpu_ms": 1}')
    for path in (seat.log, seat.heartbeat, seat.cancel, seat.outputs / "a"):
        path.symlink_to(secret)
    assert hand_over(seat, folder, ["a"], 1000) == ["a"]
    assert not folder.log.exists() and read_log(seat.log, 0) == (b"", 0)
    assert beat_of(seat) == {}
    secret.unlink()
    ask_to_end(seat)
    assert not secret.exists()


def test_a_pipe_in_a_seat_lets_nobody_wait(seat: JobFolder, tmp_path: Path) -> None:
    os.mkfifo(seat.log)
    os.mkfifo(seat.heartbeat)
    assert read_log(seat.log, 5) == (b"", 5) and beat_of(seat) == {}


def test_no_more_of_a_log_is_taken_than_it_may_hold(seat: JobFolder, tmp_path: Path) -> None:
    folder = JobFolder(tmp_path / "jobs" / "J-1")
    folder.root.mkdir(parents=True)
    seat.log.write_bytes(b"x" * 10_000)
    hand_over(seat, folder, [], 1000)
    assert 1000 <= len(folder.log.read_bytes()) < 2000


@pytest.mark.parametrize("forged", ["[]", "{", '{"node": 7, "devices": "01"}', '{"devices": [1]}'])
def test_a_forged_place_names_nothing(seat: JobFolder, forged: str) -> None:
    (seat.root / "seat.json").write_text(forged)
    assert place_of(seat) == ("", ())


def test_a_heartbeat_is_taken_as_far_as_it_is_sound(seat: JobFolder) -> None:
    beat = {"closing": False, "cpu_ms": 1 << 60, "wall_seconds": 3, "waited_ms": None}
    write_json(seat.heartbeat, dict(beat))
    assert beat_of(seat) == {"closing": False, "wall_seconds": 3}
    assert waited_of(beat_of(seat)) is None


@pytest.mark.parametrize(
    ("look", "asked", "started", "phase", "code"),
    [
        (Look(Stage.ENDED, How.NODE_LOST, "n1"), False, True, Phase.LOST, "backend.node_lost"),
        (Look(Stage.ENDED, How.PREEMPTED), False, True, Phase.LOST, "backend.taken_away"),
        (Look(Stage.ENDED, How.OUT_OF_MEMORY), False, True, Phase.FAILED, "job.out_of_memory"),
        (Look(Stage.ENDED, How.NOT_STARTED), False, False, Phase.LOST, "backend.given_up"),
        (Look(Stage.ENDED, How.NODE_LOST), False, False, Phase.LOST, "backend.given_up"),
        (Look(Stage.GONE), False, True, Phase.LOST, "backend.gone"),
        (Look(Stage.GONE), True, True, Phase.CANCELLED, "job.cancelled"),
    ],
)
def test_an_end_without_a_word_is_told_by_the_scheduler(
    look: Look, asked: bool, started: bool, phase: Phase, code: str
) -> None:
    found, reason = ending_of(look, asked=asked, started=started, memory_bytes_max=1 << 30)
    assert (found, reason.code) == (phase, code)
    assert reason.text.endswith(".") and "{" not in reason.text
