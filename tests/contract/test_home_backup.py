"""A backup brings the home back, or says why not; a damaged one never takes a home's place."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from tests.contract.ledger_homes import DATABASES, empty, furnish, post
from tests.contract.postgres_server import server_url

from entrepot.adapters.sql import home_backup, table_copy
from entrepot.adapters.sql import ledger_tables as tables
from entrepot.adapters.sql.checkpoint import read_checkpoint
from entrepot.adapters.sql.checks import check_ledger, verify_journal
from entrepot.adapters.sql.database import SqlDatabase
from entrepot.adapters.sql.engine import open_engine, writing
from entrepot.adapters.sql.metadata import SCHEMA_VERSION, metadata
from entrepot.adapters.sql.migrate import migrate_to, open_store
from entrepot.adapters.sql.unit_of_work import read_factory
from entrepot.domain.ledger.model import Transfer
from entrepot.kernel.canonical import canonical_json, sha256_hex
from entrepot.kernel.errors import Conflict, EntrepotError, Fault, Invalid, NotFound, Refused

FLIPS = 60
KEY = b"the key of a meter"


def quiet(_done: int, _whole: int) -> None:
    """Tell nobody."""


def database(kind: str, home: Path) -> SqlDatabase:
    url = f"sqlite:///{home}/entrepot.db" if kind == "sqlite" else server_url()
    return SqlDatabase(url, home)


def furnished(kind: str, home: Path) -> SqlDatabase:
    """Return a home with books, a key and a paper."""
    for name in ("keys", "documents/invoices", "cache", "jobs/J-1"):
        (home / name).mkdir(parents=True)
    (home / "keys" / "gz").write_bytes(KEY)
    (home / "keys" / "gz").chmod(0o600)
    (home / "documents" / "invoices" / "1.pdf").write_bytes(b"%PDF" + bytes(range(256)) * 9)
    (home / "cache" / "facts").write_bytes(b"made again at any time")
    (home / "jobs" / "J-1" / "link").symlink_to("/etc/passwd")
    found = database(kind, home)
    clean(found)
    engine = open_store(found.url.render_as_string(hide_password=False), "H-KEPT")
    furnish(engine, home / "journal.head")
    engine.dispose()
    return found


def clean(found: SqlDatabase) -> None:
    """Empty a database on a server; a file is not there yet."""
    if found.file is None:
        with found.opened() as engine:
            empty(engine)


@pytest.fixture(params=DATABASES)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlDatabase]:
    yield furnished(request.param, tmp_path / "home")


def proven(found: SqlDatabase) -> bool:
    with found.opened() as engine, read_factory(engine)() as uow:
        assert check_ledger(uow.conn) == []
        assert verify_journal(uow.conn, read_checkpoint(found.home / "journal.head")) == []
    return True


@pytest.mark.parametrize("to", DATABASES)
def test_a_home_comes_back_on_either_database(kept: SqlDatabase, to: str, tmp_path: Path) -> None:
    before, file = kept.info().contents, tmp_path / "b.tar"
    manifest = kept.backup(file, 1_700_000_000, quiet)
    assert file.stat().st_mode & 0o777 == 0o600
    assert manifest.contents == before
    assert manifest.left_out == 1
    shutil.rmtree(kept.home)
    again = database(to, tmp_path / "again")
    clean(again)
    restored = again.restore(file, quiet, force=False)
    assert (restored.aside, restored.manifest) == (None, manifest)
    assert again.info().contents == before
    assert again.differences() == []
    assert proven(again)
    key = again.home / "keys" / "gz"
    assert (key.read_bytes(), key.stat().st_mode & 0o777) == (KEY, 0o600)
    assert sorted(p.name for p in again.home.iterdir() if not p.name.startswith("entrepot.db")) == [
        "documents",
        "journal.head",
        "keys",
    ]
    engine = open_engine(again.url.render_as_string(hide_password=False))
    post(engine, "after", [Transfer("T-after", "bank", "prepaid:F", 7, "HKD")], 2_000)
    engine.dispose()
    assert proven(again)
    assert [p.name for p in tmp_path.iterdir() if "restoring" in p.name] == []


def test_writers_go_on_while_a_backup_is_taken(kept: SqlDatabase, tmp_path: Path) -> None:
    stop, written = threading.Event(), list[int]()
    engine = open_engine(kept.url.render_as_string(hide_password=False))

    def write() -> None:
        while not stop.is_set() and len(written) < 2_000:
            n = len(written)
            post(engine, f"w{n}", [Transfer(f"T-w{n}", "bank", "prepaid:F", 1, "HKD")], 3_000)
            written.append(n)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        manifests = [kept.backup(tmp_path / f"{n}.tar", n, quiet) for n in range(3)]
    finally:
        stop.set()
        writer.join()
        engine.dispose()
    heads = [manifest.contents.journal_seq for manifest in manifests]
    assert heads == sorted(heads)
    assert heads[0] < kept.info().contents.journal_seq
    for n, manifest in enumerate(manifests):
        again = database("sqlite", tmp_path / f"again{n}")
        again.restore(tmp_path / f"{n}.tar", quiet, force=False)
        assert again.info().contents == manifest.contents
        assert proven(again)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of a home on SQLite; the home itself is gone."""
    home = furnished("sqlite", tmp_path / "home")
    home.backup(tmp_path / "b.tar", 1_700_000_000, quiet)
    shutil.rmtree(home.home)
    return tmp_path / "b.tar"


def restored(file: Path, folder: Path) -> SqlDatabase:
    found = database("sqlite", folder)
    found.restore(file, quiet, force=False)
    return found


def test_a_flipped_byte_is_found_or_means_nothing(backup: Path, tmp_path: Path) -> None:
    chance, whole = random.Random(20261121), backup.read_bytes()
    right, refused = restored(backup, tmp_path / "right").info().contents, 0
    for number in range(FLIPS):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        damaged = tmp_path / "damaged.tar"
        damaged.write_bytes(data)
        folder = tmp_path / f"h{number}"
        try:
            assert restored(damaged, folder).info().contents == right
            assert (folder / "keys" / "gz").read_bytes() == KEY
        except EntrepotError as error:
            assert isinstance(error, Invalid | Refused), error
            assert not folder.exists()
            refused += 1
    assert refused > FLIPS // 2


@pytest.mark.parametrize("ppm", [0, 10_000, 500_000, 990_000, 999_999])
def test_a_backup_cut_short_is_refused(backup: Path, ppm: int, tmp_path: Path) -> None:
    data = backup.read_bytes()
    backup.write_bytes(data[: len(data) * ppm // 1_000_000])
    with pytest.raises(Invalid, match="damaged"):
        restored(backup, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_no_file_and_no_backup(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        restored(tmp_path / "none.tar", tmp_path / "again")
    (tmp_path / "text").write_text("money" * 1_000, encoding="utf-8")
    with pytest.raises(Invalid):
        restored(tmp_path / "text", tmp_path / "again")


def rewritten(file: Path, change: dict[str, Any], member: str = "", data: bytes = b"") -> None:
    """Write a backup anew with another manifest, its digest right, and perhaps one member more."""
    with tarfile.open(file) as tar:
        held = {m.name: tar.extractfile(m).read() for m in tar.getmembers()}  # type: ignore[union-attr]
    body = json.loads(held.pop(home_backup.MANIFEST))
    body.pop("digest")
    for key, value in change.items():
        body[key] = value(body[key]) if callable(value) else value
    if member:
        held[member] = data
    held[home_backup.MANIFEST] = canonical_json(
        {**body, "digest": sha256_hex(canonical_json(body))}
    )
    with tarfile.open(file, "w") as tar:
        for name, content in held.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


@pytest.mark.parametrize("name", ["home/../../evil", "/evil", "evil", "home", "home/../evil"])
def test_a_name_that_leads_out_of_the_home_is_refused(
    backup: Path, name: str, tmp_path: Path
) -> None:
    entry = {"name": name, "size": 4, "sha256": sha256_hex(b"evil"), "mode": 0o644}
    rewritten(backup, {"files": lambda files: [*files, entry]}, name, b"evil")
    with pytest.raises(Invalid, match="damaged"):
        restored(backup, tmp_path / "a" / "again")
    assert list(tmp_path.rglob("evil")) == []


def test_a_newer_backup_and_another_form_are_refused(backup: Path, tmp_path: Path) -> None:
    for change in ({"schema": SCHEMA_VERSION + 1}, {"format": "entrepot-backup/9"}):
        rewritten(backup, change)
        with pytest.raises(Refused, match="newer"):
            restored(backup, tmp_path / "again")


def test_contents_that_are_not_those_stated_are_refused(backup: Path, tmp_path: Path) -> None:
    rewritten(backup, {"contents": lambda held: {**held, "journal_seq": held["journal_seq"] + 1}})
    with pytest.raises(Invalid, match="database"):
        restored(backup, tmp_path / "again")


def test_books_that_do_not_prove_are_not_restored(tmp_path: Path) -> None:
    home = furnished("sqlite", tmp_path / "home")
    with home.opened() as engine, writing(engine) as conn, conn.begin():
        conn.execute(tables.account.update().values(debits_posted=99))
    home.backup(tmp_path / "b.tar", 1, quiet)
    with pytest.raises(Refused, match="do not prove"):
        restored(tmp_path / "b.tar", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_an_older_backup_is_upgraded_on_the_way_back(tmp_path: Path) -> None:
    home = furnished("sqlite", tmp_path / "home")
    with home.opened() as engine:
        migrate_to(engine, 1)
    assert home.backup(tmp_path / "b.tar", 1, quiet).schema == 1
    again = restored(tmp_path / "b.tar", tmp_path / "again")
    assert again.info().schema == SCHEMA_VERSION
    assert again.differences() == []
    assert [p.name for p in again.home.iterdir() if "schema" in p.name] == []


def test_nothing_is_written_over(backup: Path, tmp_path: Path) -> None:
    again = restored(backup, tmp_path / "again")
    with pytest.raises(Conflict, match="there already"):
        again.backup(backup, 1, quiet)
    with pytest.raises(Conflict, match="lies already"):
        again.restore(backup, quiet, force=False)
    (again.home / "keys" / "mine").write_text("x", encoding="utf-8")
    aside = again.restore(backup, quiet, force=True).aside
    assert aside is not None
    assert aside == tmp_path / "again.before-restore-1"
    assert (aside / "keys" / "mine").exists()
    assert not (again.home / "keys" / "mine").exists()
    assert proven(again)


def test_a_folder_in_use_without_a_database_is_not_taken(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(Conflict, match="not empty"):
        restored(backup, tmp_path / "again")


def test_a_place_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    home = furnished("sqlite", tmp_path / "home")
    with pytest.raises(Fault, match="cannot be written"):
        home.backup(tmp_path / "nowhere" / "b.tar", 1, quiet)
    assert [p.name for p in tmp_path.iterdir()] == ["home"]


def test_a_log_that_grows_is_cut_and_one_that_shrinks_is_said(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"12345678")
    with log.open("rb") as file:
        log.open("ab").write(b"9")
        reader = home_backup._Measured(file, 8)
        assert reader.read(100) == b"12345678"
    with log.open("rb") as file:
        os.truncate(log, 3)
        with pytest.raises(Fault, match="shorter"):
            home_backup._Measured(file, 8).read(100)


@pytest.mark.parametrize(("source", "target"), [DATABASES, DATABASES[::-1]])
def test_a_copy_holds_the_same(source: str, target: str, tmp_path: Path) -> None:
    one = furnished(source, tmp_path / "home")
    (tmp_path / "other").mkdir()
    two = database(target, tmp_path / "other")
    clean(two)
    told: list[tuple[int, int]] = []
    url = two.url.render_as_string(hide_password=False)
    shown, held = one.copy_to(url, lambda *step: told.append(step))
    assert held == one.info().contents == two.info().contents
    assert told[-1] == (sum(held.rows.values()),) * 2
    assert shown == two.address
    assert two.differences() == []
    with pytest.raises(Conflict, match="lies already"):
        one.copy_to(url, quiet)


def test_a_copy_that_differs_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = furnished("sqlite", tmp_path / "home")
    right = table_copy._chunks

    def forgetful(source: Any, table: Any) -> Iterator[Any]:
        for rows in right(source, table):
            yield rows[:-1] if table.name == "ledger_transfer" else rows

    monkeypatch.setattr(table_copy, "_chunks", forgetful)
    for kind in DATABASES:
        (tmp_path / kind).mkdir()
        two = database(kind, tmp_path / kind)
        clean(two)
        with pytest.raises(Fault, match="ledger_transfer"):
            one.copy_to(two.url.render_as_string(hide_password=False), quiet)
        assert two.empty()


def test_a_zero_character_is_refused_by_name(tmp_path: Path) -> None:
    one, two = furnished("sqlite", tmp_path / "home"), database("postgresql", tmp_path / "other")
    clean(two)
    row = {"key": "odd", "value": "a\x00b"}
    with one.opened() as engine, writing(engine) as conn, conn.begin():
        conn.execute(insert(metadata.tables["meta"]).values(row))
    with pytest.raises(Refused, match="table meta"):
        one.copy_to(two.url.render_as_string(hide_password=False), quiet)
    assert two.empty()


def test_counters_of_the_server_go_on_after_the_numbers_copied(tmp_path: Path) -> None:
    one, two = furnished("sqlite", tmp_path / "home"), database("postgresql", tmp_path / "other")
    clean(two)
    one.copy_to(two.url.render_as_string(hide_password=False), quiet)
    with two.opened() as engine, engine.connect() as conn:
        query = text(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c "
            "WHERE c.table_schema = current_schema() AND c.column_default LIKE 'nextval%'"
        )
        counters = [tuple(row) for row in conn.execute(query)]
    for name, column in counters:
        table = metadata.tables[name]
        with two.opened() as engine, writing(engine) as conn, conn.begin():
            last = conn.execute(select(table.c[column]).order_by(table.c[column].desc())).first()
            following = conn.execute(
                text(f"SELECT nextval(pg_get_serial_sequence('{name}', '{column}'))")
            ).scalar_one()
            assert following == (last[0] if last else 0) + 1


def test_a_manifest_says_every_file_once(backup: Path) -> None:
    with tarfile.open(backup) as tar:
        names = [member.name for member in tar.getmembers()]
    assert names[0] == home_backup.DATABASE
    assert names[-1] == home_backup.MANIFEST
    assert len(names) == len(set(names))
    assert not any("cache" in name or "link" in name for name in names)


def test_a_database_of_another_name_is_saved_once_and_put_back_there(tmp_path: Path) -> None:
    home = furnished("sqlite", tmp_path / "home").home
    for suffix in ("", "-wal", "-shm"):
        if (home / f"entrepot.db{suffix}").exists():
            (home / f"entrepot.db{suffix}").rename(home / f"books.db{suffix}")
    found = SqlDatabase(f"sqlite:///{home}/books.db", home)
    manifest = found.backup(tmp_path / "b.tar", 1, quiet)
    assert not any("books" in entry.name for entry in manifest.files)
    (tmp_path / "elsewhere").mkdir()
    other = SqlDatabase(f"sqlite:///{tmp_path}/elsewhere/x.db", tmp_path / "again")
    other.restore(tmp_path / "b.tar", quiet, force=False)
    assert other.info().contents == manifest.contents
    assert sorted(p.name for p in other.home.iterdir()) == ["documents", "journal.head", "keys"]


def test_a_home_without_a_journal_is_kept_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/home/entrepot.db"
    (tmp_path / "home").mkdir()
    open_store(url, "H-NEW").dispose()
    found = SqlDatabase(url, tmp_path / "home")
    held = found.backup(tmp_path / "b.tar", 1, quiet).contents
    assert replace(held, rows={}).journal_seq == 0
    assert restored(tmp_path / "b.tar", tmp_path / "again").info().contents == held
