"""A past that is played: the same home at another time, with ids that a seed gives."""

from __future__ import annotations

import copy
import random
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Self

from entrepot.kernel.ids import make_id

if TYPE_CHECKING:
    from entrepot.adapters.sql.store import SqlStore

MARK = "demonstration.txt"
"""File of a home whose business is made up."""

KEPT = ("facts", "rulebook", "gate_texts", "programmes", "tax", "fx", "settings")
"""Parts that know no time."""


class MovedClock:
    """The port ``Clock``, moved by hand and never back.

    Args:
        at: Unix second.
    """

    def __init__(self, at: int) -> None:
        self._at = at

    def now(self) -> int:
        """Return the Unix second."""
        return self._at

    def move(self, to: int) -> None:
        """Move on; a second that has passed changes nothing."""
        self._at = max(self._at, to)


class SeededIds:
    """The port ``Ids`` whose ids follow from a seed and a clock.

    Args:
        clock: whose time they carry; seed: of the random part.
    """

    def __init__(self, clock: MovedClock, seed: int) -> None:
        self._clock, self._chance, self._last = clock, random.Random(seed), 0

    def new(self, prefix: str) -> str:
        """Return a fresh id."""
        self._last = max(self._last + 1, self._clock.now() * 1000)
        return make_id(prefix, self._last, self._chance.getrandbits(80))


class History:
    """The part of the port ``App`` that plays a past."""

    _parts: dict[str, object]
    home: Path

    if TYPE_CHECKING:

        @property
        def store(self) -> SqlStore:
            """The database."""
            ...

    def at_time(self, at: int, seed: int) -> tuple[Self, MovedClock]:
        """Return the same home at another time, and the clock by which it is moved.

        Args:
            at: Unix second; seed: of the ids that are made.
        """
        clock = MovedClock(at)
        twin = copy.copy(self)
        kept = {name: part for name, part in self._parts.items() if name in KEPT}
        twin._parts = {**kept, "store": self.store, "clock": clock, "ids": SeededIds(clock, seed)}
        twin.__dict__.pop("_agents", None)
        return twin, clock

    def note_demonstration(self, text: str) -> None:
        """Mark the home for good as one whose business is made up."""
        from entrepot.adapters.system import write_whole

        write_whole(self.home / MARK, text.encode())

    def is_demonstration(self) -> bool:
        """Say whether the business of the home is made up."""
        return (self.home / MARK).exists()

    def demonstration_files(self) -> list[Path]:
        """Return the files of the lived-in demonstration: firms, centres, jobs."""
        folder = Path(str(resources.files("entrepot") / "facts" / "demonstration"))
        return sorted(folder.glob("*.yaml"))
