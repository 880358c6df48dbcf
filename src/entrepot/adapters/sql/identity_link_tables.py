"""Tables of one-time links, ceremonies, passkeys, logins from outside, and joint projects."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, Text

from entrepot.adapters.sql.metadata import INT64, forbid, metadata

invitation = Table(
    "invitation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("login", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("scope_id", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("made_at", INT64, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("expires_at", INT64, nullable=False),
    Column("used_at", INT64),
    Column("account_id", Text, nullable=False),
    CheckConstraint("kind IN ('setup', 'invite', 'reset')", name="kind"),
    CheckConstraint("length(digest) = 64", name="digest"),
    sqlite_strict=True,
)
forbid(invitation, "update", ("id", "kind", "digest", "login", "role", "scope", "scope_id"))

ceremony = Table(
    "ceremony",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("expires_at", INT64, nullable=False, index=True),
    sqlite_strict=True,
)

passkey = Table(
    "passkey",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("account.id"), nullable=False, index=True),
    Column("public_key", Text, nullable=False),
    Column("sign_count", INT64, nullable=False),
    Column("name", Text, nullable=False),
    Column("made_at", INT64, nullable=False),
    Column("used_at", INT64),
    sqlite_strict=True,
)
forbid(passkey, "update", ("id", "account_id", "public_key"))

outside_login = Table(
    "outside_login",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("account.id"), nullable=False),
    Column("made_at", INT64, nullable=False),
    sqlite_strict=True,
)

project = Table(
    "project",
    metadata,
    Column("id", Text, primary_key=True),
    Column("firm_id", Text, ForeignKey("firm.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("made_at", INT64, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("closed_at", INT64),
    sqlite_strict=True,
)
forbid(project, "update", ("id", "firm_id"))

project_quote = Table(
    "project_quote",
    metadata,
    Column("quote_id", Text, ForeignKey("quote.id"), primary_key=True),
    Column("project_id", Text, ForeignKey("project.id"), nullable=False, index=True),
    Column("firm_id", Text, nullable=False),
    sqlite_strict=True,
)
"""What comes of a quote belongs to the quote's project; the firm is the one that pays."""

forbid(project_quote, "update")
