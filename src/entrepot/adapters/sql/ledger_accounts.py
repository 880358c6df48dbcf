"""Accounts of the books inside one transaction: opened on demand, closed for good.

Opening and closing belong to the batch of the transaction, and to its hash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, insert, select, update

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.ledger_memory import WorkingBooks
from entrepot.adapters.sql.ledger_reads import LedgerReads
from entrepot.adapters.sql.ledger_rows import account_row
from entrepot.domain.ledger.chain import BatchHead, Cell
from entrepot.domain.ledger.chart import account_of, kind_of
from entrepot.domain.ledger.model import Account
from entrepot.kernel.errors import Conflict, NotFound, Refused
from entrepot.kernel.text import N_


class LedgerAccounts(LedgerReads):
    """The part of the store that opens and closes accounts.

    Args:
        conn: connection of the unit of work.
        now: Unix second that postings are stamped with, unless a transfer or the last
            batch is later; time never runs backwards in the books.
        writable: False refuses every write, as a fault of the program.
    """

    def __init__(self, conn: Connection, now: int = 0, *, writable: bool = True) -> None:
        super().__init__(conn)
        self.now = now
        self._writable = writable
        self._open: list[dict[str, Cell]] = []
        self._closed: list[int] = []
        self._columns: list[list[Cell]] = []
        self._marked = False
        self._t = 0
        self._head: BatchHead | None = None
        self._working: WorkingBooks | None = None

    @property
    def head(self) -> BatchHead:
        """End of the chain; an unsealed batch is not in it."""
        if self._head is None:
            row = self.conn.execute(_LAST).first()
            self._head = BatchHead(*row) if row else BatchHead()
        return self._head

    @property
    def unsealed(self) -> bool:
        """Say whether something was written since the last seal."""
        return bool(self._open or self._closed or self._columns or self._marked)

    @property
    def _booked(self) -> int:
        """How many transfers the unsealed batch has."""
        return len(self._columns[0]) if self._columns else 0

    def ensure_account(
        self,
        code: str,
        asset: str | None = None,
        *,
        debit_bound: bool | None = None,
        credit_bound: bool | None = None,
    ) -> Account:
        """Return an account, opened if need be.

        Args:
            code: name, of the chart or another.
            asset: asset that it must count; None takes the chart's.
            debit_bound: bound of a new account; None takes the chart's.
            credit_bound: bound of a new account; None is False.

        Raises:
            Invalid: the chart does not know the code and no asset is given.
            Conflict: the account exists with another asset or bound.
        """
        account = self.account(code)
        if account is None:
            described = self._described(code, asset, debit_bound, credit_bound)
            (account,) = fresh = self._insert([described])
            self._opened(fresh)
        same = (
            asset in (None, account.asset)
            and debit_bound in (None, account.debit_bound)
            and credit_bound in (None, account.credit_bound)
        )
        if not same:
            raise Conflict(
                "ledger.account_differs",
                N_("Account {account} exists with another asset or bound."),
                hint=N_("Use the account as it was opened, or choose another code."),
                account=code,
            )
        return account

    def close_account(self, code: str) -> Account:
        """Close an account for good.

        Raises:
            NotFound: it was never opened.
            Refused: it holds something, or a hold is open on it.
        """
        account = self.account(code)
        if account is None:
            raise NotFound(
                "ledger.no_account",
                N_("The ledger has no account {account}."),
                hint=N_("Correct its code."),
                account=code,
            )
        balance = self.balance(code)
        if balance.debit_net or balance.debits_pending or balance.credits_pending:
            raise Refused(
                "ledger.not_empty",
                N_("Account {account} is not empty and cannot be closed."),
                hint=N_("Move its balance and resolve its holds first."),
                account=code,
            )
        if not account.closed:
            self._begin()
            self.conn.execute(
                update(tables.account)
                .where(tables.account.c.id == account.id)
                .values(closed_batch=self.head.seq + 1)
            )
            self._closed.append(account.id)
            self._books.load([code])
            self._books.opened([replace(account, closed=True)])
        return replace(account, closed=True)

    def _begin(self) -> None:
        # A programmer's fault, not a user's: reading units of work never write.
        if not self._writable:
            raise RuntimeError("this unit of work is for reading")

    def _described(
        self, code: str, asset: str | None, debit_bound: bool | None, credit_bound: bool | None
    ) -> Account:
        if asset is None or kind_of(code) is not None:
            account = account_of(code, 0)
        else:
            account = Account(0, code, asset, code.partition(":")[2])
        return replace(
            account,
            debit_bound=account.debit_bound if debit_bound is None else debit_bound,
            credit_bound=account.credit_bound if credit_bound is None else credit_bound,
        )

    def _insert(self, accounts: Sequence[Account]) -> list[Account]:
        self._begin()
        if not accounts:
            return []
        first = self.next_account_id()
        numbered = [replace(one, id=first + index) for index, one in enumerate(accounts)]
        self.conn.execute(insert(tables.account), self._account_rows(numbered))
        return numbered

    def _opened(self, accounts: Sequence[Account]) -> None:
        self._open.extend(self._account_rows(accounts))
        self._books.opened(accounts)

    def _account_rows(self, accounts: Sequence[Account]) -> list[dict[str, Cell]]:
        return [account_row(account, self.head.seq + 1) for account in accounts]

    @property
    def _books(self) -> WorkingBooks:
        if self._working is None:
            self._working = WorkingBooks(self.conn, self.head)
        return self._working


_BATCH = tables.batch.c
_LAST = (
    select(_BATCH.seq, _BATCH.last_transfer, _BATCH.t, _BATCH.hash)
    .order_by(_BATCH.seq.desc())
    .limit(1)
)
