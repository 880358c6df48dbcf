"""Pages for everybody: centres, posted offers, and where the journal ends."""

from __future__ import annotations

from entrepot.faces.web.visit import Answer, Page, Visit
from entrepot.services import public_view as view

LIST_MAX = 500
"""Rows of one page."""


def home(visit: Visit) -> Answer:
    """Show the first page: what the exchange has, in figures, and the ways in."""
    centres = view.public_centres(visit.app)
    values = {
        "centres": centres.under_contract,
        "known": len(centres.named_in_public),
        "offers": view.public_offers(visit.app),
        "point": view.public_checkpoint(visit.app),
    }
    return Answer("home.html", values)


def centres(visit: Visit) -> Answer:
    """Show the centres under contract and those named in public."""
    return Answer("centres.html", {"centres": view.public_centres(visit.app)})


def offers(visit: Visit) -> Answer:
    """Show the posted offers."""
    names = {c.id: c.names for c in view.public_centres(visit.app).under_contract}
    found = view.public_offers(visit.app)
    values = {"offers": found[:LIST_MAX], "count": len(found), "names": names}
    return Answer("offers.html", values)


def checkpoint(visit: Visit) -> Answer:
    """Show where the journal ends."""
    return Answer("checkpoint.html", {"point": view.public_checkpoint(visit.app)})


PAGES = (
    Page("GET", "/", home),
    Page("GET", "/centres", centres),
    Page("GET", "/offers", offers),
    Page("GET", "/checkpoint", checkpoint),
)
