"""A retry never charges twice, whenever the server dies (TRUST row 4)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from tests.contract.ledger_homes import fresh
from tests.contract.postgres_server import server_url
from tests.faults.retry_storm import HOME, THREADS, amount_of
from tests.sizes import figure, size

from entrepot.adapters.sql.checks import check_ledger, verify_journal
from entrepot.adapters.sql.migrate import open_store
from entrepot.adapters.sql.unit_of_work import read_factory

ROOT = Path(__file__).parents[2]
KEYS = {
    "sqlite": size("RETRY_KEYS", 200, 10_000),
    "postgresql": size("RETRY_KEYS_POSTGRES", 20, 1_000),
}


def storm(url: str, keys: int, kind: str = "real") -> dict[str, Any]:
    """Let clients storm a server over an empty store; return what they were told."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.retry_storm", url, str(keys), "11", kind],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def emptied(database: str, folder: Path) -> tuple[str, Engine]:
    """Return the address of an empty store, and the store."""
    if database == "sqlite":
        url = f"sqlite:///{folder}/entrepot.db"
        return url, open_store(url, HOME)
    return server_url(), fresh(database, folder)


@pytest.mark.parametrize("database", KEYS)
def test_one_key_is_one_charge_however_often_it_is_asked(database: str, tmp_path: Path) -> None:
    keys, begun = KEYS[database], time.monotonic()
    url, engine = emptied(database, tmp_path)
    engine.dispose()
    told = storm(url, keys)
    answers: dict[str, list[str]] = told["answers"]
    seconds = round(time.monotonic() - begun, 1)
    figure("retries", database=database, keys=keys, deaths=told["deaths"], seconds=seconds)
    assert all(len(some) == THREADS for some in answers.values())
    assert {key: len(set(some)) for key, some in answers.items() if len(set(some)) > 1} == {}
    with read_factory(engine)() as uow:
        causes = Counter(one.cause for _, one in uow.ledger.transfers())
        paid = uow.ledger.balance("bank").debit_net
        assert check_ledger(uow.conn) == []
        assert verify_journal(uow.conn, None) == []
    engine.dispose()
    assert causes == Counter(answers.keys())
    assert paid == sum(amount_of(key) for key in answers)
    # Four keys of five see the server die at least once.
    assert told["deaths"] > keys / 2


def test_without_kept_keys_it_would_charge_again(tmp_path: Path) -> None:
    """Planted bug: answers are not kept under their keys."""
    url, engine = emptied("sqlite", tmp_path)
    engine.dispose()
    answers: dict[str, list[str]] = storm(url, 3, "planted")["answers"]
    assert any(len(set(some)) > 1 for some in answers.values())
    with read_factory(engine)() as uow:
        assert len(uow.ledger.transfers()) > len(answers)
    engine.dispose()
