"""A furnished desk for every test of a service."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.services.desk import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(tmp_path / "home")
