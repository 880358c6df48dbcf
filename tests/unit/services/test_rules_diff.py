"""Two days of the law compared: programmes that begin, end, or change their terms."""

from __future__ import annotations

from datetime import date

from tests.unit.services.desk import Desk

from entrepot.domain.vouchers.version import version_on
from entrepot.kernel.rulebook.decide import Stance
from entrepot.services.rules_diff import Differences, Turn, differences, terms

EVE, DAY = date(2025, 12, 31), date(2026, 1, 1)


def between(desk: Desk, first: date, second: date, known: date | None = None) -> Differences:
    """Compare two days as known on one."""
    return differences(desk, Stance(first, known), Stance(second, known))


def test_beijing_ends_with_2025_and_the_gate_turns_the_same_night(desk: Desk) -> None:
    found = between(desk, EVE, DAY)
    assert {one.subject for one in found.gate} == {"cn.mid.v1", "cn.mid.v2"}
    ended = [one for one in found.programmes if one.what is Turn.ENDS]
    assert [(one.programme, one.day, one.after) for one in ended] == [
        ("cn.beijing.ai_voucher", DAY, None)
    ]


def test_days_are_told_in_calendar_order_whichever_comes_first(desk: Desk) -> None:
    found, swapped = between(desk, EVE, DAY), between(desk, DAY, EVE)
    assert (found.swapped, swapped.swapped) == (False, True)
    assert (swapped.first, swapped.second) == (found.first, found.second)
    assert (swapped.gate, swapped.programmes) == (found.gate, found.programmes)
    later = Stance(DAY, DAY)
    learnt = differences(desk, Stance(DAY, None), later)
    assert (learnt.swapped, learnt.first) == (True, later)


def test_a_rate_and_a_cap_that_changed_are_named_with_both_values(desk: Desk) -> None:
    found = between(desk, date(2024, 3, 1), date(2025, 6, 13))
    hangzhou = {
        one.key: (one.before, one.after)
        for one in found.programmes
        if one.programme == "cn.hangzhou.compute_voucher" and one.what is Turn.TERM
    }
    assert hangzhou["cap_per_firm_year"] == (None, 800_000_000)
    assert hangzhou["fund_per_year"] == (5_000_000_000, 25_000_000_000)
    assert [rate["rate_bp"] for rate in hangzhou["rates"][1]] == [5000, 3000, 3000, 2000]  # type: ignore[index]
    assert "date_rule" not in hangzhou


def test_a_programme_begins_and_stands_as_it_does(desk: Desk) -> None:
    found = between(desk, date(2025, 7, 27), date(2025, 7, 28))
    begun = {one.programme: one.after for one in found.programmes if one.what is Turn.BEGINS}
    assert begun["cn.shanghai.corpus_voucher"] == "pays"


def test_equal_days_differ_in_nothing(desk: Desk) -> None:
    found = between(desk, DAY, DAY)
    assert (found.gate, found.programmes) == ((), ())


def test_what_nobody_had_recorded_is_no_change(desk: Desk) -> None:
    found = between(desk, EVE, DAY, known=date(2020, 1, 1))
    assert (found.gate, found.programmes) == ((), ())
    learnt = differences(desk, Stance(DAY, date(2020, 1, 1)), Stance(DAY))
    assert {one.subject for one in learnt.gate} >= {"cn.mid.v2", "hk.processor"}
    assert all(one.what is Turn.BEGINS for one in learnt.programmes)


def test_terms_of_one_version_do_not_differ_from_themselves(desk: Desk) -> None:
    for programme in desk.programmes:
        version = version_on(programme, date(2026, 11, 21), None)
        if version is not None:
            assert terms(version) == terms(version)
            assert set(terms(version)) >= {"rates", "eligible", "payout", "grade"}
