"""Operations of suppliers and operators: centres, settlement, approvals."""

from __future__ import annotations

from typing import Any, cast

from entrepot.client import shapes_house as s
from entrepot.client.shapes import Plain
from entrepot.client.shapes_money import Because, Nothing
from entrepot.faces.api import owners
from entrepot.faces.api.operation import Call, Operation
from entrepot.faces.api.paging import Page, PageOf, page_of
from entrepot.faces.api.wire import plain
from entrepot.kernel.errors import Conflict
from entrepot.kernel.text import N_
from entrepot.services import four_eyes
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.pay_centre import bank_of, pay_centres, release_batches
from entrepot.services.ports_contracts import CentreStatementRow
from entrepot.services.ports_decisions import Proposal
from entrepot.services.settle_records import the_batch
from entrepot.services.settle_release import propose_release

_CENTRE_TAG = "Centres"
_HOUSE = "Settlement and approvals"


def list_centres(call: Call[Any, Page]) -> PageOf[s.CentreOut]:
    """List the centres of the caller."""
    with call.app.store.reading() as uow:
        return page_of(call, "centre.own", uow.pages.centres, lambda one: one.id, _centre)


def read_centre(call: Call[Any, Any]) -> s.CentreOut:
    """Show a centre under contract."""
    with call.app.store.reading() as uow:
        found = uow.registry.centre(call.path["centre_id"])
    assert found is not None
    return _centre(found)


def _centre(centre: r.Centre) -> s.CentreOut:
    return s.CentreOut(
        centre.id,
        dict(centre.names),
        centre.jurisdiction,
        centre.region,
        centre.city,
        centre.operator_hq,
        centre.backend,
        centre.public_key,
        centre.green_share_bp,
        centre.demonstration,
        centre.registered_at,
    )


def list_pools(call: Call[Any, Any]) -> list[s.PoolOut]:
    """List the pools of a centre with what is free of them."""
    with call.app.store.reading() as uow:
        pools, free = uow.registry.pools(), uow.registry.free_milli()
    return [
        s.PoolOut(
            pool.id,
            pool.device_id,
            pool.devices,
            free.get(pool.id, (0, 0))[0],
            pool.device_memory_mib,
            pool.vcpus,
            pool.memory_mib,
            list(pool.isolations),
        )
        for pool in pools
        if pool.centre_id == call.path["centre_id"]
    ]


def list_offers(call: Call[Any, Any]) -> list[s.OfferOut]:
    """List the standing asks of a centre."""
    with call.app.store.reading() as uow:
        offers = uow.registry.offers()
    return [
        s.OfferOut(
            one.id,
            one.pool_id,
            one.price,
            one.asset,
            one.isolation,
            one.interruptible,
            one.milli_min,
            one.milli_max,
            one.from_day,
            one.to_day,
            one.source,
        )
        for one in offers
        if one.centre_id == call.path["centre_id"]
    ]


def list_work(call: Call[Any, Page]) -> PageOf[s.WorkOut]:
    """List the jobs at the caller's centres, without their tenants."""
    with call.app.store.reading() as uow:

        def shown(job: r.Job) -> s.WorkOut:
            lease = uow.deals.lease(job.lease_id)
            assert lease is not None
            size = (lease.milli_devices, lease.isolation, lease.duration_s)
            when = (job.created_at, job.started_at, job.ended_at)
            return s.WorkOut(job.id, job.lease_id, job.state, *size, *when)

        return page_of(call, "work.list", uow.pages.jobs, lambda one: one.id, shown)


def list_statements(call: Call[Any, Page]) -> PageOf[s.StatementOut]:
    """List the statements of months to the caller's centres."""
    with call.app.store.reading() as uow:
        lister = uow.pages.statements
        return page_of(call, "statement.list", lister, lambda one: one.id, _statement)


def _statement(row: CentreStatementRow) -> s.StatementOut:
    document = cast("Plain", plain(row.body["document"]))
    named = (row.id, row.number, row.centre_id, row.month, row.issued_at)
    return s.StatementOut(*named, row.digest, document)


def run_settlement(call: Call[s.RunSettlement, Any]) -> s.SettlementRun:
    """Net what centres are owed and order its payment."""
    app, asked = call.app, call.body
    paid = pay_centres(app, list(asked.centres), bank_of(app, asked.bank), key=call.key)
    return s.SettlementRun([batch_out(app, one.batch, one.waits_for) for one in paid])


def list_batches(call: Call[Any, Page]) -> PageOf[s.BatchOut]:
    """List settlement batches."""
    with call.app.store.reading() as uow:
        return page_of(
            call, "settlement.list", uow.pages.batches, lambda one: one.id, _batch
        )  # fmt: skip


def read_batch(call: Call[Any, Any]) -> s.BatchOut:
    """Show a settlement batch."""
    return batch_out(call.app, the_batch(call.app, call.path["batch_id"]))


def release_batch(call: Call[Nothing, Any]) -> s.BatchOut:
    """Release a batch as the second person."""
    app, batch_id = call.app, call.path["batch_id"]
    done = release_batches(app, [batch_id], bank_of(app, "none"), call.key)
    return batch_out(app, done[0].batch if done else the_batch(app, batch_id))


def propose_batch(call: Call[Nothing, Any]) -> s.ProposalOut:
    """Propose the release of a batch as the first person."""
    view = propose_release(call.app, call.path["batch_id"])
    if view is None:
        raise Conflict(
            "api.no_second",
            N_("This batch waits for nobody."),
            hint=N_("Look at its state: GET /api/v1/settlements/{id}"),
            id=call.path["batch_id"],
        )
    return _view(view)


def batch_out(app: App, batch: r.Batch, waits_for: str = "") -> s.BatchOut:
    """Return a batch with the proposal that it waits for."""
    waiting = four_eyes.open_proposals(app, ("settlement_release",))
    found = next((one.proposal.id for one in waiting if one.proposal.subject == batch.id), "")
    return _batch(batch, waits_for or found)


def _batch(batch: r.Batch, waits_for: str = "") -> s.BatchOut:
    return s.BatchOut(
        batch.id,
        batch.centre_id,
        batch.value_date,
        batch.state,
        batch.created_at,
        batch.centre_minor,
        batch.mid_minor,
        batch.spread_minor,
        batch.bank_reference,
        batch.pain_digest,
        waits_for,
    )


def list_approvals(call: Call[Any, Any]) -> list[s.ProposalOut]:
    """List what waits for a second person."""
    return [_view(one) for one in four_eyes.open_proposals(call.app)]


def read_approval(call: Call[Any, Any]) -> s.ProposalOut:
    """Show a proposal."""
    return _view(four_eyes.the_proposal(call.app, call.path["proposal_id"]))


def approve(call: Call[Nothing, Any]) -> s.ProposalOut:
    """Approve a proposal as the second person."""
    return _view(four_eyes.approve(call.app, call.path["proposal_id"], call.key))


def refuse(call: Call[Because, Any]) -> s.ProposalOut:
    """Refuse a proposal as the second person."""
    proposal_id, reason = call.path["proposal_id"], call.body.reason
    return _view(four_eyes.refuse(call.app, proposal_id, reason, call.key))


def _view(view: four_eyes.ProposalView) -> s.ProposalOut:
    made: Proposal = view.proposal
    ending = view.ending
    return s.ProposalOut(
        made.id,
        made.kind,
        made.subject,
        view.state,
        made.proposed_by,
        made.proposed_at,
        view.expires_at,
        cast("Plain", plain(view.body)),
        ending.person if ending else None,
        ending.at if ending else None,
        ending.reason if ending else "",
    )


_CENTRES, _CENTRE = "/api/v1/centres", "/api/v1/centres/{centre_id}"
_SETTLE, _BATCH = "/api/v1/settlements", "/api/v1/settlements/{batch_id}"
_APPROVE = "/api/v1/approvals/{proposal_id}"

OPERATIONS = (
    Operation(
        "centre.own", "GET", _CENTRES, "List one's own centres", _CENTRE_TAG, list_centres,
        s.CentreOut, "centre.read", noun="centre", query=Page, listed=True,
    ),
    Operation(
        "centre.read", "GET", _CENTRE, "Show a centre under contract", _CENTRE_TAG, read_centre,
        s.CentreOut, "centre.read", owners.centre("centre"),
    ),
    Operation(
        "pool.list", "GET", _CENTRE + "/pools", "List a centre's pools", _CENTRE_TAG, list_pools,
        list[s.PoolOut], "pool.read", owners.centre("pool"),
    ),
    Operation(
        "offer.list", "GET", _CENTRE + "/offers", "List a centre's standing asks", _CENTRE_TAG,
        list_offers, list[s.OfferOut], "pool.read", owners.centre("offer"),
    ),
    Operation(
        "work.list", "GET", "/api/v1/assignments", "List jobs at one's centres, without tenants",
        _CENTRE_TAG, list_work, s.WorkOut, "assignment.read", noun="assignment", query=Page,
        listed=True,
    ),
    Operation(
        "statement.list", "GET", "/api/v1/statements", "List monthly statements to centres",
        _CENTRE_TAG, list_statements, s.StatementOut, "statement.read", noun="statement",
        query=Page, listed=True,
    ),
    Operation(
        "settlement.run", "POST", _SETTLE, "Net what centres are owed and order its payment",
        _HOUSE, run_settlement, s.SettlementRun, "settlement.make", owners.house("settlement"),
        request=s.RunSettlement, status=201, timeout_s=120, example={"centres": ["demo-gz"]},
    ),
    Operation(
        "settlement.list", "GET", _SETTLE, "List settlement batches", _HOUSE, list_batches,
        s.BatchOut, "settlement.read", noun="settlement", query=Page, listed=True,
    ),
    Operation(
        "settlement.read", "GET", _BATCH, "Show a settlement batch", _HOUSE, read_batch,
        s.BatchOut, "settlement.read", owners.batch,
    ),
    Operation(
        "settlement.propose", "POST", _BATCH + "/propose", "Propose a batch's release", _HOUSE,
        propose_batch, s.ProposalOut, "settlement.release", owners.batch, request=Nothing,
    ),
    Operation(
        "settlement.release", "POST", _BATCH + "/release", "Release a batch as second person",
        _HOUSE, release_batch, s.BatchOut, "settlement.release", owners.batch, request=Nothing,
        timeout_s=120,
    ),
    Operation(
        "approval.list", "GET", "/api/v1/approvals", "List what waits for a second person", _HOUSE,
        list_approvals, list[s.ProposalOut], "approval.read", owners.house("approval"),
    ),
    Operation(
        "approval.read", "GET", _APPROVE, "Show a proposal", _HOUSE, read_approval, s.ProposalOut,
        "approval.read", owners.proposal,
    ),
    Operation(
        "approval.approve", "POST", _APPROVE + "/approve", "Approve as the second person", _HOUSE,
        approve, s.ProposalOut, "approval.decide", owners.proposal, request=Nothing,
    ),
    Operation(
        "approval.refuse", "POST", _APPROVE + "/refuse", "Refuse as the second person", _HOUSE,
        refuse, s.ProposalOut, "approval.decide", owners.proposal, request=Because,
        example={"reason": "the rate was typed with a zero too many"},
    ),
)  # fmt: skip
"""Centres, settlement, approvals."""
