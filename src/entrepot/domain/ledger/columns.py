"""A batch of transfers as columns: one tuple a field, so that C code goes through them.

Eight thousand transfers one by one are a hundred thousand attribute look-ups; as twelve tuples
they are twelve passes of ``min``, ``any`` or ``set``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import NamedTuple

from entrepot.domain.ledger.model import Phase, Transfer


class Columns(NamedTuple):
    """The fields of a batch, in the order of :class:`Transfer`'s; see there."""

    id: tuple[str, ...]
    debit: tuple[str, ...]
    credit: tuple[str, ...]
    amount: tuple[int, ...]
    asset: tuple[str, ...]
    code: tuple[str, ...]
    phase: tuple[Phase, ...]
    pending_id: tuple[str, ...]
    timeout_s: tuple[int, ...]
    link_group: tuple[str, ...]
    cause: tuple[str, ...]
    t: tuple[int, ...]


_CELLS = attrgetter(*(field.name for field in fields(Transfer)))


def columns_of(transfers: Sequence[Transfer]) -> Columns:
    """Return a batch as columns.

    Args:
        transfers: at least one.

    >>> columns_of([Transfer("T1", "a", "b", 5, "HKD"), Transfer("T2", "b", "a", 6, "HKD")]).amount
    (5, 6)
    """
    return Columns._make(zip(*map(_CELLS, transfers), strict=True))
