"""The event simulator gives, to the second, what a simulator of one-second ticks gives."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property import grid_ticks as ticks

from entrepot.domain.grid.events_engine import Engine
from entrepot.domain.grid.events_model import (
    CONSERVATIVE,
    FIFO,
    NEVER,
    POLICIES,
    SJF,
    Cluster,
    Jobs,
    Outage,
    Run,
    Terms,
)
from entrepot.domain.grid.events_simulate import is_plain, queue_of, simulate


@st.composite
def clusters(draw: st.DrawFn) -> Cluster:
    return Cluster("c", draw(st.integers(1, 3)), draw(st.integers(1, 4)))


@st.composite
def jobs_of(draw: st.DrawFn, cluster: Cluster, plain: bool) -> Jobs:
    count = draw(st.integers(0, 9))
    rows = sorted(draw(st.lists(st.integers(0, 9), min_size=count, max_size=count)))
    column = lambda values: tuple(draw(values) for _ in rows)  # noqa: E731
    duration = column(st.integers(1, 7))
    extra = column(st.sampled_from([0, 0, 1, 5]))
    leave = column(st.just(NEVER) if plain else st.sampled_from([NEVER, NEVER, NEVER, 3, 8, 12]))
    return Jobs(
        tuple(rows),
        duration,
        column(st.integers(1, cluster.devices)),
        tuple(map(int.__add__, duration, extra)),
        leave,
        column(st.integers(0, 2)),
    )


@st.composite
def outages_of(draw: st.DrawFn, cluster: Cluster) -> tuple[Outage, ...]:
    found: list[Outage] = []
    for node in range(cluster.nodes):
        if draw(st.booleans()):
            begin = draw(st.integers(0, 12))
            found.append(Outage(node, begin, begin + draw(st.integers(1, 6))))
            if draw(st.booleans()):
                found.append(Outage(node, begin + 6, draw(st.sampled_from([NEVER, begin + 9]))))
    return tuple(found)


@st.composite
def cases(draw: st.DrawFn, plain: bool = False) -> tuple[Jobs, Cluster, Terms]:
    cluster = draw(clusters())
    jobs = draw(jobs_of(cluster, plain))
    if plain:
        return jobs, cluster, Terms(draw(st.sampled_from([FIFO, SJF])))
    largest = {
        firm: max(d for d, f in zip(jobs.devices, jobs.firm, strict=True) if f == firm)
        for firm in set(jobs.firm)
    }
    terms = Terms(
        policy=draw(st.sampled_from(POLICIES)),
        quota={f: most + draw(st.integers(0, 2)) for f, most in largest.items() if f == 1},
        weight={0: draw(st.integers(1, 3))},
        outages=draw(outages_of(cluster)),
        checkpoint_s=draw(st.sampled_from([0, 2, 3])),
        restart_s=draw(st.sampled_from([0, 1, 2])),
        depth=draw(st.sampled_from([1, 2, 50])),
    )
    return jobs, cluster, terms


def compare(jobs: Jobs, cluster: Cluster, terms: Terms, run: Run, **bug: bool) -> None:
    until = max([60, *run.end_s, *run.start_s]) + 5
    slow = ticks.Ticks(jobs, cluster, terms, **bug).run(until)
    assert run.start_s == tuple(a.first for a in slow)
    assert run.end_s == tuple(a.end for a in slow)
    assert run.done == tuple(a.end >= 0 and not a.left for a in slow)
    assert run.preempted == tuple(a.preempted for a in slow)
    assert run.killed == tuple(a.killed for a in slow)
    assert run.lost_s == tuple(a.lost for a in slow)


@settings(max_examples=400, deadline=None)
@given(cases())
def test_every_policy_equals_ticks(case: tuple[Jobs, Cluster, Terms]) -> None:
    compare(*case, simulate(*case))


@settings(max_examples=200, deadline=None)
@given(cases(plain=True))
def test_the_short_way_equals_ticks_and_the_whole_way(case: tuple[Jobs, Cluster, Terms]) -> None:
    jobs, cluster, terms = case
    assert is_plain(jobs, terms)
    run = simulate(*case)
    compare(*case, run)
    whole = Engine(jobs, cluster, terms, queue_of(jobs, terms)).run()
    assert replace(whole, stretches=()) == run


@settings(max_examples=200, deadline=None)
@given(cases())
def test_no_device_runs_two_jobs(case: tuple[Jobs, Cluster, Terms]) -> None:
    jobs, cluster, terms = case
    run = Engine(jobs, cluster, terms, queue_of(jobs, terms)).run()
    for instant in range(max([0, *run.end_s])):
        used: dict[int, int] = {}
        for stretch in run.stretches:
            if stretch.begin_s <= instant < stretch.end_s:
                for bit, devices in stretch.place:
                    used[bit.bit_length() - 1] = used.get(bit.bit_length() - 1, 0) + devices
        away = {
            outage.node
            for outage in terms.outages
            if outage.begin_s <= instant and (outage.end_s == NEVER or instant < outage.end_s)
        }
        assert all(devices <= cluster.size for devices in used.values())
        assert not away & used.keys()


@settings(max_examples=200, deadline=None)
@given(cases())
def test_conservative_backfilling_never_puts_a_promise_off(
    case: tuple[Jobs, Cluster, Terms],
) -> None:
    """With honest limits and nothing else happening, what comes later delays nobody."""
    jobs, cluster, _terms = case
    honest = replace(jobs, limit_s=jobs.duration_s, leave_s=(NEVER,) * len(jobs))
    terms = Terms(CONSERVATIVE)
    whole = simulate(honest, cluster, terms)
    for count in range(len(jobs)):
        columns = {name: getattr(honest, name)[:count] for name in Jobs.__dataclass_fields__}
        alone = simulate(Jobs(**columns), cluster, terms)
        assert alone.start_s == whole.start_s[:count]


def test_a_planted_bug_is_caught() -> None:
    """A simulator that lets small jobs pass a blocked head differs from ours at once."""
    jobs = Jobs.of([(0, 5, 1), (1, 4, 2), (2, 1, 1)])
    cluster, terms = Cluster("c", 1, 2), Terms(FIFO)
    compare(jobs, cluster, terms, simulate(jobs, cluster, terms))
    with pytest.raises(AssertionError):
        compare(jobs, cluster, terms, simulate(jobs, cluster, terms), head_blocks=False)
