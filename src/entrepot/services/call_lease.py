"""Leases that a call makes: a quote at the auction's price, and the lease that has taken it.

Such a lease is paid for. It holds no money, and devices only while its job runs: until then they
are promised by the hour. Its job starts within its window and ends with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from entrepot.domain.contracts.plain import to_plain
from entrepot.kernel import ids
from entrepot.kernel.canonical import digest
from entrepot.kernel.compute import MILLI
from entrepot.kernel.period import local_day
from entrepot.services import records as r
from entrepot.services.call_bill import price_of
from entrepot.services.call_body import OrderBody
from entrepot.services.call_mark import MARK
from entrepot.services.call_share import Made
from entrepot.services.contract_rows import Member
from entrepot.services.contracts import contracts_on
from entrepot.services.decisions import keep
from entrepot.services.export_counter import count_exports
from entrepot.services.gate_job import judge_choice
from entrepot.services.lease import duty_tasks
from entrepot.services.order_voucher import reserve_at_clearing
from entrepot.services.ports_elastic import SellerPart
from entrepot.services.ports_market import AuctionLease, Call, LeaseSlot

if TYPE_CHECKING:
    from entrepot.domain.gate.model import GateCase, GateDecision
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.ports_decisions import Decision
    from entrepot.services.records import Body

NOT_JUDGED: Mapping[str, object] = {
    "outcome": "not_judged",
    "deciding": [],
    "instruments": [],
    "duties": [],
    "missing": [],
}
"""Verdict of a lease without a job; the gate judges when it is given one."""


def make_lease(
    app: App,
    uow: UnitOfWork,
    call: Call,
    made: Made,
    order: tuple[r.Firm, OrderBody],
    now: int,
) -> tuple[r.Lease, Decision | None]:
    """Make the quote, the lease, its contracts and its slots, inside the clearing's transaction.

    Args:
        app: the exchange; uow: the transaction; call: which.
        made: devices and money; order: its firm and body.
        now: Unix second.

    Returns:
        The lease, and the decision of the gate that is kept with it.
    """
    firm, body = order
    pool = uow.registry.pool(made.stock)
    assert pool is not None
    chosen = _choice(app, uow, call, made, pool) | {"interruptible": body.elastic is not None}
    quote = _quote(app, call, firm, body, chosen, now)
    cases, decision = judge_choice(app, uow, quote, chosen) if body.job else ([], None)
    if decision is not None:
        chosen["verdict"] = decision.as_dict()
        quote = _quote(app, call, firm, body, chosen, now)
    uow.deals.add_quote(quote)
    lease = _lease(app, call, made, quote, chosen, now)
    uow.deals.add_lease(lease)
    _bind(app, uow, lease, now)
    kept = None if decision is None else keep_verdict(app, uow, lease, cases, decision)
    own = AuctionLease(
        lease_id=lease.id,
        call_id=call.id,
        order_id=made.order,
        option=made.option.name,
        firm_id=firm.id,
        centre_id=made.zone,
        pool_id=made.stock,
        devices=made.devices,
        from_t=call.from_t + made.begin * call.slot_s,
        to_t=call.from_t + made.end * call.slot_s,
        paid_minor=made.paid_minor,
        owed_minor=made.owed_minor,
    )
    uow.market.add_lease(own, _slots(call, made, own))
    _keep_parts(uow, call, made, lease)
    reserve_at_clearing(app, uow, own, body.money, now)
    return lease, kept


def keep_verdict(
    app: App,
    uow: UnitOfWork,
    lease: r.Lease,
    cases: Sequence[GateCase],
    decision: GateDecision,
) -> Decision:
    """Keep the decision on a lease, its exports and its duties, as any lease does."""
    kept = keep(app, uow, f"lease:{lease.id}", cases, decision)
    count_exports(app, uow, lease, decision)
    for task in duty_tasks(app, lease, tuple(decision.duties), local_day(lease.created_at)):
        uow.deals.add_task(task)
    return kept


def _choice(app: App, uow: UnitOfWork, call: Call, made: Made, pool: r.Pool) -> dict[str, object]:
    centre = uow.registry.centre(made.zone)
    assert centre is not None
    window_s = (made.end - made.begin) * call.slot_s
    quantity = made.devices * MILLI * window_s
    billed = price_of(made.paid_minor, quantity, call.id)
    device = app.facts.devices.get(pool.device_id)
    return {
        "rank": 1,
        "offer_id": _offer(uow, pool),
        "centre_id": centre.id,
        "names": dict(centre.names),
        "demonstration": centre.demonstration,
        "pool_id": pool.id,
        "device_id": pool.device_id,
        "device_name": device.name if device else pool.device_id,
        "milli_devices": made.devices * MILLI,
        "isolation": "exclusive",
        "interruptible": False,
        "price": to_plain(billed),
        "total_minor": billed.total.minor,
        "payable_now_minor": billed.payable_now.minor,
        "net_minor": billed.net_after_vouchers.minor,
        "cnh_hkd": call.rates["CNH"],
        "latency": {"us": None, "basis": "not stated", "source": None},
        "ratings": [dict(row) for row in pool.ratings],
        "verdict": dict(NOT_JUDGED),
        "vouchers": [],
        "reserve": [],
        MARK: {
            "call_id": call.id,
            "order_id": made.order,
            "option": made.option.name,
            "from_t": call.from_t + made.begin * call.slot_s,
            "to_t": call.from_t + made.end * call.slot_s,
        },
    }


def _offer(uow: UnitOfWork, pool: r.Pool) -> str:
    """Return the posted offer under which a stock is sold; any of its own will do."""
    own = [offer.id for offer in uow.registry.offers() if offer.pool_id == pool.id]
    return min(own)


def _quote(app: App, call: Call, firm: r.Firm, body: OrderBody, chosen: Body, now: int) -> r.Quote:
    day = local_day(now).isoformat()
    said: dict[str, object] = {
        "schema": "entrepot.quote/1",
        "as_of": day,
        "fx_quotes": {},
        "fx_age_days": app.fx.staleness_days(local_day(call.opened_at)),
        "facts_digest": app.facts.content_digest,
        "rules_digest": app.rulebook.hash,
        "job": {**no_job(body.name), **body.job},
        "candidates": [dict(chosen)],
        "considered": 1,
        "removed": {},
    }
    return r.Quote(app.ids.new(ids.QUOTE), firm.id, now, now, said, digest(said))


def no_job(name: str) -> dict[str, object]:
    """Return what stands in the place of a job until a lease is given one."""
    return {"name": name, "run": None, "duration_s": 0, "data": {}}


def _lease(app: App, call: Call, made: Made, quote: r.Quote, chosen: Body, now: int) -> r.Lease:
    return r.Lease(
        id=app.ids.new(ids.LEASE),
        quote_id=quote.id,
        firm_id=quote.firm_id,
        centre_id=made.zone,
        pool_id=made.stock,
        offer_id=str(chosen["offer_id"]),
        milli_devices=made.devices * MILLI,
        isolation="exclusive",
        duration_s=(made.end - made.begin) * call.slot_s,
        created_at=now,
        start_by=call.from_t + made.end * call.slot_s,
        state="held",
        fence=1,
        hold_id=app.ids.new(ids.TRANSFER),
        hold_minor=0,
        choice=dict(chosen),
    )


def _bind(app: App, uow: UnitOfWork, lease: r.Lease, now: int) -> None:
    """Bind a lease to both contracts; whatever they say of jobs, this one is paid already."""
    user, purchase = contracts_on(app, uow, (lease.firm_id, lease.centre_id), now)
    uow.contracts.bind(Member(lease.id, user.id, purchase.id, "prepaid", now))


def _keep_parts(uow: UnitOfWork, call: Call, made: Made, lease: r.Lease) -> None:
    """Keep what the lease owes firms that sold its devices again."""
    for part in made.resold:
        slot_t = call.from_t + part.slot * call.slot_s
        money = (part.minor, part.basis_minor)
        uow.elastic.add_part(SellerPart(lease.id, slot_t, part.ask, part.firm, *money))


def _slots(call: Call, made: Made, own: AuctionLease) -> Sequence[LeaseSlot]:
    return [
        LeaseSlot(
            own.lease_id,
            call.from_t + slot.slot * call.slot_s,
            call.slot_s,
            own.firm_id,
            own.centre_id,
            slot.paid_minor,
            slot.owed_minor,
            "due",
            "",
            0,
        )
        for slot in made.slots
    ]
