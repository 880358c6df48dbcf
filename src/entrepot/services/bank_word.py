"""The bank's words: each kept once, matched to its order, and booked for what it says.

nothing moved, refused          failed: held money is free, the members go to another batch
moved = asked                   settled
moved < asked                   part-settled; the rest is a debt for the next batch
moved > asked                   settled; the centre owes the difference, the next batch nets it
more later                      discharges the rest, or is owed back
back later                      a transfer back; the debt is open again at its carrying value
told again                      nothing
no order known                  kept on the list for reconciliation, booked by nobody
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from entrepot.domain.contracts import settlement as net
from entrepot.domain.contracts.funding import Leg, Mode
from entrepot.domain.contracts.matching import BankStatus, Confirmation
from entrepot.kernel.canonical import digest
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.bank_books import (
    book_failure,
    book_first,
    book_funds,
    book_kept,
    book_more,
)
from entrepot.services.bank_entries import bought_of, entries_of, moved_of, paying, place
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_settlement import BankEntry
from entrepot.services.settle_records import again, netting_of, the_batch


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of the bank's words.

    Attributes:
        batches: ids of the batches that they were about.
        new: how many were new; repeated: told before; unmatched: ids of those without an order.
    """

    batches: tuple[str, ...]
    new: int
    repeated: int
    unmatched: tuple[str, ...]


def hear_bank(app: App, notices: Sequence[Confirmation]) -> Heard:
    """Take words of the bank, in any order, told once or more often.

    Args:
        app: the exchange.
        notices: what the bank's files say.

    Returns:
        What came of them; asked again, the same.

    Raises:
        Refused: the branch's account cannot bear what the bank says it paid.
    """
    now = app.clock.now()
    told = [_plain(notice) for notice in notices]

    def action(uow: UnitOfWork) -> dict[str, object]:
        touched: dict[str, None] = {}
        unmatched: list[str] = []
        new = 0
        for entry in [one for notice in notices for one in entries_of(app, uow, notice, now)]:
            kept = place(uow, entry)
            if kept is None:
                continue
            new += 1
            if kept.batch_id is not None:
                touched[kept.batch_id] = None
                judge(app, uow, kept.batch_id)
            elif kept.status == BankStatus.BOOKED:
                unmatched.append(kept.id)
        return {
            "batches": list(touched),
            "new": new,
            "repeated": len(notices) - new,
            "unmatched": unmatched,
        }

    key = f"bank:{digest(told)}"
    answer = app.store.command(app.actor, "settle.hear", key, {"told": told}, now, action)
    return _heard(answer)


def _heard(answer: r.Body) -> Heard:
    def names(key: str) -> tuple[str, ...]:
        found = answer[key]
        assert isinstance(found, list)
        return tuple(str(one) for one in found)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]

    new, repeated = answer["new"], answer["repeated"]
    assert isinstance(new, int) and isinstance(repeated, int)
    return Heard(names("batches"), new, max(repeated, 0), names("unmatched"))


def confirm_batch(app: App, batch_id: str, notices: Sequence[Confirmation]) -> r.Batch:
    """Take the bank's words on one batch and return it as it stands; others are left unheard.

    Raises:
        NotFound: no such batch.
        Refused: see :func:`hear_bank`.
    """
    record = the_batch(app, batch_id)
    reference = netting_of(record).end_to_end_id
    mine = [one for one in notices if one.end_to_end_id.startswith(reference)]
    if mine:
        hear_bank(app, mine)
    return the_batch(app, batch_id)


def judge(app: App, uow: UnitOfWork, batch_id: str) -> None:
    """Bring a batch to what all words of the bank together say of it."""
    record = again(uow, batch_id)
    batch = netting_of(record)
    said = uow.settling.entries(batch_id)
    moved = moved_of(said)
    if batch.state in (net.BatchState.FUNDING, net.BatchState.INSTRUCTED):
        _judge_live(app, uow, record, batch, said)
        return
    if batch.state == net.BatchState.FAILED and kept_rmb(batch, said):
        batch = book_kept(app, uow, record, batch)
        record = again(uow, batch_id)
    if moved != batch.booked.paid.minor and batch.state.value in (*net.DONE, "failed"):
        book_more(app, uow, record, batch, moved)


def _judge_live(
    app: App,
    uow: UnitOfWork,
    record: r.Batch,
    batch: net.NettingBatch,
    said: Sequence[BankEntry],
) -> None:
    moved, refused = moved_of(said), [one for one in said if one.status == BankStatus.REJECTED]
    if batch.state == net.BatchState.FUNDING:
        if bought(batch, said):
            book_funds(app, uow, record, batch)
        elif refused:
            book_failure(app, uow, record, batch, refused[0].info)
        return
    funded = batch.mode != Mode.PVP or bought(batch, said)
    if any(one.leg == Leg.FX for one in refused) and not funded:
        book_failure(app, uow, record, batch, refused[0].info)
        judge(app, uow, batch.id)
    elif moved > 0 and funded:
        reference = next(one.bank_reference for one in reversed(said) if one.minor > 0)
        book_first(app, uow, replace(record, bank_reference=reference), batch, moved)
    elif moved <= 0 and (refused or any(map(paying, said))):
        why = refused[0].info if refused else "returned"
        book_failure(app, uow, record, batch, why)
        judge(app, uow, batch.id)


def kept_rmb(batch: net.NettingBatch, said: Sequence[BankEntry]) -> bool:
    """Say whether the bank bought RMB for a batch that failed, and nobody has booked them yet.

    Both legs are void in the books then; what the bank did all the same is booked for what it is.
    """
    ordered = batch.mode != Mode.PAY_AS_PAID and not batch.booked.converted.minor
    return ordered and bought_of(said) > 0 and bought(batch, said)


def bought(batch: net.NettingBatch, said: Sequence[BankEntry]) -> bool:
    """Say whether the RMB of a batch are bought, or none are to be."""
    assert batch.values is not None
    return bought_of(said) == batch.values.converted.minor


def _plain(notice: Confirmation) -> dict[str, object]:
    amount = notice.amount
    return {
        "end_to_end_id": notice.end_to_end_id,
        "asset": amount.asset.code if amount else "",
        "minor": amount.minor if amount else 0,
        "status": notice.status.value,
        "bank_reference": notice.bank_reference,
        "booked_on": notice.booked_on,
        "reason": notice.reason,
    }
