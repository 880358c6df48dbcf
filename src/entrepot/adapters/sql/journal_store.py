"""The journal in the database: one chained entry a command, its end recorded in the home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, fields

from sqlalchemy import Connection, insert, select, update

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.metadata import meta
from entrepot.domain.oversight.journal import genesis, next_entry
from entrepot.domain.oversight.model import Entry, Head

HEAD = "journal_head"
HOME_ID = "home_id"

_COLUMNS = tuple(tables.journal.c[field.name] for field in fields(Entry))


class JournalStore:
    """Appends and reads entries inside one transaction.

    Args:
        conn: connection of the unit of work.
    """

    def __init__(self, conn: Connection) -> None:
        self.conn = conn

    @property
    def home_id(self) -> str:
        """Id of the home that the journal is bound to."""
        query = select(meta.c.value).where(meta.c.key == HOME_ID)
        return str(self.conn.execute(query).scalar_one())

    def head(self) -> Head:
        """Return the end of the journal; its beginning if it is empty."""
        c = tables.journal.c
        query = select(c.seq, c.t, c.hash).order_by(c.seq.desc()).limit(1)
        row = self.conn.execute(query).first()
        return Head(*row) if row else genesis(self.home_id)

    def append(
        self,
        *,
        t: int,
        actor: str,
        command: str,
        key: str,
        body: object,
        response_digest: str,
        ledger_head: str,
    ) -> Entry:
        """Append the entry of one command.

        Args:
            t: Unix second, not before the last entry's.
            actor, command, key: who, what, under which idempotency key.
            body: what was asked, as plain values without floats.
            response_digest: SHA-256 of the answer's canonical JSON.
            ledger_head: hash of the ledger's last batch.

        Returns:
            The entry as stored.
        """
        entry = next_entry(
            self.head(),
            t=t,
            actor=actor,
            command=command,
            key=key,
            body=body,
            response_digest=response_digest,
            ledger_head=ledger_head,
        )
        self.conn.execute(insert(tables.journal).values(asdict(entry)))
        value = f"{entry.seq}:{entry.hash}"
        anchored = update(meta).where(meta.c.key == HEAD).values(value=value)
        if self.conn.execute(anchored).rowcount == 0:
            self.conn.execute(insert(meta).values(key=HEAD, value=value))
        return entry

    def entries(self, limit: int | None = None, *, newest_first: bool = False) -> list[Entry]:
        """Return entries in the order of number, or newest first."""
        seq = tables.journal.c.seq
        query = select(*_COLUMNS).order_by(seq.desc() if newest_first else seq.asc())
        return [Entry(*row) for row in self.conn.execute(query.limit(limit))]

    def entry(self, seq: int) -> Entry | None:
        """Return the entry of a number, or None."""
        row = self.conn.execute(select(*_COLUMNS).where(tables.journal.c.seq == seq)).first()
        return Entry(*row) if row else None

    def stream(self) -> Iterator[Entry]:
        """Yield all entries in the order of number, without holding them all."""
        query = select(*_COLUMNS).order_by(tables.journal.c.seq)
        for row in self.conn.execution_options(yield_per=1_000).execute(query):
            yield Entry(*row)

    def anchored(self) -> Head | None:
        """Return the end of the journal as the home records it, or None."""
        query = select(meta.c.value).where(meta.c.key == HEAD)
        value = self.conn.execute(query).scalar_one_or_none()
        if value is None:
            return None
        seq, _, digest = str(value).partition(":")
        return Head(int(seq) if seq.isdecimal() and f"{int(seq)}" == seq else -1, 0, digest)
