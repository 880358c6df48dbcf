"""Figures "ledger, batched": transfers a second through the store, beside a bare SQLite loop.

Both write to the same disk in the same run, batch by batch in turn, with ``synchronous=FULL`` and
one commit a batch. The bare loop inserts the same columns and adds up two balances a transfer; it
has no rules, no chain, no journal, no idempotency and no index but that of the ids, so it is a
limit rather than a peer. The same is told once more by processor's time, which a busy machine does
not blur.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

from common import Figure, figure
from entrepot.adapters.sql.migrate import open_store
from entrepot.adapters.sql.unit_of_work import SqlUnitOfWork, run_command, write_factory
from entrepot.domain.ledger.model import Phase, Transfer

BATCH = 8_000
BATCHES = 12
CUSTOMERS = 100

Work = Callable[[int, Sequence[Transfer]], object]
Make = Callable[[int], list[Transfer]]


def deposits(batch: int, customers: int = CUSTOMERS, size: int = BATCH) -> list[Transfer]:
    """Return the deposits of one batch: many customers in turn, one bank."""
    first = batch * size
    return [
        Transfer(f"T-{n:026d}", "bank", f"prepaid:F-{n % customers}", 1 + n % 9_999, "HKD", "pay")
        for n in range(first, first + size)
    ]


def trade(batch: int) -> list[Transfer]:
    """Return a batch of business: half deposits, a quarter holds, a quarter holds ended."""
    many: list[Transfer] = []
    for n in range(BATCH // 4):
        prepaid, name = f"prepaid:F-{n % CUSTOMERS}", f"{batch:08d}{n:016d}"
        many.append(Transfer(f"T-{name}-a", "bank", prepaid, 500, "HKD", "pay"))
        many.append(Transfer(f"T-{name}-b", "bank", prepaid, 500, "HKD", "pay"))
        many.append(Transfer(f"T-{name}-c", prepaid, "revenue", 90, "HKD", "hold", Phase.PENDING))
        if batch:
            hold = f"T-{batch - 1:08d}{n:016d}-c"
            end = Transfer(f"T-{name}-d", prepaid, "revenue", 80, "HKD", "charge", Phase.POST, hold)
            many.append(end)
    return many


def ours(folder: Path, name: str) -> Work:
    """Return the public way on a file of SQLite."""
    return through(f"sqlite:///{folder}/{name}.db")


def through(url: str) -> Work:
    """Return the public way: commands of one batch each, journalled and chained."""
    units = write_factory(open_store(url, "H-BENCH"))

    def work(number: int, batch: Sequence[Transfer]) -> object:
        def action(uow: SqlUnitOfWork) -> dict[str, object]:
            return {"booked": len(uow.ledger.post(batch).booked)}

        return run_command(
            units,
            actor="bench",
            command="post",
            key=f"k{number}",
            body={},
            now=1_000,
            action=action,
        )

    return work


def bare(folder: Path, name: str) -> Work:
    """Return the limit: executemany on the bare driver."""
    conn = sqlite3.connect(folder / f"{name}-bare.db", isolation_level=None)
    conn.execute("PRAGMA journal_mode=WAL")
    conn.execute("PRAGMA synchronous=FULL")
    conn.execute("CREATE TABLE account (code TEXT PRIMARY KEY, debits INT, credits INT)")
    conn.execute(
        "CREATE TABLE transfer (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, debit TEXT, credit TEXT,"
        " amount INT, asset TEXT, code TEXT, phase TEXT, cause TEXT, t INT)"
    )
    codes = ["bank", "revenue", *(f"prepaid:F-{n}" for n in range(CUSTOMERS))]
    conn.executemany("INSERT INTO account VALUES (?, 0, 0)", [(code,) for code in codes])

    def work(_number: int, batch: Sequence[Transfer]) -> object:
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
        return conn.execute("COMMIT")

    return work


def side_by_side(
    works: Sequence[Work],
    make: Make,
    batches: int = BATCHES,
    clock: Callable[[], float] = time.perf_counter,
) -> list[int]:
    """Return the transfers a second of each way, in turn batch by batch, after one to warm up.

    Args:
        works: ways to measure.
        make: makes the batch of a number.
        batches: how many are measured.
        clock: ``time.process_time`` counts what this process alone costs.
    """
    spent, transfers = [0.0 for _ in works], 0
    for number in range(batches + 1):
        batch = make(number)
        for index, work in enumerate(works):
            start = clock()
            work(number, batch)
            spent[index] += (clock() - start) if number else 0.0
        transfers += len(batch) if number else 0
    return [round(transfers / seconds) for seconds in spent]


def measure() -> Sequence[Figure]:
    """Return the figures, for ``benchmarks/results.json``."""
    found: list[Figure] = []
    kinds: list[tuple[str, Make, str]] = [
        ("ledger, batched", deposits, "deposits of 100 customers"),
        ("ledger, batched, with holds", trade, "half deposits, a quarter holds, a quarter ended"),
    ]
    clocks = {"": time.perf_counter, ", processor's time": time.process_time}
    for (name, make, what), (which, clock) in product(kinds, clocks.items()):
        with tempfile.TemporaryDirectory(prefix="bench-ledger-") as folder:
            works = [ours(Path(folder), "ours"), bare(Path(folder), "peer")]
            mine, limit = side_by_side(works, make, clock=clock)
        note = f"{what}; {BATCHES} batches of {BATCH}, one commit and one journal entry each"
        found.append(
            figure(
                name + which,
                "transfers/s",
                mine,
                peer=limit,
                peer_name="bare sqlite3 loop, synchronous=FULL",
                note=note,
            )
        )
    return found


if __name__ == "__main__":
    for one in measure():
        print(one)
