"""The ledger in the database: accounts opened on demand, transfers posted in chained batches.

Rules are not here: :func:`entrepot.domain.ledger.apply.apply` decides over the accounts
that a call touches, and this store writes what it decided. All posts of one unit of work
make one batch, which is sealed by its hash before the journal names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, bindparam, insert, select, update

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.ledger_reads import LedgerReads
from entrepot.adapters.sql.ledger_rows import (
    ACCOUNT_CHAINED,
    TRANSFER_CHAINED,
    account_row,
    chunks,
    read_account,
    read_balance,
    transfer_row,
)
from entrepot.domain.ledger.apply import Applied, LedgerState, apply
from entrepot.domain.ledger.chain import BatchHead, Cell, batch_hash, next_head
from entrepot.domain.ledger.chart import account_of, kind_of
from entrepot.domain.ledger.expiry import expiries
from entrepot.domain.ledger.model import Account, Balance, Transfer
from entrepot.kernel.errors import Conflict, NotFound, Refused
from entrepot.kernel.text import N_


class LedgerStore(LedgerReads):
    """Writes and reads the books inside one transaction.

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
        self._rows: list[list[Cell]] = []
        self._t = 0
        self._head: BatchHead | None = None

    @property
    def head(self) -> BatchHead:
        """End of the chain; an unsealed batch is not in it."""
        if self._head is None:
            c = tables.batch.c
            columns = (c.seq, c.last_transfer, c.t, c.hash)
            row = self.conn.execute(select(*columns).order_by(c.seq.desc()).limit(1)).first()
            self._head = BatchHead(*row) if row else BatchHead()
        return self._head

    @property
    def unsealed(self) -> bool:
        """Say whether something was written since the last seal."""
        return bool(self._open or self._closed or self._rows)

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
            account = self._insert([self._described(code, asset, debit_bound, credit_bound)])[0]
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
        return replace(account, closed=True)

    def post(self, transfers: Sequence[Transfer]) -> Applied:
        """Post all transfers, or raise and post none.

        Args:
            transfers: accounts of the chart are opened on demand; ``t`` is stamped here.

        Returns:
            Outcomes and changed balances; transfers already booked count as done.

        Raises:
            EntrepotError: the first refusal.
        """
        applied, state = self._decide(transfers)
        applied.raise_refusal()
        self._write(applied, state)
        return applied

    def post_each(self, transfers: Sequence[Transfer]) -> Applied:
        """Post what can be posted; refusals come back as values."""
        applied, state = self._decide(transfers)
        self._write(applied, state)
        return applied

    def expire_due(self, now: int) -> Applied:
        """Release every hold whose deadline has come.

        Args:
            now: Unix second.
        """
        self.now = max(self.now, now)
        return self.post(expiries(self.open_holds(), now))

    def seal(self) -> BatchHead:
        """Close the batch of this unit of work by its hash; return the head of the chain."""
        if not self.unsealed:
            return self.head
        before, t = self.head, max(self._t, self.now, self.head.t)
        opened = [[row[name] for name in ACCOUNT_CHAINED] for row in self._open]
        digest = batch_hash(before, t, opened, sorted(self._closed), self._rows)
        head = next_head(before, t, len(self._rows), digest)
        self.conn.execute(
            insert(tables.batch).values(
                seq=head.seq,
                first_transfer=before.last_transfer + 1,
                last_transfer=head.last_transfer,
                t=t,
                prev_hash=before.hash,
                hash=digest,
            )
        )
        self._head, self._t = head, 0
        self._open, self._closed, self._rows = [], [], []
        return head

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
        first = self.next_account_id()
        numbered = [replace(one, id=first + index) for index, one in enumerate(accounts)]
        rows = [account_row(account, self.head.seq + 1) for account in numbered]
        self.conn.execute(insert(tables.account), rows)
        self._open.extend(rows)
        return numbered

    def _decide(self, transfers: Sequence[Transfer]) -> tuple[Applied, LedgerState]:
        t = max([self.now, self.head.t, self._t, *(transfer.t for transfer in transfers)])
        self._t = t
        stamped = [transfer.stamped(t) for transfer in transfers]
        state = self._state(stamped)
        return apply(state, stamped), state

    def _state(self, transfers: Sequence[Transfer]) -> LedgerState:
        known = self._known(transfers)
        codes = {code for one in transfers for code in (one.debit, one.credit)}
        accounts: dict[str, Account] = {}
        balances: dict[str, Balance] = {}
        for chunk in chunks(codes):
            query = select(tables.account).where(tables.account.c.code.in_(chunk))
            for row in self.conn.execute(query):
                accounts[row.code] = read_account(row)
                balances[row.code] = read_balance(row)
        for code in codes - accounts.keys():
            if kind_of(code) is not None:
                accounts[code] = account_of(code, 0)
        holds = {one.pending_id for one in transfers if one.pending_id}
        groups = {one.link_group for one in transfers if one.link_group}
        return LedgerState(accounts, balances, known, self.resolutions(holds), self._groups(groups))

    def _known(self, transfers: Sequence[Transfer]) -> dict[str, Transfer]:
        ids = {one.id for one in transfers} | {one.pending_id for one in transfers}
        ids.discard("")
        found: dict[str, Transfer] = {}
        for chunk in chunks(ids):
            for _, transfer in self.read(tables.transfer.c.id.in_(chunk)):
                found[transfer.id] = transfer
        return found

    def _groups(self, groups: set[str]) -> Mapping[str, frozenset[str]]:
        members: dict[str, frozenset[str]] = {}
        columns = (tables.transfer.c.link_group, tables.transfer.c.id)
        for chunk in chunks(groups):
            query = select(*columns).where(tables.transfer.c.link_group.in_(chunk))
            for group, one in self.conn.execute(query):
                members[group] = members.get(group, frozenset()) | {one}
        return members

    def _write(self, applied: Applied, state: LedgerState) -> None:
        booked = applied.booked
        if not booked:
            return
        self._begin()
        used = sorted({code for one in booked for code in (one.debit, one.credit)})
        fresh = [state.accounts[code] for code in used if state.accounts[code].id == 0]
        if fresh:
            self._insert(fresh)
        numbers = self.numbers(used)
        batch, first = self.head.seq + 1, self.head.last_transfer + len(self._rows) + 1
        rows = [
            transfer_row(one, first + index, batch, numbers) for index, one in enumerate(booked)
        ]
        self.conn.execute(insert(tables.transfer), rows)
        self._rows.extend([row[name] for name in TRANSFER_CHAINED] for row in rows)
        self.conn.execute(
            _SET_BALANCE,
            [
                {"number": numbers[code], **_totals(balance)}
                for code, balance in applied.balances.items()
            ],
        )


_SET_BALANCE = (
    update(tables.account)
    .where(tables.account.c.id == bindparam("number"))
    .values({name: bindparam(name) for name in tables.BALANCE_COLUMNS})
)


def _totals(balance: Balance) -> dict[str, int]:
    return {name: getattr(balance, name) for name in tables.BALANCE_COLUMNS}
