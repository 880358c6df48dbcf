"""One suite for every database: pages of lists, filtered by whose things may be shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.contract import business_samples as b
from tests.contract.business_samples import read, write
from tests.contract.ledger_homes import DATABASES, fresh

from entrepot.adapters.sql.store import HouseUnitOfWork
from entrepot.domain.access.reach import Reach

ALL = Reach(everything=True)
OWN = Reach(firms=frozenset({"F-1"}))
CENTRE = Reach(centres=frozenset({"gz"}))
NONE = Reach()
LISTS = (
    "firms", "quotes", "leases", "jobs", "invoices", "claims", "vouchers", "batches", "centres",
    "statements",
)  # fmt: skip


def second_firm(uow: HouseUnitOfWork) -> None:
    uow.registry.add_firm(replace(b.FIRM, id="F-2"))
    for number in (2, 3, 4):
        uow.deals.add_quote(replace(b.QUOTE, id=f"Q-{number}", firm_id="F-2"))
    lease = replace(b.LEASE, id="L-2", quote_id="Q-2", firm_id="F-2", hold_id="T-2")
    uow.deals.add_lease(lease)
    uow.deals.add_job(replace(b.JOB, id="J-2", lease_id="L-2", firm_id="F-2"))


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    made = fresh(request.param, tmp_path)
    write(made, b.add_business)
    write(made, second_firm)
    yield made
    made.dispose()


def shown(engine: Engine, name: str, reach: Reach, before: str = "", limit: int = 9) -> list[str]:
    return read(
        engine, lambda uow: [one.id for one in getattr(uow.pages, name)(reach, before, limit)]
    )


def test_a_firm_sees_its_own_and_the_house_sees_all(engine: Engine) -> None:
    assert shown(engine, "quotes", OWN) == ["Q-1"]
    assert shown(engine, "quotes", ALL) == ["Q-4", "Q-3", "Q-2", "Q-1"]
    assert shown(engine, "firms", OWN) == ["F-1"]
    assert shown(engine, "jobs", OWN) == ["J-1"]
    assert shown(engine, "invoices", Reach(firms=frozenset({"F-2"}))) == []
    assert shown(engine, "invoices", OWN) == ["I-1"]


def test_a_centre_sees_what_is_at_it_and_nothing_that_has_no_centre(engine: Engine) -> None:
    assert shown(engine, "jobs", CENTRE) == ["J-2", "J-1"]
    assert shown(engine, "jobs", Reach(centres=frozenset({"sz"}))) == []
    assert shown(engine, "centres", CENTRE) == ["gz"]
    assert shown(engine, "quotes", CENTRE) == shown(engine, "invoices", CENTRE) == []


def test_who_reaches_nothing_sees_nothing(engine: Engine) -> None:
    for name in LISTS:
        assert shown(engine, name, NONE) == []
        assert shown(engine, name, Reach(projects=frozenset({"F-1", "gz"}))) == []


def test_pages_follow_each_other(engine: Engine) -> None:
    assert shown(engine, "quotes", ALL, limit=2) == ["Q-4", "Q-3"]
    assert shown(engine, "quotes", ALL, before="Q-3", limit=2) == ["Q-2", "Q-1"]
    assert shown(engine, "quotes", ALL, before="Q-1", limit=2) == []


def test_an_owner_is_found_by_the_kind_of_id(engine: Engine) -> None:
    def owners(uow: HouseUnitOfWork) -> list[str]:
        return [uow.pages.firm_of(one) for one in ("Q-2", "L-1", "J-2", "I-1", "Q-9", "X-1", "")]

    assert read(engine, owners) == ["F-2", "F-1", "F-2", "F-1", "", "", ""]


def test_the_journal_is_read_on_from_a_number(engine: Engine) -> None:
    assert read(engine, lambda uow: uow.pages.entries(0, 10)) == []
