"""One suite for every database: leases in later calls, notices, sellers' parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from tests.contract import business_samples as b
from tests.contract.business_samples import read, write
from tests.contract.ledger_homes import DATABASES, fresh
from tests.contract.test_market_store import ASK, HOUR, ORDER, decide

from entrepot.adapters.sql.engine import writing
from entrepot.adapters.sql.row_security import tenant_view
from entrepot.adapters.sql.store import HouseUnitOfWork
from entrepot.services.ports_elastic import Notice, SellerPart, Standing

STANDING = Standing("AA-1", "AO-1", "AC-1", "L-1", "F-1", "elastic", 10 * HOUR, 12 * HOUR, True)
RESALE = replace(STANDING, ask_id="AA-2", order_id=None, kind="resale", whole=False)
NOTICE = Notice("AA-1", "AC-1", "L-1", "F-1", "elastic", 9 * HOUR, 10 * HOUR, 2, 1_200, 916, 229, 0)
PART = SellerPart("L-1", 10 * HOUR, "AA-2", "F-1", 430, 440)


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    made = fresh(request.param, tmp_path)
    write(made, b.add_business)
    write(made, decide)
    yield made
    made.dispose()


def fill(uow: HouseUnitOfWork) -> None:
    uow.market.add_order(replace(ASK, id="AA-2", seq=3, commitment="9" * 64, firm_id="F-1"))
    for standing in (STANDING, RESALE):
        uow.elastic.add_standing(standing)
    uow.elastic.add_notice(NOTICE)
    uow.elastic.add_part(PART)


def test_everything_comes_back_as_it_went_in(engine: Engine) -> None:
    write(engine, fill)

    def see(uow: HouseUnitOfWork) -> None:
        book = uow.elastic
        both = [STANDING, RESALE]
        assert book.standing() == book.standing(call_id="AC-1", lease_id="L-1") == both
        assert book.standing(lease_id="L-2") == book.standing(call_id="AC-2") == []
        assert book.standing_of("AA-1") == book.standing_of("AO-1") == STANDING
        assert (book.standing_of("AA-2"), book.standing_of("AO-2")) == (RESALE, None)
        assert book.notices() == book.notices(call_id="AC-1", firm_id="F-1") == [NOTICE]
        assert book.notices(lease_id="L-1") == [NOTICE]
        assert book.notices(lease_id="L-2") == book.notices(firm_id="F-2") == []
        assert book.parts() == book.parts(["L-1"]) == [PART]
        assert book.parts([]) == book.parts(["L-2"]) == []

    read(engine, see)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(STANDING, kind="teapot"),
        replace(STANDING, order_id=None),
        replace(RESALE, ask_id="AA-1", order_id="AO-1"),
        replace(STANDING, to_t=10 * HOUR),
        replace(NOTICE, ends_at=9 * HOUR),
        replace(NOTICE, slots=0),
        replace(NOTICE, brought_minor=1_144),
        replace(PART, minor=-1),
    ],
)
def test_a_row_that_breaks_a_promise_is_not_kept(
    engine: Engine, wrong: Standing | Notice | SellerPart
) -> None:
    def act(uow: HouseUnitOfWork) -> None:
        if isinstance(wrong, Standing):
            uow.elastic.add_standing(wrong)
            return
        uow.market.add_order(replace(ASK, id="AA-2", seq=3, commitment="9" * 64))
        for standing in (STANDING, RESALE):
            uow.elastic.add_standing(standing)
        if isinstance(wrong, Notice):
            uow.elastic.add_notice(wrong)
        else:
            uow.elastic.add_part(wrong)

    with pytest.raises(SQLAlchemyError):
        write(engine, act)
    assert read(engine, lambda uow: uow.elastic.standing()) == []


def test_what_was_written_is_never_changed(engine: Engine) -> None:
    write(engine, fill)
    for statement in (
        "UPDATE auction_standing SET to_t = 1",
        "DELETE FROM auction_standing",
        "UPDATE auction_notice SET credit_minor = 0",
        "DELETE FROM auction_notice",
        "UPDATE auction_part SET minor = 0",
        "DELETE FROM auction_part",
    ):
        with pytest.raises(SQLAlchemyError, match="append-only"), writing(engine) as conn:
            conn.execute(text(statement))


def test_a_seller_sees_his_part_and_the_buyer_does_not(tmp_path: Path) -> None:
    engine = fresh("postgresql", tmp_path)
    write(engine, b.add_business)
    write(engine, lambda uow: uow.registry.add_firm(replace(b.FIRM, id="F-2")))
    write(engine, decide)

    def sold_by_another(uow: HouseUnitOfWork) -> None:
        uow.market.add_order(
            replace(ORDER, id="AA-2", seq=3, side="ask", commitment="9" * 64, firm_id="F-2")
        )
        uow.elastic.add_standing(replace(RESALE, firm_id="F-2"))
        uow.elastic.add_part(replace(PART, firm_id="F-2"))

    write(engine, sold_by_another)
    for firm, count in (("F-1", 0), ("F-2", 1)):
        with tenant_view(engine, firm) as conn:
            for table in ("standing", "part"):
                found = conn.execute(text(f"SELECT count(*) FROM auction_{table}"))
                assert int(found.scalar_one()) == count, (firm, table)
    engine.dispose()
