"""Usage events from files: in any order, doubled and late, the same counts and the same money."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from tests.unit.services.desk import Desk, balance, billed, open_desk, report, settled, started
from tests.unit.services.metering_desk import billed_early, chained, outcomes, taken

from entrepot.services.check import check_books
from entrepot.services.lease import the_lease
from entrepot.services.meter import take_reports, usage_so_far


def counted(desk: Desk, lease_id: str) -> int:
    with desk.store.reading() as uow:
        lease = the_lease(desk, lease_id)
        job = uow.deals.job_of_lease(lease_id)
        assert job is not None
        return usage_so_far(desk, uow, lease, job).milli_device_seconds


def test_events_count_once_and_a_double_is_acknowledged(desk: Desk) -> None:
    job = started(desk)
    first, second = chained(desk, job, 100, 300)
    assert outcomes(taken(desk, first, first, second)) == ["counted", "duplicate", "counted"]
    assert outcomes(taken(desk, second, first)) == ["duplicate", "duplicate"]
    assert counted(desk, job.lease_id) == 300_000


def test_an_event_without_its_forerunner_waits_and_counts_once_that_has_come(desk: Desk) -> None:
    job = started(desk)
    first, second, third = chained(desk, job, 100, 200, 300)
    assert outcomes(taken(desk, third)) == ["waiting"]
    assert outcomes(taken(desk, second)) == ["waiting"]
    assert counted(desk, job.lease_id) == 0
    done = taken(desk, first)
    assert outcomes(done) == ["counted"]
    assert len(done.released) == 2
    assert counted(desk, job.lease_id) == 300_000
    with desk.store.reading() as uow:
        assert uow.metering.waiting() == []


def test_what_the_centre_sent_before_its_forerunner_waits_when_it_comes_by_file(
    desk: Desk,
) -> None:
    job = started(desk)
    first, second = chained(desk, job, 100, 300)
    desk.hand.sent = [second]
    take_reports(desk, the_lease(desk, job.lease_id), job)
    assert outcomes(taken(desk, second)) == ["waiting"]
    desk.hand.sent = [first]
    take_reports(desk, the_lease(desk, job.lease_id), job)
    assert counted(desk, job.lease_id) == 300_000


def test_a_stranger_a_wrong_key_and_another_content_are_refused(desk: Desk) -> None:
    job = started(desk)
    sound = report(desk, job, 300)
    forged = replace(sound, signature=bytes(64))
    other = report(desk, job, 300, lease_id="L-NOBODY")
    assert outcomes(taken(desk, forged, other)) == ["bad_signature", "unknown_lease"]
    assert outcomes(taken(desk, sound)) == ["counted"]
    assert outcomes(taken(desk, report(desk, job, 200))) == ["conflicting"]
    assert counted(desk, job.lease_id) == 300_000


def test_a_late_event_leaves_the_bill_alone_and_corrects_firm_and_centre(desk: Desk) -> None:
    bill, rest = billed_early(desk)
    prepaid, payable = (
        balance(desk, code) for code in (f"prepaid:{bill.firm_id}", f"payable:{bill.centre_id}")
    )
    done = taken(desk, *rest)
    (line,) = done.corrections
    assert outcomes(done) == ["counted"]
    assert (line.kind, line.invoice_id, line.booked_in) == ("usage_correction", bill.id, "2026-11")
    assert line.amount_minor > 0 < line.centre_minor
    assert balance(desk, f"prepaid:{bill.firm_id}") == prepaid + line.amount_minor
    assert balance(desk, f"payable:{bill.centre_id}") == payable - line.centre_minor
    assert balance(desk, f"unbilled:{bill.firm_id}") == 0
    with desk.store.reading() as uow:
        assert uow.deals.invoice(bill.id) == bill
    assert check_books(desk) == []
    assert taken(desk, *rest).corrections == ()


def test_bill_and_correction_sum_to_the_bill_of_a_job_that_was_told_in_time(
    desk: Desk, tmp_path: Path
) -> None:
    in_time = billed(open_desk(tmp_path / "other"))
    bill, rest = billed_early(desk)
    (line,) = taken(desk, *rest).corrections
    assert bill.total_minor + line.amount_minor == in_time.total_minor
    assert bill.centre_minor + line.centre_minor == in_time.centre_minor
    assert bill.carrying_minor + line.carrying_minor == in_time.carrying_minor


def test_the_next_settlement_pays_the_corrected_debt(desk: Desk) -> None:
    bill, rest = billed_early(desk)
    settled(desk)
    taken(desk, *rest)
    settled(desk, key="again")
    assert balance(desk, f"payable:{bill.centre_id}") == 0
    assert check_books(desk) == []


@pytest.mark.parametrize("order", list(permutations(range(3)))[:4])
def test_any_order_of_late_events_corrects_to_the_same_total(
    desk: Desk, order: tuple[int, ...]
) -> None:
    bill, rest = billed_early(desk, 1, 60, 120, 180, 300)
    lines = [line for place in order for line in taken(desk, rest[place]).corrections]
    lines += [line for place in order for line in taken(desk, rest[place]).corrections]
    with desk.store.reading() as uow:
        kept = uow.metering.accrued()
    assert [line.id for line in kept] == [line.id for line in lines]
    total = bill.total_minor + sum(line.amount_minor for line in kept)
    assert total == taken_at_once(desk)
    assert check_books(desk) == []


def taken_at_once(desk: Desk) -> int:
    """Charge of the same job, told in time: the second of the desk's quotes is the same."""
    return billed(desk, 2).total_minor
