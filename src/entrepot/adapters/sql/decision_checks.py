"""Proof of the kept decisions: each is as the journal's answer named it, and so are its laws.

The command that keeps a decision answers with the digest of the whole record. That answer is
vouched for by the journal, so that a decision edited afterwards, with its digest or without,
is no longer the one that the journal names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, cast

from msgspec import MsgspecError
from sqlalchemy import Connection, Row, select

from entrepot.adapters.sql import decision_tables as t
from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.rows import RecordTable
from entrepot.domain.oversight.model import Problem
from entrepot.kernel.canonical import digest, sha256_hex
from entrepot.kernel.text import N_
from entrepot.services.ports_decisions import Decision

COMMANDS = ("lease.take", "rules.keep", "auction.run", "auction.use")
"""Commands that keep decisions."""

DECISIONS = RecordTable(t.decision, Decision)

Vouched = dict[str, str | None]
"""Decision → digest of its record as the journal's answer names it; None: it names the id alone,
as entries did before records had a digest of their own."""


def decision_problems(conn: Connection) -> Iterator[Problem]:
    """Yield what is wrong with kept decisions and the texts of law behind them."""
    vouched = vouched_decisions(conn)
    query = select(t.decision).order_by(t.decision.c.id).execution_options(yield_per=100)
    for row in conn.execute(query):
        if row.id not in vouched:
            yield Problem("decision", row.id, N_("no entry of the journal vouches for it"))
        elif not _agrees(row, vouched.pop(row.id)):
            yield Problem("decision", row.id, N_("it is not as the journal's entry names it"))
    for name in vouched:
        yield Problem("decision", name, N_("the journal names it and it is gone"))
    yield from _text_problems(conn)


def _agrees(row: Row[Any], named: str | None) -> bool:
    try:
        kept = DECISIONS.read(row)
    except (MsgspecError, TypeError, ValueError):  # a damaged cell
        return False
    sound = sha256_hex(kept.answer.encode()) == kept.digest
    return sound and named in (None, kept.record_digest)


def vouched_decisions(conn: Connection, decision_id: str | None = None) -> Vouched:
    """Return the decisions that the journal's answers name.

    Args:
        conn: a connection.
        decision_id: only answers that may name this one; None = all.
    """
    key = tables.idempotency_key.c
    joined = tables.journal.join(tables.idempotency_key, key.journal_seq == tables.journal.c.seq)
    query = select(key.response).select_from(joined)
    query = query.where(tables.journal.c.command.in_(COMMANDS))
    if decision_id is not None:
        query = query.where(key.response.contains(decision_id, autoescape=True))
    found: Vouched = {}
    for (response,) in conn.execute(query):
        for name, record in _named(response):
            found[name] = record
    return found


def _named(response: str) -> Iterator[tuple[str, str | None]]:
    try:
        answer: object = json.loads(response)
    except ValueError:  # the proof of the journal's answers says so
        return
    if not isinstance(answer, dict):
        return
    body = cast("Mapping[str, object]", answer)
    if isinstance(body.get("decision_id"), str):
        yield str(body["decision_id"]), cast("str | None", body.get("decision_record"))
    for one in cast("list[Mapping[str, str]]", body.get("decisions", [])):
        yield one["id"], one.get("record")


def _text_problems(conn: Connection) -> Iterator[Problem]:
    """A rulebook's hash is that of its files' hashes; see ``Rulebook.hash``."""
    row = t.rulebook_text.c
    query = select(row.hash, row.name, row.text).order_by(row.hash, row.name)
    for name, files in groupby(conn.execute(query), key=lambda found: str(found.hash)):
        if digest({file.name: sha256_hex(file.text.encode()) for file in files}) != name:
            yield Problem("rulebook_text", name, N_("its texts are not those of its hash"))
