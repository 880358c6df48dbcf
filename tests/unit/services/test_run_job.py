"""Starting a job: once, in time, and with the files that were quoted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.e2e.flow_tools import CENTRE
from tests.unit.services.desk import NOW, Desk, ended, leased, started

from entrepot.kernel.errors import Conflict, NotFound, Refused
from entrepot.services.backend_port import Phase
from entrepot.services.job_files import files_of
from entrepot.services.lease import release_lease
from entrepot.services.run_job import cancel_job, spec_of, start_job, the_job


def bring(path: Path) -> Any:
    """Return a change of a quote by which its job brings a file."""

    def change(body: dict[str, Any]) -> None:
        body["job"]["run"]["files"] = files_of([path.name], path.parent)

    return change


def test_a_job_starts_once_however_often_it_is_asked(desk: Desk) -> None:
    job = started(desk)
    assert (job.state, job.fence, job.centre_id) == ("starting", 1, CENTRE)
    assert start_job(desk, job.lease_id) == job
    first, second = desk.hand.submitted
    assert first == second == spec_of(job)
    assert (first.time_limit_s, first.milli_devices, first.outputs) == (600, 1000, ("out.txt",))


def test_a_job_that_is_over_is_not_started_again(desk: Desk) -> None:
    job = started(desk)
    ended(desk, job)
    assert start_job(desk, job.lease_id).state == "succeeded"
    assert len(desk.hand.submitted) == 1


@pytest.mark.parametrize("by_s", [900, 5000])
def test_a_late_lease_does_not_start(desk: Desk, by_s: int) -> None:
    lease = leased(desk)
    desk.hand_clock.at += by_s
    with pytest.raises(Refused) as caught:
        start_job(desk, lease.id)
    assert caught.value.code == "lease.late"
    assert desk.hand.submitted == []
    with pytest.raises(NotFound):
        the_job(desk, lease.id)


def test_a_lease_may_start_in_its_last_second_and_no_sooner_than_it_was_made(desk: Desk) -> None:
    lease = leased(desk)
    desk.hand_clock.at = NOW - 1
    with pytest.raises(Refused) as caught:
        start_job(desk, lease.id)
    assert caught.value.code == "lease.late"
    desk.hand_clock.at = lease.start_by - 1
    assert start_job(desk, lease.id).lease_id == lease.id


def test_a_job_that_started_in_time_is_attached_to_later(desk: Desk) -> None:
    job = started(desk)
    desk.hand_clock.at += 5000
    assert start_job(desk, job.lease_id) == job


def test_a_released_lease_does_not_start(desk: Desk) -> None:
    lease = leased(desk)
    release_lease(desk, lease.id, reason="", key="release")
    with pytest.raises(Conflict) as caught:
        start_job(desk, lease.id)
    assert caught.value.code == "lease.released"
    assert desk.hand.submitted == []


def test_what_runs_is_what_was_quoted(desk: Desk, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("print(1)")
    lease = leased(desk, 1, bring(script))
    script.write_text("print(2)")
    with pytest.raises(Refused) as caught:
        start_job(desk, lease.id)
    assert caught.value.code == "job.file_changed"
    script.unlink()
    with pytest.raises(NotFound) as gone:
        start_job(desk, lease.id)
    assert gone.value.code == "job.file"
    assert desk.hand.submitted == []
    script.write_text("print(1)")
    start_job(desk, lease.id)
    assert desk.hand.submitted[0].files == {"script.py": script.resolve()}


def test_a_file_in_a_folder_is_found_again_under_its_path(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "script.py").write_text("print(1)")

    def change(body: dict[str, Any]) -> None:
        body["job"]["run"]["files"] = files_of(["src/script.py"], tmp_path)

    start_job(desk, leased(desk, 1, change).id)
    assert list(desk.hand.submitted[0].files) == ["src/script.py"]


def test_the_limits_of_the_job_reach_the_centre(desk: Desk) -> None:
    def change(body: dict[str, Any]) -> None:
        body["job"] |= {"memory_mib": 256, "disk_mib": None}

    spec = spec_of(started(desk, 1, change))
    assert (spec.memory_bytes_max, spec.disk_bytes_max) == (256 << 20, 1024 << 20)


def test_a_job_is_known_by_its_lease_too_and_an_unknown_one_is_not_found(desk: Desk) -> None:
    job = started(desk)
    assert the_job(desk, job.lease_id) == the_job(desk, job.id) == job
    with pytest.raises(NotFound):
        the_job(desk, "J-NONE")
    with pytest.raises(NotFound):
        start_job(desk, "L-NONE")


def test_a_cancellation_reaches_the_centre_and_a_job_that_is_over_refuses_it(desk: Desk) -> None:
    job = started(desk)
    cancel_job(desk, job.id)
    cancel_job(desk, job.lease_id)
    assert desk.hand.cancelled == [job.id, job.id]
    ended(desk, job, phase=Phase.CANCELLED)
    with pytest.raises(Conflict, match="cancelled"):
        cancel_job(desk, job.id)
