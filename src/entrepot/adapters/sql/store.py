"""The port ``Store``: one database as units of work over everything kept."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from sqlalchemy import Engine, func, select

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.agent_store import SqlAgents
from entrepot.adapters.sql.budget_store import SqlBudgets
from entrepot.adapters.sql.capacity import SqlCapacity
from entrepot.adapters.sql.checkpoint import read_checkpoint
from entrepot.adapters.sql.claim_store import SqlClaims
from entrepot.adapters.sql.contract_store import SqlContracts
from entrepot.adapters.sql.deals import SqlDeals
from entrepot.adapters.sql.decision_store import SqlDecisions, SqlFourEyes
from entrepot.adapters.sql.elastic_store import SqlElastic
from entrepot.adapters.sql.firm_view import firm_engine, sees
from entrepot.adapters.sql.fx_store import SqlFx
from entrepot.adapters.sql.gate_record_store import SqlGateRecords
from entrepot.adapters.sql.identity_link_store import SqlLinks
from entrepot.adapters.sql.identity_store import SqlAccounts
from entrepot.adapters.sql.lease_store import SqlLeases
from entrepot.adapters.sql.market_store import SqlMarket
from entrepot.adapters.sql.metering_store import SqlMetering
from entrepot.adapters.sql.migrate import open_store
from entrepot.adapters.sql.page_store import SqlPages
from entrepot.adapters.sql.receivable_store import SqlReceivables
from entrepot.adapters.sql.registry import SqlRegistry
from entrepot.adapters.sql.settlement_store import SqlSettlementBook
from entrepot.adapters.sql.settlements import SqlSettlements
from entrepot.adapters.sql.unit_of_work import SqlUnitOfWork, run_command
from entrepot.adapters.sql.voucher_book import SqlVoucherBook
from entrepot.domain.oversight.model import Entry
from entrepot.services import records as r

if TYPE_CHECKING:
    from collections.abc import Callable

    from entrepot.services.ledger_writer import LedgerWriter
    from entrepot.services.ports import Action, UnitOfWork


T = TypeVar("T")


class HouseUnitOfWork(SqlUnitOfWork):
    """A unit of work with the tables of the business beside books and journal."""

    registry: SqlRegistry
    capacity: SqlCapacity
    deals: SqlDeals
    settlements: SqlSettlements
    vouchers: SqlVoucherBook
    decisions: SqlDecisions
    four_eyes: SqlFourEyes
    gate_records: SqlGateRecords
    fx: SqlFx
    claims: SqlClaims
    settling: SqlSettlementBook
    contracts: SqlContracts
    receivables: SqlReceivables
    metering: SqlMetering
    agents: SqlAgents
    market: SqlMarket
    accounts: SqlAccounts
    links: SqlLinks
    pages: SqlPages
    elastic: SqlElastic
    leases: SqlLeases
    budgets: SqlBudgets

    def opened(self) -> None:
        """Make the stores on the transaction's connection."""
        self.registry = SqlRegistry(self.conn)
        self.capacity = SqlCapacity(self.conn)
        self.deals = SqlDeals(self.conn)
        self.settlements = SqlSettlements(self.conn)
        self.vouchers = SqlVoucherBook(self.conn)
        self.decisions = SqlDecisions(self.conn)
        self.four_eyes = SqlFourEyes(self.conn)
        self.gate_records = SqlGateRecords(self.conn)
        self.fx = SqlFx(self.conn)
        self.claims = SqlClaims(self.conn)
        self.settling = SqlSettlementBook(self.conn)
        self.contracts = SqlContracts(self.conn)
        self.receivables = SqlReceivables(self.conn)
        self.metering = SqlMetering(self.conn)
        self.agents = SqlAgents(self.conn)
        self.market = SqlMarket(self.conn)
        self.accounts = SqlAccounts(self.conn)
        self.links = SqlLinks(self.conn)
        self.pages = SqlPages(self.conn)
        self.elastic = SqlElastic(self.conn)
        self.leases = SqlLeases(self.conn)
        self.budgets = SqlBudgets(self.conn)

    def journal_head(self) -> str:
        """Return the hash at the head of the journal's chain."""
        return self.journal.head().hash


class SqlStore:
    """A database opened once for a process.

    Args:
        url: address of the database.
        home_id: id that a fresh home takes.
        checkpoint: file beside the database that keeps the journal's head.
        create: make a home of an empty database; False refuses it.
    """

    def __init__(
        self, url: str, home_id: str, checkpoint: Path | None = None, *, create: bool = True
    ) -> None:
        self.engine: Engine = open_store(url, home_id, create=create)
        self._checkpoint = checkpoint

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Open a consistent view for reading."""
        return cast("AbstractContextManager[UnitOfWork]", HouseUnitOfWork(self.engine, write=False))

    def seen_by(self, firm_id: str) -> FirmStore:
        """Return the store as a firm may see it: every reading shows its own rows alone."""
        return FirmStore(self, firm_id)

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

    def note(self, action: Callable[[UnitOfWork], T]) -> T:
        """Run ``action`` in a transaction without the journal: what was heard, never money.

        A posting in it is refused, since postings are committed by a journalled command only.
        """
        with HouseUnitOfWork(self.engine) as uow:
            return action(cast("UnitOfWork", uow))

    def ledger_writer(self, now: Callable[[], int], actor: str = "ledger") -> LedgerWriter:
        """Return a writer for the transfers of many threads, with one commit a group.

        Args:
            now: returns the Unix second.
            actor: named in the journal.
        """
        from entrepot.adapters.sql.group_writer import GroupWriter

        return GroupWriter(
            lambda: HouseUnitOfWork(self.engine, checkpoint=self._checkpoint), now, actor
        )

    def check_ledger(self) -> list[str]:
        """Prove the books; return one sentence a problem."""
        from entrepot.adapters.sql.checks import check_ledger

        with self.engine.connect() as conn:
            return [str(problem) for problem in check_ledger(conn)]

    def verify_journal(self) -> list[str]:
        """Prove the journal; return one sentence a problem."""
        from entrepot.adapters.sql.checks import verify_journal

        kept = read_checkpoint(self._checkpoint) if self._checkpoint else None
        with self.engine.connect() as conn:
            return [str(problem) for problem in verify_journal(conn, kept)]

    def ledger_counts(self) -> dict[str, int]:
        """Return how many accounts, transfers and batches the books hold."""
        counted = {
            "accounts": tables.account,
            "transfers": tables.transfer,
            "batches": tables.batch,
        }
        with self.engine.connect() as conn:
            return {
                name: int(conn.execute(select(func.count()).select_from(table)).scalar_one())
                for name, table in counted.items()
            }

    def journal_entries(self, limit: int) -> list[r.Body]:
        """Return the newest journal entries, newest first."""
        with HouseUnitOfWork(self.engine, write=False) as uow:
            return [_plain(entry) for entry in uow.journal.entries(limit, newest_first=True)]

    def journal_entry(self, seq: int) -> r.Body | None:
        """Return the journal entry of a number, or None."""
        with HouseUnitOfWork(self.engine, write=False) as uow:
            entry = uow.journal.entry(seq)
        return _plain(entry) if entry else None

    def journal_head(self) -> r.Body:
        """Return home, number, time and hash of the journal's last entry."""
        with HouseUnitOfWork(self.engine, write=False) as uow:
            return {"home_id": uow.journal.home_id, **asdict(uow.journal.head())}


class FirmStore(SqlStore):
    """A store that reads as one firm; what writes is judged before it is asked.

    Args:
        house: the store of the house.
        firm_id: the firm.
    """

    def __init__(self, house: SqlStore, firm_id: str) -> None:
        self.engine = house.engine
        self._checkpoint = house._checkpoint
        self._view = firm_engine(house.engine, firm_id)

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Open a consistent view of what the firm may see."""
        return cast("AbstractContextManager[UnitOfWork]", HouseUnitOfWork(self._view, write=False))

    def sees(self, name: str) -> bool:
        """Say whether the firm may see a row of that id or number."""
        with HouseUnitOfWork(self._view, write=False) as uow:
            return sees(uow.conn, name)

    def journal_entries(self, limit: int) -> list[r.Body]:
        """Return no entries: the journal is the house's."""
        return []

    def journal_entry(self, seq: int) -> r.Body | None:
        """Return nothing, as :meth:`journal_entries`."""
        return None


def _plain(entry: Entry) -> dict[str, object]:
    return {**asdict(entry), "body": _read(entry.body)}


def _read(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        # An edited entry is shown as it stands; the journal's verification says what is wrong.
        return text
