"""Compile a function to machine code, once: the code is kept beside the module.

Modules that use this are imported late, inside functions, as numba takes a second to load.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Return ``function`` compiled by numba, free of the interpreter's lock."""
    numba: Any = import_module("numba")
    return numba.njit(cache=True, nogil=True, error_model="numpy")(function)


def lean(function: Callable[P, R]) -> Callable[P, R]:
    """Return ``function`` compiled without counting who uses an array.

    It may look into arrays that it was given, and cut pieces out of them, but make none. Counting
    takes a third of the time where a loop hands dozens of arrays to short functions. Where numba
    knows no such way, it is compiled as any other.
    """
    # The option is numba's own affair, and one that it does not know it refuses only when the
    # function is first called: so it is looked for before.
    if not hasattr(import_module("numba.core.options").DefaultOptions, "_nrt"):
        return compiled(function)
    numba: Any = import_module("numba")
    return numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function)
