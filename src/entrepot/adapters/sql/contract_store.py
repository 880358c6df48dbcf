"""Contracts and their members in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Table, insert, or_, update

from entrepot.adapters.sql import contract_tables as t
from entrepot.adapters.sql.rows import RecordTable
from entrepot.services import ports_contracts as p

USERS = RecordTable(t.user_contract, p.UserContract)
PURCHASES = RecordTable(t.purchase_contract, p.PurchaseContract)
MEMBERS = RecordTable(t.contract_member, p.Member)
LINES = RecordTable(t.contract_line, p.MemberLine)


class SqlContracts:
    """The port ``ContractBook`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add_user(self, contract: p.UserContract) -> None:
        """Keep a user contract."""
        USERS.add(self._conn, contract)

    def add_purchase(self, contract: p.PurchaseContract) -> None:
        """Keep a purchase contract."""
        PURCHASES.add(self._conn, contract)

    def user(self, contract_id: str) -> p.UserContract | None:
        """Return a user contract."""
        return USERS.find(self._conn, t.user_contract.c.id == contract_id)

    def purchase(self, contract_id: str) -> p.PurchaseContract | None:
        """Return a purchase contract."""
        return PURCHASES.find(self._conn, t.purchase_contract.c.id == contract_id)

    def users(self, firm_id: str | None = None) -> list[p.UserContract]:
        """Return user contracts in order of id, of one firm or of all."""
        row = t.user_contract.c
        where = [] if firm_id is None else [row.firm_id == firm_id]
        return USERS.all(self._conn, *where, order=[row.id])

    def purchases(self, centre_id: str | None = None) -> list[p.PurchaseContract]:
        """Return purchase contracts in order of id, of one centre or of all."""
        row = t.purchase_contract.c
        where = [] if centre_id is None else [row.centre_id == centre_id]
        return PURCHASES.all(self._conn, *where, order=[row.id])

    def sign(self, contract_id: str, person: str, at: int, reference: str, digest: str) -> bool:
        """Make a draft active; False if it is none."""
        values: dict[str, object] = {"state": "active", "signed_by": person, "signed_at": at}
        values |= {"reference": reference, "digest": digest}
        return self._move(contract_id, ("draft",), values)

    def end(self, contract_id: str, on_day: str) -> bool:
        """End an active contract or drop a draft; False if it is neither."""
        return self._move(contract_id, ("draft", "active"), {"state": "ended", "ended_on": on_day})

    def _move(self, contract_id: str, before: Sequence[str], values: dict[str, object]) -> bool:
        moved = 0
        for table in (t.user_contract, t.purchase_contract):
            moved += self._moved(table, contract_id, before, values)
        return moved == 1

    def _moved(
        self, table: Table, contract_id: str, before: Sequence[str], values: dict[str, object]
    ) -> int:
        here = [table.c.id == contract_id, table.c.state.in_(before)]
        return self._conn.execute(update(table).where(*here).values(values)).rowcount

    def bind(self, member: p.Member) -> None:
        """Bind a lease to both contracts, once."""
        MEMBERS.add(self._conn, member)

    def member(self, lease_id: str) -> p.Member | None:
        """Return the contracts of a lease; None for one of before there were contracts."""
        return MEMBERS.find(self._conn, t.contract_member.c.lease_id == lease_id)

    def members(self, contract_id: str) -> list[p.Member]:
        """Return the leases of a contract of either side, in order of id."""
        row = t.contract_member.c
        either = or_(row.user_contract_id == contract_id, row.purchase_contract_id == contract_id)
        return MEMBERS.all(self._conn, either, order=[row.lease_id])

    def bind_lines(self, lines: Sequence[p.MemberLine]) -> None:
        """Bind invoice lines to both contracts, each once."""
        if lines:
            self._conn.execute(insert(t.contract_line), [LINES.row(line) for line in lines])

    def lines(self, *, invoice_id: str = "", contract_id: str = "") -> list[p.MemberLine]:
        """Return the bound lines of an invoice or of a contract, or all of them."""
        row = t.contract_line.c
        where = [row.invoice_id == invoice_id] if invoice_id else []
        if contract_id:
            user, purchase = row.user_contract_id, row.purchase_contract_id
            where.append(or_(user == contract_id, purchase == contract_id))
        return LINES.all(self._conn, *where, order=[row.invoice_id, row.line])
