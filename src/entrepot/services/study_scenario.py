"""A scenario of a study of use, as its file states it.

Numbers that nobody has stated in public are assumptions; the file says so in its notes, and the
report shows them as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from entrepot.domain.grid.study_model import Point
from entrepot.services import records as r

Words = Mapping[str, str]
"""Language (en, zh-Hant, zh-Hans) → text."""

SEEDS_MAX = 200
POINTS_MAX = 60
VARIED = ("demand_percent", "joined_percent", "devices_percent", "carbon_price")
"""What a series may vary: fields of :class:`entrepot.domain.grid.study_model.Point`."""

KINDS = ("stated", "calibrated", "assumed", "synthetic")
"""What a note says of a figure: public, set so that an anchor is met, chosen, or made up."""


@dataclass(frozen=True, slots=True)
class CentreInput:
    """A centre of the scenario.

    Attributes:
        id: of the facts; region: as the scenario groups them.
        device: of the facts; what capacity is counted in.
        p_milli: thousandths of a P, by the device's dense FP16 peak; None = see devices.
        devices: how many it has; None = by ``p_milli``.
        offered_percent: share that is on offer here.
        price_percent: of the median list price of the scenario's reference device.
        pue_milli, green_percent: where no fact states them; None = not stated either.
        export: facts of the device for the placement gate; without any, that gate is not asked.
        name: short, for pictures; empty = as the facts name it.
    """

    id: str
    region: str
    device: str
    p_milli: int | None
    devices: int | None
    offered_percent: int
    price_percent: int
    pue_milli: int | None = None
    green_percent: int | None = None
    export: r.Body = field(default_factory=dict[str, object])
    name: Words = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Spread:
    """Quantiles: a trace of the facts, or p50, p90, p99 and max in milli-devices or seconds."""

    trace: str | None
    values: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassInput:
    """A kind of work.

    Attributes:
        id, name: of the class.
        sizes, lengths: spreads.
        shares: whether less than a device may be asked for.
        hours_most, patience_h: longest lease, longest wait.
        latency_us: longest round trip, 0 = any.
        worth: from and to, micro-HKD per device and hour.
        data, returned, placement: facts for the gate, as in a job file.
    """

    id: str
    name: Words
    sizes: Spread
    lengths: Spread
    shares: bool
    hours_most: int
    patience_h: int
    latency_us: int
    worth: tuple[int, int]
    data: r.Body
    returned: r.Body
    placement: r.Body


@dataclass(frozen=True, slots=True)
class HomeInput:
    """Where firms sit.

    Attributes:
        id, name, place, region: place is one of the facts.
        firms: how many use compute; asked_devices: what they ask for at any time, on average.
        own: centre → weight of contracts with it; mix: class → weight.
        day: first and last hour of the busy part, and its weight against 1.
        profile: facts of a firm for the gate; instruments: kinds in force.
    """

    id: str
    name: Words
    place: str
    region: str
    firms: int
    asked_devices: int
    own: Mapping[str, int]
    mix: Mapping[str, int]
    day: tuple[int, int, int]
    profile: r.Body
    instruments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeriesInput:
    """Points that differ from the base in one thing: its field and its values."""

    vary: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A public figure that the base is held against.

    Attributes:
        fact: figure of the facts.
        measure: ``used``, ``unmet`` or ``short``, percent.
        where: region, centre or home; scheme: ``alone`` or ``shared``.
        test: ``near`` or ``below``; within: percentage points that ``near`` allows.
        role: ``calibrated`` if an input was set to meet it, else ``checked``.
    """

    fact: str
    measure: str
    where: str
    scheme: str
    test: str
    role: str
    within: int = 3


@dataclass(frozen=True, slots=True)
class ScenarioNote:
    """What a figure of the scenario rests on; kind as in :data:`KINDS`."""

    about: str
    kind: str
    text: Words


@dataclass(frozen=True, slots=True)
class StudyScenario:
    """A scenario.

    Attributes:
        id, title, text: names and words.
        day: whose law applies.
        hours, warm_h: hours that count, and those before.
        seed, seeds: the first, and how many.
        scale: real devices and firms to one of the study.
        short_below: percent of its device-hours below which a firm goes short.
        price_device: device of the facts whose list prices are the reference.
        regions: region → its name.
        base: the point that all others vary.
        digest: of the file.
    """

    id: str
    title: Words
    text: Words
    day: date
    hours: int
    warm_h: int
    seed: int
    seeds: int
    scale: int
    short_below: int
    price_device: str
    regions: Mapping[str, Words]
    centres: tuple[CentreInput, ...]
    classes: tuple[ClassInput, ...]
    homes: tuple[HomeInput, ...]
    base: Point
    series: tuple[SeriesInput, ...]
    anchors: tuple[Anchor, ...]
    notes: tuple[ScenarioNote, ...]
    digest: str
