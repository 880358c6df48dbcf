"""Figure "ledger, durable single": 32 threads post one transfer at a time and wait for its word.

Ours is the group writer on SQLite with ``synchronous=FULL``. The peer is PostgreSQL on the same
disk in the same run, if a server is installed: 32 connections, each transaction inserts a transfer
and updates two balances, ``synchronous_commit=on``. PostgreSQL's loop has no rules, chain or
journal.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from common import NOT_INSTALLED, Figure, figure
from entrepot.adapters.sql.group_writer import GroupWriter
from entrepot.adapters.sql.migrate import open_store
from entrepot.adapters.sql.unit_of_work import read_factory, write_factory
from entrepot.domain.ledger.model import Transfer
from postgres import server

CLIENTS = 32
EACH = 500

Client = Callable[[int], None]


def rate(clients: Sequence[Client]) -> int:
    """Return the transfers a second of all clients together, each for ``EACH`` transfers."""
    barrier = threading.Barrier(len(clients) + 1)

    def run(client: Client) -> None:
        barrier.wait()
        for n in range(EACH):
            client(n)

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    barrier.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    return round(len(clients) * EACH / (time.perf_counter() - start))


def ours(folder: str) -> tuple[int, float]:
    """Return our rate, and the mean size of a group."""
    engine = open_store(f"sqlite:///{folder}/entrepot.db", "H-BENCH")
    writer = GroupWriter(write_factory(engine), lambda: 1_000)

    def client(number: int) -> Client:
        def post(n: int) -> None:
            one = Transfer(f"T-{number:03d}-{n:08d}", "bank", f"prepaid:F-{number}", 5, "HKD")
            if not writer.post([one])[0].booked:
                raise RuntimeError("a deposit was refused")

        return post

    found = rate([client(number) for number in range(CLIENTS)])
    with read_factory(engine)() as uow:
        groups = uow.journal.head().seq
    engine.dispose()
    return found, CLIENTS * EACH / groups


def peer(url: str) -> int:
    """Return PostgreSQL's rate."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("DROP TABLE IF EXISTS transfer; DROP TABLE IF EXISTS account")
        conn.execute("CREATE TABLE account (code text PRIMARY KEY, debits bigint, credits bigint)")
        conn.execute(
            "CREATE TABLE transfer (seq bigserial PRIMARY KEY, id text UNIQUE, debit text,"
            " credit text, amount bigint, asset text, t bigint)"
        )
        for number in range(CLIENTS):
            row = (f"prepaid:F-{number}", f"bank-{number}")
            conn.execute("INSERT INTO account VALUES (%s, 0, 0), (%s, 0, 0)", row)
    connections: list[Any] = [psycopg.connect(url) for _ in range(CLIENTS)]

    def client(number: int) -> Client:
        conn = connections[number]

        def post(n: int) -> None:
            # Accounts of its own for each client: no client waits for another's row.
            one = (f"T-{number:03d}-{n:08d}", f"bank-{number}", f"prepaid:F-{number}")
            with conn.pipeline():
                conn.execute(_INSERT, one)
                conn.execute("UPDATE account SET debits = debits + 5 WHERE code = %s", one[1:2])
                conn.execute("UPDATE account SET credits = credits + 5 WHERE code = %s", one[2:])
                conn.commit()

        return post

    found = rate([client(number) for number in range(CLIENTS)])
    for conn in connections:
        conn.close()
    return found


_INSERT = (
    "INSERT INTO transfer (id, debit, credit, amount, asset, t) VALUES (%s, %s, %s, 5, 'HKD', 1000)"
)


def measure() -> Sequence[Figure]:
    """Return the figure, for ``benchmarks/results.json``."""
    with tempfile.TemporaryDirectory(prefix="bench-ledger-") as folder:
        mine, group = ours(folder)
    url = server()
    name = f"PostgreSQL, {CLIENTS} single-commit clients"
    return [
        figure(
            "ledger, durable single",
            "transfers/s",
            mine,
            peer=peer(url) if url else None,
            peer_name=name if url else f"{name}: {NOT_INSTALLED}",
            note=f"{CLIENTS} client threads, {EACH} each; {group:.1f} transfers a commit",
        )
    ]


if __name__ == "__main__":
    for one in measure():
        print(one)
