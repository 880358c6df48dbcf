"""``entrepot run``: run the job of a lease, or go on where a killed process stopped."""

from __future__ import annotations

import click

from entrepot.faces.cli.follow import follow, show_end
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import done, emit
from entrepot.faces.cli.papers import write_invoice
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services.app import App


@cli_command(
    "run",
    help=N_(
        "Run the job of a lease at its centre, with its log and progress, and bill it. "
        "With --resume, go on where a killed process stopped."
    ),
    examples=("entrepot run L-01…", "entrepot run L-01… --detach", "entrepot run --resume"),
)
@click.argument("lease", required=False, metavar="L-…")
@click.option("--detach", is_flag=True, help=N_("Start it and leave; entrepot run comes back."))
@click.option("--resume", is_flag=True, help=N_("Release late leases, resume and bill all jobs."))
@json_option
@pass_session
def command(session: Session, lease: str | None, detach: bool, resume: bool) -> None:
    """Start or attach, watch, bill."""
    from entrepot.services.finish_job import recover
    from entrepot.services.run_job import start_job

    app = session.app
    if resume:
        found = recover(app)
        data = {"released": found.released, "billed": found.billed, "running": found.running}
        emit(session, data, lambda: _show_recovery(data))
        return
    if lease is None:
        raise Invalid(
            "run.lease",
            N_("Say which lease to run."),
            hint=N_("entrepot run L-…, or entrepot run --resume for all that is open."),
        )
    job = start_job(app, lease)
    if detach:
        data = {"job_id": job.id, "lease_id": lease, "state": job.state}
        emit(session, data, lambda: done(_(N_("Job {id} started.")).format(id=job.id)))
        return
    run_to_end(session, app, job.id)


JOB_FAILED = 1
"""Exit code of a command whose job did not succeed; what it used is billed all the same."""


def run_to_end(session: Session, app: App, job_id: str, wanted: str = "succeeded") -> None:
    """Watch a job to its bill, write the invoice, print both.

    Args:
        session: the call.
        app: the exchange.
        job_id: a started job.
        wanted: end that counts as a success of the command.

    Raises:
        Exit: with :data:`JOB_FAILED`, when the job ended otherwise.
    """
    from entrepot.services.run_job import the_job

    step = follow(app, the_job(app, job_id), quiet=session.json)
    assert step.invoice is not None
    papers = write_invoice(app, step.invoice)
    data = {
        "job_id": step.job.id,
        "lease_id": step.job.lease_id,
        "state": step.job.state,
        "exit_code": step.job.exit_code,
        "reason": step.job.reason,
        "message": step.job.message,
        "outputs": step.job.outputs,
        "invoice": step.invoice.number,
        "total_minor": step.invoice.total_minor,
        "papers": [str(path) for path in papers],
    }

    def render() -> None:
        show_end(step)
        for path in papers:
            print(f"  {path}")

    emit(session, data, render)
    if step.job.state != wanted:
        raise click.exceptions.Exit(JOB_FAILED)


def _show_recovery(found: dict[str, tuple[str, ...]]) -> None:
    words = {
        "released": N_("Lease {id} was released: it never started."),
        "billed": N_("Invoice {id} was written for a job that had ended."),
        "running": N_("Job {id} is still running."),
    }
    for kind, names in found.items():
        for name in names:
            done(_(words[kind]).format(id=name))
    if not any(found.values()):
        done(_(N_("Nothing was left open.")))
