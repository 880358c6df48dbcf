"""Commands that are typed at another machine: what comes, what goes back, who runs them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from entrepot.domain.access.model import Principal

KEEP = ".keep"
"""A file of this name in the folder of a call says that a job will start from the files there."""


@dataclass(frozen=True, slots=True)
class RemoteCall:
    """A command as sent.

    Attributes:
        words: as typed, options of the root left out.
        files: relative name → content of each file that the words name, or that such a file names.
        lang: language of the answer; columns: width of the terminal, 0 for none.
    """

    words: tuple[str, ...]
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    lang: str = "en"
    columns: int = 0


@dataclass(frozen=True, slots=True)
class RemoteEvent:
    """A piece of the answer.

    Attributes:
        kind: ``out`` and ``err`` text of the two streams, ``file`` a file that was made,
            ``end`` the exit code; always the last.
        text: of a stream; name: of a file; data: of a file; code: exit code.
    """

    kind: Literal["out", "err", "file", "end"]
    text: str = ""
    name: str = ""
    data: bytes = b""
    code: int = 0


class Commands(Protocol):
    """Whoever runs commands for others."""

    def run(self, principal: Principal, call: RemoteCall) -> Iterator[RemoteEvent]:
        """Run a command within the rights of a principal; closing the iterator ends it.

        Raises:
            Invalid: the call is too large, or a name leaves its folder.
            Refused: too many commands are running.
        """
        ...


class WithCommands(Protocol):
    """Whoever can run commands for others."""

    @property
    def commands(self) -> Commands:
        """Who runs commands for other machines."""
        ...
