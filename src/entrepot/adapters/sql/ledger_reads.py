"""Reading the books: accounts, balances now and at a time, transfers, statements, holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    and_,
    case,
    func,
    literal_column,
    select,
    union_all,
)

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.ledger_lookup import TRANSFERS
from entrepot.adapters.sql.ledger_rows import read_account, read_balance, read_transfer
from entrepot.domain.ledger.model import Account, Balance, Phase, Transfer

_C = tables.transfer.c
_A = tables.account.c


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One transfer as an account sees it.

    Attributes:
        seq: number of the transfer in the books.
        transfer: the transfer.
        debit: posted minor units debited to the account.
        credit: posted minor units credited to it.
        debit_net: posted debits less credits of the account after the line.
    """

    seq: int
    transfer: Transfer
    debit: int
    credit: int
    debit_net: int


class LedgerReads:
    """Questions to the books; none of them writes.

    Args:
        conn: connection of the unit of work.
    """

    def __init__(self, conn: Connection) -> None:
        self.conn = conn

    def account(self, code: str) -> Account | None:
        """Return an account, or None if it was never opened."""
        row = self.conn.execute(select(tables.account).where(_A.code == code)).first()
        return read_account(row) if row else None

    def accounts(self) -> list[Account]:
        """Return all accounts in the order of opening."""
        return [read_account(row) for row in self.conn.execute(_ACCOUNTS)]

    def balances(self) -> dict[str, Balance]:
        """Return code → balance of all accounts, in the order of opening."""
        return {row.code: read_balance(row) for row in self.conn.execute(_ACCOUNTS)}

    def balance(self, code: str) -> Balance:
        """Return the four totals of an account; zeros if it was never opened."""
        row = self.conn.execute(select(tables.account).where(_A.code == code)).first()
        return read_balance(row) if row else Balance()

    def numbers(self, codes: list[str]) -> dict[str, int]:
        """Return code → id of the accounts given."""
        query = select(_A.code, _A.id).where(_A.code.in_(codes))
        return {row.code: row.id for row in self.conn.execute(query)}

    def next_account_id(self) -> int:
        """Return the number that the next account takes."""
        return int(self.conn.execute(select(func.coalesce(func.max(_A.id), 0))).scalar_one()) + 1

    def balance_at(self, code: str, t: int) -> Balance:
        """Return the balance of an account as of the end of second ``t``, by replay.

        Held parts are those of holds booked by then and not resolved by then.

        Args:
            code: account.
            t: Unix second.
        """
        number = self.numbers([code]).get(code)
        if number is None:
            return Balance()
        resolver = tables.transfer.alias("resolver")
        done = and_(*_ends(resolver), resolver.c.t <= t)
        open_hold = and_(_C.phase == Phase.PENDING.value, resolver.c.seq.is_(None))
        posted = _C.phase.in_([Phase.POSTED.value, Phase.POST.value])
        sums = [
            func.coalesce(func.sum(case((and_(side == number, kind), _C.amount), else_=0)), 0)
            for kind in (posted, open_hold)
            for side in (_C.debit, _C.credit)
        ]
        query = (
            select(*sums)
            .select_from(tables.transfer.outerjoin(resolver, done))
            .where(self._touching(number), _C.t <= t)
        )
        return Balance(*(int(total) for total in self.conn.execute(query).one()))

    def posted_at(self, t: int) -> dict[str, Balance]:
        """Return code → what was posted by the end of second ``t``, of all accounts in one go.

        Held parts are left at nought; :meth:`balance_at` has them.

        Args:
            t: Unix second.
        """
        posted = and_(_C.phase.in_([Phase.POSTED.value, Phase.POST.value]), _C.t <= t)
        sides: list[dict[int, int]] = []
        for side in (_C.debit, _C.credit):
            query = select(side, func.sum(_C.amount)).where(posted).group_by(side)
            sides.append({number: int(total) for number, total in self.conn.execute(query)})
        debits, credits = sides
        return {
            one.code: Balance(debits.get(one.id, 0), credits.get(one.id, 0))
            for one in self.accounts()
        }

    def transfer(self, transfer_id: str) -> Transfer | None:
        """Return a transfer by id."""
        return next((found for _, found in self.read(_C.id == transfer_id)), None)

    def transfers(
        self, account: str | None = None, *, after: int = 0, limit: int | None = None
    ) -> list[tuple[int, Transfer]]:
        """Return (number, transfer) in the order of booking.

        Args:
            account: only those that touch this account.
            after: only those with a greater number.
            limit: at most so many.
        """
        where = [_C.seq > after]
        if account is not None:
            number = self.numbers([account]).get(account, 0)
            where.append(self._touching(number, after))
        return list(self.read(*where, limit=limit))

    def transfers_of_cause(self, cause: str) -> list[Transfer]:
        """Return the transfers that one business fact caused."""
        # The second condition lets both planners take the index of those that name a cause.
        return [one for _, one in self.read(_C.cause == cause, _C.cause != literal_column("''"))]

    def open_holds(self, account: str | None = None) -> list[Transfer]:
        """Return the holds that nothing has resolved, of one account or of all."""
        resolver = tables.transfer.alias("resolver")
        unresolved = ~select(resolver.c.seq).where(*_ends(resolver)).exists()
        where = [_C.phase == Phase.PENDING.value, unresolved]
        if account is not None:
            number = self.numbers([account]).get(account, 0)
            where.append(self._touching(number))
        return [transfer for _, transfer in self.read(*where)]

    def statement(self, code: str, start: int, end: int) -> list[StatementLine]:
        """Return the lines of an account booked in [start, end), with the running balance.

        Args:
            code: account.
            start, end: Unix seconds.
        """
        net = self.balance_at(code, start - 1).debit_net
        lines: list[StatementLine] = []
        for seq, transfer in self.transfers(code):
            posted = transfer.phase in (Phase.POSTED, Phase.POST)
            if not posted or not start <= transfer.t < end:
                continue
            debit = transfer.amount if transfer.debit == code else 0
            credit = transfer.amount if transfer.credit == code else 0
            net += debit - credit
            lines.append(StatementLine(seq, transfer, debit, credit, net))
        return lines

    def read(
        self, *where: ColumnElement[bool], limit: int | None = None
    ) -> Iterator[tuple[int, Transfer]]:
        """Yield (number, transfer) of the rows that fit, in the order of booking."""
        query = TRANSFERS.where(*where).order_by(_C.seq).limit(limit)
        for seq, *cells in self.conn.execute(query):
            yield seq, read_transfer(cells)

    def _touching(self, number: int, after: int = 0) -> ColumnElement[bool]:
        """Return the condition that a transfer after ``after`` debits or credits an account."""
        last = int(self.conn.execute(_LAST_NUMBER).scalar_one())
        bits = tables.WINDOW_BITS
        windows = _WINDOW.in_(range(after >> bits, (last >> bits) + 1))
        # Two searches by their own index, rather than one that might go through all transfers.
        return _C.seq.in_(
            union_all(
                *(select(_C.seq).where(windows, side == number) for side in (_C.debit, _C.credit))
            )
        )


# The very expression of the index, its number written out: a parameter would not be recognised.
_WINDOW = _C.seq.bitwise_rshift(literal_column(str(tables.WINDOW_BITS), Integer))
_LAST_NUMBER = select(func.coalesce(func.max(_C.seq), 0))
_ACCOUNTS = select(tables.account).order_by(_A.id)


def _ends(resolver: FromClause) -> tuple[ColumnElement[bool], ...]:
    # The second condition says nothing new to people; it lets SQLite use the partial index.
    return resolver.c.pending_id == _C.id, resolver.c.pending_id != ""
