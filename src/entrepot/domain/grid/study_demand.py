"""Draw who asks for what, and when, from a seed.

Leases are drawn one after the other, each with its firm, class, hour, size, length and worth, until
the device-hours asked for reach what the home asks for on average; so seeds differ in who wants
what and when, not in how much. Sizes and lengths lie on straight lines between stated quantiles:

    x(r) = xᵢ + (xᵢ₊₁ − xᵢ) · (r − rᵢ) / (rᵢ₊₁ − rᵢ)      for a rank r between rᵢ and rᵢ₊₁
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from entrepot.domain.grid.study_chance import Chance
from entrepot.domain.grid.study_model import (
    DAY_H,
    MILLI,
    PPM,
    Point,
    Steps,
    StudyClass,
    StudyHome,
    World,
)
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

HOUR_S = 3600
LEAST_MILLI = 50
"""Smallest share of a device that is leased, milli-devices."""

LEASES_MAX = 200_000
ACTIVE_MOST = 99


@dataclass(frozen=True, slots=True)
class Firms:
    """Columns, a firm a row.

    Attributes:
        home, own: number of its home, and of the site it has a contract with.
        rank: 0 to 99; a firm has joined the grid if that is less than the share that has.
    """

    home: tuple[int, ...]
    own: tuple[int, ...]
    rank: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Columns, a lease a row, by the hour it is asked for in.

    Attributes:
        firm, home, kind: numbers of firm, home and class.
        hour: in which it is asked for; it may begin at once.
        milli, hours: size in milli-devices and length.
        value: micro-HKD per device and hour.
    """

    firm: tuple[int, ...]
    home: tuple[int, ...]
    kind: tuple[int, ...]
    hour: tuple[int, ...]
    milli: tuple[int, ...]
    hours: tuple[int, ...]
    value: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.firm)


Row = tuple[int, int, int, int, int, int, int]


def draw_demand(world: World, point: Point, seed: int) -> tuple[Firms, Asked]:
    """Draw firms and leases.

    Every home has a generator of its own, so homes do not disturb each other; a point that asks
    for more draws the same leases and then more of them.

    Args:
        world: homes and classes.
        point: how much is asked for.
        seed: not negative.

    Raises:
        Invalid: more leases than a study can hold.
    """
    home_of: list[int] = []
    own: list[int] = []
    rank: list[int] = []
    rows: list[Row] = []
    for number, home in enumerate(world.homes):
        chance = Chance(f"{seed}/{home.id}")
        first = len(home_of)
        home_of += [number] * home.firms
        own += [_pick(chance, home.own) for _ in range(home.firms)]
        rank += [chance.below(100) for _ in range(home.firms)]
        rows += _leases(chance, world, point, number, first)
    rows.sort(key=lambda row: row[3])
    columns = zip(*rows, strict=True) if rows else ((),) * 7
    return Firms(tuple(home_of), tuple(own), tuple(rank)), Asked(*map(tuple, columns))


def _leases(chance: Chance, world: World, point: Point, number: int, first: int) -> list[Row]:
    """Draw the leases of one home, whose firms are numbered from ``first``."""
    home, span = world.homes[number], world.warm_h + world.hours
    wanted = home.asked_milli * span * point.demand_percent // 100
    largest = max(kind.sizes[-1][1] + MILLI for kind in world.classes)
    # So many there are at the least, whatever is drawn: nobody need wait for the refusal.
    if wanted > LEASES_MAX * largest * max(kind.hours_most for kind in world.classes):
        raise _too_many()
    weights = [1 + 9 * chance.below(100) ** 2 // ACTIVE_MOST**2 for _ in range(home.firms)]
    firms, mix = list(accumulate(weights)), list(accumulate(home.mix))
    day = list(accumulate(home.profile))
    rows: list[Row] = []
    while wanted > 0 and firms:
        firm = first + _below(chance, firms)
        kind = _below(chance, mix)
        hour = chance.below(-(-span // DAY_H)) * DAY_H + _below(chance, day)
        milli, hours, value = _lease(chance, world.classes[kind])
        if hour >= span:
            continue
        rows.append((firm, number, kind, hour, milli, hours, value))
        wanted -= milli * hours
        if len(rows) > LEASES_MAX:
            raise _too_many()
    return rows


def _too_many() -> Invalid:
    return Invalid(
        "grid.study_many",
        N_("The study asks for more than {most} leases."),
        hint=N_("Raise the scale, or ask for fewer devices or hours."),
        most=f"{LEASES_MAX:,}",
    )


def _lease(chance: Chance, kind: StudyClass) -> tuple[int, int, int]:
    """Draw size, length and worth."""
    milli = quantile(kind.sizes, chance.below(PPM))
    if not kind.shares or milli > MILLI:
        milli = max(-(-milli // MILLI), 1) * MILLI
    milli = max(milli, LEAST_MILLI)
    seconds = quantile(kind.lengths, chance.below(PPM))
    hours = min(max(-(-seconds // HOUR_S), 1), kind.hours_most)
    return milli, hours, kind.value_low + chance.below(kind.value_high - kind.value_low + 1)


def quantile(steps: Steps, rank: int) -> int:
    """Return the value at a rank, cut off to a whole number.

    >>> quantile(((0, 0), (500_000, 10), (1_000_000, 110)), 750_000)
    60
    """
    place = max(1, min(bisect_right(steps, (rank, 1 << 62)), len(steps) - 1))
    (low, start), (high, end) = steps[place - 1], steps[place]
    return start + (end - start) * (rank - low) // (high - low)


def _pick(chance: Chance, weights: Sequence[int]) -> int:
    return _below(chance, list(accumulate(weights)))


def _below(chance: Chance, sums: Sequence[int]) -> int:
    return bisect_right(sums, chance.below(sums[-1]))


def asked_by(home: StudyHome, span_h: int, demand_percent: int) -> int:
    """Return the milli-device-hours that a home asks for at the least."""
    return home.asked_milli * span_h * demand_percent // 100
