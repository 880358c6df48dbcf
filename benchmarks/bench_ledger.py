"""Figure "ledger, batched": transfers a second through the store, beside a bare SQLite loop.

Both write to the same disk in the same run, with ``synchronous=FULL`` and one commit a
batch. The bare loop inserts the same columns and adds up two balances a transfer; it has
no rules, no chain, no journal and no idempotency, so it is a limit rather than a peer.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from entrepot.adapters.sql.migrate import open_store
from entrepot.adapters.sql.unit_of_work import SqlUnitOfWork, run_command, write_factory
from entrepot.domain.ledger.model import Transfer

BATCH = 8_000
BATCHES = 10
CUSTOMERS = 100


def transfers(batch: int) -> list[Transfer]:
    """Return the deposits of one batch: many customers, one bank."""
    return [
        Transfer(
            f"T-{batch:08d}{n:018d}", "bank", f"prepaid:F-{n % CUSTOMERS}", 1 + n, "HKD", "pay"
        )
        for n in range(BATCH)
    ]


def per_second(work: Callable[[int, list[Transfer]], None]) -> int:
    """Return the transfers a second that ``work`` writes, after one batch to warm up."""
    batches = [transfers(number) for number in range(BATCHES + 1)]
    work(0, batches[0])
    start = time.perf_counter()
    for number, batch in enumerate(batches[1:], start=1):
        work(number, batch)
    return round(BATCH * BATCHES / (time.perf_counter() - start))


def ours(folder: Path) -> int:
    """Measure the public way: commands of one batch each, journalled and chained."""
    engine = open_store(f"sqlite:///{folder}/entrepot.db", "H-BENCH")
    units = write_factory(engine)

    def work(number: int, batch: list[Transfer]) -> None:
        def action(uow: SqlUnitOfWork) -> dict[str, object]:
            return {"booked": len(uow.ledger.post(batch).booked)}

        run_command(
            units,
            actor="bench",
            command="post",
            key=f"k{number}",
            body={},
            now=1_000,
            action=action,
        )

    found = per_second(work)
    engine.dispose()
    return found


def bare(folder: Path) -> int:
    """Measure the limit: executemany on the bare driver."""
    conn = sqlite3.connect(folder / "bare.db", isolation_level=None)
    conn.execute("PRAGMA journal_mode=WAL")
    conn.execute("PRAGMA synchronous=FULL")
    conn.execute("CREATE TABLE account (code TEXT PRIMARY KEY, debits INT, credits INT)")
    conn.execute(
        "CREATE TABLE transfer (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, debit TEXT, credit TEXT,"
        " amount INT, asset TEXT, code TEXT, phase TEXT, cause TEXT, t INT)"
    )
    codes = ["bank", *(f"prepaid:F-{n}" for n in range(CUSTOMERS))]
    conn.executemany("INSERT INTO account VALUES (?, 0, 0)", [(code,) for code in codes])

    def work(_number: int, batch: list[Transfer]) -> None:
        conn.execute("BEGIN IMMEDIATE")
        rows = [
            (None, t.id, t.debit, t.credit, t.amount, t.asset, t.code, "posted", "", 1_000)
            for t in batch
        ]
        conn.executemany("INSERT INTO transfer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        debits = [(t.amount, t.debit) for t in batch]
        credits = [(t.amount, t.credit) for t in batch]
        conn.executemany("UPDATE account SET debits = debits + ? WHERE code = ?", debits)
        conn.executemany("UPDATE account SET credits = credits + ? WHERE code = ?", credits)
        conn.execute("COMMIT")

    found = per_second(work)
    conn.close()
    return found


def measure() -> list[dict[str, object]]:
    """Return the figure, for ``benchmarks/results.json``."""
    with tempfile.TemporaryDirectory(prefix="bench-ledger-") as folder:
        mine, limit = ours(Path(folder)), bare(Path(folder))
    return [
        {
            "figure": "ledger, batched",
            "unit": "transfers/s",
            "ours": mine,
            "peer": limit,
            "peer_name": "bare sqlite3 loop, synchronous=FULL",
            "ratio": f"{mine / limit:.2f}",
            "note": f"{BATCHES} batches of {BATCH}, one commit and one journal entry each",
        }
    ]


if __name__ == "__main__":
    for figure in measure():
        print(figure)
