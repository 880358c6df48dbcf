"""The roof: everything is made at its first use, and a home that cannot be used is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from entrepot.bootstrap import EmbeddedApp, make_folder, open_app, read_file
from entrepot.kernel.errors import Fault, NotFound
from entrepot.services.settings import read_settings

HEAVY = ("sqlalchemy", "yaml", "numpy", "holidays", "alembic", "typst", "cryptography",
         "currency_converter", "rich", "pyiso20022", "babel")  # fmt: skip


def loaded_by(*statements: str) -> list[str]:
    """Return which heavy libraries some statements load in a fresh process."""
    code = "\n".join((
        "import sys",
        *statements,
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])",
    ))  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()[-1].split()


def test_help_and_the_roof_itself_load_nothing_heavy() -> None:
    help_ = "from entrepot.bootstrap import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    assert loaded_by(help_) == []
    roof = "from entrepot.bootstrap import open_app\nfrom entrepot.services.settings import *"
    assert loaded_by(roof, "open_app(read_settings({})).clock.now()") == []


def test_the_library_that_is_asked_for_is_seen() -> None:
    """Planted: a roof that opened its database at once would be noticed."""
    assert loaded_by("import entrepot.adapters.sql.store")[0] == "sqlalchemy"


def app_of(home: Path, *, create: bool = False, **more: str) -> EmbeddedApp:
    """Return the exchange over a home."""
    return open_app(read_settings({"ENTREPOT_HOME": str(home), **more}), create=create)


def test_a_missing_home_is_refused_and_nothing_is_made(tmp_path: Path) -> None:
    app = app_of(tmp_path / "home")
    assert not app.exists()
    with pytest.raises(NotFound) as caught:
        _ = app.store
    assert caught.value.code == "home.missing"
    assert "entrepot init" in caught.value.render_hint()
    assert list(tmp_path.iterdir()) == []


def test_a_home_is_made_when_it_may_be_and_found_again(tmp_path: Path) -> None:
    home = tmp_path / "a" / "home"
    app = app_of(home, create=True)
    assert app.store is app.store
    assert home.stat().st_mode & 0o777 == 0o700
    again = app_of(home)
    assert again.exists()
    assert again.store.journal_head()["home_id"] == app.store.journal_head()["home_id"]


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Fault) as caught:
        _ = app_of(tmp_path / "file" / "home", create=True).store
    assert caught.value.code == "home.unwritable"
    with pytest.raises(Fault):
        make_folder(tmp_path / "file")


def test_a_database_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "entrepot.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(Fault):
        _ = app_of(tmp_path).store


def test_a_file_that_cannot_be_read_is_not_found(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.yaml", tmp_path / ("x" * 300)):
        with pytest.raises(NotFound) as caught:
            read_file(path)
        assert caught.value.code == "file.missing"


def test_an_unknown_backend_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        app_of(tmp_path).backend("cloud")
    assert caught.value.code == "backend.unknown"


def test_a_centre_keeps_its_key(tmp_path: Path) -> None:
    first = app_of(tmp_path).meter_key("gz")
    assert app_of(tmp_path).meter_key("gz") == first
    assert app_of(tmp_path).meter_key("sz") != first
    assert not app_of(tmp_path).verify(first, b"message", bytes(64))


def test_examples_are_found(tmp_path: Path) -> None:
    assert app_of(tmp_path).example("firm.yaml").is_file()


def test_documents_are_saved_under_the_home(tmp_path: Path) -> None:
    path = app_of(tmp_path).save("a/b.json", b"{}")
    assert path == tmp_path / "documents" / "a" / "b.json"
    assert path.read_bytes() == b"{}"
