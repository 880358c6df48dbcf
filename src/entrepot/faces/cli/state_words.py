"""Words for the states of leases, jobs and batches; the codes stay in ``--json``."""

from __future__ import annotations

from collections.abc import Mapping

from entrepot.faces.cli.lang import _
from entrepot.kernel.text import N_

STATES: Mapping[str, str] = {
    "held": N_("held for its job"),
    "starting": N_("starting"),
    "running": N_("running"),
    "succeeded": N_("succeeded"),
    "failed": N_("failed"),
    "cancelled": N_("cancelled"),
    "timed_out": N_("timed out"),
    "lost": N_("lost"),
    "closed": N_("closed"),
    "released": N_("released"),
    "open": N_("collecting"),
    "frozen": N_("frozen"),
    "instructed": N_("instructed"),
    "funding": N_("RMB are being bought"),
    "funded": N_("RMB are bought"),
    "part_settled": N_("settled in part"),
    "returned": N_("given back by the bank"),
    "settled": N_("settled"),
    "reopened": N_("reopened"),
}


def state_word(code: str) -> str:
    """Return a state in the reader's language; a code that is not known stays as it is.

    >>> state_word("timed_out"), state_word("moored")
    ('timed out', 'moored')
    """
    return _(STATES.get(code, code))
