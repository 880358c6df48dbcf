"""One transaction over everything kept, and the one way in which a command writes.

A command finds its key, acts, is journalled and keeps its answer in a single transaction:
either all of it stands or none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from entrepot.adapters.sql.checkpoint import write_checkpoint
from entrepot.adapters.sql.engine import WRITE_OPTION, explain, sql_errors
from entrepot.adapters.sql.idempotency import (
    IdempotencyStore,
    Response,
    check_key,
    request_digest,
)
from entrepot.adapters.sql.journal_store import JournalStore
from entrepot.adapters.sql.ledger_store import LedgerStore
from entrepot.domain.oversight.model import Checkpoint
from entrepot.kernel.canonical import canonical_json, sha256_hex
from entrepot.kernel.errors import Refused
from entrepot.kernel.text import N_

CLOCK_SLACK_S = 120
"""A clock may lag behind the journal so much: commands wait for each other meanwhile."""


class SqlUnitOfWork:
    """A transaction: committed on a clean exit, else undone as if it had never been.

    Args:
        engine: an opened database with its schema.
        write: take the writer's place at once; False reads one consistent view.
        checkpoint: file that receives the journal's head after a commit.

    Attributes:
        conn: SQLAlchemy connection, for stores of other tables.
        ledger: the books.
        journal: entries of commands.
        idempotency: answers under their keys.
    """

    conn: Connection
    ledger: LedgerStore
    journal: JournalStore
    idempotency: IdempotencyStore

    def __init__(
        self, engine: Engine, *, write: bool = True, checkpoint: Path | None = None
    ) -> None:
        self._engine = engine
        self._write = write
        self._checkpoint = checkpoint
        self._entry: Checkpoint | None = None

    def __enter__(self) -> Self:
        with sql_errors():
            self.conn = self._engine.connect().execution_options(**{WRITE_OPTION: self._write})
            try:
                self.conn.begin()
            except BaseException:
                self.conn.close()
                raise
        self.ledger = LedgerStore(self.conn, writable=self._write)
        self.journal = JournalStore(self.conn)
        self.idempotency = IdempotencyStore(self.conn)
        self.opened()
        return self

    def opened(self) -> None:
        """Make further stores on :attr:`conn`; for subclasses."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            with sql_errors():
                if error is None and self._write:
                    self._commit()
                else:
                    self.conn.rollback()
        finally:
            self.conn.close()
        if isinstance(error, SQLAlchemyError):
            known = explain(error)
            if known is not None:
                raise known from error
        if error is None and self._entry and self._checkpoint:
            # The command stands already; an older checkpoint is still a true one.
            with suppress(OSError):
                write_checkpoint(self._checkpoint, self._entry)

    def _commit(self) -> None:
        if self.ledger.unsealed:
            self.conn.rollback()
            raise RuntimeError("postings are committed by a journalled command only")
        self.conn.commit()

    def record(
        self, actor: str, command: str, key: str, body: object, now: int, response: Response
    ) -> None:
        """Seal the ledger's batch, journal the command and keep its answer."""
        head = self.ledger.seal()
        answer = canonical_json(response)
        entry = self.journal.append(
            t=now,
            actor=actor,
            command=command,
            key=key,
            body=body,
            response_digest=sha256_hex(answer),
            ledger_head=head.hash,
        )
        self.idempotency.keep(actor, key, request_digest(command, body), response, entry.seq)
        if self._checkpoint:
            self._entry = Checkpoint(self.journal.home_id, entry.seq, entry.hash)


U = TypeVar("U", bound=SqlUnitOfWork)


def write_factory(engine: Engine, checkpoint: Path | None = None) -> Callable[[], SqlUnitOfWork]:
    """Return a maker of writing units of work."""
    return lambda: SqlUnitOfWork(engine, checkpoint=checkpoint)


def read_factory(engine: Engine) -> Callable[[], SqlUnitOfWork]:
    """Return a maker of reading units of work, each one consistent view."""
    return lambda: SqlUnitOfWork(engine, write=False)


def run_command(
    uow_factory: Callable[[], U],
    *,
    actor: str,
    command: str,
    key: str,
    body: Mapping[str, object],
    now: int,
    action: Callable[[U], Mapping[str, object]],
) -> Response:
    """Run a command that writes, once a key.

    Args:
        uow_factory: makes a writing unit of work.
        actor: who asks.
        command: name of the command.
        key: idempotency key; one effect an actor and key.
        body: what is asked, as plain values without floats.
        now: Unix second.
        action: does the work inside the transaction and returns the answer.

    Returns:
        The answer, of this call or of the first one with the same key and body.

    Raises:
        Conflict: the key was used with another body.
        Refused: the clock was moved back.
        EntrepotError: whatever ``action`` refuses; nothing is kept then.
    """
    check_key(key)
    asked = request_digest(command, body)
    with uow_factory() as uow:
        kept = uow.idempotency.find(actor, key, asked)
        if kept is not None:
            return kept
        t = _steady(now, uow.journal.head().t)
        uow.ledger.now = t
        # Through JSON, so that the first answer and its repetition have one form.
        response = cast("Response", json.loads(canonical_json(dict(action(uow)))))
        uow.record(actor, command, key, body, t, response)
    return response


def _steady(now: int, last: int) -> int:
    if now < last - CLOCK_SLACK_S:
        raise Refused(
            "clock.back",
            N_("The machine's clock stands {behind} seconds before the last entry of the journal."),
            hint=N_("Set the clock right, then try again."),
            behind=last - now,
        )
    return max(now, last)
