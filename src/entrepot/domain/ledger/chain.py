"""The hash chain over batches: one edit anywhere breaks it.

    hash(n) = SHA-256(JSON [n, hash(n−1), t, first, last, opened, closed, columns])

``opened`` lists the accounts that the batch opened, ``closed`` the numbers of those it
closed, ``columns`` every column of the transfers, each as the list of its cells. Balances are
not in the chain: they follow from it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

GENESIS = "0" * 64
"""Head of a ledger without batches."""

Cell = int | str


@dataclass(frozen=True, slots=True)
class BatchHead:
    """Where the chain ends.

    Attributes:
        seq: number of the last batch; 0 if there is none.
        last_transfer: number of the last transfer; 0 if there is none.
        t: Unix second of the last batch.
        hash: hash of the last batch.
    """

    seq: int = 0
    last_transfer: int = 0
    t: int = 0
    hash: str = GENESIS


def batch_hash(
    before: BatchHead,
    t: int,
    opened: Sequence[Sequence[Cell]],
    closed: Sequence[int],
    columns: Sequence[Sequence[Cell]],
) -> str:
    """Return the hash of the batch that follows ``before``.

    Args:
        before: head of the chain so far.
        t: Unix second of the batch.
        opened: rows of accounts opened: id, code, asset, owner, bounds.
        closed: numbers of accounts closed, ascending.
        columns: all columns of the transfers, each in the order of booking; none if there are
            no transfers.

    Returns:
        64 hexadecimal digits.

    >>> batch_hash(BatchHead(), 0, [], [], [])[:8] != batch_hash(BatchHead(), 1, [], [], [])[:8]
    True
    """
    first = before.last_transfer + 1
    last = before.last_transfer + (len(columns[0]) if columns else 0)
    content: list[object] = [before.seq + 1, before.hash, t, first, last, opened, closed, columns]
    return hashlib.sha256(_json(content)).hexdigest()


def batch_hash_1(
    before: BatchHead,
    t: int,
    opened: Sequence[Sequence[Cell]],
    closed: Sequence[int],
    transfers: Sequence[Sequence[Cell]],
) -> str:
    """Return the hash as programs of schema 1 made it, over rows; their batches still prove.

    Args:
        before, t, opened, closed: as for :func:`batch_hash`.
        transfers: rows of transfers, all columns, in the order of booking.
    """
    first = before.last_transfer + 1
    last = before.last_transfer + len(transfers)
    content = [before.seq + 1, before.hash, t, first, last, opened, closed, transfers]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


def _json(content: list[object]) -> bytes:
    """Return the JSON of lists of integers and text: no blanks, UTF-8, one form without sorting.

    >>> _json([1, ["算", "\\n"]]).decode()
    '[1,["算","\\\\n"]]'
    """
    from msgspec.json import encode

    try:
        return encode(content)
    except TypeError:
        # A subclass of int or str, which only the slower encoder takes; the bytes are the same.
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def next_head(before: BatchHead, t: int, transfers: int, digest: str) -> BatchHead:
    """Return the head after a batch of so many transfers."""
    return BatchHead(before.seq + 1, before.last_transfer + transfers, t, digest)
