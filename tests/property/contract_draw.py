"""Random contracts by a seed: what is bought, at which terms, and how the job ends.

Figures are plain integers here, so that the oracle can take them without any code of the exchange.
The same seed and number give the same contract, whatever was drawn before.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

CENTRES = 12
FIRMS = 40
PROGRAMMES = ("P-A", "P-B", "P-C")
ASSETS = ("CNY", "HKD", "USD")
RATE_SCALE = 10_000
"""A rate is so many HKD cents for one hundred minor units of another currency, over this."""

DAY_S = 86_400
FIRST_SECOND = 1_767_196_800
"""1 January 2026, 00:00 in Hong Kong."""

SETTLEMENT_SPREAD_BP = 20


class Fate(StrEnum):
    """How a job ends."""

    FULL = "full"
    EARLY = "early"
    BEYOND = "beyond"
    FAILED = "failed"
    CANCELLED = "cancelled"
    IDLE = "idle"


FATES = (*[Fate.FULL] * 5, *[Fate.EARLY] * 3, *list(Fate)[2:])


@dataclass(frozen=True, slots=True)
class Wanted:
    """A voucher: most that it gives in HKD cents, its rate, whether the quote states the rate."""

    programme: str
    at_once: bool
    most: int
    rate_bp: int
    stated: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A contract as drawn.

    Attributes:
        number: 0, 1, 2 …; day: on which it is made and billed.
        firm, centre: numbers; on_credit: the firm pays days later; planned: it has a price plan.
        asset: currency of the offer; price: minor units a device-hour, numerator and denominator.
        discount_bp, spread_bp, tax_bp: terms; egress_price: HKD cents a GB, as ``price``.
        milli_devices, duration_s, egress_max: what is sold.
        vouchers: of the quote.
        fate: how it ends; run_s, metered: seconds and milli-device-seconds that the meter claims.
        egress: bytes that left; pieces: in how many the use is rated.
    """

    number: int
    day: int
    firm: int
    centre: int
    asset: str
    price: tuple[int, int]
    discount_bp: int
    spread_bp: int
    tax_bp: int
    egress_price: tuple[int, int]
    milli_devices: int
    duration_s: int
    egress_max: int
    vouchers: tuple[Wanted, ...]
    fate: Fate
    run_s: int
    metered: int
    egress: int
    pieces: int

    @property
    def on_credit(self) -> bool:
        """Every fourth firm pays after the bill."""
        return self.firm % 4 == 0

    @property
    def planned(self) -> bool:
        """Every eighth firm has a price plan."""
        return self.firm % 8 == 3


class World:
    """Rates of each day and contracts of each number, by a seed."""

    def __init__(self, seed: int, a_day: int) -> None:
        self.seed, self.a_day = seed, a_day
        self._rates: list[dict[str, int]] = []
        self._walk = random.Random(f"{seed}:rates")

    def rate(self, asset: str, day: int) -> int:
        """Return HKD for one unit of a currency on a day, over ``RATE_SCALE``."""
        while len(self._rates) <= day:
            last = self._rates[-1] if self._rates else {"CNY": 10_917, "CNH": 10_923, "USD": 77_801}
            step = {code: self._walk.randint(-60, 60) for code in last}
            self._rates.append({c: max(5_000, last[c] + step[c]) for c in last})
        return RATE_SCALE if asset == "HKD" else self._rates[day][asset]

    def fails(self, day: int, centre: int) -> bool:
        """Say whether the bank refuses what is sent for a centre on a day."""
        return random.Random(f"{self.seed}:bank:{day}:{centre}").random() < 0.07

    def contract(self, number: int) -> Drawn:
        """Return the contract of a number."""
        draw = random.Random(self.seed * 1_000_003 + number)
        at = draw.random
        milli = (1, 7, 125, 250, 500, 1_000, 2_000, 8_000, 64_000)[int(at() * 9)]
        duration = 1 + int(10 ** (at() * 5.7))
        sent = int(10 ** (at() * 10.5)) if at() < 0.5 else 0
        fate = FATES[int(at() * len(FATES))]
        run, metered = _use(fate, milli, duration, at(), at())
        asset = ASSETS[int(at() * 3)]
        return Drawn(
            number,
            number // self.a_day,
            int(at() * FIRMS),
            int(at() ** 2 * CENTRES),
            asset,
            (1 + int(at() * 90_000), (1, 1, 3, 7, 100, 997)[int(at() * 6)]),
            (0, 0, 250, 1_000, 3_333)[int(at() * 5)],
            0 if asset == "HKD" else (0, 30, 50)[int(at() * 3)],
            (0, 0, 0, 600)[int(at() * 4)],
            ((0, 1), (0, 1), (62, 1), (155, 3))[int(at() * 4)],
            milli,
            duration,
            sent,
            _vouchers(draw),
            fate,
            run,
            metered,
            int(sent * at() * 1.2),
            1 + int(at() ** 4 * 4),
        )


def _use(fate: Fate, milli: int, duration: int, part: float, busy: float) -> tuple[int, int]:
    """Return seconds and milli-device-seconds as the meter claims them."""
    if fate == Fate.CANCELLED:
        return 0, 0
    if fate == Fate.FULL:
        return duration, milli * duration
    if fate == Fate.BEYOND:
        longer = duration + 1 + int(part * 600)
        return longer, milli * longer
    if fate == Fate.IDLE:
        # Held for a moment without work: the least charge decides.
        return int(busy * 3), 0
    run = int(part * duration)
    return run, milli * run if fate == Fate.EARLY else int(milli * run * busy)


def _vouchers(draw: random.Random) -> tuple[Wanted, ...]:
    count = (0, 0, 0, 1, 1, 2)[int(draw.random() * 6)]
    return tuple(
        Wanted(
            programme,
            draw.random() < 0.6,
            int(10 ** (1 + draw.random() * 6)),
            int(draw.random() * 10_001),
            draw.random() < 0.7,
        )
        for programme in draw.sample(PROGRAMMES, count)
    )
