"""A case of geo placement as tables of text: sites, slots, latencies and leases.

``sites.csv``: site, pue, green_percent, egress_hkd_per_gb. ``slots.csv``: site, slot, devices,
price_hkd, carbon_g. ``latency.csv``: home, site, ms. ``leases.csv``: lease, devices, slots,
earliest, deadline, watts, out_gb, value_hkd, home, latency_ms, allowed (sites with ``|`` between,
``*`` for all). Slots are numbered from 0 and last an hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entrepot.domain.grid.geo_model import GeoCase

SITES = ("site", "pue", "green_percent", "egress_hkd_per_gb")
SLOTS = ("site", "slot", "devices", "price_hkd", "carbon_g")
LATENCY = ("home", "site", "ms")
LEASES = (
    "lease",
    "devices",
    "slots",
    "earliest",
    "deadline",
    "watts",
    "out_gb",
    "value_hkd",
    "home",
    "latency_ms",
    "allowed",
)
ANY = "*"
Table = tuple[str, Sequence[str], Iterator[Mapping[str, str]]]


def geo_tables(case: GeoCase) -> list[Table]:
    """Return a case as (name, header, rows), which :func:`geo_files.read_geo` reads back alike."""
    return [
        ("sites", SITES, _sites(case)),
        ("slots", SLOTS, _slots(case)),
        ("latency", LATENCY, _latency(case)),
        ("leases", LEASES, _leases(case)),
    ]


def _scaled(value: int, digits: int) -> str:
    """Write a whole number of 10^-digits parts.

    >>> _scaled(1_250_000, 6), _scaled(1100, 3), _scaled(5, 0)
    ('1.25', '1.1', '5')
    """
    text = f"{Decimal(value).scaleb(-digits):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rows(header: Sequence[str], values: Sequence[object]) -> dict[str, str]:
    return dict(zip(header, map(str, values), strict=True))


def _sites(case: GeoCase) -> Iterator[dict[str, str]]:
    sites = case.sites
    for n, name in enumerate(sites.names):
        pue, green = _scaled(int(sites.pue_milli[n]), 3), _scaled(int(sites.green_ppm[n]), 4)
        yield _rows(SITES, (name, pue, green, _scaled(int(sites.egress[n]), 6)))


def _slots(case: GeoCase) -> Iterator[dict[str, str]]:
    sites = case.sites
    for n, name in enumerate(sites.names):
        columns = zip(
            sites.capacity[n].tolist(),
            sites.price[n].tolist(),
            sites.carbon[n].tolist(),
            strict=True,
        )
        for slot, (devices, price, grams) in enumerate(columns):
            yield _rows(SLOTS, (name, slot, devices, _scaled(price, 6), grams))


def _latency(case: GeoCase) -> Iterator[dict[str, str]]:
    for home, row in zip(case.sites.homes, case.sites.latency_us.tolist(), strict=True):
        for site, micros in zip(case.sites.names, row, strict=True):
            yield _rows(LATENCY, (home, site, _scaled(micros, 3)))


def _leases(case: GeoCase) -> Iterator[dict[str, str]]:
    leases, names = case.leases, case.sites.names
    numbers = zip(
        leases.devices.tolist(),
        leases.slots.tolist(),
        leases.earliest.tolist(),
        leases.deadline.tolist(),
        leases.watts.tolist(),
        leases.out_gb.tolist(),
        strict=True,
    )
    for row, plain in enumerate(numbers):
        allowed = [
            name for name, may in zip(names, leases.allowed[row].tolist(), strict=True) if may
        ]
        yield _rows(
            LEASES,
            (
                leases.names[row],
                *plain,
                _scaled(int(leases.value[row]), 6),
                case.sites.homes[int(leases.home[row])],
                _scaled(int(leases.latency_us[row]), 3),
                ANY if len(allowed) == len(names) else "|".join(allowed),
            ),
        )
