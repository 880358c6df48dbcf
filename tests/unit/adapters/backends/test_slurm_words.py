"""What Slurm prints, read; and what a job asks of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from entrepot.adapters.backends.cluster.scheduler import How, Look, Order, Stage
from entrepot.adapters.backends.local.folder import JobFolder
from entrepot.adapters.backends.slurm.request import devices, options, script
from entrepot.adapters.backends.slurm.settings import SlurmSettings
from entrepot.adapters.backends.slurm.words import (
    is_silence,
    last_line,
    look_of,
    look_of_completed,
)
from entrepot.kernel.errors import Refused
from entrepot.services.backend_port import RunSpec

SPEC = RunSpec("J-1", "L-1", 1, "gz", ("true",), {}, (), {}, 90, 1000, device="h800-sxm", cpus=4)
SETTINGS = SlurmSettings("hk", {"h800-sxm": "h800"}, shares_per_device=4, account="ex", qos="day")


@pytest.mark.parametrize(
    ("job", "look"),
    [
        ({"job_state": "PENDING", "state_reason": "Nodes"}, Look(Stage.QUEUED, why="Nodes")),
        (
            {"job_state": "RUNNING", "nodes": "n1", "start_time": 5, "end_time": 99},
            Look(Stage.RUNNING, node="n1", started_at=5),
        ),
        (
            {"job_state": ["COMPLETED"], "nodes": "n1", "start_time": {"number": 5},
             "end_time": {"number": 9}, "state_reason": "None"},
            Look(Stage.ENDED, How.BY_ITSELF, "n1", 5, 9, "COMPLETED"),
        ),
        (
            {"job_state": "NODE_FAIL", "state_reason": "NodeDown"},
            Look(Stage.ENDED, How.NODE_LOST, why="NODE_FAIL, NodeDown"),
        ),
        ({"job_state": "COMPLETING", "nodes": "n1"}, Look(Stage.RUNNING, node="n1")),
    ],
)  # fmt: skip
def test_jobs_of_old_and_new_forms_are_read(job: dict[str, object], look: Look) -> None:
    assert look_of(job) == look


def test_the_file_of_completed_jobs_is_read_from_its_end(tmp_path: Path) -> None:
    path = tmp_path / "jobcomp.txt"
    line = "JobId={} UserId=root(0) Name=J JobState={} StartTime=2026-11-21T19:01:05 " \
           "EndTime=2026-11-21T19:01:06 NodeList=n1 Cluster=unknown\n"  # fmt: skip
    path.write_text(line.format(11, "FAILED") + line.format(1, "NODE_FAIL") + "torn")
    found = look_of_completed(path, "1")
    assert found is not None and (found.how, found.node) == (How.NODE_LOST, "n1")
    assert found.started_at is not None and found.ended_at == found.started_at + 1
    assert look_of_completed(path, "2") is None
    assert look_of_completed(tmp_path / "none", "1") is None


def test_silence_is_told_from_refusal() -> None:
    away = "sbatch: error: Batch job submission failed: Unable to contact slurm controller\n"
    assert is_silence(away) and not is_silence("sbatch: error: invalid partition specified: x")
    assert last_line(away) == "Batch job submission failed: Unable to contact slurm controller"
    assert last_line("") == "no word"


@pytest.mark.parametrize(
    ("milli", "asked"),
    [
        (250, "--gres=shard:h800:1"),
        (750, "--gres=shard:h800:3"),
        (1000, "--gres=gpu:h800:1"),
        (8000, "--gres=gpu:h800:8"),
        (12_000, "--gres=gpu:h800:6"),
        (24_000, "--gres=gpu:h800:8"),
    ],
)
def test_devices_are_asked_for_whole_in_parts_and_over_nodes(milli: int, asked: str) -> None:
    words = devices(replace(SPEC, milli_devices=milli), SETTINGS)
    nodes = -(-milli // 8000)
    assert words == [f"--nodes={nodes}", f"--ntasks={nodes}", asked]


@pytest.mark.parametrize("milli", [100, 333, 1500, 9000])
def test_shares_and_spreads_that_do_not_come_out_even_are_refused(milli: int) -> None:
    with pytest.raises(Refused):
        devices(replace(SPEC, milli_devices=milli), SETTINGS)


def test_the_options_name_job_lease_partition_and_limits() -> None:
    order = Order("J-1.1", SPEC, JobFolder(Path("/seats/J-1.1")), Path("/seats/kit"), "n2")
    words = options(order, SETTINGS)
    wanted = {"--job-name=J-1.1", "--comment=L-1", "--partition=hk", "--no-requeue", "--qos=day",
              "--account=ex", "--time=4", "--cpus-per-task=4", "--exclude=n2"}  # fmt: skip
    assert wanted <= set(words)
    assert not any(
        word.startswith("--gres") for word in devices(replace(SPEC, device=""), SETTINGS)
    )


def test_the_script_survives_any_name_of_a_folder() -> None:
    seat = JobFolder(Path("/se'ats/J 1; rm -rf 算"))
    text = script(Order("J-1.1", SPEC, seat, Path("/kit")), SETTINGS)
    assert text.startswith("#!/bin/sh\n") and text.count("\n") == 3
