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
from entrepot.domain.contracts.funding import FX_MARK, Leg, Mode
from entrepot.domain.contracts.matching import BankStatus, Confirmation
from entrepot.kernel import ids
from entrepot.kernel.canonical import digest
from entrepot.kernel.money import CNH, HKD
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.bank_books import book_failure, book_first, book_funds, book_more
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_settlement import BankEntry, OrderLine
from entrepot.services.settle_records import again, netting_of, the_batch

NOT_INSTRUCTED = "not_instructed"
CONTRADICTION = "contradiction"
TOO_MUCH_BACK = "too_much_back"
WRONG_DAY = "wrong_day"
ANNOUNCED = "announced_return"
OTHER_HKD = "other_hkd"
BOUGHT_BEYOND = "bought_beyond"


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
        for entry in [one for notice in notices for one in _entries(app, uow, notice, now)]:
            kept = _place(uow, entry)
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
    elif moved != batch.booked.paid.minor and batch.state.value in (*net.DONE, "failed"):
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
        _paid_all_the_same(app, uow, batch.id, moved)
    elif moved > 0 and funded:
        reference = next(one.bank_reference for one in reversed(said) if one.minor > 0)
        book_first(app, uow, replace(record, bank_reference=reference), batch, moved)
    elif moved <= 0 and (refused or any(map(_paying, said))):
        why = refused[0].info if refused else "returned"
        book_failure(app, uow, record, batch, why)


def _paid_all_the_same(app: App, uow: UnitOfWork, batch_id: str, moved: int) -> None:
    """Book what reached the centre though its other leg failed; the centre owes it back."""
    if moved > 0:
        record = again(uow, batch_id)
        book_more(app, uow, record, netting_of(record), moved)


def _paying(entry: BankEntry) -> bool:
    return entry.leg == Leg.PAY and entry.asset == CNH.code


def moved_of(said: Sequence[BankEntry]) -> int:
    """Return CNH fen that have reached the centre by the bank's words, returns taken off."""
    return sum(one.minor for one in said if _paying(one))


def bought(batch: net.NettingBatch, said: Sequence[BankEntry]) -> bool:
    """Say whether the RMB of a batch are bought, or none are to be."""
    assert batch.values is not None
    return bought_of(said) == batch.values.converted.minor


def bought_of(said: Sequence[BankEntry]) -> int:
    """Return CNH fen that were bought for a batch by the bank's words."""
    return -sum(one.minor for one in said if one.leg == Leg.FX and one.asset == CNH.code)


def _entries(app: App, uow: UnitOfWork, notice: Confirmation, now: int) -> list[BankEntry]:
    """Return what a notice says as entries; a word on a whole file is one on each payment."""
    lines = uow.settling.lines(message_id=notice.end_to_end_id)
    whole = notice.status != BankStatus.BOOKED and len(lines) > 1
    names = [line.end_to_end_id for line in lines] if whole else [notice.end_to_end_id]
    return [_entry(app, replace(notice, end_to_end_id=name), now) for name in names]


def mark_of(notice: Confirmation) -> str:
    """Return what makes a word of the bank one thing, in whatever file it comes.

    A booking is one by the bank's reference, ours, its currency and its direction.
    """
    if notice.status != BankStatus.BOOKED or notice.amount is None:
        reference = notice.bank_reference
        return "|".join((notice.status, notice.end_to_end_id, reference, notice.reason))
    asset, side = notice.amount.asset.code, "D" if notice.amount.minor >= 0 else "C"
    return "|".join((notice.status, asset, side, notice.bank_reference, notice.end_to_end_id))


def _entry(app: App, notice: Confirmation, now: int) -> BankEntry:
    amount = notice.amount if notice.status == BankStatus.BOOKED else None
    asset, minor = (amount.asset.code, amount.minor) if amount else ("", 0)
    return BankEntry(
        id=app.ids.new(ids.BANK_ENTRY),
        mark=mark_of(notice),
        read_at=now,
        end_to_end_id=notice.end_to_end_id,
        asset=asset,
        minor=minor,
        status=notice.status.value,
        bank_reference=notice.bank_reference,
        booked_on=notice.booked_on,
        counterparty=notice.counterparty,
        info=notice.reason,
        batch_id=None,
        leg="",
        note="",
        matched_by="",
    )


def _place(uow: UnitOfWork, entry: BankEntry) -> BankEntry | None:
    """Keep an entry with the order that it belongs to; None if it was told before."""
    known = uow.settling.marked([entry.mark]).get(entry.mark)
    if known is not None:
        if known.minor == entry.minor:
            return None
        entry = replace(entry, mark=f"{entry.mark}|{entry.minor}", note=CONTRADICTION)
    else:
        entry = placed(uow, entry, line_of(uow, entry.end_to_end_id))
    return entry if uow.settling.add_entry(entry) else None


def line_of(uow: UnitOfWork, reference: str) -> OrderLine | None:
    """Return the order of a reference; one order also buys the RMB that it pays with."""
    found = uow.settling.line(reference)
    if found is None and reference.endswith(FX_MARK):
        found = uow.settling.line(reference.removesuffix(FX_MARK))
        return replace(found, leg=Leg.FX.value) if found else None
    return found


def placed(uow: UnitOfWork, entry: BankEntry, line: OrderLine | None) -> BankEntry:
    """Return an entry with batch, leg and what is out of the ordinary about it."""
    batch_id, leg = (line.batch_id, line.leg) if line else _older(uow, entry.end_to_end_id)
    record = uow.settlements.batch(batch_id) if batch_id else None
    if record is None:
        return entry
    if record.state in ("frozen", "funding", "funded") and leg == Leg.PAY:
        return replace(entry, note=NOT_INSTRUCTED)
    if leg == Leg.FX and entry.asset == CNH.code and _beyond(uow, record, entry):
        return replace(entry, note=BOUGHT_BEYOND)
    note = ""
    pays = leg == Leg.PAY and entry.asset == CNH.code
    if pays and moved_of(uow.settling.entries(record.id)) + entry.minor < 0:
        return replace(entry, note=TOO_MUCH_BACK)
    if pays and entry.minor > 0 and entry.booked_on != record.value_date:
        note = WRONG_DAY
    if line and entry.asset == HKD.code and entry.minor not in (0, line.sells_minor):
        note = OTHER_HKD
    if entry.status == BankStatus.REJECTED and record.state in net.DONE:
        note = ANNOUNCED
    return replace(entry, batch_id=record.id, leg=leg, note=note)


def _beyond(uow: UnitOfWork, record: r.Batch, entry: BankEntry) -> bool:
    """Say whether more RMB came, or went back, than was ordered for a batch."""
    values = netting_of(record).values
    said = uow.settling.entries(record.id)
    came = bought_of(said) - entry.minor
    return values is None or not 0 <= came <= values.converted.minor


def _older(uow: UnitOfWork, reference: str) -> tuple[str, str]:
    """Find a batch whose order was sent before orders were kept by their reference."""
    record = uow.settlements.batch(reference)
    return (record.id, Leg.PAY.value) if record is not None else ("", "")


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
