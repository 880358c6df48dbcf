"""Deciding a batch as a whole says what deciding it transfer by transfer says, or nothing.

Batches are drawn with every kind of fault, over books with open and ended holds, bound and
closed accounts and two assets. Each planted bug is found by the same search.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase as Part
from hypothesis import given, settings
from hypothesis import strategies as st

from entrepot.domain.ledger import whole as module
from entrepot.domain.ledger.apply import LedgerState, apply
from entrepot.domain.ledger.columns import Columns, columns_of
from entrepot.domain.ledger.model import COMPONENT_MAX, Account, Phase, Transfer
from entrepot.domain.ledger.whole import whole

T = 1_000
ACCOUNTS = [
    Account(1, "bank", "HKD"),
    Account(2, "prepaid", "HKD", debit_bound=True),
    Account(3, "fund", "HKD", credit_bound=True),
    Account(4, "wallet", "HKD", debit_bound=True),
    Account(5, "payable", "CNH"),
    Account(6, "shut", "HKD", closed=True),
]
OPEN = ["bank", "prepaid", "fund", "wallet"]
HOLDS = [
    Transfer("H0", "bank", "fund", 7, "HKD", phase=Phase.PENDING, t=900),
    Transfer("H1", "prepaid", "bank", 9, "HKD", phase=Phase.PENDING, timeout_s=50, t=900),
    Transfer("H2", "prepaid", "bank", 8, "HKD", phase=Phase.PENDING, timeout_s=500, t=900),
    Transfer("H3", "bank", "prepaid", 6, "HKD", phase=Phase.PENDING, t=900),
]


def books() -> LedgerState:
    """Return books with money, open holds and one that is ended."""
    state = LedgerState({one.code: replace(one, closed=False) for one in ACCOUNTS})
    first = [
        Transfer("S0", "bank", "prepaid", 90, "HKD", t=900),
        Transfer("S1", "fund", "bank", 70, "HKD", t=900, link_group="G0"),
        Transfer("S2", "bank", "wallet", 30, "HKD", t=900),
        *HOLDS,
        Transfer("V3", "bank", "prepaid", 6, "HKD", phase=Phase.VOID, pending_id="H3", t=900),
    ]
    applied = apply(state, first)
    assert not applied.refused
    after = state.after(applied)
    return replace(after, accounts={one.code: one for one in ACCOUNTS})


BOOKS = books()
KNOWN_HOLDS = {one.id: one for one in HOLDS}


@st.composite
def batches(draw: st.DrawFn) -> list[Transfer]:
    """Draw a batch that is mostly right, of up to a dozen transfers."""
    many: list[Transfer] = []
    holds = dict(KNOWN_HOLDS)
    for number in range(draw(st.integers(1, 12))):
        one = _move(draw, number)
        if holds and draw(st.integers(0, 3)) == 0:
            one = _end(draw, number, draw(st.sampled_from(sorted(holds.values(), key=str))))
        elif one.phase is Phase.PENDING:
            holds[one.id] = replace(one, t=T)
        if draw(st.integers(0, 24)) == 0:
            one = replace(one, **draw(st.sampled_from(FAULTS)))
        many.append(one)
    return _grouped(draw, many)


FAULTS: list[dict[str, Any]] = [
    {"id": ""}, {"id": "x" * 65}, {"id": "S0"}, {"id": "N0"}, {"amount": 0}, {"amount": -1},
    {"amount": True}, {"amount": COMPONENT_MAX + 1}, {"amount": COMPONENT_MAX}, {"amount": 10_000},
    {"debit": "bank", "credit": "bank"}, {"debit": "nowhere"}, {"credit": "shut"},
    {"credit": "payable"}, {"asset": "CNH"}, {"pending_id": "H0"}, {"pending_id": "none"},
    {"phase": Phase.VOID}, {"timeout_s": -1}, {"timeout_s": 3}, {"link_group": "G0"},
    {"timeout_s": COMPONENT_MAX + 1}, {"phase": Phase.PENDING}, {"pending_id": "S0"},
]  # fmt: skip


def _move(draw: st.DrawFn, number: int) -> Transfer:
    debit = draw(st.sampled_from(OPEN))
    credit = draw(st.sampled_from([code for code in OPEN if code != debit]))
    amount = draw(st.integers(1, 20))
    held = draw(st.booleans())
    timeout_s = draw(st.sampled_from([0, 60])) if held else 0
    phase = Phase.PENDING if held else Phase.POSTED
    return Transfer(f"N{number}", debit, credit, amount, "HKD", "", phase, timeout_s=timeout_s)


def _end(draw: st.DrawFn, number: int, hold: Transfer) -> Transfer:
    phase = draw(st.sampled_from([Phase.POST, Phase.POST, Phase.VOID, Phase.EXPIRE]))
    amount = hold.amount
    if phase is Phase.POST or draw(st.integers(0, 9)) == 0:
        amount = draw(st.integers(1, hold.amount + 1))
    return Transfer(
        f"N{number}", hold.debit, hold.credit, amount, "HKD", "", phase, pending_id=hold.id
    )


def _grouped(draw: st.DrawFn, many: list[Transfer]) -> list[Transfer]:
    if draw(st.booleans()):
        return many
    groups = draw(st.lists(st.sampled_from(["", "A", "B"]), min_size=len(many), max_size=len(many)))
    names = groups if draw(st.booleans()) else sorted(groups)
    pairs = zip(many, names, strict=True)
    return [replace(one, link_group=one.link_group or name) for one, name in pairs]


def agrees(batch: Sequence[Transfer]) -> None:
    """Compare both ways of deciding."""
    stamped = [one.stamped(T) for one in batch]
    applied = apply(BOOKS, stamped)
    right = dict(applied.balances) if len(applied.booked) == len(batch) else None
    found = module.whole(BOOKS, columns_of(batch), T)
    if found is None and sum(one.amount for one in batch) > COMPONENT_MAX // 2:
        return  # Near the largest total the short way may pass a batch on.
    assert found == right


@settings(deadline=None, max_examples=400)
@given(batches())
def test_the_whole_says_what_the_steps_say(batch: list[Transfer]) -> None:
    agrees(batch)


def test_the_search_draws_batches_of_both_kinds() -> None:
    """Half of the search would be idle if every batch were refused, or none."""
    taken: list[bool] = []

    @settings(
        deadline=None,
        max_examples=200,
        phases=[Part.generate],
        database=None,
        derandomize=True,
    )
    @given(batches())
    def draw(batch: list[Transfer]) -> None:
        taken.append(whole(BOOKS, columns_of(batch), T) is not None)

    draw()
    assert 0.2 < sum(taken) / len(taken) < 0.8


def _always(*_args: object) -> bool:
    return True


def _sums_only(state: LedgerState, sums: Any) -> set[str]:
    return set()


def _end_of_batch(state: LedgerState, batch: Columns, held: list[int], tight: set[str]) -> bool:
    """Look at the bounds when all is done instead of after every transfer."""
    balances = module._balances(state, module._sums(batch, held), 0) or {}
    return all(
        balances[code].credit_free >= 0 for code in tight if state.accounts[code].debit_bound
    )


def _forgets_the_rest(batch: Columns, held: list[int]) -> Any:
    return RIGHT_SUMS(batch, [min(h, a) for h, a in zip(held, batch.amount, strict=True)])


def _keeps_ended(state: LedgerState) -> Any:
    return RIGHT_HOLDS(replace(state, resolved={}))


def _never_due(phase: Phase, amount: int, hold: Any, t: int) -> bool:
    return RIGHT_ENDS(phase, amount, (*hold[:3], None), t)


RIGHT_SUMS, RIGHT_HOLDS, RIGHT_ENDS = module._sums, module._open_holds, module._ends

BUGS: list[tuple[str, Callable[..., Any]]] = [
    ("_shaped", _always),
    ("_new", _always),
    ("_tight", _sums_only),
    ("_follows", _always),
    ("_follows", _end_of_batch),
    ("_sums", _forgets_the_rest),
    ("_open_holds", _keeps_ended),
    ("_ends", _never_due),
]


@pytest.mark.parametrize(("name", "bug"), BUGS, ids=[f"{n}-{b.__name__}" for n, b in BUGS])
def test_each_planted_bug_is_found(
    monkeypatch: pytest.MonkeyPatch, name: str, bug: Callable[..., Any]
) -> None:
    monkeypatch.setattr(module, name, bug)

    @settings(
        deadline=None,
        max_examples=3_000,
        phases=[Part.generate],
        database=None,
        derandomize=True,
    )
    @given(batches())
    def hunt(batch: list[Transfer]) -> None:
        agrees(batch)

    with pytest.raises((AssertionError, ExceptionGroup, KeyError)):
        hunt()
