"""Figure "offer search": cheapest feasible offer, resident, beside gpuhunt on the same rows.

Rows are made from a seed: 30 models at 40 places, 1 to 8 devices an instance. The wish is one
instance of 8 devices of one model with at least 16 host processors, not interruptible; ``any_of``
names twelve models. gpuhunt loads the rows once from its own CSV and answers the same query; the
cheapest price of both must agree. gpuhunt is asked up to 90,000 rows only.
"""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from common import NOT_INSTALLED, Figure, best_ms, exponent, figure, peer_python
from entrepot.domain.catalogue.model import Demand, DeviceRequest, Offer, Range, Setting
from entrepot.domain.catalogue.search import cheapest
from entrepot.domain.catalogue.table import OfferTable
from entrepot.kernel.money import USD, UnitPrice

SIZES = (9_000, 90_000, 1_000_000)
PEER_MAX = 90_000
MODELS = [f"M{n}00" for n in range(28)] + ["H100", "A100"]
WISHES = {"offer search": ["H100"], "offer search, any_of 12": MODELS[-12:]}
COUNTS = (1, 2, 4, 8)

HEAD = (
    "instance_name,location,price,cpu,memory,gpu_count,gpu_name,gpu_memory,spot,disk_size,"
    "gpu_vendor,flags,cpu_arch,provider_data\n"
)

PEER = """
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

Row = tuple[str, str, int, int, int, str, bool]
"""Instance, place, millionths of a USD per instance-hour, processors, devices, model, spot."""


def rows(size: int) -> list[Row]:
    """Return the rows of one size, the same in every run."""
    draw = random.Random(size)
    made: list[Row] = []
    for number in range(size):
        count = draw.choice(COUNTS)
        price = draw.randint(50_000, 12_000_000) * count
        place, model = f"place-{draw.randrange(40)}", draw.choice(MODELS)
        spot = draw.random() < 0.3
        made.append((f"i{number:07d}", place, price, 12 * count, count, model, spot))
    return made


def offers(listed: Sequence[Row]) -> list[Offer]:
    """Return rows as offers, priced per device-hour in exact cents."""
    return [
        Offer(
            id=name,
            provider="aws",
            device_id=model.lower(),
            device_name=model,
            region=place,
            price=UnitPrice(Fraction(price, 10_000 * count), USD),
            devices_per_instance=count,
            devices_available=count,
            vcpus=cpus,
            interruptible=spot,
        )
        for name, place, price, cpus, count, model, spot in listed
    ]


def write_peer(listed: Sequence[Row], path: Path) -> None:
    """Write rows as gpuhunt's CSV."""
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for name, place, price, cpus, count, model, spot in listed:
            usd = f"{price // 10**6}.{price % 10**6:06d}"
            file.write(f"{name},{place},{usd},{cpus},64,{count},{model},80,{spot},,nvidia,,x86,\n")


def wish(models: Sequence[str]) -> Demand:
    """Return the demand for 8 devices of any of the models."""
    asked = tuple(DeviceRequest(m, m, milli_min=8000, milli_max=8000) for m in models)
    return Demand(asked, cpus=Range(16))


def ask_peer(python: str, path: Path, models: Sequence[str]) -> tuple[float, float]:
    """Return milliseconds and cheapest price of gpuhunt."""
    ran = subprocess.run(
        [python, "-c", PEER, str(path), json.dumps(list(models))],
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(ran.stdout.splitlines()[-1])
    return answer["ms"], answer["price"]


def search_ms(table: OfferTable, asked: Demand, setting: Setting) -> tuple[float, Fraction]:
    """Return milliseconds of our search, and the cheapest price in USD per instance-hour."""
    best = cheapest(table, asked, setting)
    if best is None:
        raise SystemExit("no offer of the benchmark fits its wish")
    ms = best_ms(lambda: cheapest(table, asked, setting))
    return ms, best.gross_minor / setting.to_hkd["USD"] / 100


def measure() -> list[Figure]:
    """Return the figures of every size, and how cost grows with it."""
    python = peer_python("gpuhunt")
    setting = Setting({"USD": Fraction(78, 10)})
    found: list[Figure] = []
    costs: dict[str, list[tuple[float, float]]] = {name: [] for name in WISHES}
    for size in SIZES:
        listed = rows(size)
        table = OfferTable(offers(listed), columns_min=0)
        table.parts()
        for name, models in WISHES.items():
            ms, usd = search_ms(table, wish(models), setting)
            costs[name].append((size, ms))
            peer = _peer(python, listed, models, usd) if size <= PEER_MAX else None
            missing = f"gpuhunt {NOT_INSTALLED}" if python is None else "not asked at this size"
            label = "gpuhunt, resident" if peer else missing
            found.append(figure(f"{name}, {size:,} offers", "ms", ms, peer=peer, peer_name=label))
    for name, points in costs.items():
        note = f"cost = a · offers^b over {len(SIZES)} sizes"
        found.append(figure(f"{name}, growth", "exponent b", exponent(points), note=note))
    return found


def _peer(
    python: str | None, listed: Sequence[Row], models: Sequence[str], usd: Fraction
) -> float | None:
    if python is None:
        return None
    with tempfile.TemporaryDirectory(prefix="bench-offers-") as folder:
        path = Path(folder) / "aws.csv"
        write_peer(listed, path)
        ms, price = ask_peer(python, path, models)
    if abs(Fraction(price) - usd) > Fraction(1, 10**6):
        raise SystemExit(f"the answers differ: ours {usd}, gpuhunt {price}")
    return ms


if __name__ == "__main__":
    for item in measure():
        print(item)
