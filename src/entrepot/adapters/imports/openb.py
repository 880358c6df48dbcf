"""Nodes and pods of a cluster as CSV, in the form of Alibaba's GPU trace of 2023 ("openb").

Nodes: ``sn``, ``cpu_milli``, ``memory_mib``, ``gpu`` (number of devices) and ``model``; and, where
they are known, ``rack``, ``isolation`` (strongest of a share) and ``device_memory_mib``.
Pods: ``name``, ``cpu_milli``, ``memory_mib``, ``num_gpu``, ``gpu_milli`` (of each device); and
``gpu_spec`` (models, ``a|b``), ``gang``, ``affinity`` (rack or server), ``isolation`` (weakest that
is good enough) and ``device_memory_mib``. Other columns are passed over.

Source: https://github.com/alibaba/clusterdata, cluster-trace-gpu-v2023, 2026-11-21.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from entrepot.adapters.imports.csv_safe import read_table
from entrepot.adapters.imports.packed_file import read_packed
from entrepot.adapters.imports.problems import InvalidFile, Problem
from entrepot.domain.grid.model import (
    AFFINITIES,
    ANY_MODEL,
    DEVICES_MAX,
    MODELS_MAX,
    STRENGTH,
    Nodes,
    Requests,
)
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_, Phrase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Int64 = NDArray[np.int64]

NODE_COLUMNS = ("sn", "cpu_milli", "memory_mib", "gpu", "model")
POD_COLUMNS = ("name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli")
AMOUNT_MAX = 10**12
MILLI = 1000
SHARES = {word: number for word, number in STRENGTH.items() if word != "exclusive"}
_WHOLE = re.compile(r"\d{1,13}\Z", re.ASCII)


class Sheet:
    """A table whose faults are gathered, and told together at the end.

    Args:
        path: of the file.
        needed: columns that must be there.
    """

    def __init__(self, path: Path, needed: Sequence[str]) -> None:
        self.name = path.name
        self.columns, self.lines = read_table(read_packed(path), path.name)
        self.problems: list[Problem] = []
        self._faulty: set[str] = set()
        missing = [column for column in needed if column not in self.columns]
        if missing:
            raise Invalid(
                "grid.columns",
                N_("{file} has no column {columns}."),
                hint=N_("Its columns should be: {needed}."),
                file=self.name,
                columns=", ".join(missing),
                needed=", ".join(needed),
            )
        if not self.lines:
            raise Invalid(
                "grid.empty",
                N_("{file} has no rows."),
                hint=N_("Give one row a node, and one a pod."),
                file=self.name,
            )

    def fault(self, row: int, column: str, what: str) -> None:
        """Note that a cell is not ``what``; of several faults the first counts."""
        text, where = self.cells(column)[row], f"{self.name}:{self.lines[row]}:{column}"
        if where in self._faulty:
            return
        self._faulty.add(where)
        error = Invalid(
            "grid.cell",
            N_("{text} is not {what}."),
            hint=N_("Correct the cell; docs/how-to/replay-a-cluster.md describes every column."),
            text=repr(text[:40]),
            what=Phrase(what),
        )
        self.problems.append(Problem(where, error))

    def cells(self, column: str) -> Sequence[str]:
        """Return a column; one that is absent holds empty texts."""
        found = self.columns.get(column)
        return [""] * len(self.lines) if found is None else found

    def read(self, column: str, read: Callable[[str], int | None], what: str) -> list[int]:
        """Read a column by ``read``, which returns None for what is not ``what``."""
        known: dict[str, int | None] = {}
        found: list[int] = []
        for row, text in enumerate(self.cells(column)):
            if text not in known:
                known[text] = read(text)
            value = known[text]
            if value is None:
                self.fault(row, column, what)
            found.append(value or 0)
        return found

    def whole(self, column: str, most: int = AMOUNT_MAX, default: str = "") -> list[int]:
        """Read whole numbers from 0 to ``most``; an empty cell is ``default``."""

        def read(text: str) -> int | None:
            text = text or default
            return int(text) if _WHOLE.match(text) and int(text) <= most else None

        return self.read(column, read, N_("a whole number in range"))

    def names(self, column: str) -> tuple[str, ...]:
        """Read names of which none is empty or comes twice."""
        cells, seen = self.cells(column), set[str]()
        for row, text in enumerate(cells):
            if not text or text in seen:
                self.fault(row, column, N_("a name of its own: it is empty or stands above"))
            seen.add(text)
        return tuple(cells)

    def done(self) -> None:
        """Refuse the file if a fault was noted.

        Raises:
            InvalidFile: one was.
        """
        if self.problems:
            raise InvalidFile(self.problems)


def read_nodes(path: Path) -> Nodes:
    """Read the nodes of a cluster, plain or packed by gzip, and sort them by name.

    Args:
        path: of the file.

    Raises:
        NotFound: it cannot be read.
        Invalid: a column is missing or a cell is bad; file, line and field are named.
    """
    import numpy as np

    sheet = Sheet(path, NODE_COLUMNS)
    names = sheet.names("sn")
    devices = sheet.whole("gpu", DEVICES_MAX)
    models = _models_of(sheet, devices)
    columns = (
        sheet.whole("cpu_milli"),
        sheet.whole("memory_mib"),
        devices,
        [models.index(word) if word in models else 0 for word in sheet.cells("model")],
        _words(sheet, "isolation", {**SHARES, "": SHARES["mig"]}),
        sheet.whole("device_memory_mib", default="0"),
        _racks(sheet),
    )
    sheet.done()
    order = sorted(range(len(names)), key=names.__getitem__)
    table = np.array(columns, dtype=np.int64)[:, order]
    return Nodes(tuple(names[row] for row in order), models, *table)


def _models_of(sheet: Sheet, devices: Sequence[int]) -> tuple[str, ...]:
    words = sheet.cells("model")
    for row, (word, count) in enumerate(zip(words, devices, strict=True)):
        if count and (not word or "|" in word):
            sheet.fault(row, "model", N_("a device model, which a node with devices must name"))
    found = sorted({word for word, count in zip(words, devices, strict=True) if count and word})
    if len(found) > MODELS_MAX:
        row = next(row for row, word in enumerate(words) if word == found[MODELS_MAX])
        sheet.fault(row, "model", N_("among the device models: a cluster has 62 at most"))
    return tuple(found)


def _racks(sheet: Sheet) -> list[int]:
    """Number the racks; a node whose rack is not stated stands in one of its own."""
    numbers: dict[str, int] = {}
    keys = (text or f"\0{row}" for row, text in enumerate(sheet.cells("rack")))
    return [numbers.setdefault(key, len(numbers)) for key in keys]


def _words(sheet: Sheet, column: str, known: dict[str, int]) -> list[int]:
    return sheet.read(column, known.get, N_("a known word"))


def read_pods(path: Path, nodes: Nodes) -> Requests:
    """Read the pods that ask for a place, in the order of the file.

    Args:
        path: of the file, plain or packed by gzip.
        nodes: where they are to be placed; their models are known by name.

    Raises:
        NotFound: it cannot be read.
        Invalid: a column is missing or a cell is bad; file, line and field are named.
    """
    import numpy as np

    sheet = Sheet(path, POD_COLUMNS)
    names = sheet.names("name")
    devices = sheet.whole("num_gpu", DEVICES_MAX)
    gang = _gangs(sheet)
    columns = (
        sheet.whole("cpu_milli"),
        sheet.whole("memory_mib"),
        devices,
        _shares(sheet, devices),
        _specs(sheet, nodes.models),
        _words(sheet, "isolation", SHARES),
        sheet.whole("device_memory_mib", default="0"),
        gang,
        _affinities(sheet, gang),
    )
    sheet.done()
    return Requests(names, *np.array(columns, dtype=np.int64))


def _shares(sheet: Sheet, devices: Sequence[int]) -> list[int]:
    found = sheet.whole("gpu_milli", MILLI)
    for row, (count, milli) in enumerate(zip(devices, found, strict=True)):
        if count and not milli:
            sheet.fault(row, "gpu_milli", N_("a share above zero"))
        elif count > 1 and milli < MILLI:
            sheet.fault(row, "gpu_milli", N_("1000: several devices are asked whole"))
        elif not count and milli:
            sheet.fault(row, "num_gpu", N_("a number of devices above zero"))
    return found


def _specs(sheet: Sheet, models: Sequence[str]) -> list[int]:
    numbers = {word: 1 << number for number, word in enumerate(models)}

    def read(text: str) -> int | None:
        words = [word.strip() for word in text.split("|") if word.strip()]
        if not words:
            return ANY_MODEL
        found = 0
        for word in words:
            found |= numbers.get(word, 0)
        return found or None

    return sheet.read("gpu_spec", read, N_("a device model of the nodes"))


def _gangs(sheet: Sheet) -> list[int]:
    numbers: dict[str, int] = {}
    cells = sheet.cells("gang")
    return [numbers.setdefault(text, len(numbers)) if text else -1 for text in cells]


def _affinities(sheet: Sheet, gang: Sequence[int]) -> list[int]:
    found = _words(sheet, "affinity", AFFINITIES)
    first: dict[int, int] = {}
    for row, (number, affinity) in enumerate(zip(gang, found, strict=True)):
        if number >= 0 and first.setdefault(number, affinity) != affinity:
            sheet.fault(row, "affinity", N_("the affinity of the rest of its gang"))
    return found
