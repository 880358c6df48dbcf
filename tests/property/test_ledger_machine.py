"""Any sequence of postings keeps the invariants, against an oracle of plain dictionaries.

The same machine drives the pure function alone and the function with the store behind it,
closed and opened again at random. Each planted bug is found by the same machine.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import Phase as Part
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine
from tests.sizes import figure, size

from entrepot.adapters.sql.checks import check_ledger
from entrepot.adapters.sql.migrate import open_store
from entrepot.adapters.sql.unit_of_work import read_factory, run_command, write_factory
from entrepot.domain.ledger import apply as module
from entrepot.domain.ledger.apply import Applied, LedgerState, apply
from entrepot.domain.ledger.expiry import expiries, resolution
from entrepot.domain.ledger.model import Account, Balance, Phase, Transfer
from entrepot.domain.ledger.replay import replay
from entrepot.domain.ledger.trial import imbalances

ACCOUNTS = [
    Account(1, "bank", "HKD"),
    Account(2, "prepaid:F", "HKD", "F", debit_bound=True),
    Account(3, "revenue", "HKD"),
    Account(4, "fund", "HKD", credit_bound=True),
    Account(5, "bank_cnh", "CNH"),
    Account(6, "payable:C", "CNH", "C"),
]
CODES = [account.code for account in ACCOUNTS]
codes = st.sampled_from(CODES)
amounts = st.integers(1, 40)


class Oracle:
    """The rules once more, told as plainly as can be, on dictionaries of integers."""

    def __init__(self) -> None:
        self.books = {code: [0, 0, 0, 0] for code in CODES}
        self.done: dict[str, Transfer] = {}
        self.holds: dict[str, Transfer] = {}

    def takes(self, one: Transfer) -> bool:
        """Book a transfer that is new, or return False and change nothing."""
        if not one.phase.resolves:
            return self.takes_new(one)
        hold = self.holds.get(one.pending_id)
        if hold is None or one.amount > hold.amount:
            return False
        due = hold.timeout_s > 0 and one.t >= hold.t + hold.timeout_s
        if one.phase is not Phase.POST and one.amount != hold.amount:
            return False
        if (one.phase is Phase.POST and due) or (one.phase is Phase.EXPIRE and not due):
            return False
        del self.holds[hold.id]
        self.books[one.debit][2] -= hold.amount
        self.books[one.credit][3] -= hold.amount
        if one.phase is Phase.POST:
            self.books[one.debit][0] += one.amount
            self.books[one.credit][1] += one.amount
        self.done[one.id] = one
        return True

    def takes_new(self, one: Transfer) -> bool:
        assets = {account.code: account.asset for account in ACCOUNTS}
        if one.debit == one.credit or assets[one.debit] != assets[one.credit]:
            return False
        first = 2 if one.phase is Phase.PENDING else 0
        copy = {code: list(totals) for code, totals in self.books.items()}
        copy[one.debit][first] += one.amount
        copy[one.credit][first + 1] += one.amount
        spent, held = copy["prepaid:F"], copy["fund"]
        if spent[0] + spent[2] > spent[1] and one.debit == "prepaid:F":
            return False
        if held[1] + held[3] > held[0] and one.credit == "fund":
            return False
        self.books = copy
        self.done[one.id] = one
        if one.phase is Phase.PENDING:
            self.holds[one.id] = one
        return True

    def tries(self, transfers: Sequence[Transfer]) -> bool:
        """Book all of a group, or return False and change nothing."""
        saved = ({c: list(v) for c, v in self.books.items()}, dict(self.done), dict(self.holds))
        for one in transfers:
            if not self.takes(one):
                self.books, self.done, self.holds = saved
                return False
        return True


class PureLedger(RuleBasedStateMachine):
    """Drives ``apply`` over a state kept in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.oracle = Oracle()
        self.now = 1_000
        self.count = 0
        self.open()

    def open(self) -> None:
        """Start with the accounts and nothing else."""
        self.state = LedgerState({account.code: account for account in ACCOUNTS})

    def post(self, transfers: Sequence[Transfer]) -> Applied:
        """Book what can be booked."""
        applied = apply(self.state, [replace(one, t=self.now) for one in transfers])
        self.state = self.state.after(applied)
        return applied

    def balances(self) -> dict[str, Balance]:
        """Return the balances as the ledger has them."""
        return {code: self.state.balances.get(code, Balance()) for code in CODES}

    def holds(self) -> list[Transfer]:
        """Return the open holds as the ledger has them."""
        return self.state.open_holds

    def lines(self) -> list[Transfer]:
        """Return all transfers as the ledger has them."""
        return list(self.state.transfers.values())

    def draft(self, debit: str, credit: str, amount: int, held: bool, timeout: int) -> Transfer:
        self.count += 1
        asset = next(account.asset for account in ACCOUNTS if account.code == debit)
        phase = Phase.PENDING if held else Phase.POSTED
        timeout_s = timeout if held else 0
        return Transfer(
            f"T{self.count}",
            debit,
            credit,
            amount,
            asset,
            "",
            phase,
            timeout_s=timeout_s,
            t=self.now,
        )

    def ending(self, pick: int, phase: Phase, amount: int) -> Transfer | None:
        known = [one for one in self.oracle.done.values() if one.phase is Phase.PENDING]
        if not known:
            return None
        hold = known[pick % len(known)]
        self.count += 1
        whole = phase is not Phase.POST
        end = resolution(hold, f"T{self.count}", phase, 0 if whole else amount)
        return replace(end, t=self.now)

    def agree(self, transfers: Sequence[Transfer], expected: Sequence[bool]) -> None:
        before = self.balances()
        applied = self.post(transfers)
        assert [outcome.refusal is None for outcome in applied.outcomes] == list(expected)
        if not any(expected):
            assert self.balances() == before
            assert not applied.balances

    @initialize(amount=st.integers(0, 100))
    def pay_in(self, amount: int) -> None:
        if amount:
            self.move("bank", "prepaid:F", amount, False, 0)

    @rule(debit=codes, credit=codes, amount=amounts, held=st.booleans(), timeout=st.integers(0, 3))
    def move(self, debit: str, credit: str, amount: int, held: bool, timeout: int) -> None:
        one = self.draft(debit, credit, amount, held, timeout)
        self.agree([one], [self.oracle.takes(one)])

    @rule(amounts=st.lists(amounts, min_size=2, max_size=5), held=st.booleans())
    def move_many(self, amounts: list[int], held: bool) -> None:
        many = [self.draft("prepaid:F", "revenue", one, held, 0) for one in amounts]
        self.agree(many, [self.oracle.takes(one) for one in many])

    @rule(pick=st.integers(0, 99), phase=st.sampled_from(Phase), amount=amounts)
    def end_hold(self, pick: int, phase: Phase, amount: int) -> None:
        one = self.ending(pick, phase, amount) if phase.resolves else None
        if one is not None:
            self.agree([one], [self.oracle.takes(one)])

    @rule(
        moves=st.lists(st.tuples(codes, codes, amounts, st.booleans()), min_size=1, max_size=3),
        pick=st.integers(0, 99),
        ends=st.booleans(),
    )
    def move_group(self, moves: list[tuple[str, str, int, bool]], pick: int, ends: bool) -> None:
        members = [self.draft(d, c, a, held, 0) for d, c, a, held in moves]
        end = self.ending(pick, Phase.VOID, 0) if ends else None
        members = [*([end] if end else []), *members]
        members = [replace(one, link_group=f"G{self.count}") for one in members]
        self.agree(members, [self.oracle.tries(members)] * len(members))

    @precondition(lambda self: self.oracle.done)
    @rule(pick=st.integers(0, 99), change=st.booleans())
    def repeat(self, pick: int, change: bool) -> None:
        known = list(self.oracle.done.values())
        one = known[pick % len(known)]
        if one.link_group and not change:
            again = [other for other in known if other.link_group == one.link_group]
        else:
            again = [replace(one, amount=one.amount + 1, link_group="") if change else one]
        before = self.balances()
        applied = self.post(again)
        assert not applied.booked
        assert all(outcome.repeated is not change for outcome in applied.outcomes)
        assert self.balances() == before

    @rule(seconds=st.integers(0, 3))
    def wait(self, seconds: int) -> None:
        self.now += seconds

    @rule()
    def expire(self) -> None:
        due = expiries(self.holds(), self.now)
        self.agree(due, [self.oracle.takes(replace(one, t=self.now)) for one in due])
        assert not expiries(self.holds(), self.now)

    @invariant()
    def balances_agree(self) -> None:
        kept = {code: Balance(*totals) for code, totals in self.oracle.books.items()}
        assert self.balances() == kept

    @invariant()
    def sums_agree(self) -> None:
        assert imbalances(ACCOUNTS, self.balances(), self.holds()) == []
        assert {one.id for one in self.holds()} == set(self.oracle.holds)

    @invariant()
    def replay_agrees(self) -> None:
        rebuilt = replay(ACCOUNTS, self.lines())
        assert not rebuilt.failed
        assert {code: rebuilt.balance(code) for code in CODES} == self.balances()


class StoredLedger(PureLedger):
    """Drives the store; closing and opening it again changes nothing."""

    def fresh(self) -> Engine:
        """Return an empty store."""
        return self.store()

    def store(self) -> Engine:
        """Open the store as a process does."""
        return open_store(f"sqlite:///{self.folder}/entrepot.db", "H-MACHINE")

    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ledger-machine-"))
        self.engine: Engine = self.fresh()
        self.commands = 0

        def action(uow: Any) -> dict[str, object]:
            for one in ACCOUNTS:
                bounds = {"debit_bound": one.debit_bound, "credit_bound": one.credit_bound}
                uow.ledger.ensure_account(one.code, one.asset, **bounds)
            return {}

        self.command(action)

    def command(self, action: Callable[[Any], dict[str, object]]) -> None:
        self.commands += 1
        run_command(
            write_factory(self.engine),
            actor="machine",
            command="post",
            key=f"k{self.commands}",
            body={},
            now=self.now,
            action=action,
        )

    def post(self, transfers: Sequence[Transfer]) -> Applied:
        made: list[Applied] = []

        def action(uow: Any) -> dict[str, object]:
            made.append(uow.ledger.post_each(transfers))
            return {}

        self.command(action)
        return made[0]

    def balances(self) -> dict[str, Balance]:
        with read_factory(self.engine)() as uow:
            return uow.ledger.balances()

    def holds(self) -> list[Transfer]:
        with read_factory(self.engine)() as uow:
            return uow.ledger.open_holds()

    def lines(self) -> list[Transfer]:
        with read_factory(self.engine)() as uow:
            return [one for _, one in uow.ledger.transfers()]

    @rule()
    def reopen(self) -> None:
        self.engine.dispose()
        self.engine = self.store()

    def teardown(self) -> None:
        with read_factory(self.engine)() as uow:
            assert check_ledger(uow.conn) == []
        self.engine.dispose()
        shutil.rmtree(self.folder)


STEPS = size("LEDGER_STEPS", 20_000, 1_000_000)
PURE = settings(deadline=None, max_examples=max(STEPS // 40, 1), stateful_step_count=40)
STORED = settings(
    deadline=None,
    max_examples=20,
    stateful_step_count=20,
    suppress_health_check=[HealthCheck.too_slow],
)
HUNT = settings(PURE, max_examples=400, phases=[Part.generate], database=None, derandomize=True)


def test_the_rules_agree_with_the_oracle() -> None:
    run_state_machine_as_test(PureLedger, settings=PURE)
    figure("sequences", books="rules", steps_max=STEPS)


def test_the_store_agrees_with_the_oracle() -> None:
    run_state_machine_as_test(StoredLedger, settings=STORED)


class _Bugs:
    """Mistakes that a ledger could make, each one override of the true book."""

    base: ClassVar[Any] = module._Book

    class ForgetsOneSide(base):
        """1: a debit without its credit."""

        def book(self, transfer: Transfer) -> None:
            super().book(transfer)
            self.total(transfer.credit)[1] -= transfer.phase is Phase.POSTED

    class ReleasesTwice(base):
        """2: a void gives back more than was held."""

        def book(self, transfer: Transfer) -> None:
            super().book(transfer)
            if transfer.phase is Phase.VOID:
                self.total(transfer.debit)[2] -= transfer.amount
                self.total(transfer.credit)[3] -= transfer.amount

    class KeepsTheRest(base):
        """3: posting a part of a hold leaves the rest held."""

        def book(self, transfer: Transfer) -> None:
            super().book(transfer)
            if transfer.phase is Phase.POST:
                hold = self.known(transfer.pending_id)
                self.total(transfer.debit)[2] += hold.amount - transfer.amount
                self.total(transfer.credit)[3] += hold.amount - transfer.amount

    class IgnoresHolds(base):
        """4: the bound looks at what is posted only."""

        def _bounds(self, transfer: Transfer) -> Any:
            total = self.total(transfer.debit)
            held, total[2] = total[2], 0
            refusal = super()._bounds(transfer)
            total[2] = held
            return refusal

    class BooksBeforeRefusing(base):
        """5: a refusal leaves its trace."""

        def refusal(self, transfer: Transfer) -> Any:
            found = super().refusal(transfer)
            if found is not None and found.code == "ledger.funds":
                self.book(transfer)
            return found

    class BooksAgain(base):
        """6: the same id books a second time."""

        def single(self, transfer: Transfer) -> Any:
            outcome = super().single(transfer)
            if outcome.repeated and not transfer.phase.resolves:
                self.book(transfer)
            return outcome

    class KeepsHalfAGroup(base):
        """7: the members before the refused one stay booked."""

        def _all_or_none(self, group: str, members: Sequence[Transfer]) -> Any:
            return [self.single(member) for member in members]

    class EndsTwice(base):
        """8: a hold can be ended again."""

        def _hold(self, transfer: Transfer) -> Any:
            found = super()._hold(transfer)
            return None if found is not None and found.code == "ledger.resolved" else found

    class PostsMore(base):
        """8: more is posted than was held."""

        def _hold(self, transfer: Transfer) -> Any:
            found = super()._hold(transfer)
            return None if found is not None and found.code == "ledger.exceeds_hold" else found

    class ExpiresEarly(base):
        """8: a hold expires before its deadline."""

        def _hold(self, transfer: Transfer) -> Any:
            found = super()._hold(transfer)
            return None if found is not None and found.code == "ledger.not_due" else found


BUGS = [bug for name, bug in vars(_Bugs).items() if isinstance(bug, type) and name != "base"]


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_each_planted_bug_is_found(monkeypatch: pytest.MonkeyPatch, bug: type) -> None:
    monkeypatch.setattr(module, "_Book", bug)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(PureLedger, settings=HUNT)
