"""Start the job of a lease, once, and watch it: state, log, cancellation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from entrepot.kernel import ids
from entrepot.kernel.compute import MILLI
from entrepot.kernel.errors import Conflict, EntrepotError, Fault, Invalid, NotFound, Refused
from entrepot.kernel.period import iso_utc
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.backend_port import MIB, Backend, RunSpec
from entrepot.services.call_mark import begin_window, is_auction, run_seconds, see_job
from entrepot.services.job_files import check_files
from entrepot.services.lease import the_lease
from entrepot.services.ports import UnitOfWork

DISK_MIB_DEFAULT = 1024
MEMORY_MIB_DEFAULT = 1024


def start_job(app: App, lease_id: str) -> r.Job:
    """Start the job of a lease at its centre, or attach to it if it was started before.

    The job is recorded before the backend hears of it, and the backend starts a job id once;
    so a process killed between the two goes on here, and nothing runs twice.

    Args:
        app: the exchange.
        lease_id: ``L-…``.

    Returns:
        The job; as failed, with nothing used, when the centre cannot start it.

    Raises:
        NotFound: no such lease.
        Refused: the lease waited too long or its window has not begun, or a file of the job
            changed since the quote.
        Conflict: the lease was released, or its devices are not free yet.
    """
    lease = the_lease(app, lease_id)
    with app.store.reading() as uow:
        job = uow.deals.job_of_lease(lease_id)
        quote = uow.deals.quote(lease.quote_id)
        given = uow.market.given_job(lease_id) if is_auction(lease) else None
    assert quote is not None
    if job is None:
        declared = given.job if given else cast(Mapping[str, object], quote.body["job"])
        see_job(lease, declared)
        check_files(declared)
        job = _record(app, lease, declared)
        return _submit(app, job)
    if job.state in r.OVER:
        return job
    return _submit(app, job) if _is_known(app, job) else _submit_late(app, job)


def _is_known(app: App, job: r.Job) -> bool:
    try:
        backend_of(app, job).state(job.id)
    except NotFound:
        return False
    return True


def _submit(app: App, job: r.Job) -> r.Job:
    try:
        backend_of(app, job).submit(spec_of(job))
    except (Invalid, Refused) as error:
        # Asked again, the centre would say the same: the lease must not wait for it.
        return _never_ran(app, job, error)
    return job


def _submit_late(app: App, job: r.Job) -> r.Job:
    """Submit a job that was recorded by a process that died before the centre heard of it."""
    try:
        check_files({"run": job.spec})
    except (NotFound, Refused) as error:
        return _never_ran(app, job, error)
    return _submit(app, job)


def submit_again(app: App, job: r.Job) -> r.Job | None:
    """Submit a job that was queued once more, under its new token; again changes nothing.

    Returns:
        The job; as failed when a file of it is gone or its centre cannot start it. None while its
        centre does not answer.
    """
    try:
        return _submit_late(app, job)
    except Fault:
        return None


def _never_ran(app: App, job: r.Job, error: EntrepotError) -> r.Job:
    """Close a job that its centre cannot start, so that its bill of nought frees the lease."""
    now = app.clock.now()

    def action(uow: UnitOfWork) -> dict[str, object]:
        failed = replace(job, state="failed", ended_at=now, reason=error.code, message=str(error))
        uow.deals.update_job(failed)
        return {"job_id": job.id, "reason": error.code}

    body: dict[str, object] = {"job_id": job.id}
    app.store.command(app.actor, "job.refuse", f"refuse:{job.id}", body, now, action)
    return the_job(app, job.id)


def _record(app: App, lease: r.Lease, declared: Mapping[str, object]) -> r.Job:
    now = app.clock.now()
    job_id = app.ids.new(ids.JOB)

    def action(uow: UnitOfWork) -> dict[str, object]:
        known = uow.deals.job_of_lease(lease.id)
        if known is not None:
            return {"job_id": known.id}
        if now >= lease.start_by or now < lease.created_at:
            raise Refused(
                "lease.late",
                N_("Lease {id} had to start by {by}; it is {now} now."),
                hint=N_("Quote and lease again: entrepot launch JOB.yaml"),
                id=lease.id,
                by=iso_utc(lease.start_by),
                now=iso_utc(now),
            )
        begin_window(uow, lease, now)
        if not uow.deals.set_lease(lease.id, "held", "running"):
            raise Conflict(
                "lease.released",
                N_("Lease {id} was released and cannot run."),
                hint=N_("Quote and lease again: entrepot launch JOB.yaml"),
                id=lease.id,
            )
        uow.deals.add_job(_new_job(app, uow, job_id, lease, declared, now))
        return {"job_id": job_id}

    body: dict[str, object] = {"lease_id": lease.id}
    key = f"start:{lease.id}"
    answer = app.store.command(app.actor, "job.start", key, body, now, action)
    return the_job(app, str(answer["job_id"]))


def _new_job(
    app: App,
    uow: UnitOfWork,
    job_id: str,
    lease: r.Lease,
    declared: Mapping[str, object],
    now: int,
) -> r.Job:
    run = cast(Mapping[str, object], declared["run"])
    data = cast(Mapping[str, object], declared["data"])
    spec: dict[str, object] = {
        **run,
        "time_limit_s": run_seconds(uow, lease, now),
        "milli_devices": lease.milli_devices,
        "memory_mib": declared.get("memory_mib") or MEMORY_MIB_DEFAULT,
        "disk_mib": declared.get("disk_mib") or DISK_MIB_DEFAULT,
        **_machine(app, uow, lease),
    }
    return r.Job(
        id=job_id,
        lease_id=lease.id,
        firm_id=lease.firm_id,
        centre_id=lease.centre_id,
        fence=lease.fence,
        name=str(declared["name"]),
        state="starting",
        created_at=now,
        started_at=None,
        ended_at=None,
        exit_code=None,
        reason="",
        message="",
        spec=spec,
        label=data,
        outputs=(),
    )


def _machine(app: App, uow: UnitOfWork, lease: r.Lease) -> dict[str, object]:
    """Return the kind of accelerator that a lease holds, if any, and the processors beside it."""
    pool = uow.registry.pool(lease.pool_id)
    assert pool is not None
    device = app.facts.devices.get(pool.device_id)
    is_processor = device is not None and device.kind == "processor"
    cpus = max(1, pool.vcpus * lease.milli_devices // MILLI)
    return {"device": "" if is_processor else pool.device_id, "cpus": cpus}


def spec_of(job: r.Job) -> RunSpec:
    """Return the run as the backend takes it; the same job gives the same run."""
    spec = job.spec
    files = cast(Mapping[str, Mapping[str, str]], spec["files"])
    return RunSpec(
        job_id=job.id,
        lease_id=job.lease_id,
        fence=job.fence,
        centre_id=job.centre_id,
        command=tuple(cast(Sequence[str], spec["command"])),
        files={name: Path(file["path"]) for name, file in files.items()},
        outputs=tuple(cast(Sequence[str], spec["outputs"])),
        env=cast(Mapping[str, str], spec["env"]),
        time_limit_s=cast(int, spec["time_limit_s"]),
        milli_devices=cast(int, spec["milli_devices"]),
        memory_bytes_max=cast(int, spec["memory_mib"]) * MIB,
        disk_bytes_max=cast(int, spec["disk_mib"]) * MIB,
        # Jobs that were recorded before these were known have none.
        device=cast(str, spec.get("device", "")),
        cpus=cast(int, spec.get("cpus", 1)),
    )


def the_job(app: App, job_id: str) -> r.Job:
    """Return a job by its own id or by its lease's.

    Raises:
        NotFound: no such job.
    """
    with app.store.reading() as uow:
        job = uow.deals.job(job_id) or uow.deals.job_of_lease(job_id)
    if job is None:
        raise NotFound(
            "job.unknown",
            N_("There is no job {id}."),
            hint=N_("entrepot jobs lists them."),
            id=job_id,
        )
    return job


def backend_of(app: App, job: r.Job) -> Backend:
    """Return the backend of the job's centre."""
    with app.store.reading() as uow:
        centre = uow.registry.centre(job.centre_id)
    assert centre is not None
    return app.backend(centre.backend)


def cancel_job(app: App, job_id: str) -> r.Job:
    """Ask the centre to stop a job; what it used is billed.

    Returns:
        The job; as it failed, when its centre never heard of it and cannot start it.

    Raises:
        NotFound: no such job.
        Conflict: it is over.
    """
    job = the_job(app, job_id)
    if job.state in r.OVER:
        raise Conflict(
            "job.over",
            N_("Job {id} is over: {state}."),
            hint=N_("entrepot jobs show {id} says how it ended."),
            id=job.id,
            state=job.state,
        )

    def action(uow: UnitOfWork) -> dict[str, object]:
        return {"job_id": job.id}

    body: dict[str, object] = {"job_id": job.id}
    app.store.command(app.actor, "job.cancel", f"cancel:{job.id}", body, app.clock.now(), action)
    if not _is_known(app, job):
        # Only a run that the centre knows can be stopped for good: else it could start later.
        job = _submit_late(app, job)
    if job.state not in r.OVER:
        backend_of(app, job).cancel(job.id)
    return job


def note_running(job: r.Job, started_at: int | None) -> r.Job:
    """Return the job as running since ``started_at``."""
    return replace(job, state="running", started_at=started_at)
