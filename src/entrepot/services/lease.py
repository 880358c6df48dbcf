"""Take a quote: hold the money, reserve the devices and vouchers, accept the duties — or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from entrepot.domain.gate.duties import task_of
from entrepot.domain.gate.model import GateDecision
from entrepot.kernel import ids
from entrepot.kernel.errors import Conflict, Invalid, NotFound, Refused
from entrepot.kernel.period import iso_utc, local_day
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.budget_guard import note_alerts, see_budgets
from entrepot.services.call_mark import see_not_paid
from entrepot.services.call_stock import see_not_promised
from entrepot.services.contracts import bind_lease
from entrepot.services.credit_line import hold_money, void_hold
from entrepot.services.decisions import journalled, keep
from entrepot.services.dunning import see_not_suspended
from entrepot.services.export_counter import count_exports
from entrepot.services.gate_job import judge_choice
from entrepot.services.lease_place import Units, plan_units, still_free
from entrepot.services.lease_terms import kept_in, terms_in
from entrepot.services.ports import UnitOfWork
from entrepot.services.voucher_money import release_vouchers, reserve_vouchers


def take_quote(
    app: App, quote_id: str, *, choice: int = 1, accept_duties: bool = False, key: str
) -> r.Lease:
    """Turn a quote into a lease, in one transaction.

    Args:
        app: the exchange.
        quote_id: ``Q-…``.
        choice: rank of the candidate taken, from 1.
        accept_duties: the firm accepts the duties shown with the verdict.
        key: idempotency key; the same key gives the same lease.

    Returns:
        The lease, held.

    Raises:
        NotFound: no such quote.
        Invalid: no candidate of that rank.
        Refused: expired, not lawful any more, duties not accepted, no funds, no contract, or the
            firm is suspended.
        Conflict: taken already, or the devices were sold meanwhile.
    """
    now = app.clock.now()
    body: dict[str, object] = {"quote_id": quote_id, "choice": choice, "accept": accept_duties}
    lease_id, hold_id = app.ids.new(ids.LEASE), app.ids.new(ids.TRANSFER)
    plan = plan_units(app, quote_id, choice)

    def action(uow: UnitOfWork) -> dict[str, object]:
        quote = _fresh_quote(uow, quote_id, now)
        see_not_suspended(uow, quote.firm_id, local_day(now))
        chosen = _candidate(quote, choice)
        cases, decision = judge_choice(app, uow, quote, chosen)
        duties = _lawful_duties(decision, quote, chosen, accept_duties)
        lease = _lease_of(app, quote, chosen, lease_id, hold_id, now)
        uow.deals.add_lease(lease)
        _reserve_devices(uow, lease, choice, plan)
        hold_money(app, uow, lease, bind_lease(app, uow, lease, now).terms)
        see_budgets(uow, lease.firm_id, lease.hold_minor, now, lease.quote_id)
        reserve_vouchers(app, uow, lease, chosen)
        count_exports(app, uow, lease, decision)
        for task in duty_tasks(app, lease, duties, local_day(now)):
            uow.deals.add_task(task)
        kept = keep(app, uow, f"lease:{lease.id}", cases, decision)
        named = {f"decision_{what}": value for what, value in journalled(kept).items()}
        return {"lease_id": lease.id, "duties_accepted": list(duties), **named}

    answer = app.store.command(app.actor, "lease.take", key, body, now, action)
    return note_alerts(app, the_lease(app, str(answer["lease_id"])))


def _reserve_devices(uow: UnitOfWork, lease: r.Lease, choice: int, plan: Units) -> None:
    exclusive, apart = lease.isolation == "exclusive", lease.isolation
    if still_free(uow, lease, plan):
        taken = uow.leases.take_units(lease.id, lease.pool_id, plan)
    else:
        held = (lease.id, lease.pool_id, lease.milli_devices)
        taken = uow.capacity.reserve(*held, exclusive, apart)
    if not taken:
        raise Conflict(
            "capacity.sold",
            N_("The devices of candidate {choice} were sold meanwhile."),
            hint=N_("Take another candidate with --choice, or quote again."),
            choice=choice,
        )
    see_not_promised(uow, lease)


def the_lease(app: App, lease_id: str) -> r.Lease:
    """Return a lease.

    Raises:
        NotFound: no such lease.
    """
    with app.store.reading() as uow:
        lease = uow.deals.lease(lease_id)
    if lease is None:
        raise NotFound(
            "lease.unknown",
            N_("There is no lease {id}."),
            hint=N_("entrepot jobs lists leases and jobs."),
            id=lease_id,
        )
    return lease


def release_lease(app: App, lease_id: str, *, reason: str, key: str) -> r.Lease:
    """Give back a lease that never ran: money, devices, vouchers.

    Raises:
        NotFound: no such lease.
        Refused: it was bought in an auction, or its kind asks for a least time or a notice.
        Conflict: it runs or ran; cancel its job instead.
    """
    now = app.clock.now()
    void_id = app.ids.new(ids.TRANSFER)

    def action(uow: UnitOfWork) -> dict[str, object]:
        lease = uow.deals.lease(lease_id)
        if lease is None or not uow.deals.set_lease(lease_id, "held", "released"):
            raise Conflict(
                "lease.used",
                N_("Lease {id} is not waiting for its job any more."),
                hint=N_("entrepot jobs shows what became of it."),
                id=lease_id,
            )
        uow.capacity.release(lease_id)
        void_hold(uow, lease, void_id)
        release_vouchers(uow, lease_id)
        uow.gate_records.release_exports(lease_id)
        return {"lease_id": lease_id, "reason": reason}

    found = the_lease(app, lease_id)
    see_not_paid(found)
    _see_free_to_leave(found)
    body: dict[str, object] = {"lease_id": lease_id, "reason": reason}
    app.store.command(app.actor, "lease.release", key, body, now, action)
    return the_lease(app, lease_id)


def _see_free_to_leave(lease: r.Lease) -> None:
    terms = terms_in(lease)
    if lease.state == "held" and (terms.binds or kept_in(lease)):
        raise Refused(
            "lease.binds",
            N_("Lease {id} of the kind {kind} has a least time or a notice, which are charged."),
            hint=N_("See what leaving it costs: entrepot lease leave {id} --dry-run"),
            id=lease.id,
            kind=terms.kind.value,
        )


def _fresh_quote(uow: UnitOfWork, quote_id: str, now: int) -> r.Quote:
    quote = uow.deals.quote(quote_id)
    if quote is None:
        raise NotFound(
            "quote.unknown",
            N_("There is no quote {id}."),
            hint=N_("Ask for one: entrepot quote JOB.yaml"),
            id=quote_id,
        )
    taken = uow.deals.lease_of_quote(quote_id)
    if taken is not None:
        raise Conflict(
            "quote.taken",
            N_("Quote {id} was taken by lease {lease} already."),
            hint=N_("Run it: entrepot run {lease}"),
            id=quote_id,
            lease=taken.id,
        )
    # A clock that went back must not make an old quote young again.
    if now >= quote.valid_until or now < quote.created_at:
        raise Refused(
            "quote.expired",
            N_("Quote {id} was valid from {from_} until {until}; it is {now} now."),
            hint=N_("Ask again: entrepot quote JOB.yaml"),
            id=quote_id,
            from_=iso_utc(quote.created_at),
            until=iso_utc(quote.valid_until),
            now=iso_utc(now),
        )
    return quote


def _candidate(quote: r.Quote, choice: int) -> Mapping[str, object]:
    candidates = cast(Sequence[Mapping[str, object]], quote.body["candidates"])
    if not 1 <= choice <= len(candidates):
        raise Invalid(
            "quote.choice",
            N_("Quote {id} has {count} candidates; there is no candidate {choice}."),
            hint=N_("Choose from 1 to {count}; with none, see entrepot quote JOB.yaml --why."),
            id=quote.id,
            count=len(candidates),
            choice=choice,
        )
    return candidates[choice - 1]


def _lawful_duties(
    decision: GateDecision, quote: r.Quote, chosen: Mapping[str, object], accepted: bool
) -> tuple[str, ...]:
    """Return the duties of the verdict of now; the law does not wait for a quote."""
    if decision.outcome not in ("allow", "allow_with_duties"):
        raise Refused(
            "gate.closed",
            N_("The gate says {outcome} for {centre}, so it cannot be leased."),
            hint=N_("entrepot gate check JOB.yaml --centre {centre} says what is missing."),
            outcome=decision.outcome,
            centre=chosen["centre_id"],
        )
    if decision.duties and not accepted:
        raise Refused(
            "gate.duties",
            N_("The verdict for {centre} comes with {count} duties that must be accepted."),
            hint=N_("Read them with entrepot quote {quote}, then add --accept-duties."),
            centre=chosen["centre_id"],
            count=len(decision.duties),
            quote=quote.id,
        )
    return tuple(decision.duties)


def _lease_of(
    app: App,
    quote: r.Quote,
    chosen: Mapping[str, object],
    lease_id: str,
    hold_id: str,
    now: int,
) -> r.Lease:
    job = cast(Mapping[str, object], quote.body["job"])
    return r.Lease(
        id=lease_id,
        quote_id=quote.id,
        firm_id=quote.firm_id,
        centre_id=str(chosen["centre_id"]),
        pool_id=str(chosen["pool_id"]),
        offer_id=str(chosen["offer_id"]),
        milli_devices=cast(int, chosen["milli_devices"]),
        isolation=str(chosen["isolation"]),
        duration_s=cast(int, job["duration_s"]),
        created_at=now,
        start_by=now + app.settings.start_grace_s,
        state="held",
        fence=1,
        hold_id=hold_id,
        hold_minor=cast(int, chosen["payable_now_minor"]),
        choice=dict(chosen),
    )


def duty_tasks(app: App, lease: r.Lease, duties: Sequence[str], day: date) -> list[r.DutyTask]:
    """Return the tasks that duties accepted on a day make; most need no record."""
    tasks: list[r.DutyTask] = []
    for duty in duties:
        task = task_of(duty, day)
        if task is not None:
            tasks.append(
                r.DutyTask(
                    app.ids.new(ids.TASK),
                    lease.firm_id,
                    lease.id,
                    duty,
                    task.title,
                    task.due_on.isoformat(),
                    None,
                )
            )
    return tasks
