"""Search against brute force, and columns against plain Python, on random tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entrepot.domain.catalogue import judge
from entrepot.domain.catalogue.explain import verdicts
from entrepot.domain.catalogue.filters import RELAXABLE, Filter
from entrepot.domain.catalogue.lease_rule import LeaseRule
from entrepot.domain.catalogue.model import (
    ISOLATION_RANK,
    Candidate,
    Demand,
    DeviceRequest,
    Mode,
    Net,
    Offer,
    OfferKind,
    Range,
    Setting,
)
from entrepot.domain.catalogue.net import Grant, GrantNet
from entrepot.domain.catalogue.relax import relaxations
from entrepot.domain.catalogue.search import SearchResult, cheapest, search_in, top_k
from entrepot.domain.catalogue.table import OfferTable
from entrepot.kernel.compute import Basis, Density, Engine, Isolation, Precision, Rating
from entrepot.kernel.money import CNY, HKD, USD, Amount, UnitPrice

DAY = date(2026, 11, 21)
DEVICES = ("H100 SXM", "H100 PCIe", "A100 SXM", "RTX 4090", "CPU")
PLACES = ("CN-GD", "CN-ZJ", "HK", "us-east-1")


def rating(mflops: int, precision: Precision) -> Rating:
    return Rating(mflops, precision, Density.DENSE, Engine.MATRIX, Basis.PEAK, "test")


def maybe(values: st.SearchStrategy[int]) -> st.SearchStrategy[int | None]:
    return st.none() | values


RULES = (
    (),
    (LeaseRule("job", 1, 10**8, 10**7),),
    (LeaseRule("vm", 1000, 4000, 3600), LeaseRule("job", 1, 2000, 10**7)),
)
"""Kinds of lease of an offer, as most offers share them."""


@st.composite
def offers(draw: st.DrawFn, number: int) -> Offer:
    device = draw(st.sampled_from(DEVICES))
    region = draw(st.sampled_from(PLACES))
    share = draw(st.sampled_from((1000, 1000, 143, 250)))
    price = Fraction(draw(st.integers(0, 30)), draw(st.sampled_from((1, 3, 8))))
    return Offer(
        id=f"O-{number:03d}",
        provider="p",
        device_id=device.casefold().replace(" ", "-"),
        device_name=device,
        region=region,
        price=UnitPrice(price, draw(st.sampled_from((HKD, USD, CNY)))),
        centre_id=draw(st.sampled_from((None, "gz", "hk"))),
        jurisdiction=draw(st.sampled_from((None, "CN", "HK"))),
        memory_mib=draw(maybe(st.sampled_from((24576, 40960, 81920)))),
        devices_per_instance=1 if share < 1000 else draw(st.sampled_from((1, 2, 4, 8))),
        devices_available=draw(maybe(st.integers(1, 16))),
        share_milli=share,
        vcpus=draw(maybe(st.integers(0, 9))),
        host_memory_mib=draw(maybe(st.integers(0, 4000))),
        disk_mib=draw(maybe(st.integers(0, 4000))),
        isolation=draw(st.sampled_from(tuple(Isolation))),
        lease_rules=draw(st.sampled_from(RULES)),
        ratings=draw(st.sampled_from(((), (rating(10**9, Precision.FP64),)))),
        green_share_bp=draw(maybe(st.integers(0, 10_000))),
        interruptible=draw(st.booleans()),
        kind=draw(st.sampled_from((OfferKind.POSTED, OfferKind.POSTED, OfferKind.INDICATIVE))),
        valid_from=draw(st.sampled_from((None, date(2026, 1, 1), date(2027, 1, 1)))),
        valid_to=draw(st.sampled_from((None, date(2026, 11, 21), date(2026, 12, 1)))),
    )


@st.composite
def tables(draw: st.DrawFn) -> list[Offer]:
    return [draw(offers(n)) for n in range(draw(st.integers(0, 14)))]


@st.composite
def requests(draw: st.DrawFn) -> DeviceRequest:
    least = draw(st.sampled_from((100, 250, 1000, 1000, 2000, 3000, 8000)))
    most = 1000 if least <= 1000 else least * draw(st.sampled_from((1, 2)))
    return DeviceRequest(
        "x",
        draw(st.sampled_from((None, "H100", "h100 sxm", "A100", "cpu", "rtx4090"))),
        draw(st.sampled_from((Range(), Range(), Range(40960), Range(None, 40960)))),
        least,
        most,
    )


@st.composite
def demands(draw: st.DrawFn) -> Demand:
    asks_speed = draw(st.booleans())
    return Demand(
        alternatives=tuple(draw(st.lists(requests(), min_size=1, max_size=3))),
        mode=draw(st.sampled_from(tuple(Mode))),
        duration_s=draw(st.sampled_from((1, 600, 3600, 7200))),
        cpus=draw(st.sampled_from((Range(), Range(), Range(2), Range(None, 4)))),
        host_memory_mib=draw(st.sampled_from((Range(), Range(), Range(500)))),
        disk_mib_min=draw(st.sampled_from((0, 0, 100))),
        isolation=draw(st.sampled_from(tuple(Isolation)[2:])),
        lease_kind=draw(st.sampled_from(("", "", "vm", "job"))),
        regions=draw(st.sampled_from(((), (), ("cn",), ("HK", "CN-GD")))),
        jurisdictions=draw(st.sampled_from(((), (), ("cn",)))),
        latency_ms_max=draw(st.sampled_from((None, None, Fraction(10)))),
        green_share_bp_min=draw(st.sampled_from((0, 0, 3000))),
        price_cap=draw(st.none() | st.integers(0, 60).map(lambda m: Amount(m, HKD))),
        rating_mflops_min=5 * 10**8 if asks_speed else 0,
        rating_precision=Precision.FP64 if asks_speed else None,
        interruptible_ok=draw(st.booleans()),
        indicative_ok=draw(st.booleans()),
    )


@st.composite
def situations(draw: st.DrawFn) -> Setting:
    closed = draw(st.sampled_from(("", "gz", "us-east-1")))
    return Setting(
        to_hkd={"HKD": Fraction(1), "USD": Fraction(78, 10)}
        | ({"CNY": Fraction(11, 10)} if draw(st.booleans()) else {}),
        day=draw(st.sampled_from((None, DAY))),
        latency_ms={"gz": 3, "HK": Fraction(19, 2), "us-east-1": 200},
        gate=lambda place, device: "closed" if place == closed else None,
        net=draw(nets()),
    )


@st.composite
def nets(draw: st.DrawFn) -> Net | None:
    """No net price, one without bounds, or vouchers by place, some from a least price on."""
    kind = draw(st.sampled_from(("gross", "opaque", "grants", "grants")))
    if kind == "gross":
        return None
    if kind == "opaque":
        return lambda offer, milli, gross: gross + len(offer.region)
    some = st.lists(grants(), max_size=2).map(tuple)
    there = {place: draw(some) for place in ("gz", "hk", "HK")}
    return GrantNet(lambda place, device: there.get(place, ()))


@st.composite
def grants(draw: st.DrawFn) -> Grant:
    return Grant(
        Fraction(draw(st.integers(0, 10)), 10),
        draw(st.sampled_from((None, 0, 3, 20))),
        draw(st.sampled_from((0, 0, 5, 25))),
    )


def oracle(listed: list[Offer], demand: Demand, setting: Setting) -> list[tuple[Fraction, str]]:
    """Find candidates with no word of the room's own code but the names of devices."""
    by_alternative: list[dict[str, Fraction]] = []
    for index, request in enumerate(demand.alternatives):
        found: dict[str, Fraction] = {}
        for offer in listed:
            price = oracle_price(offer, request, demand, setting, index)
            if price is not None:
                found[offer.id] = price
        by_alternative.append(found)
    if demand.mode is Mode.ORDERED:
        by_alternative = [next((found for found in by_alternative if found), {})]
    best: dict[str, Fraction] = {}
    for found in by_alternative:
        for offer_id, price in found.items():
            best[offer_id] = min(price, best.get(offer_id, price))
    return sorted((price, offer_id) for offer_id, price in best.items())


def oracle_price(
    o: Offer, request: DeviceRequest, d: Demand, s: Setting, index: int
) -> Fraction | None:
    named = {
        None: DEVICES,
        "H100": DEVICES[:2],
        "h100 sxm": DEVICES[:1],
        "A100": DEVICES[2:3],
        "rtx4090": DEVICES[3:4],
        "cpu": DEVICES[4:],
    }[request.name]
    unit = o.devices_per_instance * 1000
    if request.milli_min < 1000 and o.devices_per_instance == 1:
        unit = o.share_milli
    milli = next(n for n in range(unit, 10**6, unit) if n >= request.milli_min)
    milli = min(milli, 1000) if request.milli_min < 1000 and unit <= 1000 else milli
    instances = Fraction(milli, 1000 * o.devices_per_instance)
    host = [None if v is None else int(v * instances) for v in (o.vcpus, o.host_memory_mib)]
    place = o.centre_id or o.region
    rate = s.to_hkd.get(o.price.asset.code)
    if (
        o.device_name not in named
        or (o.kind is OfferKind.INDICATIVE and not d.indicative_ok)
        or (s.day and o.valid_from and s.day < o.valid_from)
        or (s.day and o.valid_to and s.day >= o.valid_to)
        or not within(request.memory_mib, o.memory_mib)
        or milli > request.milli_max
        or (o.devices_available is not None and milli > 1000 * o.devices_available)
        or not within(d.cpus, host[0])
        or not within(d.host_memory_mib, host[1])
        or (d.disk_mib_min and (o.disk_mib is None or int(o.disk_mib * instances) < d.disk_mib_min))
        or ISOLATION_RANK[o.isolation] > ISOLATION_RANK[d.isolation]
        or (d.lease_kind and not sold_as(o, d, milli))
        or (d.rating_mflops_min and sum(r.mflops for r in o.ratings) * milli < 5 * 10**11)
        or (o.interruptible and not d.interruptible_ok)
        or (d.regions == ("cn",) and not o.region.startswith("CN-"))
        or (len(d.regions) == 2 and o.region not in d.regions)
        or (d.jurisdictions and o.jurisdiction != "CN")
        or (d.latency_ms_max and s.latency_ms.get(place, 10**9) > 10)
        or (d.green_share_bp_min and (o.green_share_bp or 0) < d.green_share_bp_min)
        or s.gate(place, o.device_id)
        or rate is None
    ):
        return None
    price = o.price.minor_per_device_hour * rate * milli * d.duration_s / 3_600_000
    price = price if s.net is None else s.net(o, milli, price)
    return None if d.price_cap is not None and price > d.price_cap.minor else price


def sold_as(o: Offer, d: Demand, milli: int) -> bool:
    return any(
        r.kind == d.lease_kind
        and r.milli_min <= milli <= r.milli_max
        and d.duration_s <= r.duration_s_max
        for r in o.lease_rules
    )


def within(span: Range, value: int | None) -> bool:
    if span.least is None and span.most is None:
        return True
    if value is None or (span.least is not None and value < span.least):
        return False
    return span.most is None or value <= span.most


def as_pairs(result: SearchResult) -> list[tuple[Fraction, str]]:
    return [(c.net_minor, c.offer.id) for c in result.candidates]


Cases = tuple[list[Offer], Demand, Setting]
cases = st.tuples(tables(), demands(), situations())
thorough = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@thorough
@given(cases)
def test_search_agrees_with_brute_force(case: Cases) -> None:
    listed, demand, setting = case
    result = search_in(OfferTable(listed), demand, setting)
    assert as_pairs(result) == oracle(listed, demand, setting)
    assert result.feasible + sum(result.removed.values()) == result.total == len(listed)


@thorough
@given(cases, st.integers(1, 4))
def test_columns_agree_with_plain_python(case: Cases, k: int) -> None:
    listed, demand, setting = case
    plain = OfferTable(listed)
    columns = churned(listed)
    expected = search_in(plain, demand, setting)
    assert search_in(columns, demand, setting) == expected
    assert cheapest(columns, demand, setting) == expected.best
    assert top_k(columns, demand, setting, k) == expected.candidates[:k]
    assert relaxations(columns, demand, setting) == relaxations(plain, demand, setting)


def churned(listed: list[Offer]) -> OfferTable:
    """Build the same table in columns by way of additions, removals and replacements."""
    stale = [replace(o, price=UnitPrice(Fraction(1, 7), HKD), region="old") for o in listed[:2]]
    extra = [replace(o, id=f"X-{o.id}") for o in listed]
    table = OfferTable([*stale, *listed[2:-1], *extra], columns_min=0, waiting_max=1)
    table.parts()
    for offer in [*listed[:2], *listed[-1:]]:
        table.add(offer)
        table.parts()
    for offer in extra:
        table.remove(offer.id)
    return table


@thorough
@given(cases)
def test_every_offer_has_one_verdict_and_its_reason(case: Cases) -> None:
    listed, demand, setting = case
    table = OfferTable(listed)
    result = search_in(table, demand, setting)
    counted: dict[Filter, int] = {}
    found: list[Candidate] = []
    for verdict in verdicts(table, demand, setting):
        if verdict.candidate is not None:
            found.append(verdict.candidate)
            continue
        assert verdict.removed_by is not None
        assert verdict.removed_by is verdict.failing[0]
        assert str(verdict.reason)
        counted[verdict.removed_by] = counted.get(verdict.removed_by, 0) + 1
    assert sorted(found, key=lambda c: c.order) == list(result.candidates)
    assert counted == dict(result.removed)


@thorough
@given(cases)
def test_relaxing_one_filter_admits_what_was_said(case: Cases) -> None:
    listed, demand, setting = case
    demand = replace(demand, mode=Mode.ANY_OF, alternatives=demand.alternatives[:1])
    before = search_in(OfferTable(listed), demand, setting).feasible
    without: dict[Filter, Callable[[Demand], Demand]] = {
        Filter.CPUS: lambda d: replace(d, cpus=Range()),
        Filter.GREEN: lambda d: replace(d, green_share_bp_min=0),
        Filter.REGION: lambda d: replace(d, regions=()),
        Filter.PRICE_CAP: lambda d: replace(d, price_cap=None),
        Filter.LATENCY: lambda d: replace(d, latency_ms_max=None),
    }
    for step in relaxations(OfferTable(listed), demand, setting):
        assert step.filter in RELAXABLE
        assert 1 <= step.nearest_admits <= step.admits
        assert str(step.nearest) in step.render()
        if step.filter in without:
            eased = search_in(OfferTable(listed), without[step.filter](demand), setting)
            assert eased.feasible == before + step.admits


def test_brute_force_catches_a_filter_that_was_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listed = [
        Offer("O-1", "p", "cpu", "CPU", "HK", UnitPrice(Fraction(1), HKD), interruptible=True)
    ]
    demand, setting = Demand((DeviceRequest("x"),)), Setting({"HKD": Fraction(1)})
    assert as_pairs(search_in(OfferTable(listed), demand, setting)) == []
    forgetful = [
        (lambda q, i, o: True) if name is Filter.INTERRUPTIBLE else check
        for name, check in judge.CHECKS.items()
    ]
    monkeypatch.setattr(judge, "_IN_ORDER", tuple(forgetful))
    found = as_pairs(search_in(OfferTable(listed), demand, setting))
    assert found != oracle(listed, demand, setting)
