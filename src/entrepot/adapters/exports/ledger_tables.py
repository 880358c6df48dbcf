"""The ledger as one table, a transfer a row: CSV, or Parquet where pyarrow is installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from entrepot.adapters.exports.beancount_file import write_beancount
from entrepot.adapters.exports.csv_out import write_csv
from entrepot.adapters.exports.figures import major_text
from entrepot.adapters.exports.whole_file import whole_file
from entrepot.kernel.errors import Fault
from entrepot.kernel.period import iso_utc
from entrepot.kernel.text import N_
from entrepot.services.ledger_dump import DumpLine, LedgerDump

HEADER = (
    *("number", "booked_at", "transfer_id", "phase", "debit", "credit", "asset"),
    *("amount", "posted", "kind", "cause", "link_group", "pending_id"),
)
ROWS_A_GROUP = 100_000


def write_ledger(form: str, dump: LedgerDump, path: Path) -> int:
    """Write the ledger in a form; return how many transfers were written.

    Raises:
        Fault: the file cannot be written, or pyarrow is missing.
    """
    writers = {"beancount": write_beancount, "csv": _write_csv, "parquet": _write_parquet}
    with whole_file(path) as stream:
        return writers[form](stream, dump)


def _write_csv(stream: BinaryIO, dump: LedgerDump) -> int:
    return write_csv(stream, HEADER, map(_cells, dump.lines))


def _cells(line: DumpLine) -> tuple[str, ...]:
    one = line.transfer
    return (
        *(str(line.seq), iso_utc(one.t), one.id, one.phase.value, one.debit, one.credit, one.asset),
        *(major_text(one.amount, one.asset), major_text(line.posted_minor, one.asset)),
        *(one.code, one.cause, one.link_group, one.pending_id),
    )


def _write_parquet(stream: BinaryIO, dump: LedgerDump) -> int:
    arrow, parquet = _pyarrow()
    schema = arrow.schema(
        [
            ("number", arrow.int64()),
            ("booked_at", arrow.timestamp("s", tz="UTC")),
            *((name, arrow.string()) for name in HEADER[2:7]),
            ("amount_minor", arrow.int64()),
            ("posted_minor", arrow.int64()),
            *((name, arrow.string()) for name in HEADER[9:]),
        ]
    )
    count = 0
    with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
        for rows in _groups(dump.lines):
            columns = [list(column) for column in zip(*map(_values, rows), strict=True)]
            table = arrow.table(dict(zip(schema.names, columns, strict=True)), schema=schema)
            writer.write_table(table)
            count += len(rows)
    return count


def _values(line: DumpLine) -> tuple[object, ...]:
    one = line.transfer
    return (
        *(line.seq, one.t, one.id, one.phase.value, one.debit, one.credit, one.asset),
        *(one.amount, line.posted_minor, one.code, one.cause, one.link_group, one.pending_id),
    )


def _groups(lines: Iterable[DumpLine]) -> Iterator[list[DumpLine]]:
    source = iter(lines)
    while rows := list(islice(source, ROWS_A_GROUP)):
        yield rows


def _pyarrow() -> tuple[Any, Any]:
    """Return pyarrow and its Parquet part.

    Raises:
        Fault: it is not installed.
    """
    try:
        import pyarrow as arrow  # pyright: ignore[reportMissingTypeStubs]
        import pyarrow.parquet as parquet  # pyright: ignore[reportMissingTypeStubs]
    except ImportError:
        raise Fault(
            "export.pyarrow",
            N_("Parquet files need pyarrow, which is not installed."),
            hint=N_("Install it: pip install 'entrepot[parquet]', or export CSV."),
        ) from None
    return cast(Any, arrow), cast(Any, parquet)
