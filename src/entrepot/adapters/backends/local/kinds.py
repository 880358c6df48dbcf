"""Kinds of sandbox, best first, and what to warn of."""

from __future__ import annotations

import hashlib
import os
from enum import StrEnum

from entrepot.kernel.text import N_

_UID_FIRST, _UID_COUNT = 1_000_000_000, 900_000_000


class Kind(StrEnum):
    """How far jobs are kept apart from the machine, best first."""

    BWRAP_UID = "bubblewrap+uid"
    BWRAP_USERNS = "bubblewrap+userns"
    LIMITS_UID = "limits+uid"
    LIMITS = "limits"

    @property
    def is_bwrap(self) -> bool:
        """Whether bubblewrap builds the sandbox."""
        return self in (Kind.BWRAP_UID, Kind.BWRAP_USERNS)

    @property
    def own_uid(self) -> bool:
        """Whether each job runs as a user of its own."""
        return self in (Kind.BWRAP_UID, Kind.LIMITS_UID)


_NO_BWRAP = N_(
    "bubblewrap does not work here: a job can reach the network and read what its user can read. "
    "Run only jobs you trust, or install it: apt-get install bubblewrap"
)
_NO_FORK_LIMIT = N_(
    "Jobs run as root: the number of their processes is watched, but the kernel does not limit it."
)


def warnings_of(kind: Kind) -> tuple[str, ...]:
    """Return the sentences a person must see before a job runs in such a sandbox."""
    found = () if kind.is_bwrap else (_NO_BWRAP,)
    # The kernel's limit on processes does not hold for root.
    return found if kind.own_uid or os.geteuid() else (*found, _NO_FORK_LIMIT)


def uid_of(kind: Kind, job_id: str) -> int:
    """Return the user number of a job, 0 for the supervisor's own.

    Numbers lie far above those of people and services, one a job, so that the kernel counts
    each job's processes apart.
    """
    if not kind.own_uid:
        return 0
    number = int.from_bytes(hashlib.sha256(job_id.encode()).digest()[:8], "big")
    return _UID_FIRST + number % _UID_COUNT
