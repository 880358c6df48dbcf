"""Settle with the centres: net what is owed and freeze it, at the day's rate.

Each step of a settlement is one transaction and finds by itself where the last one stopped, so
that a killed process goes on where it was: frozen → order sent → the bank's word → settled. The
orders are in :mod:`entrepot.services.settle_order`, the bank's words in
:mod:`entrepot.services.bank_word`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from entrepot.domain.contracts import settlement as net
from entrepot.domain.contracts.cut_off import value_date
from entrepot.domain.contracts.funding import Mode, Own
from entrepot.domain.contracts.plain import to_plain
from entrepot.domain.ledger.model import Phase
from entrepot.kernel import ids
from entrepot.kernel.errors import Invalid, Refused
from entrepot.kernel.money import CNH, HKD, Amount
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.fx_rates import keep_rates, rate_to_pay_by
from entrepot.services.paid_invoices import paid_by_customers
from entrepot.services.ports import UnitOfWork
from entrepot.services.postings import conversion_entries, payout_entries, result_entry
from entrepot.services.settle_records import (
    again,
    keep_own,
    post_entries,
    the_batch,
    unknown_centre,
    write_batch,
)


def freeze_batch(app: App, centre_id: str, key: str, mode: Mode | None = None) -> r.Batch | None:
    """Net what a centre is owed into a frozen batch, at today's rate.

    Args:
        app: the exchange.
        centre_id: whom to pay.
        key: idempotency key.
        mode: how to fund and pay; None = as the settings say.

    Returns:
        The batch; None when nothing is due, or the centre was paid more than it is owed now.

    Raises:
        NotFound: no such centre.
        Refused: the branch's bank account is short of HKD, or the last rate is too old.
    """
    now, how = app.clock.now(), mode or mode_of(app)
    fx = rate_to_pay_by(app, local_day(now))
    value = value_date(now, app.settings.cut_off, app.settings.settle_days)
    batch_id = app.ids.new(ids.BATCH)

    def action(uow: UnitOfWork) -> dict[str, object]:
        if uow.registry.centre(centre_id) is None:
            raise unknown_centre(centre_id)
        members = due_members(uow, centre_id, how)
        total = sum(member.owed.minor for member in members)
        if not members or total < 0:
            return {"batch_id": ""}
        own = _own(uow, how, total)
        batch = net.NettingBatch(batch_id, centre_id, value, members, mode=how)
        batch = net.freeze(batch, fx, app.settings.bank_spread_bp, now, own)
        _keep_frozen(app, uow, batch, now)
        kept = keep_rates(app, uow, f"batch:{batch_id}", fx)
        return {"batch_id": batch_id, "rate": str(fx.value), "fx_quotes": kept}

    # The rate is part of the answer, not of the question: asked again tomorrow, it is the same.
    body: dict[str, object] = {"centre_id": centre_id}
    answer = app.store.command(app.actor, "settle.freeze", key, body, now, action)
    return the_batch(app, str(answer["batch_id"])) if answer["batch_id"] else None


def mode_of(app: App) -> Mode:
    """Return how centres are paid by the settings.

    Raises:
        Invalid: the setting is none of the modes.
    """
    name = app.settings.settle_mode
    if name not in list(Mode):
        raise Invalid(
            "settle.mode",
            N_("{name} is no way to pay centres."),
            hint=N_("Set ENTREPOT_SETTLE_MODE to one of {known}, or unset it."),
            name=name[:40],
            known=", ".join(Mode),
        )
    return Mode(name)


def due_members(uow: UnitOfWork, centre_id: str, mode: Mode) -> tuple[net.Member, ...]:
    """Return what the next batch of a centre takes: open invoices, and debts left open.

    Only in mode ``prefunded`` is an invoice taken that its customer has not paid.
    """
    invoices = uow.settlements.open_invoices(centre_id)
    if mode != Mode.PREFUNDED:
        invoices = paid_by_customers(uow, invoices)
    debts = uow.settling.debts(centre_id, open_only=True)
    return tuple(
        net.Member(name, number, Amount(cnh, CNH), Amount(hkd, HKD))
        for name, number, cnh, hkd in (
            *((i.id, i.number, i.centre_minor, i.carrying_minor) for i in invoices),
            *((d.id, d.origin, d.centre_minor, d.carrying_minor) for d in debts),
        )
    )


def _own(uow: UnitOfWork, mode: Mode, total: int) -> Own | None:
    """Use RMB of our own; one order cannot pay from two accounts, so there it is all or none."""
    own = uow.settling.own()
    enough = 0 < total <= own.cnh_minor if mode == Mode.PAY_AS_PAID else own.cnh_minor != 0
    return own if enough and total else None


def _keep_frozen(app: App, uow: UnitOfWork, batch: net.NettingBatch, now: int) -> None:
    values = batch.values
    assert values is not None
    _see_funds(uow, values.paid.minor)
    uow.settlements.add_batch(_record(batch, now), _kept(batch, debts=False))
    uow.settling.take_debts(batch.id, _kept(batch, debts=True))
    members = [(m.invoice, m.owed.minor, m.carrying.minor) for m in batch.members]
    uow.settling.keep_members(batch.id, members)
    if values.pooled.minor or values.pool_cost.minor:
        keep_own(app, uow, batch.id, -values.pooled.minor, -values.pool_cost.minor, "taken")
    _hold(app, uow, batch, values)
    if not values.total.minor:
        _net_off(app, uow, batch, values)


def _kept(batch: net.NettingBatch, *, debts: bool) -> list[str]:
    return [member.invoice for member in batch.members if member.is_debt == debts]


def _see_funds(uow: UnitOfWork, needed: int) -> None:
    bank = uow.ledger.balance("bank")
    free = bank.debit_net - bank.credits_pending
    if free < needed:
        raise Refused(
            "settle.funds",
            N_("The batch costs {needed}, but the branch's bank account has {free} free."),
            hint=N_("Collect from firms or fund the account, then settle again."),
            needed=str(Amount(needed, HKD)),
            free=str(Amount(free, HKD)),
        )


def _hold(app: App, uow: UnitOfWork, batch: net.NettingBatch, values: net.SettlementValues) -> None:
    """Hold all entries of the batch; what is bought beforehand is held by itself."""
    cause = f"batch:{batch.id}"
    sold, spread, bought = values.at_mid.minor, values.spread.minor, values.converted.minor
    fx = conversion_entries(sold, spread, bought)
    pay = payout_entries(batch.centre, values.total.minor)
    if batch.mode == Mode.PREFUNDED:
        post_entries(app, uow, fx, f"{cause}:fx", Phase.PENDING)
        post_entries(app, uow, pay, cause, Phase.PENDING)
    else:
        post_entries(app, uow, [*fx, *pay], cause, Phase.PENDING)


def _net_off(
    app: App, uow: UnitOfWork, batch: net.NettingBatch, values: net.SettlementValues
) -> None:
    """Settle a batch whose members cancel out: nothing is paid, only its result is booked."""
    post_entries(app, uow, result_entry(values.realised.minor), f"batch:{batch.id}:realised")
    record = replace(again(uow, batch.id), journal_hash=uow.journal_head())
    booked = replace(batch.booked, carried=values.carrying)
    write_batch(uow, record, replace(batch, state=net.BatchState.SETTLED, booked=booked))


def _record(batch: net.NettingBatch, now: int) -> r.Batch:
    values = batch.values
    assert values is not None
    return r.Batch(
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
