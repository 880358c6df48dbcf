"""A PostgreSQL server for the benchmarks, with its data on the disk that SQLite writes to."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from common import ROOT


def server() -> str | None:
    """Return the address of a running server, or None where none is installed."""
    if not (find_spec("psycopg") and find_spec("pytest")):
        return None
    import pytest

    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))
    from tests.contract.postgres_server import server_url

    try:
        return server_url()
    except pytest.skip.Exception:
        return None
