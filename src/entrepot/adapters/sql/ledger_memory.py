"""Accounts and balances that stay in memory from one batch to the next.

Whoever holds the writer's place reads the head of the chain anyway. If it is the head that
this process left behind, nobody else has written since, and what is in memory is what stands in
the tables; else it is forgotten. Nothing enters the memory but by a sealed batch: a transaction
that is undone leaves a head in memory that the tables never had, and so is forgotten, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.ledger_rows import chunks, read_account, read_balance
from entrepot.domain.ledger.chain import BatchHead
from entrepot.domain.ledger.chart import account_of, kind_of
from entrepot.domain.ledger.model import Account, Balance

ACCOUNTS_MAX = 200_000
"""Accounts kept at most, about 100 MB; all are forgotten beyond."""


class BookMemory:
    """What one process remembers of one database.

    Attributes:
        head: head of the chain after the last batch remembered.
        accounts: code → account.
        balances: code → balance of each of the accounts.
    """

    def __init__(self) -> None:
        self.head = BatchHead()
        self.accounts: dict[str, Account] = {}
        self.balances: dict[str, Balance] = {}

    def forget(self, head: BatchHead) -> None:
        """Start again at a head."""
        # New dictionaries: another thread may still be reading the old ones on its way out.
        self.head, self.accounts, self.balances = head, {}, {}


_MEMORIES: WeakKeyDictionary[Engine, BookMemory] = WeakKeyDictionary()


class WorkingBooks:
    """Accounts and balances as one transaction sees them, its own changes included.

    Args:
        conn: connection that holds the writer's place.
        head: head of the chain as the tables have it.

    Attributes:
        accounts: code → account, of those asked for; number 0 is one not opened yet.
        balances: code → balance of those opened.
    """

    def __init__(self, conn: Connection, head: BatchHead) -> None:
        self._conn = conn
        self._memory = _MEMORIES.setdefault(conn.engine, BookMemory())
        if self._memory.head != head or len(self._memory.accounts) > ACCOUNTS_MAX:
            self._memory.forget(head)
        self.accounts: dict[str, Account] = {}
        self.balances: dict[str, Balance] = {}

    def load(self, codes: Iterable[str]) -> None:
        """Look up accounts; one of the chart that was never opened is described.

        Args:
            codes: accounts that a decision is about.
        """
        missing: set[str] = set()
        for code in set(codes) - self.accounts.keys():
            account = self._memory.accounts.get(code)
            if account is None:
                missing.add(code)
            else:
                self.accounts[code] = account
                self.balances[code] = self._memory.balances[code]
        for chunk in chunks(missing):
            query = select(tables.account).where(tables.account.c.code.in_(chunk))
            for row in self._conn.execute(query):
                self.accounts[row.code] = read_account(row)
                self.balances[row.code] = read_balance(row)
        for code in missing - self.accounts.keys():
            if kind_of(code) is not None:
                self.accounts[code] = account_of(code, 0)

    def opened(self, accounts: Iterable[Account]) -> None:
        """Take in accounts that the transaction opened or closed."""
        for account in accounts:
            self.accounts[account.code] = account
            self.balances.setdefault(account.code, Balance())

    def moved(self, balances: Mapping[str, Balance]) -> None:
        """Take in new balances."""
        self.balances.update(balances)

    def remember(self, head: BatchHead) -> None:
        """Hand what the transaction knows to the batches after it.

        Args:
            head: head of the chain after the batch that is about to be committed.
        """
        memory = self._memory
        memory.balances.update(self.balances)
        memory.accounts.update(
            (code, self.accounts[code]) for code in self.balances if self.accounts[code].id
        )
        memory.head = head
