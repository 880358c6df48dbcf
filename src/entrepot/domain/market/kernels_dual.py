"""Compiled loops of the dual: worth of prices, its slope, and two ways down.

D(π, μ) = Σ_rows max(0, max_o (v_o − Σ π a_o − Σ μ w_o)) + Σ_steps max(0, π − c) q + Σ μ C

An option runs over consecutive slots, so its cost is a difference of two prefix sums, and the
load of all chosen options is a sum of differences.

Source: B. T. Polyak, Introduction to Optimization, 1987 (step to a target level).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from entrepot.domain.market.jit import compiled
from entrepot.domain.market.tighten import Steps, Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOMENTUM = 0.8
FAILURES_MAX = 15
SHRINK = 0.6
D, BEST, DELTA, FAILURES, COUNT = 0, 1, 2, 3, 4
"""Places in :attr:`Descent.scalar`."""


class Descent(NamedTuple):
    """State of a descent; arrays over cells, or over links and slots.

    Attributes:
        pi, mu: prices now; best_pi, best_mu: the best so far.
        slope_pi, slope_mu: supply less load at the prices.
        way_pi, way_mu: direction, with momentum.
        unit_pi, unit_mu: price scale of a cell over its capacity.
        scalar: D, best D, distance to the target, failures, steps done.
    """

    pi: Floats
    mu: Floats
    best_pi: Floats
    best_mu: Floats
    slope_pi: Floats
    slope_mu: Floats
    way_pi: Floats
    way_mu: Floats
    unit_pi: Floats
    unit_mu: Floats
    scalar: Floats


@compiled
def prefix(price: Floats, slots: int) -> Floats:
    """Return running sums of prices, a leading zero for each line of slots."""
    lines = price.size // slots
    out = np.zeros(lines * (slots + 1))
    for line in range(lines):
        total = 0.0
        for slot in range(slots):
            total += price[line * slots + slot]
            out[line * (slots + 1) + slot + 1] = total
    return out


@compiled
def surplus_of(work: Work, option: int, pool_sum: Floats, link_sum: Floats) -> float:
    """Return value less priced cost of an option."""
    wide = work.slots + 1
    line = work.pool[option] * wide
    begin, end = work.start[option], work.stop[option]
    cost = work.devices[option] * (pool_sum[line + end] - pool_sum[line + begin])
    if work.link[option] >= 0:
        line = work.link[option] * wide
        cost += work.mbps[option] * (link_sum[line + end] - link_sum[line + begin])
    return work.value[option] - cost


@compiled
def surpluses(work: Work, pi: Floats, mu: Floats) -> Floats:
    """Return value less priced cost of every option."""
    pool_sum, link_sum = prefix(pi, work.slots), prefix(mu, work.slots)
    out = np.empty(work.value.size)
    for option in range(out.size):
        out[option] = surplus_of(work, option, pool_sum, link_sum)
    return out


@compiled
def evaluate(work: Work, steps: Steps, state: Descent) -> float:
    """Return D at the prices of ``state`` and write its slope there."""
    slots, wide = work.slots, work.slots + 1
    pool_sum, link_sum = prefix(state.pi, slots), prefix(state.mu, slots)
    load, flow = np.zeros(pool_sum.size), np.zeros(link_sum.size)
    total = 0.0
    for row in range(work.row_begin.size - 1):
        best, chosen = 0.0, -1
        for option in range(work.row_begin[row], work.row_begin[row + 1]):
            gain = surplus_of(work, option, pool_sum, link_sum)
            if gain > best:
                best, chosen = gain, option
        if chosen >= 0:
            total += best
            line = work.pool[chosen] * wide
            load[line + work.start[chosen]] += work.devices[chosen]
            load[line + work.stop[chosen]] -= work.devices[chosen]
            if work.link[chosen] >= 0:
                line = work.link[chosen] * wide
                flow[line + work.start[chosen]] += work.mbps[chosen]
                flow[line + work.stop[chosen]] -= work.mbps[chosen]
    return total + _supply_side(work, steps, state, load, flow)


@compiled
def _supply_side(work: Work, steps: Steps, state: Descent, load: Floats, flow: Floats) -> float:
    """Return what sellers and links earn; write supply less load as the slope."""
    slots = work.slots
    total = 0.0
    for line in range(state.pi.size // slots):
        taken = 0.0
        for slot in range(slots):
            cell = line * slots + slot
            taken += load[line * (slots + 1) + slot]
            given = 0.0
            price = state.pi[cell]
            for step in range(steps.begin[cell], steps.begin[cell + 1]):
                if price <= steps.price[step]:
                    break
                given += steps.devices[step]
                total += (price - steps.price[step]) * steps.devices[step]
            state.slope_pi[cell] = given - taken
    for line in range(state.mu.size // slots):
        taken = 0.0
        for slot in range(slots):
            cell = line * slots + slot
            taken += flow[line * (slots + 1) + slot]
            total += state.mu[cell] * work.wide[cell]
            state.slope_mu[cell] = work.wide[cell] - taken
    return total


@compiled
def multiplicative(
    work: Work, steps: Steps, state: Descent, count: int, rate: float, mean: Floats, flow: Floats
) -> None:
    """Raise prices where demand exceeds supply, lower them elsewhere; add each price to a sum.

    Args:
        work, steps, state: as above.
        count: steps to take.
        rate: relative change at a full excess.
        mean, flow: sums of π and μ, added to.
    """
    for _ in range(count):
        value = evaluate(work, steps, state)
        _keep_best(state, value)
        _scale(state.pi, state.slope_pi, state.unit_pi, rate)
        _scale(state.mu, state.slope_mu, state.unit_mu, rate)
        mean += state.pi
        flow += state.mu


@compiled
def _scale(price: Floats, slope: Floats, unit: Floats, rate: float) -> None:
    for cell in range(price.size):
        # unit · slope is the excess in the money of the price, so a price at zero can rise too.
        excess = -slope[cell] * unit[cell]
        most = 0.5 * price[cell] + 0.02 * abs(excess)
        change = min(max(rate * excess, -most), most)
        price[cell] = max(0.0, price[cell] + change)


@compiled
def _keep_best(state: Descent, value: float) -> None:
    state.scalar[D] = value
    if value < state.scalar[BEST]:
        state.scalar[BEST] = value
        state.best_pi[:] = state.pi
        state.best_mu[:] = state.mu


@compiled
def polyak(work: Work, steps: Steps, state: Descent, count: int) -> None:
    """Take steps to a target a little under the best; come closer to it after failures."""
    scalar = state.scalar
    for _ in range(count):
        before = scalar[BEST]
        value = evaluate(work, steps, state)
        _keep_best(state, value)
        scalar[COUNT] += 1
        if scalar[BEST] < before - 1e-3 * scalar[DELTA]:
            scalar[FAILURES] = 0
        else:
            scalar[FAILURES] += 1
        if scalar[FAILURES] > FAILURES_MAX:
            scalar[FAILURES] = 0
            scalar[DELTA] *= SHRINK
            state.pi[:] = state.best_pi
            state.mu[:] = state.best_mu
            state.way_pi[:] = 0.0
            state.way_mu[:] = 0.0
            value = evaluate(work, steps, state)
        _turn(state)
        length = _length(state.way_pi, state.unit_pi) + _length(state.way_mu, state.unit_mu)
        if length <= 0.0:
            break
        stride = (value - scalar[BEST] + scalar[DELTA]) / length
        _move(state.pi, state.way_pi, state.unit_pi, stride)
        _move(state.mu, state.way_mu, state.unit_mu, stride)


@compiled
def _turn(state: Descent) -> None:
    for cell in range(state.way_pi.size):
        slope = state.slope_pi[cell]
        if state.pi[cell] <= 0.0 and slope > 0.0:
            slope = 0.0
        state.way_pi[cell] = MOMENTUM * state.way_pi[cell] + (1 - MOMENTUM) * slope
    for cell in range(state.way_mu.size):
        slope = state.slope_mu[cell]
        if state.mu[cell] <= 0.0 and slope > 0.0:
            slope = 0.0
        state.way_mu[cell] = MOMENTUM * state.way_mu[cell] + (1 - MOMENTUM) * slope


@compiled
def _length(way: Floats, unit: Floats) -> float:
    total = 0.0
    for cell in range(way.size):
        total += way[cell] * way[cell] * unit[cell]
    return total


@compiled
def _move(price: Floats, way: Floats, unit: Floats, stride: float) -> None:
    for cell in range(price.size):
        price[cell] = max(0.0, price[cell] - stride * unit[cell] * way[cell])
