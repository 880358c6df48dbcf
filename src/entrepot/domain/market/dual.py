"""Prices by descent of the dual, in parts that can be counted and repeated.

First multiplicative steps with an average of the tail, then steps to a target level; see
:mod:`.kernels_dual` for the equations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.pace import Pace
from entrepot.domain.market.tighten import MICRO, Steps, Work, trimmed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from entrepot.domain.market.kernels_dual import Descent

    Int64 = NDArray[np.int64]
    Floats = NDArray[np.float64]

TAIL = 0.5
RATE = 0.12
DELTA_FIRST = 0.01
MULTIPLICATIVE, MULTIPLICATIVE_STEP = 200, 10
POLYAK, POLYAK_STEP = 400, 20
RUNNING = 0.3
"""Options further from the best of their row than this part of their value cannot matter."""


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


def descend(work: Work, steps: Steps, pace: Pace) -> tuple[Floats, Floats]:
    """Lower the dual as far as the pace allows; return prices π and μ.

    The second part looks only at options that the prices of the first leave in the running, and
    is kept if the whole call agrees that its prices are better.
    """
    from entrepot.domain.market import kernels_dual as kernels

    state = start(work, steps)
    _multiply(work, steps, state, pace)
    before = state.scalar[kernels.BEST]
    first = state.best_pi.copy(), state.best_mu.copy()
    worth = kernels.surpluses(work, *first)
    best = np.zeros(work.row_begin.size - 1)
    np.maximum.at(best, work.row, worth)
    few = trimmed(work, worth >= best[work.row] - RUNNING * work.value)
    state.scalar[kernels.BEST] = np.inf
    take(few, steps, state)
    ready(few, steps, state)
    while pace.more("dual", POLYAK, 0.25, POLYAK_STEP):
        kernels.polyak(few, steps, state, POLYAK_STEP)
    state.pi[:] = state.best_pi
    state.mu[:] = state.best_mu
    after = kernels.evaluate(work, steps, state)
    return (state.best_pi, state.best_mu) if after < before else first


def _multiply(work: Work, steps: Steps, state: Descent, pace: Pace) -> None:
    """Take multiplicative steps, ever smaller; stand at the better of their average and best."""
    from entrepot.domain.market import kernels_dual as kernels

    mean, flow = np.zeros(state.pi.size), np.zeros(state.mu.size)
    chunk = 0
    while pace.more("multiplicative", MULTIPLICATIVE, 0.15, MULTIPLICATIVE_STEP):
        done = chunk * MULTIPLICATIVE_STEP / MULTIPLICATIVE
        if done <= TAIL:
            mean[:], flow[:] = 0.0, 0.0
        rate = RATE * max(0.1, 1 - 0.9 * done)
        kernels.multiplicative(work, steps, state, MULTIPLICATIVE_STEP, rate, mean, flow)
        chunk += 1
    tail = max(1, chunk - int(TAIL * MULTIPLICATIVE / MULTIPLICATIVE_STEP))
    take(work, steps, state)
    if chunk:
        state.pi[:] = mean / (min(tail, chunk) * MULTIPLICATIVE_STEP)
        state.mu[:] = flow / (min(tail, chunk) * MULTIPLICATIVE_STEP)
        take(work, steps, state)
    state.pi[:], state.mu[:] = state.best_pi, state.best_mu


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
