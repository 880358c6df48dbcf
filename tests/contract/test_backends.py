"""What the backend of this machine does beyond the suite of all backends, with real jobs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from entrepot.adapters.backends.local.backend import LocalBackend
from entrepot.adapters.backends.local.kinds import Kind
from entrepot.adapters.identity.signing import key_id_of, verify
from entrepot.domain.metering.accept import accept
from entrepot.domain.metering.model import LeaseTerms, ReceivedReport
from entrepot.domain.metering.report import read_report
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Invalid, NotFound
from entrepot.kernel.period import Period
from entrepot.services.backend_port import MIB, Backend, Phase, RunSpec, RunState

WAIT_S = 60

SPEC = RunSpec(
    job_id="J-1",
    lease_id="L-1",
    fence=4,
    centre_id="demo-gz",
    command=("python3", "-c", "pass"),
    files={},
    outputs=(),
    env={},
    time_limit_s=30,
    milli_devices=500,
    memory_bytes_max=256 * MIB,
    disk_bytes_max=8 * MIB,
    processes_max=16,
    log_bytes_max=200_000,
)


def local(home: Path) -> LocalBackend:
    return LocalBackend(home, report_every_s=1)


def bare(home: Path) -> LocalBackend:
    return LocalBackend(home, report_every_s=1, wanted_sandbox=Kind.LIMITS.value)


@pytest.fixture(params=[local, bare], ids=["local", "local-bare"])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    make: Callable[[Path], LocalBackend] = request.param
    made = make(tmp_path / "home")
    yield made
    for folder in (tmp_path / "home" / "jobs").glob("*"):
        if (folder / "spec.json").exists():
            made.cancel(folder.name)
            ended(made, folder.name)


def ended(backend: Backend, job_id: str = "J-1") -> RunState:
    until = time.monotonic() + WAIT_S
    while not (state := backend.state(job_id)).phase.is_final:
        assert time.monotonic() < until, f"{job_id} does not end: {state}"
        time.sleep(0.02)
    return state


def python(code: str, **fields: object) -> RunSpec:
    return replace(SPEC, command=("python3", "-c", code), **fields)  # type: ignore[arg-type]


def run(backend: Backend, code: str, **fields: object) -> RunState:
    backend.submit(python(code, **fields))
    return ended(backend)


def printed(backend: Backend) -> str:
    return backend.logs("J-1", 0)[0].decode()


def refused_as(state: RunState) -> str:
    """Return the reason's code, after a look at its sentence and its way out."""
    assert state.reason is not None
    assert state.reason.text.endswith(".") and "{" not in state.reason.text
    assert "{" not in state.reason.hint_text
    return state.reason.code


QUARREL = """
import os, time
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
children = []
for _ in range(RIVALS):
    if (child := os.fork()) == 0:
        until = time.process_time() + 0.6
        while time.process_time() < until: pass
        os._exit(0)
    children.append(child)
for child in children: os.waitpid(child, 0)
time.sleep(0.3)
"""
"""Processes that all want the same processor for 0.6 s each."""


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="the kernel counts no waits")
def test_time_spent_ready_but_waiting_is_measured(backend: Backend) -> None:
    run(backend, QUARREL.replace("RIVALS", "3"))
    reports = [read_report(one.body) for one in backend.reports("J-1", 0)]
    waited = [report.waited_ms for report in reports if report.waited_ms is not None]
    assert waited == sorted(waited)
    # Each waits while the two others have theirs; the last look may miss a quarter of a second.
    assert waited[-1] > 600


def test_usage_is_signed_chained_and_measured_by_the_kernel(backend: Backend) -> None:
    code = """
import os, time
if os.fork() == 0:
    data = b"x" * (64 << 20)
    until = time.process_time() + 0.5
    while time.process_time() < until: pass
    os._exit(0)
os.wait()
time.sleep(0.8)
"""
    state = run(backend, code)
    assert isinstance(backend, LocalBackend)
    public = backend.public_key("demo-gz")
    reports = backend.reports("J-1", 0)
    assert len(reports) >= 2 and backend.reports("J-1", 1) == reports[1:]
    assert all(verify(public, one.body, one.signature) for one in reports)
    assert {one.key_id for one in reports} == {key_id_of(public)}
    began = state.started_at
    assert began is not None and state.ended_at is not None
    terms = LeaseTerms("L-1", "demo-gz", 4, Period(began, began + 30), 500)
    result = accept(
        [
            ReceivedReport(read_report(one.body), sha256_hex(one.body), True, state.ended_at)
            for one in reports
        ],
        terms,
    )
    assert not result.rejected and result.usage.final and not result.usage.clipped
    assert result.usage.wall_seconds == state.ended_at - began >= 2
    assert result.usage.milli_device_seconds == 500 * result.usage.wall_seconds
    # The child's time and memory count, not the parent's alone.
    assert 500 <= result.usage.cpu_ms < 30_000
    assert result.usage.memory_peak_bytes >= 64 * MIB


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import sys; sys.exit(7)", "job.exit_code"),
        ("import os; os.kill(os.getpid(), 11)", "job.signal"),
        ("while True: print('x' * 1000)", "job.log_flood"),
        ("print('x' * 1_000_000)", "job.log_flood"),
        ("for i in range(40): open(f'f{i}', 'wb').write(b'x' * (1 << 20))", "job.disk_full"),
        ("open('f', 'wb').write(b'x' * (1 << 26))", "job.disk_full"),
        ("x = b'x' * (1 << 31)", "job.out_of_memory"),
        ("x = [b'x' * (1 << 20) for i in range(400)]; import time; time.sleep(9)",
         "job.out_of_memory"),
        ("import threading, time\nfor i in range(40):\n"
         " threading.Thread(target=time.sleep, args=(9,)).start()", "job.too_many_processes"),
    ],
)  # fmt: skip
def test_a_job_that_goes_wrong_fails_with_one_clear_sentence(
    backend: Backend, code: str, reason: str
) -> None:
    state = run(backend, code)
    assert state.phase is Phase.FAILED
    assert refused_as(state) == reason
    assert len(printed(backend)) < 250_000


def test_what_flooded_is_cut_and_says_so(backend: Backend) -> None:
    state = run(backend, "while True: print('x' * 1000)")
    assert state.log_truncated
    assert printed(backend)[200_000:].startswith("\n[entrepot] the log is cut here")


def test_more_processes_than_allowed_are_ended_all(backend: Backend, tmp_path: Path) -> None:
    # A bounded number of forks: safe even where only polling limits them.
    code = "import os, time\nfor i in range(30):\n if os.fork() == 0: break\ntime.sleep(9)"
    assert refused_as(run(backend, code)) == "job.too_many_processes"
    assert not alive("J-1", tmp_path)


def test_nothing_of_a_job_outlives_it(backend: Backend, tmp_path: Path) -> None:
    code = "import os, time\nif os.fork() == 0:\n os.setsid()\n if os.fork() == 0: time.sleep(60)\n"
    assert run(backend, code).phase is Phase.SUCCEEDED
    assert not alive("J-1", tmp_path)


def alive(job_id: str, tmp_path: Path) -> list[int]:
    """Return the processes of a job of this test's home."""
    folder = str(tmp_path / "home" / "jobs" / job_id)
    found: list[int] = []
    for status in Path("/proc").glob("[0-9]*"):
        try:
            environ = (status / "environ").read_bytes()
            here = (status / "cwd").readlink()
        except OSError:
            continue
        if f"ENTREPOT_JOB_ID={job_id}".encode() in environ and str(here).startswith(folder):
            found.append(int(status.name))
    return found


@pytest.mark.parametrize(
    "fields",
    [
        {"job_id": "../J"},
        {"job_id": ""},
        {"centre_id": "a/b"},
        {"command": ()},
        {"command": ("",)},
        {"command": ("a\0b",)},
        {"files": {"../x": Path("/etc/hostname")}},
        {"files": {"/x": Path("/etc/hostname")}},
        {"files": {"x": Path("/no/such/file")}},
        {"files": {"x": Path("/dev/zero")}},
        {"outputs": ("../../spec.json",)},
        {"outputs": ("",)},
        {"env": {"A=B": "c"}},
        {"env": {"A": "b\0"}},
        {"time_limit_s": 0},
        {"milli_devices": 0},
        {"memory_bytes_max": -1},
        {"fence": -1},
    ],
)
def test_a_spec_without_meaning_is_refused_before_anything_runs(
    backend: Backend, fields: dict[str, object]
) -> None:
    with pytest.raises(Invalid) as caught:
        backend.submit(replace(SPEC, **fields))  # type: ignore[arg-type]
    assert caught.value.render_hint() and caught.value.fields
    with pytest.raises(NotFound):
        backend.state("J-1")


def test_files_larger_than_the_disk_are_refused(backend: Backend, tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * (9 * MIB))
    with pytest.raises(Invalid):
        backend.submit(replace(SPEC, files={"big": tmp_path / "big"}))


def test_the_backend_says_what_it_is(backend: Backend) -> None:
    info = backend.describe()
    assert info.name == "local" and info.sandbox in set(Kind)
    if not info.sandbox.startswith("bubblewrap"):
        assert any("bubblewrap" in warning for warning in info.warnings)


def test_the_reports_are_plain_canonical_json(backend: Backend) -> None:
    run(backend, "pass")
    (report,) = backend.reports("J-1", 0)
    body = json.loads(report.body)
    assert body["schema"] == "entrepot.usage/1" and body["recovered"] is False


SLEEP = "import time; time.sleep({})"


def test_a_run_is_lengthened_while_it_runs(backend: LocalBackend) -> None:
    backend.submit(python(SLEEP.format(2.5), time_limit_s=1))
    backend.set_limit("J-1", 20)
    backend.set_limit("J-1", 20)
    assert ended(backend).phase is Phase.SUCCEEDED
    last = read_report(backend.reports("J-1", 0)[-1].body)
    assert 2 < last.wall_seconds <= 4  # what was sold later is metered too


def test_a_run_is_shortened_while_it_runs(backend: LocalBackend) -> None:
    backend.submit(python(SLEEP.format(30), time_limit_s=30))
    backend.set_limit("J-1", 1)
    state = ended(backend)
    assert state.phase is Phase.TIMED_OUT
    assert refused_as(state) == "job.time_limit"
    assert read_report(backend.reports("J-1", 0)[-1].body).wall_seconds == 1


def test_a_run_that_is_not_there_has_no_limit_to_move(backend: LocalBackend) -> None:
    with pytest.raises(NotFound):
        backend.set_limit("J-9", 1)
