"""Jobs: their progress and log while they run, what came of them, what they used."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from entrepot.domain.access.model import Resource
from entrepot.faces.web.listing import listed
from entrepot.faces.web.owners import the_job
from entrepot.faces.web.visit import Answer, Download, Move, Page, Reply, Visit, absent
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.text import N_
from entrepot.services import records as r
from entrepot.services.backend_port import Backend, parse_progress

LOG_BYTES = 64 * 1024
"""End of a log that the page shows; the whole log is a file to fetch."""

FILE_BYTES = 64 * 1024 * 1024
"""Most of a log that is handed over as a file; a centre bounds logs below that."""


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """A lease in a list, with its job and bill once there are any."""

    lease: r.Lease
    name: str
    job: r.Job | None
    bill: r.Invoice | None


@dataclass(frozen=True, slots=True)
class Log:
    """The end of a log as people read it, and how far the job says it is, in percent."""

    text: str
    percent: int | None
    word: str
    cut: bool


def jobs(visit: Visit) -> Answer:
    """List leases with their jobs, newest first."""
    found, after = listed(visit, "lease.read", "leases")
    with visit.app.store.reading() as uow:
        rows: list[LeaseRow] = []
        for lease in cast("list[r.Lease]", found):
            job = uow.deals.job_of_lease(lease.id)
            quote = uow.deals.quote(lease.quote_id)
            named = cast("Mapping[str, Any]", quote.body["job"])["name"] if quote else ""
            bill = uow.deals.invoice_of_job(job.id) if job else None
            rows.append(LeaseRow(lease, str(named), job, bill))
    return Answer("jobs.html", {"rows": rows, "after": after})


def job(visit: Visit) -> Answer:
    """Show a job."""
    found = the_job(visit)
    return Answer("job.html", _values(visit, found))


def state(visit: Visit) -> Answer:
    """Return the part of the page that moves while the job runs."""
    found = the_job(visit)
    values = _values(visit, found)
    over = cast("r.Job", values["job"]).state in r.OVER
    return Answer("job_state.html", values, stop_polling=over)


def _values(visit: Visit, found: r.Job) -> dict[str, object]:
    found = _moved(visit, found)
    with visit.app.store.reading() as uow:
        bill = uow.deals.invoice_of_job(found.id)
        lease = uow.deals.lease(found.lease_id)
        centre = uow.registry.centre(found.centre_id)
    may = Resource("log", found.id, firm_id=found.firm_id)
    return {
        "job": found,
        "lease": lease,
        "centre": centre,
        "bill": bill,
        "log": _log(visit, found) if visit.may("log.read", may) else None,
        "over": found.state in r.OVER,
        "usage": _usage(visit, found) if found.state in r.OVER else None,
    }


def _moved(visit: Visit, found: r.Job) -> r.Job:
    """Take a job as far as it goes, on behalf of the house: whoever looks bills nobody."""
    from entrepot.services.finish_job import advance

    if found.state in r.OVER:
        with visit.app.store.reading() as uow:
            billed = uow.deals.invoice_of_job(found.id) is not None
        if billed:
            return found
    with suppress(EntrepotError):  # a centre that does not answer now is asked again later
        return advance(visit.house, found.id).job
    return found


def _log(visit: Visit, found: r.Job) -> Log:
    from entrepot.services.run_job import backend_of

    try:
        data, cut = read_log(backend_of(visit.house, found), found.id, LOG_BYTES)
    except EntrepotError:
        return Log("", None, "", False)
    plain: list[str] = []
    percent, word = None, ""
    for line in data.decode(errors="replace").splitlines():
        progress = parse_progress(line)
        if progress is None:
            plain.append("".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in line))
        else:
            percent, word = int(progress.done * 100), progress.text
    return Log("\n".join(plain), percent, word, cut)


def read_log(backend: Backend, job_id: str, most: int) -> tuple[bytes, bool]:
    """Return the end of a log and whether something before it was left out.

    Args:
        backend: where the job runs; it hands a log over piece by piece.
        job_id: whose log.
        most: bytes that are kept.
    """
    kept, offset, cut = b"", 0, False
    while True:
        piece, following = backend.logs(job_id, offset)
        if not piece or following <= offset:
            return kept, cut
        kept, offset = kept + piece, following
        cut, kept = cut or len(kept) > most, kept[-most:]


def _usage(visit: Visit, found: r.Job) -> Any:
    from entrepot.services.metered import job_usage

    if not visit.may("usage.read", Resource("usage", found.id, firm_id=found.firm_id)):
        return None
    with suppress(EntrepotError):
        return job_usage(visit.app, found.id)
    return None


def log_file(visit: Visit) -> Download:
    """Hand over the whole log."""
    from entrepot.services.run_job import backend_of

    found = the_job(visit, "log.read")
    data, _cut = read_log(backend_of(visit.house, found), found.id, FILE_BYTES)
    return Download(data, "text/plain; charset=utf-8", f"{found.name}-{found.id}.log")


def output(visit: Visit) -> Download:
    """Hand over an output whose way back is open."""
    found = the_job(visit, "output.read")
    for one in found.outputs:
        if one["name"] == visit.asked("name") and one["released"]:
            path = Path(str(one["path"]))
            if path.is_file():
                return Download(path.read_bytes(), "application/octet-stream", path.name)
    raise absent()


def cancel(visit: Visit) -> Reply:
    """Ask the centre to stop a job."""
    from entrepot.services.run_job import cancel_job

    found = the_job(visit, "job.cancel")
    try:
        cancel_job(visit.app, found.id)
    except EntrepotError as error:
        if error.http_status >= 500:
            raise
        return Answer("job.html", {**_values(visit, found), "failed": error}, error.http_status)
    return Move(f"/jobs/{found.id}", visit.say(N_("The centre was asked to stop the job.")))


PAGES = (
    Page("GET", "/jobs", jobs, "lease.read"),
    Page("GET", "/jobs/{job}", job, "job.read"),
    Page("GET", "/jobs/{job}/state", state, "job.read"),
    Page("GET", "/jobs/{job}/log", log_file, "log.read"),
    Page("GET", "/jobs/{job}/output", output, "output.read"),
    Page("POST", "/jobs/{job}/cancel", cancel, "job.cancel"),
)
