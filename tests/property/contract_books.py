"""Random contracts through the real books, from the hold to the centre's money, day by day.

What is booked comes from the exchange's own functions and goes through journalled commands; the
oracle follows beside it. A day: holds, bills, prepaid and credit; then yesterday's payment orders
come back from the bank, customers on credit and programmes pay, and each centre's debt is netted.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.property.contract_draw import (
    DAY_S,
    FIRMS,
    FIRST_SECOND,
    PROGRAMMES,
    SETTLEMENT_SPREAD_BP,
    World,
)
from tests.property.contract_making import (
    Charged,
    Taken,
    charge,
    focus_sums,
    hold_of,
    rate_on,
    side_of,
    take,
)
from tests.property.contract_oracle import Oracle, bill_of
from tests.property.contract_plan import PlanMonths

from entrepot.domain.contracts import settlement as net
from entrepot.domain.contracts.price_model import Payout
from entrepot.domain.ledger.model import Phase, Transfer
from entrepot.kernel.money import HKD
from entrepot.kernel.period import local_day
from entrepot.services import postings
from entrepot.services.app import App
from entrepot.services.credit_line import LINES
from entrepot.services.postings import Entry, open_accounts, resolve, transfers_of

CREDIT_DAYS = 3
CAPITAL = 10**14
FAULTS_MAX = 10


@dataclass(frozen=True, slots=True)
class Ways:
    """The functions that say what is booked; a planted bug puts another in their place."""

    invoice: Callable[..., list[Entry]] = postings.invoice_entries
    hold_end: Callable[..., list[Transfer]] = postings.hold_end
    settlement: Callable[..., list[Entry]] = postings.settlement_entries
    realised: Callable[..., list[Entry]] = postings.realised_entry


@dataclass(slots=True)
class Sent:
    """A batch that waits for the bank."""

    batch: net.NettingBatch
    held: list[Transfer]


@dataclass(slots=True)
class Books:
    """The books of some contracts.

    Attributes:
        app: the exchange; world: where contracts come from; count: how many.
        in_a_command: contracts of one command; 1 = each by itself.
        ways: what is booked.
        faults: first differences of single contracts from the oracle.
    """

    app: App
    world: World
    count: int
    in_a_command: int
    ways: Ways = field(default_factory=Ways)
    say: Callable[[str], None] = print
    faults: list[str] = field(default_factory=list[str])
    oracle: Oracle = field(init=False)
    batches: int = 0
    failed: int = 0
    transfers: int = 0
    _commands: int = 0
    _due: dict[str, list[net.Member]] = field(
        default_factory=lambda: defaultdict[str, list[net.Member]](list)
    )
    _later: dict[int, list[Charged]] = field(
        default_factory=lambda: defaultdict[int, list[Charged]](list)
    )
    _sent: list[Sent] = field(default_factory=list[Sent])
    _vouchers: dict[str, int] = field(default_factory=lambda: defaultdict[str, int](int))
    _opened: set[str] = field(default_factory=set[str])
    _plans: PlanMonths = field(default_factory=PlanMonths)

    def __post_init__(self) -> None:
        self.oracle = Oracle(self.world)

    def play(self) -> None:
        """Take all contracts through, and the days after them until nothing is open."""
        capital = Entry("bank", "prepaid:F-CAPITAL", CAPITAL, HKD, "deposit")
        self._book(transfers_of([capital], self._id, "capital"), 0)
        self.oracle.move("bank", "prepaid:F-CAPITAL", CAPITAL)
        begun = told = time.monotonic()
        day = 0
        while day * self.world.a_day < self.count or self._open():
            first = day * self.world.a_day
            today = range(first, min(first + self.world.a_day, self.count))
            for at in range(0, len(today), self.in_a_command):
                self._contracts(today[at : at + self.in_a_command], day)
            self._end_of_day(day)
            day += 1
            if time.monotonic() - told > 15:
                told = time.monotonic()
                self.say(f"{min(day * self.world.a_day, self.count)} in {told - begun:.0f} s")

    def _open(self) -> bool:
        return bool(self._sent or self._later or any(self._due.values()))

    def _contracts(self, numbers: Iterable[int], day: int) -> None:
        taken = [take(self.world.contract(n), self.world, self._id()) for n in numbers]
        self._book([*self._funds(taken), *(t for one in taken for t in hold_of(one))], day)
        charged = [charge(one) for one in taken]
        bills = [transfer for one in charged for transfer in self._bill(one)]
        self._book(bills, day)
        for one in charged:
            self._keep(one)
        self._book(self._by_plan(charged), day)

    def _funds(self, taken: Sequence[Taken]) -> Iterator[Transfer]:
        """Yield deposits and credit for the most that contracts may cost, one a firm."""
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for one in taken:
            account = side_of(one)[0]
            sums[LINES if one.drawn.on_credit else "bank", account] += one.lease.hold_minor
        for (debit, credit), minor in sums.items():
            yield from transfers_of([Entry(debit, credit, minor, HKD, "fund")], self._id, "")

    def _bill(self, one: Charged) -> list[Transfer]:
        lease, cause = one.taken.lease, f"invoice:{one.paper.head.id}"
        entries = self.ways.invoice(lease.firm_id, lease.centre_id, one.billed, one.cost)
        ended = (lease, one.billed.payable_now.minor, self._id(), cause, side_of(one.taken))
        return [*transfers_of(entries, self._id, cause), *self.ways.hold_end(*ended)]

    def _keep(self, one: Charged) -> None:
        """Hold a bill against the oracle, and note who owes by it."""
        bill, paper = bill_of(one.taken.drawn, self.world), one.paper
        self.oracle.deposited(one.taken.drawn, bill)
        self.oracle.billed(one.taken.drawn, bill)
        lines = sum(line.amount.minor for line in paper.lines)
        for voucher in paper.vouchers:
            if voucher.payout == Payout.AT_PURCHASE:
                self._vouchers[voucher.programme] += voucher.amount.minor
        billed, paid = focus_sums(one)
        found = (lines, paper.total.minor, paper.payable.minor, billed * 100, paid * 100)
        right = (bill.total, bill.total, bill.payable, bill.payable, bill.owed)
        if found != right and len(self.faults) < FAULTS_MAX:
            self.faults.append(f"contract {one.taken.drawn.number}: {found}, wanted {right}")
        if one.taken.drawn.on_credit:
            self._later[one.taken.drawn.day].append(one)
        else:
            self._is_due(one)

    def _is_due(self, one: Charged) -> None:
        head, cost = one.paper.head, one.cost
        if cost.owed.minor:
            member = net.Member(head.id, head.number, cost.owed, cost.carrying)
            self._due[one.taken.lease.centre_id].append(member)

    def _by_plan(self, charged: Sequence[Charged]) -> list[Transfer]:
        made: list[Transfer] = []
        for firm, minor in self._plans.day(charged).items():
            made += self._month_charge(firm, minor, "plan")
        for one in charged:
            if one.taken.drawn.planned:
                self.oracle.planned(one.taken.drawn, bill_of(one.taken.drawn, self.world))
        return made

    def _month_charge(self, firm: str, minor: int, cause: str) -> list[Transfer]:
        """Charge, put on paper and collect what a plan says beside the bills."""
        owed, unbilled = f"receivable:{firm}", f"unbilled:{firm}"
        path = [(unbilled, "revenue"), (owed, unbilled), ("bank", owed)]
        if minor < 0:
            path = [(credit, debit) for debit, credit in path]
        entries = [Entry(debit, credit, abs(minor), HKD, "plan") for debit, credit in path]
        return transfers_of(entries, self._id, f"{cause}:{firm}:{self._commands}")

    def _end_of_day(self, day: int) -> None:
        self._hear_bank(day)
        self._customers_pay(day)
        if day % 7 == 6:
            self._programmes_pay(day)
        if _month(day) != _month(day + 1) or (day + 1) * self.world.a_day >= self.count:
            self._close_month(day)
        for centre in sorted(self._due):
            if self._due[centre]:
                self._freeze(centre, day)

    def _hear_bank(self, day: int) -> None:
        """Post what the bank has paid since yesterday, or void it and net it again."""
        sent, self._sent = self._sent, []
        for one in sent:
            batch, asked = one.batch, int(one.batch.value_date)
            if self.world.fails(asked, int(batch.centre.removeprefix("C-"))):
                self.failed += 1
                net.reopen(net.fail(batch, "refused"))
                self._book(resolve(one.held, self._id, Phase.VOID), day)
                self._due[batch.centre] = [*batch.members, *self._due[batch.centre]]
                continue
            values = net.settle(batch).values
            assert values is not None
            result = transfers_of(self.ways.realised(values), self._id, f"realised:{batch.id}")
            self._book([*resolve(one.held, self._id, Phase.POST), *result], day)
            self.batches += 1

    def _customers_pay(self, day: int) -> None:
        made: list[Transfer] = []
        for one in self._later.pop(day - CREDIT_DAYS, []):
            firm, minor = one.taken.firm, one.paper.payable.minor
            entries = [
                Entry("bank", f"receivable:{firm}", minor, HKD, "payment"),
                Entry(LINES, f"credit_line:{firm}", minor, HKD, "credit_line"),
            ]
            made += transfers_of(entries, self._id, f"receipt:{one.paper.head.id}")
            self._is_due(one)
        self.oracle.customers_pay(day - CREDIT_DAYS)
        self._book(made, day)

    def _programmes_pay(self, day: int) -> None:
        entries = [
            Entry("bank", f"voucher_receivable:{name}", minor, HKD, "voucher_paid")
            for name in PROGRAMMES
            if (minor := self._vouchers.pop(name, 0))
        ]
        self._book(transfers_of(entries, self._id, f"programmes:{day}"), day)
        self.oracle.programmes_pay()

    def _close_month(self, day: int) -> None:
        made: list[Transfer] = []
        for number in range(FIRMS):
            firm = f"F-{number}"
            if firm in self._plans.to_date:
                made += self._month_charge(firm, self._plans.close(firm), f"month:{day}")
                self.oracle.month_ends(number)
        self._book(made, day)

    def _freeze(self, centre: str, day: int) -> None:
        members, self._due[centre] = tuple(self._due[centre]), []
        batch = net.NettingBatch(f"B-{day}-{centre}", centre, str(day), members)
        fx = rate_on(self.world, "CNH", day)
        batch = net.freeze(batch, fx, SETTLEMENT_SPREAD_BP, FIRST_SECOND + day * DAY_S)
        assert batch.values is not None
        entries = self.ways.settlement(centre, batch.values)
        held = transfers_of(entries, self._id, f"batch:{batch.id}", Phase.PENDING)
        self._book(held, day)
        self._sent.append(Sent(net.instruct(batch), held))
        number = int(centre.removeprefix("C-"))
        if not self.world.fails(day, number):
            self.oracle.settled(number, day)

    def _id(self) -> str:
        self.transfers += 1
        return f"T-{self.transfers:026d}"

    def _book(self, transfers: list[Transfer], day: int) -> None:
        """Post transfers by one journalled command."""
        if not transfers:
            return

        def action(uow: Any) -> dict[str, object]:
            open_accounts(uow.ledger, self._first_seen(transfers))
            uow.ledger.post(transfers)
            return {"booked": len(transfers)}

        self._commands += 1
        now = FIRST_SECOND + day * DAY_S + DAY_S // 2
        self.app.store.command(
            "test", "test.book", f"k{self._commands}", {"n": len(transfers)}, now, action
        )

    def _first_seen(self, transfers: list[Transfer]) -> list[Transfer]:
        """Return those that touch an account which none before them has touched."""
        fresh: list[Transfer] = []
        for one in transfers:
            if one.debit not in self._opened or one.credit not in self._opened:
                self._opened.update((one.debit, one.credit))
                fresh.append(one)
        return fresh


def _month(day: int) -> int:
    return local_day(FIRST_SECOND + day * DAY_S).month
