"""Green shifting against every start there is, and the figures that are known."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.shared_data import shared_data

from entrepot.adapters.imports.carbon_series import read_carbon
from entrepot.domain.grid.green_series import series_of
from entrepot.domain.grid.green_shift import best_parts, best_whole, shift_each
from entrepot.kernel.errors import Invalid
from entrepot.services.grid_green import GreenAsk, shift_nightly

CASES = st.tuples(
    st.lists(st.integers(0, 9), min_size=1, max_size=8),
    st.integers(1, 4),
    st.integers(0, 12),
    st.integers(1, 12),
    st.integers(0, 12),
)


def by_second(values: list[int], step: int) -> list[int]:
    return [value for value in values for _ in range(step)]


@given(CASES)
def test_no_start_is_greener(case: tuple[list[int], int, int, int, int]) -> None:
    values, step, earliest, length, slack = case
    series, seconds = series_of(0, step, values), by_second(values, step)
    deadline = earliest + length + slack
    if deadline > len(seconds):
        with pytest.raises(Invalid, match="does not cover"):
            best_whole(series, earliest, deadline, length)
        return
    found = best_whole(series, earliest, deadline, length)
    sums = {at: sum(seconds[at : at + length]) for at in range(earliest, deadline - length + 1)}
    start = found.parts[0][0]
    assert found.emitted == min(sums.values()) == sums[start]
    every = best_whole(series, earliest, deadline, length, every_s=3)
    assert every.emitted == min(sums[at] for at in sums if (at - earliest) % 3 == 0)


@given(CASES)
def test_no_choice_of_seconds_is_greener(case: tuple[list[int], int, int, int, int]) -> None:
    values, step, earliest, length, slack = case
    series, seconds = series_of(0, step, values), by_second(values, step)
    deadline = earliest + length + slack
    if deadline > len(seconds):
        return
    found = best_parts(series, earliest, deadline, length)
    assert found.emitted == sum(sorted(seconds[earliest:deadline])[:length])
    chosen = [at for begin, end in found.parts for at in range(begin, end)]
    assert len(chosen) == len(set(chosen)) == length
    assert found.emitted == sum(seconds[at] for at in chosen)
    assert found.emitted <= best_whole(series, earliest, deadline, length).emitted


def test_savings_are_of_sums() -> None:
    series = series_of(0, 10, [4, 2, 8, 8, 6, 8])
    moved = shift_each(series, [10, 30], 10, 10)
    assert (moved.asked, moved.best, moved.saving) == (100, 80, Fraction(1, 5))
    assert [stay.parts[0][0] for stay in moved.stays] == [10, 40]
    nothing = shift_each(series_of(0, 10, [0, 0]), [0], 10, 0)
    assert nothing.saving == 0


def test_a_window_shorter_than_the_job_is_refused() -> None:
    with pytest.raises(Invalid, match="shorter than the job"):
        best_whole(series_of(0, 10, [1, 2]), 0, 5, 6)


KNOWN = {
    "ger": ("1.5", "2.3", "3.5", "13.5"),
    "gb": ("4.7", "6.5", "8.4", "10.2"),
    "fr": ("2.9", "4.5", "5.9", "7.6"),
}


@pytest.mark.parametrize("country", KNOWN)
def test_the_known_savings_of_2020(country: str) -> None:
    class Files:
        read_carbon = staticmethod(read_carbon)

    windows = [3600, 7200, 14_400, 28_800]
    path = shared_data("carbon", f"{country}_ci.csv.gz")
    found = shift_nightly(Files(), GreenAsk(path, 3600, 1800, windows, 2020))  # type: ignore[arg-type]
    savings = [one.shifted.saving for one in found.windows]
    assert tuple(f"{float(100 * saving):.1f}" for saving in savings) == KNOWN[country]
    assert all(one.shifted.jobs == 366 and not one.left_out for one in found.windows)
