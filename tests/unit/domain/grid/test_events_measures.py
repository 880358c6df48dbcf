"""Figures, curves and drawn failures of a simulation."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from entrepot.domain.grid.events_curves import curves
from entrepot.domain.grid.events_failures import Failures, draw_outages
from entrepot.domain.grid.events_measures import Part, figures
from entrepot.domain.grid.events_model import NEVER, SRTF, Cluster, Jobs, Outage, Terms
from entrepot.domain.grid.events_simulate import simulate
from entrepot.kernel.errors import Invalid

NODE = Cluster("c", 1, 2)


def part_of(jobs: Jobs, terms: Terms | None = None) -> Part:
    return Part(NODE, jobs, simulate(jobs, NODE, terms or Terms()))


def test_figures_of_a_small_run() -> None:
    found = figures([part_of(Jobs.of([(0, 20, 2), (0, 40, 1), (10, 10, 1)]))])
    assert found.queue_s == Fraction(0 + 20 + 10, 3)
    assert found.jct_s == Fraction(20 + 60 + 20, 3)
    assert found.queue_levels_s == (10, 20, 20, 20, 20)
    assert found.slowdown_levels[-1] == 2
    assert found.use == Fraction(40 + 40 + 10, 2 * 60)
    assert found.use_open == 1, "both devices are in use until the last submission"
    assert found.span_s == 60


def test_waiting_between_stretches_counts_as_queue() -> None:
    found = figures([part_of(Jobs.of([(0, 20, 2), (5, 5, 2)]), Terms(SRTF))])
    assert (found.queue_s, found.preempted) == (Fraction(5, 2), 1)


def test_jobs_that_are_not_done_are_counted_and_not_averaged() -> None:
    jobs = replace(Jobs.of([(0, 20, 2), (0, 5, 2), (1, 5, 2)]), leave_s=(NEVER, 3, NEVER))
    found = figures([part_of(jobs, Terms(outages=(Outage(0, 22, NEVER),)))])
    assert (found.jobs, found.done, found.left, found.waiting) == (3, 1, 1, 1)
    assert found.jct_s == 20


def test_fairness_is_one_for_equals_and_falls_for_unequals() -> None:
    same = replace(Jobs.of([(0, 10, 1), (0, 10, 1)]), firm=(0, 1))
    assert figures([part_of(same)]).fairness == 1
    unlike = replace(Jobs.of([(0, 10, 2), (0, 10, 2)]), firm=(0, 1))
    assert figures([part_of(unlike)]).fairness == Fraction(9, 10), "speeds 1 and one half"


def test_nothing_has_figures_too() -> None:
    found = figures([])
    assert (found.jobs, found.queue_s, found.use, found.fairness) == (0, 0, 0, 1)


def test_curves_add_up_to_the_figures() -> None:
    part = part_of(Jobs.of([(0, 20, 2), (0, 40, 1), (10, 10, 1), (11, 7, 2)]))
    for points in (1, 3, 7, 200):
        seen = curves([part], points)
        assert len(seen.used) <= points
        span, found = len(seen.used) * seen.step_s, figures([part])
        assert sum(seen.used) * seen.step_s == found.use * found.span_s
        assert sum(seen.waiting) * seen.step_s == found.queue_s * 4
        assert span >= found.span_s
    assert curves([part]).queue_levels[-1] == (100, 49)


def test_failures_come_from_their_seed_alone() -> None:
    cluster, failures = Cluster("a", 20, 8), Failures(100_000, 3_600, 5)
    found = draw_outages(cluster, 10**6, failures)
    assert found == draw_outages(cluster, 10**6, failures)
    assert found != draw_outages(cluster, 10**6, replace(failures, seed=6))
    assert found != draw_outages(replace(cluster, name="b"), 10**6, failures)
    longer = draw_outages(cluster, 2 * 10**6, failures)
    assert set(found) < set(longer), "a longer look sees the same failures first"
    mean = sum(outage.end_s - outage.begin_s for outage in found) / len(found)
    assert 2_500 < mean < 5_000
    assert 120 < len(found) < 280


@pytest.mark.parametrize("wrong", [(0, 1, 1), (1, 0, 1), (1, 1, -1)])
def test_senseless_failures_are_refused(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(Invalid):
        draw_outages(NODE, 10, Failures(*wrong))
