"""Operations that need no account: centres, posted offers, the journal's checkpoint, health."""

from __future__ import annotations

from typing import Any

import msgspec

from entrepot.faces.api.operation import Call, Operation
from entrepot.services import public_view as view
from entrepot.services.public_model import PublicCentres, PublicCheckpoint, PublicOffer

_TAG = "Public"


class Said(msgspec.Struct, frozen=True):
    """How the process stands."""

    status: str


def centres(call: Call[Any, Any]) -> PublicCentres:
    """Return the centres under contract and those that have been named in public."""
    return view.public_centres(call.app)


def offers(call: Call[Any, Any]) -> list[PublicOffer]:
    """Return the standing asks of the centres under contract."""
    return list(view.public_offers(call.app))


def checkpoint(call: Call[Any, Any]) -> PublicCheckpoint:
    """Return where the journal ends."""
    return view.public_checkpoint(call.app)


def ready(call: Call[Any, Any]) -> Said:
    """Say that the database answers."""
    call.app.store.journal_head()
    return Said("ready")


def alive(_call: Call[Any, Any]) -> Said:
    """Say that the process lives."""
    return Said("ok")


OPERATIONS = (
    Operation(
        "centre.list", "GET", "/api/centres", "Centres under contract and named in public", _TAG,
        centres, PublicCentres,
    ),
    Operation(
        "offer.posted", "GET", "/api/offers", "Posted offers", _TAG, offers, list[PublicOffer]
    ),
    Operation(
        "checkpoint.read", "GET", "/api/checkpoint", "Where the journal ends", _TAG, checkpoint,
        PublicCheckpoint,
    ),
    Operation("health", "GET", "/health", "The process lives", _TAG, alive, Said),
    Operation("ready", "GET", "/ready", "The database answers", _TAG, ready, Said),
)  # fmt: skip
"""What anybody may read."""
