"""Figures "ledger, peers": other keepers of books in the same run, and our own on PostgreSQL.

- Beancount parses, books and validates a journal of deposits, in the peers' Python. It checks
  more about a text and keeps nothing durable; what the two share is double entry proven line by
  line.
- PostgreSQL takes the same batches through our store, beside a bare loop that inserts by
  ``unnest`` and adds up balances by two statements a batch.
- TigerBeetle needs a server of its own, which no package brings; its row says so.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench_ledger import BATCH, CUSTOMERS, Work, deposits, ours, side_by_side, through
from common import NOT_INSTALLED, Figure, figure, peer_python
from postgres import server

ENTRIES = 20_000
BATCHES = 6

BEANCOUNT = """
import sys, time
from beancount import loader
start = time.perf_counter()
entries, errors, options = loader.load_file(sys.argv[1])
spent = time.perf_counter() - start
assert not errors, errors[:3]
print(sum(type(one).__name__ == "Transaction" for one in entries) / spent)
"""


def beancount(folder: Path) -> int | None:
    """Return the transactions a second that Beancount parses, books and validates."""
    python = peer_python("beancount")
    if python is None:
        return None
    lines = ['option "operating_currency" "HKD"', "2026-01-01 open Assets:Bank HKD"]
    lines += [f"2026-01-01 open Liabilities:Prepaid:F{n} HKD" for n in range(CUSTOMERS)]
    for n in range(ENTRIES):
        amount = f"{1 + n % 9_999}.00 HKD"
        lines += [
            f'2026-01-02 * "deposit {n}"',
            f"  Assets:Bank  {amount}",
            f"  Liabilities:Prepaid:F{n % CUSTOMERS}  -{amount}",
        ]
    path = folder / "books.beancount"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    # Beancount would keep what it parsed beside the file.
    words = [python, "-c", BEANCOUNT, str(path)]
    env = {"BEANCOUNT_DISABLE_LOAD_CACHE": "1"}
    ran = subprocess.run(words, capture_output=True, text=True, check=True, env=env)
    return round(float(ran.stdout))


def bare_postgres(url: str) -> Work:
    """Return the limit on PostgreSQL: one insert and two updates a batch, without any rule."""
    import psycopg

    conn: Any = psycopg.connect(url, autocommit=True)
    conn.execute("DROP TABLE IF EXISTS bare_transfer; DROP TABLE IF EXISTS bare_account")
    conn.execute("CREATE TABLE bare_account (code text PRIMARY KEY, debits bigint, credits bigint)")
    conn.execute(
        "CREATE TABLE bare_transfer (seq bigserial PRIMARY KEY, id text UNIQUE, debit text,"
        " credit text, amount bigint, asset text, code text, t bigint)"
    )
    for code in ["bank", *(f"prepaid:F-{n}" for n in range(CUSTOMERS))]:
        conn.execute("INSERT INTO bare_account VALUES (%s, 0, 0)", (code,))

    def work(_number: int, batch: Sequence[Any]) -> object:
        columns = [[getattr(one, name) for one in batch] for name in _FIELDS]
        with conn.transaction():
            conn.execute(_INSERT, columns)
            for total, side in (("debits", 1), ("credits", 2)):
                statement = _UPDATE.format(total=total)
                conn.execute(statement, (columns[side], columns[3]))
        return None

    return work


_FIELDS = ("id", "debit", "credit", "amount", "asset", "code")
_INSERT = (
    "INSERT INTO bare_transfer (id, debit, credit, amount, asset, code, t) SELECT *, 1000 FROM"
    " unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[])"
)
_UPDATE = (
    "UPDATE bare_account SET {total} = {total} + n.amount FROM (SELECT code, sum(amount) AS amount"
    " FROM unnest(%s::text[], %s::bigint[]) AS u (code, amount) GROUP BY code) AS n"
    " WHERE bare_account.code = n.code"
)


def on_postgres() -> list[Figure]:
    """Measure our store on PostgreSQL; nothing where no server is installed."""
    name, limit = "ledger, batched, PostgreSQL", "bare INSERT … unnest loop on PostgreSQL"
    url = server()
    if url is None:
        return []
    works = [through(url), bare_postgres(url)]
    mine, peer = side_by_side(works, deposits, BATCHES)
    note = f"{BATCHES} batches of {BATCH}, one commit each; ours with chain, journal, foreign keys"
    return [figure(name, "transfers/s", mine, peer=peer, peer_name=limit, note=note)]


def measure() -> Sequence[Figure]:
    """Return the figures, for ``benchmarks/results.json``."""
    with tempfile.TemporaryDirectory(prefix="bench-ledger-") as name:
        folder = Path(name)
        (mine,) = side_by_side([ours(folder, "ours")], deposits, BATCHES)
        parsed = beancount(folder)
    what = "Beancount: parse, book and validate"
    return [
        figure(
            "ledger, beside Beancount",
            "transfers/s",
            mine,
            peer=parsed,
            peer_name=what if parsed else f"{what}: {NOT_INSTALLED}",
            note=f"ours durable in batches of {BATCH}; the peer {ENTRIES} transactions of a text",
        ),
        figure(
            "ledger, beside TigerBeetle",
            "transfers/s",
            mine,
            peer_name=f"TigerBeetle: server {NOT_INSTALLED}",
            note="the Python package is a client only; published rates are of other machines",
        ),
        *on_postgres(),
    ]


if __name__ == "__main__":
    for one in measure():
        print(one)
