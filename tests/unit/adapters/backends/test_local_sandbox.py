"""What a job in the sandbox can see and do."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from entrepot.adapters.backends.local import sandbox
from entrepot.adapters.backends.local.backend import LocalBackend
from entrepot.adapters.backends.local.kinds import Kind, uid_of, warnings_of
from entrepot.services.backend_port import MIB, RunSpec, RunState

LOOK = """
import ctypes, json, os, pathlib, socket
def tried(what):
    try: what()
    except OSError as error: return error.errno
    return 0
def online():
    socket.create_connection(("192.0.2.1", 9), 0.2)
libc = ctypes.CDLL(None, use_errno=True)
print(json.dumps({
    "uid": os.getuid(),
    "home": os.path.exists(HOME),
    "pids": len([p for p in os.listdir("/proc") if p.isdigit()]),
    "nets": os.listdir("/sys/class/net") if os.path.exists("/sys/class/net") else ["lo"],
    "online": tried(online),
    "usr": tried(lambda: open("/usr/x", "w")),
    "root": tried(lambda: open("/x", "w")),
    "dev": tried(lambda: open("/dev/shm/x", "w")),
    "tmp": tried(lambda: open("/tmp/x", "w")),
    "work": tried(lambda: open("x", "w")),
    "unshare": libc.unshare(0x10000000),
    "mark": os.environ["ENTREPOT_JOB_ID"],
    "path": os.environ["PATH"],
    "secret": os.environ.get("SECRET", ""),
}))
"""
BOUNDED = """
import os, time
count = 0
try:
    for _ in range(100):
        if os.fork() == 0: time.sleep(5); os._exit(0)
        count += 1
except OSError:
    pass
open("count", "w").write(str(count))
time.sleep(5)
"""
BOMB = """
import os
while True:
    try: os.fork()
    except OSError: pass
"""


def run(backend: LocalBackend, job_id: str, code: str) -> RunState:
    backend.submit(
        RunSpec(
            job_id=job_id,
            lease_id="L-1",
            fence=1,
            centre_id="c",
            command=("python3", "-c", code),
            files={},
            outputs=(),
            env={},
            time_limit_s=20,
            milli_devices=1000,
            memory_bytes_max=256 * MIB,
            disk_bytes_max=8 * MIB,
            processes_max=16,
        )
    )
    until = time.monotonic() + 60
    while not (state := backend.state(job_id)).phase.is_final:
        assert time.monotonic() < until
        time.sleep(0.02)
    return state


def limited_by_kernel(kind: Kind) -> bool:
    """Whether the kernel itself limits the number of a job's processes."""
    return kind.own_uid or os.geteuid() != 0


def test_the_sandbox_hides_the_machine_or_warns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "of the operator")
    backend = LocalBackend(tmp_path)
    info = backend.describe()
    run(backend, "J-1", f"HOME = {str(tmp_path)!r}\n{LOOK}")
    seen = json.loads(backend.logs("J-1", 0)[0])
    assert seen["work"] == 0 and seen["mark"] == "J-1" and seen["secret"] == ""
    if not Kind(info.sandbox).is_bwrap:
        assert info.warnings
        return
    assert not info.warnings or not limited_by_kernel(Kind(info.sandbox))
    assert not seen["home"]
    assert seen["pids"] <= 3
    assert seen["nets"] == ["lo"] and seen["online"] != 0
    assert seen["tmp"] == 0
    assert all(seen[place] != 0 for place in ("usr", "root", "dev", "unshare"))
    if Kind(info.sandbox).own_uid:
        assert seen["uid"] >= 1_000_000_000


def test_a_fork_bomb_is_ended_and_the_machine_stays_healthy(tmp_path: Path) -> None:
    backend = LocalBackend(tmp_path)
    kind = Kind(backend.describe().sandbox)
    before = time.monotonic()
    state = run(backend, "J-1", BOUNDED)
    assert state.reason is not None and state.reason.code == "job.too_many_processes"
    count = tmp_path / "jobs" / "J-1" / "work" / "count"
    assert time.monotonic() - before < 5 + 10
    if not limited_by_kernel(kind):
        # Only polling limits forks here, so the bomb itself is not set off.
        assert backend.describe().warnings
        return
    # It was stopped by the kernel long before a hundred; only now is the bomb safe to try.
    assert not count.exists() or int(count.read_text()) < 100
    state = run(backend, "J-2", BOMB)
    assert state.reason is not None and state.reason.code == "job.too_many_processes"


def test_what_was_found_once_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "sandbox.json"
    found = sandbox.best(cache)

    def never(kind: Kind) -> bool:
        raise AssertionError("tried again")

    monkeypatch.setattr(sandbox, "works", never)
    assert sandbox.best(cache) is found
    cache.write_text("{")
    with pytest.raises(AssertionError):
        sandbox.best(cache)


def test_without_bubblewrap_the_limits_remain_and_a_warning_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    kind = sandbox.best(tmp_path / "sandbox.json")
    assert not kind.is_bwrap and warnings_of(kind)


def test_each_job_has_a_user_of_its_own_far_from_people() -> None:
    first, second = uid_of(Kind.BWRAP_UID, "J-1"), uid_of(Kind.BWRAP_UID, "J-2")
    assert first != second and min(first, second) >= 1_000_000_000
    assert max(first, second) < 2**31 and uid_of(Kind.LIMITS, "J-1") == 0
