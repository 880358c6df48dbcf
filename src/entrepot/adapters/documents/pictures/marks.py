"""The marks of one series: a line, steps, bars or dots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from entrepot.adapters.documents.pictures.frame import DASH, Area
from entrepot.adapters.documents.pictures.scene import Box, Dot, Item, Px, Trace
from entrepot.adapters.documents.pictures.scene import Place as At
from entrepot.adapters.documents.pictures.ticks import Scale, exactly, number_text
from entrepot.services.charts import Mark, Number, Series

DOTS_ON_A_LINE_MAX = 40
"""A line with fewer points shows each of them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where series are drawn.

    Attributes:
        area: room between the axes.
        x, y: scales.
        places: whether x counts places, in whose middle a point stands.
        bars: pixels from one place to the next, and how many bars share them.
    """

    area: Area
    x: Scale
    y: Scale
    places: bool
    bars: tuple[Px, int]

    def at(self, x: Number, y: Number) -> At:
        """Return the pixels of a point."""
        inside = exactly(x) + Fraction(1, 2) if self.places else x
        return self.x.at(inside), self.y.at(y)

    def shown(self, x: Number, y: Number | None) -> bool:
        """Say whether a point has a place: the logarithm of nothing has none."""
        return y is not None and not (self.y.log and y <= 0) and not (self.x.log and x <= 0)


def draw_series(series: Series, number: int, tint: str, ground: str, place: Place) -> list[Item]:
    """Draw one series.

    Args:
        series: what.
        number: its place among all series, which a bar takes within its group.
        tint: its colour; ground: colour of the paper.
        place: where.
    """
    if series.mark is Mark.BARS:
        return list(_bars(series, number, tint, place))
    if series.mark is Mark.POINTS:
        return list(_dots(series, tint, ground, place, 4))
    dash = DASH if series.dashed else ()
    items: list[Item] = [
        Trace(tuple(lean(run)), tint, 2, dash)
        for run in _runs(series, place, stepped=series.mark is Mark.STEP)
    ]
    if series.mark is Mark.LINE and len(series.points) <= DOTS_ON_A_LINE_MAX:
        items += _dots(series, tint, ground, place, 3)
    return items


def _runs(series: Series, place: Place, *, stepped: bool) -> Iterator[list[At]]:
    """Yield the pieces of a line between the points that have no place."""
    run: list[At] = []
    for x, y in series.points:
        if y is None or not place.shown(x, y):
            if stepped and run:
                run.append((place.at(x, 1)[0], run[-1][1]))
            yield from _run_of(run)
            run = []
            continue
        at = place.at(x, y)
        if stepped and run:
            run.append((at[0], run[-1][1]))
        run.append(at)
    yield from _run_of(run)


def _run_of(run: list[At]) -> Iterator[list[At]]:
    if len(run) > 1:
        yield run


def lean(run: list[At]) -> Iterator[At]:
    """Yield the corners that can be seen: one of those in the same tenth of a pixel.

    >>> list(lean([(0, 0), (1 / 100, 0), (5, 5), (5, 5)]))
    [(0, 0), (5, 5)]
    """
    yield run[0]
    for before, now in pairwise(run):
        if tuple(map(_tenth, before)) != tuple(map(_tenth, now)):
            yield now


def _tenth(pixel: Px) -> int:
    return round(pixel * 10)


def _dots(series: Series, tint: str, ground: str, place: Place, radius: int) -> Iterator[Item]:
    seen: set[tuple[int, ...]] = set()
    for x, y in series.points:
        if y is None or not place.shown(x, y):
            continue
        at = place.at(x, y)
        # Thousands of dots on one spot would make the file large and the picture no other.
        spot = tuple(map(_tenth, at))
        if spot not in seen:
            seen.add(spot)
            yield Dot(*at, radius, tint, ground, _tip(series, x, y, place))


def _bars(series: Series, number: int, tint: str, place: Place) -> Iterator[Item]:
    apart, sharing = place.bars
    wide = apart * 8 / 10 / sharing
    zero = place.y.at(place.y.least if place.y.log else 0)
    for x, y in series.points:
        if y is None or not place.shown(x, y):
            continue
        middle, end = place.at(x, y)
        left = middle - apart * 4 / 10 + wide * (number % sharing)
        top, high = min(end, zero), abs(end - zero)
        yield Box(left, top, max(wide - 1, 1), high, tint, _tip(series, x, y, place))


def _tip(series: Series, x: Number, y: Number, place: Place) -> str:
    decimals = max(place.y.decimals, 2)
    at = "" if place.places else f"{number_text(x, place.x.decimals)}: "
    return " · ".join(part for part in (series.name, at + number_text(y, decimals)) if part)
