"""The desk at which agents ask: every message is proved before it is read, every answer signed.

A message counts when the agent's key signed it, the two clocks agree, and its number is above the
last one. A refusal is an answer too, so that nobody can forge it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Conflict, EntrepotError, Invalid, NotFound, Refused
from entrepot.kernel.text import N_, Phrase
from entrepot.services.agent_enrol import bad_signature, enrol
from entrepot.services.agent_files import get_part, put_part
from entrepot.services.agent_message import (
    ANSWER,
    Message,
    error_payload,
    read_message,
    seal,
    see_clock,
)
from entrepot.services.agent_poll import poll
from entrepot.services.ports_agent_desk import Envelope
from entrepot.services.ports_agents import Agent

if TYPE_CHECKING:
    from entrepot.services.app import App

Payload = Mapping[str, object]
_KINDS: Mapping[str, Callable[[App, Agent, Message, int], Payload]] = {
    "poll": poll,
    "get": get_part,
    "put": put_part,
}


def handle(app: App, envelope: Envelope) -> Envelope:
    """Answer a message of an agent; whatever is wrong with it is in the answer.

    Args:
        app: the exchange.
        envelope: as it came.

    Returns:
        The answer, signed by the exchange.
    """
    now = app.clock.now()
    message = Message("", "", 0, 0, {})
    try:
        message = read_message(envelope.body)
        payload = _answered(app, message, envelope, now)
    except EntrepotError as error:
        payload = error_payload(error)
    told = sha256_hex(envelope.body)
    answer = Message(ANSWER, message.agent, message.seq, app.clock.now(), payload, told)
    return seal(answer, app.exchange_key)


def _answered(app: App, message: Message, envelope: Envelope, now: int) -> Payload:
    if message.kind == "enrol":
        return enrol(app, message, envelope, now)
    agent = _known(app, message, envelope)
    see_clock(message.sent_at, now)
    work = _KINDS.get(message.kind)
    if work is None:
        raise Invalid(
            "agent.kind",
            N_("An agent asks for {kind}, which this exchange does not know."),
            hint=N_("Use the same version of the program on both sides."),
            kind=message.kind,
        )
    _count(app, agent, message, sha256_hex(envelope.body), now)
    return work(app, agent, message, now)


def _known(app: App, message: Message, envelope: Envelope) -> Agent:
    with app.store.reading() as uow:
        agent = uow.agents.agent(message.agent)
    if agent is None:
        raise NotFound(
            "agent.unknown",
            N_("No agent {id} is enrolled here."),
            hint=N_("Enrol it: entrepot agent enrol TOKEN"),
            id=message.agent,
        )
    if not app.verify(agent.public_key, envelope.body, envelope.signature):
        raise bad_signature(Phrase(N_("the key that it enrolled with")))
    if agent.state == "revoked":
        raise Refused(
            "agent.revoked_here",
            N_("Agent {id} was revoked; nothing of it counts any more."),
            hint=N_("Enrol again with a new token, in an empty folder."),
            id=agent.id,
        )
    return agent


def _count(app: App, agent: Agent, message: Message, digest: str, now: int) -> None:
    """Note the message, once.

    The very message that came last may come again, as a network doubles it: to answer it again
    changes nothing, since each effect is kept under its own key.
    """
    counted = app.store.note(lambda uow: uow.agents.touch(agent.id, message.seq, digest, now))
    if counted or (message.seq == agent.last_seq and digest == agent.last_digest):
        return
    with app.store.reading() as uow:
        current = uow.agents.agent(agent.id)
    if current and (current.last_seq, current.last_digest) == (message.seq, digest):
        return
    raise Conflict(
        "agent.replayed",
        N_("Message {seq} of agent {id} came after message {last}: it is old, or replayed."),
        hint=N_("Two agents never share a folder; stop one of them."),
        seq=message.seq,
        id=agent.id,
        last=current.last_seq if current else agent.last_seq,
    )
