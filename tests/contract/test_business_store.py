"""One suite for every database: what the services ask of registry, stock, deals and batches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from tests.contract import business_samples as b
from tests.contract.business_samples import read, write
from tests.contract.ledger_homes import DATABASES, fresh

from entrepot.adapters.sql.store import HouseUnitOfWork
from entrepot.kernel.errors import Conflict, EntrepotError
from entrepot.services.held_device import HeldDevice


@pytest.fixture(params=DATABASES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    return fresh(request.param, tmp_path)


@pytest.fixture
def engine(empty: Engine) -> Engine:
    write(empty, b.add_business)
    return empty


def test_every_record_comes_back_as_it_went_in(engine: Engine) -> None:
    def more(uow: HouseUnitOfWork) -> None:
        uow.registry.add_instrument(b.INSTRUMENT)
        uow.deals.add_usage(b.EVENT)
        uow.deals.add_task(b.TASK)
        uow.settlements.add_batch(b.BATCH, [])
        uow.vouchers.add(b.RESERVATION)

    write(engine, more)
    asked: list[tuple[object, Callable[[HouseUnitOfWork], object]]] = [
        (b.FIRM, lambda uow: uow.registry.firm("F-1")),
        ([b.FIRM], lambda uow: uow.registry.firms()),
        (b.CENTRE, lambda uow: uow.registry.centre("gz")),
        ([b.CENTRE], lambda uow: uow.registry.centres()),
        (b.POOL, lambda uow: uow.registry.pool("gz/gpu")),
        ([b.OFFER], lambda uow: uow.registry.offers()),
        (b.OFFER, lambda uow: uow.registry.offer("O-1")),
        ([b.INSTRUMENT], lambda uow: uow.registry.instruments("F-1")),
        (b.QUOTE, lambda uow: uow.deals.quote("Q-1")),
        (b.LEASE, lambda uow: uow.deals.lease("L-1")),
        (b.LEASE, lambda uow: uow.deals.lease_of_quote("Q-1")),
        (b.JOB, lambda uow: uow.deals.job("J-1")),
        (b.JOB, lambda uow: uow.deals.job_of_lease("L-1")),
        ([b.EVENT], lambda uow: uow.deals.usage("L-1")),
        (b.INVOICE, lambda uow: uow.deals.invoice("I-1")),
        (b.INVOICE, lambda uow: uow.deals.invoice("HK-2026-000001")),
        (b.INVOICE, lambda uow: uow.deals.invoice_of_job("J-1")),
        ([b.TASK], lambda uow: uow.deals.tasks("L-1")),
        (b.BATCH, lambda uow: uow.settlements.batch("B-1")),
        ([b.RESERVATION], lambda uow: uow.vouchers.of_lease("L-1")),
        ([b.RESERVATION], lambda uow: uow.vouchers.all()),
    ]
    for expected, ask in asked:
        assert read(engine, ask) == expected


def test_what_is_not_there_is_none(empty: Engine) -> None:
    asked: list[Callable[[HouseUnitOfWork], object]] = [
        lambda uow: uow.registry.firm("x"),
        lambda uow: uow.registry.centre("x"),
        lambda uow: uow.registry.pool("x"),
        lambda uow: uow.registry.offer("x"),
        lambda uow: uow.deals.quote("x"),
        lambda uow: uow.deals.lease("x"),
        lambda uow: uow.deals.lease_of_quote("x"),
        lambda uow: uow.deals.job("x"),
        lambda uow: uow.deals.invoice("x"),
        lambda uow: uow.settlements.batch("x"),
    ]
    assert [read(empty, ask) for ask in asked] == [None] * len(asked)


TWICE: dict[str, Callable[[HouseUnitOfWork], object]] = {
    "firm": lambda uow: uow.registry.add_firm(b.FIRM),
    "pool": lambda uow: uow.registry.add_pool(b.POOL),
    "a quote taken by another lease": lambda uow: uow.deals.add_lease(
        replace(b.LEASE, id="L-2", hold_id="T-2")
    ),
    "a hold of two leases": lambda uow: uow.deals.add_lease(replace(b.LEASE, id="L-2")),
    "a second job of a lease": lambda uow: uow.deals.add_job(replace(b.JOB, id="J-2")),
    "a second invoice of a job": lambda uow: uow.deals.add_invoice(
        replace(b.INVOICE, id="I-2", number="HK-2026-000002", seq=2)
    ),
    "a number twice": lambda uow: b.add_invoice(uow, 2, number="HK-2026-000001"),
    "a count twice": lambda uow: b.add_invoice(uow, 2, seq=1),
    "a lease of no quote": lambda uow: uow.deals.add_lease(
        replace(b.LEASE, id="L-2", hold_id="T-2", quote_id="Q-NONE")
    ),
}


@pytest.mark.parametrize("name", list(TWICE))
def test_what_may_be_once_is_kept_once_and_a_refusal_leaves_nothing(
    engine: Engine, name: str
) -> None:
    with pytest.raises((IntegrityError, EntrepotError)):
        write(engine, TWICE[name])
    assert read(engine, lambda uow: uow.deals.leases()) == [b.LEASE]
    assert read(engine, lambda uow: uow.deals.invoices()) == [b.INVOICE]
    assert read(engine, lambda uow: len(uow.deals.quotes())) == 1


def test_a_lease_moves_only_from_the_state_it_is_in(engine: Engine) -> None:
    assert write(engine, lambda uow: uow.deals.set_lease("L-1", "held", "running"))
    assert not write(engine, lambda uow: uow.deals.set_lease("L-1", "held", "released"))
    assert not write(engine, lambda uow: uow.deals.set_lease("L-NONE", "held", "released"))
    found = read(engine, lambda uow: uow.deals.leases(("running", "closed")))
    assert [lease.state for lease in found] == ["running"]
    assert read(engine, lambda uow: uow.deals.leases(("held",))) == []


def test_a_job_is_written_over_and_an_unknown_one_is_a_fault(engine: Engine) -> None:
    done = replace(b.JOB, state="failed", exit_code=3, outputs=({"name": "a", "bytes": 1},))
    write(engine, lambda uow: uow.deals.update_job(done))
    assert read(engine, lambda uow: uow.deals.jobs(("failed",))) == [done]
    with pytest.raises(AssertionError):
        write(engine, lambda uow: uow.deals.update_job(replace(done, id="J-NONE")))


def test_a_usage_event_counts_once(engine: Engine) -> None:
    assert write(engine, lambda uow: uow.deals.add_usage(b.EVENT))
    assert not write(engine, lambda uow: uow.deals.add_usage(b.EVENT))
    other = replace(b.EVENT, id="L-1:1:2", seq=2)
    assert write(engine, lambda uow: uow.deals.add_usage(other))
    assert read(engine, lambda uow: uow.deals.usage()) == [b.EVENT, other]


def test_numbers_run_without_gap_by_branch_and_year_and_a_rollback_gives_one_back(
    empty: Engine,
) -> None:
    def take(branch: str, year: int) -> int:
        return write(empty, lambda uow: uow.deals.next_invoice_seq(branch, year))

    assert [take("HK", 2026), take("HK", 2026), take("SZ", 2026), take("HK", 2027)] == [1, 2, 1, 1]

    def fails(uow: HouseUnitOfWork) -> None:
        uow.deals.next_invoice_seq("HK", 2026)
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        write(empty, fails)
    assert take("HK", 2026) == 3


def test_a_duty_is_closed_once(engine: Engine) -> None:
    early = replace(b.TASK, id="D-2", due_on="2026-11-22")
    write(engine, lambda uow: [uow.deals.add_task(task) for task in (b.TASK, early)])
    assert read(engine, lambda uow: uow.deals.tasks()) == [early, b.TASK]
    assert write(engine, lambda uow: uow.deals.close_task("D-1", 5_000))
    assert not write(engine, lambda uow: uow.deals.close_task("D-1", 6_000))
    assert not write(engine, lambda uow: uow.deals.close_task("D-NONE", 6_000))
    assert read(engine, lambda uow: uow.deals.tasks())[1].done_at == 5_000


def test_an_invoice_is_in_one_live_batch(engine: Engine) -> None:
    write(engine, lambda uow: b.add_invoice(uow, 2, centre_minor=0))
    assert read(engine, lambda uow: uow.settlements.open_invoices("gz")) == [b.INVOICE]
    write(engine, lambda uow: uow.settlements.add_batch(b.BATCH, ["I-1"]))
    assert read(engine, lambda uow: uow.settlements.open_invoices("gz")) == []
    second = replace(b.BATCH, id="B-2")
    with pytest.raises(Conflict):
        write(engine, lambda uow: uow.settlements.add_batch(second, ["I-1"]))
    assert read(engine, lambda uow: uow.settlements.batch("B-2")) is None
    write(engine, lambda uow: uow.settlements.update_batch(replace(b.BATCH, state="failed")))
    write(engine, lambda uow: uow.settlements.free_members("B-1"))
    write(engine, lambda uow: uow.settlements.add_batch(second, ["I-1"]))
    live = read(engine, lambda uow: uow.settlements.batches(("frozen", "instructed")))
    assert [batch.id for batch in live] == ["B-2"]


def test_a_limit_is_never_passed_and_a_refusal_takes_nothing(empty: Engine) -> None:
    def take(minor: int, limit: int = 100) -> bool:
        return write(empty, lambda uow: uow.vouchers.take("fund", limit, minor))

    assert [take(60), take(41), take(40), take(1), take(0)] == [True, False, True, False, True]
    assert read(empty, lambda uow: uow.vouchers.used("fund")) == 100
    write(empty, lambda uow: uow.vouchers.give_back("fund", 30))
    assert [take(30), take(1)] == [True, False]
    assert not take(1, limit=50)
    assert read(empty, lambda uow: uow.vouchers.used("other")) == 0
    with pytest.raises((IntegrityError, EntrepotError)):
        write(empty, lambda uow: uow.vouchers.give_back("fund", 101))
    assert read(empty, lambda uow: uow.vouchers.used("fund")) == 100


def test_a_family_reserves_once_a_lease(engine: Engine) -> None:
    write(engine, lambda uow: uow.vouchers.add(b.RESERVATION))
    with pytest.raises((IntegrityError, EntrepotError)):
        write(engine, lambda uow: uow.vouchers.add(replace(b.RESERVATION, id="C-2")))
    write(engine, lambda uow: uow.vouchers.set_state("C-1", "applied", 300))
    (found,) = read(engine, lambda uow: uow.vouchers.all())
    assert (found.state, found.amount_minor) == ("applied", 300)


def test_imported_prices_are_kept_once(empty: Engine) -> None:
    rows: list[tuple[str, str, Any]] = [("m-2", "list", b.BODY), ("m-1", "list", {})]
    assert write(empty, lambda uow: uow.registry.add_market_offers([*rows, rows[0]])) == 2
    changed = [("m-1", "other", {"price": "1"}), ("m-3", "list", {})]
    assert write(empty, lambda uow: uow.registry.add_market_offers(changed)) == 1
    found = read(empty, lambda uow: uow.registry.market_offers())
    assert found == [("m-1", "list", {}), ("m-2", "list", b.BODY), ("m-3", "list", {})]
    assert write(empty, lambda uow: uow.registry.add_market_offers([])) == 0


def test_an_instrument_ends_and_a_pool_is_rated(engine: Engine) -> None:
    write(engine, lambda uow: uow.registry.add_instrument(b.INSTRUMENT))
    write(engine, lambda uow: uow.registry.end_instrument("N-1", "2026-11-21"))
    assert read(engine, lambda uow: uow.registry.instruments("F-1"))[0].to_day == "2026-11-21"
    assert read(engine, lambda uow: uow.registry.instruments("F-2")) == []
    write(engine, lambda uow: uow.registry.rate_pool("gz/gpu", [{"mflops": 7}]))
    pool = read(engine, lambda uow: uow.registry.pool("gz/gpu"))
    assert pool is not None
    assert pool.ratings == ({"mflops": 7},)


def reserve(engine: Engine, lease: str, milli: int, exclusive: bool = False) -> bool:
    """Reserve on the pool of three devices."""
    return write(engine, lambda uow: uow.capacity.reserve(lease, "gz/gpu", milli, exclusive))


def free(engine: Engine) -> tuple[int, int]:
    """Return (whole devices, most free milli of one device)."""
    return read(engine, lambda uow: uow.registry.free_milli())["gz/gpu"]


def test_whole_devices_are_sold_until_none_is_left(engine: Engine) -> None:
    assert free(engine) == (3, 1000)
    assert reserve(engine, "a", 2000)
    assert free(engine) == (1, 1000)
    assert not reserve(engine, "b", 2000)
    assert free(engine) == (1, 1000)
    assert reserve(engine, "c", 1000)
    assert not reserve(engine, "d", 1)
    assert free(engine) == (0, 0)
    assert not write(engine, lambda uow: uow.capacity.reserve("e", "no pool", 1, False))


def test_a_lease_names_its_devices_and_counts_its_neighbours(engine: Engine) -> None:
    held = lambda lease: read(engine, lambda uow: uow.capacity.held(lease))  # noqa: E731
    assert reserve(engine, "a", 600)
    assert reserve(engine, "b", 400)
    assert reserve(engine, "c", 2000)
    assert held("a") == (HeldDevice("gz/gpu", 0, 600, 1),)
    assert held("b") == (HeldDevice("gz/gpu", 0, 400, 1),)
    assert held("c") == (HeldDevice("gz/gpu", 1, 1000, 0), HeldDevice("gz/gpu", 2, 1000, 0))
    write(engine, lambda uow: uow.capacity.release("b"))
    assert held("b") == ()
    assert held("a") == (HeldDevice("gz/gpu", 0, 600, 0),)


def test_a_share_goes_to_the_fullest_device_that_still_fits_it(engine: Engine) -> None:
    assert reserve(engine, "a", 600)
    assert free(engine) == (2, 1000)
    assert reserve(engine, "b", 500)
    assert free(engine) == (1, 1000)
    assert reserve(engine, "c", 400)
    assert reserve(engine, "d", 500)
    assert free(engine) == (1, 1000)
    assert reserve(engine, "e", 1000)
    assert not reserve(engine, "f", 1)


def test_an_exclusive_share_takes_its_device_whole(engine: Engine) -> None:
    assert reserve(engine, "a", 250, exclusive=True)
    assert free(engine) == (2, 1000)
    assert reserve(engine, "b", 250)
    assert not reserve(engine, "c", 2000, exclusive=True)
    assert reserve(engine, "d", 1000, exclusive=True)
    assert free(engine) == (0, 750)


def test_a_release_gives_back_exactly_what_was_taken_and_once(engine: Engine) -> None:
    reserve(engine, "a", 600)
    reserve(engine, "b", 300)
    for _ in range(2):
        write(engine, lambda uow: uow.capacity.release("a"))
        assert free(engine) == (2, 1000)
    write(engine, lambda uow: uow.capacity.release("b"))
    write(engine, lambda uow: uow.capacity.release("never"))
    assert free(engine) == (3, 1000)
    assert read(engine, lambda uow: uow.capacity.oversold()) == []


def test_a_stock_that_was_oversold_is_found(engine: Engine) -> None:
    reserve(engine, "a", 600)
    write(
        engine,
        lambda uow: uow.conn.exec_driver_sql("UPDATE device_unit SET milli_free = 700"),
    )
    problems = read(engine, lambda uow: uow.capacity.oversold())
    assert len(problems) == 3
    assert "600 milli leased, 700 free" in problems[0]
