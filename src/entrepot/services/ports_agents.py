"""Agents at centres as the services see them: who is enrolled, what each one runs, and the ports.

An agent stands at a centre and asks; nobody ever calls it. What it is given to run is an
assignment: a job under a fencing token. A job has one assignment a token, and only the newest one
counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from entrepot.services.records import Body

AgentState = Literal["active", "draining", "revoked"]
AssignmentState = Literal["waiting", "given", "running", "done", "lost", "failed"]

OPEN: tuple[AssignmentState, ...] = ("waiting", "given", "running")
"""States in which a run may still be reported."""

HELD: tuple[AssignmentState, ...] = ("given", "running")
"""States in which an agent has the run."""


@dataclass(frozen=True, slots=True)
class AgentToken:
    """A token with which one agent enrols once.

    Attributes:
        digest: SHA-256 of its secret; the secret itself is kept nowhere.
        made_at, expires_at: Unix seconds; used_at: None while unused.
        agent_id: who enrolled with it; empty while unused.
    """

    id: str
    centre_id: str
    digest: str
    made_at: int
    made_by: str
    expires_at: int
    used_at: int | None
    agent_id: str


@dataclass(frozen=True, slots=True)
class Agent:
    """A program at a centre that runs jobs there.

    Attributes:
        public_key: Ed25519 key made at the centre, hexadecimal; it signs messages and usage.
        state: active takes jobs, draining ends what it has, revoked is not listened to.
        enrolled_at, last_seen: Unix seconds; last_seen is of its last message that was let in.
        last_seq: number of that message; last_digest: of its bytes.
        backend: kind of backend and sandbox, as it says itself.
    """

    id: str
    centre_id: str
    name: str
    public_key: str
    state: AgentState
    enrolled_at: int
    last_seen: int
    last_seq: int
    last_digest: str
    backend: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """A job under one fencing token, to be run by one agent.

    Attributes:
        id: ``J-…:fence``.
        agent_id: who has it; empty while it waits.
        queued_at, given_at: Unix seconds; given_at is None while it waits.
        cancelled: whether somebody asked for its end.
        spec: the run in plain values, its files by digest.
        seen: state of the run as last reported, in plain values; empty before.
        outputs: what it hands back: name, bytes, digest, and whether the return leg is open.
    """

    id: str
    job_id: str
    lease_id: str
    centre_id: str
    fence: int
    agent_id: str
    state: AssignmentState
    queued_at: int
    given_at: int | None
    cancelled: bool
    spec: Body
    seen: Body
    outputs: tuple[Body, ...]


class AgentBook(Protocol):
    """Tokens, agents and assignments inside a transaction."""

    def add_token(self, token: AgentToken) -> None:
        """Keep a token."""
        ...

    def token(self, digest: str) -> AgentToken | None:
        """Return the token of a secret's digest."""
        ...

    def use_token(self, token_id: str, agent_id: str, now: int) -> bool:
        """Note who used a token; False if somebody has."""
        ...

    def add_agent(self, agent: Agent) -> None:
        """Keep an agent; its key is enrolled once."""
        ...

    def agent(self, agent_id: str) -> Agent | None:
        """Return an agent."""
        ...

    def agent_of_key(self, public_key: str) -> Agent | None:
        """Return the agent that enrolled a key."""
        ...

    def agents(self, centre_id: str = "") -> list[Agent]:
        """Return agents in order of id, of one centre or of all."""
        ...

    def set_state(self, agent_id: str, before: Sequence[AgentState], after: AgentState) -> bool:
        """Move an agent from one of the states to another; False if it was in none of them."""
        ...

    def touch(self, agent_id: str, seq: int, digest: str, now: int) -> bool:
        """Note a message; False if its number is not above the last one."""
        ...

    def add(self, assignment: Assignment) -> None:
        """Keep an assignment; a job has one a fencing token."""
        ...

    def assignment(self, assignment_id: str) -> Assignment | None:
        """Return an assignment."""
        ...

    def newest(self, job_id: str) -> Assignment | None:
        """Return the assignment of a job under its highest token."""
        ...

    def assignments(
        self, *, centre_id: str = "", agent_id: str = "", states: Sequence[AssignmentState] = ()
    ) -> list[Assignment]:
        """Return assignments, the oldest first, narrowed by what is given."""
        ...

    def suspects(self, silent_since: int, queued_before: int) -> list[str]:
        """Return jobs whose agent was not heard since, is revoked, or never came; oldest first.

        ``silent_since`` and ``queued_before`` are Unix seconds, both included.
        """
        ...

    def last_report(self, lease_id: str, fence: int) -> tuple[int, bool]:
        """Return the number of the last usage report under a token, and whether it is final.

        ``(0, False)`` before any.
        """
        ...

    def change(self, assignment: Assignment, before: Sequence[AssignmentState]) -> bool:
        """Write an assignment over its row if that stands in one of the states; else False."""
        ...

    def raise_fence(self, lease_id: str, before: int) -> bool:
        """Raise the fencing token of a lease by one; False if it is another one by now."""
        ...


class WithAgents(Protocol):
    """A transaction over agents."""

    @property
    def agents(self) -> AgentBook:
        """Tokens, agents and assignments."""
        ...
