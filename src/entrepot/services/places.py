"""All places that a job could go to: centres under contract, and the others of the network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Place:
    """A centre as far as law and distance ask.

    Attributes:
        id: centre; names: en, zh-Hant, zh-Hans.
        jurisdiction: ISO 3166-1; None = not stated.
        place: id of the place in the facts; region: ISO 3166-2; city: English name.
        latitude_udeg, longitude_udeg: millionths of a degree; None = not stated.
        operator_hq: None = not stated.
        green_share_bp: contracted green power; None = not stated.
        under_contract: whether its devices can be leased here.
    """

    id: str
    names: Mapping[str, str]
    jurisdiction: str | None
    place: str
    region: str
    city: str
    latitude_udeg: int | None
    longitude_udeg: int | None
    operator_hq: str | None
    green_share_bp: int | None
    under_contract: bool


def places(app: App, uow: UnitOfWork) -> dict[str, Place]:
    """Return id → place, centres under contract first."""
    found = {
        centre.id: Place(
            centre.id,
            centre.names,
            centre.jurisdiction,
            place_of(app, centre.city, centre.region),
            centre.region,
            centre.city,
            centre.latitude_udeg,
            centre.longitude_udeg,
            centre.operator_hq,
            centre.green_share_bp,
            True,
        )
        for centre in uow.registry.centres()
    }
    for fact in app.facts.centres.values():
        if fact.id not in found:
            found[fact.id] = Place(
                fact.id,
                fact.names,
                fact.jurisdiction,
                fact.place,
                fact.region,
                fact.city,
                fact.latitude_udeg,
                fact.longitude_udeg,
                fact.operator_hq,
                fact.green_share_bp,
                False,
            )
    return found


def place_of(app: App, city: str, region: str) -> str:
    """Return the id of the place that a city's English name or a region means."""
    for fact in app.facts.places.values():
        if city and fact.names["en"].casefold() == city.casefold():
            return fact.id
    return region
