"""Settlement against a bank that says anything in any order, held against plain sums.

Invariants 16 (each leg balances, paid = carrying + realised, full settlement leaves nothing), 19
(an invoice is in one live batch at most, frozen batches are immutable, NbOfTxs and CtrlSum are the
batch) and 20 (matched + unmatched = statement). Each has a planted bug that these tests catch.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.unit.services.desk import CENTRE, Desk, open_desk
from tests.unit.services.settle_tools import add_bills, problems, residue

from entrepot.domain.contracts import bank_step as steps
from entrepot.domain.contracts.funding import Mode
from entrepot.domain.contracts.matching import BankStatus, Confirmation
from entrepot.kernel.money import CNH, Amount
from entrepot.services import bank_entries, bank_word, settle
from entrepot.services.bank_word import hear_bank
from entrepot.services.check_settlement import settlement_problems
from entrepot.services.ports_settlement import BankEntry
from entrepot.services.settle_order import instruct_bank
from entrepot.services.settle_records import netting_of

Words = list[tuple[str, int, int]]
"""Kind, batch counted from the newest, percent of its amount."""

WORDS = st.lists(
    st.tuples(
        st.sampled_from(["booked", "booked", "back", "rejected", "again", "unknown", "fx"]),
        st.integers(0, 2),
        st.sampled_from([1, 40, 60, 99, 100, 100, 100, 101, 150]),
    ),
    max_size=5,
)
ROUNDS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(list(Mode)), WORDS), min_size=1, max_size=4
)


class Machine:
    """A home, the invoices that were made, and everything that its bank has said."""

    def __init__(self, home: Path) -> None:
        self.desk: Desk = open_desk(home)
        self.bills = self.word = 0
        self.told: list[Confirmation] = []

    def play(self, rounds: list[tuple[int, Mode, Words]]) -> None:
        for n, (bills, mode, words) in enumerate(rounds):
            self.bill(bills)
            settle.freeze_batch(self.desk, CENTRE, f"freeze-{n}", mode)
            self.instruct()
            for kind, which, percent in words:
                self.say(kind, which, percent)
                self.instruct()
            assert problems(self.desk) == []
            self.see_members()

    def bill(self, count: int) -> None:
        if count:
            first = self.bills + 1
            self.bills += count
            amounts = [(n, CENTRE, 97 * n, 107 * n) for n in range(first, self.bills + 1)]
            add_bills(self.desk, amounts)

    def batches(self) -> list[Any]:
        with self.desk.store.reading() as uow:
            return uow.settlements.batches()

    def instruct(self) -> None:
        for batch in self.batches():
            if batch.state in ("frozen", "funded"):
                for file in instruct_bank(self.desk, batch.id).files:
                    self.see_order(file.data, batch, file.leg)

    def see_order(self, data: bytes, batch: Any, leg: str) -> None:
        values = netting_of(batch).values
        assert values is not None
        asked = values.converted if leg == "fx" else values.total
        counts = re.findall(rb"<NbOfTxs>(\d+)</NbOfTxs>", data)
        sums = re.findall(rb"<CtrlSum>([\d.]+)</CtrlSum>", data)
        assert set(counts) == {b"1"}
        assert {Decimal(text.decode()) for text in sums} == {asked.major}

    def say(self, kind: str, which: int, percent: int) -> None:
        batches = self.batches()
        if not batches:
            return
        batch = batches[min(which, len(batches) - 1)]
        self.word += 1
        reference = f"W{self.word}"
        minor = -(-batch.centre_minor * percent // 100)
        notice = Confirmation(batch.id, Amount(minor, CNH), BankStatus.BOOKED, reference, "", "")
        if kind == "back":
            notice = replace(notice, amount=Amount(-minor, CNH))
        elif kind == "rejected":
            notice = replace(notice, amount=None, status=BankStatus.REJECTED)
        elif kind == "again" and self.told:
            notice = self.told[-1]
        elif kind == "unknown":
            notice = replace(notice, end_to_end_id="?")
        elif kind == "fx":
            values = netting_of(batch).values
            bought = values.converted if values else Amount(0, CNH)
            notice = replace(notice, end_to_end_id=f"{batch.id}-FX", amount=-bought)
        self.told.append(notice)
        hear_bank(self.desk, [notice])

    def see_members(self) -> None:
        """No invoice is a member of two batches whose members are not free again."""
        seen: dict[str, str] = {}
        for batch in self.batches():
            if batch.state != "failed":
                for member in netting_of(batch).members:
                    assert seen.setdefault(member.invoice, batch.id) == batch.id

    def see_words(self) -> None:
        """Invariant 20: every word of the bank is kept once, matched or unmatched."""
        booked = {bank_entries.mark_of(one): one for one in self.told if one.amount is not None}
        with self.desk.store.reading() as uow:
            kept = [one for one in uow.settling.entries() if one.status == "booked"]
            unmatched = uow.settling.entries(unmatched=True)
        matched = [one for one in kept if one.batch_id is not None]
        assert len(matched) + len(unmatched) == len(kept) == len(booked)
        said = sum(one.amount.minor for one in booked.values() if one.amount is not None)
        assert sum(one.minor for one in [*matched, *unmatched]) == said

    def finish(self) -> None:
        """Let the bank behave until nothing is open; then nothing is left but a debt to us."""
        for n in range(8):
            made = settle.freeze_batch(self.desk, CENTRE, f"finish-{n}", Mode.PREFUNDED)
            if n and made is None:
                break
            for _ in range(3):
                self.instruct()
                for batch in self.batches():
                    self.obey(batch)
        with self.desk.store.reading() as uow:
            owed = sum(debt.centre_minor for debt in uow.settling.debts(open_only=True))
            live = uow.settlements.batches(settle.net.LIVE)
        assert live == []
        assert owed <= 0
        assert problems(self.desk) == []
        if owed == 0:
            found = residue(self.desk)
            assert set(found) <= {"bank_cnh", "fx_clearing_hkd", "fx_clearing_cnh"}

    def obey(self, batch: Any) -> None:
        values = netting_of(batch).values
        assert values is not None
        day, good = batch.value_date, BankStatus.BOOKED
        bought = -values.converted
        fx = Confirmation(f"{batch.id}-FX", bought, good, f"{batch.id}-F", day)
        with self.desk.store.reading() as uow:
            said = uow.settling.entries(batch.id)
        buys = batch.state == "funding" or batch.body["mode"] == "pvp"
        if buys and not any(one.leg == "fx" and one.minor for one in said):
            hear_bank(self.desk, [fx])
        if batch.state == "instructed":
            left = values.total.minor - bank_entries.moved_of(said)
            if left > 0:
                amount = Amount(left, CNH)
                hear_bank(self.desk, [Confirmation(batch.id, amount, good, f"{batch.id}-P", day)])


def play(rounds: list[tuple[int, Mode, Words]], check: Callable[[Machine], None]) -> None:
    """Play rounds in a home of its own."""
    folder = Path(tempfile.mkdtemp(prefix="settle-"))
    try:
        machine = Machine(folder / "home")
        machine.play(rounds)
        check(machine)
        machine.desk.store.engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def whole(machine: Machine) -> None:
    machine.see_words()
    machine.finish()
    machine.see_members()


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(ROUNDS)
def test_whatever_the_bank_says_the_books_explain_it(
    rounds: list[tuple[int, Mode, Words]],
) -> None:
    play(rounds, whole)


ONE = [(2, Mode.PAY_AS_PAID, [("booked", 0, 100)])]
"""Two bills, one batch, paid."""


def test_planted_a_confirmation_told_twice_books_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Invariant 16 and 20: the mark of a booking forgets what makes it one."""
    told_twice = [(2, Mode.PAY_AS_PAID, [("booked", 0, 100), ("again", 0, 100)])]
    play(told_twice, whole)
    honest = bank_entries._entry
    count = iter(range(1_000_000))

    def fresh(app: Any, notice: Confirmation, now: int) -> BankEntry:
        return replace(honest(app, notice, now), mark=f"mark-{next(count)}")

    def twice(machine: Machine) -> None:
        hear_bank(machine.desk, [machine.told[0], machine.told[0]])
        machine.see_words()

    monkeypatch.setattr(bank_entries, "_entry", fresh)
    with pytest.raises(AssertionError):
        play(ONE, twice)


def test_planted_a_result_that_is_not_cost_less_carrying(monkeypatch: pytest.MonkeyPatch) -> None:
    """Invariant 16: the exchange result is dropped, so clearing keeps a residue."""
    honest = steps._pay

    def careless(*args: Any) -> Any:
        after, step = honest(*args)
        return after, replace(step, realised=0)

    from entrepot.services import bank_books

    assert bank_books.bank_step is steps.bank_step
    play(ONE, whole)
    monkeypatch.setattr(steps, "_pay", careless)
    with pytest.raises(AssertionError):
        play([(3, Mode.PAY_AS_PAID, [("booked", 0, 60)])], whole)


def test_planted_a_member_in_two_live_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Invariant 19: a batch takes what another one holds."""
    from entrepot.adapters.sql.settlements import SqlSettlements

    def held_too(self: Any, centre_id: str) -> list[Any]:
        from entrepot.adapters.sql import business_tables as t
        from entrepot.adapters.sql.deals import INVOICES

        return INVOICES.all(self._conn, t.invoice.c.centre_id == centre_id)

    def bind_nothing(self: Any, batch: Any, invoice_ids: Any) -> None:
        from entrepot.adapters.sql.settlements import BATCHES

        BATCHES.add(self._conn, batch)

    rounds = [(1, Mode.PREFUNDED, []), (1, Mode.PREFUNDED, [])]
    play(rounds, whole)
    monkeypatch.setattr(SqlSettlements, "open_invoices", held_too)
    with pytest.raises(Exception, match="another settlement batch"):
        play(rounds, whole)
    monkeypatch.setattr(SqlSettlements, "add_batch", bind_nothing)
    with pytest.raises(AssertionError):
        play(rounds, whole)


def test_planted_a_frozen_batch_that_is_changed() -> None:
    """Invariant 19: terms changed behind the database's fence are told by the proof."""

    def change(machine: Machine) -> None:
        desk = machine.desk
        with pytest.raises(Exception, match="append-only"):
            desk.sql("UPDATE batch SET centre_minor = centre_minor + 1")
        with pytest.raises(Exception, match="append-only"):
            desk.sql("UPDATE batch_member SET centre_minor = 1")
        body = "UPDATE batch SET body = replace(body, '\"minor\":97', '\"minor\":98')"
        desk.sql(body)
        with desk.store.reading() as uow:
            assert settlement_problems(uow) != []

    play([(2, Mode.PAY_AS_PAID, [])], change)


def test_planted_an_order_for_another_amount(monkeypatch: pytest.MonkeyPatch) -> None:
    """Invariant 19: NbOfTxs and CtrlSum are those of the batch."""
    from entrepot.domain.contracts import payment

    honest = payment._payment

    def short(*args: Any) -> Any:
        made = honest(*args)
        return replace(made, amount=made.amount - Amount(1, CNH))

    monkeypatch.setattr(payment, "_payment", short)
    with pytest.raises(AssertionError):
        play(ONE, whole)


def test_planted_an_unmatched_booking_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Invariant 20: what no order is known for is dropped."""
    rounds = [(1, Mode.PAY_AS_PAID, [("unknown", 0, 100)])]
    play(rounds, whole)
    honest = bank_word.place

    def dropping(uow: Any, entry: BankEntry) -> BankEntry | None:
        return honest(uow, entry) if entry.end_to_end_id != "?" else None

    monkeypatch.setattr(bank_word, "place", dropping)
    with pytest.raises(AssertionError):
        play(rounds, whole)
