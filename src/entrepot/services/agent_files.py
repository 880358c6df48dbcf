"""Files between exchange and agent, in parts: inputs to it, logs and permitted outputs from it.

An output leaves the centre only after the gate has judged its return leg, so the exchange asks
for it by name; what it did not ask for, it does not take.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from entrepot.kernel.errors import Conflict, NotFound, Refused
from entrepot.kernel.text import N_
from entrepot.services.agent_message import Message, packed, text_of, unpacked, whole_of
from entrepot.services.ports_agents import HELD, Agent, Assignment

if TYPE_CHECKING:
    from entrepot.services.app import App


def get_part(app: App, agent: Agent, message: Message, now: int) -> dict[str, object]:
    """Return a part of an input of a run that the agent has.

    Args:
        app: the exchange.
        agent: who asks.
        message: ``assignment``, ``sha256``, ``offset``.
        now: Unix second.

    Returns:
        ``data``; empty at the end of the file.

    Raises:
        Conflict: the agent does not have the run.
        NotFound: the run has no such input.
    """
    one = held_by(app, agent, text_of(message.payload, "assignment"))
    digest, offset = text_of(message.payload, "sha256"), whole_of(message.payload, "offset")
    files = cast("Mapping[str, Mapping[str, object]]", one.spec["files"])
    if digest not in {file["sha256"] for file in files.values()}:
        raise NotFound("agent.input_unknown", N_("Run {id} has no such input."), id=one.id)
    return {"data": packed(app.agent_shelf.read_input(one.job_id, digest, offset))}


def put_part(app: App, agent: Agent, message: Message, now: int) -> dict[str, object]:
    """Take a part of a log or of an output.

    Args:
        app: the exchange.
        agent: who sends.
        message: ``assignment``, ``sha256`` of an output or empty for the log, ``offset``, ``data``.
        now: Unix second.

    Returns:
        ``bytes``: how much has come.

    Raises:
        Conflict: the agent does not have the run.
        Refused: nobody asked for the output, or it is not what was announced.
    """
    payload = message.payload
    one = held_by(app, agent, text_of(payload, "assignment"))
    digest, offset = text_of(payload, "sha256"), whole_of(payload, "offset")
    data = unpacked(payload.get("data"))
    if not digest:
        most = cast(int, one.spec["log_bytes_max"])
        # The backend's own note that a log was cut comes on top of its limit.
        return {"bytes": app.agent_shelf.add_log(one.id, offset, data, most + 4096)}
    announced = next((row for row in one.outputs if row["sha256"] == digest and row["open"]), None)
    if announced is None:
        raise Refused(
            "agent.output_closed",
            N_("Run {id} sends an output for which nobody asked; it stays at the centre."),
            hint=N_("The return leg of that output is shut."),
            id=one.id,
        )
    size = cast(int, announced["bytes"])
    return {"bytes": app.agent_shelf.add_output(one.id, digest, offset, data, size)}


def held_by(app: App, agent: Agent, name: str) -> Assignment:
    """Return an assignment that an agent has.

    Raises:
        Conflict: it has not, or not any more.
    """
    with app.store.reading() as uow:
        one = uow.agents.assignment(name)
    if one is None or one.agent_id != agent.id or one.state not in HELD:
        raise Conflict(
            "agent.not_held",
            N_("Agent {agent} does not have run {id}, or not any more."),
            hint=N_("The next poll says what to do with it."),
            agent=agent.id,
            id=name,
        )
    return one


def missing_outputs(app: App, one: Assignment) -> list[str]:
    """Return the digests of the outputs that may leave the centre and have not come yet."""
    return [
        str(row["sha256"])
        for row in one.outputs
        if row["open"] and not app.agent_shelf.output(one.id, str(row["sha256"])).exists()
    ]
