"""Batches, debts and own RMB as the steps of a settlement read and write them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

from entrepot.domain.contracts import settlement as net
from entrepot.domain.contracts.plain import to_plain
from entrepot.domain.contracts.stored_batch import read_batch
from entrepot.domain.ledger.model import Phase, Transfer
from entrepot.kernel import ids
from entrepot.kernel.errors import NotFound
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.ports import UnitOfWork
from entrepot.services.ports_settlement import Debt, OwnRmb
from entrepot.services.postings import Entry, open_accounts, transfers_of


def post_entries(
    app: App,
    uow: UnitOfWork,
    entries: Sequence[Entry],
    cause: str,
    phase: Phase = Phase.POSTED,
) -> None:
    """Book entries of one cause as one linked group, and open the accounts that they touch."""
    made = transfers_of(entries, maker(app), cause, phase)
    if made:
        open_accounts(uow.ledger, made)
        uow.ledger.post(made)


def keep_own(app: App, uow: UnitOfWork, batch_id: str, cnh: int, hkd: int, why: str) -> None:
    """Keep a change of the branch's own RMB; nothing for nought."""
    if cnh or hkd:
        now, made = app.clock.now(), app.ids.new(ids.OWN_RMB)
        uow.settling.add_own(OwnRmb(made, batch_id, now, cnh, hkd, why))


def keep_debt(
    app: App, uow: UnitOfWork, batch: net.NettingBatch, cnh: int, hkd: int, why: str
) -> None:
    """Keep what a batch leaves open, or paid too much; nothing for nought."""
    if cnh:
        made, now = app.ids.new(ids.DEBT), app.clock.now()
        uow.settling.add_debt(Debt(made, batch.centre, batch.id, why, now, cnh, hkd, None))


def held_of(uow: UnitOfWork, cause: str) -> list[Transfer]:
    """Return the holds of a cause, resolved or not."""
    return [t for t in uow.ledger.transfers_of_cause(cause) if t.phase == Phase.PENDING]


def maker(app: App) -> Callable[[], str]:
    """Return a maker of ids of transfers."""
    return lambda: app.ids.new(ids.TRANSFER)


def netting_of(record: r.Batch) -> net.NettingBatch:
    """Return a kept batch as the domain reads it."""
    return read_batch(record.body)


def again(uow: UnitOfWork, batch_id: str) -> r.Batch:
    """Return a batch that is there, inside a transaction."""
    record = uow.settlements.batch(batch_id)
    assert record is not None
    return record


def write_batch(
    uow: UnitOfWork,
    record: r.Batch,
    batch: net.NettingBatch,
    *,
    pain_digest: str = "",
) -> None:
    """Write state and details of a batch; its terms never change."""
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
    """Return batches between freezing and settlement, as a killed process or a bank left them."""
    with app.store.reading() as uow:
        return uow.settlements.batches(net.LIVE)


def unknown_centre(centre_id: str) -> NotFound:
    """Return the refusal for a centre that is not under contract."""
    return NotFound(
        "centre.unknown",
        N_("No centre {id} is registered here."),
        hint=N_("entrepot centres list shows those that are."),
        id=centre_id,
    )
