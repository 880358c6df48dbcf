"""Transfers are booked or refused one by one, groups as a whole, holds once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from entrepot.domain.ledger.apply import Applied, LedgerState, apply
from entrepot.domain.ledger.expiry import resolution
from entrepot.domain.ledger.model import COMPONENT_MAX, Account, Balance, Phase, Transfer
from entrepot.kernel.errors import Conflict, Invalid, Refused

STATE = LedgerState(
    {
        "bank": Account(1, "bank", "HKD"),
        "prepaid:F": Account(2, "prepaid:F", "HKD", "F", debit_bound=True),
        "revenue": Account(3, "revenue", "HKD"),
        "bank_cnh": Account(4, "bank_cnh", "CNH"),
        "old": Account(5, "old", "HKD", closed=True),
        "fund": Account(6, "fund", "HKD", credit_bound=True),
    }
)
PAY_IN = Transfer("T-in", "bank", "prepaid:F", 1_000, "HKD")
HOLD = Transfer("T-hold", "prepaid:F", "revenue", 600, "HKD", phase=Phase.PENDING, timeout_s=60)


def after(*transfers: Transfer, state: LedgerState = STATE) -> LedgerState:
    """Return the state after transfers that all must be booked."""
    applied = apply(state, transfers)
    assert not applied.refused
    return state.after(applied)


def code(applied: Applied) -> list[str]:
    return [outcome.refusal.code if outcome.refusal else "" for outcome in applied.outcomes]


def test_a_posted_transfer_moves_both_sides() -> None:
    state = after(PAY_IN)
    assert state.balances["bank"] == Balance(debits_posted=1_000)
    assert state.balances["prepaid:F"] == Balance(credits_posted=1_000)


def test_a_hold_counts_against_the_bound() -> None:
    state = after(PAY_IN, HOLD)
    assert state.balances["prepaid:F"].credit_free == 400
    more = Transfer("T-2", "prepaid:F", "revenue", 401, "HKD")
    assert code(apply(state, [more])) == ["ledger.funds"]
    assert code(apply(state, [replace(more, amount=400)])) == [""]


def test_credit_bound_is_the_mirror() -> None:
    gift = Transfer("T-1", "fund", "bank", 10, "HKD")
    spend = Transfer("T-2", "bank", "fund", 11, "HKD")
    assert code(apply(STATE, [gift, spend])) == ["", "ledger.funds"]


def test_a_posted_part_releases_the_rest() -> None:
    state = after(PAY_IN, HOLD, resolution(HOLD, "T-post", Phase.POST, 250))
    assert state.balances["prepaid:F"] == Balance(250, 1_000, 0, 0)
    assert state.balances["revenue"] == Balance(0, 250, 0, 0)
    assert state.open_holds == []


@pytest.mark.parametrize("phase", [Phase.VOID, Phase.EXPIRE])
def test_release_gives_everything_back(phase: Phase) -> None:
    end = replace(resolution(HOLD, "T-end", phase), t=60)
    assert after(PAY_IN, HOLD, end).balances["prepaid:F"] == Balance(0, 1_000, 0, 0)


@pytest.mark.parametrize(
    ("phase", "t", "amount", "refusal"),
    [
        (Phase.POST, 59, 600, ""),
        (Phase.POST, 60, 600, "ledger.expired"),
        (Phase.POST, 0, 601, "ledger.exceeds_hold"),
        (Phase.EXPIRE, 59, 600, "ledger.not_due"),
        (Phase.EXPIRE, 60, 600, ""),
        (Phase.VOID, 99, 600, ""),
        (Phase.VOID, 0, 599, "ledger.hold_differs"),
    ],
)
def test_when_and_how_a_hold_ends(phase: Phase, t: int, amount: int, refusal: str) -> None:
    end = replace(resolution(HOLD, "T-end", phase, amount), t=t)
    assert code(apply(after(PAY_IN, HOLD), [end])) == [refusal]


def test_a_hold_without_timeout_never_expires() -> None:
    hold = replace(HOLD, timeout_s=0)
    end = replace(resolution(hold, "T-end", Phase.EXPIRE), t=1 << 40)
    assert code(apply(after(PAY_IN, hold), [end])) == ["ledger.not_due"]


def test_a_hold_ends_once() -> None:
    ends = [resolution(HOLD, f"T-{n}", Phase.VOID) for n in (1, 2)]
    assert code(apply(after(PAY_IN, HOLD), ends)) == ["", "ledger.resolved"]
    assert code(apply(after(PAY_IN, HOLD, ends[0]), ends[1:])) == ["ledger.resolved"]


def test_only_a_hold_can_end() -> None:
    wrong = resolution(PAY_IN, "T-1", Phase.POST)
    absent = resolution(replace(HOLD, id="T-none"), "T-2", Phase.POST)
    swapped = replace(resolution(HOLD, "T-3", Phase.POST), debit=HOLD.credit, credit=HOLD.debit)
    state = after(PAY_IN, HOLD)
    assert code(apply(state, [wrong, absent])) == ["ledger.no_hold", "ledger.no_hold"]
    assert code(apply(state, [swapped])) == ["ledger.hold_differs"]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"amount": 0}, "ledger.malformed"),
        ({"amount": -1}, "ledger.malformed"),
        ({"amount": True}, "ledger.malformed"),
        ({"amount": COMPONENT_MAX + 1}, "ledger.malformed"),
        ({"id": ""}, "ledger.malformed"),
        ({"id": "T" * 65}, "ledger.malformed"),
        ({"credit": "bank"}, "ledger.malformed"),
        ({"phase": Phase.POST}, "ledger.malformed"),
        ({"pending_id": "T-hold"}, "ledger.malformed"),
        ({"timeout_s": 5}, "ledger.malformed"),
        ({"credit": "nowhere"}, "ledger.no_account"),
        ({"credit": "old"}, "ledger.closed"),
        ({"credit": "bank_cnh"}, "ledger.asset"),
        ({"asset": "CNH"}, "ledger.asset"),
    ],
)
def test_what_has_no_meaning_is_refused(change: dict[str, object], refusal: str) -> None:
    applied = apply(STATE, [replace(PAY_IN, **change)])  # pyright: ignore[reportArgumentType]
    assert code(applied) == [refusal]
    assert not applied.balances


def test_a_total_stays_within_64_bits() -> None:
    most = replace(PAY_IN, amount=COMPONENT_MAX)
    assert code(apply(STATE, [most, replace(PAY_IN, id="T-2", amount=1)])) == [
        "",
        "ledger.overflow",
    ]


def test_the_same_id_books_once() -> None:
    state = after(PAY_IN)
    for again in (apply(state, [replace(PAY_IN, t=9)]), apply(STATE, [PAY_IN, PAY_IN])):
        assert again.outcomes[-1].repeated
        assert code(again)[-1] == ""
    assert apply(state, [PAY_IN]).balances == {}


def test_the_same_id_with_another_body_is_refused() -> None:
    applied = apply(after(PAY_IN), [replace(PAY_IN, amount=1)])
    assert code(applied) == ["ledger.id_used"]
    with pytest.raises(Conflict, match="already booked"):
        applied.raise_refusal()


def group(*transfers: Transfer, name: str = "G") -> list[Transfer]:
    return [replace(transfer, link_group=name) for transfer in transfers]


def test_a_group_is_booked_whole_or_not() -> None:
    spend = Transfer("T-2", "prepaid:F", "revenue", 1_001, "HKD")
    refused = apply(STATE, group(PAY_IN, spend))
    assert code(refused) == ["ledger.linked", "ledger.funds"]
    assert not refused.balances
    with pytest.raises(Refused, match="1001 are needed"):
        refused.raise_refusal()
    booked = apply(STATE, group(PAY_IN, replace(spend, amount=1_000)))
    assert code(booked) == ["", ""]
    assert booked.balances["prepaid:F"].credit_free == 0


def test_a_refused_group_leaves_its_hold_open() -> None:
    end = resolution(HOLD, "T-3", Phase.VOID)
    broke = Transfer("T-4", "prepaid:F", "bank", 9_999, "HKD")
    state = after(PAY_IN, HOLD)
    assert code(apply(state, [*group(end, broke), replace(end, id="T-5")])) == [
        "ledger.linked",
        "ledger.funds",
        "",
    ]


def test_a_group_comes_once() -> None:
    members = group(PAY_IN, HOLD)
    state = after(*members)
    assert all(outcome.repeated for outcome in apply(state, members).outcomes)
    third = replace(PAY_IN, id="T-9", link_group="G")
    changed = [members[0], replace(members[1], amount=1)]
    for wrong in ([third], members[:1], [*members, third], changed):
        assert set(code(apply(state, wrong))) == {"ledger.group_used"}
    split = [*members, replace(PAY_IN, id="T-8"), third]
    assert code(apply(STATE, split)) == ["", "", "", "ledger.group_used"]


def test_a_group_names_each_transfer_once() -> None:
    assert set(code(apply(STATE, group(PAY_IN, PAY_IN)))) == {"ledger.group_used"}


def test_apply_changes_no_argument() -> None:
    state = after(PAY_IN)
    before = (dict(state.balances), dict(state.transfers), dict(state.resolved))
    apply(state, [HOLD, resolution(HOLD, "T-2", Phase.VOID)])
    assert before == (state.balances, state.transfers, state.resolved)


def test_a_refusal_is_an_error_of_its_kind() -> None:
    with pytest.raises(Invalid, match="no account nowhere"):
        apply(STATE, [replace(PAY_IN, credit="nowhere")]).raise_refusal()
    apply(STATE, [PAY_IN]).raise_refusal()
