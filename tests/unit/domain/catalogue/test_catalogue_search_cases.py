"""Search by example: ties, shares, preference, reasons and relaxations in words."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from entrepot.domain.catalogue.explain import reason, verdicts
from entrepot.domain.catalogue.filters import LABELS, ORDER, Filter
from entrepot.domain.catalogue.grammar import parse_device
from entrepot.domain.catalogue.judge import CHECKS
from entrepot.domain.catalogue.model import (
    Demand,
    Mode,
    Offer,
    OfferKind,
    Range,
    Setting,
)
from entrepot.domain.catalogue.query import make_query
from entrepot.domain.catalogue.relax import relaxations
from entrepot.domain.catalogue.search import cheapest, search, search_in, top_k
from entrepot.domain.catalogue.table import OfferTable
from entrepot.kernel.compute import Basis, Density, Engine, Isolation, Precision, Rating
from entrepot.kernel.money import CNY, HKD, Amount, UnitPrice

HKD_ONLY = {"HKD": Fraction(1)}


def offer(number: int, device: str = "H100 SXM", cents: int = 100, **more: object) -> Offer:
    base = Offer(f"O-{number}", "p", "d", device, "CN-GD", UnitPrice(Fraction(cents), HKD))
    return replace(base, **more)  # pyright: ignore[reportArgumentType]


def demand(text: str = "H100", **more: object) -> Demand:
    base = Demand((parse_device(text),), isolation=Isolation.TIMESLICE)
    return replace(base, **more)  # pyright: ignore[reportArgumentType]


def ids(table: OfferTable, wanted: Demand, **setting: object) -> list[str]:
    found = search(table, wanted, to_hkd=HKD_ONLY, **setting)  # pyright: ignore[reportArgumentType]
    return [c.offer.id for c in found.candidates]


def test_equal_prices_are_ordered_by_id() -> None:
    table = OfferTable([offer(3), offer(1), offer(2, cents=99)])
    assert ids(table, demand()) == ["O-2", "O-1", "O-3"]


def test_prices_are_compared_exactly_across_currencies() -> None:
    third = UnitPrice(Fraction(100, 3), CNY)
    table = OfferTable([offer(1, price=third), offer(2, price=UnitPrice(Fraction(110, 3), HKD))])
    rates = {"HKD": Fraction(1), "CNY": Fraction(11, 10)}
    found = search(table, demand(), to_hkd=rates).candidates
    assert found[0].net_minor == found[1].net_minor == Fraction(110, 3)
    assert [c.offer.id for c in found] == ["O-1", "O-2"]


def test_the_whole_job_is_priced_and_capped() -> None:
    table = OfferTable([offer(1, cents=3600)])
    wanted = demand("H100:2", duration_s=10)
    assert search(table, wanted, to_hkd=HKD_ONLY).candidates[0].gross_minor == 20
    assert ids(table, replace(wanted, price_cap=Amount(20, HKD))) == ["O-1"]
    assert ids(table, replace(wanted, price_cap=Amount(19, HKD))) == []


def test_instances_and_shares_are_taken_in_whole_steps() -> None:
    table = OfferTable(
        [
            offer(1, devices_per_instance=4, devices_available=8),
            offer(2, devices_per_instance=8, devices_available=8),
            offer(3, share_milli=143, isolation=Isolation.MIG),
        ]
    )
    taken = {
        text: [(c.offer.id, c.milli_devices) for c in top_k(table, demand(text), SETTING, 9)]
        for text in ("H100:3..8", "H100:4", "H100:0.25", "H100:9..16")
    }
    assert taken == {
        "H100:3..8": [("O-3", 3000), ("O-1", 4000), ("O-2", 8000)],
        "H100:4": [("O-1", 4000), ("O-3", 4000)],
        "H100:0.25": [("O-3", 286)],
        "H100:9..16": [("O-3", 9000)],
    }


SETTING = Setting(HKD_ONLY, date(2026, 11, 21))


def test_ordered_takes_the_first_alternative_that_has_an_offer() -> None:
    table = OfferTable([offer(1, "A100 SXM", 1), offer(2, "H100 SXM", 500)])
    both = (parse_device("H100"), parse_device("A100"))
    wanted = Demand(both, mode=Mode.ORDERED)
    result = search_in(table, wanted, SETTING)
    assert [c.offer.id for c in result.candidates] == ["O-2"]
    assert dict(result.removed) == {Filter.PREFERENCE: 1}
    any_of = replace(wanted, mode=Mode.ANY_OF)
    assert [c.offer.id for c in search_in(table, any_of, SETTING).candidates] == ["O-1", "O-2"]


def test_what_is_not_stated_never_serves() -> None:
    table = OfferTable([offer(1)])
    wishes: list[dict[str, object]] = [
        {"cpus": Range(1)},
        {"host_memory_mib": Range(1)},
        {"disk_mib_min": 1},
        {"green_share_bp_min": 1},
        {"jurisdictions": ("CN",)},
        {"latency_ms_max": Fraction(1000)},
        {"rating_mflops_min": 1, "rating_precision": Precision.FP64},
    ]
    for wish in wishes:
        wanted = replace(demand(), **wish)  # pyright: ignore[reportArgumentType]
        verdict = next(verdicts(table, wanted, SETTING))
        assert "not stated" in str(verdict.reason), wish
    assert ids(table, demand()) == ["O-1"]


def test_a_rating_counts_dense_measured_matrix_first() -> None:
    def rate(mflops: int, density: Density | None, basis: Basis) -> Rating:
        return Rating(mflops, Precision.FP64, density, Engine.MATRIX, basis, "t")

    rated = offer(
        1,
        ratings=(
            rate(900, Density.SPARSE, Basis.PEAK),
            rate(800, None, Basis.PEAK),
            rate(700, Density.DENSE, Basis.PEAK),
            rate(600, Density.DENSE, Basis.MEASURED),
        ),
    )
    assert rated.rating_mflops(Precision.FP64) == 600
    assert rated.rating_mflops(Precision.FP8) is None


def test_indicative_prices_are_shown_only_on_wish() -> None:
    table = OfferTable([offer(1, kind=OfferKind.INDICATIVE)])
    assert ids(table, demand()) == []
    assert ids(table, demand(indicative_ok=True)) == ["O-1"]


def test_a_gate_by_place_closes_what_it_does_not_name() -> None:
    table = OfferTable([offer(1, centre_id="a"), offer(2, centre_id="b"), offer(3, centre_id="c")])
    assert ids(table, demand(), gate={"a": None, "b": "refuse"}) == ["O-1"]
    query = make_query(demand(), Setting(HKD_ONLY, gate=lambda place, device: "refuse"))
    assert reason(query, offer(1)) == "the gate does not allow it: refuse"


def test_reasons_and_relaxations_say_what_to_change() -> None:
    table = OfferTable(
        [
            offer(1, cents=500, memory_mib=81920),
            offer(2, cents=400, memory_mib=81920),
            offer(3, cents=100, memory_mib=40960),
            offer(4, "A100 SXM", 100, memory_mib=81920),
        ]
    )
    wanted = demand("H100:80GB", price_cap=Amount(300, HKD))
    said = {v.offer.id: (v.removed_by, str(v.reason)) for v in verdicts(table, wanted, SETTING)}
    assert said == {
        "O-1": (Filter.PRICE_CAP, "costs HKD 5.00; the cap is HKD 3.00"),
        "O-2": (Filter.PRICE_CAP, "costs HKD 4.00; the cap is HKD 3.00"),
        "O-3": (Filter.MEMORY, "a device has 40 GiB; 80 GiB was asked"),
        "O-4": (Filter.DEVICE, "is A100 SXM; H100 was asked"),
    }
    steps = relaxations(table, wanted, SETTING)
    assert [(s.filter, s.admits, s.nearest_admits) for s in steps] == [
        (Filter.PRICE_CAP, 2, 1),
        (Filter.DEVICE, 1, 1),
        (Filter.MEMORY, 1, 1),
    ]
    assert steps[0].render() == (
        "raise the price cap to HKD 4.00 (offers gained: 1; without this wish: 2)"
    )
    assert steps[2].render() == "take devices with 40 GiB (offers gained: 1)"


def test_law_and_price_are_not_asked_for_a_device_that_nobody_wants() -> None:
    asked: list[str] = []

    def gate(place: str, device: str) -> str | None:
        asked.append(device)
        return "refuse"

    table = OfferTable([offer(1, "A100 SXM"), offer(2, device_id="h", cents=9)])
    wanted = demand(price_cap=Amount(1, HKD), regions=("HK",))
    said = {v.offer.id: v.failing for v in verdicts(table, wanted, Setting(HKD_ONLY, gate=gate))}
    assert said == {
        "O-1": (Filter.DEVICE, Filter.REGION),
        "O-2": (Filter.REGION, Filter.GATE, Filter.PRICE_CAP),
    }
    assert set(asked) == {"h"}


def test_every_filter_has_a_check_a_label_and_a_sentence() -> None:
    assert set(CHECKS) == set(LABELS) == set(ORDER)


def test_ids_are_unique_and_the_table_keeps_count() -> None:
    with pytest.raises(ValueError, match="twice"):
        OfferTable([offer(1), offer(1)])
    table = OfferTable([offer(1), offer(2)])
    assert "O-1" in table
    assert table.remove("O-1")
    assert not table.remove("O-1")
    table.add(offer(2, cents=7))
    assert len(table) == 1
    kept = table.get("O-2")
    assert kept is not None
    assert kept.price.minor_per_device_hour == 7
    assert cheapest(OfferTable(), demand(), SETTING) is None


def test_impossible_offers_and_rates_are_faults_of_the_programmer() -> None:
    with pytest.raises(ValueError, match="share"):
        offer(1, share_milli=0)
    with pytest.raises(ValueError, match="share"):
        offer(1, share_milli=500, devices_per_instance=2)
    with pytest.raises(ValueError, match="rate"):
        search(OfferTable(), demand(), to_hkd={"HKD": Fraction(0)})


def test_a_small_search_never_imports_numpy() -> None:
    code = (
        "import sys\n"
        "from fractions import Fraction\n"
        "from entrepot.domain.catalogue.grammar import parse_device\n"
        "from entrepot.domain.catalogue.model import Demand, Offer\n"
        "from entrepot.domain.catalogue.search import search\n"
        "from entrepot.domain.catalogue.table import OfferTable\n"
        "from entrepot.kernel.money import HKD, UnitPrice\n"
        "o = Offer('O', 'p', 'cpu', 'CPU', 'HK', UnitPrice(Fraction(1), HKD))\n"
        "d = Demand((parse_device('CPU'),))\n"
        "assert search(OfferTable([o]), d, to_hkd={'HKD': Fraction(1)}).feasible == 1\n"
        "print('numpy' in sys.modules)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
