"""A call and a claim about it, as the checker holds them: plain lists and exact integers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from entrepot.kernel.text import filled

PPM = 1_000_000
GANG, DIVISIBLE, MINIMUM = "gang", "divisible", "minimum"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a certificate.

    Attributes:
        where: field of the certificate.
        template: sentence, marked; params: its values.
    """

    where: str
    template: str
    params: dict[str, object] = field(default_factory=dict[str, object])

    def render(self, translate: Callable[[str], str] = str) -> str:
        """Return the sentence in the language of ``translate``."""
        return filled(self.template, self.params, translate)


@dataclass(frozen=True, slots=True)
class Ask:
    """One ask: price ≥ 0 in micro-HKD per device-slot, the same in slots [begin, end)."""

    name: str
    pool: int
    begin: int
    end: int
    price: int
    devices: int
    start_cost: int
    min_slots: int
    party: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One order; ``row`` is its choice row: shared within an exclusive group.

    ``party`` is its beneficial group; empty = not stated.
    """

    name: str
    kind: str
    min_share: int
    row: str
    parent: int
    party: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One lawful option: devices in a pool in slots [begin, end), maybe Mb/s over a link."""

    order: int
    name: str
    pool: int
    begin: int
    end: int
    devices: int
    value: int
    link: int
    mbps: int


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the auction.

    Attributes:
        slots: number of slots.
        asks, orders, options: rows; options sorted by order, unlawful ones left out.
        pools: (zone, class) → place; links: name → place.
        capacity: of each link, Mb/s by slot.
        inputs, law: fingerprints of what was decided upon and of what the law shut out.
        unlawful: (order, option) names shut out.
    """

    slots: int
    asks: list[Ask]
    orders: list[Order]
    options: list[Option]
    pools: dict[tuple[str, str], int]
    links: dict[str, int]
    capacity: list[list[int]]
    inputs: str
    law: str
    unlawful: frozenset[tuple[str, str]]


@dataclass(slots=True)
class Claim:
    """What a certificate says, looked up in the call.

    Attributes:
        share: option → ppm.
        used: ask → micro-devices in each of its slots.
        pi: pool → price by slot; mu: link → price by slot, micro-HKD.
    """

    share: dict[int, int]
    used: list[list[int]]
    pi: list[list[int]]
    mu: list[list[int]]


Columns = dict[str, Sequence[str]]
