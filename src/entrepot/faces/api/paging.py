"""Pages of lists: the next one is asked for with the cursor of the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from msgspec import Meta, Struct

from entrepot.client.shapes import PageOf
from entrepot.domain.access.reach import Reach
from entrepot.faces.api.cursor import LIMIT, LIMIT_MAX, read_cursor, write_cursor
from entrepot.faces.api.operation import Call

R = TypeVar("R")
T = TypeVar("T")


class Page(Struct, frozen=True, forbid_unknown_fields=True):
    """Which page of a list."""

    cursor: Annotated[str, Meta(max_length=300, description="As ``next`` of the page before.")] = ""
    limit: Annotated[int, Meta(ge=1, le=LIMIT_MAX)] = LIMIT


Lister = Callable[[Reach, str, int], Sequence[R]]


def page_of(
    call: Call[Any, Page],
    operation: str,
    lister: Lister[R],
    id_of: Callable[[R], str],
    shown: Callable[[R], T],
) -> PageOf[T]:
    """Return a page of what the caller may see.

    Args:
        call: the call; its reach goes into the query.
        operation: id of the operation, to which the cursor is bound.
        lister: (reach, before, limit) → records, newest first.
        id_of: record → id that the cursor keeps.
        shown: record → item.
    """
    limit, before = call.query.limit, read_cursor(operation, call.query.cursor)
    found = lister(call.reach, before, limit + 1)
    more = write_cursor(operation, id_of(found[limit - 1])) if len(found) > limit else None
    return PageOf([shown(one) for one in found[:limit]], more)
