"""The same home with another person at the desk."""

from __future__ import annotations

from tests.unit.services.desk import Desk


def acting(desk: Desk, person: str) -> Desk:
    """Return the home of a desk, with its clock and rates, under another actor."""
    other = Desk(desk.home, {"ENTREPOT_ACTOR": person})
    other._parts |= {k: v for k, v in desk._parts.items() if k != "store"}
    return other
