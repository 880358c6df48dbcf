"""Fixings, snapshots of rates and revaluations in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, func, insert, select, update

from entrepot.adapters.sql import fx_tables as t
from entrepot.adapters.sql.rows import RecordTable
from entrepot.domain.fx.model import FxQuote
from entrepot.services.ports_fx import Fixing, Revaluation

FIXINGS = RecordTable(t.fx_fixing, Fixing)
QUOTES = RecordTable(t.fx_quote, FxQuote)
REVALUATIONS = RecordTable(t.revaluation, Revaluation)
_F = t.fx_fixing.c


class SqlFx:
    """The port ``FxBook`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add_fixings(self, fixings: Sequence[Fixing]) -> None:
        """Keep fixings; those of nought as id are numbered."""
        last = int(self._conn.execute(select(func.coalesce(func.max(_F.id), 0))).scalar_one())
        rows = [
            FIXINGS.row(replace(one, id=one.id or last + count))
            for count, one in enumerate(fixings, 1)
        ]
        if rows:
            self._conn.execute(insert(t.fx_fixing), rows)

    def last_fixing(self, pair: str, on_day: str) -> Fixing | None:
        """Return the last fixing of a pair on or before a day."""
        statement = (
            select(t.fx_fixing)
            .where(_F.pair == pair, _F.day <= on_day)
            .order_by(_F.day.desc(), _F.id.desc())
            .limit(1)
        )
        row = self._conn.execute(statement).first()
        return None if row is None else FIXINGS.read(row)

    def fixing_of(self, pair: str, day: str) -> Fixing | None:
        """Return the fixing of a pair on that very day."""
        found = self.last_fixing(pair, day)
        return found if found is not None and found.day == day else None

    def fixings(self, pair: str | None = None) -> list[Fixing]:
        """Return the fixings that count, by pair and day."""
        where = [] if pair is None else [_F.pair == pair]
        rows = FIXINGS.all(self._conn, *where, order=[_F.pair, _F.day, _F.id])
        return list({(one.pair, one.day): one for one in rows}.values())

    def keep(self, snapshots: Sequence[FxQuote], subject: str = "") -> None:
        """Keep snapshots, each once, and note the subject that was made at them."""
        ids = {one.id for one in snapshots}
        query = select(t.fx_quote.c.id).where(t.fx_quote.c.id.in_(ids))
        known = {row.id for row in self._conn.execute(query)}
        fresh = {one.id: QUOTES.row(one) for one in snapshots if one.id not in known}
        if fresh:
            self._conn.execute(insert(t.fx_quote), list(fresh.values()))
        if subject:
            noted = {one.id for one in self.snapshots(subject)}
            uses = [{"subject": subject, "fx_quote_id": one} for one in sorted(ids - noted)]
            if uses:
                self._conn.execute(insert(t.fx_use), uses)

    def snapshot(self, snapshot_id: str) -> FxQuote | None:
        """Return a snapshot."""
        return QUOTES.find(self._conn, t.fx_quote.c.id == snapshot_id)

    def snapshots(self, subject: str | None = None) -> list[FxQuote]:
        """Return all snapshots, or those at which a subject was made."""
        statement = select(t.fx_quote).order_by(t.fx_quote.c.pair, t.fx_quote.c.fixed_on)
        if subject is not None:
            statement = statement.join(t.fx_use).where(t.fx_use.c.subject == subject)
        return [QUOTES.read(row) for row in self._conn.execute(statement)]

    def add_revaluation(self, revaluation: Revaluation) -> None:
        """Keep a revaluation; a day has one."""
        REVALUATIONS.add(self._conn, revaluation)

    def revaluation(self, on_day: str) -> Revaluation | None:
        """Return the revaluation of a day."""
        return REVALUATIONS.find(self._conn, t.revaluation.c.on_day == on_day)

    def revaluations(self) -> list[Revaluation]:
        """Return all revaluations by day."""
        return REVALUATIONS.all(self._conn, order=[t.revaluation.c.on_day])

    def set_reversed(self, on_day: str, at: int) -> bool:
        """Note that a revaluation was reversed; False if it was, or there is none."""
        row = t.revaluation.c
        changed = self._conn.execute(
            update(t.revaluation)
            .where(row.on_day == on_day, row.reversed_at.is_(None))
            .values(reversed_at=at)
        )
        return changed.rowcount == 1
