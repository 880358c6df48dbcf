"""A case of geo placement in a folder: four tables as CSV, or CSV packed by gzip.

Every fault of a table is told with file, line and column; nothing of a bad case is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from entrepot.adapters.imports.csv_safe import Row, read_rows
from entrepot.adapters.imports.packed_file import read_packed
from entrepot.adapters.imports.problems import InvalidFile, Problem
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services.geo_folder import ANY, LATENCY, LEASES, SITES, SLOTS

if TYPE_CHECKING:
    from entrepot.domain.grid.geo_model import GeoCase, Leases, Sites

MICRO, MILLI, PER_CENT = 10**6, 1000, 10**4
MOST = 10**9
SLOTS_MAX = 10_000


@dataclass(slots=True)
class _Reading:
    """What has been read, and what was wrong."""

    sites: dict[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    slots: dict[tuple[str, int], tuple[int, ...]] = field(
        default_factory=dict[tuple[str, int], tuple[int, ...]]
    )
    latency: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    leases: dict[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    homes: dict[str, int] = field(default_factory=dict[str, int])
    allowed: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    problems: list[Problem] = field(default_factory=list[Problem])


def read_geo(folder: Path) -> GeoCase:
    """Read a folder.

    Raises:
        NotFound: a table is not there.
        Invalid: a cell is bad, a site has not every slot, or a name is unknown or stands twice.
    """
    from entrepot.domain.grid.geo_model import GeoCase

    found = _Reading()
    for row in _rows(folder, "sites", SITES):
        _site(found, row)
    for row in _rows(folder, "slots", SLOTS):
        _slot(found, row)
    for row in _rows(folder, "latency", LATENCY):
        _latency(found, row)
    for row in _rows(folder, "leases", LEASES):
        _lease(found, row)
    if not found.problems:
        _complete(found)
    if found.problems:
        raise InvalidFile(found.problems)
    return GeoCase(_sites_of(found), _leases_of(found))


def _rows(folder: Path, name: str, columns: Sequence[str]) -> list[Row]:
    path = folder / f"{name}.csv"
    if not path.is_file() and (folder / f"{name}.csv.gz").is_file():
        path = folder / f"{name}.csv.gz"
    return list(read_rows(read_packed(path), path.name, columns))


def _number(row: Row, column: str, scale: int) -> int:
    """Read a decimal number of at most so many places as a whole number of parts."""
    value = row.decimal(column, MOST)
    if value is None:
        if not row.faults:
            row.fault(column, _bad(N_("A number is needed.")))
        return 0
    scaled = value * scale
    if scaled.denominator != 1:
        row.fault(column, _bad(N_("The number has too many decimals.")))
        return 0
    return int(scaled)


def _keep(found: _Reading, row: Row, table: Mapping[Any, object], key: object) -> bool:
    if key in table:
        row.fault(next(iter(row.cells)), _bad(N_("This name stands in the table twice.")))
    found.problems += row.faults
    return not row.faults


def _site(found: _Reading, row: Row) -> None:
    name = row.needed("site")
    values = (
        _number(row, "pue", MILLI),
        _number(row, "green_percent", PER_CENT),
        _number(row, "egress_hkd_per_gb", MICRO),
    )
    if "|" in name or name == ANY:
        row.fault("site", _bad(N_("A site's name has no | and is not *.")))
    if _keep(found, row, found.sites, name):
        found.sites[name] = values


def _slot(found: _Reading, row: Row) -> None:
    name, slot = row.needed("site"), _number(row, "slot", 1)
    values = (
        _number(row, "devices", 1),
        _number(row, "price_hkd", MICRO),
        _number(row, "carbon_g", 1),
    )
    if name not in found.sites:
        row.fault("site", _bad(N_("There is no such site.")))
    if slot >= SLOTS_MAX:
        row.fault("slot", _bad(N_("There are too many slots.")))
    if _keep(found, row, found.slots, (name, slot)):
        found.slots[name, slot] = values


def _latency(found: _Reading, row: Row) -> None:
    home, site = row.needed("home"), row.needed("site")
    micros = _number(row, "ms", MILLI)
    if site not in found.sites:
        row.fault("site", _bad(N_("There is no such site.")))
    if _keep(found, row, found.latency, (home, site)):
        found.latency[home, site] = micros
        found.homes.setdefault(home, len(found.homes))


def _lease(found: _Reading, row: Row) -> None:
    name, home = row.needed("lease"), row.needed("home")
    plain = tuple(_number(row, column, 1) for column in LEASES[1:7])
    value, near = _number(row, "value_hkd", MICRO), _number(row, "latency_ms", MILLI)
    text = row.needed("allowed")
    allowed = tuple(found.sites) if text == ANY else tuple(text.split("|"))
    if home not in found.homes:
        row.fault("home", _bad(N_("There is no such home in the table of latencies.")))
    if any(site not in found.sites for site in allowed):
        row.fault("allowed", _bad(N_("There is no such site.")))
    if _keep(found, row, found.leases, name):
        found.leases[name] = (*plain, value, found.homes[home], near)
        found.allowed[name] = allowed


def _complete(found: _Reading) -> None:
    """Find what is missing between the tables: slots of a site, latencies of a home."""
    count = 1 + max((slot for _site, slot in found.slots), default=-1)
    for site in found.sites:
        gap = next((slot for slot in range(count) if (site, slot) not in found.slots), None)
        if gap is not None:
            text = N_("The site {site} has no slot {slot}.")
            found.problems.append(Problem("slots.csv", _bad(text, site=site, slot=gap)))
        far = next((home for home in found.homes if (home, site) not in found.latency), None)
        if far is not None:
            text = N_("There is no latency from {home} to {site}.")
            found.problems.append(Problem("latency.csv", _bad(text, site=site, home=far)))
    if not found.sites or not count or not found.homes:
        text = N_("A case has a site, a slot and a home at least.")
        found.problems.append(Problem("sites.csv", _bad(text)))


def _sites_of(found: _Reading) -> Sites:
    import numpy as np

    from entrepot.domain.grid.geo_model import Sites

    count = 1 + max(slot for _site, slot in found.slots)
    cells = np.array(
        [[found.slots[site, slot] for slot in range(count)] for site in found.sites], dtype=np.int64
    )
    plain = np.array(list(found.sites.values()), dtype=np.int64)
    latency = [[found.latency[home, site] for site in found.sites] for home in found.homes]
    return Sites(
        tuple(found.sites),
        np.ascontiguousarray(cells[:, :, 0]),
        np.ascontiguousarray(cells[:, :, 1]),
        np.ascontiguousarray(cells[:, :, 2]),
        np.ascontiguousarray(plain[:, 0]),
        np.ascontiguousarray(plain[:, 1]),
        np.ascontiguousarray(plain[:, 2]),
        np.array(latency, dtype=np.int64),
        tuple(found.homes),
    )


def _leases_of(found: _Reading) -> Leases:
    import numpy as np

    from entrepot.domain.grid.geo_model import Leases

    table = np.array(list(found.leases.values()), dtype=np.int64).reshape(len(found.leases), 9)
    columns = [np.ascontiguousarray(table[:, n]) for n in range(9)]
    number = {name: n for n, name in enumerate(found.sites)}
    allowed = np.zeros((len(found.leases), len(number)), dtype=np.bool_)
    for row, names in enumerate(found.allowed.values()):
        allowed[row, [number[name] for name in names]] = True
    return Leases(tuple(found.leases), allowed, *columns)


def _bad(why: str, **params: str | int) -> Invalid:
    hint = N_("docs/how-to/place-leases.md has the form.")
    return Invalid("grid.geo_cell", why, hint=hint, fields=None, **params)
