"""Peers of the offer search: gpuhunt and SkyPilot over the same rows, without the network."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from common import NOT_INSTALLED, peer_python

Row = tuple[str, str, int, int, int, str, bool]
"""Instance, place, millionths of a USD per instance-hour, processors, devices, model, spot."""

PATIENCE_S = 900
"""A peer that takes longer over one figure, reading the rows and all, is said to be too slow."""

HUNT_HEAD = (
    "instance_name,location,price,cpu,memory,gpu_count,gpu_name,gpu_memory,spot,disk_size,"
    "gpu_vendor,flags,cpu_arch,provider_data\n"
)
PILOT_HEAD = (
    "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,"
    "Region,AvailabilityZone,Arch\n"
)

HUNT = """
import json, logging, pathlib, sys, time
from gpuhunt import Catalog
from gpuhunt._internal import storage
from gpuhunt._internal.catalog import ProviderCatalog
catalog = Catalog(balance_resources=False, auto_reload=False)
with open(sys.argv[1], encoding="utf-8") as file:
    items = list(storage.load(file, provider="aws"))
catalog.catalog = {"aws": ProviderCatalog("bench", items)}
catalog.loaded_at = time.monotonic()
best, price = 1e9, None
for _ in range(5):
    start = time.perf_counter()
    found = catalog.query(provider="aws", gpu_name=json.loads(sys.argv[2]), min_gpu_count=8,
                          max_gpu_count=8, min_cpu=16, spot=False)
    best = min(best, time.perf_counter() - start)
    price = min(item.price for item in found)
print(json.dumps({"ms": best * 1000, "price": price}))
"""

PILOT = """
import json, pathlib, shutil, sys, time
from sky.catalog import common
place = pathlib.Path(common.get_catalog_path("aws/vms.csv"))
place.parent.mkdir(parents=True)
shutil.move(sys.argv[1], place)
frame = common.read_catalog("aws/vms.csv")
frame["Price"]
best, price = 1e9, None
for _ in range(5):
    start = time.perf_counter()
    prices = []
    for name in json.loads(sys.argv[2]):
        types, _close = common.get_instance_type_for_accelerator_impl(
            frame, name, 8, cpus="16+", use_spot=False)
        if types:
            prices.append(common.get_hourly_cost_impl(frame, types[0], False, None, None))
    best = min(best, time.perf_counter() - start)
    price = min(prices)
print(json.dumps({"ms": best * 1000, "price": price}))
"""


def gpuhunt_of(
    listed: Sequence[Row], models: Sequence[str], usd: Fraction
) -> tuple[float | None, str]:
    """Return milliseconds of gpuhunt, None if there are none, and what to call it.

    Args:
        listed: the rows.
        models: names asked.
        usd: our cheapest price of an instance-hour.

    Raises:
        SystemExit: its cheapest price is another.
    """
    return _ask("gpuhunt", HUNT, _write_hunt, listed, models, usd)


def skypilot_of(
    listed: Sequence[Row], models: Sequence[str], usd: Fraction
) -> tuple[float | None, str]:
    """Return milliseconds of SkyPilot's catalogue; arguments as :func:`gpuhunt_of`.

    For each model its own function finds the instance types, the cheapest first, and another the
    price of the first. It keeps prices for whole instances, and asks no gate, law or count.
    """
    return _ask("sky", PILOT, _write_pilot, listed, models, usd)


def _ask(
    package: str,
    code: str,
    write: Callable[[Sequence[Row], Path], Path],
    listed: Sequence[Row],
    models: Sequence[str],
    usd: Fraction,
) -> tuple[float | None, str]:
    named = {"sky": "SkyPilot catalogue, resident", "gpuhunt": "gpuhunt, resident"}[package]
    python = peer_python(package)
    if python is None:
        return None, f"{named.partition(' ')[0].rstrip(',')} {NOT_INSTALLED}"
    with tempfile.TemporaryDirectory(prefix="bench-offers-") as folder:
        file = write(sorted(listed, key=lambda row: row[2]), Path(folder))
        words = [python, "-c", code, str(file), json.dumps(list(models))]
        # A home of its own: the peer's catalogue lies there, and nothing of the user's is read.
        environment = {**os.environ, "HOME": folder, "SKYPILOT_DISABLE_USAGE_COLLECTION": "1"}
        try:
            answer = _answer(words, environment)
        except subprocess.TimeoutExpired:
            return None, f"{named}: more than {PATIENCE_S} s"
    if abs(Fraction(answer["price"]) - usd) > Fraction(1, 10**6):
        raise SystemExit(f"the answers differ: ours {usd}, {named} {answer['price']}")
    return answer["ms"], named


def _answer(words: Sequence[str], environment: Mapping[str, str]) -> Mapping[str, float]:
    ran = subprocess.run(
        words, capture_output=True, text=True, check=False, env=environment, timeout=PATIENCE_S
    )
    if ran.returncode:
        raise SystemExit(f"the peer failed: {ran.stderr.splitlines()[-1:]}")
    return json.loads(ran.stdout.splitlines()[-1])


def _write_hunt(listed: Sequence[Row], folder: Path) -> Path:
    path = folder / "aws.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(HUNT_HEAD)
        for name, place, price, cpus, count, model, spot in listed:
            cells = f"{cpus},64,{count},{model},80,{spot},,nvidia,,x86,"
            file.write(f"{name},{place},{_usd(price)},{cells}\n")
    return path


def _write_pilot(listed: Sequence[Row], folder: Path) -> Path:
    path = folder / "vms.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(PILOT_HEAD)
        for name, place, price, cpus, count, model, spot in listed:
            usd = _usd(price)
            prices = f",{usd}" if spot else f"{usd},"
            file.write(f"{name},{model},{count},{cpus},64,,{prices},{place},{place}a,x86_64\n")
    return path


def _usd(millionths: int) -> str:
    return f"{millionths // 10**6}.{millionths % 10**6:06d}"
