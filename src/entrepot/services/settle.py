"""Settle with the centres: net, freeze, instruct the bank, match its word, close with a statement.

Each step is one transaction and finds by itself where the last one stopped, so that a killed
process goes on where it was: frozen → payment file → instructed → confirmation → settled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from entrepot.domain.contracts import settlement as net
from entrepot.domain.contracts.matching import Confirmation, Verdict, match
from entrepot.domain.contracts.plain import from_plain, to_plain
from entrepot.domain.ledger.model import Phase, Transfer
from entrepot.kernel import ids
from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import NotFound, Refused
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.kernel.period import local_day, next_business_day
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.ports import UnitOfWork
from entrepot.services.postings import (
    open_accounts,
    realised_entry,
    resolve,
    settlement_entries,
    transfers_of,
)


@dataclass(frozen=True, slots=True)
class Instruction:
    """A payment file that waits for the bank: batch, file content, where it lies."""

    batch: r.Batch
    file: bytes
    path: str


def freeze_batch(app: App, centre_id: str, key: str) -> r.Batch | None:
    """Net all open invoices of a centre into a frozen batch, at today's rate.

    Args:
        app: the exchange.
        centre_id: whom to pay.
        key: idempotency key.

    Returns:
        The batch, or None when the centre is owed nothing.

    Raises:
        NotFound: no such centre.
        Refused: the branch's bank account is short of HKD.
    """
    now = app.clock.now()
    day = local_day(now)
    fx = app.fx.rate(CNH, HKD, day)
    value_date = next_business_day(day, "HK", "CN", days=0)
    batch_id = app.ids.new(ids.BATCH)

    def action(uow: UnitOfWork) -> dict[str, object]:
        if uow.registry.centre(centre_id) is None:
            raise unknown_centre(centre_id)
        open_ = uow.settlements.open_invoices(centre_id)
        if not open_:
            return {"batch_id": ""}
        members = tuple(
            net.Member(i.id, i.number, Amount(i.centre_minor, CNH), Amount(i.carrying_minor, HKD))
            for i in open_
        )
        batch = net.NettingBatch(batch_id, centre_id, value_date.isoformat(), members)
        batch = net.freeze(batch, fx, app.settings.bank_spread_bp, now)
        _keep_frozen(app, uow, batch, now)
        return {"batch_id": batch_id, "rate": str(fx.value)}

    # The rate is part of the answer, not of the question: asked again tomorrow, it is the same.
    body: dict[str, object] = {"centre_id": centre_id}
    answer = app.store.command(app.actor, "settle.freeze", key, body, now, action)
    return the_batch(app, str(answer["batch_id"])) if answer["batch_id"] else None


def _keep_frozen(app: App, uow: UnitOfWork, batch: net.NettingBatch, now: int) -> None:
    values = batch.values
    assert values is not None
    free = uow.ledger.balance("bank")
    if free.debit_net - free.credits_pending < values.paid.minor:
        raise Refused(
            "settle.funds",
            N_("The batch costs {needed}, but the branch's bank account has {free} free."),
            hint=N_("Collect from firms or fund the account, then settle again."),
            needed=str(values.paid),
            free=str(Amount(free.debit_net - free.credits_pending, HKD)),
        )
    cause = f"batch:{batch.id}"
    pending = transfers_of(
        settlement_entries(batch.centre, values),
        lambda: app.ids.new(ids.TRANSFER),
        cause,
        Phase.PENDING,
    )
    open_accounts(uow.ledger, pending)
    uow.ledger.post(pending)
    record = r.Batch(
        id=batch.id,
        centre_id=batch.centre,
        value_date=batch.value_date,
        state="frozen",
        created_at=now,
        centre_minor=values.total.minor,
        mid_minor=values.at_mid.minor,
        spread_minor=values.spread.minor,
        carrying_minor=values.carrying.minor,
        pain_digest="",
        bank_reference="",
        journal_hash="",
        body=cast(r.Body, to_plain(batch)),
    )
    uow.settlements.add_batch(record, [member.invoice for member in batch.members])


def instruct_bank(app: App, batch_id: str) -> Instruction:
    """Write the payment file of a frozen batch and note it; the same batch, the same file.

    Raises:
        NotFound: no such batch.
        Conflict: the batch is past that.
    """
    record = the_batch(app, batch_id)
    file = app.documents.payment_file(record, the_centre(app, record.centre_id))
    path = app.save(f"payments/{batch_id}.pain.001.xml", file)
    if record.state == "frozen":
        digest = sha256_hex(file)

        def action(uow: UnitOfWork) -> dict[str, object]:
            batch = net.instruct(_netting(_again(uow, batch_id)))
            _write(uow, _again(uow, batch_id), batch, pain_digest=digest)
            return {"batch_id": batch_id, "pain_sha256": digest}

        body: dict[str, object] = {"batch_id": batch_id, "pain_sha256": digest}
        key = f"instruct:{batch_id}"
        app.store.command(app.actor, "settle.instruct", key, body, app.clock.now(), action)
        record = the_batch(app, batch_id)
    return Instruction(record, file, str(path))


def confirm_batch(app: App, batch_id: str, notices: Sequence[Confirmation]) -> r.Batch:
    """Take the bank's word on a batch: post everything and settle, or void and free it.

    A notice told twice counts once. A notice that says nothing final leaves the batch as it is.

    Args:
        app: the exchange.
        batch_id: ``B-…``.
        notices: what the bank's files say, in any order.

    Returns:
        The batch as it stands now.

    Raises:
        NotFound: no such batch.
        Conflict: the batch was never instructed.
        Refused: the bank moved another amount than was asked; nothing is booked.
    """
    record = the_batch(app, batch_id)
    batch = _netting(record)
    if record.state == "settled" or batch.values is None:
        return record
    found = match(batch.end_to_end_id, batch.values.total, notices)
    if found.verdict == Verdict.PENDING:
        return record
    if found.verdict in (Verdict.SHORT, Verdict.OVER):
        raise Refused(
            "settle.amount",
            N_("The bank moved {paid} for batch {id}, not {asked}; nothing was booked."),
            hint=N_("Ask the bank to correct it, then read its next notice."),
            paid=str(found.paid),
            asked=str(batch.values.total),
            id=batch_id,
        )
    reference = found.matched[0].bank_reference

    def action(uow: UnitOfWork) -> dict[str, object]:
        current = _again(uow, batch_id)
        if found.verdict == Verdict.REJECTED:
            _fail(app, uow, current, found.reason)
        else:
            _settle(app, uow, current, reference)
        return {"batch_id": batch_id, "verdict": found.verdict.value}

    body: dict[str, object] = {
        "batch_id": batch_id,
        "verdict": found.verdict.value,
        "reference": reference,
        "reason": found.reason,
        "paid_minor": found.paid.minor,
    }
    key = f"confirm:{batch.end_to_end_id}"
    app.store.command(app.actor, "settle.confirm", key, body, app.clock.now(), action)
    return the_batch(app, batch_id)


def _settle(app: App, uow: UnitOfWork, current: r.Batch, reference: str) -> None:
    batch = _netting(current)
    assert batch.values is not None
    cause = f"batch:{batch.id}"
    posted = resolve(_held(uow, cause), _maker(app), Phase.POST)
    posted += transfers_of(realised_entry(batch.values), _maker(app), f"{cause}:realised")
    open_accounts(uow.ledger, posted)
    uow.ledger.post(posted)
    sealed = replace(current, bank_reference=reference, journal_hash=uow.journal_head())
    _write(uow, sealed, net.settle(batch))


def _fail(app: App, uow: UnitOfWork, current: r.Batch, why: str) -> None:
    uow.ledger.post(resolve(_held(uow, f"batch:{current.id}"), _maker(app), Phase.VOID))
    _write(uow, current, net.fail(_netting(current), why))
    uow.settlements.free_members(current.id)


def _held(uow: UnitOfWork, cause: str) -> list[Transfer]:
    return [t for t in uow.ledger.transfers_of_cause(cause) if t.phase == Phase.PENDING]


def _maker(app: App) -> Callable[[], str]:
    return lambda: app.ids.new(ids.TRANSFER)


def _netting(record: r.Batch) -> net.NettingBatch:
    return from_plain(net.NettingBatch, dict(record.body))


def _again(uow: UnitOfWork, batch_id: str) -> r.Batch:
    record = uow.settlements.batch(batch_id)
    assert record is not None
    return record


def _write(
    uow: UnitOfWork,
    record: r.Batch,
    batch: net.NettingBatch,
    *,
    pain_digest: str = "",
) -> None:
    uow.settlements.update_batch(
        replace(
            record,
            state=cast(r.BatchState, batch.state.value),
            pain_digest=pain_digest or record.pain_digest,
            body=cast(r.Body, to_plain(batch)),
        )
    )


def the_batch(app: App, batch_id: str) -> r.Batch:
    """Return a batch.

    Raises:
        NotFound: no such batch.
    """
    with app.store.reading() as uow:
        record = uow.settlements.batch(batch_id)
    if record is None:
        raise NotFound(
            "batch.unknown",
            N_("There is no settlement batch {id}."),
            hint=N_("entrepot settle list shows all batches."),
            id=batch_id,
        )
    return record


def the_centre(app: App, centre_id: str) -> r.Centre:
    """Return a centre under contract.

    Raises:
        NotFound: no such centre.
    """
    with app.store.reading() as uow:
        centre = uow.registry.centre(centre_id)
    if centre is None:
        raise unknown_centre(centre_id)
    return centre


def unfinished(app: App) -> list[r.Batch]:
    """Return batches that a killed process left between freezing and settlement."""
    with app.store.reading() as uow:
        return uow.settlements.batches(("frozen", "instructed"))


def unknown_centre(centre_id: str) -> NotFound:
    """Return the refusal for a centre that is not under contract."""
    return NotFound(
        "centre.unknown",
        N_("No centre {id} is registered here."),
        hint=N_("entrepot centres list shows those that are."),
        id=centre_id,
    )
