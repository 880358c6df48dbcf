"""The ledger in the database: accounts opened on demand, transfers posted in chained batches.

Rules are not here: :mod:`entrepot.domain.ledger.whole` and, where that has no answer,
:mod:`entrepot.domain.ledger.apply` decide over the accounts that a call touches, and this store
writes what they decided. All posts of one unit of work make one batch, which is sealed by its
hash before the journal names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import insert

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.ledger_accounts import LedgerAccounts
from entrepot.adapters.sql.ledger_lookup import endings_of, holds_by_id, members_of, transfers_by_id
from entrepot.adapters.sql.ledger_rebuild import (
    Difference,
    balance_differences,
    write_rebuilt,
)
from entrepot.adapters.sql.ledger_rows import ACCOUNT_CHAINED, totals, transfer_columns
from entrepot.adapters.sql.ledger_write import (
    undone_if_taken,
    write_balances,
    write_transfers,
)
from entrepot.domain.ledger.apply import apply_parts
from entrepot.domain.ledger.chain import BatchHead, batch_hash, next_head
from entrepot.domain.ledger.columns import Columns, columns_of
from entrepot.domain.ledger.expiry import expiries
from entrepot.domain.ledger.model import Balance, Transfer
from entrepot.domain.ledger.state import AllBooked, Applied, LedgerState, Stamped
from entrepot.domain.ledger.whole import whole


class LedgerStore(LedgerAccounts):
    """Writes and reads the books inside one transaction.

    Args:
        conn: connection of the unit of work.
        now: Unix second that postings are stamped with, unless a transfer or the last
            batch is later; time never runs backwards in the books.
        writable: False refuses every write, as a fault of the program.
    """

    def post(self, transfers: Sequence[Transfer]) -> Applied:
        """Post all transfers, or raise and post none.

        Args:
            transfers: accounts of the chart are opened on demand; ``t`` is stamped here.

        Returns:
            Outcomes and changed balances; transfers already booked count as done.

        Raises:
            EntrepotError: the first refusal.
        """
        return self._book([transfers], strict=True)[0]

    def post_each(self, transfers: Sequence[Transfer]) -> Applied:
        """Post what can be posted; refusals come back as values."""
        return self._book([transfers])[0]

    def post_apart(self, parts: Sequence[Sequence[Transfer]]) -> list[Applied]:
        """Post what can be posted of several clients' transfers, in order.

        Args:
            parts: transfers of each client; a link group never reaches over two of them.

        Returns:
            What became of each part; ``balances`` are those after all of them.
        """
        return self._book(parts)

    def expire_due(self, now: int) -> Applied:
        """Release every hold whose deadline has come.

        Args:
            now: Unix second.
        """
        self.now = max(self.now, now)
        return self.post(expiries(self.open_holds(), now))

    def differences(self) -> list[Difference]:
        """Return (account, rebuilt balance, kept balance) where the two differ.

        Raises:
            Fault: the chain over the transfers does not hold.
        """
        return balance_differences(self.conn)

    def rebuild(self) -> list[Difference]:
        """Put the balances that the transfers give in place of those kept.

        An empty batch marks it in the chain: whoever remembers older balances has to forget them.

        Returns:
            What was different; nothing is written if nothing was.

        Raises:
            Fault: the chain over the transfers does not hold.
        """
        self._begin()
        if self.unsealed:
            raise RuntimeError("balances are rebuilt by a command of its own")
        found = self.differences()
        if found:
            write_rebuilt(self.conn, found, self.numbers([code for code, _, _ in found]))
            self._marked = True
        return found

    def seal(self) -> BatchHead:
        """Close the batch of this unit of work by its hash; return the head of the chain."""
        if not self.unsealed:
            return self.head
        before, t = self.head, max(self._t, self.now, self.head.t)
        opened = [[row[name] for name in ACCOUNT_CHAINED] for row in self._open]
        digest = batch_hash(before, t, opened, sorted(self._closed), self._columns)
        head = next_head(before, t, self._booked, digest)
        self.conn.execute(
            _APPEND,
            {
                "seq": head.seq,
                "first_transfer": before.last_transfer + 1,
                "last_transfer": head.last_transfer,
                "t": t,
                "prev_hash": before.hash,
                "hash": digest,
            },
        )
        if self._marked:
            self._working = None
        else:
            self._books.remember(head)
        self._head, self._t = head, 0
        self._open, self._closed, self._columns = [], [], []
        self._marked = False
        return head

    def _book(self, parts: Sequence[Sequence[Transfer]], *, strict: bool = False) -> list[Applied]:
        self._begin()
        transfers = parts[0] if len(parts) == 1 else [one for part in parts for one in part]
        if not transfers:
            return [Applied((), {}) for _ in parts]
        batch = columns_of(transfers)
        t = self._t = max(self.now, self.head.t, self._t, max(batch.t))
        self._books.load((*batch.debit, *batch.credit))
        balances = None if _spans(parts) else self._at_once(batch, t)
        if balances is not None:
            return [Applied(AllBooked(Stamped(part, t)), balances) for part in parts]
        stamped = [[one.stamped(t) for one in part] for part in parts]
        applied = apply_parts(self._state([one for part in stamped for one in part]), stamped)
        if strict:
            applied[0].raise_refusal()
        booked = [one for part in applied for one in part.booked]
        if booked:
            self._write(columns_of(booked), t, applied[-1].balances)
        return applied

    def _at_once(self, batch: Columns, t: int) -> Mapping[str, Balance] | None:
        """Book a batch as a whole; None, and nothing written, if it needs a closer look."""
        accounts = self._books.accounts
        groups = members_of(self.conn, set(batch.link_group))
        state = LedgerState(accounts, self._books.balances, {}, {}, groups)
        ended = set(batch.pending_id) - {""}
        codes = {one.id: code for code, one in accounts.items()} if ended else {}
        balances = whole(state, batch, t, holds_by_id(self.conn, ended, codes))
        if balances is None:
            return None
        # Whether an id or the end of a hold stands already, the unique indexes say.
        with undone_if_taken(self.conn) as complaints:
            self._write(batch, t, balances)
        return None if complaints else balances

    def _state(self, transfers: Sequence[Transfer]) -> LedgerState:
        ids = {one.id for one in transfers} | {one.pending_id for one in transfers}
        return LedgerState(
            self._books.accounts,
            self._books.balances,
            transfers_by_id(self.conn, ids - {""}),
            endings_of(self.conn, {one.pending_id for one in transfers}),
            members_of(self.conn, {one.link_group for one in transfers}),
        )

    def _write(self, batch: Columns, t: int, balances: Mapping[str, Balance]) -> None:
        accounts = self._books.accounts
        numbers = {code: accounts[code].id for code in balances}
        fresh = self._insert([accounts[code] for code in sorted(numbers) if not numbers[code]])
        numbers.update((account.code, account.id) for account in fresh)
        first = self.head.last_transfer + self._booked + 1
        columns = transfer_columns(batch, first, self.head.seq + 1, t, numbers)
        # One row at a time, made and dropped: thousands of them at once would keep the garbage
        # collector busy for a seventh of the whole time.
        write_transfers(self.conn, zip(*columns, strict=True))
        write_balances(
            self.conn, [totals(balance, numbers[code]) for code, balance in balances.items()]
        )
        self._opened(fresh)
        for old, new in zip(self._columns, columns, strict=False):
            old.extend(new)
        self._columns = self._columns or columns
        self._books.moved(balances)


# Built once: a statement takes longer to build than SQLite takes to run it.
_APPEND = insert(tables.batch)


def _spans(parts: Sequence[Sequence[Transfer]]) -> bool:
    """Say whether a link group stands in two parts: only a closer look keeps them apart."""
    if len(parts) == 1:
        return False
    groups = [{one.link_group for one in part} - {""} for part in parts]
    return sum(map(len, groups)) > len(set[str]().union(*groups))
