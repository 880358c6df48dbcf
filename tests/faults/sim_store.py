"""Everything that a settlement keeps, in memory: one transaction at a time, all of it or none.

The services of settlement run on it as they run on the database. Each command is journalled by a
chain of hashes, so that two runs of one seed can be compared by one figure.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.faults.sim_rows import (
    Kept,
    SimDeals,
    SimFx,
    SimLedger,
    SimReceivables,
    SimRegistry,
    SimSettlements,
    SimSettling,
)

from entrepot.kernel.canonical import canonical_json, digest, sha256_hex
from entrepot.kernel.errors import Conflict
from entrepot.services import records as r

Hook = Callable[[str], None]
"""Called at each place where the process may die."""


class SimUow:
    """One transaction over the tables."""

    def __init__(self, kept: Kept, now: int) -> None:
        self.kept = kept
        self.ledger = SimLedger(kept, now)
        self.registry = SimRegistry(kept)
        self.deals = SimDeals(kept)
        self.settlements = SimSettlements(kept)
        self.settling = SimSettling(kept)
        self.fx = SimFx()
        self.receivables = SimReceivables()

    def journal_head(self) -> str:
        return self.kept.head


class SimStore:
    """The port ``Store``; what is kept outlives the process.

    Args:
        hook: called with ``asked``, ``undone`` (before the commit) and ``done`` (after it, and
            before the answer): the process may die there.
        seen: called after each commit.
    """

    def __init__(self, hook: Hook, seen: Callable[[SimUow], None]) -> None:
        self.kept = Kept()
        self._hook, self._seen = hook, seen

    @contextmanager
    def reading(self) -> Generator[SimUow]:
        """Open a view."""
        yield SimUow(self.kept, 0)

    def command(
        self,
        actor: str,
        name: str,
        key: str,
        body: Mapping[str, object],
        now: int,
        action: Callable[[Any], Mapping[str, object]],
    ) -> r.Body:
        """Act once a key, in one transaction; the port's word on it is ``run_command``."""
        self._hook("asked")
        asked, under = digest({"command": name, "body": body}), f"{actor}|{key}"
        known = self.kept.answers.get(under)
        if known is not None:
            if known[0] != asked:
                raise Conflict("command.key_used", "The key {key} was used.", key=key)
            return known[1]
        uow = SimUow(self.kept.copy(), now)
        response = dict(action(uow))
        self._hook("undone")
        line = canonical_json([uow.kept.head, now, actor, name, key, body, response])
        uow.kept.answers[under] = (asked, response)
        uow.kept.head, uow.kept.before = sha256_hex(line), None
        self.kept = uow.kept
        self._seen(uow)
        self._hook("done")
        return response


def written_through(kept: Kept) -> None:
    """Let the books of a transaction stand even if the rest of it does not: a planted bug."""
    if kept.before is not None:
        kept.before.ledger = kept.ledger
