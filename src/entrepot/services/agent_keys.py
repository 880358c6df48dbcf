"""Which key signs the usage of a lease: that of the agent which has the run, else the centre's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from entrepot.services.agent_enrol import BACKEND
from entrepot.services.agent_run import assignment_id

if TYPE_CHECKING:
    from entrepot.services import records as r
    from entrepot.services.ports import UnitOfWork


def meter_key(uow: UnitOfWork, centre: r.Centre, job_id: str, fence: int) -> str:
    """Return the public key that has to have signed a usage report, hexadecimal.

    A run that no agent has can have no usage: its key is empty, and no signature verifies.

    Args:
        uow: a transaction.
        centre: whose meter reports.
        job_id: of the lease's job; fence: token that the report names.
    """
    if centre.backend != BACKEND:
        return centre.public_key
    given = uow.agents.assignment(assignment_id(job_id, fence))
    agent = uow.agents.agent(given.agent_id) if given and given.agent_id else None
    return agent.public_key if agent else ""
