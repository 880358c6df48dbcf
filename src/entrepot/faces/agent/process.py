"""The agent as a process: against a home on the same machine, until it is asked to stop."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING

from entrepot.faces.agent.enrol import enrol
from entrepot.faces.agent.loop import Agent, run_agent
from entrepot.faces.agent.talk import Around
from entrepot.services.agent_desk import handle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from entrepot.services.app import App
    from entrepot.services.ports_agent_desk import AgentTell, Envelope, Workplace


class HomeTransport:
    """The port ``Transport`` to the services of a home on the same machine.

    Args:
        app: the exchange.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    def send(self, envelope: Envelope) -> Envelope:
        """Hand over a message and return the answer."""
        return handle(self._app, envelope)


def around(app: App, place: Workplace) -> Around:
    """Return what an agent of this machine needs of the world."""
    return Around(place, HomeTransport(app), app.verify, app.clock.now)


def enrol_here(app: App, place: Workplace, token: str, name: str) -> Mapping[str, object]:
    """Enrol the agent of a folder at a home; errors as :func:`entrepot.faces.agent.enrol.enrol`."""
    return enrol(around(app, place), token, name)


def run_here(app: App, place: Workplace, slots: int, polls: int | None, tell: AgentTell) -> None:
    """Run the agent of a folder until SIGTERM or SIGINT; its runs go on without it.

    Args:
        app: the exchange.
        place: the agent's folder.
        slots: how many runs it takes at once.
        polls: most polls; None for no end.
        tell: hears what happens.

    Raises:
        NotFound: the folder holds no agent.
        EntrepotError: see :func:`entrepot.faces.agent.loop.run_agent`.
    """
    agent = Agent(around(app, place), slots)
    told = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        told.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        for warning in place.backend.describe().warnings:
            tell("warning", {"message": warning})
        tell("ready", {"agent": agent.id, "centre": agent.centre_id})
        run_agent(agent, tell, lambda seconds: not told.wait(seconds), polls=polls)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
