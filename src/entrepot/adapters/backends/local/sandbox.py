"""Which sandbox works on this machine: each is tried for real before it is used."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from entrepot.adapters.backends.local.folder import JobFolder, read_json, write_json
from entrepot.adapters.backends.local.kinds import Kind
from entrepot.adapters.backends.local.processes import boot_id
from entrepot.adapters.backends.local.start import Order, start


def works(kind: Kind) -> bool:
    """Say whether a sandbox works here, by running a small job in it."""
    if kind.own_uid and os.geteuid() != 0:
        return False
    if kind.is_bwrap and not shutil.which("bwrap"):
        return False
    with tempfile.TemporaryDirectory(prefix="entrepot-probe-") as top:
        folder = JobFolder(Path(top))
        folder.work.mkdir()
        folder.tmp.mkdir()
        script = "import os; open('ok', 'w').close(); open('/tmp/ok', 'w').close()"
        if not kind.is_bwrap:
            script = "open('ok', 'w').close()"
        order = Order(f"probe-{os.getpid()}", ("python3", "-c", script), {}, 1 << 30, 1 << 20, 32)
        try:
            started = start(kind, folder, order)
        except OSError:
            return False
        with os.fdopen(started.log_fd, "rb") as log, os.fdopen(started.status_fd, "rb"):
            log.read()
        _, status = os.waitpid(started.pid, 0)
        return status == 0 and (folder.work / "ok").exists()


def best(cache: Path, wanted: str = "") -> Kind:
    """Return the best sandbox that works here; tried once a start of the machine.

    Args:
        cache: file that keeps the finding.
        wanted: kind to use without a trial, for an operator who knows better.

    Raises:
        ValueError: ``wanted`` is no kind.
    """
    if wanted:
        return Kind(wanted)
    key = f"{boot_id()} {os.geteuid()} {sys.executable} {shutil.which('bwrap')}"
    try:
        known = read_json(cache)
    except ValueError:
        known = None
    if known and known.get("key") == key:
        return Kind(str(known["kind"]))
    found = next((kind for kind in Kind if kind is not Kind.LIMITS and works(kind)), Kind.LIMITS)
    write_json(cache, {"key": key, "kind": found.value}, durable=False)
    return found
