"""A table of named columns as a CSV file, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from entrepot.adapters.exports.csv_out import write_csv
from entrepot.adapters.exports.whole_file import whole_file
from entrepot.kernel.errors import Fault
from entrepot.kernel.text import N_


def write_rows(
    path: Path, header: Sequence[str], rows: Iterable[Mapping[str, str]]
) -> tuple[Path, int]:
    """Write rows; return where they lie and how many they are.

    Args:
        path: of the file; its folder is made if need be.
        header: columns in order.
        rows: column → text; a column left out is empty.

    Raises:
        Fault: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Fault(
            "export.folder",
            N_("The folder {path} cannot be made: {why}."),
            hint=N_("Choose another place: --out …"),
            path=str(path.parent),
            why=error.strerror or str(error),
        ) from error
    with whole_file(path) as stream:
        cells = ([row.get(column, "") for column in header] for row in rows)
        return path, write_csv(stream, header, cells)
