"""One suite for every database: calls, sealed orders, what was decided, promised devices."""

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

from entrepot.adapters.sql.engine import writing
from entrepot.adapters.sql.row_security import tenant_view
from entrepot.adapters.sql.store import HouseUnitOfWork
from entrepot.kernel.errors import EntrepotError
from entrepot.services.ports_market import (
    AuctionLease,
    Call,
    Clearing,
    GivenJob,
    LeaseSlot,
    OrderResult,
    SealedOrder,
)

HOUR = 3_600
CALL = Call(
    "AC-1", "hourly", "open", 10 * HOUR, 12 * HOUR, HOUR, 9 * HOUR, ("gz",), ("h100",),
    ({"link": "a-b", "mbps": 5},), 7, 20_000, 1_000, {"CNH": "11/10"}, "ab" * 32, "", 1_000,
    "desk", None, None, "",
)  # fmt: skip
ORDER = SealedOrder(
    "AO-1", "AC-1", 1, "order", "F-1", None, "G-1", "c" * 64, "ee", "T-9", 5_000, (), 1_100,
    "desk", "sealed", "", {},
)  # fmt: skip
ASK = replace(
    ORDER, id="AA-1", seq=2, side="ask", firm_id=None, centre_id="gz", commitment="d" * 64,
    hold_id="", hold_minor=0,
    stock=({"pool_id": "gz/gpu", "from_t": 10 * HOUR, "to_t": 11 * HOUR, "devices": 2},),
)  # fmt: skip
BODY = {"kind": "gang", "options": [{"zone": "gz", "值": 1}]}
CLEARING = Clearing("AC-1", {"digest": "x"}, {"asks": []}, "f" * 64, 2_000, "desk")
RESULT = OrderResult("AO-1", "AC-1", "F-1", None, 900, 0, 18, 2, 916, {"share": [["1", 10]]})
LEASE = AuctionLease(
    "L-1", "AC-1", "AO-1", "1", "F-1", "gz", "gz/gpu", 2, 10 * HOUR, 12 * HOUR, 916, 880
)
SLOTS = [
    LeaseSlot("L-1", 10 * HOUR, HOUR, "F-1", "gz", 458, 440, "due", "", 0),
    LeaseSlot("L-1", 11 * HOUR, HOUR, "F-1", "gz", 458, 440, "due", "", 0),
]

GIVEN = GivenJob("L-1", "F-1", {"name": "small", "run": {"command": ["sh"]}}, 1_950, "desk")


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    made = fresh(request.param, tmp_path)
    write(made, b.add_business)
    yield made
    made.dispose()


def fill(uow: HouseUnitOfWork) -> None:
    uow.market.add_call(CALL)
    assert uow.market.next_seq("AC-1") == 1
    uow.market.add_order(ORDER)
    uow.market.add_order(ASK)
    assert uow.market.next_seq("AC-1") == 3


def decide(uow: HouseUnitOfWork) -> None:
    fill(uow)
    assert uow.market.move_call("AC-1", "open", "closed", 1_900, key="cd" * 32)
    uow.market.open_order("AO-1", BODY)
    assert uow.market.set_order("AO-1", "opened", "accepted")
    uow.market.add_clearing(CLEARING)
    uow.market.add_results([RESULT])
    uow.market.add_lease(LEASE, SLOTS)
    uow.market.give_job(GIVEN)
    assert uow.market.move_call("AC-1", "closed", "cleared", 2_000)


def test_everything_comes_back_as_it_went_in(engine: Engine) -> None:
    write(engine, decide)

    def see(uow: HouseUnitOfWork) -> None:
        book = uow.market
        done = replace(
            CALL, state="cleared", released_key="cd" * 32, closed_at=1_900, ended_at=2_000
        )
        assert (book.call("AC-1"), book.call("AC-2")) == (done, None)
        assert book.calls() == book.calls(["cleared"]) == [done]
        assert book.calls(["open"]) == []
        assert CALL.slots == 2
        opened = replace(ORDER, state="accepted", body=BODY)
        assert (book.order("AO-1"), book.order("AO-2")) == (opened, None)
        assert book.orders() == book.orders("AC-1") == [opened, ASK]
        assert book.orders("AC-1", ["sealed"]) == [ASK]
        assert book.orders("AC-2") == []
        assert book.committed("AC-1", "c" * 64) == "AO-1"
        assert book.committed("AC-2", "c" * 64) is None
        assert (book.clearing("AC-1"), book.clearing("AC-2")) == (CLEARING, None)
        assert (book.result("AO-1"), book.result("AA-1")) == (RESULT, None)
        assert book.results("AC-1") == [RESULT]
        assert (book.lease("L-1"), book.lease("L-2")) == (LEASE, None)
        assert book.leases() == book.leases("AC-1") == book.leases(order_id="AO-1") == [LEASE]
        assert book.leases(order_id="AO-2") == []
        assert book.slots() == book.slots("L-1") == book.slots(states=["due"]) == SLOTS
        assert (book.given_job("L-1"), book.given_job("L-2")) == (GIVEN, None)
        assert book.slots("L-2") == book.slots(states=["failed"]) == []

    read(engine, see)


def test_a_call_moves_by_its_lawful_moves_only(engine: Engine) -> None:
    write(engine, fill)
    assert not write(engine, lambda uow: uow.market.move_call("AC-1", "closed", "cleared", 1))
    assert write(engine, lambda uow: uow.market.move_call("AC-1", "open", "void", 5, note="empty"))
    found = read(engine, lambda uow: uow.market.call("AC-1"))
    assert found == replace(CALL, state="void", ended_at=5, note="empty")
    for before, after in (("void", "open"), ("cleared", "void"), ("open", "cleared")):
        with pytest.raises(AssertionError):
            write(engine, lambda uow, a=before, z=after: uow.market.move_call("AC-1", a, z, 6))


def test_an_order_is_opened_and_moved_once(engine: Engine) -> None:
    write(engine, fill)
    assert not write(engine, lambda uow: uow.market.set_order("AO-1", "opened", "accepted"))
    write(engine, lambda uow: uow.market.open_order("AO-1", BODY))
    with pytest.raises(AssertionError):
        write(engine, lambda uow: uow.market.open_order("AO-1", {}))
    assert write(engine, lambda uow: uow.market.set_order("AO-1", "opened", "rejected", "why"))
    found = read(engine, lambda uow: uow.market.order("AO-1"))
    assert found == replace(ORDER, state="rejected", reason="why", body=BODY)


def test_a_slot_moves_once(engine: Engine) -> None:
    write(engine, decide)
    move = ("L-1", 10 * HOUR, "due", "failed", "INC-1", 3_000)
    assert write(engine, lambda uow: uow.market.set_slot(*move))
    assert not write(engine, lambda uow: uow.market.set_slot(*move))
    found = read(engine, lambda uow: uow.market.slots("L-1", ["failed"]))
    assert found == [replace(SLOTS[0], state="failed", reference="INC-1", changed_at=3_000)]


def test_devices_are_promised_within_a_limit(engine: Engine) -> None:
    pool = ("gz/gpu", 10 * HOUR)
    for devices, fits in ((2, True), (2, False), (1, True), (1, False)):
        assert write(engine, lambda uow, n=devices: uow.market.promise(*pool, n, 3)) is fits
    write(engine, lambda uow: uow.market.take_back(*pool, 2))
    with pytest.raises(AssertionError):
        write(engine, lambda uow: uow.market.take_back(*pool, 2))
    assert read(engine, lambda uow: uow.market.promises()) == {pool: 1}
    found = read(engine, lambda uow: uow.market.promised("gz/gpu", 10 * HOUR + 1, 11 * HOUR))
    assert found == {10 * HOUR: 1}
    assert read(engine, lambda uow: uow.market.promised("gz/gpu", 11 * HOUR, 12 * HOUR)) == {}


def test_devices_of_jobs_outside_the_auction_count_while_they_may_run(engine: Engine) -> None:
    end = b.LEASE.start_by + b.LEASE.duration_s
    write(engine, lambda uow: uow.capacity.reserve("L-1", "gz/gpu", 2_000, True))
    assert read(engine, lambda uow: uow.market.busy("gz/gpu", end - 1)) == 2
    assert read(engine, lambda uow: uow.market.busy("gz/gpu", end)) == 0
    write(engine, decide)  # the lease is the auction's now
    assert read(engine, lambda uow: uow.market.busy("gz/gpu", end - 1)) == 0


def test_what_is_unique_is_kept_once(engine: Engine) -> None:
    write(engine, decide)
    for act in (
        lambda uow: uow.market.add_call(CALL),
        lambda uow: uow.market.add_order(replace(ORDER, id="AO-9", commitment="9" * 64)),
        lambda uow: uow.market.add_order(replace(ORDER, id="AO-9", seq=9)),
        lambda uow: uow.market.add_order(
            replace(ORDER, id="AO-9", seq=9, commitment="9" * 64, firm_id=None)
        ),
        lambda uow: uow.market.add_clearing(CLEARING),
        lambda uow: uow.market.add_results([RESULT]),
        lambda uow: uow.market.add_lease(LEASE, []),
        lambda uow: uow.market.give_job(GIVEN),
    ):
        with pytest.raises((EntrepotError, SQLAlchemyError)):
            write(engine, act)


def test_what_was_decided_is_never_changed(engine: Engine) -> None:
    write(engine, decide)
    for statement in (
        "UPDATE auction_call SET gate_closure = 1",
        "UPDATE auction_call SET state = 'open'",
        "DELETE FROM auction_call",
        "UPDATE auction_order SET commitment = ''",
        "UPDATE auction_order SET seq = 8",
        "UPDATE auction_order SET body = '{}' WHERE id = 'AO-1'",
        "DELETE FROM auction_order",
        "UPDATE auction_clearing SET certificate = '{}'",
        "DELETE FROM auction_clearing",
        "UPDATE auction_result SET net_minor = 0",
        "DELETE FROM auction_result",
        "UPDATE auction_lease SET paid_minor = 0",
        "DELETE FROM auction_lease",
        "UPDATE auction_job SET job = '{}'",
        "DELETE FROM auction_job",
        "UPDATE auction_slot SET paid_minor = 0",
        "DELETE FROM auction_slot",
    ):
        with pytest.raises(SQLAlchemyError, match="append-only"), writing(engine) as conn:
            conn.execute(text(statement))


def test_a_firm_sees_its_own_orders_and_every_certificate(tmp_path: Path) -> None:
    engine = fresh("postgresql", tmp_path)
    write(engine, b.add_business)
    write(engine, lambda uow: uow.registry.add_firm(replace(b.FIRM, id="F-2")))
    write(engine, decide)
    counts: dict[str, list[int]] = {}
    for firm in ("F-1", "F-2"):
        with tenant_view(engine, firm) as conn:
            for table in ("order", "result", "lease", "job", "slot", "call", "clearing"):
                found = conn.execute(text(f"SELECT count(*) FROM auction_{table}"))
                counts.setdefault(table, []).append(int(found.scalar_one()))
    assert counts == {
        **{"order": [1, 0], "result": [1, 0], "lease": [1, 0], "job": [1, 0], "slot": [2, 0]},
        **{"call": [1, 1], "clearing": [1, 1]},
    }
    engine.dispose()
