"""Which place a provider's region is, as far as the facts say so; a region not named stays open."""

from __future__ import annotations

import re

from entrepot.services.facts_model import Facts, PlaceFact

_CLOUD_REGION = re.compile(r"\(([a-z]+-[a-z0-9-]+)\)\Z")


def places_by_region(facts: Facts) -> dict[str, PlaceFact]:
    """Return region → place.

    A region is known by the id of a place (``CN-GD``), by its English name (``Singapore``), or
    as the cloud region that a measured link names in brackets (``ap-southeast-1``).

    Args:
        facts: places and links.
    """
    found: dict[str, PlaceFact] = {}
    for place in facts.places.values():
        found |= {place.id: place, place.id.lower(): place}
        found |= {place.names["en"]: place, place.names["en"].lower(): place}
    for link in facts.links.values():
        named = _CLOUD_REGION.search(link.text) if link.kind == "measured" else None
        place = facts.places.get(link.to_place or "")
        if named is not None and place is not None:
            found[named[1]] = place
    return found
