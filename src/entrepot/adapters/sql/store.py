"""The port ``Store``: one database as units of work over everything kept."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import cast

from sqlalchemy import Engine

from entrepot.adapters.sql.capacity import SqlCapacity
from entrepot.adapters.sql.checkpoint import read_checkpoint
from entrepot.adapters.sql.checks import check_ledger, verify_journal
from entrepot.adapters.sql.deals import SqlDeals
from entrepot.adapters.sql.migrate import open_store
from entrepot.adapters.sql.registry import SqlRegistry
from entrepot.adapters.sql.settlements import SqlSettlements
from entrepot.adapters.sql.unit_of_work import SqlUnitOfWork, run_command
from entrepot.adapters.sql.voucher_book import SqlVoucherBook
from entrepot.services import records as r
from entrepot.services.ports import Action, UnitOfWork


class HouseUnitOfWork(SqlUnitOfWork):
    """A unit of work with the tables of the business beside books and journal."""

    registry: SqlRegistry
    capacity: SqlCapacity
    deals: SqlDeals
    settlements: SqlSettlements
    vouchers: SqlVoucherBook

    def opened(self) -> None:
        """Make the stores on the transaction's connection."""
        self.registry = SqlRegistry(self.conn)
        self.capacity = SqlCapacity(self.conn)
        self.deals = SqlDeals(self.conn)
        self.settlements = SqlSettlements(self.conn)
        self.vouchers = SqlVoucherBook(self.conn)

    def journal_head(self) -> str:
        """Return the hash at the head of the journal's chain."""
        return self.journal.head().hash


class SqlStore:
    """A database opened once for a process.

    Args:
        url: address of the database.
        home_id: id that a fresh home takes.
        checkpoint: file beside the database that keeps the journal's head.
    """

    def __init__(self, url: str, home_id: str, checkpoint: Path | None = None) -> None:
        self.engine: Engine = open_store(url, home_id)
        self._checkpoint = checkpoint

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Open a consistent view for reading."""
        return cast("AbstractContextManager[UnitOfWork]", HouseUnitOfWork(self.engine, write=False))

    def command(
        self, actor: str, name: str, key: str, body: r.Body, now: int, action: Action
    ) -> r.Body:
        """Run ``action`` and journal it in one transaction, once a key."""
        return run_command(
            lambda: HouseUnitOfWork(self.engine, checkpoint=self._checkpoint),
            actor=actor,
            command=name,
            key=key,
            body=body,
            now=now,
            action=lambda uow: action(cast("UnitOfWork", uow)),
        )

    def check_ledger(self) -> list[str]:
        """Prove the books; return one sentence a problem."""
        with self.engine.connect() as conn:
            return [str(problem) for problem in check_ledger(conn)]

    def verify_journal(self) -> list[str]:
        """Prove the journal; return one sentence a problem."""
        kept = read_checkpoint(self._checkpoint) if self._checkpoint else None
        with self.engine.connect() as conn:
            return [str(problem) for problem in verify_journal(conn, kept)]

    def journal_entries(self, limit: int) -> list[r.Body]:
        """Return the newest journal entries, newest first."""
        with HouseUnitOfWork(self.engine, write=False) as uow:
            return [
                {
                    "seq": entry.seq,
                    "t": entry.t,
                    "actor": entry.actor,
                    "command": entry.command,
                    "key": entry.key,
                    "body": json.loads(entry.body),
                    "hash": entry.hash,
                }
                for entry in uow.journal.entries(limit, newest_first=True)
            ]
