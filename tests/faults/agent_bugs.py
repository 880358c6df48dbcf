"""Mistakes that agents and their exchange could make, each planted by name, each to be found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from entrepot.adapters.sql.agent_store import SqlAgents
from entrepot.faces.agent.loop import Agent
from entrepot.services import agent_desk, agent_poll, agent_watch, meter

Plant = Callable[[pytest.MonkeyPatch], None]


def a_lost_run_is_counted_with_the_next_one(patch: pytest.MonkeyPatch) -> None:
    right = meter.received

    def received(app: Any, uow: Any, lease: Any) -> Any:
        found = [right(app, uow, replace(lease, fence=n)) for n in range(1, lease.fence + 1)]
        whole = max((one for one in found if one), key=len, default=[])
        if len([one for one in found if one]) < 2:
            return whole
        last = found[-1][-1]
        before = sum(one[-1].report.wall_seconds for one in found[:-1] if one)
        wall = last.report.wall_seconds + before
        both = replace(last.report, wall_seconds=wall, milli_device_seconds=1000 * wall)
        return [*found[-1][:-1], replace(last, report=both)]

    patch.setattr(meter, "received", received)


def a_fence_never_rises(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(SqlAgents, "raise_fence", lambda *_: True)


def a_failed_run_is_billed(patch: pytest.MonkeyPatch) -> None:
    right = agent_watch._lose

    def lose(app: Any, uow: Any, name: str, now: int) -> Any:
        fence = int(name.rpartition(":")[2])
        raised = SqlAgents.raise_fence
        if fence > 1:
            SqlAgents.raise_fence = lambda *_: True  # type: ignore[assignment, method-assign]
        try:
            return right(app, uow, name, now)
        finally:
            SqlAgents.raise_fence = raised  # type: ignore[method-assign]

    patch.setattr(agent_watch, "_lose", lose)


def a_run_goes_to_two_agents(patch: pytest.MonkeyPatch) -> None:
    right = SqlAgents.assignments

    def assignments(self: Any, **wish: Any) -> Any:
        if wish.get("states") == ("waiting",):
            wish["states"] = ("waiting", "given")
        return right(self, **wish)

    change = SqlAgents.change
    patch.setattr(SqlAgents, "assignments", assignments)
    patch.setattr(
        SqlAgents, "change", lambda self, one, before: change(self, one, (*before, "given"))
    )


def a_lost_agent_is_never_noticed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(agent_watch, "LOST_AFTER_S", 10**9)
    patch.setattr(agent_watch, "OVERDUE_S", 10**9)
    # So that nothing but the silence of an agent could tell that its runs are gone.
    patch.setattr(Agent, "_look", lambda self: ([], []))


def a_lost_run_is_queued_again_and_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(agent_watch, "AGAIN_MAX", 10)


def usage_counts_as_kept_once_it_was_sent(patch: pytest.MonkeyPatch) -> None:
    right: Any = Agent._look

    def look(self: Any) -> Any:
        rows, reports = right(self)
        for run in self._runs.values():
            run.acked += sum(1 for one in reports if f'"{run.job_id}"' in one["body"])
        return rows, reports

    patch.setattr(Agent, "_look", look)
    patch.setattr(Agent, "_acknowledge", lambda *_: None)


def a_wrong_clock_is_let_in(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(agent_desk, "see_clock", lambda *_: None)


def an_old_message_is_let_in(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(agent_desk, "_count", lambda *_: None)


def a_run_is_closed_before_its_log_has_come(patch: pytest.MonkeyPatch) -> None:
    right = agent_poll._is_whole
    patch.setattr(
        agent_poll,
        "_is_whole",
        lambda app, one, row, now: right(app, one, {**row, "log_left": False}, now),
    )


def a_dropped_run_goes_on(patch: pytest.MonkeyPatch) -> None:
    """The agent forgets, after a crash, what it had been told to run."""
    from entrepot.faces.agent import loop

    patch.setattr(loop, "read_runs", lambda _noted: {})
    orders: Any = agent_poll._orders

    def without_gifts(app: Any, held: Any, runs: Any) -> Any:
        given = orders(app, held, runs)
        now = app.clock.now()
        fresh = [one for one in given["give"] if held[one["id"]].given_at == now]
        return {**given, "give": fresh}

    patch.setattr(agent_poll, "_orders", without_gifts)
    patch.setattr(agent_watch, "OVERDUE_S", 10**9)


FOUND_BY: dict[Plant, int] = {
    a_lost_run_is_counted_with_the_next_one: 2,
    a_fence_never_rises: 2,
    a_failed_run_is_billed: 2,
    a_run_goes_to_two_agents: 0,
    a_lost_agent_is_never_noticed: 0,
    a_lost_run_is_queued_again_and_again: 2,
    usage_counts_as_kept_once_it_was_sent: 12,
    a_wrong_clock_is_let_in: 0,
    an_old_message_is_let_in: 0,
    a_run_is_closed_before_its_log_has_come: 0,
    a_dropped_run_goes_on: 8,
}
"""Every mistake that is planted, and a seed that finds it."""

BUGS: tuple[Plant, ...] = tuple(FOUND_BY)
