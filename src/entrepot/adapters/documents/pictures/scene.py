"""What lies on the paper: lines, boxes, dots and words at pixels, from the top left corner."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Px: TypeAlias = float  # not money: pixels
Place: TypeAlias = tuple[Px, Px]


class Side(StrEnum):
    """Which part of a text stands at its place."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Trace:
    """A line through places.

    Attributes:
        places: corners in order.
        colour: ``#rrggbb``; width: pixels; dash: pattern of strokes and gaps, empty = whole.
    """

    places: tuple[Place, ...]
    colour: str
    width: Px = 1
    dash: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; ``tip`` is told to a reader who points at it."""

    x: Px
    y: Px
    width: Px
    height: Px
    colour: str
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A filled circle with a rim in the colour of the ground, so that dots do not melt."""

    x: Px
    y: Px
    radius: Px
    colour: str
    rim: str
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; its letters stand on ``y``, with a rim of the colour ``halo``, if any."""

    x: Px
    y: Px
    text: str
    size: int
    colour: str
    side: Side = Side.START
    halo: str = ""


Item: TypeAlias = Trace | Box | Dot | Words


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole drawing.

    Attributes:
        width, height: pixels.
        ground: colour of the paper.
        items: painted in order.
        title, about: what a reader is told who cannot see it.
    """

    width: int
    height: int
    ground: str
    items: tuple[Item, ...]
    title: str
    about: str
