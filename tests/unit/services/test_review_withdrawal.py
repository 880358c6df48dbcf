"""One person takes a review back: from that day on its row only advises; what was kept replays."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.unit.services.claim_desk import LATER, ask, claim_desk, programme
from tests.unit.services.desk import Desk, billed
from tests.unit.services.test_review_records import TODAY, acting, outcome, refused, signed

from entrepot.domain.vouchers.case import Entitlement, Status
from entrepot.kernel.errors import Conflict, EntrepotError, Invalid, NotFound, Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.rulebook.decide import Stance
from entrepot.services.decisions import keep_cases, replay
from entrepot.services.entitle_job import Applied, vouchers_on
from entrepot.services.gate_check import Law
from entrepot.services.review_records import all_reviews, approve, sign, withdraw

DAY_S = 86_400
TOMORROW = date(2026, 11, 22)
END = date(2027, 11, 21)
VERSION = f"{LATER}@2020-01-01"
REASON = "The ordinance was amended"


def next_day(desk: Desk) -> None:
    desk.hand_clock.at += DAY_S


def test_one_person_takes_force_away_from_that_day_on(desk: Desk) -> None:
    review = signed(desk)
    next_day(desk)
    view = withdraw(acting(desk, "one"), review, REASON, "w")
    assert (view.state, view.ending and view.ending.reason) == ("withdrawn", REASON)
    assert outcome(desk, Stance(TOMORROW)) == "needs_review"
    assert outcome(desk, Stance(date(2027, 1, 1))) == "needs_review"
    assert outcome(desk, Stance(TODAY)) == "allow_with_duties"
    assert outcome(desk, Stance(TOMORROW, TODAY)) == "allow_with_duties"
    states = [all_reviews(desk, day)[0].state for day in (TODAY, TOMORROW)]
    assert states == ["in_force", "withdrawn"]


def test_a_review_withdrawn_on_its_first_day_never_stood(desk: Desk) -> None:
    withdraw(desk, signed(desk), REASON, "w")
    assert outcome(desk, Stance(TODAY)) == outcome(desk, Stance(TOMORROW)) == "needs_review"


def test_a_proposal_is_withdrawn_before_its_second_person(desk: Desk) -> None:
    review = sign(acting(desk, "one"), "oo.sg", "Counsel", END, "k")
    withdraw(acting(desk, "one"), review.id, REASON, "w")
    late = refused(lambda: approve(acting(desk, "two"), review.id, "k2"), Conflict)
    assert late.code == "review.withdrawn"
    assert outcome(desk, Stance(TOMORROW)) == "needs_review"


def test_it_is_final_and_journalled_and_a_new_review_gives_force_again(desk: Desk) -> None:
    review = signed(desk)
    withdraw(acting(desk, "three"), review, REASON, "w")
    entry: Any = desk.store.journal_entries(1)[0]
    assert (entry["command"], entry["actor"], entry["body"]["reason"]) == (
        "rules.withdraw",
        "three",
        REASON,
    )
    assert refused(lambda: withdraw(desk, review, REASON, "w2"), Conflict).code == (
        "review.withdrawn"
    )
    again = sign(acting(desk, "one"), "oo.sg", "Counsel", END, "again")
    approve(acting(desk, "two"), again.id, "again2")
    assert outcome(desk, Stance(TODAY)) == "allow_with_duties"


def test_the_database_fences_a_withdrawal(desk: Desk) -> None:
    withdraw(desk, signed(desk), REASON, "w")
    for statement in ("DELETE FROM four_eyes_end", "UPDATE four_eyes_end SET person = 'x'"):
        with pytest.raises(Exception, match="append-only"):
            desk.sql(statement)


@pytest.mark.parametrize(
    ("review", "reason", "kind", "code"),
    [
        ("R-NONE", REASON, NotFound, "review.unknown"),
        (None, "  ", Invalid, "review.reason"),
        (None, "a\nb", Invalid, "review.reason"),
        (None, "x" * 501, Invalid, "review.reason"),
    ],
)
def test_what_cannot_be_withdrawn_is_refused(
    desk: Desk, review: str | None, reason: str, kind: type[EntrepotError], code: str
) -> None:
    kept = signed(desk)
    assert refused(lambda: withdraw(desk, review or kept, reason, "w"), kind).code == code
    assert all_reviews(desk, TODAY)[0].state == "in_force"


def test_a_decision_made_under_a_review_replays_after_its_withdrawal(desk: Desk) -> None:
    review = signed(desk)
    leg = {"place_from": "SG", "place_to": "HK", "cross_border": True}
    body = {"name": "one", "leg": leg, "reviews_in_force": ["oo.sg"]}
    ((before, record),) = keep_cases(desk, [body], Law(TODAY), "keep")
    withdraw(desk, review, REASON, "w")
    found = replay(desk, record.id)
    assert found.again.as_dict() == before.as_dict()
    assert "oo.sg" in found.kept.cases


# --- a programme that only a review lets pay


@pytest.fixture
def weak(tmp_path: Any) -> Desk:
    """A desk with one programme, of grade K and paid after a claim."""
    return claim_desk(tmp_path, programme(grade="K"))


def on_a_price(desk: Desk) -> Applied:
    """What a quote takes off HKD 10.00."""
    with desk.store.reading() as uow:
        centre, firm = uow.registry.centres()[0], uow.registry.firms()[0]
        facts = {"registered_in": "hong_kong"}
        return vouchers_on(desk, uow, firm, facts, centre, Amount(1000, HKD), TODAY)


def answer_of(found: Applied) -> Entitlement:
    return next(answer for answer in found.answers if answer.programme == LATER)


def test_a_quote_takes_off_what_a_signed_programme_pays(weak: Desk) -> None:
    before = on_a_price(weak)
    assert (answer_of(before).status, before.deductions) == (Status.NEEDS_REVIEW, ())
    assert "grade_K" in answer_of(before).reasons and answer_of(before).advice_minor == 500
    review = signed(weak, VERSION)
    after = on_a_price(weak)
    assert answer_of(after).status is Status.PAYS
    assert [(d.programme, d.amount) for d in after.deductions] == [(LATER, Amount(500, HKD))]
    withdraw(weak, review, REASON, "w")
    assert on_a_price(weak).deductions == ()


def test_a_claim_is_paid_under_a_review_and_not_without(weak: Desk) -> None:
    invoice = billed(weak)
    why = refused(lambda: ask(weak, invoice, registered_in="hong_kong"), Refused)
    assert why.code == "claim.not_entitled" and "grade_K" in str(why)
    signed(weak, VERSION)
    claim = ask(weak, invoice, registered_in="hong_kong")
    assert claim.state == "applied" and claim.held and claim.amount_minor > 0
    assert claim.body["version"] == VERSION


def test_a_claim_after_the_withdrawal_is_refused(weak: Desk) -> None:
    withdraw(weak, signed(weak, VERSION), REASON, "w")
    why = refused(lambda: ask(weak, billed(weak), registered_in="hong_kong"), Refused)
    assert "grade_K" in str(why)
