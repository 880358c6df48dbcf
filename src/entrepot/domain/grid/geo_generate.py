"""Make up a day of leases over centres from a seed: the same seed, the same case.

Numbers come from NumPy's PCG64. *Sites*: base prices are uniform from HKD 6 to 18 per device and
hour, 15 % dearer from 8 to 22 o'clock and 15 % cheaper else; carbon is uniform from 130 to 680
g/kWh, the range of China's provinces, and swings by 15 % over the day; PUE is uniform from 1.10 to
1.50, contracted green power from 0 to 95 %, egress from HKD 0 to 0.80 per GB. Capacity is shared
out lognormally (spread 0.5) so that leases ask for ``load`` percent of it in all, but a site has at
least twice the largest lease. *Leases*: 1 to 64 devices, lognormal lengths (median e^1.2 ≈ 3.3
slots in a day of 24, longer in longer horizons), starts uniform, slack of 0, 2, 6, 12 or 24 slots
(25, 20, 20, 20, 15 %). By law 15 % may only go to the first quarter of the sites, 35 % to the first
six tenths, the others anywhere; round trips are uniform from 1 to 40 ms, of
which 20 % bear 15 ms only and 20 % 35 ms. A lease is worth its cost at the mean price times a
lognormal factor (median 1.65, spread 0.35).

None of it is measured: prices, sizes and shares are made up to be in the range of what is public.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from entrepot.domain.grid.geo_model import MICRO, GeoCase, Leases, Sites
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]

LEASES_MAX, SITES_MAX, SLOTS_MAX = 100_000, 200, 1_000
SIZES = (1, 2, 4, 8, 16, 32, 64)
SIZE_SHARES = (0.20, 0.15, 0.15, 0.25, 0.13, 0.08, 0.04)
HOMES = ("home-1", "home-2", "home-3")
SLACKS, SLACK_SHARES = (0, 2, 6, 12, 24), (0.25, 0.20, 0.20, 0.20, 0.15)


def generate_geo(leases: int, sites: int, seed: int, slots: int = 24, load: int = 100) -> GeoCase:
    """Make up a case.

    Args:
        leases, sites, slots: how many; slots are hours.
        seed: not negative.
        load: device-slots asked for, in percent of capacity.

    Raises:
        Invalid: a size or the seed is out of range.

    >>> case = generate_geo(10, 3, seed=1)
    >>> len(case.leases.names), case.sites.capacity.shape
    (10, (3, 24))
    """
    sizes = ((leases, LEASES_MAX), (sites, SITES_MAX), (slots, SLOTS_MAX), (load, 1_000))
    if any(not 1 <= size <= most for size, most in sizes) or seed < 0:
        raise Invalid(
            "grid.geo_generate",
            N_("Such a case cannot be made up."),
            hint=N_(
                "Use 1 to {leases} leases, {sites} sites and {slots} slots, a load of 1 to 1000 "
                "percent, and a seed from 0."
            ),
            leases=LEASES_MAX,
            sites=SITES_MAX,
            slots=SLOTS_MAX,
        )
    draw = np.random.Generator(np.random.PCG64(seed))
    devices = draw.choice(SIZES, leases, p=SIZE_SHARES).astype(np.int64)
    median = 1.2 * np.log(max(slots, 2)) / np.log(24)
    length = np.clip(np.rint(draw.lognormal(median, 0.7, leases)), 1, max(1, slots // 2))
    length = length.astype(np.int64)
    places = _sites(draw, sites, slots, int((devices * length).sum()) * 100 // load)
    return GeoCase(places, _leases(draw, devices, length, places))


def _sites(draw: np.random.Generator, count: int, slots: int, wanted: int) -> Sites:
    base = draw.uniform(6 * MICRO, 18 * MICRO, count)
    hour = np.arange(slots) % 24
    day = np.where((hour >= 8) & (hour < 22), 1.15, 0.85)
    swing = 1 + 0.15 * np.cos((hour - 3) / 24 * 2 * np.pi)
    share = draw.lognormal(0, 0.5, count)
    devices = np.maximum(2 * SIZES[-1], np.rint(share / share.sum() * wanted / slots))
    return Sites(
        tuple(f"S{n:02d}" for n in range(1, count + 1)),
        _whole(np.repeat(devices[:, None], slots, axis=1)),
        _whole(base[:, None] * day),
        _whole(draw.uniform(130, 680, count)[:, None] * swing),
        draw.integers(1100, 1501, count),
        draw.integers(0, 950_001, count),
        draw.integers(0, 800_001, count),
        _whole(draw.uniform(1_000, 40_000, (len(HOMES), count))),
        HOMES,
    )


def _leases(draw: np.random.Generator, devices: Int64, length: Int64, sites: Sites) -> Leases:
    count, (places, slots) = devices.size, sites.capacity.shape
    earliest = cast("Int64", draw.integers(0, slots - length + 1))
    deadline = np.minimum(earliest + length + draw.choice(SLACKS, count, p=SLACK_SHARES), slots)
    law = draw.choice(3, count, p=[0.15, 0.35, 0.50])
    number = cast("Int64", np.arange(places))
    allowed = np.ones((count, places), dtype=np.bool_)
    allowed[law == 0] = number < max(1, -(-places // 4))
    allowed[law == 1] = number < max(1, -(-places * 6 // 10))
    usual = devices * length * sites.price.mean()
    return Leases(
        tuple(f"L{n:05d}" for n in range(1, count + 1)),
        allowed,
        devices,
        length,
        earliest,
        deadline.astype(np.int64),
        draw.choice([300, 700, 1000], count).astype(np.int64),
        draw.integers(0, 201, count),
        _whole(usual * draw.lognormal(0.5, 0.35, count)),
        draw.integers(0, len(sites.homes), count),
        draw.choice([15_000, 35_000, 1_000_000], count, p=[0.2, 0.2, 0.6]).astype(np.int64),
    )


def _whole(values: NDArray[np.float64]) -> Int64:
    return np.rint(values).astype(np.int64)
