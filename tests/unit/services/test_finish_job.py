"""The end of a job: reports, the return leg of its outputs, its bill, and the way back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from tests.e2e.flow_tools import sums
from tests.unit.services.desk import CAPITAL, NOW, Desk, ended, leased, report, started

from entrepot.kernel.errors import EntrepotError, NotFound
from entrepot.services import records as r
from entrepot.services.backend_port import Phase, RunSpec, RunState
from entrepot.services.check import check_books
from entrepot.services.finish_job import advance, recover
from entrepot.services.lease import the_lease
from entrepot.services.run_job import start_job, the_job

PERSONAL: Mapping[str, Any] = {"leg_persons": 10, "ytd_persons": 200_000, "ytd_sensitive": 0}
CONTRACT = r.Instrument("N-1", "", None, "gba_contract_hk", "in_force", "2026-01-01", None, "GBA/1")


def personal(body: dict[str, Any]) -> None:
    """Let the outputs mix personal data of the mainland: their way back needs a contract."""
    body["job"]["data"]["inbound"] |= PERSONAL
    body["job"]["data"]["returned"] |= {"mixes_cn_personal": True, "leg_persons": 10}


def file_contract(desk: Desk) -> None:
    """Put a standard contract of the Greater Bay Area on the firm's file."""
    record = r.Instrument(**{
        **{name: getattr(CONTRACT, name) for name in r.Instrument.__slots__},
        "firm_id": desk.firm.id,
    })  # fmt: skip
    desk.write(lambda uow: uow.registry.add_instrument(record), "contract")


def handed_over(desk: Desk, job: r.Job) -> set[str]:
    """Return the names in the firm's folder of a job."""
    folder = desk.home / "documents" / "outputs" / job.id
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def test_an_output_comes_back_with_its_label(desk: Desk) -> None:
    job = started(desk)
    desk.hand.output("out.txt", b"done")
    step = ended(desk, job)
    (output,) = step.job.outputs
    assert (output["released"], output["bytes"]) == (True, 4)
    folder = desk.home / "documents" / "outputs" / job.id
    assert (folder / "out.txt").read_bytes() == b"done"
    label = json.loads((folder / "out.txt.label.json").read_bytes())
    assert label["label"]["inbound"]["place_from"] == "HK"
    assert "path" not in label


def test_a_shut_return_leg_keeps_the_output_at_the_centre_and_the_job_is_billed_all_the_same(
    desk: Desk,
) -> None:
    file_contract(desk)
    job = started(desk, 1, personal)
    desk.write(lambda uow: uow.registry.end_instrument("N-1", "2026-11-21"), "ended")
    desk.hand.output("out.txt", b"names")
    step = ended(desk, job)
    assert step.invoice is not None
    assert step.invoice.total_minor == 1106
    (output,) = the_job(desk, job.id).outputs
    assert (output["released"], output["verdict"]) == (False, "instrument")
    assert handed_over(desk, job) == set()
    assert check_books(desk) == []


def test_an_instrument_in_force_opens_the_return_leg(desk: Desk) -> None:
    file_contract(desk)
    job = started(desk, 1, personal)
    desk.hand.output("out.txt", b"names")
    ended(desk, job)
    assert handed_over(desk, job) == {"out.txt", "out.txt.label.json"}


@pytest.mark.parametrize("names", [("a", "a.label.json"), ("a.label.json", "a")])
def test_an_output_named_like_a_label_is_not_overwritten(
    desk: Desk, names: tuple[str, str]
) -> None:
    job = started(desk)
    for name in names:
        desk.hand.output(name, b"first" if name == "a" else b"second")
    ended(desk, job)
    folder = desk.home / "documents" / "outputs" / job.id
    assert (folder / "a").read_bytes() == b"first"
    assert (folder / "a.label.json").read_bytes() == b"second"


def test_a_running_job_is_noted_as_running_and_not_billed(desk: Desk) -> None:
    job = started(desk)
    step = advance(desk, job.id)
    assert (step.job.state, step.job.started_at, step.invoice) == ("running", NOW, None)
    assert advance(desk, job.lease_id).job == step.job
    desk.hand.run_state = RunState(Phase.QUEUED)
    assert advance(desk, job.id).invoice is None


def test_a_second_look_finds_the_same_bill(desk: Desk) -> None:
    job = started(desk)
    first = ended(desk, job)
    desk.hand.sent = [report(desk, job, 600)]
    second = advance(desk, job.id)
    assert second.invoice == first.invoice
    assert sums(desk).free == CAPITAL - 1106


@pytest.mark.parametrize("step", ["hand_over", "bill_job"])
def test_a_process_killed_at_the_end_bills_and_hands_over_at_the_next_look(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    job = started(desk)
    desk.hand.output("out.txt", b"done")
    with monkeypatch.context() as killed:
        killed.setattr(f"entrepot.services.finish_job.{step}", _killed)
        with pytest.raises(KeyboardInterrupt):
            ended(desk, job)
    invoice = advance(desk, job.id).invoice
    assert invoice is not None
    assert handed_over(desk, job) == {"out.txt", "out.txt.label.json"}
    assert check_books(desk) == []


def test_an_unknown_job_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        advance(desk, "J-NONE")


def test_recovery_gives_back_late_leases_and_bills_what_has_ended(desk: Desk) -> None:
    job = started(desk, 1)
    late = leased(desk, 2)
    assert recover(desk).running == (job.id,)
    desk.hand.sent = [report(desk, job, 300)]
    desk.hand.run_state = RunState(Phase.SUCCEEDED, 0)
    desk.hand_clock.at = late.start_by
    found = recover(desk)
    assert (found.released, found.billed) == ((late.id,), ("HK-2026-000001",))
    assert the_lease(desk, late.id).state == "released"
    assert sums(desk).free == CAPITAL - 1106
    assert recover(desk) == type(found)((), (), ())
    assert check_books(desk) == []


def test_recovery_starts_a_job_that_was_recorded_and_never_reached_its_centre(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = leased(desk)
    with monkeypatch.context() as killed:
        killed.setattr(type(desk.hand), "submit", _killed)
        with pytest.raises(KeyboardInterrupt):
            start_job(desk, lease.id)
    assert desk.hand.submitted == []
    job = the_job(desk, lease.id)
    assert recover(desk).running == (job.id,)
    assert [spec.job_id for spec in desk.hand.submitted] == [job.id]


def test_one_job_that_its_centre_cannot_start_stops_no_recovery_of_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, sound = started(desk, 1), started(desk, 2)
    submit = desk.hand.submit

    def fails(spec: RunSpec) -> None:
        if spec.job_id == stuck.id:
            raise NotFound("job.file", "A file is gone.")
        submit(spec)

    monkeypatch.setattr(desk.hand, "submit", fails)
    desk.hand.sent = [report(desk, sound, 300)]
    desk.hand.run_state = RunState(Phase.SUCCEEDED, 0)
    found = recover(desk)
    assert found.billed == ("HK-2026-000001",)
    assert stuck.id in found.running


def _killed(*arguments: object) -> None:
    raise KeyboardInterrupt


def test_refusals_of_one_job_are_told_to_who_asks_for_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = leased(desk)

    def gone(spec: RunSpec) -> None:
        raise NotFound("job.file", "A file is gone.")

    monkeypatch.setattr(desk.hand, "submit", gone)
    with pytest.raises(EntrepotError, match="A file is gone"):
        start_job(desk, lease.id)
