"""What a policy is to the simulator: a queue that is told of changes and starts jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from entrepot.domain.grid.events_engine import Engine


class Queue(Protocol):
    """Jobs that wait, in a policy's order."""

    def add(self, job: int) -> None:
        """Take in a job that arrived, was put aside, or lost its node."""
        ...

    def drop(self, job: int) -> None:
        """Forget a job that was withdrawn while it waited."""
        ...

    def ended(self, job: int, *, early: bool) -> None:
        """Hear that a job gave its devices back, ``early`` = before its limit."""
        ...

    def changed(self) -> None:
        """Hear that a node went or came."""
        ...

    def serve(self, engine: Engine) -> int | None:
        """Start what the policy starts at this instant; return when to be served again at last."""
        ...
