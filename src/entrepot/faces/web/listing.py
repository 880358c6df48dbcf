"""Lists page by page, of what lies within the reader's reach."""

from __future__ import annotations

from typing import Any

from entrepot.faces.web.visit import Visit

ROWS = 50
"""Rows of a page."""


def listed(visit: Visit, action: str, noun: str, rows: int = ROWS) -> tuple[list[Any], str]:
    """Return a page of a list, newest first, and the id behind which the next one begins.

    Args:
        visit: who reads; ``?after=`` names the last row of the page before.
        action: what the reader must be allowed to do with each row.
        noun: method of the store's pages.
        rows: most of them.
    """
    after = visit.asked("after")
    if len(after) > 80 or not after.isascii():
        after = ""
    with visit.app.store.reading() as uow:
        find: Any = getattr(uow.pages, noun)
        found: list[Any] = find(visit.reach(action), after, rows + 1)
    if len(found) <= rows:
        return found, ""
    last = found[rows - 1]
    return found[:rows], str(getattr(last, "id", ""))
