"""``entrepot logs``: what a job has written."""

from __future__ import annotations

import time

import click

from entrepot.faces.cli.follow import POLL_S, print_log
from entrepot.faces.cli.frame import Session, cli_command, json_option, pass_session
from entrepot.faces.cli.output import clean, emit
from entrepot.kernel.text import N_
from entrepot.services.backend_port import Backend

CHUNKS_MAX = 10_000


@cli_command(
    "logs",
    help=N_("Print what a job has written so far; with --follow until it ends."),
    examples=("entrepot logs J-01…", "entrepot logs L-01… --follow"),
)
@click.argument("job", metavar="J-…|L-…")
@click.option("-f", "--follow", is_flag=True, help=N_("Go on until the job ends."))
@json_option
@pass_session
def command(session: Session, job: str, follow: bool) -> None:
    """Print a log."""
    from entrepot.services.run_job import backend_of, the_job

    found = the_job(session.app, job)
    backend = backend_of(session.app, found)
    if session.json:
        emit(session, {"job_id": found.id, "log": _whole(backend, found.id)}, lambda: None)
        return
    offset = 0
    while True:
        final = backend.state(found.id).phase.is_final
        before = offset
        offset = print_log(backend, found.id, offset, lambda line: print(clean(line), flush=True))
        if offset == before and (final or not follow):
            return
        if follow and offset == before:
            time.sleep(POLL_S)


def _whole(backend: Backend, job_id: str) -> str:
    parts: list[bytes] = []
    offset = 0
    for _ in range(CHUNKS_MAX):
        data, following = backend.logs(job_id, offset)
        if not data:
            break
        parts.append(data)
        offset = following
    return b"".join(parts).decode(errors="replace")
