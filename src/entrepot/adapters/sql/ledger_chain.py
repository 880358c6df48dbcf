"""Reading the whole ledger batch by batch, with its hash chain recomputed on the way.

Accounts and open holds are kept in memory, transfers are not: a batch is read, hashed, replayed
and forgotten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast

from sqlalchemy import Column, Connection, Executable, func, select

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.ledger_rows import (
    ACCOUNT_CHAINED,
    TRANSFER_CHAINED,
    TRANSFER_FIELDS,
    read_account,
    read_balance,
    read_transfer,
)
from entrepot.domain.ledger.chain import BatchHead, batch_hash, batch_hash_1
from entrepot.domain.ledger.model import Account, Balance, Transfer
from entrepot.domain.ledger.replay import RunningReplay
from entrepot.domain.oversight.model import Problem
from entrepot.kernel.text import N_

CHUNK = 5_000
"""Rows that a stream fetches at a time."""

_SEQ, _BATCH, _T = (TRANSFER_CHAINED.index(name) for name in ("seq", "batch", "t"))
_FIELDS = tuple(TRANSFER_CHAINED.index(name) for name in TRANSFER_FIELDS)
_DEBIT, _CREDIT = TRANSFER_FIELDS.index("debit"), TRANSFER_FIELDS.index("credit")


@dataclass(slots=True)
class Books:
    """The ledger as read, with what is wrong in its chain.

    Attributes:
        accounts: in the order of opening.
        lifetimes: (opening batch, closing batch or 0) of each account.
        balances: code → totals as kept.
        replay: the books rebuilt from the transfers, as far as the chain holds.
        used: code → (first, last) batch that touches the account.
        head: end of the chain.
        problems: what is wrong.
    """

    accounts: list[Account] = field(default_factory=list[Account])
    lifetimes: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    balances: dict[str, Balance] = field(default_factory=dict[str, Balance])
    replay: RunningReplay = field(default_factory=lambda: RunningReplay([]))
    used: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    head: BatchHead = field(default_factory=BatchHead)
    problems: list[Problem] = field(default_factory=list[Problem])

    def wrong(self, table: str, row: object, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(table, str(row), message))


def read_books(conn: Connection) -> Books:
    """Read accounts, batches and transfers, and recompute the hash of every batch.

    Args:
        conn: a connection.

    Returns:
        The books; ``problems`` is empty if the chain holds.
    """
    books = Books()
    opened, closed = _read_accounts(conn, books)
    books.replay = RunningReplay(books.accounts)
    codes = {account.id: account.code for account in books.accounts}
    columns: list[Column[Any]] = [tables.transfer.c[name] for name in TRANSFER_CHAINED]
    rows = stream(conn, select(*columns).order_by(tables.transfer.c.seq))
    c = tables.batch.c
    fields = (c.seq, c.first_transfer, c.last_transfer, c.t, c.prev_hash, c.hash)
    for batch in stream(conn, select(*fields).order_by(c.seq)):
        seq, first, last = batch[:3]
        members = [list(row) for row in islice(rows, max(0, min(last - first + 1, 1 << 40)))]
        born, ended = opened.pop(seq, []), sorted(closed.pop(seq, []))
        right = batch_hash(books.head, batch[3], born, ended, list(zip(*members, strict=True)))
        if right != batch[5]:
            # A home that an earlier program began keeps the hashes that it had then.
            first_form = batch_hash_1(books.head, batch[3], born, ended, members)
            right = batch[5] if first_form == batch[5] else right
        _compare(books, batch, right, len(members))
        _read_members(books, codes, members, seq, batch[3])
        books.head = BatchHead(seq, last, batch[3], batch[5])
    _leftovers(conn, books, rows, bool(opened or closed))
    return books


def stream(conn: Connection, query: Executable) -> Iterator[Sequence[Any]]:
    """Yield the rows of a query without holding them all.

    Args:
        conn: a connection.
        query: any.
    """
    result: Any = conn.execute(query.execution_options(yield_per=CHUNK))
    return cast("Iterator[Sequence[Any]]", iter(result))


def _read_accounts(
    conn: Connection, books: Books
) -> tuple[dict[int, list[list[Any]]], dict[int, list[int]]]:
    opened: dict[int, list[list[Any]]] = defaultdict(list)
    closed: dict[int, list[int]] = defaultdict(list)
    query = select(tables.account).order_by(tables.account.c.id)
    for number, row in enumerate(conn.execute(query), start=1):
        account = read_account(row)
        if account.id != number or account.code in books.balances:
            books.wrong("ledger_account", account.id, N_("accounts are missing or doubled"))
        books.accounts.append(account)
        books.balances[account.code] = read_balance(row)
        books.lifetimes.append((row.opened_batch, row.closed_batch))
        opened[row.opened_batch].append([getattr(row, name) for name in ACCOUNT_CHAINED])
        if account.closed:
            closed[row.closed_batch].append(account.id)
    return opened, closed


def _compare(books: Books, batch: Sequence[Any], right: str, members: int) -> None:
    seq, first, last, t, prev_hash, digest = batch
    head = books.head
    if seq != head.seq + 1 or prev_hash != head.hash or t < head.t:
        books.wrong("ledger_batch", seq, N_("it does not follow the batch before it"))
    # The hash is made from the rows found, so the range stated is compared by itself.
    stated = (head.last_transfer + 1, head.last_transfer + members)
    if right != digest or (first, last) != stated:
        books.wrong("ledger_batch", seq, N_("its contents do not match its hash"))


def _read_members(
    books: Books, codes: dict[int, str], members: Sequence[Sequence[Any]], batch: int, t: int
) -> None:
    transfers: list[Transfer] = []
    for number, row in enumerate(members, start=books.head.last_transfer + 1):
        if row[_SEQ] != number or row[_BATCH] != batch or row[_T] > t:
            books.wrong("ledger_transfer", row[_SEQ], N_("it is not in its place of the batch"))
        cells = [row[index] for index in _FIELDS]
        cells[_DEBIT], cells[_CREDIT] = codes[cells[_DEBIT]], codes[cells[_CREDIT]]
        transfers.append(read_transfer(cells))
    # Replay of a broken chain would mean nothing.
    if transfers and not books.problems:
        books.replay.take(transfers)
        for code in {code for one in transfers for code in (one.debit, one.credit)}:
            books.used[code] = (books.used.get(code, (batch, batch))[0], batch)


def _leftovers(
    conn: Connection, books: Books, rows: Iterator[Sequence[Any]], accounts: bool
) -> None:
    if next(rows, None) is not None:
        books.wrong("ledger_transfer", "", N_("there are transfers that no batch covers"))
    if accounts:
        books.wrong("ledger_account", "", N_("there are accounts that no batch opens or closes"))
    c = tables.transfer.c
    # A group whose members do not stand together came in pieces.
    apart = func.max(c.seq) - func.min(c.seq) + 1 != func.count()
    pieces = select(c.link_group).where(c.link_group != "").group_by(c.link_group).having(apart)
    for (group,) in conn.execute(pieces.limit(10)):
        books.wrong("ledger_transfer", group, N_("its link group was booked in pieces"))
