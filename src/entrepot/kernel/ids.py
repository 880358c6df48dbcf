"""Sortable 128-bit ids made by the client, prefixed in text.

An id is 48 bits of Unix milliseconds and 80 random bits, written as 26 letters of
Crockford's base 32, so that text order is time order. The kernel reads no clock:
both parts come in as values.
"""

from __future__ import annotations

import re

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PATTERN = re.compile(r"^[A-Z]{1,4}-[0-7][0-9A-HJKMNP-TV-Z]{25}$")

QUOTE = "Q"
LEASE = "L"
JOB = "J"
INVOICE = "I"
TRANSFER = "T"
ACCOUNT = "A"
FIRM = "F"
OFFER = "O"
POOL = "P"
EVENT = "E"
BATCH = "B"
TASK = "D"
FX_QUOTE = "X"
CLAIM = "C"
INSTRUMENT = "N"
DECISION = "V"
REVIEW = "R"
MANIFEST = "M"
MIX_CHECK = "MX"
ISOLATION = "IS"
EXPORT_COUNT = "XC"
PROPOSAL = "PR"
DEBT = "DB"
BANK_ENTRY = "BE"
OWN_RMB = "RM"
USER_CONTRACT = "UC"
PURCHASE_CONTRACT = "PC"
RECEIPT = "RC"
CREDIT_NOTE = "CN"
STATEMENT = "ST"
LOST_TIME = "LT"
AGENT = "AG"
AGENT_TOKEN = "AT"
AUCTION_CALL = "AC"
AUCTION_ORDER = "AO"
AUCTION_ASK = "AA"
USER = "U"
GRANT = "GR"
API_TOKEN = "TK"
SESSION = "SN"
INVITATION = "IV"
PROJECT = "PJ"
BUDGET = "BG"


def make_id(prefix: str, unix_ms: int, randomness: int) -> str:
    """Write an id from its time and its randomness.

    Args:
        prefix: kind of the thing, one to four capital letters.
        unix_ms: milliseconds since 1970-01-01 UTC, 0 ≤ t < 2⁴⁸.
        randomness: 0 ≤ r < 2⁸⁰.

    Returns:
        ``PREFIX-`` and 26 letters.

    Raises:
        ValueError: a part is out of range.

    Source: Crockford base 32, https://www.crockford.com/base32.html, 2026-11-21.

    >>> make_id("Q", 0, 1)
    'Q-00000000000000000000000001'
    """
    if not (0 <= unix_ms < 1 << 48 and 0 <= randomness < 1 << 80):
        raise ValueError("time or randomness out of range")
    number = unix_ms << 80 | randomness
    letters = [_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5)]
    return f"{prefix}-{''.join(letters)}"


def is_id(text: str, prefix: str | None = None) -> bool:
    """Say whether ``text`` is an id, of kind ``prefix`` if given.

    >>> is_id("Q-00000000000000000000000001", "Q"), is_id("Q-1")
    (True, False)
    """
    return bool(_PATTERN.match(text)) and (prefix is None or text.startswith(prefix + "-"))


def id_int(text: str) -> int:
    """Return the 128-bit number of an id.

    Raises:
        ValueError: ``text`` is not an id.

    >>> id_int("Q-00000000000000000000000001")
    1
    """
    if not is_id(text):
        raise ValueError(f"not an id: {text}")
    number = 0
    for letter in text.partition("-")[2]:
        number = number << 5 | _ALPHABET.index(letter)
    return number
