"""One suite for every backend: what a centre's way of running jobs must do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.contract.backend_rigs import DEVICE, RIGS, Rig, checked, rigged

from entrepot.adapters.identity.signing import key_id_of, verify
from entrepot.domain.metering.accept import accept
from entrepot.domain.metering.model import LeaseTerms, ReceivedReport
from entrepot.domain.metering.report import read_report
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Conflict, Invalid, NotFound, Refused
from entrepot.kernel.period import Period
from entrepot.services.backend_port import MIB, Phase, RunState


@pytest.fixture(params=list(RIGS))
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    yield from rigged(RIGS[request.param], tmp_path / "home")


ADD = """
import os, pathlib
pathlib.Path('out').mkdir()
pathlib.Path('out/和.txt').write_text(pathlib.Path('in/n.txt').read_text() * 2)
print('hello', os.environ['NAME'])
print('two')
"""


def test_a_job_runs_with_its_files_and_hands_back_log_and_outputs(rig: Rig, tmp_path: Path) -> None:
    (tmp_path / "add.py").write_text(ADD)
    (tmp_path / "n.txt").write_text("21")
    spec = replace(
        rig.spec(""),
        command=("python3", "add.py"),
        files={"add.py": tmp_path / "add.py", "in/n.txt": tmp_path / "n.txt"},
        outputs=("out/和.txt",),
        env={"NAME": "算力"},
    )
    job_id = rig.submit(spec)
    state = rig.ended(job_id)
    assert (state.phase, state.exit_code, state.reason) == (Phase.SUCCEEDED, 0, None)
    assert state.node and not state.log_truncated
    log = "hello 算力\ntwo\n".encode()
    assert rig.backend.logs(job_id, 0) == (log, len(log))
    assert rig.backend.logs(job_id, len(log)) == (b"", len(log))
    assert rig.backend.logs(job_id, len(log) - 4)[0] == b"two\n"
    (output,) = rig.backend.outputs(job_id)
    assert (output.name, output.bytes) == ("out/和.txt", 4)
    assert output.path.read_text() == "2121" and output.sha256 == sha256_hex(b"2121")


def test_submitting_again_attaches_and_never_starts_twice(rig: Rig) -> None:
    spec = rig.spec("open('x', 'a').write('1'); print(open('x').read())")
    for _ in range(3):
        rig.submit(spec)
    assert rig.ended(spec.job_id).phase is Phase.SUCCEEDED
    rig.submit(spec)
    assert rig.printed(spec.job_id) == "1\n"
    with pytest.raises(Conflict) as caught:
        rig.submit(replace(spec, command=("python3", "-c", "print('something else')")))
    assert caught.value.code == "backend.other_spec"


WORK = """
import os, time
if os.fork() == 0:
    data = b"x" * (64 << 20)
    until = time.process_time() + 0.3
    while time.process_time() < until: pass
    os._exit(0)
os.wait()
time.sleep(1)
"""


def test_usage_is_signed_chained_and_measured_on_the_node(rig: Rig) -> None:
    job_id, state = rig.run(WORK)
    public = rig.backend.public_key("demo-gz")
    reports = rig.backend.reports(job_id, 0)
    assert rig.backend.reports(job_id, 1) == reports[1:]
    assert all(verify(public, one.body, one.signature) for one in reports)
    assert {one.key_id for one in reports} == {key_id_of(public)}
    assert state.started_at is not None and state.ended_at is not None
    terms = LeaseTerms("L-1", "demo-gz", 4, Period(state.started_at, state.started_at + 30), 500)
    received = [
        ReceivedReport(read_report(one.body), sha256_hex(one.body), True, state.ended_at)
        for one in reports
    ]
    result = accept(received, terms)
    usage = result.usage
    assert not result.rejected and usage.final and not usage.recovered and not usage.clipped
    assert usage.wall_seconds == state.ended_at - state.started_at >= 1
    assert usage.milli_device_seconds == 500 * usage.wall_seconds
    # The child's time and memory count, not the parent's alone.
    assert 300 <= usage.cpu_ms < 30_000 and usage.memory_peak_bytes >= 64 * MIB


BAD = {
    "job.exit_code": "import sys; sys.exit(7)",
    "job.signal": "import os; os.kill(os.getpid(), 11)",
    "job.out_of_memory": "x = b'x' * (1 << 31)",
    "job.log_flood": "print('x' * 1_000_000)",
    "job.disk_full": "open('f', 'wb').write(b'x' * (1 << 26))",
    "job.output_missing": "import os; os.symlink('/etc/hostname', 'a'); os.mkfifo('b')",
}


def test_jobs_that_go_wrong_fail_with_one_clear_sentence_each(rig: Rig) -> None:
    wanted = {"job.output_missing": ("a", "b")}
    jobs = {code: rig.start(text, outputs=wanted.get(code, ())) for code, text in BAD.items()}
    states = {code: rig.ended(job_id) for code, job_id in jobs.items()}
    assert {code: checked(state.reason) for code, state in states.items()} == {c: c for c in BAD}
    assert {state.phase for state in states.values()} == {Phase.FAILED}
    codes = [states[code].exit_code for code in ("job.exit_code", "job.signal")]
    assert codes == [7, 128 + 11]
    assert states["job.log_flood"].log_truncated
    assert len(rig.printed(jobs["job.log_flood"])) < 250_000
    assert rig.backend.outputs(jobs["job.output_missing"]) == []


def test_programs_that_cannot_be_run_are_named(rig: Rig, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("no program")
    missing = replace(rig.spec(""), command=("no-such-program", "算"))
    plain = replace(rig.spec(""), command=("./plain",), files={"plain": tmp_path / "plain"})
    for spec, name in [(missing, "no-such-program"), (plain, "./plain")]:
        rig.submit(spec)
        state = rig.ended(spec.job_id)
        assert checked(state.reason) == "job.command" and name in str(state.reason)


def test_a_job_is_ended_with_its_lease_and_no_second_more_is_billed(rig: Rig) -> None:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    job_id, state = rig.run(code, time_limit_s=1)
    assert state.phase is Phase.TIMED_OUT and checked(state.reason) == "job.time_limit"
    last = read_report(rig.backend.reports(job_id, 0)[-1].body)
    assert last.final and last.wall_seconds == 1


TIDY = """
import signal, sys, time
def tidy(*_): print('tidied'); sys.exit(0)
signal.signal(signal.SIGTERM, tidy); print('ready'); time.sleep(60)
"""


def test_a_job_asked_to_end_may_tidy_up(rig: Rig) -> None:
    job_id = rig.start(TIDY)
    rig.until_printed(job_id, "ready")
    running = rig.backend.state(job_id)
    assert running.phase is Phase.RUNNING and running.started_at is not None
    rig.backend.cancel(job_id)
    rig.backend.cancel(job_id)
    state = rig.ended(job_id)
    assert state.phase is Phase.CANCELLED and checked(state.reason) == "job.cancelled"
    assert "tidied" in rig.printed(job_id)
    assert read_report(rig.backend.reports(job_id, 0)[-1].body).final
    rig.backend.cancel(job_id)
    assert rig.backend.state(job_id) == state


SHOW = (
    "import os, time; print('has', os.environ['CUDA_VISIBLE_DEVICES'], flush=True); time.sleep({})"
)


def test_two_jobs_never_get_the_same_whole_device(rig: Rig) -> None:
    jobs = [
        rig.start(SHOW, device=DEVICE, milli_devices=2000, log_bytes_max=1000) for _ in range(2)
    ]
    for job_id in jobs:
        rig.until_printed(job_id, "has")
    # A busy machine may hear of the devices a moment after the first words of the log.
    states = [rig.until(job_id, lambda state: bool(state.devices)) for job_id in jobs]
    assert [len(state.devices) for state in states] == [2, 2]
    taken = [(state.node, device) for state in states for device in state.devices]
    assert len(set(taken)) == 4
    for job_id in jobs:
        rig.backend.cancel(job_id)
        assert rig.ended(job_id).devices


def test_quarters_share_one_device(rig: Rig) -> None:
    jobs = [rig.start(SHOW, device=DEVICE, milli_devices=250, log_bytes_max=1000) for _ in range(4)]
    for job_id in jobs:
        rig.until_printed(job_id, "has")
    states = [rig.backend.state(job_id) for job_id in jobs]
    assert len({(state.node, state.devices) for state in states}) == 1
    for job_id in jobs:
        rig.backend.cancel(job_id)


def test_a_higher_token_starts_the_job_anew_and_the_old_run_counts_no_more(rig: Rig) -> None:
    spec = rig.spec("import os, time; print(os.environ['RUN'], flush=True); time.sleep(60)")
    old = replace(spec, env={"RUN": "first"})
    rig.submit(old)
    rig.until_printed(spec.job_id, "first")
    new = replace(rig.spec("print('second')", job_id=spec.job_id), fence=5)
    rig.submit(new)
    rig.submit(new)
    state = rig.ended(spec.job_id)
    assert state.phase is Phase.SUCCEEDED
    assert rig.printed(spec.job_id) == "second\n"
    reports = [read_report(one.body) for one in rig.backend.reports(spec.job_id, 0)]
    assert {one.fence for one in reports} == {5}
    assert [one.seq for one in reports] == list(range(1, len(reports) + 1))
    with pytest.raises(Conflict) as caught:
        rig.submit(old)
    assert caught.value.code == "backend.stale_fence"
    assert rig.backend.state(spec.job_id) == state


NONSENSE: list[dict[str, object]] = [
    {"job_id": "../J"},
    {"centre_id": "a/b"},
    {"command": ()},
    {"command": ("a\0b",)},
    {"files": {"../x": Path("/etc/hostname")}},
    {"files": {"x": Path("/no/such/file")}},
    {"outputs": ("../../spec.json",)},
    {"env": {"A=B": "c"}},
    {"time_limit_s": 0},
    {"milli_devices": 0},
    {"milli_devices": -250},
    {"cpus": 0},
    {"fence": -1},
]


def test_a_spec_without_meaning_is_refused_before_anything_runs(rig: Rig) -> None:
    for fields in NONSENSE:
        spec = replace(rig.spec("print('no')"), **fields)  # type: ignore[arg-type]
        with pytest.raises(Invalid) as caught:
            rig.backend.submit(spec)
        assert caught.value.render_hint() and caught.value.fields
        with pytest.raises((NotFound, Invalid)):
            rig.backend.state(spec.job_id)


def test_a_network_is_not_to_be_had(rig: Rig) -> None:
    with pytest.raises(Refused):
        rig.backend.submit(replace(rig.spec("pass"), network_allowed=True))


def test_an_unknown_job_is_not_found(rig: Rig) -> None:
    backend = rig.backend
    for ask in (backend.state, backend.cancel, backend.outputs):
        with pytest.raises(NotFound):
            ask("J-unknown")
    with pytest.raises(NotFound):
        backend.logs("J-unknown", 0)
    with pytest.raises(NotFound):
        backend.reports("J-unknown", 0)


def test_the_backend_says_what_it_is(rig: Rig, request: pytest.FixtureRequest) -> None:
    info = rig.backend.describe()
    assert info.name in request.node.name and info.sandbox
    assert all(one.rstrip(".").strip() and "{" not in one for one in info.warnings)


def test_states_are_values() -> None:
    assert RunState(Phase.QUEUED) == RunState(Phase.QUEUED, node="", devices=())
