"""Expiry of holds: which are due, and the transfers that release them.

The id of an expiry follows from its hold, so that expiring twice, or before and after a
restart, is one effect.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from entrepot.domain.ledger.model import Phase, Transfer
from entrepot.kernel import ids


def expiries(holds: Iterable[Transfer], now: int) -> list[Transfer]:
    """Return the transfers that release the holds whose deadline has come.

    Args:
        holds: open holds.
        now: Unix second.

    >>> hold = Transfer("T1", "a", "b", 5, "HKD", phase=Phase.PENDING, timeout_s=60, t=1000)
    >>> [one.phase.value for one in expiries([hold], 1060)], expiries([hold], 1059)
    (['expire'], [])
    """
    return [
        resolution(hold, expiry_id(hold), Phase.EXPIRE)
        for hold in holds
        if hold.deadline is not None and now >= hold.deadline
    ]


def expiry_id(hold: Transfer) -> str:
    """Return the id of the expiry of a hold: its deadline, and bits of its own id's hash."""
    randomness = int.from_bytes(hashlib.sha256(hold.id.encode()).digest()[:10])
    return ids.make_id(ids.TRANSFER, (hold.deadline or 0) * 1000, randomness)


def resolution(hold: Transfer, transfer_id: str, phase: Phase, amount: int = 0) -> Transfer:
    """Return the transfer that resolves a hold.

    Args:
        hold: the open hold.
        transfer_id: id of the new transfer.
        phase: ``post``, ``void`` or ``expire``.
        amount: minor units to post, at most the hold's; 0 takes the whole hold.

    >>> hold = Transfer("T1", "a", "b", 5, "HKD", phase=Phase.PENDING)
    >>> resolution(hold, "T2", Phase.POST, 3).pending_id
    'T1'
    """
    return Transfer(
        transfer_id,
        hold.debit,
        hold.credit,
        amount or hold.amount,
        hold.asset,
        hold.code,
        phase,
        pending_id=hold.id,
        cause=hold.cause,
    )
