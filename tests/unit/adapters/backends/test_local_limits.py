"""When a run must be stopped, and what is said of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from entrepot.adapters.backends.local import limits, processes
from entrepot.adapters.backends.local.processes import Sample
from entrepot.services.backend_port import MIB, Phase

QUIET = Sample(tasks=1, memory_bytes=1, cpu_ms=1)


def watch(folder: Path) -> limits.Watch:
    return limits.Watch((folder,), 100 * MIB, 1 * MIB, 8)


def code(ending: limits.Ending | None) -> str:
    assert ending is not None
    return ending[1].code


def test_a_quiet_job_is_left_alone(tmp_path: Path) -> None:
    assert watch(tmp_path).breach(QUIET) is None


def test_each_limit_has_its_name(tmp_path: Path) -> None:
    assert code(watch(tmp_path).breach(Sample(9, 1, 1))) == "job.too_many_processes"
    assert code(watch(tmp_path).breach(Sample(1, 101 * MIB, 1))) == "job.out_of_memory"
    (tmp_path / "big").write_bytes(b"x" * MIB)
    assert code(watch(tmp_path).breach(QUIET)) == "job.disk_full"


def test_many_empty_files_fill_the_disk_too(tmp_path: Path) -> None:
    for number in range(MIB // limits.ENTRY_BYTES):
        (tmp_path / str(number)).touch()
    assert watch(tmp_path).disk_is_full()


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to("/usr")
    assert limits.disk_bytes(tmp_path, 1 << 40) == limits.ENTRY_BYTES


def test_a_machine_that_runs_low_stops_the_job_but_not_one_low_from_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = [10 * limits.MEMORY_FLOOR]
    monkeypatch.setattr(limits, "_memory_available", lambda: free[0])
    watched = watch(tmp_path)
    assert watched.breach(QUIET) is None
    free[0], watched._next_scan = limits.MEMORY_FLOOR - 1, 0
    assert code(watched.breach(QUIET)) == "backend.machine_low"
    late = watch(tmp_path)
    assert late.breach(QUIET) is None


@pytest.mark.parametrize(
    "make",
    [
        limits.cancelled,
        limits.stopped,
        limits.lost,
        lambda: limits.timed_out(5),
        lambda: limits.log_flood(9),
        lambda: limits.disk_full(MIB),
        lambda: limits.out_of_memory(MIB),
        lambda: limits.too_many_processes(3),
        lambda: limits.machine_low("disk"),
        lambda: limits.no_sandbox("x"),
        lambda: limits.exited(1, "x"),
        lambda: limits.exited(127, "x"),
        lambda: limits.exited(137, "x"),
        lambda: limits.not_started("F", "x"),
        lambda: limits.not_started("P", "x"),
        lambda: limits.output_missing("x"),
        lambda: limits.fault("x"),
    ],
)
def test_every_ending_is_one_filled_sentence(make: Callable[[], limits.Ending]) -> None:
    phase, reason = make()
    assert phase.is_final and phase is not Phase.SUCCEEDED
    assert "{" not in reason.text + reason.hint_text and reason.text
    assert reason.hint or phase is Phase.CANCELLED


def test_a_process_reads_itself() -> None:
    me = processes.process(os.getpid())
    assert me is not None and me.parent == os.getppid() and me.threads >= 1
    assert processes.process(1 << 30) is None
    assert processes.sample([me]).memory_bytes > MIB
