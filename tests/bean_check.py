"""Beancount's own check of a journal, in a process and an environment of its own.

Beancount is under the GPL: it is never imported here, only run where it is installed. It is looked
for in BEAN_CHECK, in ``build/beancount`` and on the path.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PLACES = (
    os.environ.get("BEAN_CHECK", ""),
    str(ROOT / "build" / "beancount" / "bin" / "bean-check"),
)


@cache
def program() -> str:
    """Return the path of ``bean-check``; skip the test where there is none."""
    found = next((p for p in PLACES if p and Path(p).exists()), None) or shutil.which("bean-check")
    if found is None:
        pytest.skip("bean-check is not installed; .ci/run shows how")
    return found


def complaints(journal: Path) -> str:
    """Return what ``bean-check`` has to say on a journal; empty when it accepts it."""
    run = subprocess.run(
        [program(), "--no-cache", str(journal)], capture_output=True, text=True, timeout=120
    )
    return "" if run.returncode == 0 else run.stdout + run.stderr
