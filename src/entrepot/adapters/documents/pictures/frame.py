"""What stands around every picture: head, legend, foot; and the room that is left between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from entrepot.adapters.documents.pictures.palette import Palette, palette
from entrepot.adapters.documents.pictures.scene import Box, Item, Px, Scene, Side, Trace, Words
from entrepot.adapters.documents.pictures.text_width import shortened, text_width, wrapped
from entrepot.services.charts import Chart, Paper

PAD = 24
TITLE, SUBTITLE, LABEL, TICK, NOTE = 20, 14, 13, 12, 11
"""Heights of letters in pixels."""

LEGEND_ROW = 22
SWATCH = 22
DASH = (6, 4)


@dataclass(frozen=True, slots=True)
class Area:
    """Room between the frame, in pixels."""

    left: Px
    top: Px
    right: Px
    bottom: Px

    @property
    def width(self) -> Px:
        """Width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> Px:
        """Height in pixels."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend: a stroke or a block of one colour, and a name."""

    name: str
    colour: str
    dashed: bool = False
    block: bool = False


def frame(chart: Chart, paper: Paper, keys: Sequence[Key]) -> tuple[list[Item], Area]:
    """Set title, legend and note.

    Args:
        chart: whose words are set.
        paper: size and ground.
        keys: entries of the legend.

    Returns:
        What was set, and the room between.
    """
    colours = palette(paper.dark)
    room = paper.width - 2 * PAD
    items: list[Item] = []
    y = PAD + TITLE - 4
    items.append(Words(PAD, y, shortened(chart.title, TITLE, room), TITLE, colours.ink))
    for line in wrapped(chart.subtitle, SUBTITLE, room):
        y += SUBTITLE + 9
        items.append(Words(PAD, y, line, SUBTITLE, colours.faint))
    y += 12
    if keys:
        y = _legend(items, keys, colours, y, room)
    notes = wrapped(chart.note, NOTE, room, 3)
    bottom = paper.height - PAD + 6 - len(notes) * (NOTE + 4)
    for place, line in enumerate(notes):
        baseline = bottom + NOTE + place * (NOTE + 4)
        items.append(Words(PAD, baseline, line, NOTE, colours.faint))
    return items, Area(PAD, y + 4, paper.width - PAD, bottom - 8)


def _legend(items: list[Item], keys: Sequence[Key], colours: Palette, top: Px, room: Px) -> Px:
    """Set the legend in as many rows as it takes; return where it ends."""
    x, y = PAD, top + LEGEND_ROW - 8
    for key in keys:
        name = shortened(key.name, LABEL, room - SWATCH - 8)
        width = SWATCH + 8 + text_width(name, LABEL) + 22
        if x > PAD and x + width - 22 > PAD + room:
            x, y = PAD, y + LEGEND_ROW
        if key.block:
            items.append(Box(x + 4, y - 11, 13, 13, key.colour))
        else:
            dash = DASH if key.dashed else ()
            items.append(Trace(((x, y - 4), (x + SWATCH, y - 4)), key.colour, 3, dash))
        items.append(Words(x + SWATCH + 8, y, name, LABEL, colours.ink))
        x += width
    return y + 8


def scene(chart: Chart, paper: Paper, items: Sequence[Item]) -> Scene:
    """Put everything on the paper, with the words for a reader who cannot see it."""
    about = ". ".join(text.rstrip(".") for text in (chart.subtitle, chart.note) if text)
    ground = palette(paper.dark).ground
    return Scene(paper.width, paper.height, ground, tuple(items), chart.title, about)


def axis_label(text: str, area: Area, colours: Palette) -> Words:
    """Return the label of the upright axis, which lies above it so that it reads level."""
    return Words(area.left, area.top + LABEL, text, LABEL, colours.faint)


def below_label(text: str, area: Area, y: Px, colours: Palette) -> Words:
    """Return the label of the level axis, at the right end below it."""
    fitting = shortened(text, LABEL, area.width)
    return Words(area.right, y, fitting, LABEL, colours.faint, Side.END)
