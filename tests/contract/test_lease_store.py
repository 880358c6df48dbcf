"""One suite for every database: terms of pools, changes of leases, devices taken one by one."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from tests.contract.business_samples import LEASE, POOL, QUOTE, add_business, read, write
from tests.contract.ledger_homes import DATABASES, fresh

from entrepot.adapters.sql.store import HouseUnitOfWork
from entrepot.services.ports_leases import LeaseChange, PoolTerms

TERMS = PoolTerms(
    POOL.id, ({"kind": "vm", "notice_s": 60},), ({"name": "節點", "devices": 2, "rack": "r1"},)
)
CHANGE = LeaseChange("L-1", 1, "extend", {"duration_s": 600}, {"duration_s": 900}, "算", 7, "desk")


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    made = fresh(request.param, tmp_path)
    write(made, add_business)
    return made


def more_leases(uow: HouseUnitOfWork, count: int, isolation: str = "mps") -> list[str]:
    """Keep further leases and return their ids."""
    ids = [f"L-{isolation}-{n}" for n in range(count)]
    for name in ids:
        uow.deals.add_quote(replace(QUOTE, id=f"Q-{name}"))
        made = replace(LEASE, id=name, quote_id=f"Q-{name}", hold_id=f"T-{name}")
        uow.deals.add_lease(replace(made, isolation=isolation, milli_devices=250))
    return ids


def test_terms_and_changes_are_kept_as_they_were(engine: Engine) -> None:
    assert read(engine, lambda uow: uow.leases.terms(POOL.id)) is None
    write(engine, lambda uow: uow.leases.add_terms(TERMS))
    write(engine, lambda uow: uow.leases.add_change(CHANGE))
    assert read(engine, lambda uow: uow.leases.terms(POOL.id)) == TERMS
    assert read(engine, lambda uow: uow.leases.all_terms()) == {POOL.id: TERMS}
    assert read(engine, lambda uow: uow.leases.changes("L-1")) == [CHANGE]
    assert read(engine, lambda uow: uow.leases.changes("L-2")) == []
    with pytest.raises(SQLAlchemyError):
        write(engine, lambda uow: uow.leases.add_change(CHANGE))
    with pytest.raises(SQLAlchemyError), engine.begin() as conn:
        conn.execute(text("UPDATE lease_change SET what = 'shrink'"))
    with pytest.raises(SQLAlchemyError), engine.begin() as conn:
        conn.execute(text("DELETE FROM lease_change"))


def test_a_lease_is_changed_from_what_it_was_and_not_twice(engine: Engine) -> None:
    after = replace(LEASE, duration_s=900, hold_id="T-9", hold_minor=3_300, choice={"x": 1})
    assert write(engine, lambda uow: uow.leases.change(LEASE, after))
    assert read(engine, lambda uow: uow.deals.lease("L-1")) == after
    again = replace(LEASE, duration_s=1200, hold_id="T-10")
    assert not write(engine, lambda uow: uow.leases.change(LEASE, again))
    write(engine, lambda uow: uow.deals.set_lease("L-1", "held", "released"))
    assert not write(engine, lambda uow: uow.leases.change(after, again))
    assert read(engine, lambda uow: uow.deals.lease("L-1")) == replace(after, state="released")


def test_devices_grow_shrink_and_go_back(engine: Engine) -> None:
    def act(uow: HouseUnitOfWork) -> None:
        assert uow.leases.take_units("L-1", POOL.id, [(2, 1000), (0, 250)])
        assert uow.leases.grow("L-1", POOL.id, 0, 250)
        assert not uow.leases.grow("L-1", POOL.id, 0, 501)
        assert uow.leases.free_units(POOL.id) == {0: 500, 1: 1000, 2: 0}
        assert not uow.leases.give_back("L-1", POOL.id, 0, 501)
        assert not uow.leases.give_back("L-1", POOL.id, 1, 1)
        assert uow.leases.give_back("L-1", POOL.id, 0, 200)
        assert uow.leases.give_back("L-1", POOL.id, 2, 1000)
        assert uow.leases.free_units(POOL.id) == {0: 700, 1: 1000, 2: 1000}
        assert [(x.ordinal, x.milli) for x in uow.capacity.held("L-1")] == [(0, 300)]
        assert uow.capacity.oversold() == []
        uow.capacity.release("L-1")
        assert uow.leases.free_units(POOL.id) == {0: 1000, 1: 1000, 2: 1000}

    write(engine, act)


def test_devices_that_are_not_free_are_not_taken(engine: Engine) -> None:
    write(engine, lambda uow: uow.leases.take_units("L-1", POOL.id, [(1, 500)]))
    with pytest.raises(AssertionError):
        write(engine, _take_too_much)
    assert read(engine, lambda uow: uow.leases.free_units(POOL.id)) == {0: 1000, 1: 500, 2: 1000}


def _take_too_much(uow: HouseUnitOfWork) -> None:
    assert uow.leases.take_units("L-1", POOL.id, [(0, 1000), (1, 1000)])


def test_a_device_is_cut_in_one_way_only(engine: Engine) -> None:
    def act(uow: HouseUnitOfWork) -> None:
        first, second = more_leases(uow, 2, "mps")
        third, fourth = more_leases(uow, 2, "timeslice")
        assert uow.capacity.reserve(first, POOL.id, 250, False, "mps")
        assert uow.capacity.reserve(second, POOL.id, 250, False, "mps")
        assert uow.capacity.reserve(third, POOL.id, 250, False, "timeslice")
        assert uow.capacity.reserve(fourth, POOL.id, 250, False)  # beside anybody
        assert uow.leases.free_units(POOL.id) == {0: 250, 1: 750, 2: 1000}

    write(engine, act)


def test_a_whole_cluster_of_thousands_is_taken_and_given_back(engine: Engine) -> None:
    big = replace(POOL, id="gz/big", devices=3_000)
    write(engine, lambda uow: uow.registry.add_pool(big))
    assert write(engine, lambda uow: uow.capacity.reserve("L-1", big.id, 3_000_000, True))
    assert read(engine, lambda uow: uow.registry.free_milli())[big.id] == (0, 0)
    assert len(read(engine, lambda uow: uow.capacity.held("L-1"))) == 3_000
    write(engine, lambda uow: uow.capacity.release("L-1"))
    assert read(engine, lambda uow: uow.registry.free_milli())[big.id] == (3_000, 1000)
    assert read(engine, lambda uow: uow.capacity.oversold()) == []


def race(engine: Engine, names: list[str], naive: bool = False) -> int:
    """Let leases grab slices of 250 of three devices at once; return how many got one."""
    barrier, got = threading.Barrier(len(names)), list[str]()

    def grab(name: str) -> None:
        seen = read(engine, lambda uow: uow.leases.free_units(POOL.id)) if naive else {}
        barrier.wait()

        def act(uow: HouseUnitOfWork) -> bool:
            if not naive:
                return uow.capacity.reserve(name, POOL.id, 250, False, "mps")
            ordinal = next(n for n, free in seen.items() if free >= 250)  # the planted bug
            uow.conn.execute(
                text("INSERT INTO reservation VALUES (:lease, :pool, :n, 250)"),
                {"lease": name, "pool": POOL.id, "n": ordinal},
            )
            left = {"free": seen[ordinal] - 250, "pool": POOL.id, "n": ordinal}
            uow.conn.execute(
                text(
                    "UPDATE device_unit SET milli_free = :free WHERE pool_id = :pool "
                    "AND ordinal = :n"
                ),
                left,
            )
            return True

        if write(engine, act):
            got.append(name)

    threads = [threading.Thread(target=grab, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(got)


def test_slices_are_never_oversold(engine: Engine) -> None:
    names = write(engine, lambda uow: more_leases(uow, 16))
    assert race(engine, names) == 12  # three devices of four slices
    assert read(engine, lambda uow: uow.leases.free_units(POOL.id)) == {0: 0, 1: 0, 2: 0}
    assert read(engine, lambda uow: uow.capacity.oversold()) == []


def test_reading_first_and_writing_later_would_oversell(engine: Engine) -> None:
    names = write(engine, lambda uow: more_leases(uow, 16))
    assert race(engine, names, naive=True) == 16
    assert read(engine, lambda uow: uow.capacity.oversold())


def test_leases_that_grow_at_once_share_what_is_left(engine: Engine) -> None:
    names = write(engine, lambda uow: more_leases(uow, 4))
    write(engine, lambda uow: [uow.leases.take_units(n, POOL.id, [(0, 125)]) for n in names])
    barrier, got = threading.Barrier(len(names)), list[str]()

    def grow(name: str) -> None:
        barrier.wait()
        if write(engine, lambda uow: uow.leases.grow(name, POOL.id, 0, 250)):
            got.append(name)

    threads = [threading.Thread(target=grow, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 2  # 500 milli were left
    assert read(engine, lambda uow: uow.leases.free_units(POOL.id))[0] == 0
    assert read(engine, lambda uow: uow.capacity.oversold()) == []
