"""SIGKILL at any moment: acknowledged ⊆ recovered ⊆ submitted, and the books are sound."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from entrepot.adapters.sql.checkpoint import read_checkpoint
from entrepot.adapters.sql.checks import check_ledger, verify_journal
from entrepot.adapters.sql.migrate import open_store
from entrepot.adapters.sql.unit_of_work import read_factory

KILLS = 20

WRITER = """
import json, os, random, signal, sys, time
from pathlib import Path
from entrepot.adapters.sql.migrate import open_store
from entrepot.adapters.sql.unit_of_work import run_command, write_factory
from entrepot.domain.ledger.model import Transfer

url, folder, kills, when = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]

def write(round_, pipe):
    engine = open_store(url, "H-CRASH")
    uows = write_factory(engine, folder / "checkpoint")
    for n in range(1_000_000):
        name = f"{round_}-{n}"
        pair = [Transfer(f"T-{name}-{side}", "bank", f"prepaid:F{side}", 1 + n, "HKD",
                         link_group=name) for side in "ab"]
        def action(uow):
            uow.ledger.post(pair)
            return {}
        if when == "early":
            os.write(pipe, f"{name}\\n".encode())
        run_command(uows, actor="a", command="pay", key=name, body={}, now=1_000, action=action)
        if when != "early":
            os.write(pipe, f"{name}\\n".encode())

chance, acknowledged = random.Random(5), []
for round_ in range(kills):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        write(round_, writer)
    os.close(writer)
    got = os.read(reader, 1 << 16)
    time.sleep(chance.random() / 20)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while chunk := os.read(reader, 1 << 16):
        got += chunk
    os.close(reader)
    acknowledged += got.decode().split()
print(json.dumps(acknowledged))
"""


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder}/entrepot.db"


def crash(folder: Path, when: str) -> list[str]:
    """Kill a writer again and again; return the commands that it acknowledged."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            WRITER,
            f"sqlite:///{folder}/entrepot.db",
            str(folder),
            str(KILLS),
            when,
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def recovered(folder: Path) -> list[str]:
    """Return the link groups in the books, after proving the books."""
    engine = open_store(url_of(folder), "H-CRASH")
    with read_factory(engine)() as uow:
        assert check_ledger(uow.conn) == []
        assert verify_journal(uow.conn, read_checkpoint(folder / "checkpoint")) == []
        groups = [one.link_group for _, one in uow.ledger.transfers()]
        keys = [entry.key for entry in uow.journal.entries()]
    engine.dispose()
    assert groups == [key for key in keys for _ in "ab"]
    return keys


def test_a_killed_writer_loses_nothing_acknowledged(tmp_path: Path) -> None:
    acknowledged = crash(tmp_path, "late")
    kept = recovered(tmp_path)
    assert len(acknowledged) >= KILLS
    assert set(acknowledged) <= set(kept)
    # At most the command that was under way when the writer died is kept without a word.
    assert len(kept) - len(acknowledged) <= KILLS
    assert len(kept) == len(set(kept))


def test_a_writer_that_acknowledges_early_would_be_noticed(tmp_path: Path) -> None:
    """Planted bug: the word is given before the commit."""
    acknowledged = crash(tmp_path, "early")
    kept = recovered(tmp_path)
    assert set(acknowledged) - set(kept)
