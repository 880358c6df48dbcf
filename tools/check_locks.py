"""Checks the lock files: every package pinned and hashed, no address, none of the barred names."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
_ADDRESS = re.compile(r"(?i)\b(?:[a-z][a-z0-9+.]*://|--(?:extra-)?index-url|--find-links)")
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)")


def problems_of(name: str, text: str) -> list[str]:
    """Return what is wrong with one lock file, a sentence each.

    >>> problems_of("x.lock", "click==8.2.0 --hash=sha256:00")
    []
    >>> problems_of("x.lock", "click>=8.2.0")
    ['x.lock:1: not pinned: click>=8.2.0']
    """
    found: list[str] = []
    joined = text.replace("\\\n", " ")
    for number, line in enumerate(text.splitlines(), 1):
        if _ADDRESS.search(line):
            found.append(f"{name}:{number}: an address: {line.strip()}")
        if line[:1].isalnum() and not _PIN.match(line):
            found.append(f"{name}:{number}: not pinned: {line.strip()}")
    for line in joined.splitlines():
        pin = _PIN.match(line)
        if pin and "--hash=sha256:" not in line:
            found.append(f"{name}: no hash: {pin[1]}")
    if not _PIN.search(joined) and not any(_PIN.match(line) for line in joined.splitlines()):
        found.append(f"{name}: pins nothing")
    return found


def main() -> int:
    """Check both locks; return 1 if anything is wrong."""
    found = [
        problem
        for name in LOCKS
        for problem in problems_of(name, (ROOT / name).read_text(encoding="utf-8"))
    ]
    print("\n".join(found) or "locks: pinned, hashed, no addresses")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
