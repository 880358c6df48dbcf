"""A month of settlement: 22 business days, many centres, and a bank that does everything wrong.

Every file goes through the folders of the simulated bank and is read back as the bank wrote it.
At the month's end every batch is settled or explained, and the bank's balances are the books'.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.unit.services.desk import CAPITAL, Desk, balance, open_desk
from tests.unit.services.persons import acting
from tests.unit.services.settle_tools import (
    add_bills,
    add_centres,
    fund,
    problems,
    residue,
    steady_ids,
)

from entrepot.domain.contracts.funding import Mode
from entrepot.kernel.money import CNH
from entrepot.kernel.period import HONG_KONG, is_business_day
from entrepot.services import bank_word, four_eyes, settle
from entrepot.services.bank_names import BankDayAsk
from entrepot.services.reconcile import (
    Reconciled,
    read_bank_files,
    reconcile,
    unmatched_entries,
)
from entrepot.services.settle_match import propose_match
from entrepot.services.settle_order import instruct_together

CENTRES, DAYS = 4, 22
MORE = 60_000_000
MIX = (
    "reject=90,delay=90,duplicate=90,twice=60,short=90,over=60,split=90,wrong-day=90,return=90,"
    "unknown-reference=90"
)
MODES = (Mode.PAY_AS_PAID, Mode.PREFUNDED, Mode.PVP)
EXPLAINED = {"settled", "part_settled", "returned", "failed"}


@dataclass
class Month:
    """The desk, its bank, and what happened."""

    desk: Desk
    messages: Path
    seed: str = "month"
    bills: int = 0
    behaved: Counter[str] = field(default_factory=Counter[str])
    last: dict[str, Reconciled] = field(default_factory=dict[str, Reconciled])

    def play(self) -> None:
        """Bill, freeze, send, let the bank speak, read it: day after day."""
        self.messages.mkdir()
        names = add_centres(self.desk, CENTRES)
        fund(self.desk, MORE)
        day = date(2026, 12, 1)
        for n in range(DAYS):
            self.day(day, names, MIX, n, bills=True)
            day = next_day(day)
        for n in range(DAYS, DAYS + 6):
            self.day(day, names, "", n, bills=False)
            day = next_day(day)

    def day(self, day: date, names: list[str], mix: str, n: int, *, bills: bool) -> None:
        noon = datetime.combine(day, time(11), HONG_KONG)
        self.desk.hand_clock.at = int(noon.timestamp())
        self.desk.hand_fx.of[CNH] = Fraction(1_090 + (n * 7) % 31, 1_000)
        if bills:
            self.bill(names, n)
        for k, name in enumerate(names):
            mode = MODES[(n + k) % 3] if bills else Mode.PREFUNDED
            settle.freeze_batch(self.desk, name, f"{day}:{name}", mode)
        self.send()
        self.hear(day, mix)
        self.match(str(day))

    def bill(self, names: list[str], n: int) -> None:
        made: list[tuple[int, str, int, int]] = []
        for k, name in enumerate(names):
            for one in range(1 + (n + k) % 2):
                self.bills += 1
                owed = 10_007 + 977 * ((self.bills * 7_919) % 101) + one
                made.append((self.bills, name, owed, owed * 109 // 100))
        add_bills(self.desk, made)

    def send(self) -> None:
        with self.desk.store.reading() as uow:
            waiting = uow.settlements.batches(("frozen", "funded"))
        if waiting:
            instruct_together(self.desk, [batch.id for batch in waiting])

    def hear(self, day: date, mix: str) -> None:
        orders = self.desk.home / "documents/payments"
        ask = BankDayAsk(orders, self.messages, "accept", mix, self.seed, day.isoformat(),
                         CAPITAL + MORE)  # fmt: skip
        files = [path.read_bytes() for path in self.desk.documents.simulate_folder(ask)]
        read_bank_files(self.desk, [file for file in files if b"camt.053" not in file])
        found = reconcile(self.desk, [file for file in files if b"camt.053" in file])
        self.last = {one.statement.opening.asset.code: one for one in found}
        for one in found:
            assert len(one.matched) + len(one.unmatched) == len(one.statement.entries)

    def match(self, day: str) -> None:
        """Two persons match what lost its reference, where one order fits it best."""
        for one in unmatched_entries(self.desk):
            if one.suggestions and one.suggestions[0].score >= 60:
                name = one.suggestions[0].batch_id
                key = f"{day}:{one.entry.id}"
                view = propose_match(self.desk, one.entry.id, name, key)
                four_eyes.approve(acting(self.desk, "second.person"), view.proposal.id, key)

    def states(self) -> Counter[str]:
        with self.desk.store.reading() as uow:
            return Counter(batch.state for batch in uow.settlements.batches())

    def notes(self) -> Counter[str]:
        with self.desk.store.reading() as uow:
            return Counter(entry.note for entry in uow.settling.entries() if entry.note)


def next_day(day: date) -> date:
    """Return the next business day of both places."""
    day += timedelta(days=1)
    while not is_business_day(day, "HK", "CN"):
        day += timedelta(days=1)
    return day


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    folder = tmp_path_factory.mktemp("month")
    environment = {"ENTREPOT_RELEASE_ALONE_CENTS": "100000000000"}
    made = Month(steady_ids(open_desk(folder / "home", environment)), folder / "bank")
    made.play()
    return made


def test_every_batch_is_settled_or_explained(month: Month) -> None:
    states = month.states()
    assert set(states) <= EXPLAINED
    assert min(states["settled"], states["failed"], states["part_settled"]) > 0
    assert {"wrong_day", "by_hand"} <= set(month.notes())
    assert unmatched_entries(month.desk) == []


def test_the_books_are_proven(month: Month) -> None:
    assert problems(month.desk) == []
    assert month.desk.store.verify_journal() == []


def test_no_centre_is_owed_anything_and_what_is_left_is_rmb_of_our_own(month: Month) -> None:
    with month.desk.store.reading() as uow:
        own, debts = uow.settling.own(), uow.settling.debts(open_only=True)
    left = residue(month.desk)
    owed = {code: minor for code, minor in left.items() if code.startswith("payable")}
    assert sum(debt.centre_minor for debt in debts) == -sum(owed.values()) <= 0
    assert left.get("bank_cnh", 0) == own.cnh_minor
    open_cnh = sum(debt.centre_minor for debt in debts) - own.cnh_minor
    open_hkd = sum(debt.carrying_minor for debt in debts) - own.hkd_minor
    assert left.get("fx_clearing_cnh", 0) == open_cnh
    assert left.get("fx_clearing_hkd", 0) == -open_hkd


def test_the_bank_holds_what_the_books_hold(month: Month) -> None:
    """Parts of an order are rounded by the bank and by us; a cent a part may lie between."""
    rmb, hkd = month.last["CNH"], month.last["HKD"]
    assert rmb.statement.closing.minor == balance(month.desk, "bank_cnh")
    parts = month.notes()["other_hkd"]
    assert abs(hkd.statement.closing.minor - balance(month.desk, "bank")) <= parts


def test_a_confirmation_that_books_twice_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted bug: what is told again counts as new."""
    honest: Callable[..., Any] = bank_word.place
    count = iter(range(1_000_000))

    def forgetful(uow: Any, entry: Any) -> Any:
        again = replace(entry, mark=f"{entry.mark}|{next(count)}")
        return honest(uow, entry) or honest(uow, again)

    monkeypatch.setattr(bank_word, "place", forgetful)
    monkeypatch.setattr("tests.e2e.test_settlement_month.DAYS", 2)
    monkeypatch.setattr("tests.e2e.test_settlement_month.MIX", "duplicate=1000")
    desk = open_desk(tmp_path / "home", {"ENTREPOT_RELEASE_ALONE_CENTS": "100000000000"})
    bad = Month(steady_ids(desk), tmp_path / "bank")
    bad.play()
    with pytest.raises(AssertionError):
        test_the_bank_holds_what_the_books_hold(bad)
