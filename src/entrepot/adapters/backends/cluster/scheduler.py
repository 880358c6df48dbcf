"""What a cluster's scheduler must do for a backend, and the refusals that all of them know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from entrepot.adapters.backends.local.folder import JobFolder
from entrepot.kernel.errors import Fault, Refused
from entrepot.kernel.text import N_
from entrepot.services.backend_port import BackendInfo, RunSpec

UNREACHABLE = "backend.unreachable"


class Stage(StrEnum):
    """Where a scheduler has a run; one that is gone it does not know at all."""

    QUEUED = "queued"
    RUNNING = "running"
    ENDED = "ended"
    GONE = "gone"


class How(StrEnum):
    """How a run left its scheduler."""

    BY_ITSELF = "by_itself"
    CANCELLED = "cancelled"
    PREEMPTED = "preempted"
    NODE_LOST = "node_lost"
    OUT_OF_MEMORY = "out_of_memory"
    TIME_LIMIT = "time_limit"
    NOT_STARTED = "not_started"


@dataclass(frozen=True, slots=True)
class Look:
    """What a scheduler says of a run.

    Attributes:
        stage: where it has it; how: how it left.
        node: machine that runs it; empty while unknown.
        started_at, ended_at: Unix seconds; None while unknown.
        why: the scheduler's own words on what it waits for, or why it ended.
    """

    stage: Stage
    how: How = How.BY_ITSELF
    node: str = ""
    started_at: int | None = None
    ended_at: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A run to be placed.

    Attributes:
        name: unique: job and fencing token.
        spec: the run.
        seat: its folder, complete.
        kit: folder of the keeper's files.
        avoid: node that lost the run before, if another one can be had; empty for none.
    """

    name: str
    spec: RunSpec
    seat: JobFolder
    kit: Path
    avoid: str = ""


class Scheduler(Protocol):
    """A cluster's scheduler; every call may raise :func:`unreachable`."""

    @property
    def kind(self) -> str:
        """Kind of scheduler: ``slurm``, ``ray`` or ``kubernetes``."""
        ...

    def describe(self) -> BackendInfo:
        """Return how jobs are kept apart there, and what to warn of."""
        ...

    def check(self, spec: RunSpec) -> None:
        """Refuse what the cluster can never run, without asking it.

        Raises:
            Refused: no such kind of device, or a share that it does not sell.
        """
        ...

    def submit(self, order: Order) -> str:
        """Place a run and return the scheduler's name for it.

        Raises:
            Refused: the scheduler says that it can never run.
        """
        ...

    def find(self, order: Order) -> str:
        """Return the scheduler's name of a run that was placed before; empty if there is none."""
        ...

    def look(self, ticket: str) -> Look:
        """Return where a run is."""
        ...

    def cancel(self, ticket: str) -> None:
        """Take a run out of the queue, or end it the hard way; nothing if it has ended."""
        ...

    def stop(self, ticket: str) -> None:
        """Tell the keeper to end the job, where it cannot see the seat itself."""
        ...

    def pull(self, ticket: str, seat: JobFolder) -> None:
        """Bring what the keeper wrote to the seat, where the node does not share its folder."""
        ...

    def forget(self, ticket: str) -> None:
        """Drop what the cluster still keeps of a run that has ended and was fetched."""
        ...


def unreachable(kind: str, why: str) -> Fault:
    """Return the fault of a scheduler that does not answer."""
    return Fault(
        UNREACHABLE,
        N_("The scheduler of {kind} does not answer: {why}."),
        hint=N_("Nothing is lost: look again when it is back, entrepot wait J-…"),
        kind=kind,
        why=why.strip().rstrip(".")[:200],
    )


def no_program(kind: str, program: str) -> Fault:
    """Return the fault of a machine without the client of its scheduler."""
    return Fault(
        "backend.no_client",
        N_("The program {program} of {kind} is not installed here."),
        hint=N_("Run entrepôt, or its agent, on a machine that submits jobs to the cluster."),
        kind=kind,
        program=program,
    )


def no_partition(kind: str, name: str, known: Sequence[str]) -> Refused:
    """Return the refusal of a queue or name space that the cluster does not have."""
    return Refused(
        "backend.partition",
        N_("This cluster of {kind} has no partition {name}; it has: {known}."),
        hint=N_("Correct the settings of the backend; see the page on connecting a cluster."),
        kind=kind,
        name=name,
        known=", ".join(known) or "?",
    )


def no_device(kind: str, device: str, known: Sequence[str]) -> Refused:
    """Return the refusal of a kind of device that the cluster does not have."""
    return Refused(
        "backend.device",
        N_("This cluster of {kind} has no device of type {device}; it has: {known}."),
        hint=N_("Correct devices in the settings of the backend, or the device of the centre."),
        kind=kind,
        device=device,
        known=", ".join(known) or "?",
    )


def no_share(kind: str, milli: int, parts: int) -> Refused:
    """Return the refusal of a share that the cluster cannot cut."""
    return Refused(
        "backend.share",
        N_("This cluster of {kind} cannot give {milli} thousandths of a device: it cuts {parts}."),
        hint=N_("Lease whole devices, or a share that is a whole number of its parts."),
        kind=kind,
        milli=milli,
        parts=parts,
    )


def too_large(kind: str, why: str) -> Refused:
    """Return the refusal of a run that is larger than anything the cluster has."""
    return Refused(
        "backend.too_large",
        N_("This cluster of {kind} can never run the job: {why}."),
        hint=N_("Lease fewer devices, processors or less memory for it."),
        kind=kind,
        why=why.strip().rstrip(".")[:200],
    )
