"""Take every call as far as the clock allows: close gates that are due, run what is closed.

A rolling series needs nothing else than this command, once a minute; it is safe to call at any time
and from several processes, since each step is one transaction under a key of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.kernel.errors import EntrepotError
from entrepot.services.call_close import close_call
from entrepot.services.call_open import calls_of
from entrepot.services.call_run import run_call
from entrepot.services.elastic_end import end_given_up
from entrepot.services.finish_job import recover
from entrepot.services.ports_market import CLOSED, OPEN

if TYPE_CHECKING:
    from entrepot.services.app import App


@dataclass(frozen=True, slots=True)
class Ticked:
    """What was done.

    Attributes:
        closed, cleared: ids of calls; billed: numbers of bills of windows and jobs that are over.
        failed: call → why it could not be taken on; the others do not wait for it.
    """

    closed: tuple[str, ...]
    cleared: tuple[str, ...]
    billed: tuple[str, ...]
    failed: dict[str, str]


def tick(app: App, time_limit_s: float | None = None) -> Ticked:  # not money: seconds
    """Close and run all calls that are due, and bill the windows that are over.

    Args:
        app: the exchange.
        time_limit_s: for the solver, a call.
    """
    closed: list[str] = []
    cleared: list[str] = []
    failed: dict[str, str] = {}
    for call in calls_of(app, (OPEN, CLOSED)):
        try:
            if call.state == OPEN and app.clock.now() < call.gate_closure:
                continue
            if call.state == OPEN:
                close_call(app, call.id, f"close:{call.id}")
                closed.append(call.id)
            run_call(app, call.id, time_limit_s)
            cleared.append(call.id)
        except EntrepotError as error:
            failed[call.id] = error.render()
    end_given_up(app)
    return Ticked(tuple(closed), tuple(cleared), recover(app).billed, failed)
