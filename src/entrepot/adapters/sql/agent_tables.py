"""Tables of agents: tokens by which they enrol, who is enrolled, and what each one runs.

A secret is nowhere in them, only its digest. One assignment a job and fencing token: two agents
never hold the same.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text, UniqueConstraint

from entrepot.adapters.sql.metadata import INT64, metadata

agent_token = Table(
    "agent_token",
    metadata,
    Column("id", Text, primary_key=True),
    Column("centre_id", Text, ForeignKey("centre.id"), nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("made_at", INT64, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("expires_at", INT64, nullable=False),
    Column("used_at", INT64),
    Column("agent_id", Text, nullable=False),
    CheckConstraint("(used_at IS NULL) = (agent_id = '')", name="used"),
    sqlite_strict=True,
)

agent = Table(
    "agent",
    metadata,
    Column("id", Text, primary_key=True),
    Column("centre_id", Text, ForeignKey("centre.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("public_key", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("enrolled_at", INT64, nullable=False),
    Column("last_seen", INT64, nullable=False),
    Column("last_seq", INT64, nullable=False),
    Column("last_digest", Text, nullable=False),
    Column("backend", Text, nullable=False),
    CheckConstraint("state IN ('active', 'draining', 'revoked')", name="state"),
    sqlite_strict=True,
)

assignment = Table(
    "assignment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("job_id", Text, ForeignKey("job.id"), nullable=False),
    Column("lease_id", Text, ForeignKey("lease.id"), nullable=False),
    Column("centre_id", Text, ForeignKey("centre.id"), nullable=False),
    Column("fence", INT64, nullable=False),
    Column("agent_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("queued_at", INT64, nullable=False),
    Column("given_at", INT64),
    Column("cancelled", INT64, nullable=False),
    Column("spec", Text, nullable=False),
    Column("seen", Text, nullable=False),
    Column("outputs", Text, nullable=False),
    CheckConstraint(
        "state IN ('waiting', 'given', 'running', 'done', 'lost', 'failed')", name="state"
    ),
    CheckConstraint("state <> 'waiting' OR agent_id = ''", name="waiting"),
    CheckConstraint("state NOT IN ('given', 'running') OR agent_id <> ''", name="held"),
    UniqueConstraint("job_id", "fence", name="assignment_fence"),
    Index("assignment_open", "centre_id", "state"),
    Index("assignment_agent", "agent_id", "state"),
    sqlite_strict=True,
)
