"""Where a case of a bulk run was settled, as one byte that also holds its status.

The byte is 4 · rank + status; an earlier step of the judgement has a higher rank, so the
greatest byte over all steps is the answer.
"""

from __future__ import annotations

from enum import IntEnum

from entrepot.domain.vouchers.case import Status

STATUSES = (Status.PAYS, Status.REFUSED, Status.NEEDS_INFO, Status.NEEDS_REVIEW)
"""Statuses by their code."""

_PAYS, _REFUSED, _ASKED, _REVIEW = range(4)


class Step(IntEnum):
    """The step that settled a case, later ones first."""

    FOUND = _PAYS
    FOUND_IN_DOUBT = _REVIEW
    NOTHING = 1 << 2 | _REFUSED
    COUNT_UNKNOWN = 2 << 2 | _ASKED
    FULL = 3 << 2 | _REFUSED
    NO_RATE = 4 << 2 | _REVIEW
    RATE_UNKNOWN = 5 << 2 | _ASKED
    ELIGIBILITY_UNKNOWN = 6 << 2 | _ASKED
    INELIGIBLE = 7 << 2 | _REFUSED
    CURRENCY = 8 << 2 | _ASKED
    WINDOW = 9 << 2 | _REFUSED
    FAMILY_UNKNOWN = 10 << 2 | _ASKED
    CLAIMED = 11 << 2 | _REFUSED
    DAYS_DISAGREE = 12 << 2 | _REVIEW
    NO_VERSION = 13 << 2 | _REFUSED
    ZERO = 14 << 2 | _REFUSED
    AMOUNT_UNKNOWN = 15 << 2 | _ASKED

    @property
    def status(self) -> Status:
        """The status of a case settled here."""
        return STATUSES[self & 3]
