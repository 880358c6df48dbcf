"""Messages between an agent and the exchange: their byte form, their signatures, their time.

A message is canonical JSON that its sender signs. A request carries the sender's clock and a
number that only rises; an answer names the digest of its request, so that neither can be replayed
as another.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from entrepot.kernel.canonical import canonical_json
from entrepot.kernel.errors import Conflict, EntrepotError, Fault, Invalid, NotFound, Refused
from entrepot.kernel.period import iso_utc
from entrepot.kernel.text import N_, Phrase
from entrepot.services.ports_agent_desk import Envelope, Signer

SCHEMA = "entrepot.agent/1"
ANSWER = "answer"
BYTES_MAX = 8 << 20
"""Longest message; files go in parts of :data:`PART_BYTES`."""

PART_BYTES = 1 << 20
SKEW_S_MAX = 30
"""Most seconds by which the clocks of both sides may differ."""

NUMBER_MAX = (1 << 53) - 1
Verify = Callable[[str, bytes, bytes], bool]
"""(public key in hexadecimal, message, signature) → whether the key's holder signed it."""

_TEXTS = ("agent", "kind", "schema", "to")
_NUMBERS = ("sent_at", "seq")
_KEYS = frozenset((*_TEXTS, *_NUMBERS, "payload"))
_CLASSES = {kind.exit_code: kind for kind in (Invalid, Refused, NotFound, Conflict, Fault)}


@dataclass(frozen=True, slots=True)
class Message:
    """What an envelope says.

    Attributes:
        kind: what is asked; ``answer`` for an answer.
        agent: id of the agent on either side; empty while it enrols.
        seq: number of the request, also in its answer.
        sent_at: clock of the sender, Unix seconds.
        payload: plain values.
        to: digest of the request that is answered; empty in a request.
    """

    kind: str
    agent: str
    seq: int
    sent_at: int
    payload: Mapping[str, object]
    to: str = ""


def seal(message: Message, signer: Signer) -> Envelope:
    """Write a message and sign it.

    Args:
        message: what is said, without floats.
        signer: key of the sender.
    """
    values = {name: getattr(message, name) for name in ("agent", "kind", "seq", "sent_at", "to")}
    body = canonical_json({**values, "payload": dict(message.payload), "schema": SCHEMA})
    return Envelope(body, signer.sign(body))


def read_message(body: bytes) -> Message:
    """Read the bytes of a message that may be hostile; only their canonical form is taken.

    Raises:
        Invalid: too long, no JSON, missing or unknown keys, wrong types, another byte form.
    """
    if len(body) > BYTES_MAX:
        raise _unreadable(N_("it is too long"))
    try:
        read: object = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise _unreadable(N_("it is no JSON")) from None
    if not isinstance(read, dict) or read.keys() != _KEYS:  # pyright: ignore[reportUnknownMemberType]
        raise _unreadable(N_("it has missing or unknown keys"))
    fields = cast("dict[str, object]", read)
    if fields["schema"] != SCHEMA or not _is_typed(fields):
        raise _unreadable(N_("a value is of the wrong type"))
    try:
        is_canonical = canonical_json(fields) == body
    except (TypeError, ValueError, RecursionError):  # a float, half a letter, a pit of brackets
        is_canonical = False
    if not is_canonical:
        raise _unreadable(N_("it is not in canonical form"))
    values = {name: fields[name] for name in (*_NUMBERS, "agent", "kind", "to", "payload")}
    return Message(**values)  # type: ignore[arg-type]


def _is_typed(fields: Mapping[str, object]) -> bool:
    texts = all(type(fields[name]) is str and len(str(fields[name])) <= 128 for name in _TEXTS)
    whole = all(_is_whole(fields[name]) for name in _NUMBERS)
    return texts and whole and isinstance(fields["payload"], dict)


def _is_whole(value: object) -> bool:
    return type(value) is int and 0 <= value <= NUMBER_MAX


def _unreadable(why: str) -> Invalid:
    return Invalid(
        "agent.message",
        N_("A message between agent and exchange cannot be read: {why}."),
        hint=N_("Use the same version of the program on both sides; form {schema}."),
        why=Phrase(why),
        schema=SCHEMA,
    )


def see_clock(agent_at: int, exchange_at: int) -> None:
    """Refuse to talk when the two clocks differ by more than :data:`SKEW_S_MAX`.

    Args:
        agent_at, exchange_at: Unix seconds by either clock, of one moment.

    Raises:
        Refused: with both times in one sentence.
    """
    if abs(agent_at - exchange_at) > SKEW_S_MAX:
        raise Refused(
            "agent.clock",
            N_(
                "The agent's clock says {agent} and the exchange's says {exchange}: they differ "
                "by {seconds} s, and {most} s is the most."
            ),
            hint=N_("Let both machines follow a time server (NTP)."),
            agent=iso_utc(agent_at),
            exchange=iso_utc(exchange_at),
            seconds=abs(agent_at - exchange_at),
            most=SKEW_S_MAX,
        )


def error_payload(error: EntrepotError) -> dict[str, object]:
    """Return a refusal as it goes into an answer; the agent translates it for its reader."""
    params = {
        name: value if type(value) in (int, str) else str(value)
        for name, value in error.params.items()
    }
    return {
        "error": {
            "code": error.code,
            "exit_code": error.exit_code,
            "hint": error.hint_template,
            "message": error.template,
            "params": params,
        }
    }


def raise_error(payload: Mapping[str, object]) -> None:
    """Raise the refusal that an answer carries, if it carries one.

    Raises:
        EntrepotError: as the exchange raised it.
    """
    told = payload.get("error")
    if not isinstance(told, dict):
        return
    error = cast("dict[str, object]", told)
    kind = _CLASSES.get(cast(int, error["exit_code"]), Fault)
    params = cast("dict[str, str]", error["params"])
    hint = str(error["hint"])
    raise kind(str(error["code"]), str(error["message"]), hint=hint, fields=None, **params)


def packed(data: bytes) -> str:
    """Return bytes as text of JSON.

    >>> unpacked(packed(b"\\x00x"))
    b'\\x00x'
    """
    return base64.b64encode(data).decode()


def unpacked(text: object) -> bytes:
    """Return the bytes of :func:`packed`.

    Raises:
        Invalid: the text is none.
    """
    try:
        return base64.b64decode(str(text), validate=True)
    except ValueError:
        raise _unreadable(N_("a part of a file is damaged")) from None


def text_of(payload: Mapping[str, object], name: str) -> str:
    """Return a short text of a payload.

    Raises:
        Invalid: it is missing or no short text.
    """
    value = payload.get(name)
    if not isinstance(value, str) or len(value) > 512:
        raise _unreadable(N_("a value is of the wrong type"))
    return value


def whole_of(payload: Mapping[str, object], name: str) -> int:
    """Return a whole number of a payload, 0 to 2⁵³ − 1.

    Raises:
        Invalid: it is missing or no such number.
    """
    value = payload.get(name)
    if type(value) is not int or not 0 <= value <= NUMBER_MAX:
        raise _unreadable(N_("a value is of the wrong type"))
    return value


def rows_of(payload: Mapping[str, object], name: str, most: int) -> list[dict[str, object]]:
    """Return a list of objects of a payload, at most so many.

    Raises:
        Invalid: it is missing, too long, or holds something else.
    """
    value = payload.get(name)
    if not isinstance(value, list):
        raise _unreadable(N_("a value is of the wrong type"))
    rows = cast("list[object]", value)
    if len(rows) > most or not all(isinstance(row, dict) for row in rows):
        raise _unreadable(N_("a value is of the wrong type"))
    return cast("list[dict[str, object]]", rows)
