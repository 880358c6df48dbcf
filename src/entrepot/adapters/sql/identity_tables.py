"""Tables of accounts, grants, tokens, sessions and failed logins; of a secret only the digest.

None of them has a column by which row-level security opens it: no tenant reads them.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, Text

from entrepot.adapters.sql.metadata import INT64, forbid, metadata, partial_index

account = Table(
    "account",
    metadata,
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("display", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("epoch", INT64, nullable=False),
    Column("made_at", INT64, nullable=False),
    Column("made_by", Text, nullable=False),
    CheckConstraint("state IN ('active', 'disabled')", name="state"),
    CheckConstraint("login = lower(login) AND login <> ''", name="login"),
    CheckConstraint("password = '' OR substr(password, 1, 10) = '$argon2id$'", name="password"),
    sqlite_strict=True,
)

role_grant = Table(
    "role_grant",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("account.id"), nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("scope_id", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("made_at", INT64, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("proposal_id", Text, nullable=False),
    Column("ended_at", INT64),
    CheckConstraint(
        "(role = 'tenant' AND scope IN ('firm', 'project'))"
        " OR (role = 'supplier' AND scope = 'centre')"
        " OR (role IN ('operator', 'auditor') AND scope = 'house')"
        " OR (role = 'voucher_authority' AND scope = 'programme')",
        name="place",
    ),
    CheckConstraint("(scope = 'house') = (scope_id = '')", name="scope"),
    CheckConstraint("level IN ('read', 'work', 'lead')", name="level"),
    sqlite_strict=True,
)
partial_index(
    role_grant,
    "role_grant_held",
    "account_id, role, scope, scope_id",
    "ended_at IS NULL",
    unique=True,
)
forbid(role_grant, "delete")
forbid(role_grant, "update", ("id", "account_id", "role", "scope", "scope_id", "level"))

api_token = Table(
    "api_token",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("account.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("scopes", Text, nullable=False),
    Column("made_at", INT64, nullable=False),
    Column("expires_at", INT64, nullable=False),
    Column("used_at", INT64),
    Column("revoked_at", INT64),
    CheckConstraint("length(digest) = 64", name="digest"),
    sqlite_strict=True,
)
forbid(api_token, "update", ("id", "account_id", "digest", "scopes", "expires_at"))

login_session = Table(
    "login_session",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("account.id"), nullable=False, index=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("epoch", INT64, nullable=False),
    Column("made_at", INT64, nullable=False),
    Column("seen_at", INT64, nullable=False),
    Column("expires_at", INT64, nullable=False),
    Column("ended_at", INT64),
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    CheckConstraint("length(digest) = 64", name="digest"),
    sqlite_strict=True,
)
forbid(login_session, "update", ("id", "account_id", "digest", "expires_at"))

login_attempts = Table(
    "login_attempts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("failures", INT64, nullable=False),
    Column("last_at", INT64, nullable=False, index=True),
    Column("wait_until", INT64, nullable=False),
    sqlite_strict=True,
)
