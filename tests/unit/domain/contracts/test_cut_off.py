"""Value dates: cut-off, weekends, and the holidays of both places."""

from __future__ import annotations

from datetime import datetime

import pytest

from entrepot.domain.contracts.cut_off import minutes_of, value_date
from entrepot.kernel.errors import Invalid
from entrepot.kernel.period import HONG_KONG


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=HONG_KONG).timestamp())


@pytest.mark.parametrize(
    ("moment", "days", "expected"),
    [
        ("2026-11-23T15:59:59", 0, "2026-11-23"),
        ("2026-11-23T16:00:00", 0, "2026-11-24"),
        ("2026-11-20T16:30:00", 0, "2026-11-23"),
        ("2026-11-21T23:00:00", 0, "2026-11-23"),
        ("2026-11-23T09:00:00", 2, "2026-11-25"),
        ("2026-11-23T17:00:00", 1, "2026-11-25"),
        ("2026-09-30T17:00:00", 0, "2026-10-08"),
        ("2026-04-03T09:00:00", 0, "2026-04-08"),
        ("2026-12-24T18:00:00", 0, "2026-12-28"),
    ],
)
def test_the_value_date_is_a_business_day_of_both_places(
    moment: str, days: int, expected: str
) -> None:
    """National Day shuts the mainland to 7 October; Ching Ming and Easter shut Hong Kong."""
    assert value_date(at(moment), "16:00", days) == expected


@pytest.mark.parametrize("text", ["", "16", "24:00", "12:60", "4:00", "ab:cd", "１６:00"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        minutes_of(text)
