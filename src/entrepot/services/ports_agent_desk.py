"""What agents need of the world, and what the exchange has for them: ways, keys, folders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from entrepot.services.backend_port import Backend


@dataclass(frozen=True, slots=True)
class Envelope:
    """A signed message, in either direction.

    Attributes:
        body: canonical JSON, exactly the bytes that were signed.
        signature: Ed25519, 64 bytes.
    """

    body: bytes
    signature: bytes


class Transport(Protocol):
    """The way from an agent to the exchange; the agent opens it, never the exchange.

    The one that is built in goes to the services of a home on the same machine. One over HTTPS
    carries the same envelopes.
    """

    def send(self, envelope: Envelope) -> Envelope:
        """Hand over a message and return the answer.

        Raises:
            Fault: nobody answers; nothing is known of what became of the message.
        """
        ...


class Signer(Protocol):
    """A private key."""

    @property
    def public(self) -> bytes:
        """Raw public key, 32 bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of ``message``."""
        ...


class Shelf(Protocol):
    """Where the exchange keeps the files of jobs that agents run: inputs, logs, outputs."""

    def keep_input(self, job_id: str, source: Path) -> tuple[str, int]:
        """Copy an input; return its digest and size in bytes."""
        ...

    def read_input(self, job_id: str, digest: str, offset: int) -> bytes:
        """Return a part of an input from ``offset`` on; empty at its end."""
        ...

    def log(self, assignment_id: str) -> Path:
        """Return where the log of a run lies, whether it is there or not."""
        ...

    def log_bytes(self, assignment_id: str) -> int:
        """Return how much of the log has come."""
        ...

    def add_log(self, assignment_id: str, offset: int, data: bytes, bytes_max: int) -> int:
        """Append a part that begins where the log ends, else do nothing; return its length."""
        ...

    def output(self, assignment_id: str, digest: str) -> Path:
        """Return where an output lies once it has come whole."""
        ...

    def add_output(
        self, assignment_id: str, digest: str, offset: int, data: bytes, bytes_all: int
    ) -> int:
        """Append a part of an output; return how much of it has come.

        Raises:
            Refused: the whole is not what was announced; its parts are dropped.
        """
        ...


class Workplace(Protocol):
    """The agent's own folder at its centre: key, state, files, and the backend that runs."""

    def signer(self, centre_id: str) -> Signer:
        """Return the agent's key at a centre; made at the first use and never sent anywhere."""
        ...

    @property
    def backend(self) -> Backend:
        """What runs the jobs at the centre, metered with the agent's key."""
        ...

    def load(self) -> dict[str, object]:
        """Return what the agent has noted; empty before it enrolled."""
        ...

    def note(self, state: Mapping[str, object]) -> None:
        """Write what the agent must know after a crash, whole or not at all."""
        ...

    def input(self, digest: str) -> Path:
        """Return where an input of a job lies, whether it is there or not."""
        ...

    def keep_input(self, digest: str, data: bytes, *, executable: bool) -> Path:
        """Write an input, whole or not at all."""
        ...


AgentTell = Callable[[str, Mapping[str, object]], None]
"""Called with (event, values) for whoever watches an agent."""


class WithAgentDesk(Protocol):
    """What the exchange has for its agents, and how one of them is run from the command line."""

    @property
    def exchange_key(self) -> Signer:
        """The key by which the exchange signs what it says to agents; made if need be."""
        ...

    @property
    def agent_shelf(self) -> Shelf:
        """Files of the jobs that agents run."""
        ...

    def new_secret(self) -> str:
        """Return 256 random bits as text."""
        ...

    def enrol_agent(self, folder: Path, token: str, name: str) -> Mapping[str, object]:
        """Enrol the agent of a folder at this home; return what it has noted."""
        ...

    def run_agent(self, folder: Path, slots: int, polls: int | None, tell: AgentTell) -> None:
        """Run the agent of a folder against this home until it is asked to stop."""
        ...
