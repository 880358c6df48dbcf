"""Statements that a firm's data are kept apart at a centre, and when one stands.

The exemption for transit rests on three things that only records can show: that the data were
collected abroad, that nothing of the mainland was mixed in, and that they were kept apart while
they were there. No text that was read says which kind of separation is enough, so a statement says
which kind there is, who vouches for it, and what evidence lies behind it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Separation(StrEnum):
    """How the data are kept apart."""

    DEDICATED_HOST = "dedicated_host"
    VIRTUAL_MACHINE = "virtual_machine"
    CONTAINER = "container"
    ENCRYPTED_STORAGE = "encrypted_storage"


class KeyHolder(StrEnum):
    """Who holds the key of encrypted storage."""

    FIRM = "firm"
    CENTRE = "centre"
    THIRD_PARTY = "third_party"


@dataclass(frozen=True, slots=True)
class Standing:
    """When a statement stands.

    Args:
        from_day: first day.
        until: first day on which it stands no more; None = open.
        ended_on: day on which somebody ended it, and it stands no more; None = nobody did.
    """

    from_day: date
    until: date | None = None
    ended_on: date | None = None

    def on(self, day: date) -> bool:
        """Say whether the statement stands on a day.

        >>> one = Standing(date(2026, 1, 1), until=date(2027, 1, 1))
        >>> one.on(date(2026, 12, 31)), one.on(date(2027, 1, 1))
        (True, False)
        """
        ends = [last for last in (self.until, self.ended_on) if last is not None]
        return self.from_day <= day and all(day < last for last in ends)


def kept_apart(statements: Iterable[Standing], day: date) -> bool:
    """Say whether one of the statements stands on a day."""
    return any(one.on(day) for one in statements)
