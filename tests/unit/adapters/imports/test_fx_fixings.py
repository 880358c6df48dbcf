"""A file of fixings: read whole, or every faulty row with its line."""

from __future__ import annotations

from fractions import Fraction

import pytest

from entrepot.adapters.imports.fx_fixings import read_fixings
from entrepot.kernel.errors import Invalid
from entrepot.kernel.money import CNH, USD

HEAD = "date,pair,rate,source\n"


def read(*rows: str) -> list[tuple[str, Fraction, str]]:
    found = read_fixings((HEAD + "\n".join(rows)).encode(), "f.csv")
    return [(one.rate.fixed_on, one.rate.value, one.where) for one in found]


def test_rows_are_read_exactly() -> None:
    (one,) = read_fixings((HEAD + "2026-11-20,usd/cnh,7.0951,TMA\n").encode(), "f.csv")
    assert (one.rate.base, one.rate.quote, one.rate.source) == (USD, CNH, "TMA")
    assert read("2026-11-20,CNH/HKD,1.1,a", "", "2026-11-19,CNH/HKD,1.2,a") == [
        ("2026-11-20", Fraction(11, 10), "f.csv:2"),
        ("2026-11-19", Fraction(12, 10), "f.csv:4"),
    ]


def test_the_same_row_twice_is_one() -> None:
    assert len(read("2026-11-20,CNH/HKD,1.1,a", "2026-11-20,CNH/HKD,1.10,a")) == 1


def test_two_rates_of_one_day_are_refused_with_both_lines() -> None:
    with pytest.raises(Invalid) as refused:
        read("2026-11-20,CNH/HKD,1.1,a", "2026-11-20,CNH/HKD,1.2,a")
    assert "f.csv:3" in str(refused.value) and "f.csv:2" in str(refused.value)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("20.11.2026,CNH/HKD,1.1,a", "date"),
        ("2026-02-30,CNH/HKD,1.1,a", "date"),
        ("2026-11-20,CNHHKD,1.1,a", "pair"),
        ("2026-11-20,CNH/EUR,1.1,a", "pair"),
        ("2026-11-20,CNH/HKD,-1.1,a", "rate"),
        ("2026-11-20,CNH/HKD,0,a", "rate"),
        ("2026-11-20,CNH/HKD,1e3,a", "rate"),
        ("2026-11-20,CNH/HKD,1.1,", "source"),
        (f"2026-11-20,CNH/HKD,1.1,{'a' * 121}", "source"),
        ("2026-11-20,CNH/HKD,1.1", "*"),
    ],
)
def test_a_faulty_row_is_told_with_line_and_column(row: str, column: str) -> None:
    with pytest.raises(Invalid) as refused:
        read("2026-11-20,USD/HKD,7.79,a", row)
    assert f"f.csv:3:{column}" in refused.value.fields
    assert refused.value.render_hint()


def test_a_file_without_its_columns_is_refused() -> None:
    with pytest.raises(Invalid):
        read_fixings(b"day,rate\n", "f.csv")
    assert read() == []
