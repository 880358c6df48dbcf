"""A quote against a plain enumeration of every offer: same candidates, same prices, nothing lost.

The enumeration reads the records of the registry and computes filters and prices by itself; only
the gate's verdicts are taken from the answer, since they are held by tests of their own.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, cast

import pytest
from tests.unit.domain.catalogue.market_samples import list_price

from entrepot.bootstrap import EmbeddedApp, open_app
from entrepot.domain.catalogue.grammar import parse_device
from entrepot.domain.catalogue.model import Demand, Mode, Range
from entrepot.kernel.compute import Isolation
from entrepot.kernel.money import HKD, Amount, asset_of
from entrepot.kernel.period import local_day
from entrepot.services import candidate as candidate_module
from entrepot.services import records as r
from entrepot.services.declaration import JobSpec
from entrepot.services.definitions import CentreDefinition, OfferDefinition, PoolDefinition
from entrepot.services.firms import the_firm
from entrepot.services.offer_table import market_id, offer_body
from entrepot.services.quote import Answer, quote_job
from entrepot.services.register import register_centre, register_firm
from entrepot.services.settings import read_settings

SITES = (
    ("HK", "HK", "Hong Kong", 22_278_320, 114_174_690),
    ("CN", "CN-GD", "Guangzhou", 23_116_670, 113_250_000),
    ("CN", "CN-GD", "Shenzhen", 22_545_540, 114_068_300),
    ("CN", "CN-ZJ", "Hangzhou", 30_293_650, 120_161_420),
    ("CN", "CN-NM", "Hohhot", 40_810_560, 111_652_220),
)
DEVICES = ("cpu", "cpu", "h100-sxm", "rtx-4090")
EXPORT = {"chip_subject_to_ear": True, "eccn_advanced": False, "chip_in_gp10_guidance": False}
STRONGEST_FIRST = ("exclusive", "mig", "vgpu", "mps", "timeslice")
PER_CENTRE = 30
CENTRES = 10
IMPORTS = 40
JOBS = 8


@dataclass(frozen=True)
class World:
    """A home with many offers."""

    app: EmbeddedApp
    firm: r.Firm
    job: JobSpec
    offers: tuple[r.PostedOffer, ...]
    pools: Mapping[str, r.Pool]
    centres: Mapping[str, r.Centre]
    imports: tuple[str, ...]
    rates: Mapping[str, Fraction]

    @property
    def today(self) -> date:
        """The day of the quotes."""
        return local_day(self.app.clock.now())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    home = tmp_path_factory.mktemp("brute")
    app = open_app(read_settings({"ENTREPOT_HOME": str(home)}), create=True)
    register_firm(app, app.read_firm(app.example("firm.yaml")), "firm")
    draw = random.Random(20261121)
    for number in range(CENTRES):
        register_centre(app, _centre(number, draw), f"centre-{number}")
    imports = [list_price(n, draw) for n in range(IMPORTS)]
    rows = [(market_id(o), "a list", offer_body(o)) for o in imports]
    app.store.command(
        "test", "import", "k", {}, app.clock.now(),
        lambda uow: {"added": uow.registry.add_market_offers(rows)},
    )  # fmt: skip
    return _world(app)


def _world(app: EmbeddedApp) -> World:
    today = local_day(app.clock.now())
    rates = {code: app.fx.rate(asset_of(code), HKD, today).value for code in ("CNY", "CNH", "USD")}
    with app.store.reading() as uow:
        return World(
            app,
            the_firm(app, None),
            app.read_job(app.example("stars.yaml")),
            tuple(uow.registry.offers()),
            {pool.id: pool for pool in uow.registry.pools()},
            {centre.id: centre for centre in uow.registry.centres()},
            tuple(name for name, _source, _body in uow.registry.market_offers()),
            rates | {"HKD": Fraction(1)},
        )


@dataclass(frozen=True)
class Asked:
    """A job with its answers: with every reason, and in short."""

    job: JobSpec
    whole: Answer
    short: Answer


@pytest.fixture(scope="module")
def asked(world: World) -> list[Asked]:
    return [
        Asked(job, _quote(world, job, explain=True), _quote(world, job)) for job in _jobs(world)
    ]


def _quote(world: World, job: JobSpec, *, explain: bool = False) -> Answer:
    return quote_job(world.app, world.firm, job, store=False, explain=explain)


def _centre(number: int, draw: random.Random) -> CentreDefinition:
    law, region, city, latitude, longitude = SITES[number % len(SITES)]
    pools = [_pool(f"p{n}", device, draw) for n, device in enumerate(DEVICES)]
    return CentreDefinition(
        id=f"c{number:02}",
        names={"en": f"Centre {number}", "zh-Hant": f"中心{number}", "zh-Hans": f"中心{number}"},
        jurisdiction=law,
        region=region,
        city=city,
        latitude_udeg=latitude,
        longitude_udeg=longitude,
        operator_hq=law,
        backend="local",
        account={"name": "x", "number": "1", "bank": "x", "cnaps": "102581000013"},
        green_share_bp=draw.choice([None, 0, 3_000, 8_000]),
        demonstration=True,
        source="a test",
        pools=tuple(pools),
        offers=tuple(_offer(draw.choice(pools), draw) for _ in range(PER_CENTRE)),
    )


def _pool(name: str, device: str, draw: random.Random) -> PoolDefinition:
    return PoolDefinition(
        name=name,
        device_id=device,
        devices=draw.randint(1, 4),
        device_memory_mib=0 if device == "cpu" else draw.choice([24, 80]) * 1024,
        vcpus=draw.randint(1, 8),
        memory_mib=draw.choice([512, 2048, 8192]),
        disk_mib=draw.choice([50, 10_240]),
        power_w=draw.choice([None, 35]),
        isolations=STRONGEST_FIRST,
        export=EXPORT if device == "cpu" else {},
        ratings=(),
    )


def _offer(pool: PoolDefinition, draw: random.Random) -> OfferDefinition:
    # Few different prices, so that ties happen and the id must decide.
    return OfferDefinition(
        pool=pool.name,
        price=Fraction(draw.choice([1_000, 1_001, 5_000, 12_345, 99_999]), draw.choice([1, 1, 3])),
        asset=draw.choice(["CNY", "CNH", "HKD", "USD"]),
        isolation=draw.choice(STRONGEST_FIRST),
        interruptible=draw.random() < 0.3,
        milli_min=draw.choice([1_000, 1_000, 500, 250, 143]),
        milli_max=1_000,
        from_day=draw.choice(["2026-01-01", "2026-01-01", "2026-01-01", "2099-01-01"]),
        to_day=draw.choice([None, None, None, "2026-02-01"]),
    )


def _job(base: JobSpec, draw: random.Random) -> JobSpec:
    texts = draw.choice([["CPU"], ["CPU:2"], ["CPU:0.25"], ["H100", "CPU"], ["24GB..:1..2"]])
    demand = Demand(
        alternatives=tuple(parse_device(text) for text in texts),
        mode=Mode.ANY_OF,
        duration_s=draw.choice([600, 3_601, 86_400]),
        cpus=draw.choice([Range(), Range(2, None)]),
        host_memory_mib=draw.choice([Range(), Range(1_024, None)]),
        disk_mib_min=draw.choice([0, 100]),
        isolation=Isolation(draw.choice(STRONGEST_FIRST)),
        regions=draw.choice([(), (), ("CN-GD",), ("CN",)]),
        jurisdictions=draw.choice([(), (), ("HK",), ("CN", "HK")]),
        latency_from="HK",
        latency_ms_max=draw.choice([None, Fraction(10)]),
        green_share_bp_min=draw.choice([0, 0, 3_000]),
        price_cap=draw.choice([None, Amount(20_000, HKD)]),
        interruptible_ok=draw.random() < 0.5,
    )
    egress = draw.choice([0, 10**6, 7 * 10**9])
    return replace(base, demand=demand, duration_s=demand.duration_s, egress_bytes=egress)


# The enumeration.


def _best_net(world: World, answer: Answer, job: JobSpec, offer: r.PostedOffer) -> int | None:
    """Return the least HKD cents of an offer over all alternatives; None = it does not serve."""
    pool, centre = world.pools[offer.pool_id], world.centres[offer.centre_id]
    if not _stands(world, answer, job, offer, pool, centre):
        return None
    nets = [
        _net(world, job, offer, take)
        for request in job.demand.alternatives
        if (take := _take(world, request, offer, pool)) and _holds(job, pool, take)
    ]
    cap = job.demand.price_cap
    fits = [net for net in nets if cap is None or net <= cap.minor]
    return min(fits, default=None)


def _stands(
    world: World, answer: Answer, job: JobSpec, offer: r.PostedOffer, pool: r.Pool, centre: r.Centre
) -> bool:
    """Check all that does not depend on how many devices are taken."""
    demand, today = job.demand, world.today.isoformat()
    rank = STRONGEST_FIRST.index
    regions = [centre.region == x or centre.region.startswith(x + "-") for x in demand.regions]
    green = demand.green_share_bp_min
    far = demand.latency_ms_max
    return all(
        (
            offer.from_day <= today and (offer.to_day is None or today < offer.to_day),
            rank(offer.isolation) <= rank(demand.isolation.value),
            demand.interruptible_ok or not offer.interruptible,
            not regions or any(regions),
            not demand.jurisdictions or centre.jurisdiction in demand.jurisdictions,
            not green or (centre.green_share_bp is not None and centre.green_share_bp >= green),
            far is None or _round_trip_ms(centre) <= far,
            _outcome(answer, centre.id, pool.device_id) in ("allow", "allow_with_duties"),
        )
    )


def _outcome(answer: Answer, centre_id: str, device_id: str) -> str:
    place = next(p for p in answer.places if p["centre_id"] == centre_id)
    verdicts = cast(list[Mapping[str, Any]], place["verdicts"])
    return str(next(v["outcome"] for v in verdicts if v["device_id"] == device_id))


def _round_trip_ms(centre: r.Centre) -> float:
    """Great circle from Hong Kong at 200 km/ms, 1.9 times over, there and back, and 1 ms."""
    points = (22_278_320, 114_174_690, centre.latitude_udeg, centre.longitude_udeg)
    a, b, c, d = (math.radians(x / 1e6) for x in points)
    cosine = math.sin(a) * math.sin(c) + math.cos(a) * math.cos(c) * math.cos(b - d)
    return 2 * 1.9 * 6371.009 * math.acos(min(1.0, cosine)) / 200 + 1


def _take(world: World, request: Any, offer: r.PostedOffer, pool: r.Pool) -> int | None:
    """Return the milli-devices of a lease; None = device, memory or count do not fit."""
    fact = world.app.facts.devices[pool.device_id]
    if request.name and request.name.upper() not in (fact.family.upper(), fact.id.upper()):
        return None
    least = request.memory_mib.least
    if least is not None and pool.device_memory_mib < least:
        return None
    shared = offer.milli_min < 1000 and offer.isolation != "exclusive"
    step = offer.milli_min if shared and request.milli_min < 1000 else 1000
    take = math.ceil(request.milli_min / step) * step
    take = min(take, 1000) if request.milli_min < 1000 else take
    return take if take <= min(request.milli_max, pool.devices * 1000) else None


def _holds(job: JobSpec, pool: r.Pool, take: int) -> bool:
    """Check what comes with the devices that are taken."""
    demand = job.demand
    return (
        pool.vcpus * take // 1000 >= (demand.cpus.least or 0)
        and pool.memory_mib * take // 1000 >= (demand.host_memory_mib.least or 0)
        and pool.disk_mib * take // 1000 >= demand.disk_mib_min
    )


def _net(world: World, job: JobSpec, offer: r.PostedOffer, take: int) -> int:
    """Price the whole job line by line, each line rounded half to even; no voucher."""
    settings = world.app.settings
    spread_bp = 0 if offer.asset == "HKD" else settings.fx_spread_bp
    hours = Fraction(take * job.duration_s, 3_600_000)
    listed = Fraction(offer.price) * world.rates[offer.asset] * hours
    egress = Fraction(settings.egress_cents_per_gb * job.egress_bytes, 10**9)
    return round(listed) + round(listed * spread_bp / 10_000) + round(egress)


def _enumerated(world: World, answer: Answer, job: JobSpec) -> list[tuple[int, str]]:
    nets = {offer.id: _best_net(world, answer, job, offer) for offer in world.offers}
    return sorted((net, name) for name, net in nets.items() if net is not None)


def _answered(answer: Answer) -> list[tuple[int, str]]:
    rows = cast(list[Mapping[str, Any]], answer.quote.body["candidates"])
    return [(int(row["net_minor"]), str(row["offer_id"])) for row in rows]


def _jobs(world: World) -> Iterator[JobSpec]:
    draw = random.Random(7)
    return (_job(world.job, draw) for _ in range(JOBS))


# The tests.


def test_the_candidates_are_those_of_a_plain_enumeration(world: World, asked: list[Asked]) -> None:
    for item in asked:
        wanted = _enumerated(world, item.whole, item.job)
        assert _answered(item.whole) == _answered(item.short) == wanted, item.job.demand
    sizes = [len(_answered(item.whole)) for item in asked]
    assert max(sizes) >= 20, "the jobs are too narrow to prove anything"
    assert 0 in sizes, "no job has an empty answer"


@pytest.mark.parametrize("lost", ["spread", "egress"])
def test_a_price_that_forgets_a_line_is_caught(
    world: World, asked: list[Asked], monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    right = candidate_module.price
    forgot = {"spread_bp": 0} if lost == "spread" else {"egress_bytes": 0}

    def wrong(*args: Any, **more: Any) -> Any:
        return right(*args, **(more | forgot))

    monkeypatch.setattr(candidate_module, "price", wrong)
    widest = max(asked, key=lambda item: len(_answered(item.whole)))
    job = replace(widest.job, egress_bytes=7 * 10**9)
    answer = _quote(world, job)
    assert _answered(answer) != _enumerated(world, answer, job)


def test_every_offer_and_every_centre_is_told_exactly_once(
    world: World, asked: list[Asked]
) -> None:
    public, facts = world.app.facts.public_offers, world.app.facts.centres
    known = [*(offer.id for offer in world.offers), *world.imports, *public]
    assert len(known) == CENTRES * PER_CENTRE + IMPORTS + len(public)
    for item in asked:
        answer = item.whole
        kept = [name for _net, name in _answered(answer)]
        assert Counter([*kept, *(gone.offer.id for gone in answer.removed)]) == Counter(known)
        assert answer.total == len(known)
        told = [str(place["centre_id"]) for place in answer.places]
        assert Counter(told) == Counter([*world.centres, *facts])
        assert all(place["verdicts"] for place in answer.places)


def test_every_removed_offer_has_one_reason_in_words(asked: list[Asked]) -> None:
    for item in asked:
        removed = item.whole.removed
        assert all(gone.reason.render() and gone.filter in gone.failing for gone in removed)
        assert Counter(gone.filter for gone in removed) == Counter(dict(item.whole.counts))


def test_counting_imports_by_groups_gives_the_counts_of_judging_each(asked: list[Asked]) -> None:
    for item in asked:
        short, whole = item.short, item.whole
        assert (short.total, list(short.counts.items())) == (
            whole.total,
            list(whole.counts.items()),
        )
