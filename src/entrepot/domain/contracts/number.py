"""Numbers of documents: gapless within a branch, a series and a year.

Invoices of jobs and of months share the branch's first series; credit notes, job bills that wait
for the month's invoice, and statements to centres have series of their own.
"""

from __future__ import annotations

import re

from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

_BRANCH = re.compile(r"^[A-Z]{2,4}$")
_NUMBER = re.compile(r"^(?P<branch>[A-Z]{2,4})-(?P<year>\d{4})-(?P<n>\d{6,9})$")

CREDIT_NOTE = "CN"
JOB_BILL = "JB"
STATEMENT = "ST"


def in_series(branch: str, series: str) -> str:
    """Return the part of a number before its year, and the name under which it is counted.

    >>> in_series("HK", CREDIT_NOTE), in_series("HK", "")
    ('HK-CN', 'HK')
    """
    return f"{branch}-{series}" if series else branch


def format_number(branch: str, year: int, n: int, series: str = "") -> str:
    """Write the ``n``-th number of a branch, series and year.

    Args:
        branch: two to four capital letters, ``HK``.
        year: calendar year in Hong Kong of the issue, four digits.
        n: 1, 2, 3 …, without a gap.
        series: of the document; empty for invoices.

    Raises:
        Invalid: a part has no meaning.

    >>> format_number("HK", 2026, 1)
    'HK-2026-000001'
    >>> format_number("HK", 2026, 7, JOB_BILL)
    'HK-JB-2026-000007'
    """
    plain = f"{branch}-{year:04d}-{n:06d}"
    if not _BRANCH.match(branch) or n < 1 or not _NUMBER.match(plain):
        raise _unreadable(plain)
    return f"{in_series(branch, series)}-{year:04d}-{n:06d}"


def parse_number(text: str) -> tuple[str, int, int]:
    """Read a number back into branch, year and count.

    Raises:
        Invalid: not an invoice number.

    >>> parse_number("HK-2026-000042")
    ('HK', 2026, 42)
    """
    match = _NUMBER.match(text)
    if not match or int(match["n"]) < 1:
        raise _unreadable(text)
    return match["branch"], int(match["year"]), int(match["n"])


def _unreadable(text: str) -> Invalid:
    return Invalid(
        "contracts.number",
        N_("{text} is not an invoice number."),
        hint=N_("Write it as HK-2026-000001; entrepot invoice list shows all."),
        text=text,
    )
