"""A home in which the program quoted, leased, ran, metered and billed one small job."""

from __future__ import annotations

import atexit
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from entrepot.bootstrap import open_app
from entrepot.faces.cli import main

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
JOB = """\
job: tiny
run:
  command: [python3, -c, "print('done', file=open('out.txt', 'w'))"]
  outputs: [out.txt]
resources: {device: CPU, isolation: exclusive}
duration: 1m
egress: 1MB
data:
  from: HK
  collected_in: [HK]
  purpose: rendering
  leg_persons: 0
  leg_sensitive: 0
  important_declared: false
  state_secret_or_core: false
  onward_outside_gba: false
  gba_pilot_sector: false
  purpose_compatible: true
  prescribed_consent: true
  return: {mixes_cn_personal: false, mixes_cn_important: false}
placement: {end_use: commercial}
"""
CODE = "from entrepot.bootstrap import main; main()"


@dataclass(frozen=True, slots=True)
class Played:
    """A played home and what was made in it."""

    home: Path
    firm: str
    lease: str
    job: str
    invoice: str


@cache
def played() -> Played:
    """Return the played home of this test process; whoever changes it copies it first."""
    folder = Path(tempfile.mkdtemp(prefix="entrepot-played-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    home, job = folder / "home", folder / "tiny.yaml"
    job.write_text(JOB, encoding="utf-8")
    files = ["--firm", str(EXAMPLES / "firm.yaml"), "--centre", str(EXAMPLES / "centre.yaml")]
    firm = program(home, "init", *files, "--deposit", "500 HKD")["firm_id"]
    program(home, "launch", str(job), "-y")
    bill = program(home, "invoice", "list")[0]
    return Played(home, firm, bill["lease_id"], bill["job_id"], bill["number"])


def program(home: Path, *words: str) -> Any:
    """Run the program in a process of its own and return its JSON answer."""
    line = [sys.executable, "-c", CODE, "--home", str(home), *words, "--json"]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(line, capture_output=True, text=True, env=env, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def copy_of(home: Path, folder: Path) -> Path:
    """Copy a home into a folder and return the copy."""
    return Path(shutil.copytree(home, folder / "home"))


def call(home: Path, *words: str) -> int:
    """Run one command line in this process and return its exit code."""
    return main.run(open_app, ["--home", str(home), *words])


def edit(home: Path, statement: str, values: Sequence[object] = ()) -> None:
    """Change the database behind the program's back, as an insider with the file would."""
    with unlocked(home) as db:
        db.execute(statement, tuple(values))
    db.close()


def unlocked(home: Path) -> sqlite3.Connection:
    """Open the database of a home with its fences taken away."""
    db = sqlite3.connect(home / "entrepot.db")
    db.execute("PRAGMA ignore_check_constraints = ON")
    names = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in names:
        db.execute(f'DROP TRIGGER "{name}"')
    return db


def flip_a_cell(home: Path, tables: Sequence[str], chance: random.Random) -> str:
    """Change one byte of a random cell of the tables; return which cell it was.

    Another cell is taken where the database refuses the change: two rows with one key.
    """
    db = unlocked(home)
    while True:
        table = chance.choice(tables)
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        column = chance.choice(columns)
        rows = [row[0] for row in db.execute(f"SELECT rowid FROM {table}")]
        row = chance.choice(rows)
        value = db.execute(f'SELECT "{column}" FROM {table} WHERE rowid = ?', (row,)).fetchone()[0]
        try:
            _write(db, table, column, row, flipped(value, chance))
        except sqlite3.IntegrityError:
            continue
        db.commit()
        db.close()
        return f"{table}.{column} of row {row}"


def flipped(value: int | str, chance: random.Random) -> int | bytes:
    """Return a value with one byte changed; one byte is added where there is none."""
    if isinstance(value, int):
        stored = bytearray(value.to_bytes(8, "big", signed=True))
        stored[chance.randrange(8)] ^= chance.randint(1, 255)
        return int.from_bytes(stored, "big", signed=True)
    stored = bytearray(value.encode())
    if not stored:
        return b"x"
    stored[chance.randrange(len(stored))] ^= chance.randint(1, 255)
    return bytes(stored)


def _write(db: sqlite3.Connection, table: str, column: str, row: int, changed: int | bytes) -> None:
    place = "CAST(? AS TEXT)" if isinstance(changed, bytes) else "?"
    db.execute(f'UPDATE {table} SET "{column}" = {place} WHERE rowid = ?', (changed, row))
