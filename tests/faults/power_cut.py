"""Cut the power of the writer of the books at any operation, and hold what is left to its word."""

from __future__ import annotations

import itertools
import logging
import random
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool
from tests.faults.apsw_driver import OperationalError, Rewrite, driver
from tests.faults.cut_disk import CutDisk, CutVfs, PowerCut

import entrepot.adapters.sql.engine as engine_module
from entrepot.adapters.sql.checks import check_ledger, verify_journal
from entrepot.adapters.sql.migrate import open_store, prepare
from entrepot.adapters.sql.unit_of_work import SqlUnitOfWork, run_command, write_factory
from entrepot.domain.ledger.model import Phase, Transfer
from entrepot.kernel.errors import EntrepotError

FILE = "entrepot.db"
COMMANDS = 12
NOW = 1_795_000_000
_names = itertools.count()

# The pool logs that a connection without power cannot be closed; pytest would keep each such record
# with its frames, and so the files of every cut, until the test ends.
logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL + 1)


def careful(sql: str) -> str:
    """Leave every statement as the store writes it: WAL and synchronous=FULL."""
    return sql


def careless(sql: str) -> str:
    """Planted bug: commits are not synced, and the asker is told that they are."""
    texts = {
        "PRAGMA synchronous=FULL": "PRAGMA synchronous=NORMAL",
        "PRAGMA synchronous": "SELECT 2",
    }
    return texts.get(sql, sql)


def rollback_journal(sql: str) -> str:
    """Write by a rollback journal that is deleted, and the folder synced, at each commit."""
    texts = {
        "PRAGMA journal_mode=WAL": "SELECT 'wal'",
        "PRAGMA synchronous=FULL": "PRAGMA synchronous=EXTRA",
        "PRAGMA synchronous": "SELECT 2",
    }
    return texts.get(sql, sql)


@dataclass(frozen=True)
class Aftermath:
    """What a cut left.

    Attributes:
        acknowledged, submitted, recovered: ids of the commands' transfers.
        problems: what the checks of books and journal say.
        operations: of the disk before the cut.
    """

    acknowledged: frozenset[str]
    submitted: frozenset[str]
    recovered: frozenset[str]
    problems: tuple[str, ...]
    operations: int

    @property
    def lost(self) -> frozenset[str]:
        """What was acknowledged and is gone, or is there and was never asked for."""
        return (self.acknowledged - self.recovered) | (self.recovered - self.submitted)

    @property
    def sound(self) -> bool:
        """Say whether every promise was kept."""
        return not self.lost and not self.problems


def fresh_home() -> dict[str, bytes]:
    """Return the files of a new home with some money in it, all synced and checkpointed."""
    with tempfile.TemporaryDirectory(prefix="cut-") as folder:
        engine = open_store(f"sqlite:///{folder}/{FILE}", "H-CUT")
        _command(engine, 0, [Transfer("T-0", "bank", "prepaid:F-1", 10**9, "HKD", "pay")])
        engine.dispose()
        # Each way of keeping a journal begins from the same plain file.
        with closing(sqlite3.connect(Path(folder) / FILE)) as plain:
            plain.execute("PRAGMA journal_mode=DELETE")
        return {FILE: (Path(folder) / FILE).read_bytes()}


def cut(home: Mapping[str, bytes], seed: int, rewrite: Rewrite, at: int | None) -> Aftermath:
    """Play commands until the power fails at one operation, then look at what is left.

    Args:
        home: files to begin with.
        seed: of the commands and of the sectors' fates.
        rewrite: what becomes of the store's statements.
        at: number of the operation; None = the power stays.
    """
    rng = random.Random(seed)
    disk = CutDisk.holding(home)
    disk.cut_at = at
    acknowledged, submitted = _play(disk, rng, rewrite)
    # A cut at no operation at all still drops what was never synced.
    left = disk.after_cut(rng)
    recovered, problems = _look(left)
    return Aftermath(
        frozenset(acknowledged), frozenset(submitted), recovered, problems, disk.operations
    )


def _play(disk: CutDisk, rng: random.Random, rewrite: Rewrite) -> tuple[list[str], list[str]]:
    acknowledged, submitted = ["T-0"], ["T-0"]
    name = f"cut-{next(_names)}"
    vfs = CutVfs(name, disk)
    engine: Engine | None = None
    try:
        engine = _engine(name, rewrite)
        for number in range(1, COMMANDS + 1):
            batch = _batch(number, rng)
            submitted += [one.id for one in batch]
            _command(engine, number, batch)
            acknowledged += [one.id for one in batch]
    except (PowerCut, OperationalError, SQLAlchemyError, EntrepotError):
        if disk.cut_at is None or disk.operations < disk.cut_at:
            raise
    finally:
        _drop(engine)
        vfs.unregister()
    return acknowledged, submitted


def _engine(vfs: str, rewrite: Rewrite) -> Engine:
    engine = create_engine(
        "sqlite:///" + FILE, module=driver(FILE, vfs, rewrite), poolclass=StaticPool
    )
    engine_module._prepare_sqlite(engine, in_memory=False)
    prepare(engine, "H-CUT")
    return engine


def _drop(engine: Engine | None) -> None:
    if engine is not None:
        with suppress(PowerCut, OperationalError, SQLAlchemyError):
            engine.dispose()  # the machine may be off: nobody to say goodbye to


def _batch(number: int, rng: random.Random) -> list[Transfer]:
    cause = f"job:{number}"
    sizes = [rng.randrange(1, 5_000) for _ in range(rng.choice((1, 2, 5, 40)))]
    return [
        Transfer(
            f"T-{number}-{index}",
            f"prepaid:F-{1}",
            "revenue",
            size,
            "HKD",
            "use",
            Phase.PENDING if index % 3 == 2 else Phase.POSTED,
            cause=cause,
        )
        for index, size in enumerate(sizes)
    ]


def _command(engine: Engine, number: int, batch: list[Transfer]) -> None:
    def action(uow: SqlUnitOfWork) -> dict[str, object]:
        uow.ledger.post(batch)
        return {"booked": len(batch)}

    run_command(
        write_factory(engine),
        actor="writer",
        command="post",
        key=f"k{number}",
        body={"number": number},
        now=NOW + number,
        action=action,
    )


def _look(left: Mapping[str, bytes]) -> tuple[frozenset[str], tuple[str, ...]]:
    with tempfile.TemporaryDirectory(prefix="cut-") as folder:
        for name, data in left.items():
            (Path(folder) / name).write_bytes(data)
        try:
            engine = open_store(f"sqlite:///{folder}/{FILE}", "H-CUT")
        except (EntrepotError, SQLAlchemyError) as error:
            return frozenset(), (f"does not open: {error}",)
        try:
            with engine.connect() as conn:
                problems = [str(one) for one in (*check_ledger(conn), *verify_journal(conn, None))]
                rows = conn.exec_driver_sql("SELECT id FROM ledger_transfer")
                return frozenset(str(row[0]) for row in rows), tuple(problems)
        finally:
            engine.dispose()
