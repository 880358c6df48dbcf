"""What a word of the bank books: holds posted as far as they go, the rest as new transfers.

Nothing booked is ever edited. A return is a transfer back, a late payment is one more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from entrepot.domain.contracts import settlement as net
from entrepot.domain.contracts.bank_step import Step, bank_step
from entrepot.domain.contracts.funding import Booked, Mode, Own
from entrepot.domain.contracts.payment import one_order
from entrepot.domain.contracts.price_model import hkd_per_unit
from entrepot.domain.ledger.model import Phase, Transfer
from entrepot.kernel import ids
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.kernel.rounding import half_even
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.ports import UnitOfWork
from entrepot.services.postings import (
    Entry,
    conversion_entries,
    open_accounts,
    payout_entries,
    resolve,
    result_entry,
    transfers_of,
)
from entrepot.services.settle_records import (
    held_of,
    keep_debt,
    keep_own,
    maker,
    post_entries,
    write_batch,
)


def book_first(
    app: App, uow: UnitOfWork, record: r.Batch, batch: net.NettingBatch, moved: int
) -> None:
    """Book the first payment of a batch: whole, short or over; the holds are resolved.

    Args:
        app: the exchange.
        uow: the transaction.
        record: the batch as kept, with the bank's reference.
        batch: the same as the domain reads it.
        moved: CNH fen that have reached the centre, > 0.
    """
    values, cause = _values(batch), f"batch:{batch.id}"
    both = batch.mode == Mode.PVP
    before = _bought(values, batch.booked) if both else batch.booked
    before = _with_own(app, uow, batch, before, moved)
    booked, step = bank_step(values, before, moved)
    entries = _entries(batch.centre, step)
    if both:
        entries = [*_purchase(values), *payout_entries(batch.centre, step.paid)]
    posted = _resolve(app, held_of(uow, cause), entries)
    posted += transfers_of(result_entry(step.realised), maker(app), f"{cause}:realised")
    open_accounts(uow.ledger, posted)
    uow.ledger.post(posted)
    keep_own(app, uow, batch.id, step.own.cnh_minor, step.own.hkd_minor, "not needed")
    cnh = values.total.minor - moved
    hkd = (values.carrying - booked.carried).minor
    keep_debt(app, uow, batch, cnh, hkd, "short" if cnh > 0 else "over")
    sealed = replace(record, journal_hash=uow.journal_head())
    write_batch(uow, sealed, net.move(replace(batch, booked=booked), _state(values, moved)))


def book_more(
    app: App, uow: UnitOfWork, record: r.Batch, batch: net.NettingBatch, moved: int
) -> None:
    """Book what the bank moved after the first payment, or after a failure: more of it, or back.

    Args:
        app: the exchange.
        uow: the transaction.
        record: the batch as kept.
        batch: the same as the domain reads it.
        moved: CNH fen that have reached the centre in all, ≥ 0.
    """
    failed = batch.state == net.BatchState.FAILED
    before = _with_own(app, uow, batch, batch.booked, moved)
    booked, step = bank_step(_values(batch), before, moved, failed=failed)
    said = len(uow.settling.entries(batch.id))
    cause = f"batch:{batch.id}:word:{said}"
    entries = [*_entries(batch.centre, step), *result_entry(step.realised)]
    post_entries(app, uow, entries, cause)
    keep_own(app, uow, batch.id, step.own.cnh_minor, step.own.hkd_minor, "returned")
    why = "return" if step.paid < 0 else "late"
    keep_debt(app, uow, batch, -step.paid, -step.carried, why)
    state = batch.state if failed else _state(_values(batch), moved)
    write_batch(uow, record, replace(batch, booked=booked, state=state))


def book_funds(app: App, uow: UnitOfWork, record: r.Batch, batch: net.NettingBatch) -> None:
    """Book the RMB bought beforehand; they are kept for the batch until it is paid."""
    values, cause = _values(batch), f"batch:{batch.id}:fx"
    uow.ledger.post(resolve(held_of(uow, cause), maker(app), Phase.POST))
    booked = _bought(values, batch.booked)
    write_batch(uow, record, net.move(replace(batch, booked=booked), net.BatchState.FUNDED))


def book_kept(
    app: App, uow: UnitOfWork, record: r.Batch, batch: net.NettingBatch
) -> net.NettingBatch:
    """Book RMB that the bank bought for a batch that failed; they are our own."""
    values = _values(batch)
    post_entries(app, uow, _purchase(values), f"batch:{batch.id}:kept")
    keep_own(app, uow, batch.id, values.converted.minor, values.at_mid.minor, "bought, not paid")
    after = replace(batch, booked=replace(batch.booked, converted=values.converted))
    write_batch(uow, record, after)
    return after


def book_failure(
    app: App, uow: UnitOfWork, record: r.Batch, batch: net.NettingBatch, why: str
) -> None:
    """Void what is still held, and let the members go to another batch."""
    cause = f"batch:{batch.id}"
    funded = batch.booked.converted.minor > 0
    held = held_of(uow, cause) + ([] if funded else held_of(uow, f"{cause}:fx"))
    if held:
        uow.ledger.post(resolve(held, maker(app), Phase.VOID))
    kept = batch.booked
    keep_own(app, uow, batch.id, kept.reserved.minor, kept.reserved_cost.minor, "not paid")
    none = replace(kept, reserved=Amount(0, CNH), reserved_cost=Amount(0, HKD))
    write_batch(uow, record, net.fail(replace(batch, booked=none), why))
    uow.settlements.free_members(batch.id)
    uow.settling.free_debts(batch.id)


def _values(batch: net.NettingBatch) -> net.SettlementValues:
    assert batch.values is not None
    return batch.values


def _entries(centre: str, step: Step) -> list[Entry]:
    return [
        *conversion_entries(step.sold, step.spread, step.bought),
        *payout_entries(centre, step.paid),
    ]


def _state(values: net.SettlementValues, moved: int) -> net.BatchState:
    if moved >= values.total.minor:
        return net.BatchState.SETTLED
    return net.BatchState.PART_SETTLED if moved else net.BatchState.RETURNED


def _resolve(app: App, held: Sequence[Transfer], entries: Sequence[Entry]) -> list[Transfer]:
    """Post each hold as far as it is used, void it if it is not, and book what goes beyond it."""
    wanted = {entry.code: entry.minor for entry in entries}
    made: list[Transfer] = []
    for hold in held:
        used = min(wanted.get(hold.code, 0), hold.amount)
        wanted[hold.code] = wanted.get(hold.code, 0) - used
        made.append(
            replace(
                hold,
                id=app.ids.new(ids.TRANSFER),
                amount=used or hold.amount,
                phase=Phase.POST if used else Phase.VOID,
                pending_id=hold.id,
                link_group=f"{hold.cause}:post",
                t=0,
            )
        )
    beyond = [replace(entry, minor=wanted[entry.code]) for entry in entries]
    cause = held[0].cause if held else "batch"
    return made + transfers_of(beyond, maker(app), f"{cause}:beyond")


def _bought(values: net.SettlementValues, booked: Booked) -> Booked:
    """Return the books of a batch whose RMB are bought and kept for it, all of them."""
    return replace(
        booked,
        converted=values.converted,
        reserved=values.total,
        reserved_cost=values.at_mid + values.pool_cost,
    )


def _purchase(values: net.SettlementValues) -> list[Entry]:
    sold, spread, bought = values.at_mid.minor, values.spread.minor, values.converted.minor
    return conversion_entries(sold, spread, bought)


def _with_own(
    app: App, uow: UnitOfWork, batch: net.NettingBatch, booked: Booked, moved: int
) -> Booked:
    """Take from our account in RMB what was paid from it beyond what was kept for the batch.

    What is not there overdraws the account, at the batch's own rate; the next purchase of RMB
    makes it good.
    """
    beyond = moved - booked.paid.minor - booked.reserved.minor
    if one_order(batch) or beyond <= 0:
        return booked
    own = uow.settling.own()
    there = own.part(min(beyond, own.cnh_minor)) if own.cnh_minor > 0 else Own()
    rate = hkd_per_unit(CNH, _values(batch).fx)
    missing = half_even((beyond - there.cnh_minor) * rate)
    cost = there.hkd_minor + missing
    keep_own(app, uow, batch.id, -beyond, -cost, "paid beyond")
    return replace(
        booked,
        reserved=booked.reserved + Amount(beyond, CNH),
        reserved_cost=booked.reserved_cost + Amount(cost, HKD),
    )
