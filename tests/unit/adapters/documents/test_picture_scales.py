"""Scales and room for words of pictures."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from entrepot.adapters.documents.pictures.text_width import text_width, wrapped
from entrepot.adapters.documents.pictures.ticks import linear_ticks, log_ticks, scale
from entrepot.services.charts import Axis

NUMBERS = st.fractions(-(10**12), 10**12, max_denominator=10**6)


@given(NUMBERS, NUMBERS, st.integers(1, 12))
def test_ticks_are_even_and_enclose_the_numbers(a: Fraction, b: Fraction, wished: int) -> None:
    low, high = min(a, b), max(a, b)
    ticks = linear_ticks(low, high, wished)
    assert ticks[0] <= low and high <= ticks[-1] and len(ticks) >= 2
    assert len({after - before for before, after in pairwise(ticks)}) == 1
    assert len(ticks) <= 2 * wished + 3


@given(st.fractions(Fraction(1, 10**6), 10**9), st.fractions(1, 10**6))
def test_log_ticks_enclose_and_rise(low: Fraction, times: Fraction) -> None:
    ticks = log_ticks(low, low * times)
    assert ticks[0] <= low and low * times <= ticks[-1]
    assert all(before < after for before, after in pairwise(ticks))


@given(st.lists(NUMBERS, min_size=2, max_size=9), st.booleans())
def test_greater_numbers_never_stand_lower(values: list[Fraction], tight: bool) -> None:
    laid = scale(Axis(), values, (100, 0), 5, tight=tight)
    places = [laid.at(value) for value in sorted(values)]
    assert places == sorted(places, reverse=True)
    assert all(0 <= place <= 100 for place in places)


def test_words_are_broken_at_blanks_and_after_chinese_signs() -> None:
    text = "價格由中標訂單決定,每個地點每小時一個價格"
    lines = wrapped(text, 10, 120, 3)
    assert "".join(lines) == text
    assert all(text_width(line, 10) <= 120 for line in lines)
