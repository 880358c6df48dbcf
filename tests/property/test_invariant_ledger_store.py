"""The books in a database are those of the oracle, whoever writes and whatever is undone.

To the sequences of ``test_ledger_machine`` come commands that are undone halfway and a second
process on the same database: nothing that this process remembers may outlive either. SQLite and
PostgreSQL are driven alike, and each planted bug of the store is found by the same machine.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from tests.contract.ledger_homes import fresh
from tests.contract.postgres_server import server_url
from tests.property.test_ledger_machine import StoredLedger, amounts, codes
from tests.sizes import figure, size

from entrepot.adapters.sql import ledger_memory, ledger_reads, ledger_store
from entrepot.adapters.sql.migrate import open_store
from entrepot.adapters.sql.unit_of_work import read_factory
from entrepot.domain.ledger.expiry import resolution
from entrepot.domain.ledger.model import Balance, Phase, Transfer
from entrepot.domain.ledger.replay import replay
from entrepot.kernel.errors import EntrepotError, Refused

STEPS = {
    "sqlite": size("STORE_STEPS", 200, 100_000),
    "postgresql": size("STORE_STEPS_POSTGRES", 80, 10_000),
}
A_RUN = 20
"""Steps of one example."""


class SharedLedger(StoredLedger):
    """The store as two processes use it, of which one breaks off now and then."""

    def open(self) -> None:
        super().open()
        self.other: Engine = self.store()

    @rule()
    def other_process(self) -> None:
        """Let the other process write from here on."""
        self.engine, self.other = self.other, self.engine

    @rule(debit=codes, credit=codes, amount=amounts, held=st.booleans())
    def undone(self, debit: str, credit: str, amount: int, held: bool) -> None:
        """Post, then break off: nothing has happened."""
        one = self.draft(debit, credit, amount, held, 0)

        def action(uow: Any) -> dict[str, object]:
            uow.ledger.post_each([one])
            raise Refused("test.undone", "Broken off.")

        with pytest.raises(Refused):
            self.command(action)

    @precondition(lambda self: self.oracle.done)
    @rule(pick=st.integers(0, 99), amount=amounts)
    def old_among_new(self, pick: int, amount: int) -> None:
        """Send a new transfer together with one that is booked already."""
        known = [one for one in self.oracle.done.values() if not one.link_group]
        if not known:
            return
        old, new = known[pick % len(known)], self.draft("bank", "revenue", amount, False, 0)
        outcomes = self.post([new, old]).outcomes
        assert [(one.refusal, one.repeated) for one in outcomes] == [(None, False), (None, True)]
        assert self.oracle.takes(new)

    @rule(pick=st.integers(0, 99), back=st.integers(0, 6))
    def look_back(self, pick: int, back: int) -> None:
        """The balance at a time is the replay of what was booked until then (invariant 9)."""
        code = codes_of(self)[pick % len(codes_of(self))]
        lines, t = self.lines(), self.now - back
        with read_factory(self.engine)() as uow:
            found, accounts = uow.ledger.balance_at(code, t), uow.ledger.accounts()
        assert found == replay(accounts, [one for one in lines if one.t <= t]).balance(code)

    def teardown(self) -> None:
        self.other.dispose()
        super().teardown()


class PostgresLedger(SharedLedger):
    """The same on PostgreSQL."""

    def fresh(self) -> Engine:
        return fresh("postgresql", self.folder)

    def store(self) -> Engine:
        return open_store(server_url(), "H-MACHINE")


def codes_of(machine: StoredLedger) -> list[str]:
    """Return the codes of the accounts that the oracle knows."""
    return sorted(machine.oracle.books)


MACHINES: dict[str, type[SharedLedger]] = {"sqlite": SharedLedger, "postgresql": PostgresLedger}


@pytest.mark.parametrize("database", MACHINES)
def test_the_store_agrees_with_the_oracle_whoever_writes(database: str) -> None:
    steps = STEPS[database]
    wanted = settings(
        deadline=None,
        max_examples=max(steps // A_RUN, 1),
        stateful_step_count=A_RUN,
        suppress_health_check=[HealthCheck.too_slow],
    )
    run_state_machine_as_test(MACHINES[database], settings=wanted)
    figure("sequences", books=database, steps_max=steps)


Plant = Callable[[pytest.MonkeyPatch], None]


def _remembers_what_was_undone(patch: pytest.MonkeyPatch) -> None:
    """5: what a transaction knew goes into memory before anybody has committed it."""
    right = ledger_memory.WorkingBooks.moved

    def moved(self: Any, balances: Any) -> None:
        right(self, balances)
        self._memory.balances.update(balances)
        self._memory.accounts.update(self.accounts)

    patch.setattr(ledger_memory.WorkingBooks, "moved", moved)


def _never_forgets(patch: pytest.MonkeyPatch) -> None:
    """4: what another process wrote since is not looked up."""

    def forget(self: Any, head: Any) -> None:
        self.head = head

    patch.setattr(ledger_memory.BookMemory, "forget", forget)


def _leaves_a_balance_unwritten(patch: pytest.MonkeyPatch) -> None:
    """1: one side of a transfer does not reach its account."""
    right = ledger_store.write_balances
    patch.setattr(
        ledger_store, "write_balances", lambda conn, totals: right(conn, list(totals)[1:])
    )


def _keeps_what_was_taken(patch: pytest.MonkeyPatch) -> None:
    """6: rows written before the database said that an id stands already are not undone."""
    patch.setattr(ledger_store, "undone_if_taken", _not_undone)


@contextmanager
def _not_undone(_conn: object) -> Generator[list[object]]:
    complaints: list[object] = []
    try:
        yield complaints
    except IntegrityError as error:
        complaints.append(error)


def _looks_back_a_second_short(patch: pytest.MonkeyPatch) -> None:
    """9: the last second does not count."""
    right = ledger_reads.LedgerReads.balance_at
    patch.setattr(ledger_reads.LedgerReads, "balance_at", lambda self, c, t: right(self, c, t - 1))


def _ends_a_hold_again_after_a_restart(patch: pytest.MonkeyPatch) -> None:
    """8: which holds are ended is not read back."""
    patch.setattr(ledger_store, "endings_of", lambda *_: {})


BUGS: tuple[Plant, ...] = (
    _remembers_what_was_undone,
    _never_forgets,
    _leaves_a_balance_unwritten,
    _keeps_what_was_taken,
    _looks_back_a_second_short,
    _ends_a_hold_again_after_a_restart,
)


def walk(seed: int, steps: int = 150) -> None:
    """Take steps by chance in one home, and look at everything after each of them."""
    rng, machine = random.Random(seed), SharedLedger()
    try:
        machine.pay_in(100)
        for _ in range(steps):
            _step(machine, rng)
            machine.balances_agree()
            machine.sums_agree()
    finally:
        machine.engine.dispose()
        machine.other.dispose()
        shutil.rmtree(machine.folder)


def _step(machine: SharedLedger, rng: random.Random) -> None:
    pick, amount, held = rng.randrange(100), rng.randrange(1, 41), rng.random() < 0.4
    debit, credit = rng.choice((("bank", "prepaid:F"), ("prepaid:F", "revenue")))
    phase = rng.choice([one for one in Phase if one.resolves])
    steps: tuple[Callable[[], None], ...] = (
        lambda: machine.move(debit, credit, amount, held, rng.randrange(4)),
        lambda: machine.end_hold(pick, phase, amount),
        lambda: machine.repeat(pick, rng.random() < 0.5),
        lambda: machine.undone(debit, credit, amount, held),
        lambda: machine.old_among_new(pick, amount),
        lambda: machine.wait(rng.randrange(4)),
        lambda: machine.look_back(pick, rng.randrange(3)),
        machine.other_process,
        machine.reopen,
        machine.expire,
    )
    steps[rng.randrange(len(steps))]()


def test_a_walk_of_many_steps_in_one_home_agrees() -> None:
    for seed in range(2):
        walk(seed)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_each_planted_bug_of_the_store_is_found(
    monkeypatch: pytest.MonkeyPatch, bug: Plant
) -> None:
    bug(monkeypatch)
    with pytest.raises((AssertionError, SQLAlchemyError, EntrepotError)):
        for seed in range(3):
            walk(seed)


def expired(before: bool) -> list[Transfer]:
    """Return the books of a hold that expires before a restart, or after it."""
    machine = SharedLedger()
    hold = Transfer("T-h", "bank", "revenue", 9, "HKD", "", Phase.PENDING, timeout_s=5, t=1_000)
    machine.post([hold])
    machine.now += 5
    if not before:
        machine.reopen()
    machine.post([resolution(hold, "T-end", Phase.EXPIRE)])
    if before:
        machine.reopen()
    lines = machine.lines()
    assert machine.balances()["bank"] == Balance()
    machine.teardown()
    return lines


def test_expiry_commutes_with_a_restart() -> None:
    assert expired(before=True) == expired(before=False)
