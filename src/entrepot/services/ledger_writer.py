"""The port through which many clients post to the ledger at once, each waiting for its own word.

One commit costs one flush of the disk. A writer that takes everything which waits, decides it in
order and commits it once, gives every client the durability of a commit of its own for a share
of the cost: group commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from entrepot.domain.ledger.model import Outcome, Transfer


class LedgerWriter(Protocol):
    """Posts transfers of many threads; what it answers is durable."""

    def post(self, transfers: Sequence[Transfer]) -> Sequence[Outcome]:
        """Post transfers and wait until they are durable.

        Args:
            transfers: those of one client; a link group is booked all or none.

        Returns:
            What became of each, in order: booked, repeated, or why it was refused. A refusal
            reaches only the client whose transfer it is.

        Raises:
            EntrepotError: nothing could be kept: the disk is full, another process holds the
                books, the clock was moved back. The same transfers may be sent again.
        """
        ...
