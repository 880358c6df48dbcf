"""What has to hold in the simulator: after every commit, and when everything has been told."""

from __future__ import annotations

from typing import Any, cast

from tests.faults.sim_bank import SimBank
from tests.faults.sim_store import SimUow

from entrepot.domain.contracts import settlement as net
from entrepot.kernel.money import CNH, HKD
from entrepot.services.check import _batches
from entrepot.services.check_settlement import settlement_problems
from entrepot.services.settle_records import netting_of


def step_problems(uow: SimUow) -> list[str]:
    """Return what a commit has broken; the checks of the house are the first to look."""
    real = cast(Any, uow)
    return _sums(uow) or [
        *settlement_problems(real),
        *_batches(real),
        *_held_for_nobody(uow),
        *_twice(uow),
        *_bills(uow),
    ]


def _sums(uow: SimUow) -> list[str]:
    """Debits are credits, holds are held, nothing is below nought: plainer than ``trial.py``."""
    sums: dict[str, list[int]] = {}
    balances = uow.kept.ledger.balances
    for code, one in balances.items():
        four = (one.debits_posted, one.credits_posted, one.debits_pending, one.credits_pending)
        if min(four) < 0:
            return [f"{code} has a total below nought"]
        total = sums.setdefault(uow.kept.ledger.accounts[code].asset, [0, 0, 0, 0])
        for side, minor in enumerate(four):
            total[side] += minor
    for one in _holds(uow):
        sums[one.asset][2] -= one.amount
        sums[one.asset][3] -= one.amount
    wrong = {
        asset: total for asset, total in sums.items() if total[0] != total[1] or any(total[2:])
    }
    return [f"{asset}: debits, credits and holds do not agree" for asset in wrong]


def _holds(uow: SimUow) -> list[Any]:
    return uow.ledger.open_holds()


def _held_for_nobody(uow: SimUow) -> list[str]:
    """Every hold is of a batch that waits for the bank."""
    live = {one.id for one in uow.settlements.batches(net.LIVE)}
    causes = sorted({one.cause.split(":")[1] for one in _holds(uow)})
    return [f"money is held for {one}, which does not wait" for one in causes if one not in live]


def _twice(uow: SimUow) -> list[str]:
    """An invoice is in one batch that lives or has paid."""
    seen: dict[str, str] = {}
    found: list[str] = []
    for record in uow.settlements.batches((*net.LIVE, *net.DONE)):
        for member in netting_of(record).members:
            if seen.setdefault(member.invoice, record.id) != record.id:
                found.append(f"{member.invoice} is in {seen[member.invoice]} and {record.id}")
    return found


def _bills(uow: SimUow) -> list[str]:
    """What the bills charge stands in revenue, and their numbers are unlike."""
    bills = uow.deals.invoices()
    charged, booked = sum(one.total_minor for one in bills), uow.ledger.balance("revenue")
    found = [] if charged == booked.credit_net else [f"bills {charged}, revenue {booked}"]
    if len({one.number for one in bills}) != len(bills):
        found.append("one use was billed twice")
    return found


def final_problems(uow: SimUow, bank: SimBank, capital: int) -> list[str]:
    """Return what is wrong when all is told: books against the bank, and nobody left unpaid."""
    found = [*step_problems(uow), *bank.problems]
    found += [f"{one} was ordered {n} times" for one, n in bank.asked.items() if n > 1]
    found += [f"batch {one.id} still waits" for one in uow.settlements.batches(net.LIVE)]
    found += [f"{one.end_to_end_id}: {one.note or 'unmatched'}" for one in _unmatched(uow)]
    for centre in uow.kept.centres:
        owed = sum(one.centre_minor for one in uow.deals.invoices() if one.centre_id == centre)
        paid = _paid(uow, bank, centre)
        payable = uow.ledger.balance(f"payable:{centre}").credit_net
        if owed - paid != payable:
            found.append(f"{centre} is owed {owed}, the bank paid {paid}, the books say {payable}")
        if payable > 0:
            found.append(f"{centre} is left with {payable} unpaid")
    return found + _accounts(uow, bank, capital)


def _unmatched(uow: SimUow) -> list[Any]:
    return uow.settling.entries(unmatched=True)


def _paid(uow: SimUow, bank: SimBank, centre: str) -> int:
    """Return what the bank has really paid a centre, CNH fen."""
    total = 0
    for one in bank.truth:
        line = uow.settling.line(one.end_to_end_id)
        if line is None or one.amount is None or one.amount.asset != CNH:
            continue
        batch = uow.settlements.batch(line.batch_id)
        if line.leg == "pay" and batch is not None and batch.centre_id == centre:
            total += one.amount.minor
    return total


def _accounts(uow: SimUow, bank: SimBank, capital: int) -> list[str]:
    """The house's accounts hold what the bank says, HKD to a rounding a booking."""
    moved = dict.fromkeys((CNH, HKD), 0)
    for one in bank.truth:
        if one.amount is not None:
            moved[one.amount.asset] += one.amount.minor
    income = sum(one.total_minor for one in uow.deals.invoices())
    hkd = capital + income - moved[HKD] - uow.ledger.balance("bank").debit_net
    cnh = -moved[CNH] - uow.ledger.balance("bank_cnh").debit_net
    found = [f"the bank holds {cnh} fen more than the books"] if cnh else []
    if abs(hkd) > len(bank.truth):
        found.append(f"the bank holds {hkd} cents more than the books")
    return found
