"""What playing a past asks of the world: the same home at another time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from entrepot.services.app import App


class Moved(Protocol):
    """A clock that is moved by hand."""

    def now(self) -> int:
        """Return the Unix second."""
        ...

    def move(self, to: int) -> None:
        """Move on; a second that has passed changes nothing."""
        ...


class WithHistory(Protocol):
    """Whoever can play a past."""

    def at_time(self, at: int, seed: int) -> tuple[App, Moved]:
        """Return the same home at another time, and the clock by which it is moved.

        Args:
            at: Unix second; seed: of the ids that are made.
        """
        ...

    def note_demonstration(self, text: str) -> None:
        """Mark the home for good as one whose business is made up."""
        ...

    def is_demonstration(self) -> bool:
        """Say whether the business of the home is made up."""
        ...

    def demonstration_files(self) -> list[Path]:
        """Return the files of the lived-in demonstration: firms, centres, jobs."""
        ...
