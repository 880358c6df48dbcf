"""The roll of agents: who is enrolled, what each one runs, and how one is drained or revoked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from entrepot.kernel.errors import Conflict, NotFound
from entrepot.kernel.text import N_
from entrepot.services.agent_poll import watch
from entrepot.services.agent_watch import LOST_AFTER_S
from entrepot.services.ports_agents import HELD, Agent, AgentState, Assignment

if TYPE_CHECKING:
    from entrepot.services.app import App
    from entrepot.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Standing:
    """An agent as it stands.

    Attributes:
        agent: as enrolled.
        runs: everything that it was ever given, the oldest first.
        silent_s: seconds since it was heard; lost: whether that is too long.
    """

    agent: Agent
    runs: tuple[Assignment, ...]
    silent_s: int

    @property
    def held(self) -> tuple[Assignment, ...]:
        """Runs that it has now."""
        return tuple(one for one in self.runs if one.state in HELD)

    @property
    def word(self) -> str:
        """One word for how it stands: ``revoked``, ``lost``, ``drained``, ``draining``, ``active``.

        An agent that has nothing to do is as active as a busy one.
        """
        if self.agent.state == "revoked":
            return "revoked"
        if self.silent_s >= LOST_AFTER_S:
            return "lost"
        if self.agent.state == "draining" and not self.held:
            return "drained"
        return self.agent.state


def roll(app: App, centre_id: str = "") -> list[Standing]:
    """Return all agents, of one centre or of all."""
    now = app.clock.now()
    with app.store.reading() as uow:
        return [_standing(uow, agent, now) for agent in uow.agents.agents(centre_id)]


def the_agent(app: App, agent_id: str) -> Standing:
    """Return an agent.

    Raises:
        NotFound: no such agent.
    """
    with app.store.reading() as uow:
        agent = uow.agents.agent(agent_id)
        if agent is None:
            raise NotFound(
                "agent.unknown_here",
                N_("There is no agent {id}."),
                hint=N_("entrepot agent list shows those that are enrolled."),
                id=agent_id,
            )
        return _standing(uow, agent, app.clock.now())


def _standing(uow: UnitOfWork, agent: Agent, now: int) -> Standing:
    runs = tuple(uow.agents.assignments(agent_id=agent.id))
    return Standing(agent, runs, max(now - agent.last_seen, 0))


def drain(app: App, agent_id: str) -> Standing:
    """Let an agent end what it runs and give it nothing new; again changes nothing.

    Raises:
        NotFound: no such agent.
        Conflict: it was revoked.
    """
    return _moved(app, agent_id, "agent.drain", ("active", "draining"), "draining")


def undrain(app: App, agent_id: str) -> Standing:
    """Let an agent that was drained take runs again; errors as :func:`drain`."""
    return _moved(app, agent_id, "agent.undrain", ("active", "draining"), "active")


def revoke(app: App, agent_id: str) -> Standing:
    """Never listen to an agent again; its runs are queued once more for others.

    Usage that was kept before stays signed by its key.

    Raises:
        NotFound: no such agent.
    """
    before = ("active", "draining", "revoked")
    moved = _moved(app, agent_id, "agent.revoke", before, "revoked")
    watch(app)
    return the_agent(app, moved.agent.id)


def _moved(
    app: App, agent_id: str, name: str, before: Sequence[AgentState], after: AgentState
) -> Standing:
    the_agent(app, agent_id)

    def action(uow: UnitOfWork) -> dict[str, object]:
        if not uow.agents.set_state(agent_id, before, after):
            raise Conflict(
                "agent.gone",
                N_("Agent {id} was revoked."),
                hint=N_("Enrol a new one: entrepot agent token CENTRE"),
                id=agent_id,
            )
        return {"agent_id": agent_id, "state": after}

    body: dict[str, object] = {"agent_id": agent_id}
    app.store.command(app.actor, name, app.ids.new("K"), body, app.clock.now(), action)
    return the_agent(app, agent_id)
