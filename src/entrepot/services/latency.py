"""How long a message takes between two places: measured where somebody measured, else estimated.

Estimate of a round trip over the great circle of length d:

    rtt = 2 · f · d / v + c,   v = 200 km/ms (light in fibre), f = 1.9 (detour), c = 1 ms

f is just above the median (1.86) of what the measured round trips from Hong Kong need; see the
README of the facts. An estimate is always labelled as one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from entrepot.services.facts_model import Facts, LinkFact

FIBRE_KM_PER_MS = 200
DETOUR = Fraction(19, 10)
FIXED_US = 1000
EARTH_RADIUS_M = 6_371_009
"""Mean radius of the Earth. Source: IUGG, general knowledge, 2026-11-21."""

Point = tuple[int, int]
"""Latitude and longitude, 10⁻⁶ degrees."""


@dataclass(frozen=True, slots=True)
class Latency:
    """A round trip and where the figure comes from.

    Attributes:
        us: microseconds; basis: ``measured`` or ``estimate``; source: in words.
    """

    us: int
    basis: str
    source: str

    @property
    def ms(self) -> Fraction:
        """Milliseconds, exact."""
        return Fraction(self.us, 1000)


def great_circle_m(a: Point, b: Point) -> int:
    """Return the distance between two points on a sphere, metres (haversine).

    d = 2R · asin √( sin²(Δφ/2) + cos φ₁ · cos φ₂ · sin²(Δλ/2) )

    >>> great_circle_m((22278320, 114174690), (22278320, 114174690))
    0
    >>> great_circle_m((22278320, 114174690), (1289670, 103850070)) // 1000
    2587
    """
    lat1, lon1, lat2, lon2 = (math.radians(degrees / 10**6) for degrees in (*a, *b))
    chord = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return round(2 * EARTH_RADIUS_M * math.asin(min(1, math.sqrt(chord))))


def estimate(a: Point, b: Point) -> Latency:
    """Estimate the round trip between two points; see the equation above.

    >>> estimate((22278320, 114174690), (23116670, 113250000)).us
    3526
    """
    distance_m = great_circle_m(a, b)
    us = int(2 * DETOUR * distance_m / FIBRE_KM_PER_MS) + FIXED_US
    source = f"estimate from {distance_m // 1000:,} km of great circle, not measured"
    return Latency(us, "estimate", source)


def between(facts: Facts, from_place: str, to_place: str, to_point: Point | None) -> Latency | None:
    """Return the round trip from a place to another.

    Args:
        facts: links and places.
        from_place: id of a place; to_place: id of a place.
        to_point: point of the target where it is known better than its place; else None.

    Returns:
        The measured figure of this pair if there is one (a one-way figure counts twice), else an
        estimate, else None: not stated, since a point is unknown.
    """
    measured = _measured(facts, from_place, to_place)
    if measured is not None:
        return measured
    start, end = point_of(facts, from_place), to_point or point_of(facts, to_place)
    return None if start is None or end is None else estimate(start, end)


def point_of(facts: Facts, place: str) -> Point | None:
    """Return where a place lies, or None if it is unknown or has no one point."""
    fact = facts.places.get(place)
    if fact is None or fact.latitude_udeg is None or fact.longitude_udeg is None:
        return None
    return fact.latitude_udeg, fact.longitude_udeg


def _measured(facts: Facts, a: str, b: str) -> Latency | None:
    # A region of one cloud in Hong Kong to itself is no figure for another centre of the city.
    if a == b:
        return None
    for link in facts.links.values():
        if link.kind == "measured" and {link.from_place, link.to_place} == {a, b}:
            return _of_link(link)
    return None


def _of_link(link: LinkFact) -> Latency | None:
    if link.latency_us is None:
        return None
    times = 2 if link.way == "one_way" else 1
    said = f"{link.provenance.source} ({link.provenance.date}, {link.provenance.grade.value})"
    return Latency(link.latency_us * times, "measured", f"{link.statistic}: {said}")
