"""Import of a gpuhunt catalogue: one row an instance, place and kind of price.

Columns: instance_name, location, price, cpu, memory, gpu_count, gpu_name, gpu_memory, spot,
disk_size, gpu_vendor, flags, cpu_arch, provider_data; the last four are passed over.

Source: package ``gpuhunt`` 0.1.34, form of its catalogue files, 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Mapping

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

COLUMNS = (
    "instance_name",
    "location",
    "price",
    "cpu",
    "memory",
    "gpu_count",
    "gpu_name",
    "gpu_memory",
    "spot",
    "disk_size",
)


def read_gpuhunt(
    data: bytes,
    name: str,
    *,
    provider: str,
    as_of: str,
    places: Mapping[str, str] | None = None,
    devices: Mapping[str, str] | None = None,
    skip_bad: bool = False,
) -> Imported:
    """Read a gpuhunt catalogue file, all or nothing.

    Args:
        data, name: the file and its name.
        provider: the provider that the file lists.
        as_of: ISO date of the file.
        places: location → ISO 3166-1.
        devices: device id → name.
        skip_bad: keep the good rows beside the problems.

    Returns:
        Indicative offers in USD.

    Raises:
        Invalid: not readable, or bad rows without ``skip_bad``.
    """
    market = MarketList(provider, f"{name} (gpuhunt)", as_of, places or {}, devices or {})
    rows = read_rows(data, name, COLUMNS)
    found, problems = gather(rows, lambda row: _offer(row, market), skip_bad)
    return Imported(tuple(found), tuple(problems), market.left_out)


def _offer(row: Row, market: MarketList) -> Offer | None:
    row.needed("price")
    price = row.positive("price", PRICE_MAX)
    stated = row.decimal("gpu_count", DEVICES_MAX)
    vcpus, memory = row.decimal("cpu", CPUS_MAX), row.decimal("memory", MEMORY_GIB_MAX)
    device_gib = row.decimal("gpu_memory", MEMORY_GIB_MAX)
    disk = row.decimal("disk_size", MEMORY_GIB_MAX)
    spot = row.yes("spot")
    region = row.needed("location")
    device = row.needed("gpu_name") if stated else ""
    count = count_of(stated)
    if row.faults or price is None:
        return None
    if count is None:
        market.left_out += 1
        return None
    return market.offer(
        instance=row.text("instance_name"),
        region=region,
        device=device,
        count=count,
        price=price,
        memory_mib=device_mib(device_gib) if device and device_gib else None,
        vcpus=None if vcpus is None else int(vcpus),
        host_memory_mib=host_mib(memory),
        spot=spot,
        disk_mib=host_mib(disk),
    )
