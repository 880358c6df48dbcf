"""The journal in the database: one chained entry a command, its end recorded in the home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, fields

from sqlalchemy import Connection, bindparam, insert, select, update

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.metadata import meta
from entrepot.domain.oversight.journal import genesis, next_entry
from entrepot.domain.oversight.model import Entry, Head

HEAD = "journal_head"
HOME_ID = "home_id"

_COLUMNS = tuple(tables.journal.c[field.name] for field in fields(Entry))

# Built once: a statement takes longer to build than SQLite takes to run it.
_JOURNAL = tables.journal.c
_LAST = select(_JOURNAL.seq, _JOURNAL.t, _JOURNAL.hash).order_by(_JOURNAL.seq.desc()).limit(1)
_APPEND = insert(tables.journal)
_FACT = select(meta.c.value).where(meta.c.key == bindparam("of"))
_ANCHOR = update(meta).where(meta.c.key == bindparam("of")).values(value=bindparam("value"))
_FIRST_ANCHOR = insert(meta)


class JournalStore:
    """Appends and reads entries inside one transaction.

    Args:
        conn: connection of the unit of work.
    """

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self._head: Head | None = None

    @property
    def home_id(self) -> str:
        """Id of the home that the journal is bound to."""
        return str(self.conn.execute(_FACT, {"of": HOME_ID}).scalar_one())

    def head(self) -> Head:
        """Return the end of the journal; its beginning if it is empty."""
        # Kept: within a transaction only an append of its own moves it.
        if self._head is None:
            row = self.conn.execute(_LAST).first()
            self._head = Head(*row) if row else genesis(self.home_id)
        return self._head

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
        self.conn.execute(_APPEND, asdict(entry))
        self._head = Head(entry.seq, entry.t, entry.hash)
        value = {"of": HEAD, "value": f"{entry.seq}:{entry.hash}"}
        if self.conn.execute(_ANCHOR, value).rowcount == 0:
            self.conn.execute(_FIRST_ANCHOR, {"key": HEAD, "value": value["value"]})
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
        value = self.conn.execute(_FACT, {"of": HEAD}).scalar_one_or_none()
        if value is None:
            return None
        seq, _, digest = str(value).partition(":")
        return Head(int(seq) if seq.isdecimal() and f"{int(seq)}" == seq else -1, 0, digest)
