"""The folder of shared data beside the checkout, or a skip that says it is not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def shared_data(*parts: str) -> Path:
    """Return a path in ``ENTREPOT_DATA`` or ``../shared/data``; skip the test if it is missing."""
    folder = Path(os.environ.get("ENTREPOT_DATA") or ROOT.parent / "shared" / "data")
    path = folder.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no shared data: {'/'.join(parts)}")
    return path
