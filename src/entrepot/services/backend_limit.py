"""What a backend may do beside the port: move the time limit of a run that has begun."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Adjustable(Protocol):
    """A backend whose runs can be lengthened and shortened while they run."""

    def set_limit(self, job_id: str, seconds: int) -> None:
        """Let a run last so many seconds from its start; said again, it changes nothing.

        Raises:
            NotFound: no such job here.
        """
        ...
