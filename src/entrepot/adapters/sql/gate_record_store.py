"""Origin manifests, mix checks, statements of isolation and counts of exported persons in SQL."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, update

from entrepot.adapters.sql import gate_record_tables as t
from entrepot.adapters.sql.rows import RecordTable
from entrepot.services.ports_gate_records import (
    ExportCount,
    Isolation,
    MixCheck,
    OriginManifest,
)

MANIFESTS = RecordTable(t.origin_manifest, OriginManifest)
MIX_CHECKS = RecordTable(t.mix_check, MixCheck)
ISOLATIONS = RecordTable(t.isolation, Isolation)
EXPORTS = RecordTable(t.export_count, ExportCount)
HELD, RELEASED = "held", "released"


class SqlGateRecords:
    """The port ``GateRecords`` on a connection inside a transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def add_manifest(self, manifest: OriginManifest) -> None:
        """Keep an origin manifest."""
        MANIFESTS.add(self._conn, manifest)

    def manifest(self, manifest_id: str) -> OriginManifest | None:
        """Return an origin manifest."""
        return MANIFESTS.find(self._conn, t.origin_manifest.c.id == manifest_id)

    def manifests(self, firm_id: str) -> list[OriginManifest]:
        """Return the manifests of a firm in order of id."""
        row = t.origin_manifest.c
        return MANIFESTS.all(self._conn, row.firm_id == firm_id, order=[row.id])

    def add_mix_check(self, check: MixCheck) -> None:
        """Keep a mix check."""
        MIX_CHECKS.add(self._conn, check)

    def mix_check(self, check_id: str) -> MixCheck | None:
        """Return a mix check."""
        return MIX_CHECKS.find(self._conn, t.mix_check.c.id == check_id)

    def mix_checks(self, firm_id: str) -> list[MixCheck]:
        """Return the mix checks of a firm in order of id."""
        row = t.mix_check.c
        return MIX_CHECKS.all(self._conn, row.firm_id == firm_id, order=[row.id])

    def add_isolation(self, isolation: Isolation) -> None:
        """Keep a statement of isolation."""
        ISOLATIONS.add(self._conn, isolation)

    def isolation(self, isolation_id: str) -> Isolation | None:
        """Return a statement of isolation."""
        return ISOLATIONS.find(self._conn, t.isolation.c.id == isolation_id)

    def isolations(self, firm_id: str) -> list[Isolation]:
        """Return the statements of a firm in order of id."""
        row = t.isolation.c
        return ISOLATIONS.all(self._conn, row.firm_id == firm_id, order=[row.id])

    def end_isolation(self, isolation_id: str, on: str, by: str, reason: str) -> bool:
        """End a statement from a day on; False if it is ended, or not there."""
        row = t.isolation.c
        changed = self._conn.execute(
            update(t.isolation)
            .where(row.id == isolation_id, row.ended_on == "")
            .values(ended_on=on, ended_by=by, end_reason=reason)
        )
        return changed.rowcount == 1

    def add_export(self, count: ExportCount) -> None:
        """Keep a count."""
        EXPORTS.add(self._conn, count)

    def exports(self, group_id: str) -> list[ExportCount]:
        """Return the counts held for a control group in order of id."""
        return self._held(t.export_count.c.group_id == group_id)

    def exports_of_family(self, family: str) -> list[ExportCount]:
        """Return the counts held for a family of manifests, of every group."""
        return self._held(t.export_count.c.family == family)

    def release_exports(self, lease_id: str) -> None:
        """Take the counts of a lease out."""
        self._release(t.export_count.c.lease_id == lease_id)

    def release_export(self, count_id: str) -> None:
        """Take one count out."""
        self._release(t.export_count.c.id == count_id)

    def _held(self, which: ColumnElement[bool]) -> list[ExportCount]:
        row = t.export_count.c
        return EXPORTS.all(self._conn, which, row.state == HELD, order=[row.id])

    def _release(self, which: ColumnElement[bool]) -> None:
        self._conn.execute(update(t.export_count).where(which).values(state=RELEASED))
