"""Prices by descent of the dual, in parts that can be counted and repeated.

First multiplicative steps with an average of the tail, then steps to a target level; see
:mod:`.kernels_dual` for the equations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.tighten import MICRO, Steps, Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.market.kernels_dual import Descent

    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]

TAIL = 0.5
RATE = 0.12
DELTA_FIRST = 0.01


def start(work: Work, steps: Steps) -> Descent:
    """Begin at the price of the last step of every cell."""
    from entrepot.domain.market.kernels_dual import BEST, Descent

    cells, lines = steps.room.size, work.width.size
    some = steps.begin[1:] > steps.begin[:-1]
    pi = np.zeros(cells)
    pi[some] = steps.price[steps.begin[1:][some] - 1]
    usual = max(float(pi[some].mean()), 1e-6) if some.any() else 1.0
    pi[~some] = 10 * usual
    devices = np.maximum(steps.room / MICRO, 1.0)
    # The worth of a Mb/s: a twentieth of what is paid for the devices at its far end.
    over = work.link >= 0
    weight = float(work.mbps[over].sum()) / max(1.0, float(work.devices[over].sum()))
    rent = usual / max(weight, 1e-9) if over.any() else 0.0
    state = Descent(
        pi,
        np.zeros(lines),
        pi.copy(),
        np.zeros(lines),
        np.zeros(cells),
        np.zeros(lines),
        np.zeros(cells),
        np.zeros(lines),
        np.maximum(pi, 0.2 * usual) / devices,
        np.full(lines, 0.2 * rent) / np.maximum(work.wide, 1.0),
        np.zeros(8),
    )
    state.scalar[BEST] = np.inf
    return state


def multiplicative_part(work: Work, steps: Steps, state: Descent, count: int) -> None:
    """Take ``count`` multiplicative steps, then stand at the better of average and best."""
    from entrepot.domain.market import kernels_dual as kernels

    head = int(count * (1 - TAIL))
    for part, length in ((0, head), (1, count - head)):
        mean, flow = np.zeros(state.pi.size), np.zeros(state.mu.size)
        chunks = 10
        for chunk in range(chunks):
            done = (part * chunks + chunk) / (2 * chunks)
            rate = RATE * (1 - 0.9 * done)
            size = length * (chunk + 1) // chunks - length * chunk // chunks
            kernels.multiplicative(work, steps, state, size, rate, mean, flow)
        if part and length:
            state.pi[:] = mean / length
            state.mu[:] = flow / length
    take(work, steps, state)
    ready(work, steps, state)


def take(work: Work, steps: Steps, state: Descent) -> None:
    """Count the prices at which ``state`` stands, and go back to the best."""
    from entrepot.domain.market import kernels_dual as kernels

    value = kernels.evaluate(work, steps, state)
    if value < state.scalar[kernels.BEST]:
        state.scalar[kernels.BEST] = value
        state.best_pi[:] = state.pi
        state.best_mu[:] = state.mu


def ready(work: Work, steps: Steps, state: Descent) -> None:
    """Stand at the best prices, with the metric of these prices, for steps to a target."""
    from entrepot.domain.market import kernels_dual as kernels

    state.pi[:] = state.best_pi
    state.mu[:] = state.best_mu
    usual = float(state.pi.mean()) if state.pi.size else 1.0
    devices = np.maximum(steps.room / MICRO, 1.0)
    state.unit_pi[:] = np.maximum(state.pi, 0.1 * usual) / devices
    if state.mu.size:
        rent = float(state.mu.mean())
        state.unit_mu[:] = np.maximum(state.mu, rent) / np.maximum(work.wide, 1.0)
    state.way_pi[:] = 0.0
    state.way_mu[:] = 0.0
    state.scalar[kernels.DELTA] = DELTA_FIRST * max(abs(state.scalar[kernels.BEST]), 1e-9)
    state.scalar[kernels.FAILURES] = 0


def published(prices: Floats) -> Int64:
    """Round prices to micro-HKD; any prices not negative prove a bound."""
    return np.rint(np.maximum(prices, 0.0) * MICRO).astype(np.int64)
