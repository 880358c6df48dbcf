"""Lines, steps, bars and dots over two axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from entrepot.adapters.documents.pictures.frame import (
    LABEL,
    TICK,
    Area,
    Key,
    axis_label,
    below_label,
    frame,
    scene,
)
from entrepot.adapters.documents.pictures.marks import Place, draw_series
from entrepot.adapters.documents.pictures.palette import Palette, palette
from entrepot.adapters.documents.pictures.scene import Item, Px, Scene, Side, Trace, Words
from entrepot.adapters.documents.pictures.text_width import shortened, text_width
from entrepot.adapters.documents.pictures.ticks import Scale, number_text, scale, thinned
from entrepot.services.charts import Axis, Level, Mark, Number, Paper, Plot, Series

TICK_PIXELS = 52
"""Room that a tick of the upright axis asks for."""

LEVEL_DASH = (3, 3)


@dataclass(frozen=True, slots=True)
class Grid:
    """The room of a plot with its scales.

    Attributes:
        area: room between the axes.
        x, y: scales; x counts places when there are categories.
        names: categories of x.
    """

    area: Area
    x: Scale
    y: Scale
    names: tuple[str, ...]


def draw_plot(plot: Plot, paper: Paper) -> Scene:
    """Lay a plot out.

    Args:
        plot: what to draw.
        paper: size and ground.
    """
    colours = palette(paper.dark)
    tints = series_colours(plot.series, colours)
    items, room = frame(plot, paper, _keys(plot.series, tints))
    grid = _grid(plot, room)
    items.append(axis_label(plot.y.label, room, colours))
    items += _lines_behind(grid, colours)
    items += _names_below(plot.x, grid, colours)
    place = Place(grid.area, grid.x, grid.y, bool(grid.names), _bar_widths(plot, grid))
    for number, (series, tint) in enumerate(zip(plot.series, tints, strict=True)):
        items += draw_series(series, number, tint, colours.ground, place)
    items += [item for level in plot.levels for item in _level(level, grid, colours)]
    return scene(plot, paper, items)


def series_colours(series: Sequence[Series], colours: Palette) -> list[str]:
    """Return the colour of each series: its own, or the next of the palette."""
    found: list[str] = []
    for place, one in enumerate(series):
        number = place if one.colour is None else one.colour
        found.append(colours.series[number % len(colours.series)])
    return found


def _keys(series: Sequence[Series], tints: Sequence[str]) -> list[Key]:
    blocks = (Mark.BARS, Mark.POINTS)
    return [
        Key(one.name, tint, one.dashed, one.mark in blocks)
        for one, tint in zip(series, tints, strict=True)
        if one.name
    ]


def _grid(plot: Plot, room: Area) -> Grid:
    """Lay the scales: the upright one first, since its numbers take room from the other."""
    top, bottom = room.top + LABEL + 14, room.bottom - TICK - LABEL - 20
    wished = max(2, int((bottom - top) / TICK_PIXELS))
    y = scale(from_zero(plot), list(y_values(plot)), (bottom, top), wished)
    left = room.left + max(text_width(text, TICK) for text in y.texts()) + 10
    names = plot.x.categories
    if names:
        places = Scale(Fraction(0), Fraction(len(names)), left, room.right, (), 0)
        return Grid(Area(left, top, room.right, bottom), places, y, names)
    wide = 2 + max((text_width(_widest(plot), TICK)), 30)
    right = room.right - wide / 2
    wished = max(2, min(10, int((right - left) / (wide + 26))))
    bars = any(one.mark is Mark.BARS for one in plot.series)
    tight = not bars and not plot.x.log
    x = scale(plot.x, list(_x_values(plot)), (left, right), wished, tight=tight)
    return Grid(Area(left, top, right, bottom), x, y, ())


def _widest(plot: Plot) -> str:
    """Return about the widest number that will stand below."""
    found = [abs(Fraction(x)) for x in _x_values(plot)]
    decimals = 0 if max(found, default=0) >= 10 else 2
    return number_text(max(found, default=0), plot.x.decimals or decimals)


def from_zero(plot: Plot) -> Axis:
    """Bars stand on zero, so it must have a place."""
    axis = plot.y
    if axis.log or axis.least is not None or all(s.mark is not Mark.BARS for s in plot.series):
        return axis
    return Axis(axis.label, axis.categories, axis.log, 0, axis.most, axis.decimals)


def _x_values(plot: Plot) -> Iterable[Number]:
    for series in plot.series:
        yield from (x for x, _ in series.points)
    yield from (level.at for level in plot.levels if level.on_x)


def y_values(plot: Plot) -> Iterable[Number]:
    """Yield every number that the upright axis must have a place for."""
    for series in plot.series:
        yield from (y for _, y in series.points if y is not None)
    yield from (level.at for level in plot.levels if not level.on_x)


def _bar_widths(plot: Plot, grid: Grid) -> tuple[Px, int]:
    """Return the pixels from one place to the next, and how many bars share it."""
    bars = [series for series in plot.series if series.mark is Mark.BARS]
    if grid.names:
        return grid.area.width / len(grid.names), max(1, len(bars))
    at = sorted({grid.x.at(x) for series in bars for x, _ in series.points})
    apart = [b - a for a, b in pairwise(at)]
    return min(apart, default=grid.area.width / 10), max(1, len(bars))


def _lines_behind(grid: Grid, colours: Palette) -> list[Item]:
    """Draw a line and a number for each tick of the upright axis."""
    area = grid.area
    items: list[Item] = []
    for tick, text in zip(grid.y.ticks, grid.y.texts(), strict=True):
        y = grid.y.at(tick)
        inside_zero = tick == 0 and grid.y.least < 0
        tint = colours.faint if inside_zero else colours.grid
        items.append(Trace(((area.left, y), (area.right, y)), tint))
        items.append(Words(area.left - 8, y + 4, text, TICK, colours.faint, Side.END))
    base = ((area.left, area.bottom), (area.right, area.bottom))
    items.append(Trace(base, colours.faint))
    return items


def _names_below(axis: Axis, grid: Grid, colours: Palette) -> list[Item]:
    area = grid.area
    baseline = area.bottom + TICK + 7
    items: list[Item] = [below_label(axis.label, area, baseline + LABEL + 7, colours)]
    if grid.names:
        return items + names_of_places(grid.names, area, baseline, colours)
    for tick, text in zip(grid.x.ticks, grid.x.texts(), strict=True):
        x = grid.x.at(tick)
        items.append(Trace(((x, area.bottom), (x, area.bottom + 4)), colours.faint))
        items.append(Words(x, baseline, text, TICK, colours.faint, Side.MIDDLE))
    return items


def names_of_places(names: Sequence[str], area: Area, baseline: Px, colours: Palette) -> list[Item]:
    """Write the names of the places of a level axis, as many as fit side by side."""
    band = area.width / len(names)
    widest = min(max(text_width(name, TICK) for name in names), 96)
    room = int(area.width / (widest + 8))
    items: list[Item] = []
    for place in thinned(len(names), room):
        name = shortened(names[place], TICK, 96)
        x = area.left + band * (2 * place + 1) / 2
        items.append(Words(x, baseline, name, TICK, colours.faint, Side.MIDDLE))
    return items


def _level(level: Level, grid: Grid, colours: Palette) -> list[Item]:
    """Draw a thin dashed line and its word, on the side where there is more room."""
    area, ink, ground = grid.area, colours.ink, colours.ground
    if level.on_x:
        x = grid.x.at(level.at)
        line = Trace(((x, area.top), (x, area.bottom)), ink, 1, LEVEL_DASH)
        late = x > (area.left + area.right) / 2
        side, beside = (Side.END, x - 6) if late else (Side.START, x + 6)
        return [line, Words(beside, area.top + LABEL, level.label, LABEL, ink, side, ground)]
    y = grid.y.at(level.at)
    line = Trace(((area.left, y), (area.right, y)), ink, 1, LEVEL_DASH)
    above = y - 7 if y - area.top > LABEL + 8 else y + LABEL + 4
    return [line, Words(area.right, above, level.label, LABEL, ink, Side.END, ground)]
