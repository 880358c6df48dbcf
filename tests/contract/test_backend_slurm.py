"""What goes wrong around a real Slurm: a silent controller, lost nodes, wrong names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.contract.backend_rigs import DEVICE, Rig, checked, rigged, slurm, slurm_settings
from tests.contract.slurm_cluster import SlurmCluster, slurm_cluster

from entrepot.adapters.backends.cluster import close
from entrepot.adapters.backends.cluster.backend import ClusterBackend
from entrepot.adapters.backends.slurm.scheduler import SlurmScheduler
from entrepot.adapters.backends.slurm.words import look_of_completed
from entrepot.domain.metering.report import read_report
from entrepot.kernel.errors import Fault, Refused
from entrepot.services.backend_port import Phase


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    yield from rigged(slurm, tmp_path / "home")


@pytest.fixture
def cluster() -> SlurmCluster:
    return slurm_cluster()


def finals(rig: Rig, job_id: str) -> list[bool]:
    return [read_report(one.body).recovered for one in rig.backend.reports(job_id, 0)
            if read_report(one.body).final]  # fmt: skip


def other(tmp_path: Path, **changes: object) -> ClusterBackend:
    settings = replace(slurm_settings(slurm_cluster()), **changes)  # type: ignore[arg-type]
    home = tmp_path / "other"
    return ClusterBackend(home, SlurmScheduler(settings), home / "seats")


def test_a_silent_controller_loses_nothing_and_bills_nothing_twice(
    rig: Rig, cluster: SlurmCluster
) -> None:
    first = rig.start("import time; print('on', flush=True); time.sleep(3)")
    rig.until_printed(first, "on")
    second = rig.spec("print('late')")
    with cluster.silent():
        with pytest.raises(Fault) as caught:
            rig.submit(second)
        waiting = rig.backend.state(second.job_id)
        running = rig.until(first, lambda state: state.reason is not None)
        assert any("slurm" in warning for warning in rig.backend.describe().warnings)
    assert caught.value.code == "backend.unreachable" and "slurm" in str(caught.value)
    assert caught.value.render_hint() and caught.value.exit_code == 70
    assert waiting.phase is Phase.QUEUED and checked(waiting.reason) == "backend.unreachable"
    assert running.phase is Phase.RUNNING and checked(running.reason) == "backend.unreachable"
    assert rig.ended(first).phase is Phase.SUCCEEDED
    # Nobody submits again: a look at the job is enough for the scheduler to hear of it.
    assert rig.ended(second.job_id).phase is Phase.SUCCEEDED
    rig.submit(second)
    assert finals(rig, first) == finals(rig, second.job_id) == [False]
    assert rig.printed(second.job_id) == "late\n"
    cluster.wait_for("idle")


def test_a_node_that_is_lost_is_billed_up_to_its_last_sign_of_life(
    rig: Rig, cluster: SlurmCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Slurm itself would take longer to notice: the silence of the heartbeat tells.
    monkeypatch.setattr(close, "SILENT_S", 4)
    spec = replace(
        rig.spec("import time; print('on', flush=True); time.sleep(600)", time_limit_s=900),
        device=DEVICE,
        milli_devices=1000,
    )
    rig.submit(spec)
    rig.until_printed(spec.job_id, "on")
    node = rig.until(spec.job_id, lambda state: bool(state.node)).node
    assert cluster.lose_node(node) == 1
    cluster.start_node(node)
    state = rig.ended(spec.job_id)
    assert state.phase is Phase.LOST and checked(state.reason) == "backend.node_lost"
    assert state.node == node and node in str(state.reason)
    assert finals(rig, spec.job_id) == [True]
    again = replace(spec, fence=5, command=("python3", "-c", "print('again')"))
    rig.submit(again)
    assert rig.ended(spec.job_id).phase is Phase.SUCCEEDED
    assert rig.printed(spec.job_id) == "again\n" and finals(rig, spec.job_id) == [False]
    cluster.wait_for("idle")


def test_a_job_outlives_the_daemon_of_its_node(rig: Rig, cluster: SlurmCluster) -> None:
    job_id = rig.start("import time; print('on', flush=True); time.sleep(1); print('off')")
    rig.until_printed(job_id, "on")
    node = rig.until(job_id, lambda state: bool(state.node)).node
    cluster.kill(node)
    cluster.start_node(node)
    assert rig.ended(job_id).phase is Phase.SUCCEEDED
    assert rig.printed(job_id) == "on\noff\n" and finals(rig, job_id) == [False]
    cluster.wait_for("idle")


def test_a_job_taken_from_the_queue_never_runs_and_costs_nothing(rig: Rig) -> None:
    whole = [rig.start("import time; time.sleep(60)", device=DEVICE, milli_devices=8000)
             for _ in range(3)]  # fmt: skip
    last = rig.start("print('never')", device=DEVICE, milli_devices=1000)
    assert rig.backend.state(last).phase is Phase.QUEUED
    rig.backend.cancel(last)
    state = rig.ended(last)
    assert state.phase is Phase.CANCELLED and checked(state.reason) == "job.cancelled"
    assert rig.backend.reports(last, 0) == [] and rig.printed(last) == ""
    for job_id in whole:
        rig.backend.cancel(job_id)
        rig.ended(job_id)


def test_a_process_that_died_beside_the_scheduler_finds_its_job_again(
    rig: Rig, tmp_path: Path
) -> None:
    spec = rig.spec("open('x', 'a').write('1'); print(open('x').read())")
    rig.submit(spec)
    ticket = tmp_path / "home" / "jobs" / spec.job_id / "ticket.json"
    number = json.loads(ticket.read_text())["ticket"]
    ticket.unlink()
    rig.submit(spec)
    assert json.loads(ticket.read_text())["ticket"] == number
    assert rig.ended(spec.job_id).phase is Phase.SUCCEEDED
    assert rig.printed(spec.job_id) == "1\n"


WRONG: list[tuple[dict[str, object], dict[str, object], str, str]] = [
    ({"partition": "bj"}, {}, "backend.partition", "hk"),
    ({}, {"device": "a100-sxm"}, "backend.device", "h800-sxm"),
    ({"devices": {DEVICE: "a100"}}, {"device": DEVICE, "milli_devices": 1000},
     "backend.device", "h800"),
    ({}, {"device": DEVICE, "milli_devices": 300}, "backend.share", "300"),
    ({"shares_per_device": 0}, {"device": DEVICE, "milli_devices": 500}, "backend.share", "500"),
    ({"devices_per_node": 16}, {"device": DEVICE, "milli_devices": 9000},
     "backend.too_large", "not available"),
    ({}, {"device": DEVICE, "milli_devices": 17000}, "backend.too_large", "17"),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "fields", "code", "word"), WRONG)
def test_what_the_cluster_does_not_have_is_refused_in_one_sentence(
    rig: Rig,
    tmp_path: Path,
    settings: dict[str, object],
    fields: dict[str, object],
    code: str,
    word: str,
) -> None:
    backend = other(tmp_path, **settings)
    with pytest.raises(Refused) as caught:
        backend.submit(rig.spec("print('no')", **fields))
    assert caught.value.code == code and word in str(caught.value)
    assert str(caught.value).endswith(".") and caught.value.render_hint()


def test_several_nodes_are_given_evenly(rig: Rig) -> None:
    code = "import os; print(os.environ['SLURM_NNODES'], os.environ['SLURM_GPUS_ON_NODE'])"
    job_id, state = rig.run(code, device=DEVICE, milli_devices=12_000)
    assert state.phase is Phase.SUCCEEDED and rig.printed(job_id) == "2 6\n"


def test_a_machine_without_clients_says_so(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Fault) as caught:
        rig.backend.submit(rig.spec("pass"))
    assert caught.value.code == "backend.no_client"


def test_a_job_that_the_controller_forgot_is_found_in_the_file_of_completed_jobs(
    rig: Rig, cluster: SlurmCluster
) -> None:
    rig.run("pass")
    scheduler = SlurmScheduler(slurm_settings(cluster))
    number = max(cluster.run("squeue", "-h", "-t", "all", "-o", "%i").split(), key=int)
    cluster.wait_for("idle")
    found = look_of_completed(cluster.jobcomp, number)
    assert found is not None and found.ended_at == scheduler.look(number).ended_at
    assert look_of_completed(cluster.jobcomp, "999999") is None


def test_the_backend_warns_of_what_its_settings_name_and_the_cluster_lacks(tmp_path: Path) -> None:
    elsewhere = other(tmp_path, partition="bj").describe().warnings
    assert any("no partition bj" in text for text in elsewhere)
    lacking = other(tmp_path, devices={DEVICE: "a100"}).describe().warnings
    assert any("no device of type a100" in text for text in lacking)
    assert any("cgroup" in text for text in lacking)
