"""Generated demand keeps the quantiles of its traces."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import entrepot
from entrepot.adapters.imports.facts import load_facts
from entrepot.kernel.money import HKD, Amount
from entrepot.services.synthetic_demand import Demand, quantile, synthetic_amounts
from entrepot.services.voucher_sandbox import DEVICES_TRACE, HOURS_TRACE

TRACES = load_facts(Path(entrepot.__file__).parent / "facts").traces


def test_stated_quantiles_come_back_exactly() -> None:
    """At the ranks that the trace states, its own figures; in between, on the line."""
    trace = TRACES[HOURS_TRACE]
    ranks = (Fraction(1, 2), Fraction(9, 10), Fraction(99, 100), Fraction(1))
    stated = [Fraction(v) for v in (trace.p50, trace.p90, trace.p99, trace.max)]
    assert [quantile(trace, rank) for rank in ranks] == stated
    assert quantile(trace, Fraction(7, 10)) == (stated[0] + stated[1]) / 2
    assert quantile(trace, Fraction(0)) == 0


def test_half_of_the_generated_jobs_lie_below_the_median() -> None:
    """With every size alike, amounts follow the lengths: half below the median's price."""
    hours = TRACES[HOURS_TRACE]
    one = Decimal(1)
    alike = replace(TRACES[DEVICES_TRACE], p50=one, p90=one, p99=one, max=one)
    amounts = synthetic_amounts(alike, hours, Demand(1_000, Amount(2_000, HKD)))
    middle = int(Fraction(hours.p50) * 2_000)
    assert sum(amount <= middle for amount in amounts) == 500
    assert max(amounts) <= Fraction(hours.max) * 2_000


def test_a_larger_price_gives_larger_amounts() -> None:
    """The planted bug would be a price that is not read."""
    sizes, hours = TRACES[DEVICES_TRACE], TRACES[HOURS_TRACE]
    low, high = (
        sum(synthetic_amounts(sizes, hours, Demand(50, Amount(minor, HKD))))
        for minor in (1_000, 2_000)
    )
    assert high - 50 <= 2 * low <= high
