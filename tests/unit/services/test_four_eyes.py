"""What one person proposes is done when another one approves, once, and as it was proposed."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError
from tests.unit.services.desk import Desk
from tests.unit.services.persons import acting

from entrepot.kernel.errors import Conflict, EntrepotError, Invalid, NotFound, Refused
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.services import four_eyes
from entrepot.services.check import check_books
from entrepot.services.four_eyes import ProposalView
from entrepot.services.four_eyes_acts import VALID_S, act_of
from entrepot.services.manual_posting import Posting, PostingLine, propose_posting

FEE = PostingLine("bank_fee", "bank", Amount(1_250, HKD))


def proposed(desk: Desk, n: int = 1, *lines: PostingLine) -> ProposalView:
    """Let the first person propose a posting."""
    posting = Posting(f"MP-{n}", "fee of the bank", lines or (FEE,))
    return propose_posting(acting(desk, "one"), posting, f"propose-{n}")


def fee_booked(desk: Desk) -> int:
    with desk.store.reading() as uow:
        return uow.ledger.balance("bank_fee").debit_net


def test_the_second_person_books_it_with_its_cause(desk: Desk) -> None:
    view = proposed(desk)
    assert (view.state, fee_booked(desk)) == ("open", 0)
    done = four_eyes.approve(acting(desk, "two"), view.proposal.id, "yes")
    assert (done.state, fee_booked(desk)) == ("approved", 1_250)
    assert done.proposal.approved_by == "two"
    assert done.ending is not None and done.ending.result["cause"] == "manual:MP-1"
    with desk.store.reading() as uow:
        booked = uow.ledger.transfers_of_cause("manual:MP-1")
    assert [t.id for t in booked] == done.ending.result["transfers"]
    assert check_books(desk) == []
    assert desk.store.verify_journal() == []


@pytest.mark.parametrize("name", ["one", "ONE", " one "])
def test_the_first_person_is_no_second_one(desk: Desk, name: str) -> None:
    view = proposed(desk)
    with pytest.raises(Refused) as refused:
        four_eyes.approve(acting(desk, name), view.proposal.id, "yes")
    assert refused.value.code == "four_eyes.same_person"
    with pytest.raises(Refused):
        four_eyes.refuse(acting(desk, name), view.proposal.id, "no", "no")
    assert fee_booked(desk) == 0


def test_the_database_too_refuses_one_person_as_two(desk: Desk) -> None:
    view = proposed(desk)
    with pytest.raises(IntegrityError, match="four_eyes_two"):
        desk.write(lambda uow: uow.four_eyes.approve(view.proposal.id, "one", 1), "behind")


def test_an_approval_counts_once(desk: Desk) -> None:
    view = proposed(desk)
    second = acting(desk, "two")
    first = four_eyes.approve(second, view.proposal.id, "yes")
    assert four_eyes.approve(second, view.proposal.id, "yes") == first
    with pytest.raises(Conflict) as refused:
        four_eyes.approve(second, view.proposal.id, "again")
    assert refused.value.code == "four_eyes.ended"
    assert fee_booked(desk) == 1_250


def test_refused_and_withdrawn_stay_undone(desk: Desk) -> None:
    two = acting(desk, "two")
    no = four_eyes.refuse(two, proposed(desk, 1).proposal.id, "typed ten times", "no")
    assert no.ending is not None and (no.state, no.ending.reason) == ("refused", "typed ten times")
    mine = proposed(desk, 2)
    with pytest.raises(Refused) as refused:
        four_eyes.withdraw(two, mine.proposal.id, "not mine")
    assert refused.value.code == "four_eyes.not_yours"
    back = four_eyes.withdraw(acting(desk, "one"), mine.proposal.id, "back")
    assert back.state == "withdrawn"
    for view in (no, back):
        with pytest.raises(Conflict):
            four_eyes.approve(two, view.proposal.id, f"late-{view.proposal.id}")
    assert (fee_booked(desk), four_eyes.open_proposals(desk)) == (0, [])
    assert len(four_eyes.all_proposals(desk)) == 2


def test_a_proposal_lapses_at_its_last_second(desk: Desk) -> None:
    view = proposed(desk)
    assert view.expires_at == desk.clock.now() + VALID_S
    desk.hand_clock.at = view.expires_at - 1
    assert four_eyes.the_proposal(desk, view.proposal.id).state == "open"
    desk.hand_clock.at = view.expires_at
    with pytest.raises(Conflict) as refused:
        four_eyes.approve(acting(desk, "two"), view.proposal.id, "late")
    assert refused.value.params["state"] == "expired"


def test_what_changed_since_is_not_approved(desk: Desk) -> None:
    first, again = proposed(desk, 1), proposed(desk, 2)
    four_eyes.approve(acting(desk, "two"), first.proposal.id, "yes")
    desk.sql("DROP TRIGGER IF EXISTS four_eyes_no_update")
    desk.sql(
        "UPDATE four_eyes SET body = replace(body, '1250', '9250') WHERE id = :id",
        id=again.proposal.id,
    )
    with pytest.raises(Conflict) as refused:
        four_eyes.approve(acting(desk, "two"), again.proposal.id, "edited")
    assert refused.value.code == "four_eyes.changed"
    assert fee_booked(desk) == 1_250


def test_an_act_that_fails_leaves_the_proposal_open(desk: Desk) -> None:
    much = PostingLine("bank_fee", "bank", Amount(10**9, HKD))
    view = proposed(desk, 1, much)
    with pytest.raises(EntrepotError):
        four_eyes.approve(acting(desk, "two"), view.proposal.id, "yes")
    assert four_eyes.the_proposal(desk, view.proposal.id).state == "open"
    assert fee_booked(desk) == 0


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (PostingLine("teapot", "bank", Amount(1, HKD)), "ledger.chart"),
        (PostingLine("bank_fee", "bank", Amount(1, CNH)), "posting.asset"),
        (PostingLine("bank", "revenue", Amount(1, HKD)), "posting.control"),
        (PostingLine("prepaid:F-1", "bank", Amount(1, HKD)), "posting.control"),
        (PostingLine("bank", "bank", Amount(1, HKD)), "posting.line"),
        (PostingLine("bank_fee", "bank", Amount(0, HKD)), "posting.line"),
    ],
)
def test_a_line_that_cannot_stand_is_refused_at_once(
    desk: Desk, line: PostingLine, code: str
) -> None:
    with pytest.raises(EntrepotError) as refused:
        proposed(desk, 1, FEE, line)
    assert refused.value.code == code
    assert four_eyes.all_proposals(desk) == []


def test_a_reference_is_booked_once(desk: Desk) -> None:
    four_eyes.approve(acting(desk, "two"), proposed(desk).proposal.id, "yes")
    with pytest.raises(Conflict) as refused:
        propose_posting(acting(desk, "one"), Posting("MP-1", "again", (FEE,)), "other")
    assert refused.value.code == "posting.known"


def test_unknown_kinds_ids_and_reasons(desk: Desk) -> None:
    with pytest.raises(Invalid):
        act_of("teapot")
    with pytest.raises(NotFound):
        four_eyes.approve(desk, "PR-1", "yes")
    with pytest.raises(Invalid):
        four_eyes.refuse(acting(desk, "two"), proposed(desk).proposal.id, " ", "no")
