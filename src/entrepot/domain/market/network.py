r"""Nodal prices of a meshed network, where flows follow physics and not wishes.

The call of this house moves data over links of its own choosing. Electricity spreads over all
lines at once: a megawatt put in at node n loads line l by the shift factor H[l, n]. The program is

    min Σ c·g   subject to   Σ g = Σ d   (λ),   −F ≤ H (g − d) ≤ F   (ν),   0 ≤ g ≤ q,

and the price at node n is λ − Σ_l H[l, n] ν_l. It is solved by the same program and solver as a
call, so the known prices of electricity test the prices of compute.

Source: lossless DC power flow with shift factors; the example of tests is case5 of MATPOWER,
2026-11-21.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from entrepot.domain.market.program import Program, run

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two nodes.

    Attributes:
        begin, end: nodes.
        reactance: per unit.
        limit: most flow either way, MW; infinite = none.
    """

    begin: int
    end: int
    reactance: float
    limit: float = np.inf


@dataclass(frozen=True, slots=True)
class Plant:
    """A generator: node, cost per MWh and most output in MW."""

    node: int
    cost: float
    most: float


def nodal_prices(
    demand: Sequence[float], plants: Sequence[Plant], lines: Sequence[Line]
) -> tuple[list[float], list[float]]:
    """Return the price at each node and the output of each plant.

    Args:
        demand: MW at each node; node 0 is the reference.
        plants, lines: the network; it hangs together.

    Raises:
        Fault: the demand cannot be met.

    >>> nodal_prices([0, 60], [Plant(0, 10, 100), Plant(1, 30, 100)], [Line(0, 1, 0.1, 50)])
    ([10.0, 30.0], [50.0, 10.0])
    """
    factors = shift_factors(len(demand), lines)
    program = Program()
    columns = [program.column(plant.cost, plant.most) for plant in plants]
    total = float(sum(demand))
    program.row([(column, 1.0) for column in columns], total, total)
    load = factors @ np.array(demand, dtype=np.float64)
    limited = [place for place, line in enumerate(lines) if np.isfinite(line.limit)]
    for place in limited:
        terms = [
            (column, float(factors[place, plant.node]))
            for column, plant in zip(columns, plants, strict=True)
        ]
        limit, shift = lines[place].limit, float(load[place])
        program.row(terms, limit + shift, shift - limit)
    _cost, output, duals = run(program, relaxed=True, seed=0, limit_s=None)
    prices = duals[0] + factors[limited].T @ duals[1:]
    return [float(price) for price in prices], [float(much) for much in output]


def shift_factors(nodes: int, lines: Sequence[Line]) -> Floats:
    """Return the flow on each line per MW put in at each node and taken out at node 0."""
    links = np.zeros((len(lines), nodes))
    for place, line in enumerate(lines):
        links[place, line.begin], links[place, line.end] = 1.0, -1.0
    weight = np.array([1.0 / line.reactance for line in lines])
    flow = weight[:, None] * links
    factors = np.zeros((len(lines), nodes))
    factors[:, 1:] = flow[:, 1:] @ np.linalg.inv(links[:, 1:].T @ flow[:, 1:])
    return factors
