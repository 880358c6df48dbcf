"""How an agent talks: every message signed, every answer proved before a word of it is believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from entrepot.kernel.canonical import sha256_hex
from entrepot.kernel.errors import Refused
from entrepot.kernel.text import N_
from entrepot.services.agent_message import (
    ANSWER,
    Message,
    Verify,
    raise_error,
    read_message,
    seal,
    see_clock,
)
from entrepot.services.ports_agent_desk import Envelope, Transport, Workplace

Payload = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Around:
    """What an agent needs of the world.

    Attributes:
        place: its own folder.
        transport: the way to the exchange.
        verify: says whether a key signed a message.
        now: returns the Unix second of this machine.
    """

    place: Workplace
    transport: Transport
    verify: Verify
    now: Callable[[], int]


class Talk:
    """One agent's side of the conversation.

    Args:
        around: what it needs of the world.
        centre_id: where it stands.
        agent_id: who it is; empty while it enrols.
        exchange_key: public key of the exchange, as it came with the token.
        next_number: returns a number above all before it, also after a crash.
    """

    def __init__(
        self,
        around: Around,
        centre_id: str,
        agent_id: str,
        exchange_key: str,
        next_number: Callable[[], int],
    ) -> None:
        self._around = around
        self._signer = around.place.signer(centre_id)
        self._agent_id = agent_id
        self._exchange_key = exchange_key
        self._next_number = next_number

    def ask(self, kind: str, payload: Payload) -> Payload:
        """Send a message and return what is answered.

        Args:
            kind: what is asked.
            payload: plain values.

        Raises:
            Fault: nobody answers.
            Refused: the answer is not the exchange's, or not to this message.
            EntrepotError: whatever the exchange refuses.
        """
        around, number = self._around, self._next_number()
        message = Message(kind, self._agent_id, number, around.now(), payload)
        sent = seal(message, self._signer)
        answer = self._proved(sent, around.transport.send(sent))
        raise_error(answer.payload)
        # Its own refusal names both times, so the exchange's clock is looked at last.
        see_clock(around.now(), answer.sent_at)
        return answer.payload

    def _proved(self, sent: Envelope, came: Envelope) -> Message:
        if not self._around.verify(self._exchange_key, came.body, came.signature):
            raise _no_answer(N_("it is not signed by the exchange that this agent enrolled at"))
        answer = read_message(came.body)
        if answer.kind != ANSWER or answer.to != sha256_hex(sent.body):
            raise _no_answer(N_("it answers another message"))
        return answer


def _no_answer(why: str) -> Refused:
    return Refused(
        "agent.answer",
        N_("An answer of the exchange is not believed: {why}."),
        hint=N_("See what stands between this machine and the exchange."),
        why=why,
    )


def rows_in(payload: Payload, name: str) -> list[dict[str, object]]:
    """Return a list of objects of an answer that was proved."""
    return cast("list[dict[str, object]]", payload[name])
