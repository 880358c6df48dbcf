"""Figure "offer search": the cheapest feasible offer, resident, beside gpuhunt and SkyPilot.

Rows are made from a seed: 30 models at 40 places, 1 to 8 devices an instance. The wish is one
instance of 8 devices of one model with at least 16 host processors, not interruptible; ``any_of``
names twelve models. All three have the same rows in memory, the peers sorted by price and with
their prices as columns of the CSV, and answer the same wish; our answer is held against brute
force, and the peers' against ours. Beside the cheapest: the ten cheapest with what every filter
removed, the net price after vouchers of the place under a cap, and a table of which prices and
quantities change between two searches.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from common import Figure, best_ms, exponent, figure
from entrepot.domain.catalogue.filters import Filter
from entrepot.domain.catalogue.model import Demand, DeviceRequest, Offer, Range, Setting
from entrepot.domain.catalogue.net import Grant, GrantNet
from entrepot.domain.catalogue.search import SearchResult, cheapest, search_in
from entrepot.domain.catalogue.table import OfferTable
from entrepot.kernel.money import HKD, USD, Amount, UnitPrice
from offers_peers import Row, gpuhunt_of, skypilot_of

SIZES = (9_000, 90_000, 1_000_000)
MODELS = [f"M{n}00" for n in range(28)] + ["H100", "A100"]
WISHES = {"offer search": ["H100"], "offer search, any_of 12": MODELS[-12:]}
COUNTS = (1, 2, 4, 8)
CHANGES = 2_000
RATE = Fraction(78, 10)
CAP = Amount(2_000_00, HKD)

GRANTS = {
    place: (Grant(Fraction(7, 10), cap_minor=300_000),)
    if place % 4 == 0
    else (Grant(Fraction(1, 2), from_minor=100_000),)
    if place % 5 == 0
    else ()
    for place in range(40)
}
"""Vouchers by place: a share up to a cap, or one from a least price on."""


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


def wish(models: Sequence[str]) -> Demand:
    """Return the demand for 8 devices of any of the models."""
    asked = tuple(DeviceRequest(m, m, milli_min=8000, milli_max=8000) for m in models)
    return Demand(asked, cpus=Range(16))


def net_setting() -> Setting:
    """Return a setting whose net price has vouchers by place."""
    net = GrantNet(lambda place, device: GRANTS[int(place[6:])])
    return Setting({"USD": RATE}, net=net)


def brute(listed: Sequence[Row], models: Sequence[str], *, net: bool) -> list[tuple[Fraction, str]]:
    """Return (HKD cents, id) of every row that fits, in order, by the rows alone."""
    found: list[tuple[Fraction, str]] = []
    for name, place, price, cpus, count, model, spot in listed:
        if model not in models or count != 8 or cpus < 16 or spot:
            continue
        cents = price * RATE / 10_000
        if net:
            paid = (g.on(cents) for g in GRANTS[int(place[6:])] if g.from_minor <= cents)
            cents = max(Fraction(0), cents - sum(paid))
            if cents > CAP.minor:
                continue
        found.append((cents, name))
    return sorted(found)


def check(found: SearchResult, expected: Sequence[tuple[Fraction, str]], size: int) -> None:
    """Hold an answer against brute force.

    Raises:
        SystemExit: it differs.
    """
    got = [(item.net_minor, item.offer.id) for item in found.candidates]
    counted = found.feasible + sum(found.removed.values())
    if got != list(expected[:10]) or found.feasible != len(expected) or counted != size:
        raise SystemExit(f"not what brute force finds: {got[:2]}, expected {expected[:2]}")


def measure() -> list[Figure]:
    """Return the figures of every size, and how cost grows with it."""
    found: list[Figure] = []
    costs: dict[str, list[tuple[float, float]]] = {name: [] for name in WISHES}
    for size in SIZES:
        listed = rows(size)
        table = OfferTable(offers(listed), columns_min=0)
        table.parts()
        for name, models in WISHES.items():
            figures, ms = _searches(table, listed, name, models)
            found += figures
            costs[name].append((size, ms))
        found += _changes(table, size)
    for name, points in costs.items():
        note = f"cost = a · offers^b over {len(SIZES)} sizes"
        found.append(figure(f"{name}, growth", "exponent b", exponent(points), note=note))
    return found


def _searches(
    table: OfferTable, listed: Sequence[Row], name: str, models: Sequence[str]
) -> tuple[list[Figure], float]:
    """Measure one wish at one size; return also the milliseconds of the cheapest."""
    asked, plain = wish(models), Setting({"USD": RATE})
    expected = brute(listed, models, net=False)
    check(search_in(table, asked, plain, 10), expected, len(listed))
    capped, vouchers = replace(asked, price_cap=CAP), net_setting()
    check(search_in(table, capped, vouchers, 10), brute(listed, models, net=True), len(listed))
    ms = best_ms(lambda: cheapest(table, asked, plain))
    usd = expected[0][0] / RATE / 100
    label = f"{name}, {len(listed):,} offers"
    hunted, hunter = gpuhunt_of(listed, models, usd)
    flown, pilot = skypilot_of(listed, models, usd)
    more: list[tuple[str, Callable[[], object]]] = [
        ("ten cheapest and all counts", lambda: search_in(table, asked, plain, 10)),
        ("net after vouchers, capped", lambda: search_in(table, capped, vouchers, 10)),
    ]
    return [
        figure(label, "ms", ms, peer=hunted, peer_name=hunter, note="agrees with brute force"),
        figure(f"{label}, beside SkyPilot", "ms", ms, peer=flown, peer_name=pilot),
        *(figure(f"{label}, {what}", "ms", best_ms(work)) for what, work in more),
    ], ms


def _changes(table: OfferTable, size: int) -> list[Figure]:
    """Measure a search between changes: a third new prices, a third quantities, a third ids."""
    draw, names = random.Random(1), [offer.id for offer in table][:: max(1, size // CHANGES)]
    asked, setting = wish(["H100"]), Setting({"USD": RATE})

    def change() -> None:
        for place, name in enumerate(names):
            old = table.get(name)
            if old is None:
                continue
            price = UnitPrice(Fraction(draw.randint(50_000, 12_000_000), 10_000), USD)
            if place % 3 == 0:
                table.add(replace(old, price=price))
            elif place % 3 == 1:
                table.add(replace(old, devices_available=draw.randint(0, 8)))
            else:
                table.remove(name)
                table.add(replace(old, id=f"{name}x", price=price))
            if place % 20 == 0:
                search_in(table, asked, setting, 1)

    spent = best_ms(change, 1)
    after = best_ms(lambda: cheapest(table, asked, setting))
    check_changed(table, asked, setting)
    label = f"offer search, {size:,} offers"
    note = f"{len(names):,} changes, a search after every 20"
    return [
        figure(f"{label}, a change", "µs", spent * 1000 / len(names), note=note),
        figure(f"{label}, after the changes", "ms", after),
    ]


def check_changed(table: OfferTable, asked: Demand, setting: Setting) -> None:
    """Hold a changed table against the plain judgement of all its offers of the model asked.

    Raises:
        SystemExit: they differ.
    """
    same = [offer for offer in table if offer.device_name == "H100"]
    plain = search_in(OfferTable(same, columns_min=len(same) + 1), asked, setting, 10)
    found = search_in(table, asked, setting, 10)
    others = len(table) - len(same)
    removed = dict(found.removed)
    removed[Filter.DEVICE] = removed.get(Filter.DEVICE, 0) - others
    kept = {name: count for name, count in removed.items() if count}
    if found.candidates != plain.candidates or kept != dict(plain.removed):
        raise SystemExit("a changed table answers otherwise than a fresh one")


if __name__ == "__main__":
    for item in measure():
        print(item)
