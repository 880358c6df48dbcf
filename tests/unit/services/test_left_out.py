"""A search that only counts list prices explains itself as one that reads them all."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from tests.unit.services.desk import Desk

from entrepot.domain.catalogue.explain import verdicts
from entrepot.domain.catalogue.grammar import parse_device
from entrepot.domain.catalogue.model import Demand, DeviceRequest, Mode, Offer, OfferKind, Setting
from entrepot.domain.catalogue.relax import relaxations
from entrepot.domain.catalogue.search import search_in
from entrepot.kernel.money import USD, UnitPrice
from entrepot.services import left_out
from entrepot.services.left_out import look
from entrepot.services.offer_table import market_id, offer_body, offer_table
from entrepot.services.ports import UnitOfWork

DEVICES = ("H100 SXM", "A100 PCIe", "CPU")
SETTING = Setting({"CNY": Fraction(1), "CNH": Fraction(1), "HKD": Fraction(1)}, date(2026, 11, 21))


def demand(*texts: str, mode: Mode = Mode.ANY_OF) -> Demand:
    asked = tuple(DeviceRequest("x") if not t else parse_device(t) for t in texts)
    return Demand(asked, mode, duration_s=600)


DEMANDS = (
    demand("H100"),
    demand("A100:4"),
    demand(""),
    demand("H100:2", "CPU", mode=Mode.ORDERED),
    replace(demand("CPU"), disk_mib_min=100_000_000),
    replace(demand("H100"), indicative_ok=True),
)


def imported_rows(desk: Desk) -> None:
    """Keep forty list prices, some of them of two days."""
    draw = random.Random(5)
    rows: list[Offer] = []
    for number in range(40):
        device = draw.choice(DEVICES)
        price = UnitPrice(Fraction(draw.randint(1, 900)), USD)
        days = draw.sample(("2026-10-01", "2026-11-01"), draw.randint(1, 2))
        for day in days:
            rows.append(
                Offer(
                    id=f"p:{number:02}",
                    provider="p",
                    device_id=device.casefold().replace(" ", "-"),
                    device_name=device,
                    region="",
                    price=price,
                    devices_per_instance=draw.choice((1, 2, 8)),
                    kind=OfferKind.INDICATIVE,
                    valid_to=draw.choice((None, date(2026, 11, 1))),
                    as_of=day,
                )
            )
    kept = [(market_id(row), "a list", offer_body(row)) for row in rows]
    desk.write(lambda uow: uow.registry.add_market_offers(kept), "import")


def reading_all(
    desk: Desk, uow: UnitOfWork, asked: Demand
) -> tuple[object, object, Mapping[str, tuple[object, ...]]]:
    """Answer by judging every offer one by one."""
    table = offer_table(desk, uow)
    judged = {
        v.offer.id: (v.removed_by, v.failing, str(v.reason))
        for v in verdicts(table, asked, SETTING)
        if v.removed_by is not None
    }
    return search_in(table, asked, SETTING), relaxations(table, asked, SETTING), judged


@pytest.mark.parametrize("asked", DEMANDS)
def test_counting_answers_as_reading_all(
    desk: Desk, asked: Demand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(left_out, "READ_AT_ONCE", 7)
    imported_rows(desk)
    with desk.store.reading() as uow:
        looked = look(desk, uow, asked, SETTING)
        found, relaxed, judged = reading_all(desk, uow, asked)
        assert looked.found == found
        assert looked.relaxations() == relaxed
        listed = {
            one.offer.id: (one.filter, one.failing, str(one.reason)) for one in looked.removed()
        }
    assert listed == judged


def test_only_as_many_as_asked_are_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    imported_rows(desk)
    with desk.store.reading() as uow:
        looked = look(desk, uow, demand("H100"), SETTING)
        assert looked.imports is not None
        monkeypatch.setattr(left_out.Imports, "offers", lambda *_: pytest.fail("read"))
        few = looked.removed(5)
        assert len(few) == 5 and looked.removed(0) == ()
        with pytest.raises(pytest.fail.Exception):
            looked.removed()
