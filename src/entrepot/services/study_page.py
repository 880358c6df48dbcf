"""A report as a value: finished words, tables and charts in order, and nothing of HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from entrepot.services.charts import Chart


@dataclass(frozen=True, slots=True)
class Heading:
    """Head line of a section; ``anchor`` is what a link to it is called."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``mark`` is a word that stands before it as a badge, or empty."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One figure to be seen first.

    Attributes:
        title: what it is.
        before, after: without and with the grid; change: in words.
        is_better: None where neither is better.
    """

    title: str
    before: str
    after: str
    change: str
    is_better: bool | None = None


@dataclass(frozen=True, slots=True)
class Cards:
    """Cards side by side, with the words for before and after."""

    cards: tuple[Card, ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table.

    Attributes:
        caption: above it.
        head: titles; numbers: which columns hold numbers.
        rows: cells.
        badges: words that are shown as badges wherever a cell consists of them.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()
    badges: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with its words for who does not see it."""

    chart: Chart
    text: str


Block: TypeAlias = Heading | Paragraph | Cards | PageTable | Picture


@dataclass(frozen=True, slots=True)
class Page:
    """A report.

    Attributes:
        language: tag for the browser; title, lead: head of the page.
        blocks: in order; foot: last line.
    """

    language: str
    title: str
    lead: str
    blocks: tuple[Block, ...]
    foot: str
