"""Usage reports: only signed ones of this lease count, each once; the rest is told."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.services.desk import NOW, Desk, report, started

from entrepot.adapters.identity.signing import load_or_create
from entrepot.domain.metering.model import Refusal
from entrepot.kernel.canonical import sha256_hex
from entrepot.services import records as r
from entrepot.services.backend_port import SignedReport
from entrepot.services.lease import the_lease
from entrepot.services.meter import take_reports, usage_so_far


def take(desk: Desk, job: r.Job, *reports: SignedReport) -> list[Refusal]:
    """Let the centre send reports; return why some did not count."""
    desk.hand.sent = list(reports)
    return [item.refusal for item in take_reports(desk, the_lease(desk, job.lease_id), job)]


def counted(desk: Desk, job: r.Job) -> int:
    """Return the milli-device-seconds that count."""
    with desk.store.reading() as uow:
        return usage_so_far(desk, uow, the_lease(desk, job.lease_id), job).milli_device_seconds


def recorded(desk: Desk) -> list[str]:
    """Return the answers of all takings, as kept under their keys."""
    with desk.store.engine.connect() as conn:
        rows = conn.exec_driver_sql("SELECT key, response FROM idempotency_key")
        return [row.response for row in rows if row.key.startswith("usage:")]


def test_a_sound_report_counts_once(desk: Desk) -> None:
    job = started(desk)
    sound = report(desk, job, 300)
    assert take(desk, job, sound) == []
    assert take(desk, job, sound) == [Refusal.DUPLICATE]
    assert counted(desk, job) == 300_000
    with desk.store.reading() as uow:
        (event,) = uow.deals.usage()
    assert (event.source, event.seq) == ("centre:demo-gz", 1)
    assert event.signature == sound.signature.hex()


def test_a_chain_counts_what_its_last_report_says(desk: Desk) -> None:
    job = started(desk)
    first = report(desk, job, 100, final=False)
    second = report(
        desk, job, 250, seq=2, start=NOW + 100, end=NOW + 250, prev=sha256_hex(first.body)
    )
    assert take(desk, job, second, first) == []
    assert counted(desk, job) == 250_000
    assert take(desk, job, first, second, first) == [Refusal.DUPLICATE] * 3
    assert counted(desk, job) == 250_000


def test_a_report_that_came_too_early_counts_once_its_forerunner_is_there(desk: Desk) -> None:
    job = started(desk)
    first = report(desk, job, 100, final=False)
    second = report(
        desk, job, 250, seq=2, start=NOW + 100, end=NOW + 250, prev=sha256_hex(first.body)
    )
    assert take(desk, job, second) == []
    assert counted(desk, job) == 0
    assert take(desk, job, first) == []
    assert take(desk, job, second) == []
    assert counted(desk, job) == 250_000


WRONG: dict[Refusal, dict[str, Any]] = {
    Refusal.STALE_FENCE: {"fence": 0},
    Refusal.UNKNOWN_FENCE: {"fence": 2},
    Refusal.WRONG_CENTRE: {"centre_id": "other"},
    Refusal.WRONG_LEASE: {"lease_id": "L-OTHER"},
    Refusal.BROKEN_CHAIN: {"prev": "1" * 64},
    Refusal.CLOCK_BACK: {"end": NOW - 1},
}


@pytest.mark.parametrize("why", list(WRONG))
def test_a_report_that_does_not_belong_here_is_refused_and_recorded(
    desk: Desk, why: Refusal
) -> None:
    job = started(desk)
    wrong = report(desk, job, 300, **WRONG[why])
    assert take(desk, job, wrong) == [why]
    assert counted(desk, job) == 0
    (answer,) = recorded(desk)
    assert json.loads(answer)["rejected"][0][1] == why.value


def test_another_key_and_a_damaged_signature_are_refused_and_recorded(desk: Desk) -> None:
    job = started(desk)
    sound = report(desk, job, 300)
    stranger = load_or_create(desk.home / "stranger.key")
    for forged in (stranger.sign(sound.body), bytes(64), sound.signature[:-1], b""):
        assert take(desk, job, replace(sound, signature=forged)) == [Refusal.BAD_SIGNATURE]
    assert counted(desk, job) == 0
    assert len(recorded(desk)) == 4
    assert all(Refusal.BAD_SIGNATURE.value in answer for answer in recorded(desk))


def test_a_report_whose_signature_came_damaged_counts_when_it_is_sent_again(desk: Desk) -> None:
    job = started(desk)
    sound = report(desk, job, 300)
    assert take(desk, job, replace(sound, signature=bytes(64))) == [Refusal.BAD_SIGNATURE]
    assert take(desk, job, sound) == []
    assert counted(desk, job) == 300_000


def test_rubbish_is_told_and_keeps_no_sound_report_from_counting(desk: Desk) -> None:
    job = started(desk)
    rubbish = [SignedReport(body, bytes(64), "x") for body in (b"", b"{}", b"\xff" * 9000)]
    assert take(desk, job, *rubbish, report(desk, job, 300)) == []
    assert counted(desk, job) == 300_000
    (answer,) = recorded(desk)
    assert json.loads(answer)["unreadable"] == [sha256_hex(item.body) for item in rubbish]


def test_more_than_was_sold_is_cut_to_what_was_sold(desk: Desk) -> None:
    job = started(desk)
    assert take(desk, job, report(desk, job, 300, milli_device_seconds=10**9)) == []
    assert counted(desk, job) == 300_000


def test_nothing_new_is_no_command(desk: Desk) -> None:
    job = started(desk)
    assert take(desk, job) == []
    assert recorded(desk) == []
