"""Names of accounts and commodities as Beancount takes them, one for each of ours.

Source: Beancount Language Syntax, https://beancount.github.io/docs/beancount_language_syntax.html,
2026-11-21: an account has a root and parts of letters, digits and hyphens that begin with a
capital or a digit; a commodity has up to 24 capitals, digits and ' . _ -.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from entrepot.services.ledger_dump import DumpAccount

ROOTS = {"asset": "Assets", "liability": "Liabilities", "income": "Income", "cost": "Expenses"}
_COMMODITY_MAX = 24
_NO_PART = re.compile(r"[^A-Za-z0-9-]+")
_NO_COMMODITY = re.compile(r"[^A-Z0-9'._-]+")


def account_names(accounts: Iterable[DumpAccount]) -> dict[str, str]:
    """Return code → name; two codes never share one, and an account keeps its name for good.

    >>> found = account_names([DumpAccount("payable:gba.sz", "", "liability", "CNH")])
    >>> found["payable:gba.sz"]
    'Liabilities:Payable:Gba-sz'
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for one in accounts:
        kind, _, owner = one.code.partition(":")
        parts = [ROOTS[one.nature], "".join(word.capitalize() for word in kind.split("_"))]
        name = ":".join([*parts, _part(owner)] if owner else parts)
        # Order of opening never changes, so a number behind a shared name does not either.
        count, plain = 1, name
        while name in taken:
            count += 1
            name = f"{plain}-{count}"
        taken.add(name)
        names[one.code] = name
    return names


def commodity(asset: str) -> str:
    """Return the commodity of an asset.

    >>> commodity("CNH"), commodity("VCH:SZ-2026")
    ('CNH', 'VCH.SZ-2026')
    """
    return _NO_COMMODITY.sub(".", asset.upper())[:_COMMODITY_MAX]


def _part(owner: str) -> str:
    text = _NO_PART.sub("-", owner)
    return text[0].upper() + text[1:]
