"""Heat maps: one box a value, and the scale of colours beside them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

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
from entrepot.adapters.documents.pictures.palette import Palette, heat_colour, ink_on, palette
from entrepot.adapters.documents.pictures.plot import names_of_places
from entrepot.adapters.documents.pictures.scene import Box, Item, Place, Px, Scene, Side, Words
from entrepot.adapters.documents.pictures.text_width import shortened, text_width
from entrepot.adapters.documents.pictures.ticks import Scale, number_text, scale
from entrepot.services.charts import Axis, Heat, Number, Paper

BAR, BAR_GAP, BAR_STEPS = 16, 28, 64
NAME_MAX = 150


def draw_heat(heat: Heat, paper: Paper) -> Scene:
    """Lay a heat map out.

    Args:
        heat: what to draw.
        paper: size and ground.
    """
    colours = palette(paper.dark)
    values = [value for row in heat.rows for value in row if value is not None]
    hollow = len(values) < len(heat.x.categories) * len(heat.y.categories)
    keys = [Key(heat.none, colours.hollow, block=True)] if hollow and heat.none else []
    items, room = frame(heat, paper, keys)
    top, bottom = room.top + LABEL + 12, room.bottom - TICK - LABEL - 20
    span = scale(Axis(), values, (bottom, top), 5)
    area = _area(heat, room, span)
    items += _cells(heat, area, span, colours)
    items += _names(heat, room, area, colours)
    items += _bar(heat, area, room, span, colours)
    return scene(heat, paper, items)


def _area(heat: Heat, room: Area, span: Scale) -> Area:
    names = max((text_width(name, TICK) for name in heat.y.categories), default=0)
    numbers = max(text_width(text, TICK) for text in span.texts())
    left = room.left + min(names, NAME_MAX) + 10
    return Area(left, span.end, room.right - numbers - BAR - BAR_GAP - 6, span.begin)


def _cells(heat: Heat, area: Area, span: Scale, colours: Palette) -> Iterator[Item]:
    wide = area.width / max(1, len(heat.x.categories))
    high = area.height / max(1, len(heat.y.categories))
    # Small boxes overlap by half a pixel, or the ground would shine through between them.
    gap = 1 if min(wide, high) >= 8 else Fraction(-1, 2)
    most = max(2, span.decimals) if heat.decimals is None else heat.decimals
    decimals = _digits_that_fit(heat, most, wide)
    for place, row in enumerate(heat.rows):
        for at, value in enumerate(row):
            x, y = area.left + wide * at, area.top + high * place
            text = heat.none if value is None else number_text(value, most)
            tip = f"{heat.y.categories[place]} · {heat.x.categories[at]}: {text}"
            tint = colours.hollow if value is None else _tint(value, span, colours)
            yield Box(x, y, wide - gap, high - gap, tint, tip)
            if value is not None:
                yield from _written(number_text(value, decimals), (x, y), (wide, high), tint)


def _digits_that_fit(heat: Heat, most: int, wide: Px) -> int:
    """Return with how many digits after the point every value fits into its box; 0 at least."""
    values = [value for row in heat.rows for value in row if value is not None]
    for decimals in range(most, 0, -1):
        texts = {number_text(value, decimals) for value in values}
        if max((text_width(text, TICK - 1) for text in texts), default=0) + 6 <= wide:
            return decimals
    return 0


def _tint(value: Number, span: Scale, colours: Palette) -> str:
    return heat_colour(colours.heat, span.share(value))


def _written(text: str, at: Place, size: Place, tint: str) -> Iterator[Item]:
    """Write a value into its box, if it fits."""
    if text_width(text, TICK - 1) + 6 <= size[0] and size[1] >= TICK + 6:
        x, y = at[0] + size[0] / 2, at[1] + size[1] / 2 + 4
        yield Words(x, y, text, TICK - 1, ink_on(tint), Side.MIDDLE)


def _names(heat: Heat, room: Area, area: Area, colours: Palette) -> Iterator[Item]:
    yield axis_label(heat.y.label, room, colours)
    yield below_label(heat.x.label, area, area.bottom + TICK + LABEL + 14, colours)
    if heat.x.categories:
        yield from names_of_places(heat.x.categories, area, area.bottom + TICK + 7, colours)
    high = area.height / max(1, len(heat.y.categories))
    every = max(1, -(-(TICK + 3) // max(1, int(high))))
    for place, name in enumerate(heat.y.categories):
        if place % every == 0:
            y = area.top + high * (2 * place + 1) / 2 + 4
            fitting = shortened(name, TICK, NAME_MAX)
            yield Words(area.left - 8, y, fitting, TICK, colours.faint, Side.END)


def _bar(heat: Heat, area: Area, room: Area, span: Scale, colours: Palette) -> Iterator[Item]:
    """Draw the scale of colours with its numbers, the highest value on top."""
    left = area.right + BAR_GAP
    high = area.height / BAR_STEPS
    for step in range(BAR_STEPS):
        tint = heat_colour(colours.heat, Fraction(2 * step + 1, 2 * BAR_STEPS))
        # Half a pixel more, so that no line of the ground shows between two steps.
        yield Box(left, area.bottom - high * (step + 1), BAR, high + Fraction(1, 2), tint)
    for tick, text in zip(span.ticks, span.texts(), strict=True):
        yield Words(left + BAR + 6, span.at(tick) + 4, text, TICK, colours.faint)
    fitting = shortened(heat.label, LABEL, room.width * Fraction(1, 2))
    yield Words(room.right, room.top + LABEL, fitting, LABEL, colours.faint, Side.END)
