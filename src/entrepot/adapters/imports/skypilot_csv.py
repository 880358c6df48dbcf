"""Import of a SkyPilot catalogue: one row an instance type and region, list and spot price.

Columns: InstanceType, AcceleratorName, AcceleratorCount, vCPUs, MemoryGiB, Price, Region, GpuInfo,
SpotPrice; others are passed over. GpuInfo is the text of a Python value.

Source: catalogue files of the SkyPilot project, version 7 of their form, 2026-11-21.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from fractions import Fraction
from typing import cast

from entrepot.adapters.imports.csv_safe import Row, gather, read_rows
from entrepot.adapters.imports.market_rows import (
    CPUS_MAX,
    MEMORY_GIB_MAX,
    PRICE_MAX,
    Imported,
    MarketList,
    count_of,
    device_mib,
    host_mib,
)
from entrepot.domain.catalogue.model import DEVICES_MAX, Offer
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

COLUMNS = (
    "InstanceType",
    "AcceleratorName",
    "AcceleratorCount",
    "vCPUs",
    "MemoryGiB",
    "Price",
    "Region",
    "GpuInfo",
    "SpotPrice",
)
GPU_INFO_MAX = 2_000


def read_skypilot(
    data: bytes,
    name: str,
    *,
    provider: str,
    as_of: str,
    places: Mapping[str, str] | None = None,
    devices: Mapping[str, str] | None = None,
    skip_bad: bool = False,
) -> Imported:
    """Read a SkyPilot catalogue file, all or nothing.

    Args:
        data, name: the file and its name.
        provider: the cloud that the file lists.
        as_of: ISO date of the file.
        places: region → ISO 3166-1.
        devices: device id → name.
        skip_bad: keep the good rows beside the problems.

    Returns:
        Indicative offers in USD, two of a row that has both prices.

    Raises:
        Invalid: not readable, or bad rows without ``skip_bad``.
    """
    market = MarketList(provider, f"{name} (SkyPilot)", as_of, places or {}, devices or {})
    rows = read_rows(data, name, COLUMNS)
    found, problems = gather(rows, lambda row: _offers(row, market), skip_bad)
    offers = tuple(offer for pair in found for offer in pair)
    return Imported(offers, tuple(problems), market.left_out)


def _offers(row: Row, market: MarketList) -> tuple[Offer, ...]:
    device = row.text("AcceleratorName")
    stated = row.positive("AcceleratorCount", DEVICES_MAX) if device else None
    prices = {False: row.positive("Price", PRICE_MAX), True: row.positive("SpotPrice", PRICE_MAX)}
    vcpus, memory = row.decimal("vCPUs", CPUS_MAX), row.decimal("MemoryGiB", MEMORY_GIB_MAX)
    memory_mib = _device_memory(row) if row.text("GpuInfo") else None
    region = row.needed("Region")
    if device and stated is None and not row.faults:
        row.needed("AcceleratorCount")
    count = count_of(stated)
    if row.faults:
        return ()
    if count is None or not any(prices.values()):
        market.left_out += 1
        return ()
    return tuple(
        market.offer(
            instance=row.text("InstanceType"),
            region=region,
            device=device,
            count=count,
            price=price,
            memory_mib=memory_mib,
            vcpus=None if vcpus is None else int(vcpus),
            host_memory_mib=host_mib(memory),
            spot=spot,
        )
        for spot, price in prices.items()
        if price is not None
    )


def _device_memory(row: Row) -> int | None:
    """Return the memory of one device from GpuInfo; None when it is not stated there."""
    try:
        info = parse_gpu_info(row.text("GpuInfo"))
    except Invalid as error:
        row.fault("GpuInfo", error)
        return None
    gpus = info.get("Gpus")
    first: object = cast(list[object], gpus)[0] if isinstance(gpus, list) and gpus else None
    memory = cast(dict[str, object], first).get("MemoryInfo") if isinstance(first, dict) else None
    size = cast(dict[str, object], memory).get("SizeInMiB") if isinstance(memory, dict) else None
    if isinstance(size, bool) or not isinstance(size, (int, float)) or not 0 < size < 2**40:
        return None
    return device_mib(Fraction(int(size), 1024))


def parse_gpu_info(text: str) -> dict[str, object]:
    """Read the Python literal of GpuInfo; no code is run.

    Raises:
        Invalid: too long, not a literal, or not a mapping.

    >>> parse_gpu_info("{'TotalGpuMemoryInMiB': 16384}")
    {'TotalGpuMemoryInMiB': 16384}
    """
    value: object = None
    if len(text) <= GPU_INFO_MAX:
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            value = None
    if not isinstance(value, dict):
        raise Invalid(
            "skypilot.gpu_info",
            N_("The cell is not a mapping in Python's notation."),
            hint=N_("Leave the cell empty, or import with --skip-bad."),
        )
    return cast(dict[str, object], value)
