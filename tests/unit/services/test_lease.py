"""Taking a quote: everything at once, or nothing and a sentence that says why."""

from __future__ import annotations

from typing import Any

import pytest
from tests.e2e.flow_tools import digest_of, sums
from tests.unit.services.desk import CAPITAL, NOW, Desk, leased, quoted, started

from entrepot.kernel.errors import Conflict, EntrepotError, Invalid, NotFound, Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.services.check import check_books
from entrepot.services.lease import release_lease, take_quote, the_lease
from entrepot.services.register import deposit


def refused(desk: Desk, quote_id: str, kind: type[EntrepotError], **choices: Any) -> EntrepotError:
    """Try to take a quote, see it refused without effect, and return the refusal."""
    asked: dict[str, Any] = {"accept_duties": True, "key": "refused", **choices}
    before = digest_of(desk)
    with pytest.raises(kind) as caught:
        take_quote(desk, quote_id, **asked)
    assert digest_of(desk) == before
    assert check_books(desk) == []
    assert caught.value.render_hint()
    return caught.value


def test_a_lease_holds_money_devices_and_duties(desk: Desk) -> None:
    lease = leased(desk)
    assert (lease.state, lease.start_by, lease.fence) == ("held", NOW + 900, 1)
    found = sums(desk)
    assert found.held == lease.hold_minor == lease.choice["payable_now_minor"]
    assert found.free == CAPITAL - lease.hold_minor
    assert found.busy_milli == 1000
    with desk.store.reading() as uow:
        assert all(task.lease_id == lease.id for task in uow.deals.tasks())
    assert check_books(desk) == []


def test_the_same_key_gives_the_same_lease(desk: Desk) -> None:
    first = leased(desk)
    assert take_quote(desk, first.quote_id, accept_duties=True, key="take-1") == first


def test_the_same_key_for_another_quote_is_refused(desk: Desk) -> None:
    leased(desk)
    error = refused(desk, quoted(desk, 2).id, Conflict, key="take-1")
    assert error.code == "command.key_used"


def test_a_quote_is_taken_once(desk: Desk) -> None:
    lease = leased(desk)
    error = refused(desk, lease.quote_id, Conflict)
    assert error.code == "quote.taken"
    assert lease.id in error.render_hint()


@pytest.mark.parametrize("after_s", [900, 901, 10**6])
def test_an_expired_quote_is_refused(desk: Desk, after_s: int) -> None:
    quote = quoted(desk)
    desk.hand_clock.at += after_s
    assert refused(desk, quote.id, Refused).code == "quote.expired"


def test_a_quote_holds_to_its_last_second(desk: Desk) -> None:
    quote = quoted(desk)
    desk.hand_clock.at += 899
    assert take_quote(desk, quote.id, accept_duties=True, key="k").state == "held"


def test_a_clock_moved_back_makes_no_quote_young(desk: Desk) -> None:
    quote = quoted(desk)
    desk.hand_clock.at -= 60
    assert refused(desk, quote.id, Refused).code == "quote.expired"
    desk.hand_clock.at -= 3600
    assert refused(desk, quote.id, Refused).code == "clock.back"


@pytest.mark.parametrize("choice", [0, -1, 2, 10**9])
def test_a_rank_that_the_quote_has_not_is_refused(desk: Desk, choice: int) -> None:
    error = refused(desk, quoted(desk).id, Invalid, choice=choice)
    assert error.code == "quote.choice"
    assert f"no candidate {choice}" in str(error)


def test_a_quote_without_candidates_cannot_be_taken(desk: Desk) -> None:
    quote = quoted(desk, change=lambda body: body.update(candidates=[]))
    assert refused(desk, quote.id, Invalid).code == "quote.choice"


def test_duties_have_to_be_accepted(desk: Desk) -> None:
    quote = quoted(desk)
    error = refused(desk, quote.id, Refused, accept_duties=False)
    assert error.code == "gate.duties"
    assert "--accept-duties" in error.render_hint()


def test_the_law_of_the_day_of_the_lease_counts_not_that_of_the_quote(desk: Desk) -> None:
    def change(body: dict[str, Any]) -> None:
        body["job"]["data"]["inbound"]["state_secret_or_core"] = True

    error = refused(desk, quoted(desk, change=change).id, Refused)
    assert error.code == "gate.closed"


def test_short_funds_are_refused_with_what_is_missing(desk: Desk) -> None:
    def change(body: dict[str, Any]) -> None:
        body["candidates"][0]["payable_now_minor"] = CAPITAL + 1234

    quote = quoted(desk, change=change)
    error = refused(desk, quote.id, Refused)
    assert error.code == "funds.short"
    assert str(error) == (
        "The job may cost HKD 1,012.34, but the prepaid account has HKD 1,000.00 free."
    )
    hint = error.render_hint()
    assert hint == f'Pay in: entrepot ledger deposit {desk.firm.id} "12.34 HKD"'
    deposit(desk, desk.firm.id, Amount(1234, HKD), "second", "deposit-2")
    lease = take_quote(desk, quote.id, accept_duties=True, key="k")
    assert sums(desk).free == 0
    assert lease.hold_minor == CAPITAL + 1234


def test_money_that_is_held_is_not_free_for_another_lease(desk: Desk) -> None:
    def half(body: dict[str, Any]) -> None:
        body["candidates"][0]["payable_now_minor"] = CAPITAL // 2 + 1

    leased(desk, 1, half)
    assert refused(desk, quoted(desk, 2, half).id, Refused).code == "funds.short"


def test_devices_are_sold_once(desk: Desk) -> None:
    leased(desk, 1)
    second = leased(desk, 2)
    quote = quoted(desk, 3)
    assert refused(desk, quote.id, Conflict).code == "capacity.sold"
    release_lease(desk, second.id, reason="changed my mind", key="release")
    assert take_quote(desk, quote.id, accept_duties=True, key="again").state == "held"


def test_an_unknown_quote_is_not_found(desk: Desk) -> None:
    assert refused(desk, "Q-NONE", NotFound).code == "quote.unknown"


def test_a_free_job_holds_nothing(desk: Desk) -> None:
    def free(body: dict[str, Any]) -> None:
        body["candidates"][0]["payable_now_minor"] = 0

    lease = leased(desk, 1, free)
    assert sums(desk).held == 0
    release_lease(desk, lease.id, reason="", key="release")
    assert check_books(desk) == []


def test_a_release_gives_everything_back_and_happens_once(desk: Desk) -> None:
    before = sums(desk)
    lease = leased(desk)
    released = release_lease(desk, lease.id, reason="not needed", key="release")
    assert released.state == "released"
    assert sums(desk) == before
    assert release_lease(desk, lease.id, reason="not needed", key="release") == released
    with pytest.raises(Conflict, match="not waiting"):
        release_lease(desk, lease.id, reason="not needed", key="other")
    assert sums(desk) == before
    assert check_books(desk) == []


def test_a_lease_whose_job_runs_cannot_be_released(desk: Desk) -> None:
    job = started(desk)
    with pytest.raises(Conflict) as caught:
        release_lease(desk, job.lease_id, reason="", key="release")
    assert caught.value.code == "lease.used"
    assert the_lease(desk, job.lease_id).state == "running"


def test_an_unknown_lease_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        release_lease(desk, "L-NONE", reason="", key="release")
