"""Charts as values: what is to be drawn, in finished words, and the port that draws it.

A chart says what stands where and nothing of pixels, so one value serves a page (as an option of
ECharts) and a paper (as SVG or PNG). Its words are in the reader's language already.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Protocol, TypeAlias

Number: TypeAlias = int | float | Fraction | Decimal  # not money: a place on a picture
Point: TypeAlias = tuple[Number, Number | None]
"""(x, y); no y breaks a line. On an axis of categories a number is a place among them."""


class Mark(StrEnum):
    """How a series is drawn. A step keeps its y from its own x to the next one."""

    LINE = "line"
    STEP = "step"
    BARS = "bars"
    POINTS = "points"


class Form(StrEnum):
    """What a picture is written as: an option of ECharts in JSON, SVG, or PNG."""

    ECHARTS = "echarts"
    SVG = "svg"
    PNG = "png"

    @property
    def ending(self) -> str:
        """Ending of such a file's name.

        >>> Form.ECHARTS.ending, Form.PNG.ending
        ('.echarts.json', '.png')
        """
        return ".echarts.json" if self is Form.ECHARTS else f".{self.value}"


@dataclass(frozen=True, slots=True)
class Axis:
    """One side of a chart.

    Attributes:
        label: what is counted, with its unit.
        categories: names of the places; empty = numbers.
        log: numbers are spread by their logarithm; what is not above 0 is left out.
        least, most: bounds that the axis has at least, beside those of the data.
        decimals: digits after the point; None = as many as the ticks need.
    """

    label: str = ""
    categories: tuple[str, ...] = ()
    log: bool = False
    least: Number | None = None
    most: Number | None = None
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Points that belong together.

    Attributes:
        name: for the legend; empty = not in it.
        points: in order.
        mark: how they are drawn.
        colour: place in the palette; None = the next one.
        dashed: broken lines, as for a bound.
    """

    name: str
    points: tuple[Point, ...]
    mark: Mark = Mark.LINE
    colour: int | None = None
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """A thin line across a plot at one value, with a word to it.

    Attributes:
        at: the value; label: the word.
        on_x: the value is of the x axis, and the line upright.
    """

    at: Number
    label: str
    on_x: bool = False


@dataclass(frozen=True, slots=True)
class Plot:
    """Series over two axes.

    Attributes:
        title: head line; subtitle: the line below it.
        x, y: axes; only x may have categories.
        series: drawn in order, the last on top.
        levels: lines across.
        note: line at the foot: source, date, how to read it.
    """

    title: str
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    subtitle: str = ""
    levels: tuple[Level, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Heat:
    """Values over two axes of categories, as colours.

    Attributes:
        title, subtitle, note: as for :class:`Plot`.
        x, y: axes with categories, y from the top down.
        rows: values by place of y, then of x; None = there is none.
        label: what a value is, with its unit.
        none: word for a place without a value.
        decimals: most digits after the point; fewer are written where boxes are small. None = two,
            or as many as the ticks need.
    """

    title: str
    x: Axis
    y: Axis
    rows: tuple[tuple[Number | None, ...], ...]
    label: str
    none: str = ""
    subtitle: str = ""
    note: str = ""
    decimals: int | None = None

    def __post_init__(self) -> None:
        wide, high = len(self.x.categories), len(self.y.categories)
        if len(self.rows) != high or any(len(row) != wide for row in self.rows):
            raise ValueError("a heat map has one value a place")


Chart: TypeAlias = Plot | Heat


@dataclass(frozen=True, slots=True)
class Paper:
    """What a chart is drawn on.

    Attributes:
        width, height: pixels; PNG files have twice as many for sharp screens.
        dark: light signs on a dark ground.
    """

    width: int = 960
    height: int = 540
    dark: bool = False

    def __post_init__(self) -> None:
        if not (320 <= self.width <= 4096 and 200 <= self.height <= 4096):
            raise ValueError("a picture is 320 to 4096 pixels wide and 200 to 4096 high")


class Pictures(Protocol):
    """Draws charts. The same chart on the same paper gives the same bytes."""

    def draw(self, chart: Chart, form: Form, paper: Paper = ...) -> bytes:
        """Return a chart as the bytes of a file.

        Args:
            chart: what to draw.
            form: as what.
            paper: size and ground.

        Raises:
            Fault: the drawing program failed.
        """
        ...

    def option(self, chart: Chart, paper: Paper = ...) -> dict[str, object]:
        """Return a chart as an option of ECharts, in plain values."""
        ...
