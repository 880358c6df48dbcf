"""A server that dies between a commit and its answer, and sixteen clients that ask until told.

Run as ``python -m tests.faults.retry_storm URL KEYS SEED KIND``. This process has no database
open, so that a server costs a fork. A request is a line with its key; all sixteen requests of a
key are served by threads that begin together, and the server may be killed when so many of them
have committed: the first of those has had its effect, and nobody has heard of it.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import random
import secrets
import select
import signal
import sys
import threading
from dataclasses import dataclass, field

from entrepot.adapters.sql.idempotency import IdempotencyStore
from entrepot.adapters.sql.migrate import open_store
from entrepot.adapters.sql.unit_of_work import SqlUnitOfWork, run_command, write_factory
from entrepot.domain.ledger.model import Transfer

THREADS = 16
HOME = "H-STORM"
NOW = 1_795_000_000
WAIT_S = 60
DEATHS = (0, 0, 0, 0, 1, 3, 15, -1)
"""After how many answers the server dies, one of these a key; −1 = it lives."""
PR_SET_PDEATHSIG = 1


def amount_of(key: str) -> int:
    """Return what the request of a key moves, HKD cents."""
    return 1 + int(key.removeprefix("key-")) % 997


def forget(store: type[IdempotencyStore]) -> None:
    """Planted bug: no key is ever known, or kept."""
    store.find = lambda *_: None  # type: ignore[method-assign,assignment]
    store.keep = lambda *_: None  # type: ignore[method-assign,assignment]


class Server:
    """The process that writes; ends only by being killed.

    Args:
        url: of the database; reads: requests; writes: answers.
    """

    def __init__(self, url: str, reads: int, writes: int) -> None:
        self._uows = write_factory(open_store(url, HOME))
        self._reads, self._writes = os.fdopen(reads, "r"), writes
        self._lock = threading.Lock()

    def serve(self) -> None:
        """Serve one key after another."""
        os.write(self._writes, b"ready\n")
        for line in self._reads:
            key, clients, die_at = line.split()
            barrier = threading.Barrier(int(clients))
            left = [int(die_at)]
            threads = [
                threading.Thread(target=self._one, args=(key, barrier, left))
                for _ in range(int(clients))
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def _one(self, key: str, barrier: threading.Barrier, left: list[int]) -> None:
        barrier.wait(WAIT_S)
        answer = self._charge(key)
        with self._lock:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            os.write(self._writes, f"{answer}\n".encode())

    def _charge(self, key: str) -> str:
        token = secrets.token_hex(8)

        def action(uow: SqlUnitOfWork) -> dict[str, object]:
            paid = Transfer(f"T-{token}", "bank", "prepaid:F", amount_of(key), "HKD", cause=key)
            uow.ledger.post([paid])
            return {"token": token}

        body = {"key": key}
        told = run_command(
            self._uows, actor="a", command="pay", key=key, body=body, now=NOW, action=action
        )
        return str(told["token"])


@dataclass
class Storm:
    """The clients, and whoever starts the server again.

    Args:
        url: of the database; chance: of the deaths.
    """

    url: str
    chance: random.Random
    child: int = 0
    reader: int = -1
    writer: int = -1
    deaths: int = 0
    answers: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def key(self, key: str) -> None:
        """Ask sixteen times under one key, and again until all are answered."""
        told: list[str] = []
        die_at = self.chance.choice(DEATHS)
        while len(told) < THREADS:
            if not self.child:
                self._start()
            os.write(self.writer, f"{key} {THREADS - len(told)} {die_at}\n".encode())
            told += self._answers(THREADS - len(told))
            # Now and then it dies a second time over the same key.
            die_at = 0 if die_at >= 0 and self.chance.random() < 0.1 else -1
        self.answers[key] = told

    def _answers(self, wanted: int) -> list[str]:
        """Return the answers that come until all are there or the server is dead."""
        got = b""
        while got.count(b"\n") < wanted:
            ready, _, _ = select.select([self.reader], [], [], WAIT_S)
            chunk = os.read(self.reader, 1 << 16) if ready else b""
            if not chunk:
                self.stop()
                self.deaths += 1
                break
            got += chunk
        return got[: got.rfind(b"\n") + 1].decode().split()

    def _start(self) -> None:
        (reads, self.writer), (self.reader, writes) = os.pipe(), os.pipe()
        self.child = os.fork()
        if self.child == 0:
            os.close(self.writer)
            os.close(self.reader)
            # Whoever is ended by a time limit must not leave a server behind.
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            Server(self.url, reads, writes).serve()
            os._exit(0)
        os.close(reads)
        os.close(writes)
        if not self._answers(1):
            raise RuntimeError("the server does not start")

    def stop(self) -> None:
        """End the server, if it still lives."""
        if self.child:
            os.kill(self.child, signal.SIGKILL)
            os.waitpid(self.child, 0)
            os.close(self.reader)
            os.close(self.writer)
            self.child = 0


def main(url: str, keys: str, seed: str, kind: str) -> None:
    """Let it storm; print every answer of every key."""
    if kind == "planted":
        forget(IdempotencyStore)
    storm = Storm(url, random.Random(seed))
    gc.freeze()
    try:
        for number in range(int(keys)):
            storm.key(f"key-{number}")
    finally:
        storm.stop()
    print(json.dumps({"answers": storm.answers, "deaths": storm.deaths}))


if __name__ == "__main__":
    main(*sys.argv[1:])
