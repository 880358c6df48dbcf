"""Carry out that leases gave way or were sold again, inside the clearing's transaction.

A lease that gives way gets notice: it ends at the border of slots before the first one taken. All
slots that it gives up are undone: its firm gets back what they cost with the stated credit, its
centre has the devices again. The centre has sold some of them in this call for at least both, and
bears the credit out of that; so those who displaced the lease pay for it, and nobody else::

    brought ≥ refund + credit,    centre: brought − credit ≥ refund ≥ what it was owed

A slot that is sold again stays billed to its first buyer, and owed to the centre, once. What it
brings waits for the new lease's slot and is his, less the fee, when that is delivered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from entrepot.domain.market.elastic import cost_to_take
from entrepot.kernel.errors import Conflict
from entrepot.kernel.period import iso_utc
from entrepot.kernel.text import N_
from entrepot.services.call_fail import borne_by
from entrepot.services.call_money import failure_entries, post_entries
from entrepot.services.ports_elastic import Notice
from entrepot.services.ports_market import HOUR_S

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.elastic_share import Gave
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_market import Call
    from entrepot.services.records import Body


def give_way(app: App, uow: UnitOfWork, call: Call, gave: Sequence[Gave], now: int) -> list[Notice]:
    """Give notice to the leases that a call has taken, and book what they get.

    Args:
        app: the exchange; uow: the clearing's transaction; call: which.
        gave: leases that gave way or were sold again; now: Unix second.

    Raises:
        Conflict: a slot has changed hands or its job has started since the call was solved.
    """
    notices: list[Notice] = []
    for one in gave:
        notice = _notice(call, one, now)
        _move(uow, one, now)
        if one.unit.is_elastic:
            _refund(app, uow, call, one, notice)
        uow.elastic.add_notice(notice)
        notices.append(notice)
    return notices


def freed_by(gave: Sequence[Gave]) -> dict[tuple[str, int], int]:
    """Return (stock, hour) → devices that leases have given up: for new ones, or free again."""
    freed: dict[tuple[str, int], int] = {}
    for one in gave:
        for slot in one.unit.slots:
            for hour in range(slot.slot_t, slot.slot_t + slot.slot_s, HOUR_S):
                key = (one.unit.lease.pool_id, hour)
                freed[key] = freed.get(key, 0) + one.unit.lease.devices
    return freed


def notice_data(notice: Notice) -> Body:
    """Return a notice as the journal and ``--json`` show it."""
    return {
        "lease_id": notice.lease_id,
        "kind": notice.kind,
        "call_id": notice.call_id,
        "ask_id": notice.ask_id,
        "firm_id": notice.firm_id,
        "given_at": iso_utc(notice.given_at),
        "ends_at": iso_utc(notice.ends_at),
        "slots": notice.slots,
        "brought_minor": notice.brought_minor,
        "refund_minor": notice.refund_minor,
        "credit_minor": notice.credit_minor,
        "fee_minor": notice.fee_minor,
    }


def _notice(call: Call, one: Gave, now: int) -> Notice:
    unit = one.unit
    refund = credit = 0
    if unit.is_elastic:
        refund, credit = cost_to_take([slot.paid_minor for slot in unit.slots], unit.credit_bp)
    return Notice(
        ask_id=unit.ask_id,
        call_id=call.id,
        lease_id=unit.lease.lease_id,
        firm_id=unit.lease.firm_id,
        kind=unit.standing.kind,
        given_at=now,
        ends_at=unit.standing.from_t,
        slots=len(unit.slots),
        brought_minor=one.brought_minor,
        refund_minor=refund,
        credit_minor=credit,
        fee_minor=one.fee_minor,
    )


def _move(uow: UnitOfWork, one: Gave, now: int) -> None:
    unit, lease_id = one.unit, one.unit.lease.lease_id
    after = "yielded" if unit.is_elastic else "resold"
    moved = [
        uow.market.set_slot(lease_id, slot.slot_t, "due", after, unit.ask_id, now)
        for slot in unit.slots
    ]
    started = not unit.is_elastic and uow.deals.job_of_lease(lease_id) is not None
    if not all(moved) or started:
        raise Conflict(
            "auction.lease_changed",
            N_("Lease {id} has changed while call {call} was solved."),
            hint=N_("Run the call again: entrepot auction run {call}"),
            id=lease_id,
            call=unit.standing.call_id,
        )


def _refund(app: App, uow: UnitOfWork, call: Call, one: Gave, notice: Notice) -> None:
    lease = one.unit.lease
    cause = f"auction_yield:{notice.ask_id}"
    entries = failure_entries(lease.firm_id, lease.centre_id, one.unit.slots, notice.credit_minor)
    _fen, borne = borne_by(
        app, uow, lease.centre_id, call, notice.credit_minor, cause, "auction_yield"
    )
    post_entries(app, uow, [*entries, *borne], cause)
