"""No job is lost and none is billed twice, whatever happens to the agents that run them.

Replay one seed: ``python -m tests.faults.agent_seed 17``.
"""

from __future__ import annotations

import pytest
from tests.faults.agent_bugs import BUGS, FOUND_BY, Plant
from tests.faults.agent_world import lived
from tests.sizes import figure, size

FAILURES = size("AGENT_FAILURES", 36, 1_000)
A_SEED = 12
WITHIN = 14


def test_no_failure_loses_a_job_or_bills_it_twice() -> None:
    found = [lived(seed, faults=A_SEED) for seed in range(-(-FAILURES // A_SEED))]
    happened: dict[str, int] = {}
    for one in found:
        for kind, count in one.failures.items():
            happened[kind] = happened.get(kind, 0) + count
    figure(
        "agents",
        failures=sum(happened.values()),
        **happened,
        jobs=sum(one.jobs for one in found),
        again=sum(one.again for one in found),
        refunded=sum(one.failed for one in found),
        billed_s=sum(one.billed_s for one in found),
    )
    assert [problem for one in found for problem in one.problems] == []
    assert sum(happened.values()) >= FAILURES
    # A world in which nothing goes wrong would prove nothing.
    assert sum(one.again for one in found) > len(found) // 2
    assert sum(one.billed_s for one in found) > 0


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.__name__)
def test_each_planted_bug_is_found(monkeypatch: pytest.MonkeyPatch, bug: Plant) -> None:
    bug(monkeypatch)
    # The seed that found it last is tried first, since a small world takes a second.
    seeds = [FOUND_BY[bug], *range(WITHIN)]
    assert any(lived(seed, faults=12, jobs=4).problems for seed in seeds), "it stays unseen"


def test_a_seed_replays() -> None:
    assert lived(3, faults=5, jobs=2) == lived(3, faults=5, jobs=2)
