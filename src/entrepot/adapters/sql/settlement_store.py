"""Members, debts, orders, words of the bank and own RMB in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from entrepot.adapters.sql import settlement_tables as t
from entrepot.adapters.sql.rows import RecordTable
from entrepot.domain.contracts.funding import Own
from entrepot.kernel.errors import Conflict
from entrepot.kernel.text import N_
from entrepot.services.ports_settlement import BankEntry, Debt, OrderLine, OwnRmb

DEBTS = RecordTable(t.settlement_debt, Debt)
LINES = RecordTable(t.payment_line, OrderLine)
ENTRIES = RecordTable(t.bank_entry, BankEntry)
OWN = RecordTable(t.own_rmb, OwnRmb)


class SqlSettlementBook:
    """The port ``SettlementBook`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def keep_members(self, batch_id: str, rows: Sequence[tuple[str, int, int]]) -> None:
        """Keep the members of a batch for good as (id, CNH fen, HKD cents)."""
        names = ("member_id", "centre_minor", "carrying_minor")
        values = [{"batch_id": batch_id, **dict(zip(names, row, strict=True))} for row in rows]
        self._conn.execute(insert(t.batch_member), values)

    def members(self, batch_id: str) -> list[tuple[str, int, int]]:
        """Return the members that a batch was frozen with."""
        row = t.batch_member.c
        asked = select(row.member_id, row.centre_minor, row.carrying_minor)
        found = self._conn.execute(asked.where(row.batch_id == batch_id).order_by(row.member_id))
        return [(one.member_id, one.centre_minor, one.carrying_minor) for one in found]

    def add_debt(self, debt: Debt) -> None:
        """Keep a debt."""
        DEBTS.add(self._conn, debt)

    def take_debts(self, batch_id: str, debt_ids: Sequence[str]) -> None:
        """Bind debts to a batch, each by a conditional update."""
        row = t.settlement_debt.c
        for debt_id in debt_ids:
            bound = self._conn.execute(
                update(t.settlement_debt)
                .where(row.id == debt_id, row.batch_id.is_(None))
                .values(batch_id=batch_id)
            )
            if bound.rowcount != 1:
                raise Conflict(
                    "batch.debt",
                    N_("Debt {id} is in another settlement batch already."),
                    hint=N_("entrepot settle list shows the batches."),
                    id=debt_id,
                )

    def free_debts(self, batch_id: str) -> None:
        """Let the debts of a failed batch go to another."""
        row = t.settlement_debt.c
        freed = update(t.settlement_debt).where(row.batch_id == batch_id)
        self._conn.execute(freed.values(batch_id=None))

    def debts(self, centre_id: str | None = None, *, open_only: bool = False) -> list[Debt]:
        """Return debts in order of id, of a centre, or only those in no batch."""
        row = t.settlement_debt.c
        where: list[ColumnElement[bool]] = []
        if centre_id is not None:
            where.append(row.centre_id == centre_id)
        if open_only:
            where.append(row.batch_id.is_(None))
        return DEBTS.all(self._conn, *where, order=[row.id])

    def add_line(self, line: OrderLine) -> None:
        """Keep a payment that was sent to the bank; the same one again changes nothing."""
        if self.line(line.end_to_end_id) is None:
            LINES.add(self._conn, line)

    def line(self, end_to_end_id: str) -> OrderLine | None:
        """Return the payment of a reference."""
        return LINES.find(self._conn, t.payment_line.c.end_to_end_id == end_to_end_id)

    def lines(self, *, batch_id: str = "", message_id: str = "") -> list[OrderLine]:
        """Return the payments of a batch or of a file."""
        row = t.payment_line.c
        where = [row.batch_id == batch_id] if batch_id else [row.message_id == message_id]
        return LINES.all(self._conn, *where, order=[row.end_to_end_id])

    def add_entry(self, entry: BankEntry) -> bool:
        """Keep a word of the bank; False if it was told before."""
        if self.marked([entry.mark]):
            return False
        ENTRIES.add(self._conn, entry)
        return True

    def entry(self, entry_id: str) -> BankEntry | None:
        """Return a word of the bank by its id."""
        return ENTRIES.find(self._conn, t.bank_entry.c.id == entry_id)

    def marked(self, marks: Sequence[str]) -> dict[str, BankEntry]:
        """Return mark → word of the bank, of those that are known."""
        found: dict[str, BankEntry] = {}
        for start in range(0, len(marks), 500):
            where = t.bank_entry.c.mark.in_(marks[start : start + 500])
            found |= {entry.mark: entry for entry in ENTRIES.all(self._conn, where)}
        return found

    def entries(self, batch_id: str | None = None, *, unmatched: bool = False) -> list[BankEntry]:
        """Return what the bank said in order of id, on a batch, or what belongs to none."""
        row = t.bank_entry.c
        where: list[ColumnElement[bool]] = []
        if batch_id is not None:
            where.append(row.batch_id == batch_id)
        if unmatched:
            where += [row.batch_id.is_(None), row.status == "booked"]
        return ENTRIES.all(self._conn, *where, order=[row.id])

    def update_entry(self, entry: BankEntry) -> None:
        """Write batch, leg, note and matcher of a word of the bank."""
        ENTRIES.replace(self._conn, entry)

    def add_own(self, row: OwnRmb) -> None:
        """Keep a change of the branch's own RMB."""
        OWN.add(self._conn, row)

    def own(self) -> Own:
        """Return the branch's own RMB that no batch has taken."""
        row = t.own_rmb.c
        sums = select(func.sum(row.cnh_minor), func.sum(row.hkd_minor))
        found = self._conn.execute(sums).one()
        return Own(int(found[0] or 0), int(found[1] or 0))
