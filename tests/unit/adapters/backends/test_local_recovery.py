"""A run whose supervisor or starter died, at every place where that can happen."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from entrepot.adapters.backends.local import processes
from entrepot.adapters.backends.local.backend import LocalBackend
from entrepot.adapters.backends.local.folder import JobFolder, take_lock
from entrepot.adapters.backends.local.kinds import Kind
from entrepot.adapters.identity.signing import verify
from entrepot.domain.metering.report import read_report
from entrepot.services.backend_port import MIB, Phase, RunSpec, RunState

WAIT_S = 30
SLEEPERS = (
    "import os, time\n"
    "print('ready', flush=True)\n"
    "for i in range(2):\n"
    " if os.fork() == 0: os.setpgid(0, 0); break\n"
    "time.sleep(60)"
)


def spec(code: str = "pass", **fields: object) -> RunSpec:
    values: dict[str, object] = {
        "job_id": "J-1",
        "lease_id": "L-1",
        "fence": 1,
        "centre_id": "c",
        "command": ("python3", "-c", code),
        "files": {},
        "outputs": (),
        "env": {},
        "time_limit_s": 60,
        "milli_devices": 1000,
        "memory_bytes_max": 256 * MIB,
    }
    return RunSpec(**(values | fields))  # type: ignore[arg-type]


@pytest.fixture(params=["best", Kind.LIMITS.value])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> LocalBackend:
    kind = "" if request.param == "best" else str(request.param)
    return LocalBackend(tmp_path, report_every_s=1, wanted_sandbox=kind)


def until(check: object) -> None:
    assert callable(check)
    end = time.monotonic() + WAIT_S
    while not check():
        assert time.monotonic() < end, "it does not come to that"
        time.sleep(0.02)


def ended(backend: LocalBackend) -> RunState:
    until(lambda: backend.state("J-1").phase.is_final)
    return backend.state("J-1")


def supervisor_of(folder: Path) -> int:
    """Return the process that holds the job's lock, found by its command line."""
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = line.read_bytes().split(b"\0")
        except OSError:
            continue
        named = any(word.endswith(b"local.supervisor") for word in words)
        if named and os.fsencode(folder) in words:
            return int(line.parent.name)
    raise AssertionError("no supervisor")


def job_processes(folder: Path) -> int:
    kin = json.loads((folder / "kin.json").read_text())
    return len(processes.marked(kin["session"], kin["start"], folder.name)) + sum(
        one.session == kin["session"] for one in processes.everyone()
    )


def test_a_killed_supervisor_makes_the_run_lost_and_billed_to_the_last_heartbeat(
    backend: LocalBackend, tmp_path: Path
) -> None:
    folder = tmp_path / "jobs" / "J-1"
    backend.submit(spec(SLEEPERS))
    until(lambda: (folder / "heartbeat.json").exists() and backend.reports("J-1", 0))
    os.kill(supervisor_of(folder), signal.SIGKILL)
    state = ended(backend)
    assert state.phase is Phase.LOST and state.reason is not None
    assert state.reason.code == "backend.lost"
    reports = backend.reports("J-1", 0)
    last = read_report(reports[-1].body)
    assert last.final and last.recovered and last.seq == len(reports)
    beat = json.loads((folder / "heartbeat.json").read_text())
    assert last.wall_seconds == max(beat["wall_seconds"], last.wall_seconds) <= 10
    assert all(verify(backend.public_key("c"), one.body, one.signature) for one in reports)
    until(lambda: job_processes(folder) == 0)
    # Asking again changes nothing, and no second run is started.
    assert backend.state("J-1") == state
    backend.submit(spec(SLEEPERS))
    assert backend.state("J-1") == state and len(backend.reports("J-1", 0)) == len(reports)


def test_a_crash_between_folder_and_start_is_healed_by_the_next_submit(
    backend: LocalBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "entrepot.adapters.backends.local.backend._start_supervisor"
    with monkeypatch.context() as patched:
        patched.setattr(module, lambda folder: None)
        backend.submit(spec("print(1)"))
    assert backend.state("J-1").phase is Phase.QUEUED
    backend.submit(spec("print(1)"))
    assert ended(backend).phase is Phase.SUCCEEDED
    assert backend.logs("J-1", 0)[0] == b"1\n"


def test_a_crash_while_the_folder_was_filled_is_healed(
    backend: LocalBackend, tmp_path: Path
) -> None:
    work = tmp_path / "jobs" / "J-1" / "work"
    work.mkdir(parents=True)
    (work / "half").write_text("written")
    backend.submit(spec("import os; print(os.listdir())"))
    assert ended(backend).phase is Phase.SUCCEEDED
    assert backend.logs("J-1", 0)[0] == b"[]\n"


def test_a_run_cancelled_before_its_start_never_starts(
    backend: LocalBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "entrepot.adapters.backends.local.backend._start_supervisor"
    with monkeypatch.context() as patched:
        patched.setattr(module, lambda folder: None)
        backend.submit(spec("print(1)"))
    backend.cancel("J-1")
    assert backend.state("J-1").phase is Phase.CANCELLED
    backend.submit(spec("print(1)"))
    assert backend.logs("J-1", 0)[0] == b"" and backend.reports("J-1", 0) == []


def test_of_many_supervisors_one_starts_the_job(backend: LocalBackend, tmp_path: Path) -> None:
    backend.submit(spec("print(1)"))
    folder = tmp_path / "jobs" / "J-1"
    command = [sys.executable, "-m", "entrepot.adapters.backends.local.supervisor", str(folder)]
    source = str(Path(processes.__file__).resolve().parents[4])
    racers = [subprocess.Popen(command, env={**os.environ, "PYTHONPATH": source}) for _ in range(4)]
    assert [racer.wait() for racer in racers] == [0] * 4
    assert ended(backend).phase is Phase.SUCCEEDED
    assert backend.logs("J-1", 0)[0] == b"1\n"
    assert len(backend.reports("J-1", 0)) == 1


def test_a_supervisor_told_to_stop_ends_the_job_in_good_order(
    backend: LocalBackend, tmp_path: Path
) -> None:
    backend.submit(spec(SLEEPERS))
    until(lambda: b"ready" in backend.logs("J-1", 0)[0])
    os.kill(supervisor_of(tmp_path / "jobs" / "J-1"), signal.SIGTERM)
    state = ended(backend)
    assert state.phase is Phase.FAILED and state.reason is not None
    assert state.reason.code == "backend.stopped"
    last = read_report(backend.reports("J-1", 0)[-1].body)
    assert last.final and not last.recovered


def test_a_supervisor_that_cannot_work_says_so(backend: LocalBackend, tmp_path: Path) -> None:
    folder = tmp_path / "jobs" / "J-1"
    lock_dir = folder
    lock_dir.mkdir(parents=True)
    handle = take_lock(folder / "lock")
    assert handle is not None
    backend.submit(spec("print(1)"))
    # The supervisor waits for the lock; meanwhile its key is spoilt.
    backend.key_path("c").chmod(0o644)
    os.close(handle)
    state = ended(backend)
    assert state.phase is Phase.FAILED and state.reason is not None
    assert state.reason.code == "backend.fault"
    assert "Traceback" in JobFolder(folder).errors.read_text()


def test_a_torn_last_line_is_cut_and_the_chain_goes_on(
    backend: LocalBackend, tmp_path: Path
) -> None:
    folder = tmp_path / "jobs" / "J-1"
    backend.submit(spec(SLEEPERS))
    until(lambda: len(backend.reports("J-1", 0)) >= 1)
    os.kill(supervisor_of(folder), signal.SIGKILL)
    with JobFolder(folder).reports.open("ab") as file:
        file.write(b'{"body": "{\\"centre')
    assert ended(backend).phase is Phase.LOST
    seqs = [read_report(one.body).seq for one in backend.reports("J-1", 0)]
    assert seqs == list(range(1, len(seqs) + 1)) and len(seqs) >= 2


def test_a_stranger_with_the_same_number_is_left_alone() -> None:
    stranger = subprocess.Popen(["sleep", "30"], start_new_session=True)
    try:
        one = processes.process(stranger.pid)
        assert one is not None
        assert processes.marked(stranger.pid, one.start - 1, "J-1") == []
        assert processes.marked(stranger.pid, one.start, "J-1") == []
    finally:
        stranger.kill()
        stranger.wait()


def test_a_process_of_the_job_is_known_by_its_mark() -> None:
    env = {**os.environ, processes.MARK: "J-1"}
    child = subprocess.Popen(["sleep", "30"], start_new_session=True, env=env)
    try:
        one = processes.process(child.pid)
        assert one is not None
        until(lambda: processes.marked(child.pid, one.start, "J-1"))
        assert processes.marked(child.pid, one.start, "J-2") == []
    finally:
        child.kill()
        child.wait()
