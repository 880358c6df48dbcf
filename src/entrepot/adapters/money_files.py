"""Files of money: postings and fixings that come in, ledgers and cost data that go out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.adapters.imports.user_file import read_file

if TYPE_CHECKING:
    from entrepot.services.fx_import import FixingRow
    from entrepot.services.ledger_dump import LedgerDump
    from entrepot.services.manual_posting import Posting
    from entrepot.services.plans import PlanFile
    from entrepot.services.usage_import import PlacedEvent


class MoneyFiles:
    """The part of the port ``App`` that reads and writes them; what it needs is loaded late."""

    def read_posting(self, path: Path) -> Posting:
        """Read a file of a manual posting."""
        from entrepot.adapters.imports.posting_file import read_posting

        return read_posting(read_file(path), str(path))

    def read_fixings(self, path: Path) -> list[FixingRow]:
        """Read a file of fixings."""
        from entrepot.adapters.imports.fx_fixings import read_fixings

        return read_fixings(read_file(path), str(path))

    def read_plan(self, path: Path) -> PlanFile:
        """Read a file of a price plan."""
        from entrepot.adapters.imports.plan_file import read_plan

        return read_plan(read_file(path), str(path))

    def read_usage_events(self, path: Path) -> list[PlacedEvent]:
        """Read a file or folder of usage events."""
        from entrepot.adapters.imports.usage_events import read_events

        return read_events(path)

    def write_ledger(self, form: str, dump: LedgerDump, path: Path) -> int:
        """Write the ledger to a file; return how many transfers it holds."""
        from entrepot.adapters.exports.ledger_tables import write_ledger

        return write_ledger(form, dump, path)

    def write_rows(
        self, path: Path, header: Sequence[str], rows: Iterable[Mapping[str, str]]
    ) -> tuple[Path, int]:
        """Write rows as CSV, whole or not at all; return where they lie and how many they are."""
        from entrepot.adapters.exports.rows_file import write_rows

        return write_rows(path, header, rows)
