"""Which rate counts, what its snapshot is called, and which rate is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from entrepot.domain.fx.choose import age_days, cross, inverse, newest, prefer
from entrepot.domain.fx.guards import check_age, check_peg, in_peg, off_by
from entrepot.domain.fx.model import Side, read_pair, snapshot, snapshot_id
from entrepot.domain.fx.two_way import change, side_rate
from entrepot.kernel.errors import Invalid, Refused
from entrepot.kernel.ids import is_id
from entrepot.kernel.money import CNH, CNY, HKD, USD, Amount, Asset, ExchangeRate

TODAY = date(2026, 11, 21)


def rate(
    value: str, day: str = "2026-11-20", base: Asset = CNH, quote: Asset = HKD, source: str = "x"
) -> ExchangeRate:
    return ExchangeRate(base, quote, Fraction(value), source, day)


def test_one_rate_has_one_id_and_any_change_another() -> None:
    one = rate("11/10")
    same = snapshot_id(rate("22/20"))
    assert snapshot_id(one) == same and is_id(same, "X")
    others = [
        replace(one, value=Fraction(12, 10)),
        replace(one, source="y"),
        replace(one, fixed_on="2026-11-21"),
        replace(one, base=CNY),
        inverse(one),
    ]
    ids = {snapshot_id(other) for other in others} | {snapshot_id(one, Side.BUY)}
    assert len(ids) == 6 and same not in ids
    assert snapshot(one, 7).id == same and snapshot(one, 8).kept_at == 8


def test_pairs_are_read_or_refused() -> None:
    assert read_pair(" cnh/hkd ") == (CNH, HKD)
    for text in ("CNH", "CNH/CNH", "CNH-HKD", "EUR/HKD", "/"):
        with pytest.raises(Invalid):
            read_pair(text)


def test_a_cross_is_exact_and_as_old_as_its_older_leg() -> None:
    usd_cnh = rate("7.0951", "2026-11-19", USD, CNH, "a")
    usd_hkd = rate("7.7901", "2026-11-20", USD, HKD, "b")
    found = cross(usd_cnh, usd_hkd)
    assert (found.base, found.quote, found.fixed_on) == (CNH, HKD, "2026-11-19")
    assert found.value == Fraction("7.7901") / Fraction("7.0951")
    assert found.source == "a; b"
    assert inverse(inverse(found)) == found
    with pytest.raises(ValueError):
        cross(usd_cnh, rate("1.1"))


def test_the_operators_rate_counts_while_it_is_fresh_or_newer() -> None:
    own, public = rate("1.1", "2026-11-15"), rate("1.2", "2026-11-19")
    assert prefer(own, public, TODAY, 7) is own
    assert prefer(own, public, date(2026, 11, 23), 7) is public
    assert prefer(own, rate("1.2", "2026-11-15"), date(2027, 1, 1), 7) is own
    assert prefer(None, public, TODAY, 7) is public and prefer(own, None, TODAY, 7) is own
    assert prefer(None, None, TODAY, 7) is None
    assert newest([None, own, public, rate("9", "2026-11-19")]) is public
    assert newest([]) is None and age_days(own, TODAY) == 6


@pytest.mark.parametrize(
    ("value", "inside"), [("7.75", True), ("7.85", True), ("7.7499", False), ("7.8501", False)]
)
def test_the_peg_holds_both_ways_and_from_its_first_day(value: str, inside: bool) -> None:
    usd = rate(value, base=USD)
    assert in_peg(usd) is inside and in_peg(inverse(usd)) is inside
    assert in_peg(replace(usd, fixed_on="2005-05-17"))
    if inside:
        check_peg(usd)
    else:
        with pytest.raises(Refused):
            check_peg(usd)


def test_other_pairs_have_no_peg() -> None:
    check_peg(rate("99"))


def test_a_rate_too_old_pays_nobody() -> None:
    check_age(rate("1.1", "2026-09-22"), TODAY, 60)
    with pytest.raises(Refused) as refused:
        check_age(rate("1.1", "2026-09-21"), TODAY, 60)
    assert refused.value.params["age"] == 61


def test_how_far_a_rate_is_off_does_not_hang_on_its_direction() -> None:
    assert off_by(rate("1.21"), rate("1.1")) == Fraction(1, 10)
    assert off_by(rate("1.21"), inverse(rate("1.1"))) == Fraction(1, 10)


def test_the_house_sells_dearer_than_it_buys() -> None:
    mid = rate("1.1")
    buy, sell = (side_rate(mid, side, 50).value for side in (Side.BUY, Side.SELL))
    assert buy < mid.value < sell
    assert side_rate(mid, Side.MID, 50) == mid
    assert change(Amount(110, HKD), mid, 0) == Amount(100, CNH)
    for spread in (-1, 10_000):
        with pytest.raises(Invalid):
            side_rate(mid, Side.SELL, spread)
