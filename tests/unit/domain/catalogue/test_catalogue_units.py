"""Counts, sizes, spans and percentages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from entrepot.domain.catalogue.model import Range
from entrepot.domain.catalogue.units import (
    DURATION_S_MAX,
    at_least,
    parse_bytes,
    parse_count,
    parse_device_mib,
    parse_duration,
    parse_mib,
    parse_percent_bp,
    parse_range,
)
from entrepot.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (parse_bytes, "1GB", 10**9),
        (parse_bytes, "1 gib", 2**30),
        (parse_bytes, "1.5KB", 1500),
        (parse_bytes, "1B", 1),
        (parse_mib, "1GB", 954),
        (parse_mib, "1MiB", 1),
        (parse_device_mib, "80GB", 81920),
        (parse_device_mib, "80GiB", 81920),
        (parse_duration, "90s", 90),
        (parse_duration, "10m", 600),
        (parse_duration, "1h30m", 5400),
        (parse_duration, "0.5h", 1800),
        (parse_duration, "184d", DURATION_S_MAX),
        (parse_percent_bp, "40", 4000),
        (parse_percent_bp, "12.5 %", 1250),
        (parse_percent_bp, "0", 0),
        (parse_percent_bp, "100%", 10_000),
    ],
)
def test_values_with_units_are_read(read: Callable[[str], int], text: str, value: int) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "code"),
    [
        (parse_bytes, "1", "unit.size"),
        (parse_bytes, "1 parsec", "unit.size"),
        (parse_bytes, "-1GB", "unit.size"),
        (parse_bytes, "0GB", "unit.size"),
        (parse_bytes, "9999999PB", "unit.size"),
        (parse_duration, "600", "unit.duration"),
        (parse_duration, "0m", "unit.duration"),
        (parse_duration, "1.5s", "unit.duration"),
        (parse_duration, "-5m", "unit.duration"),
        (parse_duration, "5 weeks", "unit.duration"),
        (parse_duration, "185d", "unit.duration_long"),
        (parse_percent_bp, "101", "unit.percent"),
        (parse_percent_bp, "-1", "unit.percent"),
        (parse_percent_bp, "0.001", "unit.percent"),
        (parse_count, "1.5", "unit.count"),
        (parse_count, "0", "unit.count"),
    ],
)
def test_wrong_units_and_absurd_values_are_refused(
    read: Callable[[str], int], text: str, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        read(text)
    assert caught.value.code == code
    assert caught.value.render_hint()


def test_a_lone_number_of_the_host_is_a_lower_bound() -> None:
    assert at_least(parse_range("4", parse_count)) == Range(4, None)
    assert at_least(parse_range("4..8", parse_count)) == Range(4, 8)
    assert at_least(parse_range("..8", parse_count)) == Range(None, 8)
    assert at_least(Range()) == Range()
