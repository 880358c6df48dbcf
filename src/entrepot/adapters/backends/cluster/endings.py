"""How a run ended that its keeper could not tell of, and the one sentence for each."""

from __future__ import annotations

from entrepot.adapters.backends.cluster.scheduler import How, Look, Stage
from entrepot.adapters.backends.local import limits
from entrepot.adapters.backends.local.limits import Ending
from entrepot.kernel.errors import EntrepotError
from entrepot.kernel.text import N_
from entrepot.services.backend_port import Phase, Reason

_AGAIN = N_("Lease again and start the job anew.")


def ending_of(look: Look, *, asked: bool, started: bool, memory_bytes_max: int) -> Ending:
    """Say how a run ended whose keeper left no word.

    Args:
        look: what the scheduler says, ended or gone.
        asked: whether its end was asked for; started: whether its keeper had begun.
        memory_bytes_max: limit of the job.
    """
    if asked:
        return limits.cancelled()
    if look.how is How.OUT_OF_MEMORY:
        return limits.out_of_memory(memory_bytes_max)
    if look.stage is Stage.GONE:
        return _gone(started)
    if look.how is How.NOT_STARTED or not started:
        return _not_started(look.why or look.how.value)
    if look.how in (How.PREEMPTED, How.CANCELLED, How.TIME_LIMIT):
        return _taken_away(look.why or look.how.value)
    return node_lost(look.node)


def node_lost(node: str) -> Ending:
    """Nobody at the node watches the job any more."""
    message = N_(
        "Node {node} was lost while the job ran; it is billed up to the last sign of life."
    )
    return Phase.LOST, Reason("backend.node_lost", message, _AGAIN, {"node": node or "?"})


def _taken_away(why: str) -> Ending:
    message = N_(
        "The scheduler took the devices away: {why}; the job is billed up to its last sign of life."
    )
    return Phase.LOST, Reason("backend.taken_away", message, _AGAIN, {"why": why})


def _not_started(why: str) -> Ending:
    message = N_("The scheduler gave up the job before it started: {why}.")
    return Phase.LOST, Reason("backend.given_up", message, _AGAIN, {"why": why})


def _gone(started: bool) -> Ending:
    message = N_("The scheduler no longer knows the job, and nothing of it has come back.")
    if started:
        message = N_(
            "The scheduler no longer knows the job; it is billed up to the last sign of life."
        )
    return Phase.LOST, Reason("backend.gone", message, _AGAIN)


def trouble(error: EntrepotError) -> Reason:
    """Return a refusal as the reason of a state."""
    params = {key: value if isinstance(value, int) else str(value)
              for key, value in error.params.items()}  # fmt: skip
    return Reason(error.code, error.template, error.hint_template, params)
