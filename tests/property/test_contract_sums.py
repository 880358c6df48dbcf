"""Sums that hold for any contract: back to back and credits; each with a bug it catches."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.domain.contracts.back_to_back import Pairing, pair_lines
from entrepot.domain.contracts.credit_note import Room, split_credit
from entrepot.domain.contracts.model import InvoiceLine, LineKind
from entrepot.kernel.errors import Refused
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.rounding import half_even

MINOR = st.integers(0, 10**12)
Pair = Callable[[list[InvoiceLine], int, int], list[Pairing]]
Split = Callable[[Room, int], tuple[int, int]]


def lines_of(uses: list[int | None]) -> list[InvoiceLine]:
    return [
        InvoiceLine(n, LineKind.LIST, "x", (), use, "", Amount(n * 10, HKD))
        for n, use in enumerate(uses, 1)
    ]


USES = st.lists(st.one_of(st.none(), st.integers(0, 10**9)), min_size=1, max_size=8)


def check_pairs(pair: Pair, uses: list[int | None], owed: int, carried: int) -> None:
    lines = lines_of(uses)
    found = pair(lines, owed, carried)
    assert [one.line for one in found] == [line.number for line in lines]
    assert sum(one.user_minor for one in found) == sum(line.amount.minor for line in lines)
    assert sum(one.centre_minor for one in found) == owed
    assert sum(one.carrying_minor for one in found) == carried
    used = [n for n, use in enumerate(uses) if use]
    idle = [one for n, one in enumerate(found) if n not in used]
    if used:
        assert all(one.centre_minor == 0 for one in idle)


@given(USES, MINOR, MINOR)
def test_both_sides_of_an_invoice_add_up_line_by_line(
    uses: list[int | None], owed: int, carried: int
) -> None:
    check_pairs(pair_lines, uses, owed, carried)


def naive_pairs(lines: list[InvoiceLine], owed: int, carried: int) -> list[Pairing]:
    """Planted bug: each part is rounded by itself."""
    whole = sum(line.milli_device_seconds or 0 for line in lines) or 1
    shares = [Fraction(line.milli_device_seconds or 0, whole) for line in lines]
    return [
        Pairing(x.number, x.amount.minor, half_even(s * owed), half_even(s * carried))
        for x, s in zip(lines, shares, strict=True)
    ]


def test_parts_that_are_rounded_by_themselves_do_not_add_up() -> None:
    with pytest.raises(AssertionError):
        check_pairs(naive_pairs, [1, 1, 1], 100, 100)


def check_credits(split: Split, payable: int, line: int, paid: int, wishes: list[int]) -> None:
    """Credit again and again; the firm never gets back more than it was charged, or paid."""
    credited = applied = returned = 0
    for wish in wishes:
        room = Room(payable, credited, line, credited, payable - paid - applied)
        try:
            first, rest = split(room, wish)
        except Refused:
            continue
        assert first + rest == wish
        credited, applied, returned = credited + wish, applied + first, returned + rest
    assert credited <= min(payable, line)
    assert applied <= payable - paid
    assert returned <= paid
    assert payable - paid - applied >= 0


AMOUNTS = st.integers(0, 1_000)


@given(AMOUNTS, AMOUNTS, AMOUNTS, st.lists(st.integers(-5, 600), max_size=6))
def test_no_credits_ever_exceed_invoice_line_or_payment(
    payable: int, line: int, paid: int, wishes: list[int]
) -> None:
    check_credits(split_credit, payable, line, min(paid, payable), wishes)


def naive_split(room: Room, minor: int) -> tuple[int, int]:
    """Planted bug: earlier credit notes are forgotten."""
    return split_credit(Room(room.payable, 0, room.line, 0, room.open), minor)


def test_a_split_that_forgets_earlier_notes_is_caught() -> None:
    with pytest.raises(AssertionError):
        check_credits(naive_split, 100, 100, 100, [60, 60])
