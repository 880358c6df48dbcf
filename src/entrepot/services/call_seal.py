"""Sealed orders: what a client sends before the gate closes, and how it is opened afterwards.

The client draws a nonce and commits itself to SHA-256 of the canonical JSON of body and nonce. Body
and nonce go along in a box that only the key of the call opens. Before the gate closes the house
keeps commitment, number, party and hold, and nothing else that anybody can read; afterwards the
box is opened and held against the commitment, so that nobody can change an order in between.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from entrepot.kernel.canonical import canonical_json, sha256_hex
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_
from entrepot.services.call_body import AskBody, OrderBody, plain_body, read_body

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports_market import Call, SealedOrder

SEALED_BYTES_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a client sends: commitment and sealed body, hexadecimal."""

    commitment: str
    sealed: str


def commitment_of(body: Mapping[str, object], nonce: str) -> str:
    """Return SHA-256 of the canonical JSON of body and nonce.

    >>> commitment_of({"a": 1}, "00")[:8]
    '07d8399f'
    """
    return sha256_hex(canonical_json({"body": dict(body), "nonce": nonce}))


def seal_body(app: App, call: Call, body: OrderBody | AskBody, key: str) -> Envelope:
    """Seal a body for its call; the same body and key give the same commitment.

    Args:
        app: the client's end: its secret makes the nonce.
        call: whose key seals.
        body: what is ordered.
        key: idempotency key of the order.

    Raises:
        Invalid: the body is larger than a call takes.
    """
    plain = plain_body(body)
    nonce = app.bid_nonce(canonical_json({"call": call.id, "key": key, "body": plain}))
    data = canonical_json({"body": plain, "nonce": nonce})
    if len(data) > SEALED_BYTES_MAX:
        raise Invalid(
            "auction.body_size",
            N_("The order has {bytes} bytes; a call takes orders of at most {most}."),
            hint=N_("Order fewer options."),
            bytes=len(data),
            most=SEALED_BYTES_MAX,
        )
    return Envelope(commitment_of(plain, nonce), app.seal(call.seal_key, data, call.id))


def open_sealed(app: App, order: SealedOrder, secret: str) -> OrderBody | AskBody:
    """Open a sealed order and hold it against its commitment.

    Args:
        app: the exchange.
        order: as kept.
        secret: private key of its call.

    Raises:
        Invalid: it does not open, or says something else than was committed to, or is no order.
    """
    data = app.unseal(secret, order.sealed, order.call_id)
    if data is None:
        raise _broken(
            "auction.seal_broken", N_("The order does not open with the key of its call.")
        )
    body, nonce = _parts(data)
    if commitment_of(body, nonce) != order.commitment:
        raise _broken(
            "auction.commitment", N_("The order says something else than was committed to.")
        )
    return read_body(body)


def _parts(data: bytes) -> tuple[Mapping[str, object], str]:
    try:
        value: object = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    fields = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    body, nonce = fields.get("body"), fields.get("nonce")
    if not isinstance(body, dict) or not isinstance(nonce, str) or _has_float(fields):
        raise _broken("auction.seal_form", N_("The sealed order is no order."))
    return cast("dict[str, object]", body), nonce


def _has_float(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_float, cast("dict[str, object]", value).values()))
    if isinstance(value, list):
        return any(map(_has_float, cast("list[object]", value)))
    return isinstance(value, float)


def _broken(code: str, what: str) -> Invalid:
    return Invalid(code, what, hint=N_("Bid again in the next call."))
