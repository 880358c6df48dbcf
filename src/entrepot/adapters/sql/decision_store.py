"""Kept decisions, texts of the law, and acts of two persons in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, insert, select, update

from entrepot.adapters.sql import business_tables as b
from entrepot.adapters.sql import decision_tables as t
from entrepot.adapters.sql.decision_checks import DECISIONS, vouched_decisions
from entrepot.adapters.sql.four_eyes_tables import four_eyes_end
from entrepot.adapters.sql.rows import RecordTable
from entrepot.services.ports_decisions import Decision, Ending, Proposal

PROPOSALS = RecordTable(b.four_eyes, Proposal)
ENDINGS = RecordTable(four_eyes_end, Ending)


class SqlDecisions:
    """The port ``Decisions`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add(self, decision: Decision) -> None:
        """Keep a decision; none is ever changed."""
        DECISIONS.add(self._conn, decision)

    def decision(self, decision_id: str) -> Decision | None:
        """Return a decision."""
        return DECISIONS.find(self._conn, t.decision.c.id == decision_id)

    def decisions(self, cause: str | None = None, limit: int | None = None) -> list[Decision]:
        """Return decisions, newest first, of one cause if asked."""
        row = t.decision.c
        statement = select(t.decision).order_by(row.id.desc()).limit(limit)
        if cause is not None:
            statement = statement.where(row.cause == cause)
        return [DECISIONS.read(found) for found in self._conn.execute(statement)]

    def vouched(self, decision_id: str) -> str | None:
        """Return the digest of a record as the journal's answer names it; None if it names none."""
        return vouched_decisions(self._conn, decision_id).get(decision_id)

    def keep_texts(self, rulebook: str, texts: Mapping[str, str]) -> None:
        """Keep the texts of a rulebook under its hash, once."""
        row = t.rulebook_text.c
        known = select(row.name).where(row.hash == rulebook).limit(1)
        if self._conn.execute(known).first() is None:
            rows = [{"hash": rulebook, "name": n, "text": text} for n, text in texts.items()]
            self._conn.execute(insert(t.rulebook_text), rows)

    def texts(self, rulebook: str) -> dict[str, str]:
        """Return file → text of a rulebook; empty if it was never kept."""
        row = t.rulebook_text.c
        statement = select(row.name, row.text).where(row.hash == rulebook).order_by(row.name)
        return {found.name: found.text for found in self._conn.execute(statement)}


class SqlFourEyes:
    """The port ``FourEyes`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def propose(self, proposal: Proposal) -> None:
        """Keep what one person proposes."""
        PROPOSALS.add(self._conn, proposal)

    def proposal(self, proposal_id: str) -> Proposal | None:
        """Return a proposal."""
        return PROPOSALS.find(self._conn, b.four_eyes.c.id == proposal_id)

    def proposals(self, kind: str) -> list[Proposal]:
        """Return the proposals of a kind in order of id."""
        row = b.four_eyes.c
        return PROPOSALS.all(self._conn, row.kind == kind, order=[row.id])

    def approve(self, proposal_id: str, actor: str, at: int) -> bool:
        """Write the second person; False if there is one already, or no such proposal."""
        row = b.four_eyes.c
        changed = self._conn.execute(
            update(b.four_eyes)
            .where(row.id == proposal_id, row.approved_by.is_(None))
            .values(approved_by=actor, approved_at=at)
        )
        return changed.rowcount == 1

    def all_proposals(self, kinds: Sequence[str]) -> list[Proposal]:
        """Return the proposals of several kinds in order of id."""
        row = b.four_eyes.c
        return PROPOSALS.all(self._conn, row.kind.in_(kinds), order=[row.id])

    def end(self, ending: Ending) -> bool:
        """Keep how a proposal ended; False if it ended before."""
        if self.ending(ending.proposal_id) is not None:
            return False
        ENDINGS.add(self._conn, ending)
        return True

    def ending(self, proposal_id: str) -> Ending | None:
        """Return how a proposal ended; None while it is open."""
        return ENDINGS.find(self._conn, four_eyes_end.c.proposal_id == proposal_id)

    def endings(self) -> dict[str, Ending]:
        """Return proposal → how it ended."""
        return {one.proposal_id: one for one in ENDINGS.all(self._conn)}
