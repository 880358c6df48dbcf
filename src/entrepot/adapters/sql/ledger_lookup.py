"""Finding many transfers by their ids, link groups or holds in one statement.

SQLite takes the list as one JSON text: thousands of separate parameters would take longer to
bind than to look up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Select, String, bindparam, func, select

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.ledger_rows import TRANSFER_FIELDS, chunks, read_transfer
from entrepot.domain.ledger.model import Phase, Transfer
from entrepot.domain.ledger.whole import Hold

_C = tables.transfer.c
_DEBIT, _CREDIT = tables.account.alias("debited"), tables.account.alias("credited")
_SIDES = {"debit": _DEBIT.c.code, "credit": _CREDIT.c.code}

TRANSFERS: Select[Any] = (
    select(_C.seq, *(_SIDES.get(name, _C[name]) for name in TRANSFER_FIELDS))
    .join(_DEBIT, _DEBIT.c.id == _C.debit)
    .join(_CREDIT, _CREDIT.c.id == _C.credit)
)
"""Number and fields of transfers, the accounts as codes."""

_WANTED = func.json_each(bindparam("wanted", type_=String)).table_valued("value").alias("wanted")
# Outer joins keep SQLite at the list: it would rather go through all accounts for each value.
_LISTED: Select[Any] = select(
    *(_SIDES.get(name, _C[name]) for name in TRANSFER_FIELDS)
).select_from(
    _WANTED.join(tables.transfer, _C.id == _WANTED.c.value)
    .outerjoin(_DEBIT, _DEBIT.c.id == _C.debit)
    .outerjoin(_CREDIT, _CREDIT.c.id == _C.credit)
)


_PENDING = Phase.PENDING.value
_HOLDS = cast(
    "Select[Any]", select(_C.id, _C.debit, _C.credit, _C.amount, _C.phase, _C.timeout_s, _C.t)
)
_LISTED_HOLDS = _HOLDS.select_from(_WANTED.join(tables.transfer, _C.id == _WANTED.c.value))


def transfers_by_id(conn: Connection, ids: set[str]) -> dict[str, Transfer]:
    """Return id → transfer of those ids that stand in the books.

    Args:
        conn: a connection.
        ids: any number.
    """
    if conn.dialect.name == "sqlite":
        found = _listed(conn, _LISTED, ids)
    else:
        found = (row[1:] for row in _in_chunks(conn, TRANSFERS, _C.id, ids))
    transfers = map(read_transfer, found)
    return {one.id: one for one in transfers}


def holds_by_id(conn: Connection, ids: set[str], accounts: Mapping[int, str]) -> dict[str, Hold]:
    """Return id → hold of those ids that stand in the books as holds, ended or not.

    Fewer columns than a transfer has, and no look at the accounts' rows: a third of the time.

    Args:
        conn: a connection.
        ids: any number.
        accounts: number → code; an account that it lacks is an empty text.
    """
    if conn.dialect.name == "sqlite":
        found = _listed(conn, _LISTED_HOLDS, ids)
    else:
        found = _in_chunks(conn, _HOLDS, _C.id, ids)
    code = accounts.get
    return {
        one: (code(debit, ""), code(credit, ""), amount, t + timeout_s if timeout_s else None)
        for one, debit, credit, amount, phase, timeout_s, t in found
        if phase == _PENDING
    }


def members_of(conn: Connection, groups: set[str]) -> dict[str, frozenset[str]]:
    """Return link group → ids of its members, of the groups that stand in the books.

    Args:
        conn: a connection.
        groups: any number; an empty text is none.
    """
    members: dict[str, frozenset[str]] = {}
    for group, one in _pairs(conn, _C.link_group, _C.id, groups):
        members[group] = members.get(group, frozenset()) | {one}
    return members


def endings_of(conn: Connection, holds: set[str]) -> dict[str, str]:
    """Return hold id → id of the transfer that resolved it, of the holds resolved.

    Args:
        conn: a connection.
        holds: any number; an empty text is none.
    """
    return {hold: by for hold, by in _pairs(conn, _C.pending_id, _C.id, holds)}  # noqa: C416


def _pairs(
    conn: Connection, key: ColumnElement[str], value: ColumnElement[str], wanted: set[str]
) -> Iterator[Sequence[Any]]:
    # The condition lets both databases use the partial index.
    query = cast("Select[Any]", select(key, value).where(key != ""))
    if conn.dialect.name != "sqlite":
        return _in_chunks(conn, query, key, wanted - {""})
    joined = _WANTED.join(tables.transfer, key == _WANTED.c.value)
    return _listed(conn, query.select_from(joined), wanted - {""})


def _listed(conn: Connection, query: Select[Any], wanted: set[str]) -> Iterator[Sequence[Any]]:
    if wanted:
        yield from conn.execute(query, {"wanted": json.dumps(sorted(wanted))})


def _in_chunks(
    conn: Connection, query: Select[Any], key: ColumnElement[str], wanted: set[str]
) -> Iterator[Sequence[Any]]:
    for chunk in chunks(wanted):
        yield from conn.execute(query.where(key.in_(chunk)))
