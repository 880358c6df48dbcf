"""Idempotency keys: the answer that a command gave, kept under the key it came with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

from sqlalchemy import Connection, bindparam, insert, select

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.kernel.canonical import canonical_json, digest
from entrepot.kernel.errors import Conflict, Invalid
from entrepot.kernel.text import N_

KEY_LENGTH_MAX = 200

Response = dict[str, object]


def check_key(key: str) -> None:
    """Refuse a key that is empty, too long or not printable.

    Raises:
        Invalid: the key cannot be used.

    >>> check_key("lease-Q-1")
    """
    if not 0 < len(key) <= KEY_LENGTH_MAX or not key.isprintable():
        raise Invalid(
            "command.key",
            N_("The idempotency key has to be 1 to {most} printable letters."),
            hint=N_("Leave it out to have one made."),
            most=KEY_LENGTH_MAX,
        )


def request_digest(command: str, body: object) -> str:
    """Return the digest that tells one request from another under the same key."""
    return digest({"command": command, "body": body})


class IdempotencyStore:
    """Finds and keeps answers inside one transaction.

    Args:
        conn: connection of the unit of work.
    """

    def __init__(self, conn: Connection) -> None:
        self.conn = conn

    def find(self, actor: str, key: str, body_digest: str) -> Response | None:
        """Return the answer kept under a key; None if the key is new.

        Args:
            actor: whose key it is; two actors may use the same.
            key: idempotency key.
            body_digest: digest of the request that comes now.

        Raises:
            Conflict: the key was used for another request.
        """
        row = self.conn.execute(_FIND, {"who": actor, "under": key}).first()
        if row is None:
            return None
        if row.body_digest != body_digest:
            raise Conflict(
                "command.key_used",
                N_("The idempotency key {key} was used for another request."),
                hint=N_("Repeat the first request unchanged, or take a new key."),
                key=key,
            )
        return cast("Response", json.loads(row.response))

    def keep(
        self,
        actor: str,
        key: str,
        body_digest: str,
        response: Mapping[str, object],
        journal_seq: int,
    ) -> None:
        """Keep the answer of a command beside its journal entry."""
        self.conn.execute(
            _KEEP,
            {
                "actor": actor,
                "key": key,
                "body_digest": body_digest,
                "response": canonical_json(response).decode(),
                "journal_seq": journal_seq,
            },
        )


# Built once: a statement takes longer to build than SQLite takes to run it.
_KEYS = tables.idempotency_key.c
_FIND = select(tables.idempotency_key).where(
    _KEYS.actor == bindparam("who"), _KEYS.key == bindparam("under")
)
_KEEP = insert(tables.idempotency_key)
