"""A PostgreSQL of the tests' own: one cluster a process, on a socket in its own folder."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

BINARIES = ("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt/postgresql")
OWNER = "postgres"
"""The server refuses to run as root; Debian's package makes this user for it."""


def server_url() -> str:
    """Return the address of a running server; started at the first call.

    Skips the test where PostgreSQL is not installed; on CI a skip is a failure.
    """
    given = os.environ.get("ENTREPOT_TEST_PG")
    if given:
        return given
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed (apt-get install postgresql)")
    return _start(programs)


def _programs() -> Path | None:
    found = [path.parent for root in BINARIES for path in Path(root).glob("**/bin/initdb")]
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else max(found, default=None)


@cache
def _start(programs: Path) -> str:
    folder = Path(tempfile.mkdtemp(prefix="entrepot-pg-"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam(OWNER)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data = str(folder / "data")
    _run(programs / "initdb", "-D", data, "-A", "trust", "-U", OWNER, "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c shared_buffers=32MB"
    log = str(folder / "log")
    _run(programs / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
    atexit.register(_stop, programs, folder)
    return f"postgresql://{OWNER}@/postgres?host={folder}"


def _stop(programs: Path, folder: Path) -> None:
    _run(programs / "pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def _run(*words: str | Path) -> None:
    as_owner = ("runuser", "-u", OWNER, "--") if os.geteuid() == 0 else ()
    subprocess.run([*as_owner, *map(str, words)], check=True, stdout=subprocess.DEVNULL, cwd="/")
