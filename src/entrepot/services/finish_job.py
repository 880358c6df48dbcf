"""Take a job forward: fetch its reports, and once it is over gate its outputs and bill it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from entrepot.domain.metering.model import RejectedReport
from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.errors import Conflict, EntrepotError
from entrepot.kernel.period import local_day
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.backend_port import OutputFile, Phase, Reason, RunState
from entrepot.services.bill import bill_job
from entrepot.services.call_mark import is_auction
from entrepot.services.call_window import close_window
from entrepot.services.check import open_work
from entrepot.services.decisions import keep_apart
from entrepot.services.gate_job import Declared, judge_return, sender_of, site_of
from entrepot.services.lease import the_lease
from entrepot.services.lease_leave import give_back
from entrepot.services.manifests import named_of
from entrepot.services.meter import take_reports
from entrepot.services.ports import UnitOfWork
from entrepot.services.requeue import look_at
from entrepot.services.run_job import backend_of, note_running, start_job, the_job
from entrepot.services.run_limit import follow_lease

LEASABLE = ("allow", "allow_with_duties")


@dataclass(frozen=True, slots=True)
class Step:
    """What one look at a job found.

    Attributes:
        job: as it stands.
        state: what the backend says.
        invoice: the bill, once there is one.
        rejected: usage reports that did not count.
    """

    job: r.Job
    state: RunState
    invoice: r.Invoice | None
    rejected: tuple[RejectedReport, ...] = ()


def advance(app: App, job_id: str) -> Step:
    """Look at a job once and take it as far as it goes.

    Safe to call at any time and from several processes: each effect is one transaction under
    its own key.

    Args:
        app: the exchange.
        job_id: ``J-…`` or its lease's id.

    Returns:
        Job, backend state, and the invoice when the job is over.
    """
    job = the_job(app, job_id)
    if job.state in r.OVER:
        return _over(app, job)
    job, state = look_at(app, job)
    if job.state in r.OVER:
        return _over(app, job)
    lease = the_lease(app, job.lease_id)
    if lease.duration_s != job.spec.get("time_limit_s"):
        follow_lease(app, lease)  # a process may have died before the centre heard of the change
    rejected = take_reports(app, lease, job)
    if not state.phase.is_final:
        return Step(_running(app, job, state), state, None, rejected)
    # The last report is written before the final state, so a second look finds it.
    rejected += take_reports(app, lease, job)
    ended = _ended(app, job, state)
    # Before the bill: a process killed between the two comes here again, and hands over again.
    hand_over(app, ended)
    invoice = bill_job(app, ended)
    return Step(the_job(app, job.id), state, invoice, rejected)


def _over(app: App, job: r.Job) -> Step:
    """Return the end of a job as recorded; one that its centre never started is billed here."""
    with app.store.reading() as uow:
        invoice = uow.deals.invoice_of_job(job.id)
    hint = N_("Correct the job file, then quote and lease again.")
    reason = Reason(job.reason, "{why}", hint, {"why": job.message}) if job.reason else None
    state = RunState(Phase(job.state), job.exit_code, reason, job.started_at, job.ended_at)
    return Step(job, state, invoice or bill_job(app, job))


def _running(app: App, job: r.Job, state: RunState) -> r.Job:
    if job.state == "running" or state.phase != Phase.RUNNING:
        return job

    def action(uow: UnitOfWork) -> dict[str, object]:
        current = uow.deals.job(job.id)
        # Another process may have billed the job since: its end must stay.
        if current is not None and current.state == "starting":
            uow.deals.update_job(note_running(current, state.started_at))
        return {"job_id": job.id}

    body: dict[str, object] = {"job_id": job.id}
    app.store.command(app.actor, "job.running", f"running:{job.id}", body, app.clock.now(), action)
    return the_job(app, job.id)


def _ended(app: App, job: r.Job, state: RunState) -> r.Job:
    outputs = gate_outputs(app, job, list(backend_of(app, job).outputs(job.id)))
    return replace(
        job,
        state=state.phase.value,
        started_at=state.started_at,
        ended_at=state.ended_at,
        exit_code=state.exit_code,
        reason=state.reason.code if state.reason else "",
        message=state.reason.text if state.reason else "",
        outputs=tuple(outputs),
    )


def gate_outputs(app: App, job: r.Job, files: Sequence[OutputFile]) -> list[r.Body]:
    """Judge the return leg for the outputs of a job, with the law and instruments of today.

    Each output inherits the job's data label. One whose leg is not open stays at the centre.

    Args:
        app: the exchange.
        job: the job; its label holds the declared facts.
        files: what the job handed back.
    """
    if not files:
        return []
    label = job.label
    declared = Declared(label["inbound"], label["returned"], {})  # type: ignore[arg-type]
    with app.store.reading() as uow:
        firm = uow.registry.firm(job.firm_id)
        assert firm is not None
        site = site_of(app, uow, job.centre_id, None)
        day = local_day(app.clock.now())
        sender = sender_of(uow, firm, named_of(label), job.lease_id)
        case, verdict = judge_return(app, sender, declared, site, day)
    kept = keep_apart(app, f"return:{job.id}", case, verdict)
    return [
        {
            "name": file.name,
            "bytes": file.bytes,
            "sha256": file.sha256,
            "path": str(file.path),
            "verdict": str(verdict.outcome),
            "deciding": list(verdict.deciding),
            "decision": kept.id,
            "duties": list(verdict.duties),
            # What an agent could not hand over while the leg was shut is not here.
            "released": verdict.outcome in LEASABLE and file.path.exists(),
            "label": {key: label[key] for key in ("inbound", "returned")},
        }
        for file in files
    ]


def hand_over(app: App, job: r.Job) -> list[Path]:
    """Copy released outputs to the firm's folder, each with its label beside it."""
    released = [output for output in job.outputs if output["released"]]
    for output in released:  # first, so that no label is written over an output of its name
        label = canonical_json({k: v for k, v in output.items() if k != "path"})
        app.save(f"outputs/{job.id}/{output['name']}.label.json", label)
    return [
        app.save(f"outputs/{job.id}/{output['name']}", Path(str(output["path"])).read_bytes())
        for output in released
    ]


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a recovery did.

    Attributes:
        released: leases that waited too long and were given back.
        billed: numbers of invoices of jobs that had ended.
        running: jobs that still run, or that could not be taken on now.
    """

    released: tuple[str, ...]
    billed: tuple[str, ...]
    running: tuple[str, ...]


def recover(app: App) -> Recovery:
    """Go on where a killed process stopped: release late leases, resume and bill jobs.

    Every command that writes calls it first. It is cheap when nothing is open.
    """
    now = app.clock.now()
    with app.store.reading() as uow:
        late, started = open_work(uow, now)
    released: list[str] = []
    billed: list[str] = []
    for lease in late:
        if is_auction(lease):
            billed_now = close_window(app, lease)
            billed += [billed_now.number] if billed_now else []
            continue
        with suppress(Conflict):  # started or given back meanwhile by another process
            left = give_back(app, lease.id, reason="not started in time", key=f"late:{lease.id}")
            released.append(lease.id)
            billed += [left.invoice.number] if left.invoice else []
    running: list[str] = []
    for lease in started:
        number = _carried_on(app, lease)
        (billed if number else running).append(number or the_job(app, lease.id).id)
    return Recovery(tuple(released), tuple(billed), tuple(running))


def _carried_on(app: App, lease: r.Lease) -> str | None:
    """Take the job of a lease on; return the number of its bill, None if it has none yet."""
    try:
        step = advance(app, start_job(app, lease.id).id)
    except EntrepotError:
        # Whoever asks for this job is told; nobody else has to wait for it.
        return None
    return step.invoice.number if step.invoice else None
