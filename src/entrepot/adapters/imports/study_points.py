"""Points of a scenario: the base, and what series vary."""

from __future__ import annotations

from entrepot.adapters.imports.study_fields import Fields
from entrepot.adapters.imports.yaml_safe import Path
from entrepot.domain.grid.study_model import PPM, Point
from entrepot.services.study_scenario import VARIED, SeriesInput

_POINT = (*VARIED, "contracted", "own_first", "soonest")


def point_of(read: Fields, value: object) -> Point:
    """Read the base."""
    given = read.mapping(("base",), value, (), _POINT)
    found = {key: _varied(read, ("base", key), key, given[key]) for key in VARIED if key in given}
    usual = Point()
    flags = {
        key: read.yes(("base", key), given.get(key, getattr(usual, key)))
        for key in _POINT[len(VARIED) :]
    }
    return Point(**found, **flags)


def _varied(read: Fields, path: Path, key: str, value: object) -> int:
    if key == "carbon_price":
        return read.scaled(path, value, PPM, 10**5)
    least, most = (0, 100) if key == "joined_percent" else (1, 1000)
    return read.whole(path, value, least, most)


def series_of(read: Fields, path: Path, value: object) -> SeriesInput:
    """Read a series."""
    given = read.mapping(path, value, ("vary", "values"))
    vary = read.choice((*path, "vary"), given.get("vary"), VARIED)
    values = read.items((*path, "values"), given.get("values"), 1)
    return SeriesInput(
        vary,
        tuple(_varied(read, (*path, "values", n), vary, each) for n, each in enumerate(values)),
    )
