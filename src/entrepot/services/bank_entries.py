"""The bank's words one by one: what makes each one thing, and which order it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from entrepot.domain.contracts import settlement as net
from entrepot.domain.contracts.funding import FX_MARK, Leg
from entrepot.domain.contracts.matching import BankStatus, Confirmation
from entrepot.kernel import ids
from entrepot.kernel.money import CNH, HKD
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_settlement import BankEntry, OrderLine
from entrepot.services.settle_records import netting_of

NOT_INSTRUCTED = "not_instructed"
CONTRADICTION = "contradiction"
TOO_MUCH_BACK = "too_much_back"
WRONG_DAY = "wrong_day"
ANNOUNCED = "announced_return"
OTHER_HKD = "other_hkd"
BOUGHT_BEYOND = "bought_beyond"


def paying(entry: BankEntry) -> bool:
    """Say whether a word is about RMB for the centre."""
    return entry.leg == Leg.PAY and entry.asset == CNH.code


def moved_of(said: Sequence[BankEntry]) -> int:
    """Return CNH fen that have reached the centre by the bank's words, returns taken off."""
    return sum(one.minor for one in said if paying(one))


def bought_of(said: Sequence[BankEntry]) -> int:
    """Return CNH fen that were bought for a batch by the bank's words."""
    return -sum(one.minor for one in said if one.leg == Leg.FX and one.asset == CNH.code)


def entries_of(app: App, uow: UnitOfWork, notice: Confirmation, now: int) -> list[BankEntry]:
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


def place(uow: UnitOfWork, entry: BankEntry) -> BankEntry | None:
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
    if uow.settling.line(entry.end_to_end_id) and _beyond(uow, record, entry, leg):
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


def _beyond(uow: UnitOfWork, record: r.Batch, entry: BankEntry, leg: str) -> bool:
    """Say whether more RMB came, or went back, than was ordered for a batch."""
    if leg != Leg.FX or entry.asset != CNH.code:
        return False
    values = netting_of(record).values
    said = uow.settling.entries(record.id)
    came = bought_of(said) - entry.minor
    return values is None or not 0 <= came <= values.converted.minor


def _older(uow: UnitOfWork, reference: str) -> tuple[str, str]:
    """Find a batch whose order was sent before orders were kept by their reference."""
    record = uow.settlements.batch(reference)
    return (record.id, Leg.PAY.value) if record is not None else ("", "")
