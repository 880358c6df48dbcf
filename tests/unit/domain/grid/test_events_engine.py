"""Worked cases of the simulator: failures, checkpoints, withdrawals, quotas, and the policies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from entrepot.domain.grid.events_model import (
    CONSERVATIVE,
    EASY,
    FAIR,
    FIFO,
    NEVER,
    SRTF,
    Cluster,
    Jobs,
    Outage,
    Terms,
)
from entrepot.domain.grid.events_simulate import simulate
from entrepot.kernel.errors import Invalid

NODE = Cluster("c", 1, 4)
PAIR = Cluster("c", 2, 4)


def test_a_job_that_loses_its_node_begins_again() -> None:
    run = simulate(Jobs.of([(0, 10, 4)]), NODE, Terms(outages=(Outage(0, 6, 8),)))
    assert (run.start_s, run.end_s, run.killed, run.lost_s) == ((0,), (18,), (1,), (24,))


def test_a_checkpoint_saves_what_it_holds_and_a_restart_costs() -> None:
    terms = Terms(outages=(Outage(0, 6, 8),), checkpoint_s=4, restart_s=3)
    run = simulate(Jobs.of([(0, 10, 4)]), NODE, terms)
    assert run.end_s == (8 + 3 + 6,), "four seconds of work are safe"
    assert run.lost_s == (4 * 2 + 4 * 3,)


def test_a_node_that_never_comes_back_leaves_its_job_waiting() -> None:
    run = simulate(Jobs.of([(0, 10, 4)]), NODE, Terms(outages=(Outage(0, 6, NEVER),)))
    assert (run.end_s, run.done) == ((NEVER,), (False,))


def test_a_job_moves_to_another_node() -> None:
    run = simulate(Jobs.of([(0, 10, 4)]), PAIR, Terms(outages=(Outage(0, 6, NEVER),)))
    assert run.end_s == (16,)
    assert [stretch.place for stretch in run.stretches] == [((1, 4),), ((2, 4),)]


def test_a_withdrawn_job_frees_its_devices_or_its_place_in_the_queue() -> None:
    jobs = replace(Jobs.of([(0, 10, 4), (1, 5, 4), (2, 5, 4)]), leave_s=(NEVER, 4, NEVER))
    run = simulate(jobs, NODE, Terms())
    assert run.start_s == (0, NEVER, 10)
    assert run.end_s == (10, 4, 15)
    assert run.done == (True, False, True)
    running = simulate(replace(jobs, leave_s=(3, NEVER, NEVER)), NODE, Terms())
    assert running.start_s == (0, 3, 8)


def test_a_firm_at_its_quota_blocks_nobody() -> None:
    jobs = replace(Jobs.of([(0, 10, 2), (0, 10, 2), (1, 3, 2)]), firm=(7, 7, 8))
    assert simulate(jobs, NODE, Terms(quota={7: 2})).start_s == (0, 10, 1)
    assert simulate(jobs, NODE, Terms()).start_s == (0, 0, 10)


def test_the_shortest_puts_the_longest_aside_and_no_more() -> None:
    jobs = Jobs.of([(0, 20, 4), (0, 9, 4), (2, 3, 4)])
    run = simulate(jobs, PAIR, Terms(SRTF))
    assert run.preempted == (1, 0, 0)
    assert run.end_s == (23, 9, 5)


def test_equals_are_not_put_aside() -> None:
    assert simulate(Jobs.of([(0, 5, 4), (1, 4, 4)]), NODE, Terms(SRTF)).start_s == (0, 5)


def test_easy_fills_the_gap_without_delaying_the_head() -> None:
    jobs = Jobs.of([(0, 10, 3), (1, 5, 4), (2, 8, 1), (3, 9, 1)])
    assert simulate(jobs, NODE, Terms(EASY)).start_s == (0, 10, 2, 15)
    assert simulate(jobs, NODE, Terms(FIFO)).start_s == (0, 10, 15, 15)


def test_easy_may_delay_a_second_job_where_conservative_may_not() -> None:
    jobs = Jobs.of([(0, 8, 3), (1, 5, 2), (2, 3, 1), (3, 6, 4), (4, 10, 1)])
    assert simulate(jobs, NODE, Terms(EASY)).start_s == (0, 8, 2, 15, 5)
    assert simulate(jobs, NODE, Terms(CONSERVATIVE)).start_s == (0, 8, 2, 13, 19)


def test_fair_share_serves_who_has_used_least_for_its_weight() -> None:
    jobs = replace(Jobs.of([(0, 4, 4), (0, 4, 4), (0, 4, 4), (0, 4, 4)]), firm=(0, 0, 0, 1))
    assert simulate(jobs, NODE, Terms(FAIR)).start_s == (0, 8, 12, 4)
    assert simulate(jobs, NODE, Terms(FAIR, weight={0: 3})).start_s == (0, 8, 12, 4)
    heavy = replace(jobs, firm=(0, 1, 1, 0))
    assert simulate(heavy, NODE, Terms(FAIR, weight={1: 3})).start_s == (0, 4, 8, 12)


@pytest.mark.parametrize(
    ("jobs", "terms", "words"),
    [
        (Jobs.of([(0, 1, 5)]), Terms(), "more than the cluster has"),
        (Jobs.of([(0, 1, 0)]), Terms(), "no device"),
        (Jobs.of([(0, 0, 1)]), Terms(), "no number of seconds"),
        (Jobs.of([(5, 1, 1), (4, 1, 1)]), Terms(), "before the job ahead"),
        (Jobs.of([(-1, 1, 1)]), Terms(), "beyond any calendar"),
        (Jobs.of([(0, 1, 3)]), Terms(quota={0: 2}), "larger than its firm's quota"),
        (Jobs.of([]), Terms("best"), "no such policy"),
        (Jobs.of([]), Terms(weight={0: 0}), "weight"),
        (Jobs.of([]), Terms(restart_s=-1), "negative"),
        (Jobs.of([]), Terms(outages=(Outage(1, 0, 1),)), "no node"),
        (Jobs.of([]), Terms(outages=(Outage(0, 2, 2),)), "ends before"),
        (Jobs.of([]), Terms(outages=(Outage(0, 0, 5), Outage(0, 4, 6))), "overlap"),
        (Jobs.of([]), Terms(outages=(Outage(0, 0, NEVER), Outage(0, 4, 6))), "overlap"),
    ],
)
def test_what_makes_no_sense_is_refused(jobs: Jobs, terms: Terms, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        simulate(jobs, NODE, terms)
