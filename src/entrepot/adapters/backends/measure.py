"""Rate this machine by a real matrix multiplication, in FP64 and FP32.

C = A · B of n × n matrices takes 2n³ − n² operations; 2n³ is counted, as the Linpack community
does. The best of several runs is taken, since every disturbance only slows a run down.
"""

from __future__ import annotations

import platform
import time
from datetime import date
from pathlib import Path

from entrepot.kernel.compute import Basis, Density, Engine, Precision, Rating
from entrepot.kernel.errors import Invalid
from entrepot.kernel.text import N_

SIDE = 1024
RUNS_MIN = 3
SECONDS_MAX = 60
_DTYPES = ((Precision.FP64, "float64"), (Precision.FP32, "float32"))


def measure_host(measured_on: date, seconds: float = 2.0, side: int = SIDE) -> list[Rating]:
    """Multiply matrices for a while and say how fast this machine was.

    Args:
        measured_on: day that the rating names.
        seconds: time for both precisions together; each runs at least three times.
        side: n, rows of a matrix.

    Returns:
        A measured, dense rating for FP64 and one for FP32; the engine is ``vector``, since a
        host processor has no matrix engine that would be used here.

    Raises:
        Invalid: time or size out of range.
    """
    if not (0 < seconds <= SECONDS_MAX and 16 <= side <= 8192):
        raise Invalid(
            "measure.range",
            N_("A measurement takes more than 0 and at most {most} seconds."),
            hint=N_("Try --seconds 2."),
            most=SECONDS_MAX,
        )
    source = f"matrix multiplication {side} x {side} on {cpu_model()}, {measured_on.isoformat()}"
    return [
        Rating(
            _best_mflops(dtype, side, seconds / len(_DTYPES)),
            precision,
            Density.DENSE,
            Engine.VECTOR,
            Basis.MEASURED,
            source,
        )
        for precision, dtype in _DTYPES
    ]


def cpu_model(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Return the name of the processor, as well as the system knows it."""
    try:
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name" and value.strip():
                return value.strip()
    except OSError:
        pass
    return platform.processor() or platform.machine() or "a processor not named by the system"


def mflops_of(side: int, elapsed_ns: int) -> int:
    """Return 10⁶ operations per second of one product: 2n³ · 10³ / ns, rounded down.

    >>> mflops_of(1000, 2_000_000_000)
    1000
    """
    return 2 * side**3 * 1000 // max(1, elapsed_ns)


def _best_mflops(dtype: str, side: int, seconds: float) -> int:
    import numpy as np

    draw = np.random.default_rng(20261121)
    a, b = (draw.random((side, side)).astype(dtype) for _ in range(2))
    out = np.empty((side, side), dtype=dtype)
    np.matmul(a, b, out=out)  # Threads and pages are made before the clock runs.
    best_ns, runs, started = 1 << 62, 0, time.perf_counter_ns()
    while runs < RUNS_MIN or time.perf_counter_ns() - started < seconds * 1e9:
        begin = time.perf_counter_ns()
        np.matmul(a, b, out=out)
        best_ns = min(best_ns, time.perf_counter_ns() - begin)
        runs += 1
    return mflops_of(side, best_ns)
