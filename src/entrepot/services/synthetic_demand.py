"""Generated demand: jobs whose size and length lie at the quantiles of public traces.

There is no chance in it: ranks are spread evenly over the lengths, and by a step that shares no
rhythm with them over the sizes, so the same demand always gives the same jobs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from entrepot.kernel.money import Amount
from entrepot.services.facts_model import TraceFact

GOLDEN = Fraction(618_034, 1_000_000)
"""Step of the ranks of sizes, near the golden section."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Cases to be generated.

    Attributes:
        cases: how many, 1 to 100,000.
        price: of a device-hour.
    """

    cases: int
    price: Amount


def synthetic_amounts(sizes: TraceFact, lengths: TraceFact, demand: Demand) -> list[int]:
    """Return the cost of each generated job, minor units, in the order of generation.

    amount = ⌊⌈devices⌉ · hours · price⌋, since a job of these traces asks for whole devices.
    """
    found: list[int] = []
    for number in range(demand.cases):
        rank = Fraction(2 * number + 1, 2 * demand.cases)
        devices = ceil(quantile(sizes, (number * GOLDEN + Fraction(1, 2)) % 1))
        found.append(int(devices * quantile(lengths, rank) * demand.price.minor))
    return found


def quantile(trace: TraceFact, rank: Fraction) -> Fraction:
    """Return the value at a rank, on straight lines between the quantiles that are stated.

    Args:
        trace: median, 90th and 99th percentile and largest value.
        rank: 0 to 1.

    Returns:
        The exact value, in the unit of the trace; 0 at rank 0.
    """
    ranks = (Fraction(0), Fraction(1, 2), Fraction(9, 10), Fraction(99, 100), Fraction(1))
    values = [Fraction(v) for v in (0, trace.p50, trace.p90, trace.p99, trace.max)]
    place = next(n for n in range(1, len(ranks)) if rank <= ranks[n])
    low, high = ranks[place - 1], ranks[place]
    share = (rank - low) / (high - low)
    return values[place - 1] + share * (values[place] - values[place - 1])


def assumptions_of(demand: Demand, traces: Iterable[TraceFact]) -> tuple[Mapping[str, str], ...]:
    """Return what generated cases rest on: id, text, source and grade of each."""
    price = {"id": "price", "text": str(demand.price), "source": "stated by the asker"}
    return (*(_trace(trace) for trace in traces), {**price, "grade": "–"})


def _trace(trace: TraceFact) -> Mapping[str, str]:
    return {
        "id": trace.id,
        "text": trace.text,
        "source": trace.provenance.source,
        "grade": trace.provenance.grade.value,
    }
