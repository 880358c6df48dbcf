"""Bounds of a job's net price hold the exact one, whatever the price."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from fractions import Fraction

from tests.e2e.flow_tools import job_file
from tests.unit.services.desk import Desk

from entrepot.domain.catalogue.model import Offer, Setting
from entrepot.domain.catalogue.net import RankedNet
from entrepot.domain.catalogue.search import search_in
from entrepot.domain.catalogue.table import OfferTable
from entrepot.kernel.compute import Isolation
from entrepot.kernel.money import CNY, HKD, USD, UnitPrice
from entrepot.services.candidate import Pricing
from entrepot.services.job_net import JobNet
from entrepot.services.offer_table import offer_table
from entrepot.services.ports import UnitOfWork
from entrepot.services.quote import exchange_rates, quote_job

DAY = date(2026, 11, 21)


def pricing_of(desk: Desk, uow: UnitOfWork) -> Pricing:
    job = desk.read_job(job_file(desk.home))
    return Pricing(desk, uow, desk.firm, job, exchange_rates(desk, DAY), DAY)


def many(offer: Offer, draw: random.Random, size: int) -> list[Offer]:
    """Return the same offer at many prices and in all currencies."""
    return [
        replace(
            offer,
            id=f"O-{number:04}",
            price=UnitPrice(
                Fraction(draw.randint(0, 10 ** draw.randint(1, 8)), draw.choice((1, 3, 7))),
                draw.choice((HKD, CNY, USD)),
            ),
        )
        for number in range(size)
    ]


def test_the_bounds_hold_the_exact_price(desk: Desk) -> None:
    draw = random.Random(3)
    with desk.store.reading() as uow:
        net = JobNet(pricing_of(desk, uow))
        sample = next(o for o in offer_table(desk, uow) if o.centre_id is not None)
        lowered = 0
        key = net.alike(sample.place, sample.device_id)
        assert isinstance(net, RankedNet)
        for offer in many(sample, draw, 200):
            gross = gross_of(desk, net, offer)
            low, high = net.bounds(key, offer.price.asset.code, 1000, gross)
            exact = net(offer, 1000, gross)
            assert low <= exact <= high
            lowered += exact < gross
        assert lowered > 50, "vouchers were at work"


def gross_of(desk: Desk, net: JobNet, offer: Offer) -> Fraction:
    rate = Fraction(1)
    if offer.price.asset != HKD:
        rate = exchange_rates(desk, DAY)[offer.price.asset.code].value
    seconds = desk.read_job(job_file(desk.home)).demand.duration_s
    return offer.price.minor_per_device_hour * rate * seconds / 3600


def test_columns_rank_a_job_as_plain_python_does(desk: Desk) -> None:
    """The index prices few offers and must end with the same candidates."""
    job = desk.read_job(job_file(desk.home))
    with desk.store.reading() as uow:
        sample = next(
            o for o in offer_table(desk, uow) if o.centre_id and o.isolation.value == "exclusive"
        )
        listed = many(sample, random.Random(4), 200)
        rates = {code: rate.value for code, rate in exchange_rates(desk, DAY).items()}
        net = JobNet(pricing_of(desk, uow))
        setting = Setting({**rates, "HKD": Fraction(1)}, net=net)
        columns, plain = OfferTable(listed, columns_min=1), OfferTable(listed)
        found = search_in(columns, job.demand, setting, 20)
        assert found == search_in(plain, job.demand, setting, 20)
        assert found.feasible == len(listed)


def test_a_quote_of_the_first_candidates_is_the_beginning_of_the_whole(desk: Desk) -> None:
    read = desk.read_job(job_file(desk.home))
    weak = replace(read.demand, isolation=Isolation.TIMESLICE, interruptible_ok=True)
    job = replace(read, demand=weak)
    whole = quote_job(desk, desk.firm, job, store=False, explain=False)
    first = quote_job(desk, desk.firm, job, store=False, explain=False, candidates_max=1)
    rows = whole.quote.body["candidates"]
    assert isinstance(rows, list) and len(rows) > 1
    assert first.quote.body["candidates"] == rows[:1]
    assert first.counts == whole.counts
