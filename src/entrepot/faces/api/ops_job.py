"""Operations on jobs: start, state, log, cancel, outputs, usage."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, cast

from entrepot.client import shapes as s
from entrepot.client.shapes_money import Nothing
from entrepot.faces.api import owners
from entrepot.faces.api.operation import Call, Download, Operation
from entrepot.faces.api.paging import Page, PageOf, page_of
from entrepot.faces.api.refusals import absent
from entrepot.faces.api.wire import plain
from entrepot.services import records as r
from entrepot.services.app import App
from entrepot.services.run_job import backend_of, cancel_job, start_job, the_job

LOG_BYTES_MAX = 256 * 1024
_TAG = "Jobs"


def start(call: Call[s.StartJob, Any]) -> s.JobOut:
    """Start the job of a lease; a lease has one job, so a repetition attaches to it."""
    return job_out(call.app, start_job(call.app, call.body.lease_id))


def read(call: Call[Any, Any]) -> s.JobOut:
    """Show a job."""
    return job_out(call.app, the_job(call.app, call.path["job_id"]))


def list_jobs(call: Call[Any, Page]) -> PageOf[s.JobOut]:
    """List jobs, newest first."""
    with call.app.store.reading() as uow:

        def shown(job: r.Job) -> s.JobOut:
            return _job_row(job, uow.deals.invoice_of_job(job.id))

        return page_of(call, "job.list", uow.pages.jobs, lambda one: one.id, shown)


def cancel(call: Call[Nothing, Any]) -> s.JobOut:
    """Ask the centre to stop a job."""
    return job_out(call.app, cancel_job(call.app, call.path["job_id"]))


def read_log(call: Call[Any, s.LogFrom]) -> s.LogOut:
    """Read a piece of a log; half a character at its end waits for the next piece."""
    job = the_job(call.app, call.path["job_id"])
    offset = call.query.offset
    data, following = backend_of(call.app, job).logs(job.id, offset)
    if len(data) > LOG_BYTES_MAX:
        data, following = data[:LOG_BYTES_MAX], offset + LOG_BYTES_MAX
    final = job.state in r.OVER and not data
    return s.LogOut(job.id, offset, following, data.decode(errors="replace"), final)


def read_output(call: Call[Any, s.OutputName]) -> Download:
    """Hand over an output whose way back is open."""
    job = the_job(call.app, call.path["job_id"])
    for output in job.outputs:
        if output["name"] == call.query.name and output["released"]:
            path = Path(str(output["path"]))
            if path.is_file():
                return Download(path, "application/octet-stream", PurePosixPath(path).name)
    raise absent()


def read_usage(call: Call[Any, Any]) -> s.JobUsage:
    """Show what a job has used."""
    job = the_job(call.app, call.path["job_id"])
    with call.app.store.reading() as uow:
        events = [one for one in uow.deals.usage(job.lease_id) if one.job_id == job.id]
    reports = [
        s.UsageOut(
            one.id,
            one.seq,
            one.fence,
            one.milli_device_seconds,
            cast("s.Plain", plain(one.body)),
            one.signature,
        )
        for one in events
    ]
    return s.JobUsage(job.id, sum(one.milli_device_seconds for one in events), reports)


def job_out(app: App, job: r.Job) -> s.JobOut:
    """Return a job with the number of its bill."""
    with app.store.reading() as uow:
        return _job_row(job, uow.deals.invoice_of_job(job.id))


def _job_row(job: r.Job, bill: r.Invoice | None) -> s.JobOut:
    return s.JobOut(
        job.id,
        job.lease_id,
        job.firm_id,
        job.centre_id,
        job.name,
        job.state,
        job.created_at,
        job.started_at,
        job.ended_at,
        job.exit_code,
        job.reason,
        job.message,
        [_output(one) for one in job.outputs],
        bill.number if bill else None,
    )


def _output(output: Mapping[str, object]) -> s.OutputOut:
    return s.OutputOut(
        str(output["name"]),
        cast("int", output["bytes"]),
        str(output["sha256"]),
        str(output["verdict"]),
        bool(output["released"]),
        cast("s.Plain", plain(output["label"])),
    )


_JOB = "/api/v1/jobs"
_ONE = _JOB + "/{job_id}"

OPERATIONS = (
    Operation(
        "job.start", "POST", _JOB, "Start the job of a lease", _TAG, start, s.JobOut, "job.run",
        owners.lease_run, request=s.StartJob, status=201,
        example={"lease_id": "L-01JD8Z3N5V6W7X8Y9ZABCDEFGH"},
    ),
    Operation(
        "job.list", "GET", _JOB, "List jobs", _TAG, list_jobs, s.JobOut, "job.read", noun="job",
        query=Page, listed=True,
    ),
    Operation(
        "job.read", "GET", _ONE, "Show a job with its outputs", _TAG, read, s.JobOut, "job.read",
        owners.job("job"),
    ),
    Operation(
        "job.cancel", "POST", _ONE + "/cancel", "Stop a job; what it used is billed", _TAG, cancel,
        s.JobOut, "job.cancel", owners.job("job"), request=Nothing,
    ),
    Operation(
        "log.read", "GET", _ONE + "/log", "Read a job's log from an offset", _TAG, read_log,
        s.LogOut, "log.read", owners.job("log"), query=s.LogFrom,
    ),
    Operation(
        "output.read", "GET", _ONE + "/output", "Fetch a released output", _TAG, read_output,
        bytes, "output.read", owners.job("output"), kind="file", query=s.OutputName,
    ),
    Operation(
        "usage.read", "GET", _ONE + "/usage", "Show a job's signed usage reports", _TAG,
        read_usage, s.JobUsage, "usage.read", owners.job("usage"),
    ),
)  # fmt: skip
"""Jobs."""
