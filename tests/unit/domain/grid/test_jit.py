"""Compiled without counting references, and as any other function where numba cannot."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from entrepot.domain.grid import jit

if TYPE_CHECKING:
    import pytest
    from numpy.typing import NDArray


def total(values: NDArray[np.int64]) -> int:
    """Return the sum of some numbers."""
    found = 0
    for place in range(values.size):
        found += values[place]
    return found


def options_of(function: object) -> dict[str, object]:
    """Return the options a function is compiled with."""
    return cast("Any", function).targetoptions


def test_the_numba_at_hand_counts_no_references() -> None:
    assert options_of(jit.lean(total))["_nrt"] is False


def test_a_numba_without_the_private_option_compiles_as_usual(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    options: Any = import_module("numba.core.options")
    monkeypatch.delattr(options.DefaultOptions, "_nrt")
    made = jit.lean(total)
    assert "_nrt" not in options_of(made)
    assert made(np.arange(5)) == 10
