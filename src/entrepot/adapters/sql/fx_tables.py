"""Tables of exchange: the operator's fixings, snapshots of rates, their use, revaluations."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text

from entrepot.adapters.sql.metadata import INT64, forbid, metadata

fx_fixing = Table(
    "fx_fixing",
    metadata,
    Column("id", INT64, primary_key=True),
    Column("pair", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("rate", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("proposal_id", Text, ForeignKey("four_eyes.id"), nullable=False),
    Column("recorded_at", INT64, nullable=False),
    Index("ix_fx_fixing_pair_day", "pair", "day", "id"),
    sqlite_strict=True,
)
"""Fixings that two persons took in; of one pair and day the one with the greatest id counts."""

fx_quote = Table(
    "fx_quote",
    metadata,
    Column("id", Text, primary_key=True),
    Column("pair", Text, nullable=False),
    Column("rate", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("fixed_on", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("valid_until", INT64),
    Column("kept_at", INT64, nullable=False),
    CheckConstraint("side IN ('mid', 'buy', 'sell')", name="side"),
    sqlite_strict=True,
)
"""Snapshots of rates; the id is made from what the row says."""

fx_use = Table(
    "fx_use",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("fx_quote_id", Text, ForeignKey("fx_quote.id"), primary_key=True),
    sqlite_strict=True,
)
"""Business fact (``quote:Q-…``, ``batch:B-…``, ``revaluation:DAY``) → snapshot it was made at."""

revaluation = Table(
    "revaluation",
    metadata,
    Column("on_day", Text, primary_key=True),
    Column("fx_quote_id", Text, ForeignKey("fx_quote.id"), nullable=False),
    Column("position_minor", INT64, nullable=False),
    Column("carrying_minor", INT64, nullable=False),
    Column("at_mid_minor", INT64, nullable=False),
    Column("unrealised_minor", INT64, nullable=False),
    Column("booked_at", INT64, nullable=False),
    Column("reversed_at", INT64),
    CheckConstraint("unrealised_minor = at_mid_minor - carrying_minor", name="sum"),
    sqlite_strict=True,
)

for _table in (fx_fixing, fx_quote, fx_use):
    forbid(_table, "update")
    forbid(_table, "delete")
forbid(revaluation, "delete")
