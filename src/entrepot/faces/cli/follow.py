"""Watch a job to its end: log lines, progress, and the bill."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import clean, done, money, size, warn
from entrepot.faces.cli.quote_show import OUTCOMES
from entrepot.faces.cli.state_words import state_word
from entrepot.kernel.money import HKD, Amount
from entrepot.kernel.text import N_
from entrepot.services.backend_port import Backend, parse_progress

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.app import App
    from entrepot.services.finish_job import Step

POLL_S = 0.2


def follow(app: App, job: r.Job, *, quiet: bool) -> Step:
    """Watch a job until it is billed; an interrupt leaves it running.

    Args:
        app: the exchange.
        job: a started job.
        quiet: print nothing while it runs.

    Returns:
        The last step, with the invoice.
    """
    from entrepot.services.finish_job import advance
    from entrepot.services.run_job import backend_of

    backend = backend_of(app, job)
    if not quiet:
        for warning in backend.describe().warnings:
            warn(_(warning))
    offset = 0
    while True:
        step = advance(app, job.id)
        if not quiet and step.state.started_at is not None:
            offset = print_log(backend, job.id, offset, _line_printer())
        if step.invoice is not None:
            return step
        time.sleep(POLL_S)


def print_log(backend: Backend, job_id: str, offset: int, put: Callable[[str], None]) -> int:
    """Print what the log holds from ``offset`` on, whole lines only; return the next offset."""
    data, following = backend.logs(job_id, offset)
    cut = data.rfind(b"\n") + 1
    for line in data[:cut].decode(errors="replace").splitlines():
        put(line)
    return following - (len(data) - cut)


def _line_printer() -> Callable[[str], None]:
    moving = sys.stderr.isatty()

    def put(line: str) -> None:
        progress = parse_progress(line)
        if progress is None:
            if moving:
                sys.stderr.write("\r\x1b[2K")
            print("  │ " + clean(line), flush=True)
        elif moving:
            filled = int(progress.done * 24)
            bar = "█" * filled + "░" * (24 - filled)
            text = f"\r\x1b[2K  {bar} {int(progress.done * 100):3d} % {clean(progress.text)}"
            sys.stderr.write(text)
            sys.stderr.flush()
            if progress.done == 1:
                sys.stderr.write("\r\x1b[2K")

    return put


def show_end(step: Step) -> None:
    """Print how a job ended, what came of it, and what it cost."""
    job, invoice = step.job, step.invoice
    assert invoice is not None
    if job.state == "succeeded":
        done(_(N_("Job {name} succeeded.")).format(name=job.name))
    else:
        reason = step.state.reason
        warn(
            _(N_("Job {name} ended as {state}: {why}")).format(
                name=job.name,
                state=state_word(job.state),
                why=reason.render(_) if reason else job.message,
            )
        )
        if reason and reason.hint:
            print(_(N_("To fix: {hint}")).format(hint=reason.render_hint(_)))
    for output in job.outputs:
        place = (
            "" if output["released"] else _(N_(" – stays at the centre: the return leg is shut"))
        )
        verdict = _(OUTCOMES.get(str(output["verdict"]), str(output["verdict"])))
        print(f"  {output['name']}  {size(int(str(output['bytes'])))}  {verdict}{place}")
    print(
        _(N_("Billed {amount} on invoice {number}; the rest of the hold is released.")).format(
            amount=money(Amount(invoice.total_minor, HKD)), number=invoice.number
        )
    )
