"""Orders to the bank for frozen batches: written, kept by reference, and noted as sent.

A batch above the house's limit is sent only after a second person has released it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from entrepot.domain.contracts import settlement as net
from entrepot.domain.contracts.funding import Leg, Mode
from entrepot.domain.contracts.payment import message_id_of, one_order, reference_of
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Invalid, Refused
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.four_eyes import approved_by
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_settlement import OrderLine
from entrepot.services.settle_records import again, netting_of, the_batch, the_centre, write_batch

RELEASE = "settlement_release"
"""Kind of the proposal by which two persons release a batch."""


@dataclass(frozen=True, slots=True)
class OrderFile:
    """One file to the bank: which leg, its bytes, where it lies, what it pays."""

    leg: Leg
    data: bytes
    path: str
    batch_ids: tuple[str, ...]

    def pays(self, batch_id: str, leg: Leg) -> bool:
        """Say whether the file holds an order of a batch."""
        return self.leg == leg and batch_id in self.batch_ids


@dataclass(frozen=True, slots=True)
class Instruction:
    """A batch with the files that wait for the bank; ``file`` and ``path`` are of the last one."""

    batch: r.Batch
    files: tuple[OrderFile, ...]

    @property
    def file(self) -> bytes:
        """Bytes of the last file."""
        return self.files[-1].data

    @property
    def path(self) -> str:
        """Where the last file lies."""
        return self.files[-1].path


def instruct_bank(app: App, batch_id: str) -> Instruction:
    """Write the orders that are due for a batch and note them; the same batch, the same files.

    Raises:
        NotFound: no such batch.
        Conflict: the batch is past that.
        Refused: a second person has not released it.
    """
    record = the_batch(app, batch_id)
    files = tuple(_file(app, [record], leg, batch_id) for leg in legs_due(netting_of(record)))
    if record.state in ("frozen", "funded"):
        _note(app, [record], files)
        record = the_batch(app, batch_id)
    return Instruction(record, files)


def instruct_together(app: App, batch_ids: Sequence[str]) -> list[OrderFile]:
    """Write one order a value date and leg for many frozen batches, and note them all at once.

    Args:
        app: the exchange.
        batch_ids: frozen or funded batches, at least one.

    Raises:
        NotFound: no such batch.
        Conflict: a batch is past that.
        Refused: a second person has not released one of them; then none is sent.
    """
    records = [the_batch(app, name) for name in dict.fromkeys(batch_ids)]
    groups: dict[tuple[str, Leg], list[r.Batch]] = {}
    for record in records:
        for leg in legs_due(netting_of(record)):
            groups.setdefault((record.value_date, leg), []).append(record)
    if not groups:
        raise Invalid("settle.none", N_("No batch is named."), hint=N_("entrepot settle list"))
    made = [
        _file(app, some, leg, f"{day}.{sha256_hex(_names(some).encode())[:12]}")
        for (day, leg), some in groups.items()
    ]
    _note(app, [one for one in records if one.state in ("frozen", "funded")], made)
    return made


def _names(records: Sequence[r.Batch]) -> str:
    return " ".join(record.id for record in records)


def legs_due(batch: net.NettingBatch) -> tuple[Leg, ...]:
    """Return the orders that a batch needs now.

    >>> legs_due(net.NettingBatch("B-1", "demo", "2026-11-23"))
    (<Leg.PAY: 'pay'>,)
    """
    buys = batch.values is not None and batch.values.converted.minor > 0
    if batch.mode == Mode.PVP and buys:
        return (Leg.FX, Leg.PAY)
    early = (net.BatchState.FROZEN, net.BatchState.FUNDING)
    if batch.mode == Mode.PREFUNDED and buys and batch.state in early:
        return (Leg.FX,)
    return (Leg.PAY,)


def _file(app: App, records: Sequence[r.Batch], leg: Leg, name: str) -> OrderFile:
    pairs = [(record, the_centre(app, record.centre_id)) for record in records]
    data = app.documents.payment_order(pairs, leg.value)
    mark = ".fx" if leg == Leg.FX else ""
    path = app.save(f"payments/{name}{mark}.pain.001.xml", data)
    return OrderFile(leg, data, str(path), tuple(record.id for record in records))


def _note(app: App, records: Sequence[r.Batch], files: Sequence[OrderFile]) -> None:
    if not records:
        return
    now = app.clock.now()
    digests = [sha256_hex(file.data) for file in files]
    body: dict[str, object] = {"batches": [one.id for one in records], "sha256": digests}

    def action(uow: UnitOfWork) -> dict[str, object]:
        for one in records:
            _note_one(app, uow, one, files, now)
        return body

    marks = [f"{one.id}:{one.state}" for one in records]
    key = "instruct:" + (marks[0] if len(marks) == 1 else sha256_hex(" ".join(marks).encode()))
    app.store.command(app.actor, "settle.instruct", key, body, now, action)


def _note_one(
    app: App, uow: UnitOfWork, seen: r.Batch, files: Sequence[OrderFile], now: int
) -> None:
    record = again(uow, seen.id)
    see_release(app, uow, record)
    batch = netting_of(record)
    legs = legs_due(batch)
    to = net.BatchState.INSTRUCTED if Leg.PAY in legs else net.BatchState.FUNDING
    moved = net.move(batch, to)
    sent = ""
    for leg in legs:
        file = next(one for one in files if one.pays(batch.id, leg))
        line = _line(app, uow, batch, file, now)
        uow.settling.add_line(line)
        sent = line.digest if leg == Leg.PAY else sent
    write_batch(uow, record, moved, pain_digest=sent)


def _line(
    app: App, uow: UnitOfWork, batch: net.NettingBatch, file: OrderFile, now: int
) -> OrderLine:
    values, leg = batch.values, file.leg
    assert values is not None
    references = [reference_of(netting_of(again(uow, name)), leg) for name in file.batch_ids]
    buys = leg == Leg.FX
    return OrderLine(
        end_to_end_id=reference_of(batch, leg),
        message_id=message_id_of(references),
        digest=sha256_hex(file.data),
        batch_id=batch.id,
        leg=leg.value,
        asset=CNH.code,
        minor=values.converted.minor if buys else values.total.minor,
        sells_minor=values.paid.minor if buys or one_order(batch) else 0,
        made_at=now,
        made_by=app.actor,
    )


def needs_two(app: App, record: r.Batch) -> bool:
    """Say whether a batch is sent to the bank only after a second person has released it."""
    minor = max(record.mid_minor + record.spread_minor, record.carrying_minor)
    return minor > app.settings.release_alone_cents


def see_release(app: App, uow: UnitOfWork, record: r.Batch) -> None:
    """See that a second person released a batch, where the house asks for two.

    Raises:
        Refused: nobody did.
    """
    if needs_two(app, record) and approved_by(uow, RELEASE, record.id) is None:
        raise Refused(
            "settle.release",
            N_("Batch {id} costs {amount}; above {limit}, a second person releases it."),
            hint=N_("As another person: ENTREPOT_ACTOR=NAME entrepot settle release {id}"),
            id=record.id,
            amount=str(Amount(record.mid_minor + record.spread_minor, HKD)),
            limit=str(Amount(app.settings.release_alone_cents, HKD)),
        )
