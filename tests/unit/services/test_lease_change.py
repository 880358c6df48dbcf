"""Extending and shrinking a lease: time, devices, hold, vouchers and stock together, or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.e2e.flow_tools import digest_of, sums
from tests.unit.services.contract_desk import on_credit
from tests.unit.services.desk import (
    CAPITAL,
    Desk,
    HandBackend,
    balance,
    ended,
    leased,
    started,
)

from entrepot.adapters.sql.lease_store import SqlLeases
from entrepot.domain.contracts.lease_kind import USUAL, LeaseKind
from entrepot.domain.contracts.plain import from_plain
from entrepot.domain.contracts.price_model import PriceBreakdown
from entrepot.kernel.errors import Conflict, EntrepotError, Invalid, NotFound, Refused
from entrepot.services import records as r
from entrepot.services.check import check_books
from entrepot.services.finish_job import advance
from entrepot.services.lease import release_lease, the_lease
from entrepot.services.lease_change import Changed, extend_lease, shrink_lease
from entrepot.services.run_job import start_job

Asked = Callable[..., Changed]


class LongBackend(HandBackend):
    """A centre that can move the limit of a run."""

    def __init__(self, home: Any) -> None:
        super().__init__(home)
        self.limits: list[int] = []

    def set_limit(self, job_id: str, seconds: int) -> None:
        self.limits.append(seconds)


def of_kind(kind: LeaseKind, **changes: object) -> Callable[[dict[str, Any]], None]:
    """Let a quote be of a kind, with terms of its own."""

    def change(body: dict[str, Any]) -> None:
        body["candidates"][0]["kind"] = {**USUAL[kind].as_dict(), **changes}

    return change


def price_of(lease: r.Lease) -> PriceBreakdown:
    return from_plain(PriceBreakdown, lease.choice["price"])


def held_is_priced(desk: Desk, lease: r.Lease) -> None:
    """See that the hold is what the lease can cost, and that the books agree."""
    price = price_of(lease)
    kept = lease.choice.get("kept", 0)
    assert price.milli_device_seconds == lease.milli_devices * lease.duration_s + kept  # type: ignore[operator]
    assert lease.hold_minor == price.payable_now.minor == sums(desk).held
    assert sums(desk).free == CAPITAL - lease.hold_minor
    assert check_books(desk) == []
    assert desk.store.check_ledger() == []


def refused(
    desk: Desk, asked: Asked, lease_id: str, kind: type[EntrepotError], **how: Any
) -> EntrepotError:
    """See a change refused in one sentence with a way out, and without any effect."""
    before, lease = digest_of(desk), the_lease(desk, lease_id)
    with pytest.raises(kind) as caught:
        asked(desk, lease_id, reason="", key="refused", **how)
    assert digest_of(desk) == before
    assert the_lease(desk, lease_id) == lease
    assert check_books(desk) == []
    assert str(caught.value).endswith(".")
    assert caught.value.render_hint()
    return caught.value


def test_longer_holds_the_price_of_the_whole_time(desk: Desk) -> None:
    lease = leased(desk)
    found = extend_lease(desk, lease.id, seconds=1_200, reason="more frames", key="e1")
    assert (lease.duration_s, found.lease.duration_s) == (600, 1_800)
    assert price_of(found.lease).lines[0].amount.minor == 3 * price_of(lease).lines[0].amount.minor
    assert found.hold_change_minor == found.lease.hold_minor - lease.hold_minor > 0
    held_is_priced(desk, found.lease)
    assert (found.change.number, found.change.what, found.change.reason) == (
        1,
        "extend",
        "more frames",
    )


def test_the_same_key_changes_once_and_another_ask_under_it_is_refused(desk: Desk) -> None:
    lease = leased(desk)
    first = extend_lease(desk, lease.id, seconds=60, reason="", key="e")
    assert extend_lease(desk, lease.id, seconds=60, reason="", key="e") == first
    with pytest.raises(Conflict) as caught:
        extend_lease(desk, lease.id, seconds=61, reason="", key="e")
    assert caught.value.code == "command.key_used"
    assert the_lease(desk, lease.id).duration_s == 660
    with desk.store.reading() as uow:
        assert len(uow.leases.changes(lease.id)) == 1


def test_more_devices_are_taken_and_given_back(desk: Desk) -> None:
    lease = leased(desk)
    grown = extend_lease(desk, lease.id, milli_devices=1000, reason="", key="e").lease
    assert (grown.milli_devices, sums(desk).busy_milli) == (2000, 2000)
    assert grown.hold_minor in range(2 * lease.hold_minor - 2, 2 * lease.hold_minor + 3)
    held_is_priced(desk, grown)
    less = shrink_lease(desk, lease.id, milli_devices=1000, reason="", key="s").lease
    assert (less.milli_devices, sums(desk).busy_milli) == (1000, 1000)
    assert less.hold_minor == lease.hold_minor
    held_is_priced(desk, less)


def test_extended_and_shrunk_again_a_lease_costs_what_it_cost(desk: Desk) -> None:
    lease = leased(desk)
    extend_lease(desk, lease.id, seconds=21_600, reason="", key="e")
    back = shrink_lease(desk, lease.id, seconds=21_600, reason="", key="s").lease
    assert price_of(back) == price_of(lease)
    assert (back.hold_minor, back.duration_s) == (lease.hold_minor, lease.duration_s)
    assert back.hold_id != lease.hold_id
    release_lease(desk, lease.id, reason="", key="r")
    assert sums(desk).held == 0
    assert check_books(desk) == []


def test_a_changed_lease_runs_and_is_billed_at_its_own_quote(desk: Desk) -> None:
    lease = leased(desk)
    extend_lease(desk, lease.id, seconds=600, reason="", key="e")
    job = start_job(desk, lease.id)
    assert desk.hand.submitted[0].time_limit_s == 1_200
    invoice = ended(desk, job, 1_200).invoice
    assert invoice is not None
    assert invoice.total_minor == price_of(the_lease(desk, lease.id)).total.minor - _egress(lease)
    assert sums(desk).held == 0
    assert balance(desk, f"receivable:{desk.firm.id}") == 0
    assert check_books(desk) == []


def _egress(lease: r.Lease) -> int:
    return sum(line.amount.minor for line in price_of(lease).lines if line.kind == "egress")


def test_money_that_is_not_there_is_refused(desk: Desk) -> None:
    error = refused(desk, extend_lease, leased(desk).id, Refused, seconds=30 * 86_400)
    assert error.code == "lease.funds"


def test_devices_that_were_sold_are_refused(desk: Desk) -> None:
    lease = leased(desk, 1)
    leased(desk, 2)
    error = refused(desk, extend_lease, lease.id, Conflict, milli_devices=1000)
    assert error.code == "lease.sold"


@pytest.mark.parametrize(
    ("asked", "how", "code"),
    [
        (extend_lease, {}, "lease.change"),
        (extend_lease, {"seconds": -1}, "lease.change"),
        (shrink_lease, {"milli_devices": 1000}, "lease.size"),
        (shrink_lease, {"milli_devices": 2000}, "lease.size"),
        (extend_lease, {"milli_devices": 500}, "lease.size"),
    ],
)
def test_no_change_and_no_size_are_refused(
    desk: Desk, asked: Asked, how: dict[str, int], code: str
) -> None:
    assert refused(desk, asked, leased(desk).id, Invalid, **how).code == code


def test_the_longest_time_of_the_kind_is_kept(desk: Desk) -> None:
    lease = leased(desk, 1, of_kind(LeaseKind.CONTAINER, duration_s_max=7_200))
    error = refused(desk, extend_lease, lease.id, Refused, seconds=7_200)
    assert (error.code, "2 h at most" in str(error)) == ("lease.longest", True)


def test_half_a_year_is_the_longest_of_all(desk: Desk) -> None:
    error = refused(desk, extend_lease, leased(desk).id, Refused, seconds=184 * 86_400)
    assert error.code == "lease.longest"


def test_a_lease_does_not_end_before_least_time_and_notice(desk: Desk) -> None:
    lease = leased(desk, 1, of_kind(LeaseKind.VM, minimum_s=300, notice_s=60))
    error = refused(desk, shrink_lease, lease.id, Refused, seconds=301)
    assert error.code == "lease.notice"
    assert "300 s at most" in error.render_hint()
    assert shrink_lease(desk, lease.id, seconds=300, reason="", key="s").lease.duration_s == 300


def test_a_lease_that_has_ended_is_not_changed(desk: Desk) -> None:
    lease = leased(desk)
    release_lease(desk, lease.id, reason="", key="r")
    assert refused(desk, extend_lease, lease.id, Conflict, seconds=60).code == "lease.over"


def test_an_unknown_lease_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        extend_lease(desk, "L-NONE", seconds=1, reason="", key="k")


def test_the_law_of_the_day_counts_for_more_time(desk: Desk) -> None:
    def secret(body: dict[str, Any]) -> None:
        body["job"]["data"]["inbound"]["state_secret_or_core"] = True

    lease = leased(desk)
    with desk.store.reading() as uow:
        quote = uow.deals.quote(lease.quote_id)
    assert quote is not None
    body: dict[str, Any] = json.loads(json.dumps(dict(quote.body)))
    secret(body)
    desk.sql("UPDATE quote SET body = :body", body=json.dumps(body))
    with pytest.raises(Refused) as caught:
        extend_lease(desk, lease.id, seconds=60, reason="", key="k")
    assert caught.value.code == "gate.closed_since"
    assert the_lease(desk, lease.id) == lease


def test_a_run_is_not_changed_where_the_centre_cannot(desk: Desk) -> None:
    job = started(desk)
    error = refused(desk, extend_lease, job.lease_id, Refused, seconds=60)
    assert error.code == "lease.runs"
    error = refused(desk, extend_lease, job.lease_id, Refused, milli_devices=1000)
    assert error.code == "lease.devices_run"


def test_a_run_is_lengthened_and_shortened_where_the_centre_can(desk: Desk) -> None:
    desk.hand = LongBackend(desk.home)
    job = started(desk)
    found = extend_lease(desk, job.lease_id, seconds=600, reason="", key="e")
    assert desk.hand.limits == [1_200]
    held_is_priced(desk, found.lease)
    advance(desk, job.id)
    assert desk.hand.limits == [1_200, 1_200]  # told again, in case the first word was lost
    desk.hand_clock.at += 700
    assert refused(desk, shrink_lease, job.lease_id, Refused, seconds=500).code == "lease.notice"
    shrink_lease(desk, job.lease_id, seconds=400, reason="", key="s")
    assert desk.hand.limits[-1] == 800
    invoice = ended(desk, job, 800).invoice
    assert invoice is not None
    assert sums(desk).held == 0
    assert check_books(desk) == []


def test_on_credit_the_line_is_held(desk: Desk) -> None:
    on_credit(desk)
    lease = leased(desk)
    grown = extend_lease(desk, lease.id, seconds=600, reason="", key="e").lease
    with desk.store.reading() as uow:
        line = uow.ledger.balance(f"credit_line:{desk.firm.id}")
    assert line.debits_pending == grown.hold_minor > lease.hold_minor
    assert refused(desk, extend_lease, lease.id, Refused, seconds=10**7).code == "lease.funds"
    assert check_books(desk) == []


def test_a_part_given_back_of_a_kind_with_notice_stays_owed(desk: Desk) -> None:
    lease = leased(desk, 1, of_kind(LeaseKind.VM, minimum_s=300, notice_s=60))
    extend_lease(desk, lease.id, milli_devices=1000, reason="", key="e")
    less = shrink_lease(desk, lease.id, milli_devices=1000, reason="", key="s").lease
    assert less.choice["kept"] == 300 * 1000
    held_is_priced(desk, less)
    assert sums(desk).busy_milli == 1000
    invoice = ended(desk, start_job(desk, lease.id), 600).invoice
    assert invoice is not None
    assert invoice.total_minor == price_of(less).total.minor - _egress(lease)
    assert check_books(desk) == []


def test_two_changes_at_once_make_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lease that was changed between reading and writing is not written over."""
    lease = leased(desk)
    monkeypatch.setattr(SqlLeases, "change", lambda self, before, after: False)
    assert refused(desk, extend_lease, lease.id, Conflict, seconds=60).code == "lease.changed"
