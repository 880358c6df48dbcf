"""Which passwords are refused, and how long a login waits after failures.

Source: NIST SP 800-63B-4, section 3.1.1.2: a password that is the only factor has 15 characters at
least, none of a kind is asked for, and what is commonly used or expected is refused,
https://pages.nist.gov/800-63-4/sp800-63b.html, 2026-11-21.
"""

from __future__ import annotations

import re

from entrepot.kernel.text import N_

LENGTH_MIN = 15
LENGTH_MAX = 128
DISTINCT_MIN = 6
"""Fewest different characters."""

OWN_MIN = 8
"""Fewest characters beside commonly used words."""

FREE_FAILURES = 3
FREE_FAILURES_ADDRESS = 20
"""Failures without delay; many people may share an address."""

WAIT_S_MAX = 900
SILENCE_S = 86_400
"""Failures are forgotten after a day without any."""

_RUNS = ("0123456789012345", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_COMMON = re.compile(
    "password|passwort|passw0rd|p@ssw0rd|letmein|welcome|iloveyou|sunshine|princess|football"
    "|baseball|superman|batman|monkey|dragon|master|shadow|trustno1|administrator|admin|root"
    "|secret|changeme|default|login|guest|user|test|qwerty|azerty|1q2w3e4r|123456789|12345678"
    "|1234567|123456|12345|1234|123123|111111|000000|abc123|entrepot|compute|exchange|hongkong"
    "|woaini|5201314"
)


def weakness(password: str, login: str = "") -> str:
    """Return why a password is refused, marked for translation; empty if it is not.

    Args:
        password: as typed.
        login: of the account; a password made of it is refused.

    >>> weakness("correct horse battery staple")
    ''
    >>> weakness("Password12345678"), weakness("short") != ""
    ('it is one of the passwords that are tried first', True)
    """
    if len(password) < LENGTH_MIN:
        return N_("it has less than 15 characters")
    if len(password) > LENGTH_MAX:
        return N_("it has more than 128 characters")
    if not password.isprintable():
        return N_("it holds a character that cannot be printed")
    low = password.casefold()
    if len(set(low)) < DISTINCT_MIN or _is_repeated(low):
        return N_("it repeats itself")
    if len(_own(low, login.casefold())) < OWN_MIN:
        return N_("it is one of the passwords that are tried first")
    return ""


def _is_repeated(text: str) -> bool:
    # A text is made of one shorter block if it lies in itself, doubled and without its ends.
    return text in (text * 2)[1:-1]


def _own(low: str, login: str) -> str:
    """Return what is left of a password without common words, runs of keys, and the login."""
    for part in {login, *login.split("@")} - {""}:
        low = low.replace(part, "")
    low = _COMMON.sub("", low)
    for run in (*_RUNS, *(run[::-1] for run in _RUNS)):
        for size in range(len(run), 3, -1):
            for start in range(len(run) - size + 1):
                low = low.replace(run[start : start + size], "")
    return low


def wait_s(failures: int, free: int = FREE_FAILURES) -> int:
    """Return how many seconds a login waits after so many failures in a row.

    The delay is min(2^(n − free), 900) s from n = free on, and none before.

    >>> [wait_s(n) for n in (0, 2, 3, 4, 8, 99)]
    [0, 0, 1, 2, 32, 900]
    """
    if failures < free:
        return 0
    return min(2 ** min(failures - free, 10), WAIT_S_MAX)
