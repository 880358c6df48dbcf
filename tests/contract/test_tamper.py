"""Whoever edits a row behind the program's back is found, whatever column and table."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import DatabaseError, IntegrityError
from tests.contract.ledger_homes import fresh, furnish

from entrepot.adapters.sql import ledger_chain, ledger_store
from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.checkpoint import read_checkpoint
from entrepot.adapters.sql.checks import check_ledger, verify_journal
from entrepot.adapters.sql.engine import open_engine, writing
from entrepot.adapters.sql.ledger_rows import TRANSFER_CHAINED
from entrepot.adapters.sql.metadata import meta
from entrepot.domain.oversight.model import Problem
from entrepot.kernel.errors import EntrepotError

LEDGER = ("ledger_account", "ledger_transfer", "ledger_batch")
JOURNAL = ("journal", "idempotency_key", "meta")
CELLS = 500

Check = Callable[[Connection], list[Problem]]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Engine]:
    engine = fresh("sqlite", tmp_path)
    furnish(engine, tmp_path / "checkpoint")
    yield engine
    engine.dispose()


def unlock(conn: Connection) -> None:
    """Take away the second fence, as an insider with the file would."""
    conn.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    conn.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    names = conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for name in names.scalars().all():
        conn.exec_driver_sql(f'DROP TRIGGER "{name}"')


def tampered(engine: Engine, edit: Callable[[Connection], None], check: Check) -> list[Problem]:
    """Return what a check finds after an edit; the edit is undone afterwards."""
    with writing(engine) as conn:
        conn.begin()
        unlock(conn)
        edit(conn)
        found = check(conn)
        conn.rollback()
        return found


def check_of(table: str) -> Check:
    return check_ledger if table in LEDGER else verify_journal


def cells(engine: Engine) -> list[tuple[str, str, int]]:
    """Return (table, column, rowid) of every cell of the ledger and the journal."""
    found: list[tuple[str, str, int]] = []
    with engine.connect() as conn:
        for table in (*LEDGER, *JOURNAL):
            rows = conn.exec_driver_sql(f"SELECT rowid FROM {table}").scalars().all()
            names = [str(column["name"]) for column in inspect(conn).get_columns(table)]
            found.extend((table, name, int(row)) for name in names for row in rows)
    return found


def flip(value: int | str, chance: random.Random) -> int | bytes:
    """Return the value with one byte changed, added where there is none."""
    if isinstance(value, int):
        stored = bytearray(value.to_bytes(8, "big", signed=True))
        stored[chance.randrange(8)] ^= chance.randint(1, 255)
        return int.from_bytes(stored, "big", signed=True)
    stored = bytearray(value.encode())
    if not stored:
        return b"x"
    stored[chance.randrange(len(stored))] ^= chance.randint(1, 255)
    return bytes(stored)


def flip_cell(conn: Connection, cell: tuple[str, str, int], chance: random.Random) -> None:
    table, column, row = cell
    value = conn.exec_driver_sql(f'SELECT "{column}" FROM {table} WHERE rowid = ?', (row,)).scalar()
    assert isinstance(value, int | str)
    changed = flip(value, chance)
    place = "CAST(? AS TEXT)" if isinstance(changed, bytes) else "?"
    conn.exec_driver_sql(f'UPDATE {table} SET "{column}" = {place} WHERE rowid = ?', (changed, row))


def missed(engine: Engine, chosen: list[tuple[str, str, int]], chance: random.Random) -> list[Any]:
    """Return the cells whose one-byte edit the check of their table does not find."""
    unnoticed: list[Any] = []
    for cell in chosen:
        try:
            found = tampered(
                engine, lambda conn, c=cell: flip_cell(conn, c, chance), check_of(cell[0])
            )
        except IntegrityError:
            continue  # The database itself refused the edit: two rows with one key.
        if not found:
            unnoticed.append(cell)
    return unnoticed


def test_a_sound_home_stays_sound(home: Engine) -> None:
    for check in (check_ledger, verify_journal):
        assert tampered(home, lambda conn: None, check) == []


def test_one_byte_of_any_random_cell_is_found(home: Engine) -> None:
    chance = random.Random(20261121)
    assert missed(home, chance.choices(cells(home), k=CELLS), chance) == []


def test_one_byte_of_every_column_is_found(home: Engine) -> None:
    chance = random.Random(7)
    columns: dict[tuple[str, str], list[tuple[str, str, int]]] = {}
    for cell in cells(home):
        columns.setdefault(cell[:2], []).append(cell)
    chosen = [chance.choice(group) for group in columns.values()]
    assert len(chosen) > 40
    assert missed(home, chosen, chance) == []


@pytest.mark.parametrize("column", ["cause", "code", "t"])
def test_a_chain_that_skips_a_column_would_be_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: str
) -> None:
    """Planted bug: the hash leaves one column out, and this file's search tells."""
    index, right = TRANSFER_CHAINED.index(column), ledger_chain.batch_hash

    def skipping(before: Any, t: int, opened: Any, closed: Any, columns: Any) -> str:
        blind = [*columns[:index], *columns[index + 1 :]]
        return right(before, t, opened, closed, blind)

    monkeypatch.setattr(ledger_chain, "batch_hash", skipping)
    monkeypatch.setattr(ledger_store, "batch_hash", skipping)
    engine = fresh("sqlite", tmp_path)
    furnish(engine)
    chosen = [cell for cell in cells(engine) if cell[:2] == ("ledger_transfer", column)]
    assert missed(engine, chosen, random.Random(1))
    engine.dispose()


def run(*statements: str) -> Callable[[Connection], None]:
    def edit(conn: Connection) -> None:
        for statement in statements:
            conn.exec_driver_sql(statement)

    return edit


LAST_BATCH = "(SELECT max(seq) FROM ledger_batch)"


@pytest.mark.parametrize(
    "statements",
    [
        ["UPDATE ledger_account SET debits_posted = debits_posted + 1 WHERE code = 'bank'"],
        ["UPDATE ledger_account SET closed_batch = 0"],
        ["UPDATE ledger_account SET owner = 'G' WHERE owner = 'F'"],
        ["DELETE FROM ledger_account WHERE code = 'fund'"],
        ["DELETE FROM ledger_transfer WHERE id = 'T-x2'"],
        [f"DELETE FROM ledger_batch WHERE seq = {LAST_BATCH}"],
        ["DELETE FROM ledger_transfer", "DELETE FROM ledger_batch", "DELETE FROM ledger_account"],
        ["UPDATE ledger_transfer SET amount = 2100 - amount WHERE link_group = 'X-1'"],
        ["UPDATE ledger_transfer SET seq = 1000 + seq WHERE seq > 9"],
        [
            "INSERT INTO ledger_transfer SELECT seq + 1, batch, 'T-new', debit, credit, amount,"
            " asset, code, phase, '', timeout_s, '', cause, t FROM ledger_transfer"
            " ORDER BY seq DESC LIMIT 1"
        ],
        [
            # The last batch with all that it did, taken out without a trace in the ledger.
            f"DELETE FROM ledger_account WHERE opened_batch = {LAST_BATCH}",
            f"DELETE FROM ledger_batch WHERE seq = {LAST_BATCH}",
        ],
    ],
)
def test_edits_swaps_and_cuts_of_the_ledger_are_found(home: Engine, statements: list[str]) -> None:
    assert tampered(home, run(*statements), check_ledger)


@pytest.mark.parametrize(
    "statements",
    [
        ["DELETE FROM journal WHERE seq = 3"],
        ["DELETE FROM idempotency_key WHERE journal_seq = 3"],
        ["DELETE FROM idempotency_key", "DELETE FROM journal"],
        [
            "DELETE FROM idempotency_key WHERE journal_seq = 10",
            "DELETE FROM journal WHERE seq = 10",
        ],
        ["UPDATE journal SET seq = 1000 + seq"],
        ["UPDATE journal SET actor = 'thief' WHERE seq = 2"],
        ["UPDATE idempotency_key SET response = '{}' WHERE journal_seq = 2"],
        ["UPDATE meta SET value = 'H-0' WHERE key = 'home_id'"],
        ["DELETE FROM meta WHERE key = 'journal_head'"],
    ],
)
def test_edits_and_cuts_of_the_journal_are_found(home: Engine, statements: list[str]) -> None:
    assert tampered(home, run(*statements), verify_journal)


def test_a_consistent_cut_is_found_by_the_checkpoint(home: Engine, tmp_path: Path) -> None:
    def cut(conn: Connection) -> None:
        last = conn.exec_driver_sql("SELECT max(seq) FROM journal").scalar_one()
        conn.exec_driver_sql("DELETE FROM idempotency_key WHERE journal_seq = ?", (last,))
        conn.exec_driver_sql("DELETE FROM journal WHERE seq = ?", (last,))
        conn.exec_driver_sql(
            "UPDATE meta SET value = (SELECT seq || ':' || hash FROM journal ORDER BY seq DESC"
            " LIMIT 1) WHERE key = 'journal_head'"
        )

    checkpoint = read_checkpoint(tmp_path / "checkpoint")
    assert checkpoint is not None
    assert tampered(home, cut, verify_journal) == []
    assert tampered(home, cut, check_ledger)
    assert tampered(home, cut, lambda conn: verify_journal(conn, checkpoint))


def contents(path: Path) -> object:
    """Return every row of the ledger and the journal, or what reading them ends in."""
    try:
        engine = open_engine(f"sqlite:///{path}")
        with engine.connect() as conn:
            named = [*(getattr(tables, n) for n in _NAMES), meta]
            found = [conn.execute(table.select()).all() for table in named]
        engine.dispose()
    except (EntrepotError, DatabaseError) as error:
        return type(error)
    return found


_NAMES = ("account", "transfer", "batch", "journal", "idempotency_key")


def test_one_byte_of_the_file_is_found(home: Engine, tmp_path: Path) -> None:
    """Flips on the disk itself: whatever changes a row, or keeps it from being read, is told."""
    home.dispose()
    whole = (tmp_path / "entrepot.db").read_bytes()
    right = contents(tmp_path / "entrepot.db")
    chance, changed = random.Random(3), 0
    for number in range(200):
        path = tmp_path / f"flip{number}.db"
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= chance.randint(1, 255)
        path.write_bytes(damaged)
        if contents(path) == right:
            continue
        changed += 1
        assert _told(path), f"flip {number} went unnoticed"
    assert changed > 0


def _told(path: Path) -> bool:
    try:
        engine = open_engine(f"sqlite:///{path}")
        with engine.connect() as conn:
            return bool(check_ledger(conn) or verify_journal(conn))
    except (EntrepotError, DatabaseError):
        return True


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b'{"home_id": "H-TEST"}'])
def test_an_edited_checkpoint_is_found(home: Engine, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "checkpoint").write_bytes(content)
    edited = read_checkpoint(tmp_path / "checkpoint")
    assert tampered(home, lambda conn: None, lambda conn: verify_journal(conn, edited))
    assert read_checkpoint(tmp_path / "none") is None
