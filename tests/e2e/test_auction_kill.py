"""A process killed while it keeps what a call has decided: all of it stands, or none."""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import event
from tests.e2e.auction_home import Life, again, life
from tests.sizes import size

from entrepot.domain.ledger.model import Phase
from entrepot.kernel import ids
from entrepot.services.auction_run import Terms
from entrepot.services.call_bid import hold_transfer
from entrepot.services.call_run import Decided, decide, keep_decided, run_call
from entrepot.services.check import check_books
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_market import Call

KILLS = size("AUCTION_KILLS", 4, 400)
STATEMENTS = 85
"""A kill comes after up to so many statements; the clearing played here takes some more."""


def closed_call(home: Life) -> tuple[Call, Decided]:
    """Play a call to its closed gate, and decide it."""
    call = home.open(slots=2)
    home.ask(call, "demo-gz")
    home.ask(call, "demo-sz")
    home.bid(call, 0, home.order("a", ("demo-gz", 0, 2, 2, "900")))
    home.bid(call, 1, home.order("b", ("demo-sz", 0, 1, 3, "500"), kind="divisible"))
    home.bid(call, 1, home.order("c", ("demo-gz", 0, 1, 1, "1")))
    call = home.close(call).call
    return call, decide(home.app, call, Terms())


def in_a_child(act: Callable[[], None]) -> int:
    """Run something in a process of its own; return the signal that ended it, 0 if none did."""
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(1)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


def die() -> None:
    """End as a machine does whose power fails."""
    os.kill(os.getpid(), signal.SIGKILL)


def dying_after(home: Life, statements: int, act: Callable[[Life], None]) -> None:
    """Do something, and die after so many statements to the database."""
    count = 0

    def counted(*_args: object) -> None:
        nonlocal count
        count += 1
        if count > statements:
            die()

    event.listen(home.app.store.engine, "before_cursor_execute", counted)
    act(home)


def killed(home: Life, folder: Path, statements: int, act: Callable[[Life], None]) -> Life:
    """Let a copy of a home be killed within an act, and open it again."""
    copy = again(home, folder)
    copy.app.store.engine.dispose()
    ended = in_a_child(lambda: dying_after(again_open(copy), statements, act))
    assert ended == signal.SIGKILL
    return again_open(copy)


def again_open(home: Life) -> Life:
    """Open a home anew, as another process does."""
    home.app.forget("store")
    return home


def test_a_run_that_dies_leaves_the_call_closed_and_ready(tmp_path: Path) -> None:
    home = life(tmp_path / "home")
    call, decided = closed_call(home)
    held = sum(order.hold_minor for order in decided.admitted.orders)
    copy, chance = home, random.Random(20261121)
    for number in range(KILLS):
        copy = killed(
            home,
            tmp_path / str(number),
            chance.randint(1, STATEMENTS),
            lambda one: keep_decided(one.app, call, decided),
        )
        with copy.app.store.reading() as uow:
            found = uow.market.call(call.id)
            assert found is not None
            assert found.state == "closed"
            assert uow.market.leases() == []
            assert uow.market.clearing(call.id) is None
            pending = [uow.ledger.balance(f"prepaid:{firm.id}") for firm in copy.firms]
            assert sum(one.debits_pending for one in pending) == held
        assert check_books(copy.app) == []
        if number + 1 < KILLS:
            copy.app.store.engine.dispose()
            shutil.rmtree(copy.app.home)
    assert len(run_call(copy.app, call.id).leases) == 2
    assert check_books(copy.app) == []


def test_a_run_whose_answer_was_lost_is_not_run_twice(tmp_path: Path) -> None:
    home = life(tmp_path / "home")
    call, decided = closed_call(home)
    keep_decided(home.app, call, decided)
    keep_decided(home.app, call, decided)  # the same key: nothing happens again
    with home.app.store.reading() as uow:
        assert len(uow.market.leases()) == 2
    assert run_call(home.app, call.id).outcome is None
    assert check_books(home.app) == []


def in_two_steps(home: Life, call: Call, decided: Decided) -> None:
    """Take the money in one transaction, and keep what was decided in the next."""
    paid = {str(lease.order): lease.paid_minor for lease in decided.shared.leases}

    def action(uow: UnitOfWork) -> dict[str, object]:
        for order in decided.admitted.orders:
            if order.id in paid:
                made = home.app.ids.new(ids.TRANSFER)
                uow.ledger.post([hold_transfer(order, made, Phase.POST, paid[order.id])])
        return {}

    home.app.store.command("planted", "planted", "planted", {}, home.app.clock.now(), action)
    die()


def test_money_taken_in_a_transaction_of_its_own_would_be_found(tmp_path: Path) -> None:
    """Planted bug: the payments stand, and nothing of what they are for."""
    home = life(tmp_path / "home")
    call, decided = closed_call(home)
    copy = killed(home, tmp_path / "x", 10**9, lambda one: in_two_steps(one, call, decided))
    assert any("auction_clearing holds" in problem for problem in check_books(copy.app))
