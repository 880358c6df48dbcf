"""Proofs of the books and of the journal: every column of every row takes part.

``check_ledger`` recomputes the chain over accounts, transfers and batches, replays all
transfers, compares the balances kept, and looks for the ledger's head in the journal.
``verify_journal`` recomputes the journal's chain, its keys and answers, and its end, and holds
the kept decisions against the answers that name them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.decision_checks import decision_problems
from entrepot.adapters.sql.idempotency import request_digest
from entrepot.adapters.sql.journal_store import JournalStore
from entrepot.adapters.sql.ledger_chain import Books, read_books, stream
from entrepot.adapters.sql.metadata import SCHEMA_VERSION, meta
from entrepot.domain.ledger.chain import GENESIS
from entrepot.domain.ledger.replay import differences
from entrepot.domain.ledger.trial import imbalances
from entrepot.domain.oversight.journal import verify
from entrepot.domain.oversight.model import Checkpoint, Problem
from entrepot.kernel.canonical import canonical_json, sha256_hex
from entrepot.kernel.text import N_

_ACCOUNT, _TRANSFER, _BATCH = "ledger_account", "ledger_transfer", "ledger_batch"


def check_ledger(conn: Connection) -> list[Problem]:
    """Prove the books.

    Args:
        conn: a connection, best of a reading unit of work.

    Returns:
        What is wrong; empty if nothing is. Replay is left out where the chain is broken:
        its result would mean nothing.
    """
    try:
        problems = _file_problems(conn)
        books = read_books(conn)
        problems.extend(books.problems)
        if not problems:
            problems.extend(_replay_problems(books))
            problems.extend(_journal_heads(conn))
    except (SQLAlchemyError, TypeError, ValueError, KeyError):
        # Whatever a damaged cell makes of the reading, the answer is that it is damaged.
        return [Problem(_TRANSFER, "", N_("the tables of the ledger cannot be read"))]
    return problems


def verify_journal(conn: Connection, checkpoint: Checkpoint | None = None) -> list[Problem]:
    """Prove the journal, its idempotency keys and its recorded end.

    Args:
        conn: a connection, best of a reading unit of work.
        checkpoint: a head kept outside the database; None if there is none.

    Returns:
        What is wrong; empty if nothing is.
    """
    try:
        problems = _file_problems(conn)
        store = JournalStore(conn)
        home_id, anchored = store.home_id, store.anchored()
        problems.extend(verify(store.stream(), home_id, anchored, checkpoint))
        problems.extend(_key_problems(conn))
        problems.extend(decision_problems(conn))
        version = conn.execute(select(meta.c.value).where(meta.c.key == "schema_version"))
        if version.scalar_one_or_none() != str(SCHEMA_VERSION):
            problems.append(Problem("meta", "schema_version", N_("the schema is another")))
    except (SQLAlchemyError, TypeError, ValueError):
        return [Problem("journal", "", N_("the journal cannot be read"))]
    return problems


def _file_problems(conn: Connection) -> list[Problem]:
    """Let SQLite compare its pages, indexes and types; PostgreSQL does so by checksums."""
    if conn.dialect.name != "sqlite":
        return []
    found = [str(row[0]) for row in conn.exec_driver_sql("PRAGMA integrity_check(10)")]
    return [
        Problem("database", "", N_("the file is inconsistent: {what}"), (("what", what),))
        for what in found
        if what != "ok"
    ]


def _replay_problems(books: Books) -> Iterator[Problem]:
    rebuilt = books.replay.result()
    for outcome in rebuilt.failed:
        yield Problem(
            _TRANSFER, outcome.transfer.id, N_("it could not have been booked in this order")
        )
    for code, right, kept in differences(rebuilt, books.balances):
        yield Problem(
            _ACCOUNT,
            code,
            N_("its totals are {kept}, and its transfers give {right}"),
            (("kept", kept), ("right", right)),
        )
    for one in imbalances(books.accounts, books.balances, rebuilt.state.open_holds):
        yield Problem(_ACCOUNT, one.where, one.message)
    yield from _lifetimes(books)


def _lifetimes(books: Books) -> Iterator[Problem]:
    """Find transfers on an account before its opening or after its closing."""
    for account, (opened, closed) in zip(books.accounts, books.lifetimes, strict=True):
        first, last = books.used.get(account.code, (opened, opened))
        if first < opened or (closed and last > closed):
            yield Problem(_ACCOUNT, account.code, N_("it has transfers from when it was not open"))


def _journal_heads(conn: Connection) -> list[Problem]:
    """Compare the ledger's heads that the journal names with the batches that exist."""
    batch, journal = tables.batch.c, tables.journal.c
    batches = stream(conn, select(batch.seq, batch.hash).order_by(batch.seq))
    position, digest = 0, GENESIS
    entries = select(journal.seq, journal.ledger_head).order_by(journal.seq)
    for seq, head in stream(conn, entries):
        # The heads named never go back, so both lists are read once, side by side.
        while head != digest:
            following = next(batches, None)
            if following is None:
                return [
                    Problem(
                        _BATCH,
                        "",
                        N_("entry {seq} of the journal names a batch that is missing"),
                        (("seq", seq),),
                    )
                ]
            position, digest = following
    if next(batches, None) is None:
        return []
    return [Problem(_BATCH, str(position + 1), N_("no entry of the journal vouches for it"))]


def _key_problems(conn: Connection) -> Iterable[Problem]:
    """Compare each idempotency key with the journal entry that it belongs to."""
    journal, key = tables.journal.c, tables.idempotency_key.c
    joined = tables.journal.outerjoin(tables.idempotency_key, key.journal_seq == journal.seq)
    columns = (
        journal.seq,
        journal.actor,
        journal.key,
        journal.command,
        journal.body,
        journal.response_digest,
        key.actor,
        key.key,
        key.body_digest,
        key.response,
    )
    count = 0
    for row in conn.execute(select(*columns).select_from(joined).order_by(journal.seq)):
        count += 1
        if not _key_agrees(tuple(row)):
            yield Problem(
                "idempotency_key", str(row[0]), N_("the key or answer of the entry was changed")
            )
    if conn.execute(select(func.count()).select_from(tables.idempotency_key)).scalar_one() != count:
        yield Problem("idempotency_key", "", N_("there are keys without an entry"))


def _key_agrees(row: Sequence[Any]) -> bool:
    _, actor, key, command, body, answer_digest, kept_actor, kept_key, asked, response = row
    try:
        return (
            (actor, key) == (kept_actor, kept_key)
            and request_digest(command, json.loads(body)) == asked
            and sha256_hex(response.encode()) == answer_digest
            and canonical_json(json.loads(response)) == response.encode()
        )
    except (TypeError, ValueError, AttributeError, RecursionError):
        return False
