"""One suite for every database: budgets, their marks, and what counts against them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from tests.contract import business_samples as b
from tests.contract.business_samples import read, write
from tests.contract.ledger_homes import DATABASES, fresh
from tests.contract.test_market_store import HOUR, decide

from entrepot.adapters.sql.engine import writing
from entrepot.adapters.sql.row_security import tenant_view
from entrepot.adapters.sql.store import HouseUnitOfWork
from entrepot.adapters.sql.unit_of_work import run_command
from entrepot.domain.contracts.budget import month_seconds
from entrepot.kernel.errors import Refused
from entrepot.services.budget_guard import see_budgets
from entrepot.services.ports_budgets import Budget, Mark, Spent
from entrepot.services.ports_identity_links import Project

NOW = 1_795_230_000
BUDGET = Budget("BG-1", "F-1", None, "2026-11", 5_000, True, 1_000, "mei", None)
OWN = replace(BUDGET, id="BG-2", project_id="PJ-1", hard_stop=False)


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    made = fresh(request.param, tmp_path)
    write(made, b.add_business)
    yield made
    made.dispose()


def fill(uow: HouseUnitOfWork) -> None:
    uow.links.add_project(Project("PJ-1", "F-1", "Lab", 1_000, "mei", None))
    uow.budgets.add(BUDGET, (50, 100))
    uow.budgets.add(OWN, ())


def test_everything_comes_back_as_it_went_in(engine: Engine) -> None:
    write(engine, fill)
    assert write(engine, lambda uow: uow.budgets.reach("BG-1", 50, 1_100, 2_600))
    assert not write(engine, lambda uow: uow.budgets.reach("BG-1", 50, 1_200, 2_700))
    assert write(engine, lambda uow: uow.budgets.end("BG-2", 1_300))
    assert not write(engine, lambda uow: uow.budgets.end("BG-2", 1_400))

    def see(uow: HouseUnitOfWork) -> None:
        ended = replace(OWN, ended_at=1_300)
        assert (uow.budgets.find("BG-1"), uow.budgets.find("BG-9")) == (BUDGET, None)
        assert uow.budgets.all() == uow.budgets.all("F-1", "2026-11") == [ended, BUDGET]
        assert uow.budgets.all(live=True) == [BUDGET]
        assert uow.budgets.all("F-2") == uow.budgets.all("F-1", "2026-12") == []
        reached = Mark("BG-1", 50, "F-1", 1_100, 2_600)
        assert uow.budgets.marks("BG-1") == [reached, Mark("BG-1", 100, "F-1", None, None)]

    read(engine, see)


def test_bills_of_the_month_and_what_is_held_are_spent(engine: Engine) -> None:
    """A bill counts by what it asks for, vouchers taken off; a lease counts until it is billed."""
    asked: dict[str, object] = {"document": {"payable": {"minor": 3_000_000_000, "asset": "HKD"}}}
    write(engine, decide)

    def more(uow: HouseUnitOfWork) -> None:
        fill(uow)
        b.add_invoice(uow, 8, issued_at=1_999, total_minor=3_000_000_900, body=asked)
        b.add_invoice(uow, 9, issued_at=2_000)
        for n in (8, 9):
            uow.deals.set_lease(f"L-{n}", "held", "closed")
        project = uow.links.project("PJ-1")
        assert project is not None
        uow.links.put_in_project("Q-8", project)

    before = read(engine, lambda uow: uow.budgets.spent("F-1", 0, 2_000, None))
    write(engine, more)
    after = read(engine, lambda uow: uow.budgets.spent("F-1", 0, 2_000, None))
    assert after == Spent(before.billed_minor + 3_000_000_000, before.held_minor)
    # The sample's bill, its lease's hold, an order's hold, and slots paid and not yet billed.
    orders, slots = read(engine, in_calls)
    assert orders + slots > 0 and before == Spent(b.INVOICE.total_minor, 2_211 + orders + slots)
    own = read(engine, lambda uow: uow.budgets.spent("F-1", 0, 2_000, "PJ-1"))
    assert own == Spent(3_000_000_000, 0)
    assert read(engine, lambda uow: uow.budgets.spent("F-2", 0, HOUR, None)) == Spent(0, 0)


def in_calls(uow: HouseUnitOfWork) -> tuple[int, int]:
    """Return what orders hold, and what was paid for slots that wait."""
    orders = uow.market.orders("AC-1", ("sealed", "opened"))
    held = sum(one.hold_minor for one in orders if one.side == "order")
    slots = uow.market.slots("L-1")
    return held, sum(one.paid_minor for one in slots if one.state in ("due", "resold"))


@pytest.mark.parametrize(
    "wrong",
    [
        replace(BUDGET, id="BG-3"),
        replace(BUDGET, id="BG-3", month="2026-12", limit_minor=0),
        replace(BUDGET, id="BG-3", month="2026"),
        replace(BUDGET, id="BG-3", firm_id="F-9"),
        replace(OWN, id="BG-3"),
    ],
)
def test_a_row_that_breaks_a_promise_is_not_kept(engine: Engine, wrong: Budget) -> None:
    """Two live budgets of one firm, project and month are one such row."""
    write(engine, fill)
    with pytest.raises(SQLAlchemyError):
        write(engine, lambda uow: uow.budgets.add(wrong, (50,)))
    assert len(read(engine, lambda uow: uow.budgets.all())) == 2


def test_what_was_set_or_reached_is_never_changed(engine: Engine) -> None:
    write(engine, fill)
    write(engine, lambda uow: uow.budgets.reach("BG-1", 50, 1_100, 2_600))
    for statement in (
        "UPDATE budget SET limit_minor = 9",
        "UPDATE budget SET hard_stop = 0",
        "DELETE FROM budget",
        "UPDATE budget_mark SET percent = 7",
        "UPDATE budget_mark SET spent_minor = 7 WHERE percent = 50",
        "DELETE FROM budget_mark",
    ):
        with pytest.raises(SQLAlchemyError, match="append-only"), writing(engine) as conn:
            conn.execute(text(statement))


def test_a_firm_sees_its_own_budgets_alone(tmp_path: Path) -> None:
    engine = fresh("postgresql", tmp_path)
    write(engine, b.add_business)
    write(engine, lambda uow: uow.registry.add_firm(replace(b.FIRM, id="F-2")))
    write(engine, fill)
    counts: list[list[int]] = []
    for firm in ("F-1", "F-2"):
        with tenant_view(engine, firm) as conn:
            tables = [text(f"SELECT count(*) FROM {name}") for name in ("budget", "budget_mark")]
            counts.append([int(conn.execute(query).scalar_one()) for query in tables])
    assert counts == [[2, 2], [0, 0]]
    engine.dispose()


HOLD = b.LEASE.hold_minor


def november(engine: Engine) -> int:
    """Return what counts against the budget."""
    return read(engine, lambda uow: uow.budgets.spent("F-1", *month_seconds("2026-11"), None)).minor


def keep(uow: HouseUnitOfWork, n: int) -> None:
    """Keep the ``n``-th lease with its hold."""
    uow.deals.add_quote(replace(b.QUOTE, id=f"Q-{n}"))
    uow.deals.add_lease(replace(b.LEASE, id=f"L-{n}", quote_id=f"Q-{n}", hold_id=f"T-{n}"))


def guarded(engine: Engine, n: int, gate: threading.Barrier) -> None:
    """Keep a lease and look at the budget, as taking a quote does, in one transaction."""

    def action(uow: HouseUnitOfWork) -> dict[str, object]:
        keep(uow, n)
        see_budgets(uow, "F-1", HOLD, NOW, f"Q-{n}")  # type: ignore[arg-type]
        return {}

    gate.wait()
    run_command(
        lambda: HouseUnitOfWork(engine),
        actor="race", command="take", key=f"take-{n}", body={"n": n}, now=1_000, action=action,
    )  # fmt: skip


def looked_before(engine: Engine, n: int, gate: threading.Barrier) -> None:
    """Planted bug: look at the budget in a view of its own, then keep the lease."""
    spent = november(engine)
    gate.wait()
    if spent + HOLD > read(engine, lambda uow: uow.budgets.all())[0].limit_minor:
        raise Refused("budget.spent", "It is spent.")
    write(engine, lambda uow: keep(uow, n))


def raced(
    engine: Engine, take: Callable[[Engine, int, threading.Barrier], None]
) -> tuple[int, int]:
    """Let two leases race for the last cents; return how many were kept, and what is left."""
    limit = november(engine) + HOLD
    write(engine, lambda uow: uow.budgets.add(replace(BUDGET, limit_minor=limit), ()))
    gate, refused = threading.Barrier(2), list[str]()

    def run(n: int) -> None:
        try:
            take(engine, n, gate)
        except Refused as error:
            refused.append(error.code)

    threads = [threading.Thread(target=run, args=(n,)) for n in (11, 12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert set(refused) <= {"budget.spent"}
    return 2 - len(refused), limit - november(engine)


@pytest.mark.parametrize("taken", range(3))
def test_one_of_two_leases_gets_the_last_cent(engine: Engine, taken: int) -> None:
    write(engine, lambda uow: [keep(uow, 20 + n) for n in range(taken)])
    assert raced(engine, guarded) == (1, 0)


def test_a_look_outside_the_transaction_is_found(engine: Engine) -> None:
    assert raced(engine, looked_before) == (2, -HOLD)
