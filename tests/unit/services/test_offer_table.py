"""Offers of every kind as the search takes them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from tests.unit.services.desk import CENTRE, POOL, Desk, leased

from entrepot.domain.catalogue.model import OfferKind
from entrepot.kernel.compute import Isolation
from entrepot.services import records as r
from entrepot.services.offer_table import (
    imported,
    offer_body,
    offer_table,
    posted,
    public,
    rating_of,
    rating_row,
)


def parts(desk: Desk, isolation: str) -> tuple[r.Centre, r.Pool, r.PostedOffer]:
    """Return the centre with its pool and its offer of a kind of isolation."""
    with desk.store.reading() as uow:
        centre, pool = uow.registry.centre(CENTRE), uow.registry.pool(POOL)
        offer = next(one for one in uow.registry.offers() if one.isolation == isolation)
    assert centre is not None and pool is not None
    return centre, pool, offer


def test_a_posted_offer_carries_what_is_sold(desk: Desk) -> None:
    centre, pool, offer = parts(desk, "exclusive")
    found = posted(desk, centre, pool, offer, (2, 1000))
    assert (found.centre_id, found.pool_id, found.devices_available) == (CENTRE, POOL, 2)
    assert (found.jurisdiction, found.region, found.share_milli) == ("CN", "CN-GD", 1000)
    assert (found.host_memory_mib, found.vcpus, found.memory_mib) == (2048, 1, None)
    assert found.price.minor_per_device_hour == Fraction(offer.price)
    assert str(found.valid_from) == "2026-01-01"


@pytest.mark.parametrize(
    ("free", "available"),
    [((2, 1000), 2), ((0, 750), 1), ((0, 250), 1), ((0, 249), 0), ((0, 0), 0)],
)
def test_a_share_is_there_while_one_device_has_room_for_it(
    desk: Desk, free: tuple[int, int], available: int
) -> None:
    found = posted(desk, *parts(desk, "timeslice"), free)
    assert (found.devices_available, found.share_milli) == (available, 250)
    assert found.isolation is Isolation.TIMESLICE


def test_whole_devices_are_there_only_while_they_are_whole(desk: Desk) -> None:
    assert posted(desk, *parts(desk, "exclusive"), (0, 750)).devices_available == 0


def test_measured_ratings_come_before_the_peaks(desk: Desk) -> None:
    centre, pool, offer = parts(desk, "exclusive")
    row = {"mflops": 5, "precision": "fp64", "density": None, "engine": None,
           "basis": "measured", "source": "test"}  # fmt: skip
    found = posted(desk, centre, replace(pool, ratings=(row,)), offer, (2, 1000))
    assert rating_row(found.ratings[0]) == row
    assert rating_of(row) == found.ratings[0]


def test_what_is_leased_is_not_offered_again(desk: Desk) -> None:
    def whole() -> list[int | None]:
        with desk.store.reading() as uow:
            return [o.devices_available for o in offer_table(desk, uow) if o.centre_id]

    assert whole() == [2, 2, 2]
    leased(desk, 1)
    assert whole() == [1, 1, 1]
    leased(desk, 2)
    assert whole() == [0, 0, 0]


def test_an_imported_price_is_read_back_as_it_was_written(desk: Desk) -> None:
    fact = next(iter(desk.facts.public_offers.values()))
    offer = replace(
        public(desk, fact), region="r-1", vcpus=8, host_memory_mib=65_536, devices_per_instance=4
    )
    found = imported(desk, offer.id, offer.source, offer_body(offer))
    assert found == replace(offer, valid_from=found.valid_from, valid_to=found.valid_to)


def test_list_prices_only_indicate_and_every_one_is_in_the_table(desk: Desk) -> None:
    offer = public(desk, next(iter(desk.facts.public_offers.values())))
    row = ("x:1@2026-10-01", "list", offer_body(offer))
    desk.write(lambda uow: uow.registry.add_market_offers([row]), "import")
    with desk.store.reading() as uow:
        table = list(offer_table(desk, uow))
    assert len(table) == 3 + 1 + len(desk.facts.public_offers)
    assert {o.kind for o in table if o.centre_id is None} == {OfferKind.INDICATIVE}
    assert {o.id for o in table} >= {row[0], *desk.facts.public_offers}
