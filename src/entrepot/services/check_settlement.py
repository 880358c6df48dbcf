"""Hold the settlement against the books: what is open, what the bank moved, what a batch is.

fx_clearing_cnh   = CNH owed − RMB bought and not yet paid out
fx_clearing_hkd   = HKD at which the same stand
paid of a batch   = what the bank said it moved
members           = what the batch was frozen with
"""

from __future__ import annotations

from entrepot.domain.contracts import settlement as net
from entrepot.services import records as r
from entrepot.services.bank_entries import moved_of
from entrepot.services.ports import UnitOfWork
from entrepot.services.settle_records import netting_of


def settlement_problems(uow: UnitOfWork) -> list[str]:
    """Return one sentence a problem; none means proven.

    Args:
        uow: one view of everything kept.
    """
    problems = _position(uow)
    for batch in uow.settlements.batches():
        problems.extend(_terms(uow, batch))
        problems.extend(_words(uow, batch))
    return problems


def _position(uow: UnitOfWork) -> list[str]:
    """What the clearing accounts hold is what is owed, less the RMB that wait to be paid."""
    cnh, hkd = _owed(uow)
    own_cnh, own_hkd = _waiting(uow)
    found_cnh = uow.ledger.balance("fx_clearing_cnh").debit_net
    found_hkd = uow.ledger.balance("fx_clearing_hkd").credit_net
    problems: list[str] = []
    if found_cnh != cnh - own_cnh:
        problems.append(f"exchange clearing: {found_cnh} fen, open debts less RMB {cnh - own_cnh}")
    # Money changed at a month's end stands beside the debts until the next day takes it back.
    found_hkd -= uow.ledger.balance("fx_unrealised").debit_net
    if found_hkd != hkd - own_hkd:
        problems.append(f"exchange clearing: {found_hkd} cents, carrying {hkd - own_hkd}")
    return problems


def _owed(uow: UnitOfWork) -> tuple[int, int]:
    done = {batch.id for batch in uow.settlements.batches(net.DONE)}
    invoices = [i for i in uow.deals.invoices() if i.batch_id not in done]
    debts = [d for d in uow.settling.debts() if d.batch_id not in done]
    return (
        sum(i.centre_minor for i in invoices) + sum(d.centre_minor for d in debts),
        sum(i.carrying_minor for i in invoices) + sum(d.carrying_minor for d in debts),
    )


def _waiting(uow: UnitOfWork) -> tuple[int, int]:
    """RMB that are the branch's own, and those kept for batches that are not paid yet."""
    own = uow.settling.own()
    kept = [netting_of(one).booked for one in uow.settlements.batches(net.LIVE)]
    return (
        own.cnh_minor + sum(one.reserved.minor for one in kept),
        own.hkd_minor + sum(one.reserved_cost.minor for one in kept),
    )


def _terms(uow: UnitOfWork, batch: r.Batch) -> list[str]:
    """A batch still is what it was when it was frozen."""
    body = netting_of(batch)
    members = sorted((m.invoice, m.owed.minor, m.carrying.minor) for m in body.members)
    kept = sorted(uow.settling.members(batch.id))
    stated = [batch.centre_minor, batch.mid_minor, batch.spread_minor, batch.carrying_minor]
    values = body.values
    frozen = (
        [values.total.minor, values.at_mid.minor, values.spread.minor, values.carrying.minor]
        if values
        else stated
    )
    same = (body.id, body.centre, body.value_date) == (batch.id, batch.centre_id, batch.value_date)
    if (kept and members != kept) or stated != frozen or not same:
        return [f"batch {batch.id}: its terms are not those it was frozen with"]
    if sum(cnh for _, cnh, _ in members) != batch.centre_minor:
        return [f"batch {batch.id}: members sum to another amount than it pays"]
    return []


def _words(uow: UnitOfWork, batch: r.Batch) -> list[str]:
    """What is booked of a batch is what the bank said; its orders ask for what it pays."""
    said, body = uow.settling.entries(batch.id), netting_of(batch)
    problems = _orders(uow, body)
    if said and batch.state in (*net.DONE, "failed") and moved_of(said) != body.booked.paid.minor:
        problems.append(
            f"batch {batch.id}: the bank moved {moved_of(said)}, booked is {body.booked.paid.minor}"
        )
    return problems


def _orders(uow: UnitOfWork, body: net.NettingBatch) -> list[str]:
    values = body.values
    problems: list[str] = []
    for line in uow.settling.lines(batch_id=body.id):
        asked = (
            values.converted if values and line.leg == "fx" else values.total if values else None
        )
        if asked is None or line.minor != asked.minor:
            problems.append(f"batch {body.id}: the order {line.end_to_end_id} asks another amount")
    return problems
