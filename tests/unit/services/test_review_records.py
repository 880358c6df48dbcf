"""A row gains force by two persons, for its exact wording, until a day; by nothing less."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from tests.unit.services.desk import Desk

from entrepot.domain.vouchers.case import Status
from entrepot.kernel.errors import Conflict, EntrepotError, Invalid, NotFound, Refused
from entrepot.kernel.money import CNY, Amount
from entrepot.kernel.rulebook.decide import Stance
from entrepot.kernel.rulebook.grade import ReviewRecord
from entrepot.services.entitle_job import vouchers_on
from entrepot.services.gate_job import Declared, Site, judge_parts, sender_of
from entrepot.services.review_records import (
    all_reviews,
    approve,
    row_hashes,
    rows_in_force,
    sign,
    version_hashes,
)

ROW = "oo.sg"
TODAY, END = date(2026, 11, 21), date(2027, 11, 21)
FROM_SINGAPORE = Declared({"place_from": "SG", "collected_in": ["SG"]}, {}, {})
HONG_KONG = Site("hk-1", "HK", "Hong Kong", "HK", None)


def acting(desk: Desk, person: str) -> Desk:
    """Return the same home with another person at the desk."""
    other = Desk(desk.home, {"ENTREPOT_ACTOR": person})
    other._parts |= {k: v for k, v in desk._parts.items() if k != "store"}
    return other


def signed(desk: Desk, row: str = ROW, end: date = END) -> str:
    """Let two persons sign a row; return the id of the review."""
    review = sign(acting(desk, "one"), row, "Counsel of the house", end, f"sign-{row}")
    approve(acting(desk, "two"), review.id, f"approve-{row}")
    return review.id


def refused(call: Callable[[], object], kind: type[EntrepotError]) -> EntrepotError:
    """See a call refused with a way out, and return the refusal."""
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.render_hint()
    return caught.value


def outcome(desk: Desk, stance: Stance) -> str:
    """Return what the table ``other_out`` says of a leg out of Singapore."""
    with desk.store.reading() as uow:
        sender = sender_of(uow, desk.firm)
    inbound = judge_parts(desk, sender, FROM_SINGAPORE, HONG_KONG, stance)[0]
    return inbound.tables["other_out"].value


def test_two_persons_lend_force_until_the_last_day(desk: Desk) -> None:
    assert outcome(desk, Stance(TODAY)) == "needs_review"
    signed(desk)
    assert outcome(desk, Stance(TODAY)) == "allow_with_duties"
    assert outcome(desk, Stance(date(2027, 11, 20))) == "allow_with_duties"
    assert outcome(desk, Stance(END)) == "needs_review"
    assert outcome(desk, Stance(date(2026, 11, 20))) == "needs_review"


def test_a_review_counts_only_from_the_day_on_which_it_was_known(desk: Desk) -> None:
    desk.hand_clock.at += 86_400
    signed(desk)
    later = date(2026, 12, 1)
    assert outcome(desk, Stance(later, date(2026, 11, 22))) == "allow_with_duties"
    assert outcome(desk, Stance(later, date(2026, 11, 21))) == "needs_review"


def test_one_person_is_not_enough(desk: Desk) -> None:
    one = acting(desk, "one")
    review = sign(one, ROW, "Counsel", END, "k")
    assert outcome(desk, Stance(TODAY)) == "needs_review"
    for person in ("one", " One "):
        error = refused(lambda p=person: approve(acting(desk, p), review.id, "k2"), Refused)
        assert error.code == "review.same_person"
    assert all_reviews(desk, TODAY)[0].state == "proposed"
    assert outcome(desk, Stance(TODAY)) == "needs_review"


def test_the_database_itself_refuses_one_person_twice(desk: Desk) -> None:
    review = sign(acting(desk, "one"), ROW, "Counsel", END, "k")
    with pytest.raises((IntegrityError, EntrepotError)):
        desk.write(lambda uow: uow.four_eyes.approve(review.id, "one", 1), "behind")
    assert all_reviews(desk, TODAY)[0].state == "proposed"


def test_a_review_is_approved_once(desk: Desk) -> None:
    review = signed(desk)
    error = refused(lambda: approve(acting(desk, "three"), review, "again"), Conflict)
    assert error.code == "review.approved"
    assert all_reviews(desk, TODAY)[0].proposal.approved_by == "two"
    assert approve(acting(desk, "two"), review, f"approve-{ROW}").approved_by == "two"


def test_a_review_that_waited_past_its_last_day_is_not_approved(desk: Desk) -> None:
    review = sign(acting(desk, "one"), ROW, "Counsel", date(2026, 11, 22), "k")
    desk.hand_clock.at += 86_400
    error = refused(lambda: approve(acting(desk, "two"), review.id, "k2"), Invalid)
    assert error.code == "review.expired"
    assert all_reviews(desk, date(2026, 11, 22))[0].state == "expired"


def test_an_amended_row_has_lost_its_review(desk: Desk, tmp_path: Path) -> None:
    signed(desk)
    waiting = sign(acting(desk, "one"), "oo.mo", "Counsel", END, "other")
    folder = tmp_path / "own" / "rules"
    folder.mkdir(parents=True)
    text = (files("entrepot") / "facts" / "rules" / "flow.yaml").read_text("utf-8")
    for basis in ("Singapore's PDPA; nobody", "Macau's personal data law; nobody"):
        assert basis in text
        text = text.replace(basis, basis + " of the house")
    (folder / "flow.yaml").write_text(text, "utf-8")
    later = Desk(desk.home, {"ENTREPOT_FACTS": str(folder.parent), "ENTREPOT_ACTOR": "two"})
    later._parts["clock"] = desk.hand_clock
    assert outcome(later, Stance(TODAY)) == "needs_review"
    assert [view.state for view in all_reviews(later, TODAY)] == ["row_changed", "row_changed"]
    error = refused(lambda: approve(later, waiting.id, "late"), Conflict)
    assert error.code == "review.row_changed"
    assert outcome(desk, Stance(TODAY)) == "allow_with_duties"


def test_a_version_of_a_programme_is_signed_too(desk: Desk) -> None:
    version = "cn.suzhou.compute@2025-12-30"

    def reasons() -> tuple[Status, tuple[str, ...]]:
        with desk.store.reading() as uow:
            centre = uow.registry.centres()[0]
            price = Amount(10_000_000, CNY)
            found = vouchers_on(desk, uow, desk.firm, {}, centre, price, TODAY)
        answer = next(a for a in found.answers if a.programme == "cn.suzhou.compute")
        return answer.status, answer.reasons

    assert any(reason.startswith("grade_") for reason in reasons()[1])
    signed(desk, version)
    assert not any(reason.startswith("grade_") for reason in reasons()[1])


@pytest.mark.parametrize(
    ("row", "counsel", "end", "kind", "code"),
    [
        ("oo.sh", "Counsel", END, NotFound, "review.row"),
        ("nothing like it", "Counsel", END, NotFound, "review.row"),
        (ROW, "  ", END, Invalid, "review.counsel"),
        (ROW, "x" * 201, END, Invalid, "review.counsel"),
        (ROW, "a\nb", END, Invalid, "review.counsel"),
        (ROW, "Counsel", TODAY, Invalid, "review.expired"),
    ],
)
def test_what_cannot_be_signed_is_refused(
    desk: Desk, row: str, counsel: str, end: date, kind: type[EntrepotError], code: str
) -> None:
    assert refused(lambda: sign(desk, row, counsel, end, "k"), kind).code == code
    assert all_reviews(desk, TODAY) == []


def test_signatures_are_in_the_journal(desk: Desk) -> None:
    review = signed(desk)
    entries: list[Any] = desk.store.journal_entries(2)
    assert [(e["command"], e["actor"]) for e in entries] == [
        ("rules.approve", "two"),
        ("rules.sign", "one"),
    ]
    assert review in str(entries[0]["body"])
    assert desk.store.verify_journal() == []


def test_hashes_are_those_of_the_wording_as_known(desk: Desk) -> None:
    assert row_hashes(desk.rulebook) == row_hashes(desk.rulebook, date(2030, 1, 1))
    assert row_hashes(desk.rulebook, date(2020, 1, 1)) == {}
    assert version_hashes(desk.programmes, date(2020, 1, 1)) == {}
    hashes = {"a": "h1"}
    record = ReviewRecord("a", "h1", "Counsel", ("one", "two"), TODAY, END)
    assert rows_in_force([record], hashes, TODAY, None) == {"a"}
    assert rows_in_force([record], {"a": "h2"}, TODAY, None) == frozenset()
