"""Entries of the journal, checkpoints of it, and problems found in either."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import cast


@dataclass(frozen=True, slots=True)
class Entry:
    """One command that changed something, as journalled in its own transaction.

    Attributes:
        seq: 1, 2, 3 … without gap.
        t: Unix second; never less than the entry before.
        actor: who gave the command.
        command: its name: ``lease``.
        key: idempotency key of the command.
        body: canonical JSON text of what was asked.
        response_digest: SHA-256 of the canonical JSON of the answer.
        ledger_head: hash of the ledger's last batch after the command.
        prev_hash: hash of the entry before.
        hash: SHA-256 over all the other attributes.
    """

    seq: int
    t: int
    actor: str
    command: str
    key: str
    body: str
    response_digest: str
    ledger_head: str
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where the journal ends: number, time and hash of its last entry."""

    seq: int
    t: int
    hash: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A head of the journal, kept outside the database.

    Attributes:
        home_id: which home's journal.
        seq: number of the entry.
        hash: its hash.
    """

    home_id: str
    seq: int
    hash: str

    def text(self) -> str:
        """Return the checkpoint as one line of JSON."""
        return json.dumps({"home_id": self.home_id, "seq": self.seq, "hash": self.hash}) + "\n"

    @staticmethod
    def read(text: str) -> Checkpoint | None:
        """Read a checkpoint; None if the text is none.

        >>> Checkpoint.read(Checkpoint("H", 3, "ab").text())
        Checkpoint(home_id='H', seq=3, hash='ab')
        """
        try:
            value = json.loads(text)
        except ValueError:
            return None
        if not isinstance(value, dict):
            return None
        found = cast("dict[str, object]", value)
        home, seq, digest = found.get("home_id"), found.get("seq"), found.get("hash")
        if isinstance(home, str) and isinstance(seq, int) and isinstance(digest, str):
            return Checkpoint(home, seq, digest)
        return None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a check found wrong.

    Attributes:
        table: where: ``ledger_transfer``.
        row: which row: its number or key as text; empty for the table as a whole.
        message: template of one sentence, marked for translation.
        params: values of the template, as pairs.
    """

    table: str
    row: str
    message: str
    params: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        where = f"{self.table} {self.row}".strip()
        return f"{where}: {self.message.format(**dict(self.params))}"
