"""Tokens, agents and assignments in SQL; whoever is second changes no row and is told so."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, select, update

from entrepot.adapters.sql import agent_tables as t
from entrepot.adapters.sql.business_tables import lease, usage_event
from entrepot.adapters.sql.rows import RecordTable
from entrepot.services.ports_agents import (
    HELD,
    Agent,
    AgentState,
    AgentToken,
    Assignment,
    AssignmentState,
)

TOKENS = RecordTable(t.agent_token, AgentToken)
AGENTS = RecordTable(t.agent, Agent)
ASSIGNMENTS = RecordTable(t.assignment, Assignment)
_T, _A, _R = t.agent_token.c, t.agent.c, t.assignment.c


class SqlAgents:
    """The port ``AgentBook`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add_token(self, token: AgentToken) -> None:
        """Keep a token."""
        TOKENS.add(self._conn, token)

    def token(self, digest: str) -> AgentToken | None:
        """Return the token of a secret's digest."""
        return TOKENS.find(self._conn, _T.digest == digest)

    def use_token(self, token_id: str, agent_id: str, now: int) -> bool:
        """Note who used a token; False if somebody has."""
        unused = (_T.id == token_id) & _T.used_at.is_(None)
        changed = update(t.agent_token).where(unused).values(used_at=now, agent_id=agent_id)
        return self._conn.execute(changed).rowcount == 1

    def add_agent(self, agent: Agent) -> None:
        """Keep an agent; its key is enrolled once."""
        AGENTS.add(self._conn, agent)

    def agent(self, agent_id: str) -> Agent | None:
        """Return an agent."""
        return AGENTS.find(self._conn, _A.id == agent_id)

    def agent_of_key(self, public_key: str) -> Agent | None:
        """Return the agent that enrolled a key."""
        return AGENTS.find(self._conn, _A.public_key == public_key)

    def agents(self, centre_id: str = "") -> list[Agent]:
        """Return agents in order of id, of one centre or of all."""
        where = [_A.centre_id == centre_id] if centre_id else []
        return AGENTS.all(self._conn, *where, order=[_A.id])

    def set_state(self, agent_id: str, before: Sequence[AgentState], after: AgentState) -> bool:
        """Move an agent from one of the states to another; False if it was in none of them."""
        fits = (_A.id == agent_id) & _A.state.in_(list(before))
        return self._conn.execute(update(t.agent).where(fits).values(state=after)).rowcount == 1

    def touch(self, agent_id: str, seq: int, digest: str, now: int) -> bool:
        """Note a message; False if its number is not above the last one."""
        fresh = (_A.id == agent_id) & (_A.last_seq < seq)
        values = {"last_seq": seq, "last_digest": digest, "last_seen": now}
        return self._conn.execute(update(t.agent).where(fresh).values(values)).rowcount == 1

    def add(self, assignment: Assignment) -> None:
        """Keep an assignment; a job has one a fencing token."""
        ASSIGNMENTS.add(self._conn, assignment)

    def assignment(self, assignment_id: str) -> Assignment | None:
        """Return an assignment."""
        return ASSIGNMENTS.find(self._conn, _R.id == assignment_id)

    def newest(self, job_id: str) -> Assignment | None:
        """Return the assignment of a job under its highest token."""
        found = ASSIGNMENTS.all(self._conn, _R.job_id == job_id, order=[_R.fence.desc()])
        return found[0] if found else None

    def assignments(
        self, *, centre_id: str = "", agent_id: str = "", states: Sequence[AssignmentState] = ()
    ) -> list[Assignment]:
        """Return assignments, the oldest first, narrowed by what is given."""
        where = [
            *([_R.centre_id == centre_id] if centre_id else []),
            *([_R.agent_id == agent_id] if agent_id else []),
            *([_R.state.in_(list(states))] if states else []),
        ]
        return ASSIGNMENTS.all(self._conn, *where, order=[_R.queued_at, _R.id])

    def suspects(self, silent_since: int, queued_before: int) -> list[str]:
        """Return jobs whose agent was not heard since, is revoked, or never came; oldest first."""
        held = _R.state.in_(list(HELD)) & ((_A.last_seen <= silent_since) | (_A.state == "revoked"))
        late = (_R.state == "waiting") & (_R.queued_at <= queued_before)
        joined = t.assignment.outerjoin(t.agent, _A.id == _R.agent_id)
        found = select(_R.job_id).select_from(joined).where(held | late)
        return list(self._conn.execute(found.order_by(_R.queued_at, _R.id)).scalars())

    def last_report(self, lease_id: str, fence: int) -> tuple[int, bool]:
        """Return the number of the last usage report under a token, and whether it is final."""
        row = usage_event.c
        mine = (row.lease_id == lease_id) & (row.fence == fence)
        last = select(row.seq, row.body).where(mine).order_by(row.seq.desc()).limit(1)
        found = self._conn.execute(last).first()
        if found is None:
            return 0, False
        return found.seq, msgspec.json.decode(found.body)["final"] is True

    def change(self, assignment: Assignment, before: Sequence[AssignmentState]) -> bool:
        """Write an assignment over its row if that stands in one of the states; else False."""
        fits = (_R.id == assignment.id) & _R.state.in_(list(before))
        values = ASSIGNMENTS.row(assignment)
        return self._conn.execute(update(t.assignment).where(fits).values(values)).rowcount == 1

    def raise_fence(self, lease_id: str, before: int) -> bool:
        """Raise the fencing token of a lease by one; False if it is another one by now."""
        now = (lease.c.id == lease_id) & (lease.c.fence == before)
        return self._conn.execute(update(lease).where(now).values(fence=before + 1)).rowcount == 1
