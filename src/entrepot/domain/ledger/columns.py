"""A batch of transfers as columns: one list a field, so that C code goes through them.

Eight thousand transfers one by one are many thousand small objects and calls; as twelve lists they
are a few passes of ``min``, ``any`` or ``set``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from entrepot.domain.ledger.model import Phase, Transfer


class Columns(NamedTuple):
    """The fields of a batch, in the order of :class:`Transfer`'s; see there."""

    id: list[str]
    debit: list[str]
    credit: list[str]
    amount: list[int]
    asset: list[str]
    code: list[str]
    phase: list[Phase]
    pending_id: list[str]
    timeout_s: list[int]
    link_group: list[str]
    cause: list[str]
    t: list[int]


def columns_of(transfers: Sequence[Transfer]) -> Columns:
    """Return a batch as columns.

    Args:
        transfers: at least one.

    >>> columns_of([Transfer("T1", "a", "b", 5, "HKD"), Transfer("T2", "b", "a", 6, "HKD")]).amount
    [5, 6]
    """
    # Spelt out: a comprehension of one attribute is the quickest way to read it, and it leaves
    # no row behind for the garbage collector to look at.
    return Columns(
        [one.id for one in transfers],
        [one.debit for one in transfers],
        [one.credit for one in transfers],
        [one.amount for one in transfers],
        [one.asset for one in transfers],
        [one.code for one in transfers],
        [one.phase for one in transfers],
        [one.pending_id for one in transfers],
        [one.timeout_s for one in transfers],
        [one.link_group for one in transfers],
        [one.cause for one in transfers],
        [one.t for one in transfers],
    )
