"""Reading the whole ledger with its hash chain recomputed on the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast

from sqlalchemy import Column, Connection, select

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.ledger_rows import (
    ACCOUNT_CHAINED,
    TRANSFER_CHAINED,
    TRANSFER_FIELDS,
    read_account,
    read_balance,
    read_transfer,
)
from entrepot.domain.ledger.chain import GENESIS, BatchHead, batch_hash
from entrepot.domain.ledger.model import Account, Balance, Transfer
from entrepot.domain.oversight.model import Problem
from entrepot.kernel.text import N_

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
        transfers: in the order of booking.
        batch_of: number of the batch of each transfer.
        hashes: the genesis and the hash of each batch.
        problems: what is wrong.
    """

    accounts: list[Account] = field(default_factory=list[Account])
    lifetimes: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    balances: dict[str, Balance] = field(default_factory=dict[str, Balance])
    transfers: list[Transfer] = field(default_factory=list[Transfer])
    batch_of: list[int] = field(default_factory=list[int])
    hashes: list[str] = field(default_factory=lambda: [GENESIS])
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
    codes = {account.id: account.code for account in books.accounts}
    columns: list[Column[Any]] = [tables.transfer.c[name] for name in TRANSFER_CHAINED]
    result: Any = conn.execute(select(*columns).order_by(tables.transfer.c.seq))
    rows = cast("Iterator[Sequence[Any]]", iter(result))
    head = BatchHead()
    c = tables.batch.c
    fields = (c.seq, c.first_transfer, c.last_transfer, c.t, c.prev_hash, c.hash)
    for seq, first, last, t, prev_hash, digest in conn.execute(select(*fields).order_by(c.seq)):
        members = [list(row) for row in islice(rows, max(0, min(last - first + 1, 1 << 40)))]
        right = batch_hash(head, t, opened.pop(seq, []), sorted(closed.pop(seq, [])), members)
        if seq != head.seq + 1 or prev_hash != head.hash or t < head.t:
            books.wrong("ledger_batch", seq, N_("it does not follow the batch before it"))
        # The hash is made from the rows found, so the range stated is compared by itself.
        stated = (head.last_transfer + 1, head.last_transfer + len(members))
        if right != digest or (first, last) != stated:
            books.wrong("ledger_batch", seq, N_("its contents do not match its hash"))
        _read_members(books, codes, members, head, seq, t)
        head = BatchHead(seq, last, t, digest)
        books.hashes.append(digest)
    _leftovers(books, rows, opened, closed)
    return books


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


def _read_members(
    books: Books,
    codes: dict[int, str],
    members: Sequence[Sequence[Any]],
    head: BatchHead,
    batch: int,
    t: int,
) -> None:
    for number, row in enumerate(members, start=head.last_transfer + 1):
        if row[_SEQ] != number or row[_BATCH] != batch or row[_T] > t:
            books.wrong("ledger_transfer", row[_SEQ], N_("it is not in its place of the batch"))
        cells = [row[index] for index in _FIELDS]
        cells[_DEBIT], cells[_CREDIT] = codes[cells[_DEBIT]], codes[cells[_CREDIT]]
        books.transfers.append(read_transfer(cells))
        books.batch_of.append(batch)


def _leftovers(
    books: Books,
    rows: Iterator[Sequence[Any]],
    opened: dict[int, list[list[Any]]],
    closed: dict[int, list[int]],
) -> None:
    if next(rows, None) is not None:
        books.wrong("ledger_transfer", "", N_("there are transfers that no batch covers"))
    if opened or closed:
        books.wrong("ledger_account", "", N_("there are accounts that no batch opens or closes"))
