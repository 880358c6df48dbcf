"""The open position by day of value."""

from __future__ import annotations

from fractions import Fraction

from entrepot.domain.fx.exposure import Flow, exposure

RATE = Fraction(11, 10)


def test_each_day_has_its_row_and_kinds_do_not_mix() -> None:
    flows = [
        Flow("CNH", "2026-11-24", "owed", 1_000, 1_050),
        Flow("CNH", "2026-11-24", "owed", 500, 560),
        Flow("CNH", "2026-11-24", "held", 200, 215),
        Flow("CNH", "2026-11-23", "fixed", 700, 770),
        Flow("CNH", "2026-11-24", "committed", 90),
        Flow("USD", "2026-11-24", "owed", 9_999),
    ]
    first, second = exposure(flows, RATE, "CNH")
    assert (first.value_date, first.fixed_minor, first.net_minor) == ("2026-11-23", 700, 0)
    assert (first.at_mid_minor, first.one_percent_minor) == (0, 0)
    assert (second.owed_minor, second.held_minor, second.net_minor) == (1_500, 200, 1_300)
    assert second.carrying_minor == 1_050 + 560 - 215
    assert second.at_mid_minor == 1_430
    assert second.unrealised_minor == 1_430 - 1_395
    assert second.one_percent_minor == 14
    assert second.committed_minor == 90


def test_nothing_is_open_in_another_currency() -> None:
    assert exposure([Flow("USD", "2026-11-24", "owed", 1)], RATE, "CNH") == []


def test_more_held_than_owed_is_at_risk_the_other_way() -> None:
    (row,) = exposure([Flow("CNH", "2026-11-24", "held", 1_000, 1_090)], RATE, "CNH")
    assert (row.net_minor, row.at_mid_minor, row.unrealised_minor) == (-1_000, -1_100, -10)
    assert row.one_percent_minor == 11
