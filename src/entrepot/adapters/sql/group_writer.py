"""Group commit: many threads post at once, one of them commits for all that wait.

There is no thread of its own. The first client that finds nobody writing leads: it takes what
waits, decides it in order by the ledger's rules, commits once and hands each client its outcomes.
The next leader is whoever waits longest. A client is answered after the commit, never before.

A link group stays within one client's call, and the same id in two calls of a group is one effect:
the second call is told that it repeats the first.
"""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock

from entrepot.adapters.sql.unit_of_work import SqlUnitOfWork, run_command
from entrepot.domain.ledger.model import Outcome, Transfer
from entrepot.kernel.errors import EntrepotError

TRANSFERS_MAX = 8_000
"""Transfers of one commit, unless a single call brings more."""

GATHER_S_MAX = 0.001  # not money: seconds
"""A leader waits at most so long for the clients that it has just answered to come again."""


class _Call:
    """What one client asked for, and its answer."""

    __slots__ = ("answered", "error", "outcomes", "transfers", "turn")

    def __init__(self, transfers: Sequence[Transfer]) -> None:
        self.transfers = transfers
        self.outcomes: Sequence[Outcome] = ()
        self.error: BaseException | None = None
        self.answered = False
        # Held by the client: released when it is answered, or when it is its turn to lead.
        self.turn = Lock()
        self.turn.acquire()


class _NothingBooked(Exception):
    """Undoes a group of which nothing was booked: a refusal changes no row."""


class GroupWriter:
    """Posts for many threads with one commit a group; see :mod:`entrepot.services.ledger_writer`.

    Args:
        units: makes writing units of work.
        now: returns the Unix second.
        actor: named in the journal, which keeps one entry a group.
    """

    def __init__(
        self, units: Callable[[], SqlUnitOfWork], now: Callable[[], int], actor: str = "ledger"
    ) -> None:
        self._units, self._now, self._actor = units, now, actor
        self._lock = Lock()
        self._waiting: deque[_Call] = deque()
        self._led = False
        self._expected = 0

    def post(self, transfers: Sequence[Transfer]) -> Sequence[Outcome]:
        """Post transfers and wait until they are durable.

        Args:
            transfers: those of one client; a link group is booked all or none.

        Returns:
            What became of each, in order.

        Raises:
            EntrepotError: nothing could be kept.
        """
        call = _Call(transfers)
        with self._lock:
            self._waiting.append(call)
            leads = not self._led
            self._led = True
        if not leads:
            call.turn.acquire()
        if not call.answered:
            self._lead(call)
        if call.error is not None:
            raise call.error
        return call.outcomes

    def _lead(self, own: _Call) -> None:
        self._gather()
        group = self._take()
        try:
            self._commit_all(group)
        except BaseException as error:
            for call in group:
                call.error = call.error or error
            raise
        finally:
            self._answer(group, own)

    def _gather(self) -> None:
        """Give the clients of the last group a moment to come again: fuller groups are cheaper."""
        until = time.monotonic() + GATHER_S_MAX
        while len(self._waiting) < self._expected and time.monotonic() < until:
            time.sleep(0)

    def _take(self) -> list[_Call]:
        group: list[_Call] = []
        room = TRANSFERS_MAX
        with self._lock:
            while self._waiting and (not group or len(self._waiting[0].transfers) <= room):
                group.append(self._waiting.popleft())
                room -= len(group[-1].transfers)
        return group

    def _answer(self, group: list[_Call], own: _Call) -> None:
        self._expected = len(group)
        for call in group:
            call.answered = True
            if call is not own:
                call.turn.release()
        with self._lock:
            self._led = bool(self._waiting)
            following = self._waiting[0] if self._waiting else None
        if following is not None:
            following.turn.release()

    def _commit_all(self, group: list[_Call]) -> None:
        try:
            self._commit(group)
        except EntrepotError as error:
            for call in group:
                call.error = error
        except Exception as error:
            # One client's transfers may be such that the database cannot take them.
            if len(group) == 1:
                group[0].error = error
                return
            for call in group:
                self._commit_all([call])

    def _commit(self, group: list[_Call]) -> None:
        def action(uow: SqlUnitOfWork) -> dict[str, object]:
            applied = uow.ledger.post_apart([call.transfers for call in group])
            for call, one in zip(group, applied, strict=True):
                call.outcomes = one.outcomes
            if not uow.ledger.unsealed:
                raise _NothingBooked
            return {"booked": sum(len(one.booked) for one in applied)}

        try:
            run_command(
                self._units,
                actor=self._actor,
                command="ledger.post",
                key=secrets.token_hex(16),
                body={"calls": len(group), "transfers": sum(len(c.transfers) for c in group)},
                now=self._now(),
                action=action,
            )
        except _NothingBooked:
            return
