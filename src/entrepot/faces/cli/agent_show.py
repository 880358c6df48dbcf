"""Agents as people read them: the roll, one agent with its runs, a token, and what happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from entrepot.faces.cli.lang import _
from entrepot.faces.cli.output import Column, done, duration, moment, show_table, warn
from entrepot.kernel.text import N_, filled

if TYPE_CHECKING:
    from entrepot.services.agent_roll import Standing
    from entrepot.services.ports_agents import AgentToken, Assignment

STATES = {
    "active": N_("active"),
    "draining": N_("draining"),
    "drained": N_("drained"),
    "lost": N_("lost"),
    "revoked": N_("revoked"),
}
RUN_STATES = {
    "waiting": N_("waiting"),
    "given": N_("given"),
    "running": N_("running"),
    "done": N_("done"),
    "lost": N_("lost, queued again"),
    "failed": N_("failed, refunded"),
}
EVENTS = {
    "ready": N_("Agent {agent} of centre {centre} asks for work. Stop with Ctrl-C."),
    "started": N_("Run {run} started."),
    "over": N_("Run {run} is over."),
    "refused": N_("Usage report {id} does not count: {why}."),
    "trouble": N_("{message} Next try in {wait_s} s."),
    "warning": "{message}",
}


def standing_data(one: Standing, *, runs: bool = False) -> dict[str, object]:
    """Return an agent as plain values; with its runs if asked."""
    agent = one.agent
    data: dict[str, object] = {
        "agent_id": agent.id,
        "centre_id": agent.centre_id,
        "name": agent.name,
        "state": one.word,
        "backend": agent.backend,
        "public_key": agent.public_key,
        "enrolled_at": agent.enrolled_at,
        "last_seen": agent.last_seen,
        "silent_s": one.silent_s,
        "running": [held.id for held in one.held],
        "given": len(one.runs),
    }
    return {**data, "runs": [_run_data(run) for run in one.runs]} if runs else data


def _run_data(run: Assignment) -> dict[str, object]:
    return {
        "id": run.id,
        "job_id": run.job_id,
        "lease_id": run.lease_id,
        "fence": run.fence,
        "state": run.state,
        "given_at": run.given_at,
        "cancelled": run.cancelled,
    }


def show_roll(found: Sequence[Standing]) -> None:
    """Print the roll as a table."""
    titles = (N_("agent"), N_("centre"), N_("name"), N_("state"), N_("heard"), N_("runs"))
    rows = [
        [
            one.agent.id,
            one.agent.centre_id,
            one.agent.name,
            _(STATES[one.word]),
            _(N_("{time} ago")).format(time=duration(one.silent_s)),
            len(one.held),
        ]
        for one in found
    ]
    empty = _(N_("No agent is enrolled. Make a token: entrepot agent token CENTRE"))
    show_table([Column(_(title)) for title in titles], rows, empty=empty)


def show_agent(one: Standing) -> None:
    """Print one agent and its runs."""
    agent = one.agent
    print(f"{agent.id}  {agent.name}  {_(STATES[one.word])}")
    lines = (
        (N_("centre"), agent.centre_id),
        (N_("backend"), agent.backend),
        (N_("key"), agent.public_key),
        (N_("enrolled"), moment(agent.enrolled_at)),
        (N_("heard"), moment(agent.last_seen)),
    )
    for title, value in lines:
        print(f"  {_(title)}: {value}")
    titles = (N_("run"), N_("given"), N_("state"))
    rows = [[run.id, moment(run.given_at or 0), _(RUN_STATES[run.state])] for run in one.runs]
    show_table(
        [Column(_(title)) for title in titles], rows, empty=_(N_("It was given no run yet."))
    )


def show_token(text: str, kept: AgentToken) -> None:
    """Print a token and what to do with it."""
    print(text)
    until = moment(kept.expires_at)
    done(_(N_("It enrols one agent of {centre}, until {until}; it is shown only now.")).format(
        centre=kept.centre_id, until=until
    ))  # fmt: skip
    print(_(N_("At the centre: entrepot agent enrol TOKEN --folder ./agent")))


def tell_event(event: str, values: Mapping[str, object]) -> None:
    """Print what happens at a running agent."""
    said = dict(values)
    if event == "trouble":
        params = cast("Mapping[str, object]", values["params"])
        said["message"] = filled(str(values["template"]), params, _)
    if event == "warning":
        said["message"] = _(str(values["message"]))
    sentence = _(EVENTS[event]).format(**said)
    (warn if event in ("trouble", "refused", "warning") else done)(sentence)
