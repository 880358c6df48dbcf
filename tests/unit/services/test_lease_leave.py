"""Leaving a lease early: what it is charged, what is free, and that nothing is charged twice."""

from __future__ import annotations

import pytest
from tests.e2e.flow_tools import sums
from tests.unit.services.desk import CAPITAL, Desk, balance, ended, leased, started
from tests.unit.services.test_lease_change import LongBackend, of_kind, price_of

from entrepot.domain.contracts.lease_kind import LeaseKind
from entrepot.domain.contracts.lease_price import changed_price
from entrepot.kernel.errors import Conflict, Refused
from entrepot.services.backend_port import Phase
from entrepot.services.check import check_books
from entrepot.services.finish_job import recover
from entrepot.services.lease import release_lease, the_lease
from entrepot.services.lease_change import extend_lease
from entrepot.services.lease_leave import give_back, leaving
from entrepot.services.rerate_month import rerate_month
from entrepot.services.stored_invoice import paper_of

BOUND = of_kind(LeaseKind.VM, minimum_s=300, notice_s=60)


def test_a_managed_job_is_left_for_nothing(desk: Desk) -> None:
    lease = leased(desk)
    told = leaving(desk, lease.id)
    assert (told.owed_minor, told.held_minor) == (0, lease.hold_minor)
    left = give_back(desk, lease.id, reason="", key="g")
    assert (left.lease.state, left.invoice, left.owed_minor) == ("released", None, 0)
    assert sums(desk).free == CAPITAL
    assert check_books(desk) == []


def test_least_time_and_notice_are_billed_once(desk: Desk) -> None:
    lease = leased(desk, 1, BOUND)
    told = leaving(desk, lease.id)
    with pytest.raises(Refused) as caught:
        release_lease(desk, lease.id, reason="", key="r")
    assert caught.value.code == "lease.binds"
    left = give_back(desk, lease.id, reason="no need", key="g")
    again = give_back(desk, lease.id, reason="no need", key="g")
    assert left.invoice is not None
    assert (again.invoice, again.owed_minor) == (left.invoice, left.owed_minor)
    half = changed_price(price_of(lease), 300_000)
    assert paper_of(left.invoice).payable.minor <= told.owed_minor <= half.payable_now.minor
    assert (left.lease.state, sums(desk).held, sums(desk).busy_milli) == ("closed", 0, 0)
    assert sums(desk).free == CAPITAL - paper_of(left.invoice).payable.minor
    assert check_books(desk) == []
    line = paper_of(left.invoice).lines[0]
    assert "Least time and notice" in line.render()
    assert line.milli_device_seconds == 300_000
    with pytest.raises(Conflict):
        give_back(desk, lease.id, reason="no need", key="other")


def test_a_lease_that_nobody_starts_in_time_is_charged_the_same(desk: Desk) -> None:
    lease = leased(desk, 1, BOUND)
    desk.hand_clock.at = lease.start_by
    found = recover(desk)
    assert (found.released, len(found.billed)) == ((lease.id,), 1)
    assert recover(desk).billed == ()
    assert sums(desk).held == 0
    assert check_books(desk) == []


@pytest.mark.parametrize(
    ("ran_s", "phase", "charged_s"),
    [
        (100, Phase.SUCCEEDED, 300),
        (290, Phase.SUCCEEDED, 350),
        (290, Phase.CANCELLED, 350),
        (580, Phase.SUCCEEDED, 600),
        (290, Phase.LOST, 290),
        (0, Phase.FAILED, 0),
    ],
)
def test_a_run_that_ends_early_is_charged_by_the_terms_of_its_kind(
    desk: Desk, ran_s: int, phase: Phase, charged_s: int
) -> None:
    job = started(desk, 1, BOUND)
    invoice = ended(desk, job, ran_s, phase).invoice
    assert invoice is not None
    paper = paper_of(invoice)
    billed = sum(line.milli_device_seconds or 0 for line in paper.lines)
    assert billed == charged_s * 1000
    assert sums(desk).held == 0
    assert balance(desk, f"receivable:{desk.firm.id}") == 0
    assert check_books(desk) == []
    month = "2026-11"
    assert rerate_month(desk, month).lines == ()  # what is owed beyond the use is no difference


def test_a_run_is_shortened_to_the_end_of_its_notice(desk: Desk) -> None:
    desk.hand = LongBackend(desk.home)
    job = started(desk, 1, of_kind(LeaseKind.VM, minimum_s=100, notice_s=60))
    desk.hand_clock.at += 200
    left = give_back(desk, job.lease_id, reason="done early", key="g")
    assert left.lease.duration_s == 260
    assert desk.hand.limits == [260]
    assert (left.free_from, left.free_to) == (job.created_at + 260, job.created_at + 600)
    desk.hand_clock.at += 10
    again = give_back(desk, job.lease_id, reason="done early", key="g")
    assert (again.lease, again.free_from, again.free_to) == (
        left.lease,
        left.free_from,
        left.free_to,
    )
    assert desk.hand.cancelled == []
    invoice = ended(desk, job, 260, Phase.TIMED_OUT).invoice
    assert invoice is not None
    assert check_books(desk) == []


def test_where_the_centre_cannot_shorten_a_run_it_is_stopped_and_the_notice_billed(
    desk: Desk,
) -> None:
    job = started(desk, 1, of_kind(LeaseKind.VM, minimum_s=100, notice_s=60))
    desk.hand_clock.at += 200
    give_back(desk, job.lease_id, reason="", key="g")
    assert desk.hand.cancelled == [job.id]
    invoice = ended(desk, job, 200, Phase.CANCELLED).invoice
    assert invoice is not None
    assert sum(x.milli_device_seconds or 0 for x in paper_of(invoice).lines) == 260_000


def test_a_part_is_left_and_what_it_owes_stays_in_the_lease(desk: Desk) -> None:
    lease = leased(desk, 1, BOUND)
    extend_lease(desk, lease.id, milli_devices=1000, reason="", key="e")
    left = give_back(desk, lease.id, milli_devices=1000, reason="", key="g")
    assert give_back(desk, lease.id, milli_devices=1000, reason="", key="g").lease == left.lease
    assert (left.lease.milli_devices, left.lease.state) == (1000, "held")
    assert sums(desk).busy_milli == 1000
    whole = give_back(desk, lease.id, reason="", key="rest")
    assert whole.invoice is not None
    lines = paper_of(whole.invoice).lines
    assert sum(line.milli_device_seconds or 0 for line in lines) == 2 * 300_000
    assert the_lease(desk, lease.id).state == "closed"
    assert check_books(desk) == []
