"""Give a job to a lease of the auction whose order named none: gated and fitted as any job is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.domain.gate.house_rules import unite_guarded
from entrepot.kernel.errors import Conflict, Refused
from entrepot.kernel.period import local_day
from entrepot.kernel.rulebook.decide import Stance
from entrepot.kernel.text import N_
from entrepot.services.call_fail import the_auction_lease
from entrepot.services.call_lease import keep_verdict
from entrepot.services.call_open import found_call
from entrepot.services.decisions import journalled
from entrepot.services.gate_job import Declared, judged_cases, sender_of, site_cases, site_of
from entrepot.services.lease import the_lease
from entrepot.services.manifests import Named
from entrepot.services.order_fit import fit_of
from entrepot.services.places import places
from entrepot.services.ports_market import GivenJob
from entrepot.services.quote import LEASABLE, job_body

if TYPE_CHECKING:
    from entrepot.domain.gate.model import GateCase, GateDecision
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.declaration import JobSpec
    from entrepot.services.ports import UnitOfWork
    from entrepot.services.records import Body


def use_lease(
    app: App, lease_id: str, job: JobSpec, key: str, *, accept_duties: bool = False
) -> GivenJob:
    """Give a job to a lease that a call made, once.

    Args:
        app: the exchange; lease_id: of the auction, not started.
        job: what its file declares.
        key: idempotency key.
        accept_duties: the duties of the verdict are accepted.

    Raises:
        NotFound: no such lease of the auction.
        Refused: the gate shuts the place, asks for duties, or the job does not fit the devices.
        Conflict: the lease has a job already.
    """
    lease, now = the_lease(app, lease_id), app.clock.now()
    declared = job_body(job)

    def action(uow: UnitOfWork) -> dict[str, object]:
        own = the_auction_lease(uow, lease_id)
        quote = uow.deals.quote(lease.quote_id)
        assert quote is not None
        named = dict(quote.body["job"]).get("run")  # type: ignore[call-overload]
        if named or uow.market.given_job(lease_id) or uow.deals.job_of_lease(lease_id):
            raise Conflict(
                "auction.job_given",
                N_("Lease {id} has its job already."),
                hint=N_("Run it in its window: entrepot run {id}"),
                id=lease_id,
            )
        _see_fit(app, uow, own.call_id, lease, job)
        cases, decision = _judge(app, uow, lease, job)
        _see_lawful(lease, decision, accept_duties)
        kept = keep_verdict(app, uow, lease, cases, decision)
        uow.market.give_job(GivenJob(lease_id, lease.firm_id, declared, now, app.actor))
        duties = list(decision.duties)
        return {"lease_id": lease_id, "duties": duties, "decisions": [journalled(kept)]}

    body: Body = {"lease_id": lease_id, "job": declared, "accept": accept_duties}
    app.store.command(app.actor, "auction.use", key, body, now, action)
    with app.store.reading() as uow:
        found = uow.market.given_job(lease_id)
    assert found is not None
    return found


def _judge(
    app: App, uow: UnitOfWork, lease: r.Lease, job: JobSpec
) -> tuple[list[GateCase], GateDecision]:
    firm = uow.registry.firm(lease.firm_id)
    assert firm is not None
    site = site_of(app, uow, lease.centre_id, str(lease.choice["device_id"]))
    sender = sender_of(uow, firm, Named(job.manifest, job.mix_checks))
    told = Declared(job.data, job.data_return, job.placement)
    cases = site_cases(app, sender, told, site, Stance(local_day(app.clock.now())))
    return cases, unite_guarded(judged_cases(app, sender, site, cases))


def _see_fit(app: App, uow: UnitOfWork, call_id: str, lease: r.Lease, job: JobSpec) -> None:
    call = found_call(uow, call_id)
    fit = fit_of(app, uow, call, job, places(app, uow))
    place = (lease.centre_id, str(lease.choice["device_id"]))
    needed = fit.devices.get(place)
    reasons = [one.reason.render() for one in fit.dropped if one.place == place]
    if needed is None or needed * 1000 > lease.milli_devices or job.duration_s > lease.duration_s:
        raise Refused(
            "auction.misfit",
            N_("The job does not fit lease {id} of {devices} devices for {seconds} s."),
            hint=N_("Change what the job asks for, or its duration."),
            fields={"resources": " ".join(reasons) or "more devices or time than were bought"},
            id=lease.id,
            devices=lease.milli_devices // 1000,
            seconds=lease.duration_s,
        )


def _see_lawful(lease: r.Lease, decision: GateDecision, accepted: bool) -> None:
    if decision.outcome not in LEASABLE:
        raise Refused(
            "gate.closed",
            N_("The gate says {outcome} for {centre}, so the job cannot run there."),
            hint=N_("entrepot gate check JOB.yaml --centre {centre} says what is missing."),
            outcome=decision.outcome,
            centre=lease.centre_id,
        )
    if decision.duties and not accepted:
        raise Refused(
            "auction.duties",
            N_("The verdict for {centre} comes with {count} duties that must be accepted."),
            hint=N_("Add --accept-duties."),
            fields={"duties": ", ".join(decision.duties)},
            centre=lease.centre_id,
            count=len(decision.duties),
        )
