"""Netting batches: amounts, moves, members."""

import itertools
from fractions import Fraction

import pytest

from entrepot.domain.contracts import settlement as s
from entrepot.kernel.errors import Conflict, Invalid
from entrepot.kernel.money import CNH, HKD, Amount, ExchangeRate

RATE = ExchangeRate(CNH, HKD, Fraction("1.0923"), "test", "2026-11-20")


def member(n: int, owed: int = 1000, carrying: int = 1080) -> s.Member:
    return s.Member(f"I-{n}", f"HK-2026-{n:06d}", Amount(owed, CNH), Amount(carrying, HKD))


def frozen() -> s.NettingBatch:
    batch = s.NettingBatch("B-1", "demo", "2026-11-23")
    batch = s.add_member(s.add_member(batch, member(1)), member(2))
    return s.freeze(batch, RATE, 25, 1_800_000_000)


def test_amounts_of_a_batch():
    values = frozen().values
    assert values is not None
    assert values.total == Amount(2000, CNH)
    assert values.at_mid == Amount(2185, HKD)  # 20.00 · 1.0923 = 21.846
    assert values.spread == Amount(5, HKD)  # 0.054615
    assert values.paid == values.at_mid + values.spread
    assert values.at_mid == values.carrying + values.realised


def test_the_way_to_settled_and_the_way_back_after_a_failure():
    batch = s.instruct(frozen())
    assert s.settle(batch).state == s.BatchState.SETTLED
    again = s.reopen(s.fail(batch, "AC01"))
    assert (again.state, again.attempt, again.values) == (s.BatchState.REOPENED, 2, None)
    assert again.end_to_end_id == "B-1-2"
    assert s.freeze(again, RATE, 0, 1).state == s.BatchState.FROZEN


def test_only_the_moves_of_the_table_are_allowed():
    steps = {
        s.BatchState.FROZEN: lambda b: s.freeze(b, RATE, 0, 1),
        s.BatchState.INSTRUCTED: s.instruct,
        s.BatchState.SETTLED: s.settle,
        s.BatchState.FAILED: lambda b: s.fail(b, "x"),
        s.BatchState.REOPENED: s.reopen,
    }
    for state, (to, step) in itertools.product(s.BatchState, steps.items()):
        batch = s.NettingBatch("B-1", "demo", "2026-11-23", (member(1),), state)
        if to in s.MOVES[state]:
            assert step(batch).state == to
        else:
            with pytest.raises(Conflict):
                step(batch)


def test_a_frozen_batch_takes_no_member_and_no_invoice_twice():
    with pytest.raises(Conflict):
        s.add_member(frozen(), member(3))
    with pytest.raises(Conflict):
        s.add_member(s.NettingBatch("B", "demo", "d", (member(1),)), member(1))


def test_an_invoice_in_two_batches_is_found():
    one = s.NettingBatch("B-1", "demo", "d", (member(1), member(2)))
    two = s.NettingBatch("B-2", "demo", "d", (member(3),))
    s.check_disjoint([one, two])
    with pytest.raises(Conflict):
        s.check_disjoint([one, two, s.NettingBatch("B-3", "demo", "d", (member(2),))])


def test_an_empty_or_mixed_settlement_is_refused():
    wrong = s.Member("I-9", "n", Amount(1, HKD), Amount(1, HKD))
    for members, spread in (([], 0), ([member(1, owed=0)], 0), ([member(1)], -1), ([wrong], 0)):
        with pytest.raises(Invalid):
            s.settlement_values(members, RATE, spread)
